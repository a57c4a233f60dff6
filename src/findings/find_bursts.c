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
#include "findings/census.h"
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
    const struct named *named;
    const uint64_t *mask; /* of functions, by node: bit g, name g stands in the stack; NULL: names are those of pools of threads */
};

/* A name: its samples (of those that are left), its runs. */
struct side {
    const struct by_name *of;
    uint32_t g;
    struct times times;
    struct runs runs;
    double top;
};

/* The samples that are left and not of the name. */
static struct times others_of(const struct side *x)
{
    const struct scene *s = x->of->b->s;
    struct times out = x->of->b->found->left;
    struct reader thread = reader_of(s->thread), node = reader_of(s->node);
    uint64_t *bits = NEW_N(s->arena, uint64_t, s->n / 64 + 1);
    for (uint32_t i = 0; i < s->n; i++) {
        bool own = x->of->mask ? x->of->mask[read_at(&node, i)] >> x->g & 1
                               : x->of->pool[read_at(&thread, i)] == x->of->named[x->g].comm;
        bits[i / 64] |= (uint64_t)(own || (out.out && bit_at(out.out, i))) << i % 64;
    }
    out.out = bits;
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
    struct times others = others_of(x);
    bool usual = runs_like(b, &x->runs, &others, x->top) >= 0.5 * x->runs.n;
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

/* The highest level of samples; false when no runs of them can be bursts. */
static bool top_of(struct scene *s, const struct times *times, double *top)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct tenths t = level_tenths(s);
    struct tenth_loads *loads = NEW(s->arena, struct tenth_loads);
    const float *count = scene_bins(times, t.length_s, t.n, s->arena);
    float most = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        tenth_load_add(loads, (uint32_t)count[i]);
        most = count[i] > most ? count[i] : most;
    }
    bool may_be = runs_may_be(s, loads, times->n);
    *top = (double)most / t.length_s;
    arena_reset(s->arena, mark);
    return may_be;
}

/* One name: its runs, if they are bursts, or the only ones while all others wait. `maybe`: NULL when it is asked again. */
static void ask_name(const struct by_name *x, uint32_t g, struct times times, struct maybe *maybe)
{
    struct burst_search *b = x->b;
    const struct scene *s = b->s;
    uint32_t comm = x->mask ? ID_NONE : x->named[g].comm;
    struct str name = s->p->names[x->named[g].comm];
    struct side side = {x, g, times, {0}, 0};
    struct runs *r = &side.runs;
    if (!top_of(b->s, &times, &side.top))
        return;
    *r = runs_of(&times, x->none, side.top, runs_of_name, s->arena);
    if (!runs_pick(b, r, times.n, true) || (times.n >= 0.9 * s->n && !runs_have_all(b, r)))
        return;
    if (x->mask && (any_overlaps(b->found, s, r) || !is_most(b, &side)))
        return;
    bool strong = (runs_stand_out(b, r) && !is_usual(&side)) || (!x->mask && is_regular(b, &side));
    if (s->interval > 0 && runs_others_wait(b, r, times.n))
        burst_add_lone(b, r, comm, x->pool);
    else if (strong || !maybe)
        burst_add(b, r, strong, x->mask ? name : stem(name), comm, x->pool);
    else if (r->n >= FEWEST_POSSIBLE)
        remember(maybe, g);
}

/* Which of n functions may have bursts, by their tenths of seconds alone. */
static uint64_t frames_to_ask(const struct by_name *x, uint32_t n)
{
    struct scene *s = x->b->s;
    struct arena_mark mark = arena_mark(s->arena);
    const struct times *left = &x->b->found->left;
    struct tenth_loads *loads = NEW_N(s->arena, struct tenth_loads, n);
    struct tenths t = level_tenths(s);
    struct reader node = reader_to(s->node, x->mask, sizeof *x->mask);
    uint32_t count[MOST_FRAMES] = {0}, all[MOST_FRAMES] = {0}, tenth = 0;
    uint64_t asked = 0, seen = 0;
    double scale = s->step_s / t.length_s;
    for (uint32_t i = time_in(left, 0); i <= left->n; i = time_in(left, i + 1)) {
        uint32_t its = i < left->n ? (uint32_t)((left->step[i] + 0.5) * scale) : UINT32_MAX;
        for (; its != tenth && seen; seen &= seen - 1) {
            uint32_t g = (uint32_t)__builtin_ctzll(seen);
            tenth_load_add(&loads[g], count[g]);
            all[g] += count[g];
            count[g] = 0;
        }
        if (i == left->n)
            break;
        tenth = its;
        uint64_t mask = x->mask[read_at(&node, i)];
        seen |= mask;
        for (; mask; mask &= mask - 1)
            count[__builtin_ctzll(mask)]++;
    }
    for (uint32_t g = 0; g < n; g++)
        asked |= (uint64_t)runs_may_be(s, &loads[g], all[g]) << g;
    arena_reset(s->arena, mark);
    return asked;
}

