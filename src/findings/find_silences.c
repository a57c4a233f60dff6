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
/* Samples before and after a stall that are asked whose they are. */
#define BESIDE 20u
/* The rank of the ordinary gap that the line of them begins at. */
#define FIRST_RANK 10u

struct gap {
    double from_s, to_s, missing;
    uint32_t thread, first, last; /* who fills it (ID_NONE: nobody); samples in it, */
    uint32_t nth, n;              /* of those that are left the how many-eth the first one is, and how many they are */
    bool unfit;                   /* ordinary, whatever its size */
};

typedef VEC(struct gap) gap_list;

struct silence {
    struct scene *s;
    struct found *found;
    const struct level *level;
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
    return g->nth < EDGE || g->nth + g->n - 1 + EDGE >= q->found->n_left;
}

/* Where the search for gaps is. */
struct walk {
    uint32_t at, nth, before; /* the next sample, the how many-eth of those left it is, and the one before (ID_NONE: none) */
    struct reader thread;
};

static struct walk walk_of(const struct silence *q)
{
    return (struct walk){time_in(&q->found->left, 0), 0, ID_NONE, reader_of(q->s->thread)};
}

/* The next gap; false at the end. */
typedef bool (*next_gap)(const struct silence *q, struct walk *w, struct gap *out);

/* Sizes of all gaps, those of unfit ones below zero: there may be as many as samples, and of few of them more is asked. */
typedef VEC(double) size_list;

/* What the ordinary gaps themselves say: a straight line (size against the logarithm of the rank) through two
 * of them, below all that may be stalls. A thread that works nearly all the time and pauses at random has
 * counts without scatter and long gaps all the same; gaps with a heavier tail than an exponential one have a
 * steeper line. 0: too few of them. */
static double tail_of(const struct silence *q, const size_list *sizes, double limit)
{
    double *size = sizes->p, out = 0;
    uint32_t above = 0, n = (uint32_t)sizes->n;
    for (uint32_t i = 0; i < n; i++) {
        above += size[i] > limit;
        size[i] = fabs(size[i]);
    }
    uint32_t k = 2 * above + FIRST_RANK, j = 4 * k < n ? 4 * k : n;
    if (j <= 2 * k)
        return 0;
    sort_doubles(size, n, q->s->arena);
    out = size[n - k] + TAIL * (size[n - k] - size[n - j]) / log((double)j / k) * (log(k) + RARE);
    return out;
}

/* The tail of ordinary gaps is exponential. Its scale is the size of the clusters that samples come in, which
 * for clusters of random size is half their dispersion. Gives those beyond it. */
