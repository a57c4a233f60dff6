/* SPDX-License-Identifier: MIT
 *
 * Bursts: stretches of tenths of seconds with far more samples than around them. They are looked for among
 * the threads of one name ("GC Thread#0" to "#7" are one), whose own runs stand out in any noise, among the
 * samples of one function, and then in all samples. Each sample adds one, each second takes away a threshold
 * half way between the level around and the highest: the best stretches of that sum (with a drop-off, as in
 * sequence alignment) are candidates. They are bursts if the total stands out from the totals of all other
 * stretches of that length (bursty load is red noise: what a Poisson law says of it is worth nothing), and if
 * they are rare: what is there a sixth of the time is how this machine works. A thread that runs in such
 * stretches while all others wait is a run of one. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "findings/burst.h"
#include "findings/explain.h"
#include "findings/list.h"
#include "findings/say.h"

#define MOST_GROUPS 64u
/* Functions: the bits of a mask. */
#define MOST_FRAMES 64u
/* Runs that say something although the load does not stand out. */
#define FEWEST_POSSIBLE 3u
#define STRONG_SAMPLES 30
#define MOST_MAYBE 3u
/* Of the runs of a name, those long enough to be bursts. */
#define MOST_SHORT 0.6
/* On one CPU, whoever runs has all of it. */
#define MOST_ALONE 10u

/* ---- names, without the numbers that tell threads of one pool apart */

static struct str stem(struct str name)
{
    size_t n = name.n;
    while (n &&
           ((name.p[n - 1] >= '0' && name.p[n - 1] <= '9') || name.p[n - 1] == '#' || name.p[n - 1] == '-' ||
            name.p[n - 1] == '_' || name.p[n - 1] == '/' || name.p[n - 1] == ':'))
        n--;
    return n >= 2 ? str_sub(name, 0, n) : name;
}

struct named {
    uint32_t comm, n;
};

static int by_size(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return x->comm < y->comm ? -1 : x->comm > y->comm;
}

/* For each thread the first name (names are sorted) with the same stem as its own. */
static uint32_t *pools(const struct scene *s)
{
    const struct profile *p = s->p;
    uint32_t *first = NEW_N(s->arena, uint32_t, (size_t)p->n_names + 1),
             *of = NEW_N(s->arena, uint32_t, (size_t)p->n_threads + 1), last = ID_NONE;
    bool *used = NEW_N(s->arena, bool, (size_t)p->n_names + 1);
    for (uint32_t t = 0; t < p->n_threads; t++)
        used[p->threads[t].comm] = true;
    for (uint32_t c = 0; c < p->n_names; c++) {
        if (!used[c])
            continue;
        if (last == ID_NONE || !str_eq(stem(p->names[c]), stem(p->names[last])))
            last = c;
        first[c] = last;
    }
    for (uint32_t t = 0; t < p->n_threads; t++)
        of[t] = first[p->threads[t].comm];
    return of;
}

static bool overlaps(const struct found *found, const struct scene *s, const struct run *r)
{
    uint32_t from = scene_step(s, r->from_s), to = scene_step(s, r->to_s);
    for (size_t i = 0; i < found->list.n; i++)
        for (uint32_t k = 0;
             (found->list.p[i].kind == FINDING_BURST || found->list.p[i].kind == FINDING_RUNNER) &&
             k < found->list.p[i].n_ranges;
             k++)
            if (found->list.p[i].ranges[k].from < to && found->list.p[i].ranges[k].to > from)
                return true;
    return false;
}

/* Functions that run only in bursts, in threads that do other things, too: for each of the names with most
 * samples (of one chain one), whose stacks have it. */
static uint32_t frame_names(const struct scene *s, struct named *out)
{
    uint32_t *total = explain_totals(s, s->arena), n = 0;
    struct named *all = NEW_N(s->arena, struct named, (size_t)s->p->n_names + 1);
    for (uint32_t c = 0; c < s->p->n_names; c++)
        all[c] = (struct named){c, total[c]};
    qsort(all, s->p->n_names, sizeof *all, by_size);
    for (uint32_t c = 0; c < s->p->n_names && n < MOST_FRAMES && all[c].n >= 2 * RUN_LEAST; c++)
        if (all[c].n < 0.5 * s->n && (!n || out[n - 1].n != all[c].n))
            out[n++] = all[c];
    return n;
}

