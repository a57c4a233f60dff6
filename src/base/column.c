/* SPDX-License-Identifier: MIT
 *
 * Small blocks: their ranges are narrow, and a column that has a few numbers only takes a few bytes. Those of
 * a large column are cut from slabs of its own, so that it can be given back alone. */
#include "base/column.h"

#include "base/arena.h"

#define SLAB ((size_t)256 << 10)
#define SMALL_BLOCKS 64u

struct column column_new(struct arena *arena)
{
    return (struct column){.arena = arena};
}

static uint8_t *room_for_block(struct column *c, size_t bytes)
{
    if (c->blocks.n < SMALL_BLOCKS)
        return arena_alloc(c->arena, bytes, 1);
    if (!c->slabs.n || SLAB - c->slab_used < bytes) {
        (void)vec_push(&c->slabs, SIZE_MAX, c->arena, arena_alloc(c->arena, SLAB, 1));
        c->slab_used = 0;
    }
    c->slab_used += bytes;
    return c->slabs.p[c->slabs.n - 1] + c->slab_used - bytes;
}

void column_forget(const struct column *c)
{
    for (size_t i = 0; i < c->slabs.n; i++)
        arena_forget(c->slabs.p[i], SLAB);
}

static void close_block(struct column *c)
{
    static const uint8_t of_one_value[PACKED_SPILL];
    uint64_t least = c->open[0], most = c->open[0];
    for (uint32_t i = 1; i < c->n_open; i++) {
        least = c->open[i] < least ? c->open[i] : least;
        most = c->open[i] > most ? c->open[i] : most;
    }
    struct column_block b = {.bytes = of_one_value, .least = least, .width = packed_width(most - least)};
    b.mask = packed_mask(b.width);
    if (b.width) {
        uint8_t *to = room_for_block(c, (size_t)c->n_open * b.width + PACKED_SPILL);
        b.bytes = to;
        for (uint32_t i = 0; i < c->n_open; i++, to += b.width)
            packed_store(to, c->open[i] - least);
    }
    (void)vec_push(&c->blocks, SIZE_MAX, c->arena, b);
    c->n_open = 0;
}

void column_add(struct column *c, uint64_t v)
{
    if (!c->open)
        c->open = NEW_N(c->arena, uint64_t, COLUMN_BLOCK);
    c->open[c->n_open++] = v;
    c->n++;
    if (c->n_open == COLUMN_BLOCK)
        close_block(c);
}

void column_close(struct column *c)
{
    if (c->n_open)
        close_block(c);
    arena_drop(c->arena, c->open, COLUMN_BLOCK, sizeof *c->open);
    c->open = NULL;
}

void column_copy(const struct column *c, size_t from, size_t n, uint32_t *to)
{
    for (size_t i = 0; i < n;) {
        const struct column_block *b = &c->blocks.p[(from + i) / COLUMN_BLOCK];
        size_t at = (from + i) % COLUMN_BLOCK, end = COLUMN_BLOCK - at < n - i ? i + COLUMN_BLOCK - at : n;
        const uint8_t *p = b->bytes + at * b->width;
        for (; i < end; i++, p += b->width)
            to[i] = (uint32_t)(b->least + (packed_load(p) & b->mask));
    }
}
