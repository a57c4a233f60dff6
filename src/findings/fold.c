/* SPDX-License-Identifier: MIT
 *
 * Epoch folding with a test by rotation. Under "nothing is periodic" each cycle may be turned by any angle
 * without harm, however its samples cluster; so the samples in the window are compared with those in the same
 * window turned all the way round, cycle by cycle, and the sum of the differences has a chance that Bennett's
 * inequality (1962) bounds from above. A test that took samples for independent found periods in every bursty
 * load. Window: the scan of Kulldorff (1997) over the folded counts. The period is made finer by a line
 * through the samples in the window. */
#include "findings/fold.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

#define MOST_PHASES 128u
/* Short periods get this many all the same: their comb does not stand still. */
#define FEWEST_PHASES 4u
#define LEAST_INTERVALS 2.02
#define FEWEST_CYCLES 5
#define LEAST_RATIO 9
/* Cycles times phases: what one test may cost. */
#define MOST_CELLS 1000000.0

struct folding {
    const double *time;
    uint32_t n, phases, at, width; /* the window: `width` bins of phases from `at` */
    double margin;                 /* beside it, as a share of the cycle: what its edges cut off */
    double length, period, origin;
    float *count; /* by phase */
};

static double phase_of(const struct folding *f, double t, int64_t *cycle)
{
    double turns = (t - f->origin) / f->period, whole = floor(turns);
    *cycle = (int64_t)whole;
    return turns - whole;
}

static uint32_t bin_of(const struct folding *f, double phase)
{
    uint32_t b = (uint32_t)(phase * f->phases);
    return b < f->phases ? b : f->phases - 1;
}

static void count_phases(struct folding *f)
{
    int64_t cycle;
    memset(f->count, 0, f->phases * sizeof *f->count);
    for (uint32_t i = 0; i < f->n; i++)
        f->count[bin_of(f, phase_of(f, f->time[i], &cycle))] += 1;
}

/* The window whose likelihood ratio is best, up to half the cycle; returns its logarithm. */
static double best_window(struct folding *f)
{
    double best = -1, n = f->n;
    for (uint32_t at = 0; at < f->phases; at++) {
        double in = 0;
        for (uint32_t w = 1; w <= f->phases / 2; w++) {
            in += f->count[(at + w - 1) % f->phases];
            double share = (double)w / f->phases, out = n - in;
            if (in <= n * share)
                continue;
            double ratio = in * log(in / (n * share)) + (out > 0 ? out * log(out / (n * (1 - share))) : 0);
            if (ratio > best + 1e-9) {
                best = ratio;
                f->at = at;
                f->width = w;
            }
        }
    }
    f->origin += f->period * f->at / f->phases; /* the window begins with the cycle */
    f->at = 0;
    return best;
}

/* Whether t is in the window, or half a window beside it (so that a period a little off can be mended). */
static bool is_near(const struct folding *f, double t, double *cycle)
{
    int64_t k;
    double phase = phase_of(f, t, &k), wide = (double)f->width / f->phases,
           slack = wide / 2 < 0.2 ? wide / 2 : 0.2;
    *cycle = (double)k + (phase > 1 - slack);
    return phase < wide + slack || phase > 1 - slack;
}

/* A line through the samples in the window, time against cycle. Returns the standard error of the period. */
static double refine(struct folding *f)
{
    double n = 0, k0 = 0, t0 = 0, kk = 0, kt = 0, tt = 0, k;
    for (uint32_t i = 0; i < f->n; i++)
        if (is_near(f, f->time[i], &k)) {
            n++;
            k0 += k;
            t0 += f->time[i];
        }
    if (n < 4)
        return f->period;
    k0 /= n;
    t0 /= n;
    for (uint32_t i = 0; i < f->n; i++)
        if (is_near(f, f->time[i], &k)) {
            kk += (k - k0) * (k - k0);
            kt += (k - k0) * (f->time[i] - t0);
            tt += (f->time[i] - t0) * (f->time[i] - t0);
        }
    if (kk <= 0)
        return f->period;
    double slope = kt / kk, rest = tt - slope * kt;
    /* The line may not run away with what it was given to mend. */
    if (fabs(slope - f->period) * (f->length / f->period) > 0.5 * f->period)
        return f->period;
    f->origin = t0 - slope * k0 - 0.5 * slope * f->width / f->phases;
    f->period = slope;
    return sqrt((rest > 0 ? rest : 0) / (n - 2) / kk);
}

/* ln of the bound on a sum of independent terms at most 1 above their means, of variance v, passing x. */
static double bennett(double x, double v)
{
    if (x <= 0 || v <= 0)
        return 0;
    double u = x / v;
    return v * ((1 + u) * log(1 + u) - u);
}

struct evidence {
    double sum, variance;
};

/* One cycle, counted by phase in f->count: what is in the window against the same window turned round. */
static struct evidence turn(const struct folding *f, float cap)
{
    double in = 0, sum = 0, squares = 0, now = 0;
    for (uint32_t w = 0; w < f->width; w++)
        now += f->count[w];
    for (uint32_t at = 0, enters = f->width % f->phases; at < f->phases; at++) { /* no division: of the whole search this is the inside */
        if (now > 0) { /* most windows of a cycle are empty */
            double score = now < cap ? now / cap : 1;
            if (at == 0)
                in = score;
            sum += score;
            squares += score * score;
        }
        now += f->count[enters] - f->count[at];
        enters = enters + 1 < f->phases ? enters + 1 : 0;
    }
    double mean = sum / f->phases;
    return (struct evidence){in - mean, squares / f->phases - mean * mean};
}

