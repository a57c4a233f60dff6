/* SPDX-License-Identifier: MIT
 *
 * The section "stacks": names, modules, frames and the trie in preorder, both ways. A stack number is the
 * rank of a node among those where stacks end: leaves, and the inner nodes where samples end. */
#ifndef PACK_STACKS_H
#define PACK_STACKS_H

#include "model/profile.h"
#include "pack/section.h"

extern const char *const stacks_column_name[STACKS_COLUMNS];

/* By node. */
struct stack_numbers {
    const uint32_t *of_node; /* ID_NONE where no stack ends */
    const uint8_t *ends;     /* 1 where a sample ends; leaves need none */
};

struct stack_numbers stacks_number(const struct profile *p, struct arena *arena);
/* Fills columns[STACKS_COLUMNS] (made by the caller). */
void stacks_write(const struct profile *p, struct stack_numbers numbers, struct buf *columns, struct arena *work);

/* In: p->n_names, n_modules, n_packages, n_frames, n_nodes, within limits. Out: the arrays of p that belong to them, and
 * *node_of_stack (n_stacks, on s->work). */
bool stacks_read(struct section *s, struct profile *p, uint32_t **node_of_stack, uint32_t *n_stacks,
                 struct arena *arena);

#endif
