/* SPDX-License-Identifier: MIT
 *
 * Counts -> FFT, padded to twice the length so that no frequency falls between two bins -> power over that of
 * a Poisson process -> divided by its running median (bursty load is red: without this every such profile has
 * "periods") -> peaks -> for each peak the fundamentals it may be a harmonic of, judged by the H-test of de
 * Jager, Raubenheimer and Swanepoel (1989). The median never divides by less than 1: a spectrum between the
 * lines of a pure train is empty, and noise in it means nothing. */
#include "findings/spectrum.h"

#include <kiss_fftr.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/sort.h"

/* Strongest peaks looked at; harmonics a peak may be, and that are summed. */
#define PEAKS 12u
#define HARMONICS 20u
/* A peak below this (nepers over the median) is no peak. */
#define LEAST_POWER 7.0f
/* Half the window of the running median: bins, and share of the frequency. */
#define MEDIAN_BINS 24u
#define MEDIAN_SHARE 8u

struct spectrum {
    float *power;
    uint32_t n;
    double df;
};

static uint32_t padded(uint32_t n)
{
    uint32_t size = 64;
    while (size < 2 * n)
        size *= 2;
    return size / 4 * 3 >= 2 * n ? size / 4 * 3 : size;
}

static float median_around(const float *power, uint32_t n, uint32_t k, float *work)
{
    uint32_t half = MEDIAN_BINS + k / MEDIAN_SHARE, from = k > half ? k - half : 1,
             to = k + half < n ? k + half : n, m = 0, stride = 1 + (to - from) / 256;
    for (uint32_t i = from; i < to; i += stride)
        work[m++] = power[i];
    return m ? sort_nth(work, m, m / 2) : 1;
}

/* The median at places ever farther apart, straight lines between them. raw: a copy of the power. */
static void whiten(struct spectrum *s, const float *raw)
{
    float work[512], *flat = s->power;
    uint32_t at = 1;
    float here = median_around(raw, s->n, 1, work) / 0.6931f;
    while (at < s->n) {
        uint32_t next = at + 4 + at / 16;
        if (next > s->n)
            next = s->n;
        float there = median_around(raw, s->n, next < s->n ? next : s->n - 1, work) / 0.6931f;
        for (uint32_t k = at; k < next; k++) {
            float level = here + (there - here) * (float)(k - at) / (float)(next - at);
            flat[k] /= level > 1 ? level : 1;
        }
        here = there;
        at = next;
    }
}

static kiss_fftr_cfg plan_of(uint32_t size, struct arena *arena)
{
    size_t room = 0;
    (void)kiss_fftr_alloc((int)size, 0, NULL, &room);
    return kiss_fftr_alloc((int)size, 0, arena_alloc(arena, room, 1), &room);
}

static kiss_fftr_cfg kept_plan(struct spectrum_bench *bench, uint32_t size)
{
    for (uint32_t i = 0; i < SPECTRUM_PLANS; i++) {
        if (!bench->size[i]) {
            bench->size[i] = size;
            bench->plan[i] = plan_of(size, bench->arena);
        }
        if (bench->size[i] == size)
            return bench->plan[i];
    }
    return plan_of(size, bench->arena);
}

/* The spectrum of counts less their mean, padded with zeros to `size`: of size / 2 + 1 numbers. */
static kiss_fft_cpx *transform(const float *counts, uint32_t n_bins, uint32_t size, double *sum, struct spectrum_bench *bench)
{
    if (size > bench->room) {
        bench->room = size;
        bench->in = NEW_N(bench->arena, float, size);
        bench->out = NEW_N(bench->arena, kiss_fft_cpx, (size_t)size / 2 + 1);
    }
    *sum = 0;
    for (uint32_t i = 0; i < n_bins; i++)
        *sum += counts[i];
    float mean = (float)(*sum / n_bins);
    for (uint32_t i = 0; i < n_bins; i++)
        bench->in[i] = counts[i] - mean;
    memset(bench->in + n_bins, 0, (size - n_bins) * sizeof *bench->in);
    kiss_fftr(kept_plan(bench, size), bench->in, bench->out);
    return bench->out;
}

/* In the arrays of the bench. */
static struct spectrum spectrum_of(const float *counts, uint32_t n_bins, double bin_s, struct spectrum_bench *bench)
{
    uint32_t size = padded(n_bins);
    double sum;
    const kiss_fft_cpx *f = transform(counts, n_bins, size, &sum, bench);
    struct spectrum s = {bench->in, size / 2, 1 / (size * bin_s)};
    for (uint32_t k = 0; k < s.n; k++)
        s.power[k] = (f[k].r * f[k].r + f[k].i * f[k].i) / (float)(sum > 0 ? sum : 1);
    s.power[0] = 0;
    float *raw = bench->out; /* done with */
    memcpy(raw, s.power, s.n * sizeof *raw);
    whiten(&s, raw);
    return s;
}

