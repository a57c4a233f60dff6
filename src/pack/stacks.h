/* SPDX-License-Identifier: MIT
 *
 * The section "stacks": names, modules, frames and the trie in preorder, both ways. A stack number is the
 * rank of a node among those where stacks end: leaves, and the inner nodes where samples end. */
#ifndef PACK_STACKS_H
#define PACK_STACKS_H

#include "model/profile.h"
#include "pack/section.h"

extern const char *const stacks_column_name[STACKS_COLUMNS];

/* Fills columns[STACKS_COLUMNS] (made by the caller). stack_of_node[n_nodes] gets stack numbers, ID_NONE
 * elsewhere. */
void stacks_write(const struct profile *p, struct buf *columns, uint32_t *stack_of_node, struct arena *work);

/* In: p->n_names, n_modules, n_packages, n_frames, n_nodes, within limits. Out: the arrays of p that belong to them, and
 * *node_of_stack (n_stacks, on s->work). */
bool stacks_read(struct section *s, struct profile *p, uint32_t **node_of_stack, uint32_t *n_stacks,
                 struct arena *arena);

#endif
