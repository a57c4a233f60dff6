/* SPDX-License-Identifier: MIT
 *
 * Stalls, when nothing runs, and runs of one thread while all others wait. Both are gaps in the samples of
 * others; a gap counts as many samples as usually come in such a time *around there*, so that a quiet part of
 * the profile is not a row of stalls. Gaps beyond the tail of the ordinary ones are findings, if they are
 * rare. */
#include <math.h>

#include "base/sort.h"
#include "findings/list.h"
#include "findings/say.h"
#include "findings/level.h"

#define MOST_SHARE 0.15
#define SHORTEST_S 0.05
/* Samples that are missing, and intervals, for a gap to be one. */
#define LEAST_MISSING 12.0
#define LEAST_INTERVALS 2.5
/* A run of one: how much of the gap it fills, CPUs usually busy, and above what length it is a stretch of its
 * own. */
#define LEAST_FILLED 0.55
#define LEAST_USUAL 1.15
#define LONGEST_S 2.0
#define SHORTEST_LONE_S 0.1
#define MOST_RUNNERS 4u
/* ln of one in a thousand; how much longer the tail may be than that. */
#define RARE 6.9
/* Samples before and after, without which there is no work that waits. */
#define EDGE 8u
#define TAIL 1.6
/* The rank of the ordinary gap that the line of them begins at. */
#define FIRST_RANK 10u

struct gap {
    double from_s, to_s, missing;
    uint32_t thread, first, last; /* who fills it (ID_NONE: nobody); samples in it */
    bool unfit;                   /* ordinary, whatever its size */
};

typedef VEC(struct gap) gap_list;

struct silence {
    struct scene *s;
    struct found *found;
    struct level level;
    uint32_t *sample; /* not explained */
    uint32_t n;
};

static bool in_single(const struct silence *q, const struct gap *g)
{
    const struct scene *s = q->s;
    uint32_t from = scene_step(s, g->from_s), to = scene_step(s, g->to_s);
    for (size_t f = 0; f < q->found->list.n; f++)
        for (uint32_t r = 0; q->found->list.p[f].kind == FINDING_SINGLE && r < q->found->list.p[f].n_ranges;
             r++)
            if (q->found->list.p[f].ranges[r].from < to && q->found->list.p[f].ranges[r].to > from)
                return true;
    return false;
}

/* The last samples of a recording are often those of the recorder, some time after all else has stopped. */
static bool is_edge(const struct silence *q, const struct gap *g)
{
    return g->first < EDGE || g->last + EDGE >= q->n;
}

/* What the ordinary gaps themselves say: a straight line (size against the logarithm of the rank) through two
 * of them, below all that may be stalls. A thread that works nearly all the time and pauses at random has
 * counts without scatter and long gaps all the same; gaps with a heavier tail than an exponential one have a
 * steeper line. 0: too few of them. */
static double tail_of(const struct silence *q, const struct gap *gaps, uint32_t n, double limit)
{
    struct arena_mark mark = arena_mark(q->s->arena);
    double *size = NEW_N(q->s->arena, double, (size_t)n + 1), out = 0;
    uint32_t above = 0;
    for (uint32_t i = 0; i < n; i++) {
        size[i] = gaps[i].missing;
        above += gaps[i].missing > limit && !gaps[i].unfit;
    }
    sort_doubles(size, n, q->s->arena);
    uint32_t k = 2 * above + FIRST_RANK, j = 4 * k < n ? 4 * k : n;
    if (j > 2 * k)
        out = size[n - k] + TAIL * (size[n - k] - size[n - j]) / log((double)j / k) * (log(k) + RARE);
    arena_reset(q->s->arena, mark);
    return out;
}

/* The tail of ordinary gaps is exponential. Its scale is the size of the clusters that samples come in, which
 * for clusters of random size is half their dispersion. Leaves those beyond it. */