static gap_list beyond(const struct silence *q, next_gap next)
{
    struct walk w = walk_of(q);
    struct gap g;
    gap_list out = {0};
    size_list sizes = {0};
    while (next(q, &w, &g))
        (void)vec_push(&sizes, q->found->n_left, q->s->arena, g.unfit ? -g.missing : g.missing);
    double total = 0, limit = TAIL * (q->level->dispersion + 1) / 2 * (log((double)sizes.n + q->s->length) + RARE),
           seen = tail_of(q, &sizes, limit > LEAST_MISSING ? limit : LEAST_MISSING);
    limit = seen > 0 ? seen : limit;
    for (w = walk_of(q); next(q, &w, &g);)
        if (!g.unfit && g.missing > limit && g.missing > LEAST_MISSING && g.to_s - g.from_s > SHORTEST_S &&
            !in_single(q, &g) && !is_edge(q, &g)) {
            total += g.to_s - g.from_s;
            (void)vec_push(&out, q->found->n_left, q->s->arena, g);
        }
    if (total > MOST_SHARE * q->s->length || (double)out.n > 2 + q->s->length / 1.5)
        out.n = 0;
    return out;
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

/* Who has most of these samples. */
static struct str busiest(const struct silence *q, const uint32_t *sample, uint32_t m)
{
    const struct scene *s = q->s;
    uint32_t best = ID_NONE, most = 0;
    for (uint32_t i = 0; i < m; i++) {
        uint32_t n = 0;
        for (uint32_t k = 0; k < m; k++)
            n += scene_thread(s, sample[k]) == scene_thread(s, sample[i]);
        if (n > most) {
            most = n;
            best = scene_thread(s, sample[i]);
        }
    }
    return best == ID_NONE ? STR("nothing") : s->p->names[s->p->threads[best].comm];
}

/* Of the samples that are left the last ones up to `last`, and the first ones from `first` on. */
static struct str busiest_before(const struct silence *q, uint32_t last)
{
    uint32_t sample[BESIDE + 1], m = 0;
    for (uint32_t i = last + 1; i-- > 0 && m < BESIDE + 1;)
        if (time_in(&q->found->left, i) == i)
            sample[BESIDE - m++] = i;
    return busiest(q, sample + BESIDE + 1 - m, m);
}

static struct str busiest_after(const struct silence *q, uint32_t first)
{
    uint32_t sample[BESIDE], m = 0;
    for (uint32_t i = time_in(&q->found->left, first); i < q->found->left.n && m < BESIDE; i = time_in(&q->found->left, i + 1))
        sample[m++] = i;
    return busiest(q, sample, m);
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

static bool next_stall(const struct silence *q, struct walk *w, struct gap *out)
{
    const struct scene *s = q->s;
    double unit = s->interval > 0 ? s->interval : s->bin_s;
    for (;;) {
        uint32_t i = w->at, next = i < s->n ? time_in(&q->found->left, i + 1) : s->n;
        if (next >= s->n)
            return false;
        w->at = next;
        w->nth++;
        double from = scene_time(s, i), to = scene_time(s, next);
        if (to - from < LEAST_INTERVALS * unit)
            continue;
        /* the last sample before came some time before the end of the work, the next one some time after its
         * start */
        double usual = level_low(q->level, (from + to) / 2), pad = 0.5 / (usual > 1 / unit ? usual : 1 / unit);
        *out = (struct gap){from + pad, to - pad, (to - from) * usual, ID_NONE, i, next, w->nth - 1, 2, false};
        return true;
    }
}

static void find_stalls(const struct silence *q)
{
    const struct scene *s = q->s;
    struct arena *arena = q->found->arena;
    gap_list list = beyond(q, next_stall);
    struct gap *gaps = list.p;
    uint32_t n = (uint32_t)list.n;
    struct finding *x = n ? found_add(q->found, FINDING_STALL, true) : NULL;
    if (!x)
        return;
    finish(q, x, gaps, n);
    struct str where = times_and_places(q, gaps, n),
               before = busiest_before(q, gaps[0].first), after = busiest_after(q, gaps[0].last),
               missing = say_number(gaps[0].missing, arena);
    x->title = s->cpus > 1 ? str_fmt(arena, "all CPUs idle %.*s", STR_ARG(where))
                           : str_fmt(arena, "nothing runs %.*s", STR_ARG(where));
    x->why = str_fmt(
        arena, "%.*s samples would be usual in the first of them. Just before ran %.*s, just after %.*s.",
        STR_ARG(missing), STR_ARG(before), STR_ARG(after));
}

/* The run of `thread` that begins with g->first, which the sample `before` (ID_NONE: none) and the sample `after` end. */
static bool is_lone(const struct silence *q, struct gap *g, uint32_t before, uint32_t after)
{
    const struct scene *s = q->s;
    double first_own = scene_time(s, g->first), last_own = scene_time(s, g->last),
           from = before != ID_NONE ? scene_time(s, before) : first_own, to = after < s->n ? scene_time(s, after) : last_own;
    if (to - from <= LEAST_INTERVALS * s->interval || g->n < 3)
        return false;
    double share = (double)s->samples_of[g->thread] / s->n, usual = level_low(q->level, (from + to) / 2),
           filled = g->n * s->interval / (last_own - first_own + s->interval);
    g->from_s = first_own - from > s->interval ? first_own - s->interval / 2 : from + 0.5 / (usual > s->rate ? usual : s->rate);
    g->to_s = to - last_own > s->interval ? last_own + s->interval / 2 : to;
    g->missing = (to - from) * usual * (1 - share);
    g->unfit = filled < LEAST_FILLED || usual * s->interval < LEAST_USUAL || to - from > LONGEST_S || to - from < SHORTEST_LONE_S;
    return true;
}

/* Runs of samples of one thread; the gap is that of all others. */
static bool next_lone(const struct silence *q, struct walk *w, struct gap *out)
{
    const struct scene *s = q->s;
    while (w->at < s->n) {
        uint32_t i = w->at, next = i, before = w->before;
        struct gap g = {.thread = read_at(&w->thread, i), .first = i, .nth = w->nth};
        for (; next < s->n && read_at(&w->thread, next) == g.thread; next = time_in(&q->found->left, next + 1)) {
            g.last = next;
            g.n++;
        }
        w->at = next;
        w->nth += g.n;
        w->before = g.last;
        if (is_lone(q, &g, before, next)) {
            *out = g;
            return true;
        }
    }
    return false;
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
    gap_list list = beyond(q, next_lone);
    struct gap *gaps = list.p;
    uint32_t n = (uint32_t)list.n, runners = 0;
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

void find_silences(struct scene *s, const struct level *level, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct silence q = {.s = s, .found = found, .level = level};
    if (found->n_left >= 30) {
        find_stalls(&q);
        if (s->interval > 0 && s->cpus > 1)
            find_runners(&q);
    }
    arena_reset(s->arena, mark);
}
