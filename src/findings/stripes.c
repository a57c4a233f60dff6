/* SPDX-License-Identifier: MIT
 *
 * Load in bins of one sampling interval (bins of any other length beat with the sampler) -> autocorrelation -> the lag that
 * stands out most over the lags around it, since bursty load is alike at all short lags -> the shortest lag that is nearly as
 * good, since every multiple of a period is one, too -> its multiples, each of which tells the period to a smaller part of
 * a bin. */
#include "findings/stripes.h"

#include <math.h>

#include "base/arena.h"
#include "base/timetext.h"
#include "findings/scene.h"
#include "findings/spectrum.h"

#define MOST_BINS (1u << 19) /* longer profiles are looked at in coarser bins */
#define LEAST_LAG 16u        /* a shorter period is the sampler, or the tick of the kernel, and has no rows to show */
#define CYCLES 3u            /* fewer are no stripe */
#define LEAST_STRENGTH 0.05
#define LEAST_SIGMAS 6.0
#define NEARLY 0.8 /* of the best: then the shorter of two periods is taken */
#define PARTS 8u  /* of the best lag that are looked at between two bins */
/* Least variance of the load in parts of its mean (1: Poisson). Below it there is nothing but the sampler's own unevenness: 0.003 with
 * all CPUs busy (the gallery's full-100), 0.04 if their ticks fall on the edges of bins; 0.08 where all of four rest in one bin of 49. */
#define LEAST_DISPERSION 0.05

struct load {
    const float *bins;
    uint32_t n;
    double bin_s;
};

/* Counts of the buckets, where there is no scene: spans, and records that stand for many samples. */
static struct load load_of_counts(const struct panel *panel, struct arena *arena)
{
    struct load out = {0};
    if (!panel->counts || !panel->profile->has_time || !panel->profile->n_events)
        return out;
    const struct count_level *level = &panel->counts[panel->main_event].level[0];
    float *bins = NEW_N(arena, float, (size_t)level->n_buckets + 1);
    for (uint32_t i = 0; i < level->n_buckets; i++)
        bins[i] = (float)level->busy[i];
    return (struct load){bins, level->n_buckets, (double)level->bucket_ns / NS_PER_S};
}

static struct load load_of_scene(const struct scene *s, struct arena *arena)
{
    uint32_t n = (uint32_t)(s->length / s->bin_s) + 1;
    return (struct load){scene_bins(&s->times, s->bin_s, n, arena), n, s->bin_s};
}

static struct load coarser(struct load in, struct arena *arena)
{
    uint32_t factor = in.n / MOST_BINS + 1, n = in.n / factor;
    if (factor == 1)
        return in;
    float *bins = NEW_N(arena, float, (size_t)n + 1);
    for (uint32_t i = 0; i < n * factor; i++)
        bins[i / factor] += in.bins[i];
    return (struct load){bins, n, in.bin_s * factor};
}

/* r[lag] over the mean of the lags from half of it to one and a half. sums[k]: of r[0] … r[k - 1]. */
static double contrast(const float *r, const double *sums, uint32_t lag)
{
    uint32_t from = lag - lag / 2, to = lag + lag / 2 + 1;
    return r[lag] - (sums[to] - sums[from]) / (to - from);
}

/* Bartlett's variance of an autocorrelation, over the lags before it first vanishes. */
static double sigma(const float *r, uint32_t n_lags, uint32_t n)
{
    double sum = 1;
    for (uint32_t k = 1; k < n_lags && r[k] > 0; k++)
        sum += 2.0 * (double)r[k] * (double)r[k];
    return sqrt(sum / n);
}

/* A period of half bins never falls on one: its lag is shared by two. */
static double between(const float *r, const double *sums, uint32_t low)
{
    return fmax(contrast(r, sums, low), 0) + fmax(contrast(r, sums, low + 1), 0);
}

