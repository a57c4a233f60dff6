/* SPDX-License-Identifier: MIT
 *
 * Stretches of seconds in which one thread runs at full speed and the other CPUs have next to nothing to do:
 * what more CPUs would not make faster. Blocks of a quarter second are asked who had most samples, and
 * neighbours joined. */
#include <math.h>

#include "findings/list.h"
#include "findings/say.h"

#define BLOCK_S 0.25
/* A profile of days is not looked through in quarter seconds. */
#define LONGEST_S 100000
#define SHORTEST_S 2.0
#define STRONG_S 4.0
/* Of one CPU: by the thread, at least; by all others together, at most. */
#define LEAST_OWN 0.8
#define MOST_OTHERS 0.3
/* Blocks in a stretch that may be otherwise. */
#define MOST_SKIPPED 1u
/* Intervals without a sample that do not end it. */
#define NEAR 4

struct stretch {
    uint32_t from, to, thread; /* blocks */
    uint32_t own, all;
};

/* Blocks are coarse: as far as its samples go on tick by tick. */
static void widen(const struct scene *s, uint32_t thread, double *from, double *to)
{
    double first = *from - BLOCK_S, last = *to + BLOCK_S;
    for (uint32_t i = scene_at(s, *from);
         i-- > 0 && scene_time(s, i) > *from - NEAR * s->interval && scene_time(s, i) > first;)
        if (scene_thread(s, i) == thread)
            *from = scene_time(s, i);
    for (uint32_t i = scene_at(s, *to);
         i < s->n && scene_time(s, i) < *to + NEAR * s->interval && scene_time(s, i) < last; i++)
        if (scene_thread(s, i) == thread)
            *to = scene_time(s, i) + s->interval / 2;
}

static void add_stretch(const struct scene *s, struct found *found, const struct stretch *r)
{
    double from = r->from * BLOCK_S, to = r->to * BLOCK_S < s->length ? r->to * BLOCK_S : s->length;
    if (r->thread != ID_NONE)
        widen(s, r->thread, &from, &to);
    if (r->thread == ID_NONE || to - from < SHORTEST_S || to - from < 0.02 * s->length)
        return;
    struct arena *arena = found->arena;
    for (size_t i = 0; i < found->list.n; i++)
        if (found->list.p[i].kind == FINDING_SINGLE && found->list.p[i].threads[0] == r->thread) {
            found_range(&found->list.p[i], s, from, to, arena);
            found->list.p[i].values[0].value += (to - from) * 1e9;
            found->list.p[i].stake_ns += (to - from) * 1e9;
            return;
        }
    struct finding *x = found_add(found, FINDING_SINGLE, to - from >= STRONG_S);
    if (!x)
        return;
    double share = r->own * s->interval * s->lost / (to - from);
    struct str who = say_thread(s, r->thread, arena), percent = say_share(share < 1 ? share : 1, arena),
               lasts = say_time(to - from, arena), at = say_moment(s, from, arena),
               others = say_number((r->all - r->own) * s->interval * s->lost / (to - from), arena);
    x->title = str_fmt(arena, "one thread, %.*s, at %.*s for %.*s from %.*s on, while %.0f CPU%s idle%s",
                       STR_ARG(who), STR_ARG(percent), STR_ARG(lasts), STR_ARG(at), s->cpus - 1,
                       s->cpus > 2 ? "s" : "", s->cpus > 2 ? "" : "s");
    x->why = str_fmt(arena, "All other threads together keep %.*s CPUs busy meanwhile.", STR_ARG(others));
    found_thread(x, r->thread, arena);
    found_range(x, s, from, to, arena);
    found_value(x, "length_ns", (to - from) * 1e9, NAN, NAN);
    found_value(x, "share", share, NAN, NAN);
    x->stake_ns = (to - from) * 1e9;
}

/* Its samples are no part of what is usual. */
static void explain(const struct scene *s, struct found *found)
{
    for (size_t f = 0; f < found->list.n; f++) {
        const struct finding *x = &found->list.p[f];
        for (uint32_t r = 0; x->kind == FINDING_SINGLE && r < x->n_ranges; r++) {
            double from = (x->ranges[r].from - s->begin_steps) * s->step_s,
                   to = (x->ranges[r].to - s->begin_steps) * s->step_s;
            for (uint32_t i = scene_at(s, from); i < s->n && scene_time(s, i) < to; i++)
                if (scene_thread(s, i) == x->threads[0])
                    found->explained[i] |= EXPLAINED_SINGLE;
        }
    }
}

void find_single(struct scene *s, struct found *found)
{
    double ticks = BLOCK_S * s->rate;
    if (s->interval <= 0 || s->cpus < 2 || ticks < 5 || s->length > LONGEST_S)
        return;
    struct arena_mark mark = arena_mark(s->arena);
    uint32_t *count = NEW_N(s->arena, uint32_t, s->p->n_threads),
             n_blocks = (uint32_t)(s->length / BLOCK_S) + 1, i = 0;
    struct reader thread = reader_of(s->thread);
    struct stretch now = {0, 0, ID_NONE, 0, 0};
    for (uint32_t b = 0; b < n_blocks; b++) {
        uint32_t begin = i, most = ID_NONE;
        while (i < s->n && scene_time(s, i) < (b + 1) * BLOCK_S) {
            uint32_t t = read_at(&thread, i++);
            count[t]++;
            if (most == ID_NONE || count[t] > count[most])
                most = t;
        }
        double own = most == ID_NONE ? 0 : count[most] * s->lost, others = (i - begin) * s->lost - own;
        bool alone = own > LEAST_OWN * ticks && others < MOST_OTHERS * ticks;
        if (alone && most == now.thread && b - now.to <= MOST_SKIPPED) {
            now.to = b + 1;
            now.own += count[most];
            now.all += i - begin;
        } else if (alone) {
            add_stretch(s, found, &now);
            now = (struct stretch){b, b + 1, most, count[most], i - begin};
        }
        for (uint32_t k = begin; k < i; k++)
            count[read_at(&thread, k)] = 0;
    }
    add_stretch(s, found, &now);
    explain(s, found);
    arena_reset(s->arena, mark);
}
