/* SPDX-License-Identifier: MIT
 *
 * Looks for trains in each thread, then in the threads of one name taken together (a job that is a new
 * process each time), then in all that no train explains. In: the scene. Out: findings; their samples are
 * marked as explained. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "findings/list.h"
#include "findings/say.h"
#include "findings/spectrum.h"
#include "findings/train.h"

/* Threads looked at by themselves; bins of all periodograms together. */
#define MOST_GROUPS 64u
/* Parts of the profile; a thread that is there in half of them comes before those that come and go: a build
 * starts hundreds of processes, and the one timer must not be lost among them. */
#define PARTS 16u
#define MOST_NAMES 16u
#define MOST_BINS 4000000u
#define EVERYBODY_BINS (1u << 18)
#define FEWEST 6u
/* Values of a finding before its aliases. */
#define FASTEST 5u
/* Shorter periods of several threads together are those of the sampler or of the kernel's tick. */
#define FASTEST_S 0.02
/* So many threads of one name and one period are a pool. */
#define POOL 4u

struct group {
    uint32_t n, thread, comm; /* thread: ID_NONE for a name; both: everything */
    bool lasts;
};

static int by_size(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->lasts != y->lasts)
        return x->lasts ? -1 : 1;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    if (x->comm != y->comm)
        return x->comm < y->comm ? -1 : 1;
    return x->thread < y->thread ? -1 : x->thread > y->thread;
}

/* Of a name, or of all: those that no train explains. */
static bool is_of(const struct scene *s, const struct found *found, struct group g, uint32_t i)
{
    uint32_t thread = scene_thread(s, i);
    if (g.thread != ID_NONE)
        return thread == g.thread;
    return !found->explained[i] && (g.comm == ID_NONE || s->p->threads[thread].comm == g.comm);
}

static void put_thread(struct finding *x, uint32_t thread, struct arena *arena)
{
    for (uint32_t i = 0; i < x->n_threads; i++)
        if (x->threads[i] == thread)
            return;
    if (x->n_threads < 64)
        found_thread(x, thread, arena);
}

/* Most of what the thread does. */
static bool is_pure(const struct train *t, uint32_t n)
{
    return t->signal > 0.6 * n && t->busy_s < 0.4 * t->period_s;
}

/* Marks the samples of the wakes, and names the threads they are of. */
static void explain(const struct scene *s, struct found *found, struct finding *x, struct group g, const struct train *t,
                    uint32_t n)
{
    bool marks = t->strong && is_pure(t, n);
    uint32_t i = 0, step;
    for (uint32_t w = 0; w < t->n_wakes; w++) {
        uint32_t near = scene_at(s, (t->wakes[w].from - 2.0 - s->begin_steps) * s->step_s);
        for (i = i > near ? i : near; i < s->n && (step = scene_step(s, scene_time(s, i))) < t->wakes[w].to; i++) {
            if (step + 1 < t->wakes[w].from || !is_of(s, found, g, i))
                continue;
            put_thread(x, scene_thread(s, i), found->arena);
            if (marks)
                found->explained[i] |= EXPLAINED_TRAIN;
        }
    }
}

static struct str alias_words(const struct scene *s, const struct train *t, struct arena *arena)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < t->n_aliases; i++) {
        struct str hz = say_number(t->alias_hz[i], arena), between = i ? STR(" or ") : STR("");
        out = str_fmt(arena, "%.*s%.*s%.*s Hz", STR_ARG(out), STR_ARG(between), STR_ARG(hz));
    }
    if (!out.n)
        return out;
    struct str rate = say_number(s->rate, arena);
    return str_fmt(arena, " At %.*s samples a second a timer of %.*s would look the same.", STR_ARG(rate),
                   STR_ARG(out));
}

/* On a crowded machine the work takes longer than its time on a CPU. */
static struct str wait_words(const struct train *t, struct arena *arena)
{
    double takes = t->period_s - t->sleep_s;
    if (!t->sleeps || takes < 1.2 * t->busy_high || takes < 0.01 * t->period_s)
        return STR("");
    struct str a = say_time(t->busy_s, arena), b = say_time(takes, arena);
    return str_fmt(arena,
                   " From one sleep to the next it takes %.*s, %.*s of them on a CPU: it waits for one.",
                   STR_ARG(b), STR_ARG(a));
}

