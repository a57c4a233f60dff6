/* SPDX-License-Identifier: MIT
 *
 * Pairs are made as their ends come, which is right for nearly all rows; only what is open is kept as it is.
 * A row that went back in time is taken apart again at the end, sorted, and paired anew. */
#include "ingest/trace_pairs.h"

#include "base/arena.h"
#include "base/limits.h"

/* Slices of one row that are open at once and looked through for a name; more is an attack. */
#define NAMES_LOOKED_AT 256u

/* How a slice came; or, of a row that is paired anew, one end of it. */
enum kind { WHOLE, PAIRED, END_ALONE, MOMENT_END, MOMENT_BEGIN, INSTANT };

struct pairs_row {
    int64_t latest_ns;
    uint32_t top, n_open; /* top: in p->open, + 1 */
    uint32_t n_ends_alone;
    uint32_t n_deep; /* begun, but not kept */
    bool is_disordered;
};

struct open_slice {
    struct slice s;
    uint32_t below; /* + 1 */
};

/* ---- a slice as it waits */

enum { AT, LENGTH, PLACE, ROW, FRAME_AND_KIND, THREAD };

static void keep(struct rows *to, const struct slice *s, enum kind kind)
{
    int64_t frame_and_kind = (int64_t)((uint64_t)s->frame << 3 | (unsigned)kind);
    rows_add(to, (struct row){
                     {s->at_ns, s->end_ns - s->at_ns, (int64_t)s->place, s->row, frame_and_kind, s->thread}});
}

static enum kind kind_of(const struct row *r)
{
    return (enum kind)(r->v[FRAME_AND_KIND] & 7);
}

static struct slice slice_of(const struct row *r)
{
    return (struct slice){.at_ns = r->v[AT],
                          .end_ns = r->v[AT] + r->v[LENGTH],
                          .place = (uint64_t)r->v[PLACE],
                          .row = (uint32_t)r->v[ROW],
                          .frame = (uint32_t)(r->v[FRAME_AND_KIND] >> 3),
                          .thread = (uint32_t)r->v[THREAD],
                          .is_instant = kind_of(r) == INSTANT};
}

static int compare(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

static int by_place(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return compare(x->v[PLACE], y->v[PLACE]);
}

static int by_begin(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int c = compare(x->v[AT], y->v[AT]);
    c = c ? c : compare(y->v[LENGTH], x->v[LENGTH]);
    return c ? c : by_place(a, b);
}

/* At one time ends come first: a slice that ends as the next one begins is not around it. */
static int by_row_and_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int c = compare(x->v[ROW], y->v[ROW]);
    c = c ? c : compare(x->v[AT], y->v[AT]);
    c = c ? c : (int)kind_of(x) - (int)kind_of(y);
    return c ? c : by_place(a, b);
}

/* ---- as they come */