/* The power at a frequency: the larger of the two bins beside it. */
static double power_at(const struct spectrum *s, double k)
{
    uint32_t low = (uint32_t)k;
    if (low + 1 >= s->n)
        return 0;
    return s->power[low] > s->power[low + 1] ? s->power[low] : s->power[low + 1];
}

/* Penalty of 4 for each harmonic, as in the paper, and 1 more since the larger of two bins is taken. */
static double h_test(const struct spectrum *s, double k)
{
    double sum = 0, best = 0;
    for (uint32_t h = 1; h <= HARMONICS && k * h < s->n; h++) {
        sum += 2 * power_at(s, k * h);
        double value = sum - 5.0 * h + 5;
        if (value > best)
            best = value;
    }
    return best;
}

struct peak {
    uint32_t k;
    float power;
};

static uint32_t find_peaks(const struct spectrum *s, uint32_t first, struct peak *out)
{
    uint32_t n = 0;
    for (uint32_t k = first > 2 ? first : 2; k + 2 < s->n; k++) {
        float p = s->power[k];
        if (p < LEAST_POWER || p < s->power[k - 1] || p <= s->power[k + 1] || p < s->power[k - 2] ||
            p <= s->power[k + 2] || (n == PEAKS && p <= out[n - 1].power))
            continue;
        uint32_t at = n < PEAKS ? n++ : PEAKS - 1;
        while (at > 0 && out[at - 1].power < p) {
            out[at] = out[at - 1];
            at--;
        }
        out[at] = (struct peak){k, p};
    }
    return n;
}

/* Between bins, by the parabola through the peak and its neighbours. */
static double middle(const struct spectrum *s, uint32_t k)
{
    double a = s->power[k - 1], b = s->power[k], c = s->power[k + 1], bend = a - 2 * b + c;
    return bend < 0 ? k + 0.5 * (a - c) / bend : k;
}

static void keep(struct candidate *out, uint32_t *n, uint32_t most, struct candidate c, double resolution)
{
    for (uint32_t i = 0; i < *n; i++)
        if (fabs(out[i].hz - c.hz) < resolution) {
            if (out[i].h >= c.h)
                return;
            for (uint32_t k = i; k + 1 < *n; k++)
                out[k] = out[k + 1];
            --*n;
            break;
        }
    if (*n == most && out[*n - 1].h >= c.h)
        return;
    uint32_t at = *n < most ? (*n)++ : most - 1;
    while (at > 0 && out[at - 1].h < c.h) {
        out[at] = out[at - 1];
        at--;
    }
    out[at] = c;
}

uint32_t spectrum_candidates(const float *counts, uint32_t n_bins, double bin_s, double slowest_hz,
                             struct candidate *out, uint32_t most, struct spectrum_bench *bench)
{
    struct peak peaks[PEAKS];
    uint32_t n = 0;
    if (n_bins < 32)
        return 0;
    struct spectrum s = spectrum_of(counts, n_bins, bin_s, bench);
    uint32_t first = (uint32_t)(slowest_hz / s.df), n_peaks = find_peaks(&s, first, peaks);
    for (uint32_t i = 0; i < n_peaks; i++) {
        double k = middle(&s, peaks[i].k);
        for (uint32_t j = 1; j <= HARMONICS && k / j >= first; j++)
            keep(out, &n, most, (struct candidate){k / j * s.df, h_test(&s, k / j)}, s.df * 0.7);
    }
    return n;
}

/* The smallest length of at least n that transforms quickly: an even number without prime factors above 5. */
static uint32_t quick_size(uint32_t n)
{
    return (uint32_t)kiss_fftr_next_fast_size_real((int)n);
}

/* By the theorem of Wiener and Khinchin. The power is real and even, and so is what it comes from: to transform it back is to
 * transform it once more, by the same plan. Only lags that the far end reaches are padded for. */
void spectrum_autocorrelation(const float *counts, uint32_t n_bins, float *r, uint32_t n_lags, struct arena *arena)
{
    struct spectrum_bench bench = {.arena = arena_like(arena)};
    uint32_t size = quick_size(n_bins + n_lags);
    double sum;
    kiss_fft_cpx *f = transform(counts, n_bins, size, &sum, &bench);
    for (uint32_t k = 0; k <= size / 2; k++) {
        float power = f[k].r * f[k].r + f[k].i * f[k].i;
        bench.in[k] = power;
        bench.in[k ? size - k : 0] = power;
    }
    kiss_fftr(kept_plan(&bench, size), bench.in, bench.out);
    /* Fewer bins meet at longer lags. */
    for (uint32_t k = 0; k < n_lags; k++)
        r[k] = f[0].r > 0 ? f[k].r / f[0].r * (float)n_bins / (float)(n_bins - k) : 0;
    arena_free(bench.arena);
}