/* Lists the samples of the first functions of `asked` that there is room for, at least one; returns which. */
static uint64_t list_frames(const struct by_name *x, uint64_t asked, struct times *lists, uint32_t *room)
{
    const struct scene *s = x->b->s;
    const struct times *left = &x->b->found->left;
    uint32_t *at[MOST_FRAMES], *end = room;
    uint64_t listed = 0;
    for (uint64_t rest = asked; rest; rest &= rest - 1) {
        uint32_t g = (uint32_t)__builtin_ctzll(rest);
        if (listed && x->named[g].n > s->n - (size_t)(end - room))
            break;
        lists[g] = (struct times){end, 0, s->step_s, NULL};
        at[g] = end;
        end += x->named[g].n;
        listed |= UINT64_C(1) << g;
    }
    struct reader node = reader_to(s->node, x->mask, sizeof *x->mask);
    for (uint32_t i = time_in(left, 0); i < left->n; i = time_in(left, i + 1))
        for (uint64_t bits = x->mask[read_at(&node, i)] & listed; bits; bits &= bits - 1)
            *at[__builtin_ctzll(bits)]++ = left->step[i];
    for (uint64_t rest = listed; rest; rest &= rest - 1) {
        uint32_t g = (uint32_t)__builtin_ctzll(rest);
        lists[g].n = (uint32_t)(at[g] - lists[g].step);
    }
    return listed;
}

/* Asks the names of `asked` (by their bits) by their lists of samples; those of functions are made here. Then again those that are
 * only possible, if they are few. */
static void ask_names(const struct by_name *x, uint64_t asked, struct times *lists, uint32_t *room)
{
    struct maybe maybe = {.n = 0};
    for (uint64_t listed = 0; asked; asked &= asked - 1, listed &= listed - 1) {
        if (x->mask && !listed)
            listed = list_frames(x, asked, lists, room);
        uint32_t g = (uint32_t)__builtin_ctzll(asked);
        struct arena_mark mark = arena_mark(x->b->s->arena);
        ask_name(x, g, lists[g], &maybe);
        arena_reset(x->b->s->arena, mark);
    }
    for (uint32_t k = 0; k < maybe.n && maybe.n <= MOST_MAYBE; k++) {
        uint32_t g = maybe.at[k];
        if (x->mask)
            (void)list_frames(x, UINT64_C(1) << g, lists, room);
        struct arena_mark mark = arena_mark(x->b->s->arena);
        ask_name(x, g, lists[g], NULL);
        arena_reset(x->b->s->arena, mark);
    }
}

/* Functions that run only in bursts, in threads that do other things, too: for each of the names with most
 * samples (of one chain one), whose stacks have it. */
static uint32_t frame_names(const struct scene *s, struct named *out)
{
    uint32_t n = 0;
    struct named *all = NEW_N(s->arena, struct named, (size_t)s->p->n_names + 1);
    for (uint32_t c = 0; c < s->p->n_names; c++)
        all[c] = (struct named){c, s->census->names[c]};
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

static void by_frames(struct burst_search *b, const struct level *none, const uint32_t *pool, uint32_t *room)
{
    struct scene *s = b->s;
    struct named names[MOST_FRAMES];
    struct times lists[MOST_FRAMES];
    uint32_t n = frame_names(s, names);
    struct by_name x = {b, none, pool, names, frame_masks(s, names, n)};
    ask_names(&x, frames_to_ask(&x, n), lists, room);
}

static void by_names(struct burst_search *b, const struct level *none, const uint32_t *pool, uint32_t *room)
{
    struct scene *s = b->s;
    const struct times *left = &b->found->left;
    uint32_t n = 0, kept = 0;
    uint32_t *group_of = NEW_N(s->arena, uint32_t, (size_t)s->p->n_threads + 1),
             *group = NEW_N(s->arena, uint32_t, (size_t)s->p->n_names + 1);
    struct named *named = NEW_N(s->arena, struct named, (size_t)s->p->n_names + 1);
    struct reader thread = reader_of(s->thread);
    for (uint32_t c = 0; c < s->p->n_names; c++) {
        named[c].comm = c;
        group[c] = ID_NONE;
    }
    for (uint32_t i = time_in(left, 0); i < left->n; i = time_in(left, i + 1))
        named[pool[read_at(&thread, i)]].n++;
    qsort(named, s->p->n_names, sizeof *named, by_size);
    while (n < s->p->n_names && n < MOST_GROUPS && named[n].n >= RUN_LEAST)
        n++;
    for (uint32_t g = 0; g < n; g++)
        if (named[g].n <= 0.98 * s->n) { /* else everybody has this name */
            group[named[g].comm] = kept;
            named[kept++] = named[g];
        }
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        group_of[t] = group[pool[t]];
    struct times *lists = scene_groups(s, group_of, left->out ? b->found->explained : NULL, kept, room);
    struct by_name x = {b, none, pool, named, NULL};
    ask_names(&x, kept < 64 ? (UINT64_C(1) << kept) - 1 : UINT64_MAX, lists, room);
}

static void by_load(struct burst_search *b, const uint32_t *pool)
{
    struct scene *s = b->s;
    struct runs r = runs_of(&b->found->left, b->all, b->all->top, runs_of_load, s->arena);
    uint32_t kept = 0;
    if (!runs_pick(b, &r, b->found->n_left, false))
        return;
    for (uint32_t i = 0; i < r.n; i++)
        if (!overlaps(b->found, s, &r.list[i]))
            r.list[kept++] = r.list[i];
    r.n = kept;
    if (kept)
        burst_add(b, &r, true, STR(""), ID_NONE, pool);
}

void find_bursts(struct scene *s, const struct level *level, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct burst_search b = {.s = s, .found = found, .all = level};
    uint32_t *pool = pools(s), *room = NEW_N(s->arena, uint32_t, s->n);
    struct level none = {.block_s = s->length + 1, .n = 1, .around = NEW_N(s->arena, double, 1)};
    by_names(&b, &none, pool, room);
    by_frames(&b, &none, pool, room);
    by_load(&b, pool);
    arena_reset(s->arena, mark);
}
