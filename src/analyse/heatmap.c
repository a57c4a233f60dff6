/* SPDX-License-Identifier: MIT
 *
 * Samples -> counts. In: a frozen profile; out: cells of one event for the static map, and buckets of every
 * event for the page. A point falls into one cell or bucket. A span is cut at the edges; where it covers
 * whole columns or buckets only the two ends of that run are noted (a difference array), so that time does
 * not follow the length of spans. */
#include "analyse/heatmap.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"

#define DEFAULT_ROWS 50
#define DEFAULT_COLUMNS 2000
#define BASE_BUCKET_NS (20 * (int64_t)1000000)
/* Below this many non-empty cells a percentile says nothing and the maximum is the top. */
#define ROBUST_CELLS 20
/* Fewer samples at a time than this are no lump. */
#define SAMPLES_OF_LUMP 4

static int64_t round_up(int64_t v, int64_t unit)
{
    int64_t r = v % unit;
    return r ? v + (unit - r) : v;
}

static uint32_t period_steps(const struct profile *p, int64_t period_ns)
{
    int64_t steps = round_up(period_ns > 0 ? period_ns : 1, p->step_ns) / p->step_ns;
    return steps < (int64_t)UINT32_MAX ? (uint32_t)steps : UINT32_MAX;
}

/* Samples and time cannot be compared; samples say more, and time of work that overlaps with itself the least. */
static int rank_of(const struct event *e)
{
    return !e->n_spans ? 2 : str_eq(e->name, STR("async")) ? 0 : 1;
}

uint32_t heatmap_main_event(const struct profile *p)
{
    uint32_t best = 0;
    for (uint32_t e = 1; e < p->n_events; e++) {
        int rank = rank_of(&p->events[e]), best_rank = rank_of(&p->events[best]);
        if (rank > best_rank || (rank == best_rank && p->events[e].weight > p->events[best].weight))
            best = e;
    }
    return best;
}

/* ---- cells */

struct painter {
    struct heatmap h;
    uint32_t fold;
    int64_t step_ns;
    uint64_t *whole; /* per column before folding, as differences: spans that cover it completely */
};

/* [from, to) in steps, both in one column: adds the nanoseconds in each row. */
static void add_part(struct painter *m, uint32_t from, uint32_t to)
{
    struct heatmap *h = &m->h;
    uint32_t k = from / h->period_steps;
    uint64_t begin = (uint64_t)k * h->period_steps, *column = h->cell + (size_t)(k / m->fold) * h->rows;
    for (uint64_t at = from; at < to;) {
        uint32_t j = window_row_of((uint32_t)(at - begin), h->period_steps, h->rows);
        uint64_t edge = begin + window_row_edge(j + 1, h->period_steps, h->rows), end = edge < to ? edge : to;
        column[j] += (end - at) * (uint64_t)m->step_ns;
        at = end;
    }
}

static void add_span(struct painter *m, uint32_t start, uint32_t duration)
{
    uint32_t steps = m->h.period_steps, end = start + duration, first = start / steps, last = end / steps;
    if (first == last) {
        add_part(m, start, end);
        return;
    }
    uint32_t first_whole = first + (start % steps != 0);
    if (first_whole > first)
        add_part(m, start, first_whole * steps);
    add_part(m, last * steps, end);
    m->whole[first_whole]++;
    m->whole[last]--;
}

static void add_whole_columns(struct painter *m, uint32_t n_columns)
{
    struct heatmap *h = &m->h;
    uint64_t n = 0;
    for (uint32_t k = 0; k < n_columns; k++) {
        n += m->whole[k];
        for (uint32_t j = 0; n && j < h->rows; j++) {
            uint32_t steps = window_row_edge(j + 1, h->period_steps, h->rows) -
                             window_row_edge(j, h->period_steps, h->rows);
            h->cell[(size_t)(k / m->fold) * h->rows + j] += n * steps * (uint64_t)m->step_ns;
        }
    }
}

