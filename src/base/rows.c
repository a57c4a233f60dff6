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
/* Unpacked at once, where parts need not be merged. */
#define AHEAD 64u

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

static void unpack(const struct rows *r, const struct rows_block *b, uint32_t i, uint32_t n, struct row *to)
{
    for (unsigned c = 0; c < ROWS_COLUMNS; c++) {
        unsigned width = b->width[c];
        const uint8_t *from = r->bytes.p + b->at[c] + (size_t)i * width;
        uint64_t least = (uint64_t)b->least[c], mask = b->mask[c];
        for (uint32_t k = 0; k < n; k++, from += width)
            to[k].v[c] = (int64_t)(least + (packed_load(from) & mask));
    }
}

static struct row row_at(const struct rows *r, const struct rows_block *b, uint32_t i)
{
    struct row row;
    unpack(r, b, i, 1, &row);
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

void rows_room(struct rows *r)
{
    if (r->open.n == BLOCK_ROWS)
        close_block(r);
    else
        (void)vec_room(&r->open, SIZE_MAX, r->arena);
    r->n_room = r->open.cap < BLOCK_ROWS ? r->open.cap : BLOCK_ROWS;
}

void rows_drop(struct rows *r)
{
    arena_drop(r->arena, r->bytes.p, r->bytes.cap, sizeof *r->bytes.p);
    arena_drop(r->arena, r->blocks.p, r->blocks.cap, sizeof *r->blocks.p);
    arena_drop(r->arena, r->open.p, r->open.cap, sizeof *r->open.p);
    *r = rows_new(r->arena);
}

/* ---- sorting */

void rows_sort(struct rows *r, rows_order order)
{
    struct arena *scratch = arena_like(r->arena);
    close_block(r);
    for (size_t k = 0; k < r->blocks.n; k++) {
        const struct rows_block *b = &r->blocks.p[k];
        struct arena_mark mark = arena_mark(scratch);
        uint32_t sorted = 1;
        unpack(r, b, 0, b->n, r->open.p); /* they were all there before, so there is room */
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

static struct rows_walk walk_of(struct rows *r, bool is_last)
{
    return (struct rows_walk){.rows = r, .ahead = NEW_N(r->arena, struct row, AHEAD), .is_last = is_last};
}

struct rows_walk rows_walk(struct rows *r, bool is_last)
{
    struct rows_walk w = walk_of(r, is_last);
    close_block(r);
    add_part(&w, 0, r->blocks.n);
    return w;
}

struct rows_walk rows_walk_sorted(struct rows *r, rows_order order, bool is_last)
{
    struct rows_walk w = walk_of(r, is_last);
    size_t first = 0;
    w.order = order;
    close_block(r);
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

static void end_block(const struct rows_walk *w, struct rows_part *part)
{
    if (w->is_last)
        forget_block(w->rows, &w->rows->blocks.p[part->block]);
    part->block++;
    part->i = 0;
}

/* The next row of all parts. */
static void take_one(struct rows_walk *w, struct rows_part *part)
{
    const struct rows *r = w->rows;
    w->ahead[0] = part->next;
    w->n_ahead = 1;
    if (++part->i == r->blocks.p[part->block].n)
        end_block(w, part);
    if (part->block < part->end)
        part->next = row_at(r, &r->blocks.p[part->block], part->i);
    else
        *part = w->parts.p[--w->parts.n];
    sift_down(w, 0);
}

/* Of the only part as many as there is room for. */
static void take_some(struct rows_walk *w, struct rows_part *part)
{
    const struct rows_block *b = &w->rows->blocks.p[part->block];
    w->n_ahead = b->n - part->i < AHEAD ? b->n - part->i : AHEAD;
    unpack(w->rows, b, part->i, w->n_ahead, w->ahead);
    part->i += w->n_ahead;
    if (part->i == b->n)
        end_block(w, part);
    if (part->block == part->end)
        w->parts.n = 0;
}

bool rows_more(struct rows_walk *w)
{
    struct arena *arena = w->rows->arena;
    w->at = w->n_ahead = 0;
    if (!w->parts.n) {
        arena_drop(arena, w->parts.p, w->parts.cap, sizeof *w->parts.p);
        w->parts.p = NULL;
        w->parts.cap = 0;
        return false;
    }
    (w->parts.n > 1 ? take_one : take_some)(w, &w->parts.p[0]);
    return true;
}