static uint32_t beyond(const struct silence *q, struct gap *gaps, uint32_t n)
{
    double total = 0, limit = TAIL * (q->level.dispersion + 1) / 2 * (log(n + q->s->length) + RARE),
           seen = tail_of(q, gaps, n, limit > LEAST_MISSING ? limit : LEAST_MISSING);
    uint32_t kept = 0;
    limit = seen > 0 ? seen : limit;
    for (uint32_t i = 0; i < n; i++)
        if (!gaps[i].unfit && gaps[i].missing > limit && gaps[i].missing > LEAST_MISSING &&
            gaps[i].to_s - gaps[i].from_s > SHORTEST_S && !in_single(q, &gaps[i]) && !is_edge(q, &gaps[i])) {
            total += gaps[i].to_s - gaps[i].from_s;
            gaps[kept++] = gaps[i];
        }
    return total <= MOST_SHARE * q->s->length && kept <= 2 + q->s->length / 1.5 ? kept : 0;
}

static struct str times_and_places(const struct silence *q, const struct gap *g, uint32_t n)
{
    const struct scene *s = q->s;
    struct arena *arena = q->found->arena;
    double *at = NEW_N(s->arena, double, n), shortest = INFINITY, longest = 0;
    for (uint32_t i = 0; i < n; i++) {
        double length = g[i].to_s - g[i].from_s;
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
        at[i] = g[i].from_s;
    }
    struct str a = say_time(shortest, arena), b = say_time(longest, arena), when = say_when(s, at, n, arena),
               lasts = longest - shortest < 0.1 * longest
                           ? b
                           : str_fmt(arena, "%.*s to %.*s", STR_ARG(a), STR_ARG(b));
    return str_fmt(arena, "for %.*s, %.*s", STR_ARG(lasts), STR_ARG(when));
}

/* Who has most samples in [from, to) of the samples' order. */
static struct str busiest(const struct silence *q, uint32_t from, uint32_t to)
{
    const struct scene *s = q->s;
    uint32_t best = ID_NONE, most = 0;
    for (uint32_t i = from; i < to && i < q->n; i++) {
        uint32_t n = 0;
        for (uint32_t k = from; k < to && k < q->n; k++)
            n += s->thread[q->sample[k]] == s->thread[q->sample[i]];
        if (n > most) {
            most = n;
            best = s->thread[q->sample[i]];
        }
    }
    return best == ID_NONE ? STR("nothing") : s->p->names[s->p->threads[best].comm];
}

static void finish(const struct silence *q, struct finding *x, const struct gap *g, uint32_t n)
{
    double length = 0, missing = 0;
    for (uint32_t i = 0; i < n; i++) {
        found_range(x, q->s, g[i].from_s, g[i].to_s, q->found->arena);
        length += g[i].to_s - g[i].from_s;
        missing += g[i].missing;
    }
    found_times(x, q->s, n, length);
    found_value(x, "missing_samples", missing, NAN, NAN);
    x->stake_ns = missing * (q->s->interval > 0 ? q->s->interval : q->s->bin_s) * 1e9;
}

static void find_stalls(const struct silence *q)
{
    const struct scene *s = q->s;
    struct arena *arena = q->found->arena;
    gap_list list = {0};
    double unit = s->interval > 0 ? s->interval : s->bin_s;
    for (uint32_t i = 0; i + 1 < q->n; i++) {
        double from = s->time[q->sample[i]], to = s->time[q->sample[i + 1]],
               usual = level_low(&q->level, (from + to) / 2);
        if (to - from < LEAST_INTERVALS * unit)
            continue;
        /* the last sample before came some time before the end of the work, the next one some time after its
         * start */
        double pad = 0.5 / (usual > 1 / unit ? usual : 1 / unit);
        (void)vec_push(&list, q->n, s->arena,
                       (struct gap){from + pad, to - pad, (to - from) * usual, ID_NONE, i, i + 1, false});
    }
    struct gap *gaps = list.p;
    uint32_t n = beyond(q, gaps, (uint32_t)list.n);
    struct finding *x = n ? found_add(q->found, FINDING_STALL, true) : NULL;
    if (!x)
        return;
    finish(q, x, gaps, n);
    struct str where = times_and_places(q, gaps, n),
               before = busiest(q, gaps[0].first > 20 ? gaps[0].first - 20 : 0, gaps[0].first + 1),
               after = busiest(q, gaps[0].last, gaps[0].last + 20),
               missing = say_number(gaps[0].missing, arena);
    x->title = s->cpus > 1 ? str_fmt(arena, "all CPUs idle %.*s", STR_ARG(where))
                           : str_fmt(arena, "nothing runs %.*s", STR_ARG(where));
    x->why = str_fmt(
        arena, "%.*s samples would be usual in the first of them. Just before ran %.*s, just after %.*s.",
        STR_ARG(missing), STR_ARG(before), STR_ARG(after));
}

