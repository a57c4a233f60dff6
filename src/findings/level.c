/* SPDX-License-Identifier: MIT
 *
 * Typical levels are running medians over half a minute; the dispersion is that of counts in seconds. */
#include "findings/level.h"

#include <math.h>

#include "base/arena.h"
#include "base/sort.h"

#define TENTH 0.1
#define WHOLE 1.0
/* Halvings of it that the dispersion is told from. */
#define SCALES 3
/* Of profiles of days both are longer. */
#define MOST_TENTHS 200000
#define MOST_WHOLE 50000
/* Blocks on either side whose median is typical. */
#define AROUND 15u
/* Blocks away, where another phase of the profile may have begun. */
#define BESIDE 12

/* Variance over mean, from differences of neighbours, which a slow change of level does not reach. Where
 * counts are large a quantile of theirs is taken, so that a few stalls or bursts do not, either. */
static double dispersion_of(const float *count, const bool *out, uint32_t n, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *squares = NEW_N(scratch, double, (size_t)n + 1), sum = 0, all = 0, middle = 0, ratio = 1;
    uint32_t n_all = n;
    n = 1;
    for (uint32_t i = 0; i + 1 < n_all; i++) {
        double d = (double)count[i + 1] - (double)count[i];
        if (out[i] || out[i + 1])
            continue;
        squares[n++ - 1] = d * d;
        all += d * d;
        sum += count[i];
    }
    if (n > 8 && sum > 0) {
        double mean = sum / (n - 1);
        sort_doubles(squares, n - 1, scratch);
        middle = squares[(uint32_t)((n - 1) * 0.62)] / 0.7707 / 2;
        ratio = (mean >= 8 ? middle : all / (n - 1) / 2) / mean;
        ratio *= 1 + 3 / sqrt(n); /* what so few seconds may be wrong by */
    }
    arena_reset(scratch, mark);
    return ratio > 1 ? ratio : 1;
}

/* Blocks that are half in a stretch of a single thread, or more. */
static bool *blocks_out(const struct scene *s, const struct found *found, double block, uint32_t n,
                        struct arena *arena)
{
    bool *out = NEW_N(arena, bool, (size_t)n + 1);
    for (size_t f = 0; f < found->list.n; f++) {
        const struct finding *x = &found->list.p[f];
        for (uint32_t r = 0; x->kind == FINDING_SINGLE && r < x->n_ranges; r++) {
            double from = (x->ranges[r].from - s->begin_steps) * s->step_s,
                   to = (x->ranges[r].to - s->begin_steps) * s->step_s;
            for (uint32_t b = from > 0 ? (uint32_t)(from / block + 0.5) : 0; b < n && (b + 0.5) * block < to;
                 b++)
                out[b] = true;
        }
    }
    return out;
}

struct tenths level_tenths(const struct scene *s)
{
    double tenth = s->length > TENTH * MOST_TENTHS ? s->length / MOST_TENTHS : TENTH;
    return (struct tenths){tenth, (uint32_t)(s->length / tenth) + 1};
}

static double top_of(const struct scene *s, const struct times *times, struct arena *scratch)
{
    struct tenths t = level_tenths(s);
    double top = 0;
    struct arena_mark mark = arena_mark(scratch);
    const float *tenths = scene_bins(times, t.length_s, t.n, scratch);
    for (uint32_t i = 0; i < t.n; i++)
        top = tenths[i] > top ? tenths[i] : top;
    arena_reset(scratch, mark);
    return top / t.length_s;
}

struct level level_of(const struct scene *s, const struct found *found, struct arena *arena)
{
    double length = s->length;
    struct level l = {.block_s = 1, .dispersion = 1};
    if (length / l.block_s > 4000)
        l.block_s = length / 4000;
    l.n = (uint32_t)(length / l.block_s) + 1;
    l.around = NEW_N(arena, double, l.n);
    struct arena_mark mark = arena_mark(arena);
    double whole = length > MOST_WHOLE ? length / MOST_WHOLE : WHOLE;
    float *blocks = scene_bins(&found->left, l.block_s, l.n, arena);
    double work[2 * AROUND + 1];
    bool *out = blocks_out(s, found, l.block_s, l.n, arena);
    double last = length - (l.n - 1) * l.block_s;
    if (l.n > 1 && last < 0.3 * l.block_s)
        blocks[l.n - 1] = blocks[l.n - 2]; /* too short to say */
    else if (last > 0 && last < l.block_s)
        blocks[l.n - 1] *= (float)(l.block_s / last);
    l.top = top_of(s, &found->left, arena);
    /* loads that go on and off regularly vary within a second, not from one to the next */
    for (int k = 0; k < SCALES; k++, whole /= 2) {
        uint32_t n_whole = (uint32_t)(length / whole);
        double d = dispersion_of(scene_bins(&found->left, whole, n_whole ? n_whole : 1, arena),
                                 blocks_out(s, found, whole, n_whole, arena), n_whole, arena);
        l.dispersion = d > l.dispersion ? d : l.dispersion;
    }
    for (uint32_t b = 0; b < l.n; b++) {
        /* as far to one side as to the other, lest a ramp be taken for its middle at its ends */
        uint32_t half = b < l.n - 1 - b ? b : l.n - 1 - b;
        half = half < 3 ? 3 : half < AROUND ? half : AROUND;
        uint32_t from = b > half ? b - half : 0, to = b + half + 1 < l.n ? b + half + 1 : l.n, m = 0;
        for (uint32_t i = from; i < to; i++)
            if (!out[i])
                work[m++] = blocks[i];
        sort_doubles(work, m, arena);
        l.around[b] = m ? work[m / 2] / l.block_s : 0;
    }
    arena_reset(arena, mark);
    return l;
}

uint32_t level_block(const struct level *l, double time)
{
    uint32_t b = time > 0 ? (uint32_t)(time / l->block_s) : 0;
    return b < l->n ? b : l->n - 1;
}

double level_at(const struct level *l, double time)
{
    return l->around[level_block(l, time)];
}

double level_low(const struct level *l, double time)
{
    double a = l->around[level_block(l, time - BESIDE * l->block_s)], b = level_at(l, time),
           c = l->around[level_block(l, time + BESIDE * l->block_s)];
    a = a < b ? a : b;
    return a < c ? a : c;
}

double level_high(const struct level *l, double time)
{
    double a = l->around[level_block(l, time - BESIDE * l->block_s)], b = level_at(l, time),
           c = l->around[level_block(l, time + BESIDE * l->block_s)];
    a = a > b ? a : b;
    return a > c ? a : c;
}