struct heatmap heatmap_taken(const struct profile *p, const uint8_t *lanes, const uint8_t *threads, bool with_idle,
                             int64_t period_ns, uint32_t rows, uint32_t fold, struct arena *arena)
{
    struct painter m = {.fold = fold ? fold : 1, .step_ns = p->step_ns};
    struct heatmap *h = &m.h;
    h->period_steps = period_steps(p, period_ns);
    h->rows = rows ? rows : 1;
    uint32_t n_columns = (uint32_t)(((uint64_t)p->n_steps + h->period_steps - 1) / h->period_steps);
    h->columns = n_columns / m.fold + (n_columns % m.fold != 0);
    h->cell = NEW_N(arena, uint64_t, (size_t)h->columns * h->rows);
    for (uint32_t i = 0; i < p->n_points; i++) {
        if (!lanes[point_lane(p, i)] || (threads && !threads[point_thread(p, i)]) ||
            (!with_idle && p->node_idle[point_node(p, i)]))
            continue;
        uint32_t t = point_time(p, i), k = t / h->period_steps / m.fold;
        h->cell[(size_t)k * h->rows + window_row_of(t % h->period_steps, h->period_steps, h->rows)] +=
            point_weight(p, i);
    }
    m.whole = p->n_spans ? NEW_N(arena, uint64_t, (size_t)n_columns + 1) : NULL;
    for (uint32_t i = 0; i < p->n_spans; i++)
        if (lanes[span_lane(p, i)] && (!threads || threads[span_thread(p, i)]) &&
            (with_idle || !p->node_idle[span_node(p, i)]))
            add_span(&m, span_start(p, i), span_duration(p, i));
    if (m.whole)
        add_whole_columns(&m, n_columns);
    for (size_t i = 0; i < (size_t)h->columns * h->rows; i++)
        h->max = h->cell[i] > h->max ? h->cell[i] : h->max;
    return m.h;
}

struct heatmap heatmap_folded(const struct profile *p, uint32_t event, bool with_idle, int64_t period_ns,
                              uint32_t rows, uint32_t fold, struct arena *arena)
{
    uint8_t *lanes = NEW_N(arena, uint8_t, (size_t)p->n_lanes + 1);
    for (uint32_t i = 0; i < p->n_lanes; i++)
        lanes[i] = p->lanes[i].event == event;
    return heatmap_taken(p, lanes, NULL, with_idle, period_ns, rows, fold, arena);
}

struct heatmap heatmap_cells(const struct profile *p, uint32_t event, bool with_idle, int64_t period_ns,
                             uint32_t rows, struct arena *arena)
{
    return heatmap_folded(p, event, with_idle, period_ns, rows, 1, arena);
}

/* ---- buckets */

/* 20 ms, else 1, 2 or 5 times a power of ten, so that levels of 1 s stay whole; then up to whole steps. */
static int64_t base_bucket(const struct profile *p)
{
    static const int64_t grain[] = {1, 2, 5};
    int64_t unit = BASE_BUCKET_NS / 2, bucket = round_up(BASE_BUCKET_NS, p->step_ns);
    uint64_t most = LIMIT_BASE_BUCKETS / (p->n_events ? p->n_events : 1);
    for (uint32_t i = 2; (p->n_steps - (uint64_t)1) / (uint64_t)(bucket / p->step_ns) >= most; i++) {
        unit *= i % 3 == 0 ? 10 : 1;
        bucket = round_up(unit * grain[i % 3], p->step_ns);
    }
    return bucket;
}

/* The spans of one event, busy or idle: parts of buckets are added, buckets covered whole only counted, as
 * differences, so that work does not follow the length of spans. */
static void count_spans(const struct profile *p, uint32_t event, bool idle, struct count_level *level,
                        uint32_t steps, struct arena *scratch)
{
    uint64_t *part = NEW_N(scratch, uint64_t, level->n_buckets),
             *whole = NEW_N(scratch, uint64_t, (size_t)level->n_buckets + 1), n = 0;
    for (uint32_t i = 0; i < p->n_spans; i++) {
        if (p->lanes[span_lane(p, i)].event != event || (p->node_idle[span_node(p, i)] != 0) != idle)
            continue;
        uint64_t start = span_start(p, i), end = start + span_duration(p, i), first = start / steps,
                 last = end / steps;
        if (first == last) {
            part[first] += end - start;
            continue;
        }
        part[first] += (first + 1) * steps - start;
        if (end > last * steps)
            part[last] += end - last * steps;
        whole[first + 1]++;
        whole[last]--;
    }
    uint64_t *to = idle ? level->idle : level->busy;
    for (uint32_t k = 0; k < level->n_buckets; k++) {
        n += whole[k];
        to[k] += (part[k] + n * steps) * (uint64_t)p->step_ns;
    }
}

static void add_spans(const struct profile *p, uint32_t event, struct count_level *level, uint32_t steps,
                      const struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    count_spans(p, event, false, level, steps, scratch);
    if (level->idle)
        count_spans(p, event, true, level, steps, scratch);
    arena_free(scratch);
}

static void sum_level(struct count_level *above, const struct count_level *below, struct arena *arena)
{
    uint32_t factor = (uint32_t)(above->bucket_ns / below->bucket_ns);
    above->n_buckets = below->n_buckets / factor + (below->n_buckets % factor != 0);
    above->busy = NEW_N(arena, uint64_t, above->n_buckets);
    above->idle = below->idle ? NEW_N(arena, uint64_t, above->n_buckets) : NULL;
    for (uint32_t i = 0; i < below->n_buckets; i++) {
        above->busy[i / factor] += below->busy[i];
        if (below->idle)
            above->idle[i / factor] += below->idle[i];
    }
}

