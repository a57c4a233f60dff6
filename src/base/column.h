/* SPDX-License-Identifier: MIT
 *
 * Very many numbers, kept small and read at any place: blocks of them, each packed by the range of what is in
 * it. In: numbers at the end, until the column is closed. Out: the number at a place. Lives on the arena
 * given at the start. */
#ifndef BASE_COLUMN_H
#define BASE_COLUMN_H

#include "base/packed.h"
#include "base/vec.h"

#define COLUMN_BLOCK 1024u

struct column_block {
    const uint8_t *bytes;
    uint64_t least, mask;
    uint8_t width;
};

struct column {
    size_t n;
    VEC(struct column_block) blocks;
    uint64_t *open; /* the last ones, not in a block yet */
    uint32_t n_open;
    VEC(uint8_t *) slabs; /* of large columns: where their blocks are */
    size_t slab_used;     /* of the last one */
    struct arena *arena;
};

struct column column_new(struct arena *arena);
void column_add(struct column *c, uint64_t v);
/* Before anything is read; afterwards nothing is added. */
void column_close(struct column *c);

/* i < c->n. */
static inline uint64_t column_at(const struct column *c, size_t i)
{
    const struct column_block *b = &c->blocks.p[i / COLUMN_BLOCK];
    return b->least + (packed_load(b->bytes + (i % COLUMN_BLOCK) * b->width) & b->mask);
}

/* Nothing will be read again: gives the memory of a large column back to the system. */
void column_forget(const struct column *c);
/* Those from `from` on, all below 2^32. */
void column_copy(const struct column *c, size_t from, size_t n, uint32_t *to);

#endif
