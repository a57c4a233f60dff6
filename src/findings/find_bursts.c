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

#include "findings/explain.h"
#include "findings/list.h"
#include "findings/say.h"
#include "findings/runs.h"

#define MOST_GROUPS 64u
/* Functions: the bits of a mask. */
#define MOST_FRAMES 64u
/* Runs that say something although the load does not stand out. */
#define FEWEST_POSSIBLE 3u
#define STRONG_SAMPLES 30
/* Of the runs of a name, those long enough to be bursts. */
#define MOST_SHORT 0.6
/* On one CPU, whoever runs has all of it. */
#define MOST_ALONE 10u

static struct str when(const struct burst_search *b, const struct runs *r)
{
    double *at = NEW_N(b->s->arena, double, r->n);
    for (uint32_t i = 0; i < r->n; i++)
        at[i] = r->list[i].from_s;
    return say_when(b->s, at, r->n, b->found->arena);
}

static struct str how_long(const struct runs *r, struct arena *arena)
{
    double shortest = INFINITY, longest = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        double length = r->list[i].to_s - r->list[i].from_s;
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
    }
    struct str a = say_time(shortest, arena), b = say_time(longest, arena);
    return longest - shortest < 0.1 * longest ? b : str_fmt(arena, "%.*s to %.*s", STR_ARG(a), STR_ARG(b));
}

/* "all 4 CPUs busy", "1.9 of 16 CPUs busy", "5 times the usual load". */
static struct str how_much(const struct burst_search *b, double busy, double usual, double rate,
                           struct arena *arena)
{
    const struct scene *s = b->s;
    if (s->interval > 0 && s->cpus > 1 && busy > 0.88 * s->cpus)
        return str_fmt(arena, "all %.0f CPUs busy", s->cpus);
    if (s->interval > 0 && s->cpus > 0) {
        struct str n = say_number(busy, arena), all = say_number(s->cpus, arena);
        return s->cpus > 1 ? str_fmt(arena, "%.*s of %.*s CPUs busy", STR_ARG(n), STR_ARG(all))
                           : STR("the CPU busy");
    }
    struct str times = say_number(rate / (usual > 0 ? usual : 1), arena);
    return str_fmt(arena, "%.*s times the usual samples", STR_ARG(times));
}

static void add_bursts(const struct burst_search *b, const struct runs *r, bool strong, struct str who,
                       uint32_t comm_of, const uint32_t *name_of)
{
    const struct scene *s = b->s;
    struct arena *arena = b->found->arena;
    struct finding *x = found_add(b->found, FINDING_BURST, strong);
    double length = 0, n = 0, usual = 0, weakest = INFINITY,
           pad = s->interval > 0 && s->cpus > 0 ? s->interval / s->cpus : 0;
    if (!x)
        return;
    for (uint32_t i = 0; i < r->n; i++) {
        const struct run *run = &r->list[i];
        double sigma = runs_sigma(b, r, run);
        length += run->to_s - run->from_s + pad;
        usual += level_at(&b->all, run->from_s) * (run->to_s - run->from_s);
        n += runs_count(b, run->from_s, run->to_s + 1e-9);
        weakest = sigma < weakest ? sigma : weakest;
        found_range(x, s, run->from_s - pad / 2, run->to_s + pad / 2 + s->step_s / 2, arena);
        for (uint32_t k = scene_at(s, run->from_s); k < s->n && s->time[k] <= run->to_s; k++) {
            uint32_t t = s->thread[k];
            bool known = false;
            for (uint32_t q = 0; q < x->n_threads; q++)
                known |= x->threads[q] == t;
            if (!known && x->n_threads < 64 && comm_of != ID_NONE && name_of[t] == comm_of)
                found_thread(x, t, arena);
        }
    }
    double busy = n * s->lost * s->interval / length;
    struct str much = how_much(b, busy, usual / length, n / length, arena), lasts = how_long(r, arena),
               at = when(b, r);
    double own = 0;
    for (uint32_t i = 0; i < r->n; i++)
        own += r->list[i].n;
    if (who.n && s->interval > 0 && busy < 0.88 * s->cpus && x->n_threads >= 2 && x->n_threads <= 8) {
        struct str each = say_time(own * s->lost * s->interval / x->n_threads / r->n, arena);
        much = str_fmt(arena, "%u threads, %.*s of work each,", x->n_threads, STR_ARG(each));
        lasts = str_fmt(arena, "together within %.*s", STR_ARG(lasts));
        x->title =
            str_fmt(arena, "%.*s: %.*s %.*s, %.*s", STR_ARG(who), STR_ARG(much), STR_ARG(lasts), STR_ARG(at));
        found_value(x, "busy_ns", own * s->lost * s->interval / x->n_threads / r->n * 1e9, NAN, NAN);
    } else if (!strong)
        x->title = str_fmt(arena, "%.*s runs only now and then: for %.*s, %.*s", STR_ARG(who), STR_ARG(lasts),
                           STR_ARG(at));
    else
        x->title = who.n ? str_fmt(arena, "%.*s: %.*s for %.*s, %.*s", STR_ARG(who), STR_ARG(much),
                                   STR_ARG(lasts), STR_ARG(at))
                         : str_fmt(arena, "%.*s for %.*s, %.*s", STR_ARG(much), STR_ARG(lasts), STR_ARG(at));
    struct str sigma = say_number(weakest, arena),
               before = say_number(usual / length * s->interval * s->lost, arena),
               inside = say_number(busy, arena);
    x->why = str_fmt(arena,
                     "%.*s CPUs busy inside, %.*s around; the weakest stands %.*s standard deviations above "
                     "what is around it.",
                     STR_ARG(inside), STR_ARG(before), STR_ARG(sigma));
    found_times(x, s, r->n, length);
    if (s->interval > 0) {
        found_value(x, "busy_cpus", busy, NAN, NAN);
        found_value(x, "usual_cpus", usual / length * s->interval * s->lost, NAN, NAN);
    }
    found_value(x, "sigma", weakest, NAN, NAN);
    x->stake_ns = (n - usual > 0 ? n - usual : 0) * (s->interval > 0 ? s->interval : s->bin_s) * 1e9;
}

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

