/* SPDX-License-Identifier: MIT
 *
 * A block, packed: column after column, each with the width of its range, as distances from the least. So any
 * row is read by itself, and sorting a block leaves its bytes where they are. Blocks are sorted one by one;
 * neighbours that are in order then make a part, and the parts are merged as they are gone through. */
#include "base/rows.h"

#include <string.h>

#include "base/arena.h"
#include "base/packed.h"
#include "base/sort.h"

/* More: ranges are wider. Fewer: more parts to merge where rows are out of order. */
#define BLOCK_ROWS 16384u

struct rows_block {
    size_t at[ROWS_COLUMNS]; /* in bytes */
    int64_t least[ROWS_COLUMNS];
    uint64_t mask[ROWS_COLUMNS]; /* of the bytes of a number */
    uint8_t width[ROWS_COLUMNS];
    uint32_t n;
};

struct rows_part {
    struct row next;
    size_t block, end;
    uint32_t i; /* of the next row, in its block */
};

struct rows rows_new(struct arena *arena)
{
    return (struct rows){.arena = arena};
}

static struct row row_at(const struct rows *r, const struct rows_block *b, uint32_t i)
{
    struct row row;
    for (unsigned c = 0; c < ROWS_COLUMNS; c++) {
        uint64_t distance = packed_load(r->bytes.p + b->at[c] + (size_t)i * b->width[c]) & b->mask[c];
        row.v[c] = (int64_t)((uint64_t)b->least[c] + distance);
    }
    return row;
}

/* Each column writes past its end, into what the next one fills, the last one into the room after the block.
 */
static void fill_block(uint8_t *bytes, const struct rows_block *b, const struct row *rows)
{
    for (unsigned c = 0; c < ROWS_COLUMNS; c++) {
        uint8_t *to = bytes + b->at[c];
        for (uint32_t i = 0; i < b->n && b->width[c]; i++, to += b->width[c])
            packed_store(to, (uint64_t)rows[i].v[c] - (uint64_t)b->least[c]);
    }
}

static void measure(struct rows_block *b, const struct row *rows)
{
    struct row least = rows[0], most = rows[0];
    for (uint32_t i = 1; i < b->n; i++)
        for (unsigned c = 0; c < ROWS_COLUMNS; c++) {
            least.v[c] = rows[i].v[c] < least.v[c] ? rows[i].v[c] : least.v[c];
            most.v[c] = rows[i].v[c] > most.v[c] ? rows[i].v[c] : most.v[c];
        }
    for (unsigned c = 0; c < ROWS_COLUMNS; c++) {
        uint64_t range = (uint64_t)most.v[c] - (uint64_t)least.v[c];
        b->least[c] = least.v[c];
        b->width[c] = packed_width(range);
        b->mask[c] = packed_mask(b->width[c]);
    }
}

static void close_block(struct rows *r)
{
    struct rows_block b = {.n = (uint32_t)r->open.n};
    size_t at = r->bytes.n;
    if (!b.n)
        return;
    measure(&b, r->open.p);
    for (unsigned c = 0; c < ROWS_COLUMNS; c++) {
        b.at[c] = at;
        at += (size_t)b.n * b.width[c];
    }
    at += PACKED_SPILL;
    while (r->bytes.cap < at) {
        size_t cap = vec_next_cap(r->bytes.cap);
        r->bytes.p = arena_grow(r->arena, r->bytes.p, r->bytes.cap, cap, 1);
        r->bytes.cap = cap;
    }
    r->bytes.n = at;
    fill_block(r->bytes.p, &b, r->open.p);
    (void)vec_push(&r->blocks, SIZE_MAX, r->arena, b);
    r->open.n = 0;
}

void rows_add(struct rows *r, struct row row)
{
    if (!vec_push(&r->open, BLOCK_ROWS, r->arena, row)) {
        close_block(r);
        r->open.p[r->open.n++] = row;
    }
    r->n++;
}

void rows_drop(struct rows *r)
{
    arena_drop(r->arena, r->bytes.p, r->bytes.cap, sizeof *r->bytes.p);
    arena_drop(r->arena, r->blocks.p, r->blocks.cap, sizeof *r->blocks.p);
    arena_drop(r->arena, r->open.p, r->open.cap, sizeof *r->open.p);
    *r = rows_new(r->arena);
}