static double shorter(const float *r, const double *sums, uint32_t lag, double enough)
{
    for (uint32_t m = PARTS; m > 1; m--)
        if (lag / m >= LEAST_LAG && between(r, sums, lag / m) >= enough)
            return (double)lag / m;
    return lag;
}

/* Where multiples of the period peak, in bins: the farther one is, the smaller the part of a bin that is not known (*unknown). */
static double refine(const float *r, const double *sums, uint32_t n_lags, double period, double enough, double *unknown)
{
    *unknown = 1;
    for (uint32_t m = 2; (m + 0.5) * period + 2 < n_lags / 1.5; m += m > 8 ? m / 4 : 1) {
        uint32_t middle = (uint32_t)(m * period + 0.5), best = middle;
        for (uint32_t k = middle - 1; k <= middle + 1; k++)
            best = r[k] > r[best] ? k : best;
        if (between(r, sums, best - 1) < enough && between(r, sums, best) < enough)
            break;
        double a = r[best - 1], b = r[best], c = r[best + 1], bend = a - 2 * b + c;
        /* on a slope the parabola ends anywhere, below zero, too */
        period = (best + (bend < 0 ? fmax(-1, fmin(1, 0.5 * (a - c) / bend)) : 0)) / m;
        *unknown = 1.0 / m;
    }
    return period;
}

/* The roundest time within what is not known: timers are set to round times. */
static int64_t roundest(double ns, double unknown_ns, int64_t step_ns)
{
    for (int64_t unit = 1000000000000; unit > step_ns; unit /= 10)
        for (int64_t part = unit; part >= unit / 4; part /= 2) {
            double near = floor(ns / (double)part + 0.5) * (double)part;
            if (part % step_ns == 0 && near > 0 && fabs(near - ns) <= unknown_ns)
                return (int64_t)near;
        }
    return (int64_t)(ns / (double)step_ns + 0.5) * step_ns;
}

static bool is_uneven(const struct load *load)
{
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < load->n; i++) {
        sum += load->bins[i];
        squares += (double)load->bins[i] * load->bins[i];
    }
    double mean = sum / load->n;
    return squares / load->n - mean * mean > LEAST_DISPERSION * mean;
}

struct stripes stripes_find(const struct panel *panel, const struct scene *s, struct arena *arena)
{
    struct stripes out = {0, 0};
    struct arena *work = arena_like(arena);
    struct load load = s ? load_of_scene(s, work) : load_of_counts(panel, work);
    load = coarser(load, work);
    uint32_t n_lags = load.n / CYCLES, reach = load.n / 2 + 2, best = 0;
    if (n_lags <= LEAST_LAG || !is_uneven(&load)) {
        arena_free(work);
        return out;
    }
    float *r = NEW_N(work, float, reach);
    double *sums = NEW_N(work, double, (size_t)reach + 1), most = 0;
    spectrum_autocorrelation(load.bins, load.n, r, reach, work);
    for (uint32_t k = 0; k < reach; k++)
        sums[k + 1] = sums[k] + (double)r[k];
    for (uint32_t k = LEAST_LAG; k < n_lags; k++)
        most = fmax(most, contrast(r, sums, k));
    for (uint32_t k = LEAST_LAG; k < n_lags && !best; k++)
        if (contrast(r, sums, k) >= NEARLY * most && r[k] >= r[k + 1] && r[k] >= r[k - 1])
            best = k;
    if (best && most >= LEAST_STRENGTH && most >= LEAST_SIGMAS * sigma(r, n_lags, load.n)) {
        double unknown, bins = refine(r, sums, reach, shorter(r, sums, best, NEARLY * most), most / 2, &unknown);
        double ns = load.bin_s * NS_PER_S;
        out.period_ns = roundest(bins * ns, unknown * ns, panel->profile->step_ns);
        out.strength = fmin(1, contrast(r, sums, best));
    }
    arena_free(work);
    return out;
}