/* The thread with most samples in the runs. */
static uint32_t busiest_in(const struct scene *s, const struct runs *r)
{
    struct arena_mark mark = arena_mark(s->arena);
    uint32_t *n = NEW_N(s->arena, uint32_t, (size_t)s->p->n_threads + 1), best = 0;
    for (uint32_t i = 0; i < r->n; i++)
        for (uint32_t k = scene_at(s, r->list[i].from_s); k < s->n && s->time[k] <= r->list[i].to_s; k++)
            n[s->thread[k]]++;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        best = n[t] > n[best] ? t : best;
    arena_reset(s->arena, mark);
    return best;
}

/* A pool whose runs are the only ones while all others wait; few of its threads take part. */
static void add_lone(const struct burst_search *b, const struct runs *r, uint32_t comm_of,
                     const uint32_t *name_of)
{
    const struct scene *s = b->s;
    struct arena *arena = b->found->arena;
    struct finding *x = found_add(b->found, FINDING_RUNNER, true);
    double length = 0, missing = 0, pad = s->interval / 2;
    if (!x)
        return;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        if (comm_of != ID_NONE && name_of[t] == comm_of && scene_samples_of(s, t) && x->n_threads < 64)
            found_thread(x, t, arena);
    if (!x->n_threads)
        found_thread(x, busiest_in(s, r), arena);
    for (uint32_t i = 0; i < r->n; i++) {
        length += r->list[i].to_s - r->list[i].from_s + 2 * pad;
        missing += level_at(&b->all, r->list[i].from_s) * (r->list[i].to_s - r->list[i].from_s);
        found_range(x, s, r->list[i].from_s - pad, r->list[i].to_s + pad, arena);
    }
    struct str who = say_thread(s, x->threads[0], arena), lasts = how_long(r, arena), at = when(b, r),
               n = say_number(missing, arena);
    x->title = str_fmt(arena, "only %.*s runs, all others wait, for %.*s, %.*s", STR_ARG(who), STR_ARG(lasts),
                       STR_ARG(at));
    x->why =
        str_fmt(arena, "%.*s samples of other threads would be usual in that time; next to none are there.",
                STR_ARG(n));
    found_times(x, s, r->n, length);
    found_value(x, "missing_samples", missing, NAN, NAN);
    x->stake_ns = missing * s->interval * 1e9;
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

/* The samples of a name. */
struct sides {
    double *time;
    const bool *mine; /* by sample */
    uint32_t n;
    struct runs runs;
    double top;
};

/* There are a hundred names, and all samples are gone through for each: `time` has room for them, and is made once. */
static struct sides split(const struct burst_search *b, const bool *mine, double *time, const struct level *none)
{
    struct scene *s = b->s;
    struct sides out = {.time = time, .mine = mine};
    for (uint32_t i = 0; i < s->n; i++) {
        time[out.n] = s->time[i];
        out.n += mine[i] & !b->found->explained[i];
    }
    out.top = level_top(s, out.time, out.n, s->arena);
    out.runs = runs_of(out.time, out.n, none, out.top, s->arena);
    return out;
}

/* How many runs of everybody else are like those of the name. */
static uint32_t like_others(const struct burst_search *b, const struct sides *x)
{
    const struct scene *s = b->s;
    struct arena_mark mark = arena_mark(s->arena);
    double *other = NEW_N(s->arena, double, s->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (!b->found->explained[i] && !x->mine[i])
            other[n++] = s->time[i];
    n = runs_like(b, &x->runs, other, n, x->top);
    arena_reset(s->arena, mark);
    return n;
}

/* What others do as well, and as often, is how this machine works: long requests, each of some thread. So is
 * what comes in all lengths. All CPUs at once of a machine that has several are not. */
static bool is_usual(const struct burst_search *b, const struct sides *x, double times)
{
    if (b->s->cpus > 1 && runs_have_all(b, &x->runs))
        return false;
    return (b->s->cpus == 1 && x->runs.n > MOST_ALONE) || x->runs.n < MOST_SHORT * x->runs.n_all ||
           like_others(b, x) >= times * x->runs.n;
}

static bool is_regular(const struct burst_search *b, const struct sides *x)
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
static bool is_most(const struct burst_search *b, const struct sides *x)
{
    double own = 0, all = 0;
    for (uint32_t i = 0; i < x->runs.n; i++) {
        own += x->runs.list[i].n;
        all += runs_count(b, x->runs.list[i].from_s, x->runs.list[i].to_s) + 1;
    }
    return own > 0.5 * all;
}

static void by_frames(struct burst_search *b, const struct level *none, const uint32_t *pool)
{
    struct scene *s = b->s;
    struct named names[MOST_FRAMES];
    uint32_t n_names = frame_names(s, names);
    uint64_t *mask = frame_masks(s, names, n_names);
    bool *mine = NEW_N(s->arena, bool, s->n);
    double *time = NEW_N(s->arena, double, (size_t)s->n + 1);
    uint64_t *of = NEW_N(s->arena, uint64_t, s->n); /* by sample: what is far apart is fetched once */
    for (uint32_t i = 0; i < s->n; i++)
        of[i] = mask[s->node[i]];
    for (uint32_t g = 0; g < n_names; g++) {
        struct arena_mark group = arena_mark(s->arena);
        for (uint32_t i = 0; i < s->n; i++)
            mine[i] = of[i] >> g & 1;
        struct sides x = split(b, mine, time, none);
        if (!runs_pick(b, &x.runs, x.n, true) || any_overlaps(b->found, s, &x.runs))
            ;
        else if (s->interval > 0 && runs_others_wait(b, &x.runs, x.n))
            add_lone(b, &x.runs, ID_NONE, pool);
        else if (runs_stand_out(b, &x.runs) && is_most(b, &x) && !is_usual(b, &x, 0.5))
            add_bursts(b, &x.runs, true, s->p->names[names[g].comm], ID_NONE, pool);
        arena_reset(s->arena, group);
    }
}

static void by_names(struct burst_search *b, const struct level *none, const uint32_t *pool)
{
    struct scene *s = b->s;
    uint32_t n_pools = 0;
    struct named *named = NEW_N(s->arena, struct named, (size_t)s->p->n_names + 1);
    bool *mine = NEW_N(s->arena, bool, s->n);
    double *time = NEW_N(s->arena, double, (size_t)s->n + 1);
    for (uint32_t c = 0; c < s->p->n_names; c++)
        named[c].comm = c;
    for (uint32_t i = 0; i < s->n; i++)
        if (!b->found->explained[i])
            named[pool[s->thread[i]]].n++;
    qsort(named, s->p->n_names, sizeof *named, by_size);
    while (n_pools < s->p->n_names && n_pools < MOST_GROUPS && named[n_pools].n >= RUN_LEAST)
        n_pools++;
    for (uint32_t g = 0; g < n_pools; g++) {
        uint32_t comm = named[g].comm;
        if (named[g].n > 0.98 * s->n)
            continue; /* everybody has this name */
        struct arena_mark group = arena_mark(s->arena);
        for (uint32_t i = 0; i < s->n; i++)
            mine[i] = pool[s->thread[i]] == comm;
        struct sides x = split(b, mine, time, none);
        if (runs_pick(b, &x.runs, x.n, true) && (x.n < 0.9 * s->n || runs_have_all(b, &x.runs))) {
            bool strong = (runs_stand_out(b, &x.runs) && !is_usual(b, &x, 0.5)) || is_regular(b, &x);
            if (s->interval > 0 && runs_others_wait(b, &x.runs, x.n))
                add_lone(b, &x.runs, comm, pool);
            else if (strong || (x.runs.n >= FEWEST_POSSIBLE && !is_usual(b, &x, 2)))
                add_bursts(b, &x.runs, strong, stem(s->p->names[comm]), comm, pool);
        }
        arena_reset(s->arena, group);
    }
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
        add_bursts(b, &r, true, STR(""), ID_NONE, pool);
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