static struct str title_of(struct str who, const struct train *t, bool rated, struct arena *arena)
{
    struct str period = say_period(t->period_s, t->period_se, arena), busy = say_time(t->busy_s, arena);
    if (!rated)
        return str_fmt(arena, "%.*s works every %.*s", STR_ARG(who), STR_ARG(period));
    if (t->sleeps) {
        struct str sleep = say_time(t->sleep_s, arena);
        /* on a crowded machine work takes longer than its time on a CPU */
        if (fabs(t->busy_s + t->sleep_s - t->period_s) > 0.08 * t->period_s)
            return str_fmt(arena, "%.*s sleeps %.*s after each run of %.*s of work: every %.*s", STR_ARG(who),
                           STR_ARG(sleep), STR_ARG(busy), STR_ARG(period));
        return str_fmt(arena, "%.*s works %.*s, then sleeps %.*s: every %.*s", STR_ARG(who), STR_ARG(busy),
                       STR_ARG(sleep), STR_ARG(period));
    }
    return str_fmt(arena, "%.*s wakes every %.*s, %.*s of work", STR_ARG(who), STR_ARG(period),
                   STR_ARG(busy));
}

/* n: samples of the group. */
static void add_train(const struct scene *s, struct found *found, struct group g, const struct train *t, uint32_t n)
{
    struct finding *x = found_add(found, t->sleeps ? FINDING_CYCLE : FINDING_TIMER, t->strong);
    struct arena *arena = found->arena;
    if (!x)
        return;
    explain(s, found, x, g, t, n);
    struct str who = g.thread != ID_NONE ? say_thread(s, g.thread, arena)
                     : g.comm != ID_NONE ? s->p->names[g.comm]
                                         : STR("the load");
    x->title = title_of(who, t, s->interval > 0, arena);
    struct str chance = say_chance(t->nepers, arena), samples = say_number(t->signal, arena),
               aliases = alias_words(s, t, arena), waits = wait_words(t, arena),
               cycles = say_count(t->n_cycles, arena);
    x->why = str_fmt(arena,
                     "%.*s samples in %.*s cycles; a chance below %.*s that samples without a period fall like "
                     "this.%.*s%.*s",
                     STR_ARG(samples), STR_ARG(cycles), STR_ARG(chance), STR_ARG(waits), STR_ARG(aliases));
    x->ranges = t->wakes;
    x->n_ranges = t->n_wakes;
    found_value(x, "period_ns", t->period_s * 1e9, (t->period_s - 2 * t->period_se) * 1e9,
                (t->period_s + 2 * t->period_se) * 1e9);
    found_value(x, "phase_ns", (s->begin_steps * s->step_s + t->phase_s) * 1e9, NAN, NAN);
    if (s->interval > 0)
        found_value(x, "busy_ns", t->busy_s * 1e9, t->busy_low * 1e9, t->busy_high * 1e9);
    if (t->sleeps)
        found_value(x, "sleep_ns", t->sleep_s * 1e9, NAN, NAN);
    found_value(x, "cycles", t->n_cycles, NAN, NAN);
    found_value(x, "samples", t->signal, NAN, NAN);
    for (uint32_t i = 0; i < t->n_aliases; i++)
        found_value(x, "alias_hz", t->alias_hz[i], NAN, NAN);
    x->stake_ns = t->signal * (s->interval > 0 ? s->interval : s->bin_s) * 1e9;
}

/* By thread: in how many parts of the profile it is there. */
static uint8_t *parts_of(const struct scene *s)
{
    uint8_t *n = NEW_N(s->arena, uint8_t, (size_t)s->p->n_threads + 1), *last = NEW_N(s->arena, uint8_t, (size_t)s->p->n_threads + 1);
    struct reader thread = reader_of(s->thread);
    double scale = s->step_s / s->length * PARTS;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t t = read_at(&thread, i);
        uint8_t part = (uint8_t)((s->times.step[i] + 0.5) * scale + 1);
        n[t] = (uint8_t)(n[t] + (part != last[t]));
        last[t] = part;
    }
    return n;
}

