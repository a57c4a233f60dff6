/* SPDX-License-Identifier: MIT
 *
 * Pairs are made as their ends come, which is right for nearly all rows and needs no more than the slice itself. A row
 * that went back in time is taken apart again at the end, sorted, and paired anew. */
#include "ingest/trace_pairs.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/sort.h"

/* In a slice's frame, while they are collected: it was made of a beginning or an end, not complete at once. */
#define PAIRED 0x80000000u
/* Slices of one row that are open at once and looked through for a name; more is an attack. */
#define NAMES_LOOKED_AT 256u

struct pairs_row {
    VEC(uint32_t) open;
    uint64_t n_deep; /* begun, but not kept */
    int64_t latest_ns;
    bool is_disordered;
};

/* A beginning or an end, of a row that is put in order. */
struct moment {
    int64_t at_ns;
    uint32_t row, slice, is_begin;
};

void pairs_init(struct pairs *p, bool by_name, struct arena *arena)
{
    *p = (struct pairs){.by_name = by_name, .last_ns = INT64_MIN, .arena = arena};
}

static void note_time(struct pairs *p, int64_t at_ns)
{
    p->last_ns = at_ns > p->last_ns ? at_ns : p->last_ns;
}

static struct pairs_row *row_at(struct pairs *p, uint32_t row, int64_t at_ns)
{
    while (p->rows.n <= row)
        (void)vec_push(&p->rows, SIZE_MAX, p->arena, (struct pairs_row){.latest_ns = INT64_MIN});
    struct pairs_row *r = &p->rows.p[row];
    if (at_ns < r->latest_ns)
        p->any_disorder = r->is_disordered = true;
    r->latest_ns = at_ns > r->latest_ns ? at_ns : r->latest_ns;
    note_time(p, at_ns);
    return r;
}

static bool add(struct pairs *p, struct slice s)
{
    return vec_push(&p->all, LIMIT_SAMPLES, p->arena, s);
}

bool pairs_complete(struct pairs *p, uint32_t row, int64_t at_ns, int64_t end_ns, uint32_t frame)
{
    note_time(p, end_ns);
    return add(p, (struct slice){at_ns, end_ns, row, frame});
}

bool pairs_begin(struct pairs *p, uint32_t row, int64_t at_ns, uint32_t frame)
{
    struct pairs_row *r = row_at(p, row, at_ns);
    if (r->open.n >= LIMIT_STACK_DEPTH || !add(p, (struct slice){at_ns, SLICE_NO_END, row, frame | PAIRED})) {
        r->n_deep++;
        p->n_deep++;
        return false;
    }
    return vec_push(&r->open, SIZE_MAX, p->arena, (uint32_t)p->all.n - 1);
}

/* Which of the open slices an end belongs to, counted from 1; 0: none. */
static size_t opened_as(const struct pairs *p, const uint32_t *open, size_t n, uint32_t frame)
{
    if (!p->by_name || frame == SLICE_NO_FRAME)
        return n;
    for (size_t i = n; i > 0 && n - i < NAMES_LOOKED_AT; i--)
        if ((p->all.p[open[i - 1]].frame & ~PAIRED) == frame)
            return i;
    return 0;
}

static void remove_at(uint32_t *list, size_t *n, size_t i)
{
    memmove(list + i, list + i + 1, (*n - i - 1) * sizeof *list);
    --*n;
}

void pairs_end(struct pairs *p, uint32_t row, int64_t at_ns, uint32_t frame)
{
    struct pairs_row *r = row_at(p, row, at_ns);
    if (r->n_deep) {
        r->n_deep--;
        return;
    }
    size_t i = opened_as(p, r->open.p, r->open.n, frame);
    struct slice *s = i ? &p->all.p[r->open.p[i - 1]] : NULL;
    if (s && at_ns >= s->at_ns) {
        s->end_ns = at_ns;
        remove_at(r->open.p, &r->open.n, i - 1);
    } else {
        (void)add(p, (struct slice){at_ns, SLICE_NO_BEGIN, row, frame | PAIRED});
    }
}

/* ---- rows out of order */

/* At one time ends come first: a slice that ends as the next one begins is not around it. */
static int by_row_and_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return (x->is_begin > y->is_begin) - (x->is_begin < y->is_begin);
}

struct pairing {
    VEC(uint32_t) open;
    VEC(struct moment) moments;
    size_t n_early; /* ends of this row and time that wait for a beginning at the same time */
};

static void take_apart(struct pairs *p, struct pairing *g)
{
    for (uint32_t i = 0; i < p->all.n; i++) {
        struct slice *s = &p->all.p[i];
        if (!(s->frame & PAIRED) || !p->rows.p[s->row].is_disordered || s->at_ns == s->end_ns)
            continue;
        if (s->end_ns != SLICE_NO_BEGIN)
            (void)vec_push(&g->moments, SIZE_MAX, p->arena, (struct moment){s->at_ns, s->row, i, true});
        int64_t end_ns = s->end_ns == SLICE_NO_BEGIN ? s->at_ns : s->end_ns;
        if (end_ns != SLICE_NO_END)
            (void)vec_push(&g->moments, SIZE_MAX, p->arena, (struct moment){end_ns, s->row, i, false});
    }
}

static void pair_moment(struct pairs *p, struct pairing *g, const struct moment *m)
{
    struct slice *s = &p->all.p[m->slice];
    if (!m->is_begin) {
        size_t i = opened_as(p, g->open.p, g->open.n, s->frame & ~PAIRED);
        if (i) {
            p->all.p[g->open.p[i - 1]].end_ns = m->at_ns;
            remove_at(g->open.p, &g->open.n, i - 1);
        }
        g->n_early += !i;
    } else if (g->n_early) {
        s->end_ns = m->at_ns;
        g->n_early--;
    } else {
        s->end_ns = SLICE_NO_END;
        (void)vec_push(&g->open, SIZE_MAX, p->arena, m->slice);
    }
}

static void pair_anew(struct pairs *p)
{
    struct pairing g = {.n_early = 0};
    take_apart(p, &g);
    sort_stable(g.moments.p, g.moments.n, sizeof *g.moments.p, by_row_and_time, p->arena);
    for (size_t i = 0; i < g.moments.n; i++) {
        const struct moment *m = &g.moments.p[i], *before = i ? m - 1 : m;
        if (m->row != before->row || m->at_ns != before->at_ns) {
            p->n_without_begin += g.n_early;
            g.n_early = 0;
        }
        if (m->row != before->row)
            g.open.n = 0;
        pair_moment(p, &g, m);
    }
    p->n_without_begin += g.n_early;
    arena_drop(p->arena, g.moments.p, g.moments.cap, sizeof *g.moments.p);
}

void pairs_settle(struct pairs *p, int64_t last_ns)
{
    if (p->any_disorder)
        pair_anew(p);
    for (size_t i = 0; i < p->all.n; i++) {
        struct slice *s = &p->all.p[i];
        if (s->end_ns == SLICE_NO_END) {
            s->end_ns = last_ns > s->at_ns ? last_ns : s->at_ns;
            p->n_without_end++;
        }
        if (s->end_ns == SLICE_NO_BEGIN)
            p->n_without_begin += !p->rows.p[s->row].is_disordered; /* else counted as it was paired */
        s->frame &= ~PAIRED;
    }
}
