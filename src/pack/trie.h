/* SPDX-License-Identifier: MIT
 *
 * The column "trie": shape, frames and ends of all stacks, in preorder, range-coded. docs/pack-format.md says how; the model is
 * written once, for both directions. */
#ifndef PACK_TRIE_H
#define PACK_TRIE_H

#include "model/profile.h"
#include "pack/section.h"

/* ends[n_nodes]: 1 where a stack ends; leaves need none. */
void trie_write(const struct profile *p, const uint8_t *ends, struct buf *column, struct arena *work);
/* In: p's frames and n_nodes, within limits. Out: p's node_parent and node_frame on `arena`; *ends on s->work, 1 at leaves, too.
 * False: said. */
bool trie_read(struct section *s, uint32_t column, struct profile *p, uint8_t **ends, struct arena *arena);

#endif