struct per_cycle {
    double n, sum, squares;
};

/* All cycles, in the order of time; a quarter agrees when it would be believed by itself. */
static void ask_cycles(struct folding *f, float cap, struct fold *out)
{
    struct evidence all = {0, 0}, quarter[4] = {{0, 0}};
    struct per_cycle c = {0, 0, 0};
    double share = (double)f->width / f->phases, in_all = 0,
           level = out->outside * (share + 2 * f->margin) * f->period;
    uint32_t i = 0;
    int64_t first = (int64_t)ceil((0 - f->origin) / f->period),
            last = (int64_t)floor((f->length - f->origin) / f->period);
    while (i < f->n) {
        int64_t cycle, k;
        double in = 0;
        (void)phase_of(f, f->time[i], &cycle);
        memset(f->count, 0, f->phases * sizeof *f->count);
        for (; i < f->n; i++) {
            double phase = phase_of(f, f->time[i], &k);
            if (k != cycle)
                break;
            f->count[bin_of(f, phase)] += 1;
            in += phase < share + f->margin || phase >= 1 - f->margin;
        }
        in_all += in;
        if (cycle >= first && cycle < last) {
            c.sum += in - level;
            c.squares += (in - level) * (in - level);
        }
        struct evidence e = turn(f, cap);
        double q = ((double)cycle + 0.5) * f->period + f->origin;
        uint32_t at = q <= 0 ? 0 : q >= f->length ? 3 : (uint32_t)(q / f->length * 4);
        quarter[at].sum += e.sum;
        quarter[at].variance += e.variance;
        all.sum += e.sum;
        all.variance += e.variance;
    }
    c.n = last > first ? (double)(last - first) : 1;
    out->n_cycles = (uint32_t)c.n;
    out->signal = in_all - level * f->length / f->period;
    /* cycles without samples: each lacks the level */
    out->per_cycle = c.sum / c.n;
    out->per_cycle_se = sqrt((c.squares / c.n - out->per_cycle * out->per_cycle > 0
                                  ? c.squares / c.n - out->per_cycle * out->per_cycle
                                  : 0) /
                             c.n);
    out->nepers = bennett(all.sum, all.variance);
    for (uint32_t q = 0; q < 4; q++)
        out->n_quarters += bennett(quarter[q].sum, quarter[q].variance) > 3;
}

/* Cycles with a sample in the window. */
static double cycles_seen(const struct folding *f, double share)
{
    int64_t last = INT64_MIN, cycle;
    double n = 0;
    for (uint32_t i = 0; i < f->n; i++)
        if (phase_of(f, f->time[i], &cycle) < share && cycle != last) {
            last = cycle;
            n++;
        }
    return n;
}

bool fold_try(const struct folded *what, double period_s, struct fold *out, struct arena *arena)
{
    const double *time = what->time;
    uint32_t n = what->n;
    double length = what->length, interval = what->interval;
    *out = (struct fold){0};
    double cycles = length / period_s, phases = interval > 0 ? period_s / interval : MOST_PHASES;
    if (n < 6 || cycles < FEWEST_CYCLES || phases < LEAST_INTERVALS ||
        (phases < FEWEST_PHASES && fabs(phases - floor(phases + 0.5)) < 0.02))
        return false;
    /* a comb that moves from cycle to cycle is none: short periods may have finer phases */
    double apart = fabs(phases - floor(phases + 0.5));
    if (phases < 16 && apart * cycles > 10)
        phases = 16;
    if (phases < FEWEST_PHASES)
        phases = FEWEST_PHASES;
    if (phases * cycles > MOST_CELLS)
        phases = MOST_CELLS / cycles > 16 ? MOST_CELLS / cycles : phases < 16 ? phases : 16;
    struct arena_mark mark = arena_mark(arena);
    struct folding f = {.time = time, .n = n, .length = length, .period = period_s};
    f.phases = phases < MOST_PHASES ? (uint32_t)phases : MOST_PHASES;
    f.count = NEW_N(arena, float, f.phases);
    for (int round = 0; round < 3; round++) {
        count_phases(&f);
        /* what is weak here is nothing, and most candidates are */
        if (best_window(&f) / what->cluster < LEAST_RATIO || f.period * f.width / f.phases > what->longest) {
            arena_reset(arena, mark);
            return false;
        }
        out->period_se = refine(&f);
    }
    count_phases(&f);
    (void)best_window(&f);
    count_phases(&f);
    double in = 0, beside = 0, share = (double)f.width / f.phases;
    for (uint32_t w = 0; w < f.width; w++)
        in += f.count[w];
    if (f.width + 4 < f.phases) {
        f.margin = 1.0 / f.phases;
        beside = f.count[f.width] + f.count[f.phases - 1];
    }
    out->outside = (n - in - beside) / (1 - share - 2 * f.margin) / length;
    out->period_s = f.period;
    out->width_s = share * f.period;
    out->begin_s = f.origin - floor(f.origin / f.period) * f.period;
    float cap = (float)(in / (cycles_seen(&f, share) + 1));
    ask_cycles(&f, cap > 1 ? cap : 1, out);
    arena_reset(arena, mark);
    return true;
}

int64_t fold_cycle(const struct fold *f, double time, double *phase_s)
{
    double turns = (time - f->begin_s) / f->period_s, whole = floor(turns);
    *phase_s = (turns - whole) * f->period_s;
    return (int64_t)whole;
}
