/* SPDX-License-Identifier: MIT
 *
 * Counting, and cutting by PELT: square roots of counts, so that they scatter alike at every level; a penalty
 * scaled by their dispersion and lag-1 correlation, since by a plain Poisson penalty bursty load changes all
 * the time. */
#include "findings/slow.h"

#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "findings/pelt.h"
#include "findings/say.h"

/* Of the steps from bin to bin the largest sixth may be those of periodic load; of those of a normal law the
 * others have so much of the variance. */
#define TRIMMED 6
#define TRIMMED_KEEPS 0.49

/* Trains are no part of the load, nor what a name does periodically, nor bursts and runs of one; a single thread at full speed is. */
bool slow_has(const struct slow *q, uint32_t sample)
{
    return !(q->found->explained[sample] & (EXPLAINED_TRAIN | EXPLAINED_LOAD | EXPLAINED_EVENT));
}

uint32_t slow_bin(const struct slow *q, uint32_t sample)
{
    return (uint32_t)(scene_time(q->s, sample) / q->bin_s);
}

double slow_middle(double *v, uint32_t n, struct arena *scratch)
{
    sort_doubles(v, n, scratch);
    return n ? v[n / 2] : 0;
}

/* A stretch of an event: its samples are marked, and what it covers of each bin is added up. */
static void cover(struct slow *q, const struct finding_range *r, double *covered)
{
    const struct scene *s = q->s;
    double from = (r->from - s->begin_steps) * s->step_s, to = (r->to - s->begin_steps) * s->step_s;
    for (uint32_t i = scene_at(s, from); i < s->n && scene_time(s, i) < to; i++)
        q->found->explained[i] |= EXPLAINED_EVENT;
    for (uint32_t b = from > 0 ? (uint32_t)(from / q->bin_s) : 0; b < q->n && b * q->bin_s < to; b++) {
        double a = from > b * q->bin_s ? from : b * q->bin_s, e = to < (b + 1) * q->bin_s ? to : (b + 1) * q->bin_s;
        covered[b] += e > a ? (e - a) / q->bin_s : 0;
    }
}

/* Bins, with bursts and stalls filled up by what is usual in the rest of the bin. */
void slow_count(struct slow *q, bool with_bursts)
{
    const struct scene *s = q->s;
    double *covered = NEW_N(s->arena, double, (size_t)q->n + 1);
    memset(q->count, 0, q->n * sizeof *q->count);
    for (size_t f = 0; f < q->found->list.n; f++) {
        const struct finding *x = &q->found->list.p[f];
        bool is_event = (x->kind == FINDING_BURST && !with_bursts) || x->kind == FINDING_STALL || x->kind == FINDING_RUNNER;
        for (uint32_t r = 0; r < x->n_ranges && is_event; r++)
            cover(q, &x->ranges[r], covered);
    }
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t b = slow_bin(q, i);
        if (b < q->n && slow_has(q, i))
            q->count[b]++;
    }
    for (uint32_t b = 0; b < q->n; b++) {
        if (covered[b] > 0.7 && b)
            q->count[b] = q->count[b - 1];
        else if (covered[b] > 0)
            q->count[b] /= 1 - (covered[b] < 0.7 ? covered[b] : 0.7);
        q->root[b] = sqrt(q->count[b] + 0.375);
    }
}

void slow_measure(struct slow *q)
{
    struct arena_mark mark = arena_mark(q->s->arena);
    double *rest = NEW_N(q->s->arena, double, q->n), *size = NEW_N(q->s->arena, double, q->n), work[16],
           product = 0, square = 0;
    for (uint32_t b = 0; b < q->n; b++) {
        uint32_t from = b > 4 ? b - 4 : 0, to = b + 5 < q->n ? b + 5 : q->n, m = 0;
        for (uint32_t i = from; i < to; i++)
            work[m++] = q->root[i];
        rest[b] = q->root[b] - slow_middle(work, m, q->s->arena);
        size[b] = fabs(rest[b]);
    }
    q->noise = 1.4826 * slow_middle(size, q->n, q->s->arena) * 1.1; /* the median of nine follows a tenth of the noise */
    /* where most bins are empty the median knows nothing of the others */
    for (uint32_t b = 0; b + 1 < q->n; b++)
        size[b] = (q->root[b + 1] - q->root[b]) * (q->root[b + 1] - q->root[b]);
    double steps = 0;
    uint32_t n_steps = q->n ? q->n - 1 : 0, least = n_steps - n_steps / TRIMMED;
    sort_doubles(size, n_steps, q->s->arena);
    for (uint32_t i = 0; i < least; i++)
        steps += size[i];
    steps = least ? sqrt(steps / least / 2 / TRIMMED_KEEPS) : 0;
    if (q->noise < steps)
        q->noise = steps;
    if (q->noise < 0.5)
        q->noise = 0.5; /* that of a Poisson process: a sampler that is always hit scatters less */
    for (uint32_t b = 0; b + 1 < q->n; b++) {
        double x = rest[b], y = rest[b + 1], most = 3 * q->noise;
        if (fabs(x) > most || fabs(y) > most)
            continue;
        product += x * y;
        square += x * x;
    }
    q->correlation = square > 0 ? product / square + 0.1 : 0; /* and makes neighbours differ by as much */
    q->correlation = q->correlation < 0 ? 0 : q->correlation > 0.8 ? 0.8 : q->correlation;
    arena_reset(q->s->arena, mark);
}

double slow_mean_root(const struct slow *q, uint32_t from, uint32_t to)
{
    return (q->sum[to] - q->sum[from]) / (to - from);
}

double slow_cost(const void *ctx, uint32_t from, uint32_t to)
{
    const struct slow *q = ctx;
    double sum = q->sum[to] - q->sum[from];
    return (q->squares[to] - q->squares[from] - sum * sum / (to - from)) / (q->noise * q->noise);
}

double slow_inflation(const struct slow *q)
{
    return (1 + q->correlation) / (1 - q->correlation);
}

void slow_cut(struct slow *q, double penalty)
{
    q->sum = NEW_N(q->s->arena, double, (size_t)q->n + 1);
    q->squares = NEW_N(q->s->arena, double, (size_t)q->n + 1);
    q->cut = NEW_N(q->s->arena, uint32_t, (size_t)q->n + 2);
    for (uint32_t b = 0; b < q->n; b++) {
        q->sum[b + 1] = q->sum[b] + q->root[b];
        q->squares[b + 1] = q->squares[b] + q->root[b] * q->root[b];
    }
    q->n_cuts = pelt(slow_cost, q, q->n, 3, penalty * 2 * log(q->n) * slow_inflation(q), q->cut, q->s->arena);
}

double slow_mean(const struct slow *q, uint32_t from, uint32_t to)
{
    double sum = 0;
    for (uint32_t b = from; b < to; b++)
        sum += q->count[b];
    return sum / (to - from);
}

/* CPUs that so many samples a bin keep busy; without a rate, samples a second. */
double slow_busy(const struct slow *q, double count)
{
    return count / q->bin_s * (q->s->interval > 0 ? q->s->interval * q->s->lost : 1);
}

/* The second of two, of which the first says what they are. */
struct str slow_number(const struct slow *q, double count)
{
    return say_number(slow_busy(q, count), q->found->arena);
}

struct str slow_words(const struct slow *q, double count)
{
    struct arena *arena = q->found->arena;
    struct str n = say_number(slow_busy(q, count), arena);
    if (q->s->interval <= 0)
        return str_fmt(arena, "%.*s samples a second", STR_ARG(n));
    return str_fmt(arena, "%.*s CPUs busy", STR_ARG(n));
}
