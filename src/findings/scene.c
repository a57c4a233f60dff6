/* SPDX-License-Identifier: MIT
 *
 * Profile -> scene. One pass over the points of the event; idle ones are left out, unless the reader sees
 * them as busy. Where the rate is not known a bin is a millisecond, or an eighth of
 * the mean distance of samples. */
#include "findings/scene.h"

#include "base/arena.h"
#include "base/timetext.h"

/* Two million bins are ten minutes at 3 kHz; longer profiles get bins of several intervals. */
#define MOST_BINS (1u << 21)

static bool is_seen(const struct profile *p, uint32_t i, uint32_t event, bool with_idle)
{
    return p->lanes[point_lane(p, i)].event == event && (with_idle || !p->node_idle[point_node(p, i)]);
}

static void index_threads(struct scene *s)
{
    uint32_t n_threads = s->p->n_threads;
    s->thread_first = NEW_N(s->arena, uint32_t, (size_t)n_threads + 2);
    s->thread_sample = NEW_N(s->arena, uint32_t, (size_t)s->n + 1);
    for (uint32_t i = 0; i < s->n; i++)
        s->thread_first[s->thread[i] + 2]++;
    for (uint32_t t = 0; t < n_threads; t++)
        s->thread_first[t + 2] += s->thread_first[t + 1];
    for (uint32_t i = 0; i < s->n; i++)
        s->thread_sample[s->thread_first[s->thread[i] + 1]++] = i;
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
    struct arena_mark mark = arena_mark(scratch);
    uint32_t *last = NEW_N(scratch, uint32_t, p->n_lanes), n = 0;
    double *d = NEW_N(scratch, double, p->n_points);
    for (uint32_t i = 0; i < p->n_points; i++) {
        uint32_t lane = point_lane(p, i), now = point_time(p, i) + 1;
        if (p->lanes[lane].event != event)
            continue;
        if (last[lane] && now > last[lane])
            d[n++] = (now - last[lane]) * (double)p->step_ns / NS_PER_S;
        last[lane] = now;
    }
    double rate = 0;
    for (size_t r = 0; r < sizeof usual / sizeof *usual && rate <= 0; r++) {
        if (NS_PER_S / usual[r] < 20.0 * (double)p->step_ns)
            break; /* every step would do */
        uint32_t seen = 0, on = 0;
        for (uint32_t i = 0; i < n; i++) {
            double ticks = d[i] * usual[r], off = ticks - (double)(uint64_t)(ticks + 0.5);
            if (ticks > 20)
                continue;
            seen++;
            on += ticks > 0.5 && off < 0.06 && off > -0.06;
        }
        if (seen >= 8 && on >= seen - seen / 20)
            rate = usual[r];
    }
    arena_reset(scratch, mark);
    return rate;
}

bool scene_of(const struct profile *p, uint32_t event, double rate_hz, bool with_idle, struct scene *out,
              struct arena *arena)
{
    *out = (struct scene){.p = p, .event = event, .rate = rate_hz, .arena = arena, .lost = 1};
    if (!p->has_time || !p->n_points || event >= p->n_events || p->events[event].n_spans ||
        p->weight == WEIGHT_COUNT)
        return false;
    struct scene *s = out;
    uint32_t n = p->n_points, first = UINT32_MAX;
    s->time = NEW_N(arena, double, n);
    s->thread = NEW_N(arena, uint32_t, n);
    s->node = NEW_N(arena, uint32_t, n);
    s->step_s = (double)p->step_ns / NS_PER_S;
    for (uint32_t i = 0; i < n; i++) {
        if (p->lanes[point_lane(p, i)].event != event)
            continue;
        if (first == UINT32_MAX)
            first = point_time(p, i);
        if (!is_seen(p, i, event, with_idle))
            continue;
        s->time[s->n] = (point_time(p, i) - first + 0.5) * s->step_s;
        s->thread[s->n] = point_thread(p, i);
        s->node[s->n++] = point_node(p, i);
    }
    if (!s->n)
        return false;
    s->begin_steps = first;
    s->length = (p->n_steps - first) * s->step_s;
    s->cpus = count_cpus(p, event);
    if (rate_hz <= 0 && p->weight == WEIGHT_SAMPLES)
        s->rate = usual_rate(p, event, arena);
    s->interval = s->rate > 0 ? 1 / s->rate : 0;
    double seen = (double)p->events[event].n_samples;
    s->lost = seen > 0 ? 1 + (double)p->tally.n_lost / seen : 1;
    index_threads(s);
    s->bin_s = s->interval > 0 ? s->interval : s->length / s->n / 8;
    if (s->interval <= 0 && s->bin_s < 0.001)
        s->bin_s = 0.001;
    if (s->bin_s < s->step_s)
        s->bin_s = s->step_s;
    while (s->length / s->bin_s >= MOST_BINS)
        s->bin_s *= 2;
    s->n_bins = (uint32_t)(s->length / s->bin_s) + 1;
    s->load = scene_bins(s->time, s->n, s->bin_s, s->n_bins, arena);
    return true;
}

uint32_t scene_step(const struct scene *s, double seconds)
{
    double at = s->begin_steps + seconds / s->step_s;
    if (at <= 0)
        return 0;
    return at >= s->p->n_steps ? s->p->n_steps : (uint32_t)(at + 0.5);
}

float *scene_bins(const double *time, uint32_t n, double bin_s, uint32_t n_bins, struct arena *arena)
{
    float *bins = NEW_N(arena, float, (size_t)n_bins + 1);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t b = (uint32_t)(time[i] / bin_s);
        bins[b < n_bins ? b : n_bins - 1] += 1;
    }
    return bins;
}

uint32_t scene_samples_of(const struct scene *s, uint32_t thread)
{
    return s->thread_first[thread + 1] - s->thread_first[thread];
}

uint32_t scene_at(const struct scene *s, double seconds)
{
    uint32_t lo = 0, hi = s->n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->time[mid] < seconds)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}