/* By node, bit i: name i stands in the stack. */
static uint64_t *frame_masks(const struct scene *s, const struct named *names, uint32_t n)
{
    const struct profile *p = s->p;
    uint64_t *mask = NEW_N(s->arena, uint64_t, p->n_nodes),
             *bit = NEW_N(s->arena, uint64_t, (size_t)p->n_names + 1);
    for (uint32_t i = 0; i < n; i++)
        bit[names[i].comm] = 1ull << i;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        const struct frame *f = &p->frames[p->node_frame[i]];
        mask[i] = mask[p->node_parent[i]] | (f->kind == FRAME_THREAD ? 0 : bit[f->name]);
    }
    return mask;
}

static bool any_overlaps(const struct found *found, const struct scene *s, const struct runs *r)
{
    for (uint32_t i = 0; i < r->n; i++)
        if (overlaps(found, s, &r->list[i]))
            return true;
    return false;
}

struct by_name {
    struct burst_search *b;
    const struct level *none;
    const uint32_t *pool;
    const uint64_t *bits; /* by sample that nothing explains yet: bit g, it is of name g */
    const struct named *named;
    bool threads; /* pools of them, not functions */
};

/* A name: its samples, its runs. */
struct side {
    const struct by_name *of;
    uint32_t g, n;
    struct runs runs;
    double top;
};

static struct side side_of(const struct by_name *x, uint32_t g)
{
    struct scene *s = x->b->s;
    struct side out = {.of = x, .g = g};
    double *time = NEW_N(s->arena, double, (size_t)x->named[g].n + 1);
    for (uint32_t i = 0; i < s->n; i++) { /* written each time, kept when it counts: no branch to guess */
        time[out.n] = s->time[i];
        out.n += (uint32_t)(x->bits[i] >> g & 1);
    }
    out.top = level_top(s, time, out.n, s->arena);
    out.runs = runs_of(time, out.n, x->none, out.top, s->arena);
    return out;
}

/* What others do as well, and as often, is how this machine works: long requests, each of some thread. So is
 * what comes in all lengths. All CPUs at once of a machine that has several are not. */
static bool is_usual(const struct side *x)
{
    const struct burst_search *b = x->of->b;
    struct scene *s = b->s;
    if (s->cpus > 1 && runs_have_all(b, &x->runs))
        return false;
    if ((s->cpus == 1 && x->runs.n > MOST_ALONE) || x->runs.n < MOST_SHORT * x->runs.n_all)
        return true;
    struct arena_mark mark = arena_mark(s->arena);
    double *other = NEW_N(s->arena, double, s->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (!(x->of->bits[i] >> x->g & 1) && !b->found->explained[i])
            other[n++] = s->time[i];
    bool usual = runs_like(b, &x->runs, other, n, x->top) >= 0.5 * x->runs.n;
    arena_reset(s->arena, mark);
    return usual;
}

static bool is_regular(const struct burst_search *b, const struct side *x)
{
    const struct runs *r = &x->runs;
    double *at = NEW_N(b->s->arena, double, r->n), n = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        at[i] = r->list[i].from_s;
        n += r->list[i].n;
    }
    return n >= STRONG_SAMPLES && say_regular(b->s, at, r->n) > 0;
}

/* Whether the runs are of this function, rather than of all that happens then. */
static bool is_most(const struct burst_search *b, const struct side *x)
{
    double own = 0, all = 0;
    for (uint32_t i = 0; i < x->runs.n; i++) {
        own += x->runs.list[i].n;
        all += runs_count(b, x->runs.list[i].from_s, x->runs.list[i].to_s) + 1;
    }
    return own > 0.5 * all;
}

/* Names whose runs others have, too, or that do not stand out: worth a word as long as they are few. */
struct maybe {
    uint32_t at[MOST_MAYBE + 1], n;
};

static void remember(struct maybe *m, uint32_t at)
{
    if (m->n <= MOST_MAYBE)
        m->at[m->n++] = at;
}

/* One name: its runs, if they are bursts, or the only ones while all others wait. */
static void ask_name(const struct by_name *x, uint32_t g, struct maybe *maybe)
{
    struct burst_search *b = x->b;
    const struct scene *s = b->s;
    uint32_t comm = x->threads ? x->named[g].comm : ID_NONE;
    struct str name = s->p->names[x->named[g].comm];
    struct side side = side_of(x, g);
    struct runs *r = &side.runs;
    if (!runs_pick(b, r, side.n, true) || (side.n >= 0.9 * s->n && !runs_have_all(b, r)))
        return;
    if (!x->threads && (any_overlaps(b->found, s, r) || !is_most(b, &side)))
        return;
    bool strong = (runs_stand_out(b, r) && !is_usual(&side)) || (x->threads && is_regular(b, &side));
    if (s->interval > 0 && runs_others_wait(b, r, side.n))
        burst_add_lone(b, r, comm, x->pool);
    else if (strong || !maybe)
        burst_add(b, r, strong, x->threads ? stem(name) : name, comm, x->pool);
    else if (r->n >= FEWEST_POSSIBLE)
        remember(maybe, g);
}

