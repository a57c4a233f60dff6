/* SPDX-License-Identifier: MIT
 *
 * Profile -> scene. One pass over the points; idle ones are left out, unless the reader sees
 * them as busy. Where the rate is not known a bin is a millisecond, or an eighth of
 * the mean distance of samples. */
#include "findings/scene.h"

#include <math.h>

#include "base/arena.h"
#include "base/timetext.h"

/* Two million bins are ten minutes at 3 kHz; longer profiles get bins of several intervals. */
#define MOST_BINS (1u << 21)

/* scene_at begins at one of so many places. */
#define PLACES (1u << 14)

void reader_fill(struct reader *r, uint32_t i)
{
    uint32_t left;
    r->from = i / COLUMN_BLOCK * COLUMN_BLOCK;
    left = (uint32_t)r->column->n - r->from;
    r->n = left < COLUMN_BLOCK ? left : COLUMN_BLOCK;
    column_copy(r->column, r->from, r->n, r->block);
    for (uint32_t k = 0; k < r->n && r->rows; k++)
        __builtin_prefetch((const char *)r->rows + r->block[k] * r->size);
}

static double count_cpus(const struct profile *p, uint32_t event)
{
    uint32_t n = 0;
    if (p->n_cpus)
        return p->n_cpus;
    for (uint32_t l = 0; l < p->n_lanes; l++)
        n += p->lanes[l].event == event && p->lanes[l].cpu != ID_NONE;
    return n > 1 ? n : 0; /* one may stand for all where the source does not say */
}

/* Where samples are too few for heatmap_rate: the slowest of the usual rates whose ticks they all lie on. */
static double usual_rate(const struct profile *p, uint32_t event, struct arena *scratch)
{
    static const double usual[] = {19,  29,  49,  97,   99,   100,  101,  199,  249,  250,  299,  399,  499,
                                   500, 997, 999, 1000, 1999, 2000, 3999, 4000, 4999, 5000, 9999, 10000};
    enum { RATES = sizeof usual / sizeof *usual };
    struct arena_mark mark = arena_mark(scratch);
    uint32_t *last = NEW_N(scratch, uint32_t, p->n_lanes), seen[RATES] = {0}, off[RATES] = {0}, rate[RATES], rates = 0;
    for (; rates < RATES && NS_PER_S / usual[rates] >= 20.0 * (double)p->step_ns; rates++)
        rate[rates] = rates; /* of faster ones every step would do */
    struct reader lane = reader_of(&p->points.lane), time = reader_of(&p->points.time);
    for (uint32_t i = 0; i < p->n_points && rates; i++) {
        uint32_t l = read_at(&lane, i), now = read_at(&time, i) + 1, kept = 0;
        if (p->lanes[l].event != event)
            continue;
        double apart = last[l] && now > last[l] ? (now - last[l]) * (double)p->step_ns / NS_PER_S : INFINITY;
        last[l] = now;
        if (apart * usual[rate[0]] > 20)
            continue;
        for (uint32_t k = 0; k < rates; k++) {
            uint32_t r = rate[k];
            double ticks = apart * usual[r], beside = ticks - (double)(uint64_t)(ticks + 0.5);
            seen[r] += ticks <= 20;
            off[r] += ticks <= 20 && !(ticks > 0.5 && beside < 0.06 && beside > -0.06);
            if (off[r] <= p->n_points / 20) /* else it is none, whatever comes */
                rate[kept++] = r;
        }
        rates = kept;
    }
    arena_reset(scratch, mark);
    for (uint32_t k = 0; k < rates; k++)
        if (seen[rate[k]] >= 8 && off[rate[k]] <= seen[rate[k]] / 20)
            return usual[rate[k]];
    return 0;
}

/* From here on samples are left out: columns of those that are seen, with the first `n` of them. */
static void own_columns(struct scene *s, uint32_t n)
{
    s->own[0] = s->own[1] = column_new(s->arena);
    for (uint32_t i = 0; i < n; i++) {
        column_add(&s->own[0], point_thread(s->p, i));
        column_add(&s->own[1], point_node(s->p, i));
    }
    s->thread = &s->own[0];
    s->node = &s->own[1];
}

/* The points that are seen; returns the step of the first of the event, UINT32_MAX when there is none. */
static uint32_t see(struct scene *s, bool with_idle)
{
    const struct profile *p = s->p;
    uint32_t *step = NEW_N(s->arena, uint32_t, p->n_points), first = UINT32_MAX;
    struct reader lane = reader_of(&p->points.lane), time = reader_of(&p->points.time),
                  thread = reader_of(&p->points.thread), node = reader_to(&p->points.node, p->node_idle, sizeof *p->node_idle);
    s->thread = &p->points.thread;
    s->node = &p->points.node;
    for (uint32_t i = 0; i < p->n_points; i++) {
        bool is_of = p->lanes[read_at(&lane, i)].event == s->event;
        uint32_t at = read_at(&time, i), its_node = read_at(&node, i);
        if (is_of && first == UINT32_MAX)
            first = at;
        if (!is_of || (!with_idle && p->node_idle[its_node])) {
            if (s->n == i)
                own_columns(s, i);
            continue;
        }
        uint32_t its_thread = read_at(&thread, i);
        s->samples_of[its_thread]++;
        if (s->n < i) {
            column_add(&s->own[0], its_thread);
            column_add(&s->own[1], its_node);
        }
        step[s->n++] = at - first;
    }
    column_close(&s->own[0]);
    column_close(&s->own[1]);
    s->times = (struct times){step, s->n, s->step_s, NULL};
    return first;
}