struct event_counts *heatmap_counts(const struct profile *p, struct arena *arena)
{
    static const int64_t level_ns[COUNT_LEVELS] = {0, NS_PER_S, 60 * NS_PER_S};
    struct event_counts *counts = NEW_N(arena, struct event_counts, p->n_events);
    bool timed = p->has_time && p->n_steps;
    int64_t base = timed ? base_bucket(p) : round_up(BASE_BUCKET_NS, p->step_ns);
    uint32_t steps = (uint32_t)(base / p->step_ns), n = timed ? (p->n_steps - 1) / steps + 1 : 0;
    for (uint32_t e = 0; e < p->n_events; e++)
        counts[e].level[0] = (struct count_level){base, n, NEW_N(arena, uint64_t, n),
                                                  p->events[e].n_idle ? NEW_N(arena, uint64_t, n) : NULL};
    for (uint32_t i = 0; timed && i < p->n_points; i++) {
        struct count_level *to = &counts[p->lanes[point_lane(p, i)].event].level[0];
        (p->node_idle[point_node(p, i)] ? to->idle : to->busy)[point_time(p, i) / steps] +=
            point_weight(p, i);
    }
    for (uint32_t e = 0; timed && p->n_spans && e < p->n_events; e++)
        add_spans(p, e, &counts[e].level[0], steps, arena);
    for (uint32_t e = 0; e < p->n_events; e++)
        for (uint32_t l = 1; l < COUNT_LEVELS; l++) {
            counts[e].level[l].bucket_ns =
                round_up(level_ns[l] > base ? level_ns[l] : base, counts[e].level[l - 1].bucket_ns);
            sum_level(&counts[e].level[l], &counts[e].level[l - 1], arena);
        }
    return counts;
}

/* ---- what is shown first */

/* 50, or where steps are so coarse that rows would differ visibly in height, the largest number that cuts the
 * period evenly. */
static uint32_t default_rows(uint32_t steps)
{
    if (steps >= 20 * DEFAULT_ROWS)
        return DEFAULT_ROWS;
    for (uint32_t rows = DEFAULT_ROWS; rows >= 10; rows--)
        if (steps % rows == 0)
            return rows;
    return steps < DEFAULT_ROWS ? steps : DEFAULT_ROWS;
}

/* Samples that come in lumps, at least a second apart (a file each, a print each second): the shortest time between
 * two lumps, in whole seconds, so that no two share a column. 0: they do not. */
static int64_t lump_period(const struct profile *p)
{
    uint32_t n_lumps = 1, least = UINT32_MAX;
    for (uint32_t i = 1; i < p->n_points; i++) {
        uint32_t gap = point_time(p, i) - point_time(p, i - 1);
        n_lumps += gap > 0;
        least = gap > 0 && gap < least ? gap : least;
        if (least * p->step_ns < NS_PER_S)
            return 0;
    }
    if (p->n_spans || n_lumps < 2 || p->n_points / n_lumps < SAMPLES_OF_LUMP)
        return 0;
    return least * p->step_ns / NS_PER_S * NS_PER_S;
}

struct heatmap_spec heatmap_defaults(const struct profile *p, struct heatmap_spec wanted)
{
    struct heatmap_spec h = wanted;
    int64_t length = p->n_steps * p->step_ns;
    int64_t lumps = h.period_ns <= 0 && !h.rows ? lump_period(p) : 0;
    if (lumps) {
        h.period_ns = lumps;
        h.rows = 1;
    }
    if (h.period_ns <= 0)
        h.period_ns = length <= DEFAULT_COLUMNS * NS_PER_S        ? NS_PER_S
                      : length <= DEFAULT_COLUMNS * 60 * NS_PER_S ? 60 * NS_PER_S
                                                                  : 3600 * NS_PER_S;
    uint32_t steps = period_steps(p, h.period_ns);
    h.period_ns =
        steps * p->step_ns; /* what is shown, said as it is: whole steps, and few enough for a u32 */
    if (!h.rows)
        h.rows = default_rows(steps);
    if (h.rows > steps)
        h.rows = steps;
    return h;
}

static int by_count(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t heatmap_top(const struct heatmap *h, enum scale scale, struct arena *scratch)
{
    if (scale == SCALE_FULL)
        return h->max;
    struct arena_mark mark = arena_mark(scratch);
    size_t n = 0, all = (size_t)h->columns * h->rows;
    uint64_t *some = NEW_N(scratch, uint64_t, all);
    for (size_t i = 0; i < all; i++)
        if (h->cell[i])
            some[n++] = h->cell[i];
    qsort(some, n, sizeof *some, by_count);
    uint64_t top = n < ROBUST_CELLS ? h->max : some[(n - 1) * 995 / 1000];
    arena_reset(scratch, mark);
    return top;
}