static void ask_names(const struct by_name *x, uint32_t n)
{
    struct maybe maybe = {.n = 0};
    for (uint32_t pass = 0; pass < 2; pass++) {
        uint32_t some = pass == 0 ? n : maybe.n <= MOST_MAYBE ? maybe.n : 0;
        for (uint32_t g = 0; g < some; g++) {
            struct arena_mark mark = arena_mark(x->b->s->arena);
            ask_name(x, pass ? maybe.at[g] : g, pass ? NULL : &maybe);
            arena_reset(x->b->s->arena, mark);
        }
    }
}

static void by_frames(struct burst_search *b, const struct level *none, const uint32_t *pool)
{
    struct scene *s = b->s;
    struct named names[MOST_FRAMES];
    uint32_t n = frame_names(s, names);
    uint64_t *mask = frame_masks(s, names, n), *bits = NEW_N(s->arena, uint64_t, s->n);
    for (uint32_t i = 0; i < s->n; i++)
        bits[i] = b->found->explained[i] ? 0 : mask[s->node[i]];
    struct by_name x = {b, none, pool, bits, names, false};
    ask_names(&x, n);
}

static void by_names(struct burst_search *b, const struct level *none, const uint32_t *pool)
{
    struct scene *s = b->s;
    uint32_t n = 0, kept = 0;
    struct named *named = NEW_N(s->arena, struct named, (size_t)s->p->n_names + 1);
    for (uint32_t c = 0; c < s->p->n_names; c++)
        named[c].comm = c;
    for (uint32_t i = 0; i < s->n; i++)
        if (!b->found->explained[i])
            named[pool[s->thread[i]]].n++;
    qsort(named, s->p->n_names, sizeof *named, by_size);
    while (n < s->p->n_names && n < MOST_GROUPS && named[n].n >= RUN_LEAST)
        n++;
    for (uint32_t g = 0; g < n; g++)
        if (named[g].n <= 0.98 * s->n) /* else everybody has this name */
            named[kept++] = named[g];
    uint64_t *bit = NEW_N(s->arena, uint64_t, (size_t)s->p->n_names + 1),
             *bits = NEW_N(s->arena, uint64_t, s->n);
    for (uint32_t g = 0; g < kept; g++)
        bit[named[g].comm] = 1ull << g;
    for (uint32_t i = 0; i < s->n; i++)
        bits[i] = b->found->explained[i] ? 0 : bit[pool[s->thread[i]]];
    struct by_name x = {b, none, pool, bits, named, true};
    ask_names(&x, kept);
}

static void by_load(struct burst_search *b, const uint32_t *pool)
{
    struct scene *s = b->s;
    struct runs r = runs_of(b->all_time, b->n_all, &b->all, b->all.top, s->arena);
    uint32_t kept = 0;
    if (!runs_pick(b, &r, b->n_all, false))
        return;
    for (uint32_t i = 0; i < r.n; i++)
        if (!overlaps(b->found, s, &r.list[i]))
            r.list[kept++] = r.list[i];
    r.n = kept;
    if (kept)
        burst_add(b, &r, true, STR(""), ID_NONE, pool);
}

void find_bursts(struct scene *s, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct burst_search b = {.s = s, .found = found, .all_time = s->time, .n_all = s->n};
    uint32_t n_left = 0;
    for (uint32_t i = 0; i < s->n; i++)
        n_left += !found->explained[i];
    if (n_left < s->n) { /* else they need not be copied */
        b.all_time = NEW_N(s->arena, double, (size_t)n_left + 1);
        b.n_all = 0;
        for (uint32_t i = 0; i < s->n; i++)
            if (!found->explained[i])
                b.all_time[b.n_all++] = s->time[i];
    }
    b.all = level_of(s, b.all_time, b.n_all, found, s->arena);
    uint32_t *pool = pools(s);
    struct level none = {.block_s = s->length + 1, .n = 1, .around = NEW_N(s->arena, double, 1)};
    by_names(&b, &none, pool);
    by_frames(&b, &none, pool);
    by_load(&b, pool);
    arena_reset(s->arena, mark);
}