/* Runs of samples of one thread; the gap is that of all others. */
static gap_list lone_runs(const struct silence *q)
{
    const struct scene *s = q->s;
    gap_list list = {0};
    for (uint32_t i = 0; i < q->n;) {
        uint32_t thread = s->thread[q->sample[i]], last = i;
        while (last + 1 < q->n && s->thread[q->sample[last + 1]] == thread)
            last++;
        double first_own = s->time[q->sample[i]], last_own = s->time[q->sample[last]],
               from = i ? s->time[q->sample[i - 1]] : first_own,
               to = last + 1 < q->n ? s->time[q->sample[last + 1]] : last_own;
        double share = (double)scene_samples_of(s, thread) / s->n,
               usual = level_low(&q->level, (from + to) / 2),
               filled = (last - i + 1) * s->interval / (last_own - first_own + s->interval);
        if (to - from > LEAST_INTERVALS * s->interval && last > i + 1) {
            struct gap g = {from + 0.5 / (usual > s->rate ? usual : s->rate),
                            to,
                            (to - from) * usual * (1 - share),
                            thread,
                            i,
                            last,
                            false};
            if (first_own - from > s->interval)
                g.from_s = first_own - s->interval / 2;
            if (to - last_own > s->interval)
                g.to_s = last_own + s->interval / 2;
            g.unfit = filled < LEAST_FILLED || usual * s->interval < LEAST_USUAL || to - from > LONGEST_S ||
                      to - from < SHORTEST_LONE_S;
            (void)vec_push(&list, q->n, s->arena, g);
        }
        i = last + 1;
    }
    return list;
}

/* Its runs were found by its name (find_bursts.c). */
static bool is_known(const struct silence *q, uint32_t thread)
{
    for (size_t i = 0; i < q->found->list.n; i++)
        for (uint32_t t = 0; q->found->list.p[i].kind == FINDING_RUNNER && t < q->found->list.p[i].n_threads;
             t++)
            if (q->found->list.p[i].threads[t] == thread)
                return true;
    return false;
}

static void find_runners(const struct silence *q)
{
    const struct scene *s = q->s;
    struct arena *arena = q->found->arena;
    gap_list list = lone_runs(q);
    struct gap *gaps = list.p;
    uint32_t n = beyond(q, gaps, (uint32_t)list.n), runners = 0;
    struct gap *own = NEW_N(s->arena, struct gap, (size_t)n + 1);
    for (uint32_t i = 0; i < n && runners < MOST_RUNNERS; i++) {
        uint32_t m = 0, thread = gaps[i].thread;
        if (thread == ID_NONE || is_known(q, thread))
            continue;
        for (uint32_t k = i; k < n; k++)
            if (gaps[k].thread == thread) {
                own[m++] = gaps[k];
                gaps[k].thread = ID_NONE;
            }
        struct finding *x = found_add(q->found, FINDING_RUNNER, true);
        if (!x)
            return;
        runners++;
        finish(q, x, own, m);
        found_thread(x, thread, arena);
        struct str who = say_thread(s, thread, arena), where = times_and_places(q, own, m),
                   missing = say_number(own[0].missing, arena);
        x->title = str_fmt(arena, "only %.*s runs, all others wait, %.*s", STR_ARG(who), STR_ARG(where));
        x->why = str_fmt(arena,
                         "%.*s samples of other threads would be usual in the first of them; there are none.",
                         STR_ARG(missing));
    }
}

void find_silences(struct scene *s, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct silence q = {.s = s, .found = found, .sample = NEW_N(s->arena, uint32_t, s->n)};
    double *time = NEW_N(s->arena, double, s->n);
    for (uint32_t i = 0; i < s->n; i++)
        if (!found->explained[i]) {
            time[q.n] = s->time[i];
            q.sample[q.n++] = i;
        }
    if (q.n >= 30) {
        q.level = level_of(s, time, q.n, found, s->arena);
        find_stalls(&q);
        if (s->interval > 0 && s->cpus > 1)
            find_runners(&q);
    }
    arena_reset(s->arena, mark);
}