static void mark_places(struct scene *s)
{
    uint32_t last = s->times.step[s->n - 1], k = 0;
    while (last >> s->place_shift >= PLACES)
        s->place_shift++;
    s->place = NEW_N(s->arena, uint32_t, PLACES + 1);
    for (uint32_t i = 0; i < s->n; i++)
        while (k <= s->times.step[i] >> s->place_shift)
            s->place[k++] = i;
    while (k <= PLACES)
        s->place[k++] = s->n;
}

bool scene_of(const struct profile *p, uint32_t event, double rate_hz, bool with_idle, struct scene *out,
              struct arena *arena)
{
    *out = (struct scene){.p = p, .event = event, .rate = rate_hz, .arena = arena, .lost = 1};
    if (!p->has_time || !p->n_points || event >= p->n_events || p->events[event].n_spans ||
        p->weight == WEIGHT_COUNT)
        return false;
    struct scene *s = out;
    s->step_s = (double)p->step_ns / NS_PER_S;
    s->samples_of = NEW_N(arena, uint32_t, (size_t)p->n_threads + 1);
    uint32_t first = see(s, with_idle);
    if (!s->n)
        return false;
    mark_places(s);
    s->begin_steps = first;
    s->length = (p->n_steps - first) * s->step_s;
    s->cpus = count_cpus(p, event);
    if (rate_hz <= 0 && p->weight == WEIGHT_SAMPLES)
        s->rate = usual_rate(p, event, arena);
    s->interval = s->rate > 0 ? 1 / s->rate : 0;
    double seen = (double)p->events[event].n_samples;
    s->lost = seen > 0 ? 1 + (double)p->tally.n_lost / seen : 1;
    s->bin_s = s->interval > 0 ? s->interval : s->length / s->n / 8;
    if (s->interval <= 0 && s->bin_s < 0.001)
        s->bin_s = 0.001;
    if (s->bin_s < s->step_s)
        s->bin_s = s->step_s;
    while (s->length / s->bin_s >= MOST_BINS)
        s->bin_s *= 2;
    return true;
}

uint32_t scene_step(const struct scene *s, double seconds)
{
    double at = s->begin_steps + seconds / s->step_s;
    if (at <= 0)
        return 0;
    return at >= s->p->n_steps ? s->p->n_steps : (uint32_t)(at + 0.5);
}

float *scene_bins(const struct times *times, double bin_s, uint32_t n_bins, struct arena *arena)
{
    float *bins = NEW_N(arena, float, (size_t)n_bins + 1);
    double scale = times->step_s / bin_s, half = 0.5 * scale;
    for (uint32_t i = time_in(times, 0); i < times->n; i = time_in(times, i + 1)) {
        uint32_t b = (uint32_t)(times->step[i] * scale + half);
        bins[b < n_bins ? b : n_bins - 1] += 1;
    }
    return bins;
}

uint32_t scene_at(const struct scene *s, double seconds)
{
    double steps = seconds / s->step_s - 0.5;
    uint32_t near = steps <= 0 ? 0 : steps < UINT32_MAX ? (uint32_t)steps : UINT32_MAX, k = near >> s->place_shift,
             lo = k < PLACES ? s->place[k] : s->n, hi = k < PLACES ? s->place[k + 1] : s->n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (scene_time(s, mid) < seconds)
            lo = mid + 1;
        else
            hi = mid;
    }
    while (lo > 0 && scene_time(s, lo - 1) >= seconds) /* rounding, at the edge of a place */
        lo--;
    while (lo < s->n && scene_time(s, lo) < seconds)
        lo++;
    return lo;
}

struct times *scene_groups(const struct scene *s, const uint32_t *group_of, const uint8_t *out, uint32_t n_groups, uint32_t *room)
{
    struct reader thread = reader_of(s->thread);
    struct times *groups = NEW_N(s->arena, struct times, (size_t)n_groups + 1);
    uint32_t *at = NEW_N(s->arena, uint32_t, (size_t)n_groups + 1), n = 0; /* where the next sample goes */
    for (uint32_t t = 0; t < s->p->n_threads && !out; t++)
        if (group_of[t] != ID_NONE)
            groups[group_of[t]].n += s->samples_of[t];
    for (uint32_t i = 0; i < s->n && out; i++) {
        uint32_t g = group_of[read_at(&thread, i)];
        if (g != ID_NONE && !out[i])
            groups[g].n++;
    }
    for (uint32_t g = 0; g < n_groups; g++) {
        groups[g] = (struct times){.step = room + n, .n = groups[g].n, .step_s = s->step_s};
        at[g] = n;
        n += groups[g].n;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t g = group_of[read_at(&thread, i)];
        if (g != ID_NONE && !(out && out[i]))
            room[at[g]++] = s->times.step[i];
    }
    return groups;
}
