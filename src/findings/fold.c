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
/* What rounding may take off a likelihood ratio. */
#define SLACK 1e-6

/* Some samples of one cycle in one bin of phases. */
struct heap {
    uint32_t bin;
    float n;
};

struct folding {
    struct times times;
    uint32_t phases, width; /* the window: `width` bins of phases from 0 */
    double margin;             /* beside it, as a share of the cycle: what its edges cut off */
    double length, period, origin;
    double *count;     /* by phase, twice: a window may go round the end */
    double *unlikely;  /* by width: 1 / (q (1 - q)) of its share q of the cycle */
    struct heap *heap; /* of one cycle, in the order of phases */
};

/* Of steps, in turns: a multiplication for each. */
struct clock {
    double a_step, at_0;
};

static struct clock clock_of(const struct folding *f)
{
    double a_step = f->times.step_s / f->period;
    return (struct clock){a_step, 0.5 * a_step - f->origin / f->period};
}

/* floor() of the C library is a call. */
static double phase_of(struct clock c, uint32_t step, int64_t *cycle)
{
    double turns = step * c.a_step + c.at_0;
    *cycle = (int64_t)turns;
    *cycle -= (double)*cycle > turns;
    return turns - (double)*cycle;
}

static uint32_t bin_of(const struct folding *f, double phase)
{
    uint32_t b = (uint32_t)(phase * f->phases);
    return b < f->phases ? b : f->phases - 1;
}

static void count_phases(struct folding *f)
{
    int64_t cycle;
    struct clock clock = clock_of(f);
    memset(f->count, 0, f->phases * sizeof *f->count);
    for (uint32_t i = 0; i < f->times.n; i++)
        f->count[bin_of(f, phase_of(clock, f->times.step[i], &cycle))] += 1;
    memcpy(f->count + f->phases, f->count, f->phases * sizeof *f->count);
}

/* The window whose likelihood ratio is best, up to half the cycle; returns its logarithm. That ratio is never above chi square
 * (the divergence of Kullback and Leibler is not), which needs no logarithm and rules most windows out. */
static double best_window(struct folding *f)
{
    double best = -1, n = f->times.n;
    uint32_t best_at = 0;
    for (uint32_t at = 0; at < f->phases; at++) {
        double in = 0;
        for (uint32_t w = 1; w <= f->phases / 2; w++) {
            in += f->count[at + w - 1];
            double share = (double)w / f->phases, above = in - n * share;
            if (above <= 0 || above * above * f->unlikely[w] < (best - SLACK) * n)
                continue;
            double out = n - in,
                   ratio = in * log(in / (n * share)) + (out > 0 ? out * log(out / (n * (1 - share))) : 0);
            if (ratio > best + 1e-9) {
                best = ratio;
                best_at = at;
                f->width = w;
            }
        }
    }
    f->origin += f->period * best_at / f->phases; /* the window begins with the cycle */
    return best;
}

/* Sums over samples: cycles since the middle one, and how far off the schedule, in turns. */
struct line {
    double n, k, r, kk, kr, rr;
};

/* Samples in the window, or half a window beside it (so that a period a little off can be mended). No branch: which ones they are
 * nobody can guess. */
static struct line line_of(const struct folding *f)
{
    double wide = (double)f->width / f->phases, slack = wide / 2 < 0.2 ? wide / 2 : 0.2,
           middle = floor((f->length / 2 - f->origin) / f->period);
    struct line s = {0, 0, 0, 0, 0, 0};
    struct clock clock = clock_of(f);
    for (uint32_t i = 0; i < f->times.n; i++) {
        int64_t cycle;
        double phase = phase_of(clock, f->times.step[i], &cycle), early = phase > 1 - slack, in = early + (phase < wide + slack),
               k = ((double)cycle + early - middle) * in, r = (phase - early) * in;
        s.n += in;
        s.k += k;
        s.r += r;
        s.kk += k * k;
        s.kr += k * r;
        s.rr += r * r;
    }
    s.k /= s.n > 0 ? s.n : 1;
    s.r /= s.n > 0 ? s.n : 1;
    s.kk -= s.n * s.k * s.k;
    s.kr -= s.n * s.k * s.r;
    s.rr -= s.n * s.r * s.r;
    s.k += middle;
    return s;
}