void pairs_init(struct pairs *p, bool by_name, struct arena *arena)
{
    *p = (struct pairs){.made = rows_new(arena), .by_name = by_name, .last_ns = INT64_MIN, .arena = arena};
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

void pairs_complete(struct pairs *p, uint32_t row, int64_t at_ns, int64_t end_ns, uint32_t frame)
{
    note_time(p, end_ns);
    if (p->n < LIMIT_SAMPLES)
        keep(&p->made, &(struct slice){at_ns, end_ns, p->n++, row, frame, 0, false}, WHOLE);
}

void pairs_instant(struct pairs *p, uint32_t row, uint32_t thread, int64_t at_ns, uint32_t frame)
{
    note_time(p, at_ns);
    p->n_instants++;
    if (p->n < LIMIT_SAMPLES)
        keep(&p->made, &(struct slice){at_ns, at_ns, p->n++, row, frame, thread, true}, INSTANT);
}

static void push_open(struct pairs *p, struct pairs_row *r, struct slice s)
{
    uint32_t at = p->free;
    if (at) {
        p->free = p->open.p[at - 1].below;
        p->open.p[at - 1] = (struct open_slice){s, r->top};
    } else { /* fewer than LIMIT_SAMPLES of them, as there are slices */
        (void)vec_push(&p->open, SIZE_MAX, p->arena, (struct open_slice){s, r->top});
        at = (uint32_t)p->open.n;
    }
    r->top = at;
    r->n_open++;
}

static struct slice remove_open(struct pairs *p, struct pairs_row *r, uint32_t *link)
{
    uint32_t at = *link;
    struct open_slice *o = &p->open.p[at - 1];
    *link = o->below;
    o->below = p->free;
    p->free = at;
    r->n_open--;
    return o->s;
}

void pairs_begin(struct pairs *p, uint32_t row, uint32_t thread, int64_t at_ns, uint32_t frame)
{
    struct pairs_row *r = row_at(p, row, at_ns);
    if (r->n_open >= LIMIT_STACK_DEPTH || p->n >= LIMIT_SAMPLES) {
        r->n_deep++;
        p->n_deep++;
    } else {
        push_open(p, r, (struct slice){at_ns, at_ns, p->n++, row, frame, thread, false});
    }
}

static bool fits(const struct pairs *p, uint32_t began, uint32_t ended)
{
    return !p->by_name || ended == SLICE_NO_FRAME || began == ended;
}

/* The link to the open slice that an end belongs to; NULL: none. */
static uint32_t *opened_as(struct pairs *p, struct pairs_row *r, uint32_t frame)
{
    uint32_t *link = &r->top;
    for (uint32_t n = 0; *link && n < NAMES_LOOKED_AT; n++, link = &p->open.p[*link - 1].below)
        if (fits(p, p->open.p[*link - 1].s.frame, frame))
            return link;
    return NULL;
}

void pairs_end(struct pairs *p, uint32_t row, int64_t at_ns, uint32_t frame)
{
    struct pairs_row *r = row_at(p, row, at_ns);
    if (r->n_deep) {
        r->n_deep--;
        return;
    }
    uint32_t *link = opened_as(p, r, frame);
    if (link && at_ns >= p->open.p[*link - 1].s.at_ns) {
        struct slice s = remove_open(p, r, link);
        s.end_ns = at_ns;
        keep(&p->made, &s, PAIRED);
    } else if (p->n < LIMIT_SAMPLES) {
        r->n_ends_alone++;
        keep(&p->made, &(struct slice){at_ns, at_ns, p->n++, row, frame, 0, false}, END_ALONE);
    }
}

/* ---- rows out of order */

struct pairing {
    struct pairs *p;
    VEC(struct slice) open; /* of the row at hand */
    int64_t last_ns;
    uint64_t n_early; /* ends of this row and time that wait for a beginning at the same time */
};

static void end_at(struct pairs *p, struct slice s, int64_t end_ns)
{
    s.end_ns = end_ns > s.at_ns ? end_ns : s.at_ns;
    keep(&p->made, &s, PAIRED);
}

static void add_moments(struct rows *moments, struct slice s, bool begins, bool ends)
{
    struct slice end = s;
    end.at_ns = s.end_ns;
    s.end_ns = s.at_ns;
    if (begins)
        keep(moments, &s, MOMENT_BEGIN);
    if (ends)
        keep(moments, &end, MOMENT_END);
}

/* Takes out what came as beginnings and ends in rows out of order. */
static struct rows take_apart(struct pairs *p)
{
    struct rows moments = rows_new(p->arena), kept = rows_new(p->arena);
    struct rows_walk w = rows_walk(&p->made, true);
    for (const struct row *r; (r = rows_next(&w));) {
        struct slice s = slice_of(r);
        enum kind kind = kind_of(r);
        if (kind == WHOLE || kind == INSTANT || !p->rows.p[s.row].is_disordered || (kind == PAIRED && s.end_ns == s.at_ns))
            rows_add(&kept, *r);
        else
            add_moments(&moments, s, kind == PAIRED, true);
    }
    rows_drop(&p->made);
    p->made = kept;
    for (size_t i = 0; i < p->rows.n; i++) {
        struct pairs_row *r = &p->rows.p[i];
        while (r->is_disordered && r->top)
            add_moments(&moments, remove_open(p, r, &r->top), true, false);
    }
    return moments;
}

static void new_row(struct pairing *g)
{
    while (g->open.n) {
        g->p->n_without_end++;
        end_at(g->p, g->open.p[--g->open.n], g->last_ns);
    }
}

static void pair_moment(struct pairing *g, const struct slice *s, bool is_begin)
{
    size_t i = g->open.n, last = i > NAMES_LOOKED_AT ? i - NAMES_LOOKED_AT : 0;
    if (is_begin && g->n_early) {
        g->n_early--;
        end_at(g->p, *s, s->at_ns);
        return;
    }
    if (is_begin) {
        (void)vec_push(&g->open, SIZE_MAX, g->p->arena, *s);
        return;
    }
    while (i > last && !fits(g->p, g->open.p[i - 1].frame, s->frame))
        i--;
    if (i == last) {
        g->n_early++;
        return;
    }
    end_at(g->p, g->open.p[i - 1], s->at_ns);
    for (g->open.n--; i - 1 < g->open.n; i++)
        g->open.p[i - 1] = g->open.p[i];
}

static void pair_anew(struct pairs *p, int64_t last_ns)
{
    struct pairing g = {.p = p, .last_ns = last_ns};
    struct rows moments = take_apart(p);
    struct slice before = {0};
    rows_sort(&moments, by_row_and_time);
    struct rows_walk w = rows_walk_sorted(&moments, by_row_and_time, true);
    for (const struct row *r; (r = rows_next(&w));) {
        struct slice s = slice_of(r);
        if (s.row != before.row || s.at_ns != before.at_ns) {
            p->n_without_begin += g.n_early;
            g.n_early = 0;
        }
        if (s.row != before.row)
            new_row(&g);
        pair_moment(&g, &s, kind_of(r) == MOMENT_BEGIN);
        before = s;
    }
    p->n_without_begin += g.n_early;
    new_row(&g);
    rows_drop(&moments);
}

void pairs_settle(struct pairs *p, int64_t last_ns)
{
    if (p->any_disorder)
        pair_anew(p, last_ns);
    for (size_t i = 0; i < p->rows.n; i++) {
        struct pairs_row *r = &p->rows.p[i];
        for (; r->top; p->n_without_end++)
            end_at(p, remove_open(p, r, &r->top), last_ns);
        if (!r->is_disordered) /* else counted as it was paired */
            p->n_without_begin += r->n_ends_alone;
    }
}

struct rows_walk pairs_walk(struct pairs *p, bool by_time)
{
    rows_order order = by_time ? by_begin : by_place;
    rows_sort(&p->made, order);
    return rows_walk_sorted(&p->made, order, true);
}

bool pairs_next(struct rows_walk *w, struct slice *s)
{
    const struct row *r;
    do
        r = rows_next(w);
    while (r && kind_of(r) == END_ALONE);
    if (r)
        *s = slice_of(r);
    return r != NULL;
}
