/* SPDX-License-Identifier: MIT
 *
 * Distances between samples are sorted; where they jump most (on a logarithmic scale) pauses begin. Whether
 * distances are regular: the densest window of a few per cent among them, against what a broad hump (a normal
 * law of scatter 10 %, narrower than any random load) would put there; the binomial tail by Chernoff's bound.
 */
#include "findings/episodes.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/sort.h"

#define FEWEST 5u
/* The jump that parts pauses from work. */
#define LEAST_JUMP 1.5
/* More pauses than this are no train that anybody would see. */
#define MOST_PAUSES 40000u

/* From one to the next. */
static double apart(const struct times *t, uint32_t i)
{
    return time_at(t, i + 1) - time_at(t, i);
}

/* Where pauses begin; 0 when nothing parts them from work. Distances of one tick are inside work, and not
 * sorted. */
static double find_gap(const struct times *t, double interval, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double least = 1.6 * interval, best = LEAST_JUMP, gap = 0;
    uint32_t m = 0, n = t->n;
    for (uint32_t i = 0; i + 1 < n; i++)
        m += apart(t, i) > least;
    if (m < FEWEST || m > MOST_PAUSES)
        return 0;
    double *d = NEW_N(scratch, double, (size_t)m + 1);
    m = 0;
    for (uint32_t i = 0; i + 1 < n; i++)
        if (apart(t, i) > least)
            d[m++] = apart(t, i);
    sort_doubles(d, m, scratch);
    for (uint32_t i = 0; i + FEWEST <= m + 1 && i < m; i++) {
        double low = i && d[i - 1] > least ? d[i - 1] : least, jump = d[i] / low;
        if ((i || m < n - 1) && jump > best) {
            best = jump;
            gap = sqrt(d[i] * low);
        }
    }
    /* each sample by itself: all distances are pauses */
    if (gap <= 0 && m == n - 1 && d[0] > 2.5 * interval)
        gap = d[0] * 0.9;
    arena_reset(scratch, mark);
    return gap;
}

/* -ln of Chernoff's bound on k of n at chance p; 0 where it cannot be above `least`: it is never above chi square, which needs no
 * logarithms. */
static double chernoff(double k, double n, double p, double least)
{
    double x = k / n;
    if (x <= p || p <= 0 || n * (x - p) * (x - p) < (least - 1e-6) * p * (1 - p))
        return 0;
    return n * (x * log(x / p) + (x < 1 ? (1 - x) * log((1 - x) / (1 - p)) : 0));
}

static struct regular regular_of(double *d, uint32_t n, double resolution, struct arena *scratch)
{
    static const double widths[] = {0.005, 0.01, 0.02, 0.04};
    struct regular best = {0, 0, 0, 0};
    double trials = log(4.0 * n);
    sort_doubles(d, n, scratch);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (uint32_t i = 0, j = 0; i < n; i++) {
            double half = widths[w] * d[i] > resolution ? widths[w] * d[i] : resolution;
            while (j < n && d[j] <= d[i] + 2 * half)
                j++;
            double chance = 8 * half / (d[i] + half),
                   nepers = chernoff(j - i, n, chance < 1 ? chance : 1, best.nepers + trials) - trials;
            if (nepers > best.nepers) {
                best.nepers = nepers;
                best.middle_s = d[i + (j - i) / 2];
                best.scatter_s = (d[i + (j - i) * 5 / 6] - d[i + (j - i) / 6]) / 2;
                best.share = (double)(j - i) / n;
            }
        }
    return best;
}

bool episodes_of(const struct times *times, double interval, struct episodes *out, struct arena *arena)
{
    uint32_t n = times->n;
    *out = (struct episodes){0};
    if (n < FEWEST)
        return false;
    out->gap_s = find_gap(times, interval, arena);
    if (out->gap_s <= 0)
        return false;
    uint32_t most = 1;
    for (uint32_t i = 0; i + 1 < n; i++)
        most += apart(times, i) > out->gap_s;
    out->list = NEW_N(arena, struct episode, most);
    for (uint32_t i = 0; i < n; i++) {
        struct episode *last = out->n ? &out->list[out->n - 1] : NULL;
        double time = time_at(times, i);
        if (!last || time - last->to_s > out->gap_s)
            out->list[out->n++] = (struct episode){time, time, 1};
        else {
            last->to_s = time;
            last->n++;
        }
    }
    if (out->n < FEWEST + 1)
        return false;
    double *d = NEW_N(arena, double, out->n);
    for (uint32_t i = 0; i + 1 < out->n; i++)
        d[i] = out->list[i + 1].from_s - out->list[i].from_s;
    out->starts = regular_of(d, out->n - 1, interval, arena);
    for (uint32_t i = 0; i + 1 < out->n; i++)
        d[i] = out->list[i + 1].from_s - out->list[i].to_s;
    out->pauses = regular_of(d, out->n - 1, interval, arena);
    return true;
}
