/* SPDX-License-Identifier: MIT
 *
 * Bursts and runs of one as findings: their sentences, values, ranges and threads. */
#include "findings/burst.h"

#include <math.h>

#include "base/arena.h"
#include "findings/list.h"
#include "findings/say.h"

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

void burst_add(const struct burst_search *b, const struct runs *r, bool strong, struct str name,
               uint32_t comm_of, const uint32_t *name_of)
{
    const struct scene *s = b->s;
    struct arena *arena = b->found->arena;
    struct finding *x = found_add(b->found, FINDING_BURST, strong);
    double length = 0, n = 0, usual = 0, weakest = INFINITY,
           pad = s->interval > 0 && s->cpus > 0 ? s->interval / s->cpus : 0;
    if (!x)
        return;
    struct str who = say_short(name, arena);
    for (uint32_t i = 0; i < r->n; i++) {
        const struct run *run = &r->list[i];
        double sigma = runs_sigma(b, r, run);
        length += run->to_s - run->from_s + pad;
        usual += level_at(b->all, run->from_s) * (run->to_s - run->from_s);
        n += runs_count(b, run->from_s, run->to_s + 1e-9);
        weakest = sigma < weakest ? sigma : weakest;
        found_range(x, s, run->from_s - pad / 2, run->to_s + pad / 2 + s->step_s / 2, arena);
        for (uint32_t k = scene_at(s, run->from_s); k < s->n && scene_time(s, k) <= run->to_s && comm_of != ID_NONE; k++) {
            uint32_t t = scene_thread(s, k);
            bool known = name_of[t] != comm_of || x->n_threads == 64;
            for (uint32_t q = 0; q < x->n_threads && !known; q++)
                known = x->threads[q] == t;
            if (!known)
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
    } else if (strong && who.n && s->cpus < 2) /* on one CPU whoever runs has all of it */
        x->title = str_fmt(arena, "%.*s runs for %.*s, %.*s, else hardly", STR_ARG(who), STR_ARG(lasts),
                           STR_ARG(at));
    else if (!strong)
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

/* The thread with most samples in the runs. */
static uint32_t busiest_in(const struct scene *s, const struct runs *r)
{
    struct arena_mark mark = arena_mark(s->arena);
    uint32_t *n = NEW_N(s->arena, uint32_t, (size_t)s->p->n_threads + 1), best = 0;
    for (uint32_t i = 0; i < r->n; i++)
        for (uint32_t k = scene_at(s, r->list[i].from_s); k < s->n && scene_time(s, k) <= r->list[i].to_s; k++)
            n[scene_thread(s, k)]++;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        best = n[t] > n[best] ? t : best;
    arena_reset(s->arena, mark);
    return best;
}

/* A pool whose runs are the only ones while all others wait; few of its threads take part. */
void burst_add_lone(const struct burst_search *b, const struct runs *r, uint32_t comm_of,
                    const uint32_t *name_of)
{
    const struct scene *s = b->s;
    struct arena *arena = b->found->arena;
    struct finding *x = found_add(b->found, FINDING_RUNNER, true);
    double length = 0, missing = 0, pad = s->interval / 2;
    if (!x)
        return;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        if (comm_of != ID_NONE && name_of[t] == comm_of && s->samples_of[t] && x->n_threads < 64)
            found_thread(x, t, arena);
    if (!x->n_threads)
        found_thread(x, busiest_in(s, r), arena);
    for (uint32_t i = 0; i < r->n; i++) {
        length += r->list[i].to_s - r->list[i].from_s + 2 * pad;
        missing += level_at(b->all, r->list[i].from_s) * (r->list[i].to_s - r->list[i].from_s);
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