/* ---- sorting */

static void unpack_block(struct rows *r, const struct rows_block *b)
{
    for (uint32_t i = 0; i < b->n; i++) /* they were all there before, so there is room */
        r->open.p[i] = row_at(r, b, i);
}

void rows_sort(struct rows *r, rows_order order)
{
    struct arena *scratch = arena_like(r->arena);
    close_block(r);
    for (size_t k = 0; k < r->blocks.n; k++) {
        const struct rows_block *b = &r->blocks.p[k];
        struct arena_mark mark = arena_mark(scratch);
        uint32_t sorted = 1;
        unpack_block(r, b);
        while (sorted < b->n && order(&r->open.p[sorted - 1], &r->open.p[sorted]) <= 0)
            sorted++;
        if (sorted < b->n) {
            sort_stable(r->open.p, b->n, sizeof *r->open.p, order, scratch);
            fill_block(r->bytes.p, b, r->open.p);
        }
        arena_reset(scratch, mark);
    }
    arena_free(scratch);
    r->open.n = 0;
}

/* ---- going through */

/* Equal rows come in the order of their blocks, which is that of adding. */
static bool comes_before(const struct rows_walk *w, const struct rows_part *a, const struct rows_part *b)
{
    int c = w->order(&a->next, &b->next);
    return c ? c < 0 : a->block < b->block;
}

static void sift_down(struct rows_walk *w, size_t at)
{
    struct rows_part *heap = w->parts.p, moved = heap[at];
    for (size_t child; (child = 2 * at + 1) < w->parts.n; at = child) {
        child += child + 1 < w->parts.n && comes_before(w, &heap[child + 1], &heap[child]);
        if (!comes_before(w, &heap[child], &moved))
            break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static void add_part(struct rows_walk *w, size_t block, size_t end)
{
    const struct rows *r = w->rows;
    if (block < end)
        (void)vec_push(&w->parts, SIZE_MAX, r->arena,
                       (struct rows_part){row_at(r, &r->blocks.p[block], 0), block, end, 0});
}

struct rows_walk rows_walk(struct rows *r, bool is_last)
{
    struct rows_walk w = {.rows = r, .is_last = is_last};
    close_block(r);
    add_part(&w, 0, r->blocks.n);
    return w;
}

struct rows_walk rows_walk_sorted(struct rows *r, rows_order order, bool is_last)
{
    struct rows_walk w = {.rows = r, .is_last = is_last, .order = order};
    size_t first = 0;
    for (size_t k = 1; k < r->blocks.n; k++) {
        const struct rows_block *before = &r->blocks.p[k - 1];
        struct row last = row_at(r, before, before->n - 1), next = row_at(r, before + 1, 0);
        if (order(&last, &next) > 0) {
            add_part(&w, first, k);
            first = k;
        }
    }
    add_part(&w, first, r->blocks.n);
    for (size_t i = w.parts.n / 2; i-- > 0;)
        sift_down(&w, i);
    return w;
}

static void forget_block(const struct rows *r, const struct rows_block *b)
{
    const uint8_t *from = r->bytes.p + b->at[0];
    size_t last = ROWS_COLUMNS - 1;
    arena_forget(from, b->at[last] - b->at[0] + (size_t)b->n * b->width[last]);
}

const struct row *rows_next(struct rows_walk *w)
{
    const struct rows *r = w->rows;
    if (!w->parts.n) {
        arena_drop(r->arena, w->parts.p, w->parts.cap, sizeof *w->parts.p);
        w->parts.p = NULL;
        return NULL;
    }
    struct rows_part *part = &w->parts.p[0];
    w->row = part->next;
    if (++part->i == r->blocks.p[part->block].n) {
        if (w->is_last)
            forget_block(r, &r->blocks.p[part->block]);
        part->block++;
        part->i = 0;
    }
    if (part->block < part->end)
        part->next = row_at(r, &r->blocks.p[part->block], part->i);
    else
        *part = w->parts.p[--w->parts.n];
    if (w->parts.n > 1)
        sift_down(w, 0);
    return &w->row;
}