static uint32_t thread_groups(const struct scene *s, struct group *out)
{
    uint32_t n = 0;
    const uint8_t *parts = parts_of(s);
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        if (s->samples_of[t] >= FEWEST)
            out[n++] = (struct group){s->samples_of[t], t, s->p->threads[t].comm, parts[t] >= PARTS / 2};
    qsort(out, n, sizeof *out, by_size);
    return n;
}

/* Names of several threads. */
static uint32_t name_groups(const struct scene *s, const struct found *found, struct group *out)
{
    uint32_t *threads = NEW_N(s->arena, uint32_t, s->p->n_names),
             *samples = NEW_N(s->arena, uint32_t, s->p->n_names), n = 0;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        threads[s->p->threads[t].comm] += s->samples_of[t] > 0;
    struct reader thread = reader_of(s->thread);
    for (uint32_t i = 0; i < s->n; i++)
        samples[s->p->threads[read_at(&thread, i)].comm] += !found->explained[i];
    for (uint32_t c = 0; c < s->p->n_names; c++)
        if (threads[c] > 1 && samples[c] >= FEWEST)
            out[n++] = (struct group){samples[c], ID_NONE, c, true};
    qsort(out, n, sizeof *out, by_size);
    return n;
}

/* Whoever shares a CPU with a train has gaps at its period. */
static bool is_echo(const struct scene *s, const struct found *found, const struct train *t, uint32_t n)
{
    for (size_t i = 0; i < found->list.n; i++) {
        double ratio = t->period_s * 1e9 / found->list.p[i].values[0].value,
               whole = ratio < 1 ? 1 / ratio : ratio;
        if (fabs(whole - floor(whole + 0.5)) < 0.02 && t->busy_s > 0.02 * t->period_s)
            return true;
        /* of a timer too fast for the sampler only beats are seen, and so are its echoes */
        if (found->list.p[i].n_values > FASTEST && t->period_s < 16 * s->interval)
            return true;
    }
    return n > 0 && t->busy_s > 0.4 * t->period_s;
}

static bool search(struct scene *s, struct found *found, const struct times *times, uint32_t bins, uint32_t tried, struct train *t)
{
    if (!train_find(s, times, bins, tried, t))
        return false;
    struct finding_range *wakes = NEW_N(found->arena, struct finding_range, (size_t)t->n_wakes + 1);
    for (uint32_t w = 0; w < t->n_wakes; w++)
        wakes[w] = t->wakes[w];
    t->wakes = wakes;
    return true;
}

/* The samples of each group, in `room`. */
static struct times *list_groups(const struct scene *s, const struct found *found, const struct group *groups, uint32_t n,
                                 uint32_t *room)
{
    uint32_t n_all = s->p->n_threads + s->p->n_names, *group_of = NEW_N(s->arena, uint32_t, (size_t)n_all + 1),
             *of_name = group_of + s->p->n_threads;
    for (uint32_t k = 0; k < n_all; k++)
        group_of[k] = ID_NONE;
    for (uint32_t g = 0; g < n; g++)
        (groups[g].thread != ID_NONE ? group_of : of_name)[groups[g].thread != ID_NONE ? groups[g].thread : groups[g].comm] = g;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        if (group_of[t] == ID_NONE)
            group_of[t] = of_name[s->p->threads[t].comm];
    return scene_groups(s, group_of, n && groups[0].thread == ID_NONE ? found->explained : NULL, n, room);
}

