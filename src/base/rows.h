/* SPDX-License-Identifier: MIT
 *
 * Many rows of numbers, kept small: added at the end, gone through in the order they came or sorted, and
 * given back to the system as they are gone through for the last time. A block of rows takes, for each
 * column, as many bytes a row as the range of the numbers there needs: times that are near to each other,
 * small ids, columns of one value.
 *
 * In: rows. Out: rows, each valid until the next one is asked for. Lives on the arena given at the start. */
#ifndef BASE_ROWS_H
#define BASE_ROWS_H

#include <stdbool.h>

#include "base/vec.h"

#define ROWS_COLUMNS 6

struct row {
    int64_t v[ROWS_COLUMNS];
};

/* Of two struct row; below 0: a comes before b. */
typedef int (*rows_order)(const void *a, const void *b);

struct rows_block;

struct rows {
    size_t n;
    VEC(uint8_t) bytes;
    VEC(struct rows_block) blocks;
    VEC(struct row) open; /* the last ones, not in a block yet */
    size_t n_room;        /* so many may be open now */
    struct arena *arena;
};

struct rows rows_new(struct arena *arena);
/* Room for one more that is open; makes a block of them when there are enough. */
void rows_room(struct rows *r);
static inline void rows_add(struct rows *r, struct row row)
{
    if (r->open.n == r->n_room)
        rows_room(r);
    r->open.p[r->open.n++] = row;
    r->n++;
}
/* Gives everything back; the rows are none. */
void rows_drop(struct rows *r);

struct rows_part;

struct rows_walk {
    struct rows *rows;
    struct row *ahead; /* the next ones */
    uint32_t n_ahead, at;
    rows_order order;
    VEC(struct rows_part) parts; /* a heap by their next rows: each part is in order by itself */
    bool is_last;
};

/* `is_last`: nobody goes through these rows again, and nobody adds to them. */
struct rows_walk rows_walk(struct rows *r, bool is_last);
/* In sorted order, equal rows in the order they were added. After rows_sort of the same order, or of rows that were added in it. */
struct rows_walk rows_walk_sorted(struct rows *r, rows_order order, bool is_last);
void rows_sort(struct rows *r, rows_order order);
/* False at the end; else there are some ahead. */
bool rows_more(struct rows_walk *w);
/* NULL at the end. */
static inline const struct row *rows_next(struct rows_walk *w)
{
    return w->at < w->n_ahead || rows_more(w) ? &w->ahead[w->at++] : NULL;
}

#endif