/* A line through the samples in the window, time against cycle. Returns the standard error of the period. */
static double refine(struct folding *f)
{
    struct line s = line_of(f);
    if (s.n < 4 || s.kk <= 0)
        return f->period;
    double tilt = s.kr / s.kk, rest = s.rr - tilt * s.kr, slope = f->period * (1 + tilt), was = f->period;
    /* The line may not run away with what it was given to mend. */
    if (fabs(slope - was) * (f->length / was) > 0.5 * was)
        return was;
    f->origin += was * (s.k + s.r) - slope * s.k - 0.5 * slope * f->width / f->phases;
    f->period = slope;
    return was * sqrt((rest > 0 ? rest : 0) / (s.n - 2) / s.kk);
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

/* One cycle, m heaps of samples: what is in the window against the same window turned round. Between the places where a heap
 * enters the turning window or leaves it there is nothing to count. */
static struct evidence turn(const struct folding *f, uint32_t m, float cap)
{
    double in = 0, sum = 0, squares = 0;
    float now = 0;
    uint32_t inside = 0, at = 0, leaves = 0;
    while (inside < m && f->heap[inside].bin < f->width)
        now += f->heap[inside++].n;
    /* enters: first those behind the window, then, round the end, those inside it; but not one at its last bin, which enters at 0 */
    uint32_t enters = inside, last = inside && f->heap[inside - 1].bin + 1 == f->width ? inside - 1 : inside;
    bool round_end = enters == m;
    if (round_end)
        enters = 0;
    while (at < f->phases) {
        uint32_t e = round_end ? (enters < last ? f->heap[enters].bin + f->phases : UINT32_MAX) : f->heap[enters].bin,
                 entry = e == UINT32_MAX ? f->phases : e + 1 - f->width, exit = leaves < m ? f->heap[leaves].bin + 1 : f->phases,
                 next = entry < exit ? entry : exit;
        if (next > f->phases)
            next = f->phases;
        double score = now < cap ? now / cap : 1;
        if (at == 0)
            in = score;
        sum += score * (next - at);
        squares += score * score * (next - at);
        at = next;
        if (at == entry && at < f->phases) {
            now += f->heap[enters++].n;
            if (!round_end && enters == m) {
                round_end = true;
                enters = 0;
            }
        }
        if (at == exit && at < f->phases)
            now -= f->heap[leaves++].n;
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
    struct clock clock = clock_of(f);
    int64_t first = (int64_t)ceil((0 - f->origin) / f->period),
            last = (int64_t)floor((f->length - f->origin) / f->period);
    while (i < f->times.n) {
        int64_t cycle, k;
        double in = 0, phase = phase_of(clock, f->times.step[i], &cycle);
        uint32_t m = 0;
        do {
            uint32_t bin = bin_of(f, phase);
            if (!m || f->heap[m - 1].bin != bin)
                f->heap[m++] = (struct heap){bin, 0};
            f->heap[m - 1].n += 1;
            in += phase < share + f->margin || phase >= 1 - f->margin;
            if (++i < f->times.n)
                phase = phase_of(clock, f->times.step[i], &k);
        } while (i < f->times.n && k == cycle);
        in_all += in;
        if (cycle >= first && cycle < last) {
            c.sum += in - level;
            c.squares += (in - level) * (in - level);
        }
        struct evidence e = turn(f, m, cap);
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
    struct clock clock = clock_of(f);
    double n = 0;
    for (uint32_t i = 0; i < f->times.n; i++)
        if (phase_of(clock, f->times.step[i], &cycle) < share && cycle != last) {
            last = cycle;
            n++;
        }
    return n;
}

bool fold_try(const struct folded *what, double period_s, struct fold *out, struct arena *arena)
{
    uint32_t n = what->times.n;
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
    struct folding f = {.times = what->times, .length = length, .period = period_s};
    f.phases = phases < MOST_PHASES ? (uint32_t)phases : MOST_PHASES;
    f.count = NEW_N(arena, double, 2 * (size_t)f.phases);
    f.heap = NEW_N(arena, struct heap, f.phases);
    f.unlikely = NEW_N(arena, double, (size_t)f.phases / 2 + 1);
    for (uint32_t w = 1; w <= f.phases / 2; w++) {
        double share = (double)w / f.phases;
        f.unlikely[w] = 1 / (share * (1 - share));
    }
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