/* Threads: the trains that are all that a thread does come first, and tell echoes of them from the others. */
static void try_threads(struct scene *s, struct found *found, const struct group *groups, uint32_t n,
                        uint32_t bins, uint32_t tried, uint32_t *room)
{
    struct train *t = NEW_N(s->arena, struct train, (size_t)n + 1);
    const struct times *lists = list_groups(s, found, groups, n, room);
    bool *is = NEW_N(s->arena, bool, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++) {
        is[i] = search(s, found, &lists[i], bins, tried, &t[i]);
        if (is[i] && is_pure(&t[i], lists[i].n)) {
            add_train(s, found, groups[i], &t[i], lists[i].n);
            is[i] = false;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        if (is[i] && !is_echo(s, found, &t[i], lists[i].n))
            add_train(s, found, groups[i], &t[i], lists[i].n);
}

static void try_together(struct scene *s, struct found *found, struct group g, const struct times *times, uint32_t bins,
                         uint32_t tried)
{
    struct train t;
    if (search(s, found, times, bins, tried, &t) && t.strong && !is_echo(s, found, &t, times->n) && t.period_s > FASTEST_S &&
        t.period_s > 8 * s->interval && !(t.sleeps && g.comm == ID_NONE))
        add_train(s, found, g, &t, times->n);
}

/* The samples that nothing explains; in `room`, if there are others. */
static struct times left_over(const struct scene *s, const struct found *found, uint32_t *room)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        n += !found->explained[i];
    if (n == s->n)
        return s->times;
    n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (!found->explained[i])
            room[n++] = s->times.step[i];
    return (struct times){room, n, s->step_s, NULL};
}

/* Threads of one pool that all do the same are one finding. */
static void join_pools(const struct scene *s, struct found *found)
{
    for (size_t i = 0; i < found->list.n; i++) {
        struct finding *x = &found->list.p[i];
        uint32_t comm = x->n_threads == 1 ? s->p->threads[x->threads[0]].comm : ID_NONE, same = 0;
        for (int pass = 0; pass < 2 && comm != ID_NONE; pass++) {
            size_t kept = i + 1;
            for (size_t k = i + 1; k < found->list.n; k++) {
                struct finding *y = &found->list.p[k];
                bool joins = y->kind == x->kind && y->n_threads == 1 &&
                             s->p->threads[y->threads[0]].comm == comm &&
                             fabs(y->values[0].value / x->values[0].value - 1) < 0.005;
                same += pass == 0 && joins;
                if (pass && joins) {
                    found_thread(x, y->threads[0], found->arena);
                    x->stake_ns += y->stake_ns;
                } else if (pass)
                    found->list.p[kept++] = *y;
            }
            if (!pass && same < POOL - 1)
                break;
            if (pass) {
                found->list.n = kept;
                struct str threads = say_count(x->n_threads, found->arena);
                x->title = str_fmt(found->arena, "%.*s threads alike: %.*s", STR_ARG(threads), STR_ARG(x->title));
            }
        }
    }
}

void find_trains(struct scene *s, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct group *groups = NEW_N(s->arena, struct group, (size_t)s->p->n_threads + s->p->n_names + 2);
    uint32_t *room = NEW_N(s->arena, uint32_t, s->n), n = thread_groups(s, groups);
    if (n > MOST_GROUPS)
        n = MOST_GROUPS;
    uint32_t bins = MOST_BINS / (n + MOST_NAMES) < 131072 ? MOST_BINS / (n + MOST_NAMES) : 131072,
             tried = n + MOST_NAMES;
    struct spectrum_bench bench = {.arena = arena_like(s->arena)};
    s->bench = &bench;
    try_threads(s, found, groups, n, bins, tried, room);
    n = name_groups(s, found, groups);
    n = n < MOST_NAMES ? n : MOST_NAMES;
    const struct times *lists = list_groups(s, found, groups, n, room);
    for (uint32_t i = 0; i < n; i++)
        try_together(s, found, groups[i], &lists[i], bins, tried);
    struct times left = left_over(s, found, room);
    try_together(s, found, (struct group){left.n, ID_NONE, ID_NONE, true}, &left, EVERYBODY_BINS, tried);
    join_pools(s, found);
    s->bench = NULL;
    arena_free(bench.arena);
    arena_reset(s->arena, mark);
}
