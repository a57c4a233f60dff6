/* SPDX-License-Identifier: MIT
 *
 * Two ways to a train. Where its runs are dense enough to be seen one by one, distances between them tell
 * (episodes.h). Else its samples are folded at the periods that the periodogram proposes (fold.h). Timer or
 * sleep: when the runs differ in length, by what scatters less, starts or pauses; else by the period: it is a
 * round number itself, or it is longer than a round number by the work that was measured, and that difference
 * tells the work much better than counting samples does. */
#include "findings/train.h"

#include <math.h>

#include "base/arena.h"
#include "base/sort.h"
#include "findings/episodes.h"
#include "findings/fold.h"
#include "findings/spectrum.h"

#define CANDIDATES 8u
/* Of so many samples only the best candidates are folded. */
#define MANY 150000u
/* So few samples need no finer bins: a short period would have more of them. */
#define FEW 1000u
#define FEW_BINS 16384u
/* The H-test of a candidate that is worth folding: noise passes it in one of a thousand profiles. */
#define LEAST_H 50.0
#define TWENTIETH 0.05
/* Evidence (nepers, all trials accounted for) for "strong" and for "possible"; samples for "strong". */
#define STRONG_NEPERS 9.0
#define LEAST_NEPERS 4.0
#define STRONG_SIGNAL 31.0
#define LEAST_SIGNAL 6.0
#define MOST_WAKES 200000u
#define LONGEST_WORK_S 0.7
#define LONGEST_RUN_S 1.0
/* Where no rate is known, shorter periods may be the sampler's. */
#define FASTEST_UNRATED_S 0.03
/* Of all samples, in the window of a fold that nothing else explains. */
#define MOST_HOLD 0.85
/* Of the period, in sleep and work. */
#define LEAST_TOLD 0.85
/* Samples a run, from which on runs can be seen one by one. */
#define DENSE 4u
/* A sleep ends late, by the slack of the kernel's timers and the wait for a CPU: the slope has it in it. */
#define LATE_S 0.0006

/* Half the period of a train holds as well, with every other cycle empty: the longest that holds is the true
 * one. */
static void lengthen(const struct scene *s, const struct folded *what, struct fold *f)
{
    static const double times[] = {2, 3, 5};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct fold longer;
        if (fold_try(what, f->period_s * times[i], &longer, s->arena) && longer.nepers > 0.75 * f->nepers &&
            longer.signal > 0.92 * f->signal && longer.n_quarters >= 3) {
            *f = longer;
            i = (size_t)-1;
        }
    }
}

/* Variance over mean of the counts of a twentieth of a second or so. */
static double cluster_of(const float *counts, uint32_t n, double bin)
{
    uint32_t together = bin < TWENTIETH ? (uint32_t)(TWENTIETH / bin) : 1;
    double sum = 0, squares = 0, m = 0;
    for (uint32_t i = 0; i + together <= n; i += together, m++) {
        double x = 0;
        for (uint32_t k = 0; k < together; k++)
            x += counts[i + k];
        sum += x;
        squares += x * x;
    }
    double mean = m > 0 ? sum / m : 0, ratio = mean > 0 ? (squares / m - mean * mean) / mean : 1;
    return ratio > 1 ? ratio : 1;
}

static double best_fold(const struct scene *s, struct folded *what, uint32_t n_bins, double tried,
                        struct fold *out)
{
    struct candidate c[CANDIDATES];
    if (what->times.n < FEW && n_bins > FEW_BINS)
        n_bins = FEW_BINS;
    /* whole intervals: bins of four and a half beat with the sampler */
    double bin = ceil(s->length / n_bins / s->bin_s) * s->bin_s, best = 0;
    uint32_t bins = (uint32_t)(s->length / bin) + 1;
    struct arena_mark mark = arena_mark(s->arena);
    float *counts = scene_bins(&what->times, bin, bins, s->arena);
    what->cluster = cluster_of(counts, bins, bin);
    uint32_t n_c = spectrum_candidates(counts, bins, bin, 5 / s->length, c,
                                       what->times.n > MANY ? CANDIDATES / 4 : CANDIDATES, s->bench);
    arena_reset(s->arena, mark);
    double trials = log((double)bins) + log(2000.0) + log(tried > 1 ? tried : 1);
    for (uint32_t i = 0; i < n_c; i++) {
        struct fold f;
        if (c[i].h < LEAST_H || !fold_try(what, 1 / c[i].hz, &f, s->arena))
            continue;
        if (f.nepers - trials > best && f.n_quarters >= 3) {
            best = f.nepers - trials;
            *out = f;
        }
    }
    if (best > 0)
        lengthen(s, what, out);
    return best;
}

/* The largest round time of at most t, in 1, 2, 2.5, 5 × 10^k and minutes; within `slack` above counts, too.
 */
static double round_below(double t, double slack)
{
    static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8};
    double best = 0;
    for (double unit = 1e-4; unit < 1e4; unit *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (steps[i] * unit <= t + slack && steps[i] * unit > best)
                best = steps[i] * unit;
    return best;
}

/* A sampler in step with the timer meets the same q phases for ever: by how much that may be wrong. */
static double in_step(const struct train *t, double interval)
{
    double turns = t->period_s / interval;
    for (int q = 1; q <= 8; q++) {
        double apart = fabs(q * turns - floor(q * turns + 0.5)) * t->n_cycles / q;
        if (apart < 1)
            return interval * (1 - apart) / q;
    }
    return 0;
}

/* Work, counted in samples, and how well that can be known. */
static void set_busy(const struct scene *s, struct train *t, double per_cycle, double se)
{
    double interval = s->interval, unit = interval * s->lost;
    t->busy_s = per_cycle * unit;
    double half = 2.1 * se * unit + in_step(t, interval);
    /* n cycles without a scatter do not prove that there is none: one in n / 3 may still differ */
    if (half < 3 * interval / t->n_cycles)
        half = 3 * interval / t->n_cycles;
    t->busy_low = t->busy_s > half ? t->busy_s - half : 0;
    t->busy_high = t->busy_s + half;
}

/* Some timers go by a frequency: of frames, mostly. */
static bool is_frequency(const struct train *t)
{
    static const double usual[] = {3, 6, 12, 15, 24, 30, 60, 75, 90, 120, 144};
    double slack = 3 * t->period_se + 4e-4 * t->period_s;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (fabs(t->period_s - 1 / usual[i]) < slack)
            return true;
    return false;
}

/* The slope of the stripe: a period that is longer than a round sleep by about the work. */
static void ask_slope(struct train *t)
{
    double slack = 3 * t->period_se + 2e-4 * t->period_s, round = round_below(t->period_s, slack),
           work = t->period_s - round, below = 2.1 * t->period_se + 0.02 * t->busy_s + LATE_S,
           above = 2.1 * t->period_se + 0.02 * t->busy_s;
    if ((fabs(work) <= slack && work < 0.3 * t->busy_s) || is_frequency(t))
        return;
    /* on a crowded machine the work takes longer than its time on a CPU, never less */
    double least = t->busy_s - 1.5 * (t->busy_s - t->busy_low);
    if (round <= 0 || work > round * 0.5 || work < least || work > 1.2 * t->busy_high + 0.0005)
        return;
    t->sleeps = true;
    t->sleep_s = round;
    if (below + above < t->busy_high - t->busy_low && work > 0) {
        t->busy_s = work;
        t->busy_low = work > below ? work - below : 0;
        t->busy_high = work + above;
    }
}

/* Where a sampler sees a frequency. */
static double folded(double hz, double rate)
{
    return fabs(hz - floor(hz / rate + 0.5) * rate);
}

/* The largest common divisor. */
static int common(double turns, int part)
{
    int a = (int)fmod(turns, part), b = part;
    while (a) {
        int rest = b % a;
        b = a;
        a = rest;
    }
    return b;
}

/* True frequencies that a sampler of this rate cannot tell from the one seen. Close to half the rate it sees
 * beats: ten cycles of the alias, or its double, as one. */
static void name_aliases(const struct scene *s, struct train *t)
{
    static const double usual[] = {24,  25,  30,  50,  60,  64,  75,  100,  120,  128,  144, 200,
                                   250, 256, 300, 400, 500, 512, 600, 1000, 1024, 2000, 4000};
    double seen = 1 / t->period_s, blur = 0.5 / s->length + seen * 0.001;
    if (s->interval <= 0)
        return;
    /* in step with the sampler: it may meet only every other wake, or every fifth, always the same */
    static const int parts[] = {2, 4, 5, 10};
    double turns = floor(t->period_s * s->rate + 0.5);
    bool stands = t->busy_s < 2.5 * s->interval && fabs(t->period_s * s->rate - turns) * t->n_cycles < 2;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && stands && t->n_aliases < TRAIN_ALIASES; i++)
        if (seen * parts[i] < s->rate / 2 && common(turns, parts[i]) == 1)
            t->alias_hz[t->n_aliases++] = parts[i] * seen;
    for (size_t i = 0; i < sizeof usual / sizeof *usual && t->n_aliases < TRAIN_ALIASES; i++) {
        double f = usual[i], at = folded(f, s->rate),
               error = 0.00025 * f; /* the rate is known to some ten thousandths */
        if (f <= s->rate / 2)
            continue;
        bool same = fabs(at - seen) < blur + error;
        if (!same && at > 0.35 * s->rate) {
            double cycles = floor(at / seen + 0.5);
            same = fabs(folded(2 * f, s->rate) - seen) < blur + 2 * error ||
                   (cycles < 13 && fabs(at - cycles * seen) < blur * cycles + error);
        }
        if (same)
            t->alias_hz[t->n_aliases++] = f;
    }
}

static void add_wake(const struct scene *s, struct train *t, double from, double to)
{
    struct finding_range r = {scene_step(s, from),
                              scene_step(s, to + (s->interval > 0 ? s->interval : s->bin_s))};
    if (t->n_wakes && r.from < t->wakes[t->n_wakes - 1].to)
        r.from = t->wakes[t->n_wakes - 1].to;
    if (t->n_wakes < MOST_WAKES && r.to > r.from)
        t->wakes[t->n_wakes++] = r;
}

static void from_fold(const struct scene *s, const struct times *times, const struct fold *f, struct train *t)
{
    uint32_t n = times->n;
    t->period_s = f->period_s;
    t->period_se = f->period_se;
    t->phase_s = f->begin_s;
    t->n_cycles = f->n_cycles;
    t->signal = f->signal * s->lost;
    t->wakes = NEW_N(s->arena, struct finding_range, n < MOST_WAKES ? n : MOST_WAKES);
    double from = 0, to = 0;
    int64_t now = INT64_MIN;
    for (uint32_t i = 0; i < n; i++) {
        double phase, time = time_at(times, i);
        int64_t cycle = fold_cycle(f, time, &phase);
        if (phase >= f->width_s)
            continue;
        if (cycle != now) {
            if (now != INT64_MIN)
                add_wake(s, t, from, to);
            now = cycle;
            from = time;
        }
        to = time;
    }
    if (now != INT64_MIN)
        add_wake(s, t, from, to);
    if (s->interval > 0) {
        set_busy(s, t, f->per_cycle, f->per_cycle_se);
        ask_slope(t);
    }
}

/* From the first start to the last, over the cycles between: where a run was missed there are two or more. */
static double mean_cycle(const struct episodes *e, double *n_cycles, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *d = NEW_N(scratch, double, e->n), cycles = 0;
    for (uint32_t i = 0; i + 1 < e->n; i++)
        d[i] = e->list[i + 1].from_s - e->list[i].from_s;
    sort_doubles(d, e->n - 1, scratch);
    double middle = d[(e->n - 1) / 2] > e->starts.middle_s ? d[(e->n - 1) / 2] : e->starts.middle_s;
    for (uint32_t i = 0; i + 1 < e->n; i++)
        cycles += floor(d[i] / middle + 0.5);
    arena_reset(scratch, mark);
    *n_cycles = cycles;
    return (e->list[e->n - 1].from_s - e->list[0].from_s) / cycles;
}

/* What is regular: the pauses rather than the starts. */
static bool by_pauses(const struct episodes *e)
{
    return e->pauses.nepers > 1.3 * e->starts.nepers ||
           (e->pauses.nepers > e->starts.nepers && e->pauses.scatter_s < 0.7 * e->starts.scatter_s);
}

/* Runs that somebody else's work tore apart become one again. */
static void mend(struct episodes *e, double period)
{
    uint32_t n = 1;
    for (uint32_t i = 1; i < e->n; i++)
        if (e->list[i].from_s - e->list[n - 1].from_s < 0.5 * period) {
            e->list[n - 1].to_s = e->list[i].to_s;
            e->list[n - 1].n += e->list[i].n;
        } else
            e->list[n++] = e->list[i];
    e->n = n;
}

/* The period of a timer, and how many cycles: a line through all its samples, when one fits. */
static bool keep_schedule(const struct folded *what, const struct episodes *e, double *period, double *cycles,
                          struct arena *scratch)
{
    struct fold f;
    if (!fold_try(what, e->starts.middle_s, &f, scratch) || fabs(f.period_s / e->starts.middle_s - 1) > 0.01)
        return false;
    *period = f.period_s;
    *cycles = floor((e->list[e->n - 1].from_s - e->list[0].from_s) / f.period_s + 0.5);
    return true;
}

/* A sleep that leaves no time for the work is none: single samples, as far from each other as the wakes. Nor
 * is one that leaves far too much: some wakes of a faster timer, which the sampler meets. */
static bool has_time(const struct train *t)
{
    return t->sleep_s + 0.7 * t->busy_low < t->period_s - 2 * t->period_se &&
           t->sleep_s + t->busy_high > LEAST_TOLD * t->period_s;
}

static void from_episodes(const struct scene *s, const struct folded *what, struct episodes *e, bool pauses,
                          struct train *t)
{
    double sum = 0, squares = 0, n, cycles;
    t->period_s = mean_cycle(e, &cycles, s->arena);
    bool line = !pauses && keep_schedule(what, e, &t->period_s, &cycles, s->arena);
    mend(e, t->period_s);
    n = e->n;
    const struct regular *r = pauses ? &e->pauses : &e->starts;
    t->sleeps = pauses;
    t->scatter_s = r->scatter_s;
    t->n_cycles = (uint32_t)cycles;
    if (n < cycles + 1)
        n = cycles + 1; /* runs that the sampler missed */
    t->period_se = r->scatter_s / (pauses ? sqrt(n) : n);
    if (!pauses && !line) /* first and last start are as sure as the sampler sees them */
        t->period_se = hypot(r->scatter_s, s->interval) / n;
    t->phase_s = e->list[0].from_s;
    t->wakes = NEW_N(s->arena, struct finding_range, e->n < MOST_WAKES ? e->n : MOST_WAKES);
    for (uint32_t i = 0; i < e->n; i++) {
        sum += e->list[i].n;
        squares += (double)e->list[i].n * e->list[i].n;
        add_wake(s, t, e->list[i].from_s, e->list[i].to_s);
    }
    t->signal = sum * s->lost;
    if (s->interval > 0) {
        double mean = sum / n, variance = squares / n - mean * mean;
        set_busy(s, t, mean, sqrt((variance > 0 ? variance : 0) / n));
        /* The sampler sees a pause one interval too long, half of it at either end. */
        if (pauses) {
            double slack = e->pauses.scatter_s + s->interval, seen = r->middle_s - s->interval / 2,
                   round = round_below(seen, slack);
            t->sleep_s = fabs(round - seen) < slack && fabs(round - seen) < 0.03 * round ? round : seen;
        } else
            ask_slope(t);
    } else if (pauses)
        t->sleep_s = r->middle_s;
}

/* Starts that are regular at the period of the fold, or, where the sampler misses most of them, at some
 * multiple. */
static bool fold_is_finer(const struct fold *f, const struct episodes *e)
{
    double ratio = e->starts.middle_s / f->period_s, whole = floor(ratio + 0.5);
    return e->starts.nepers <= 0 || (whole >= 1 && fabs(ratio - whole) < 0.03 * whole);
}

/* From the first sample of a wake to the last, on average. */
static double run_length(const struct scene *s, const struct train *t)
{
    double steps = 0;
    for (uint32_t i = 0; i < t->n_wakes; i++)
        steps += t->wakes[i].to - t->wakes[i].from;
    return t->n_wakes ? steps * s->step_s / t->n_wakes : 0;
}

/* One sample nearly every cycle, few intervals a cycle, and hardly any other samples: the sampler itself,
 * whose rate was not understood. */
static bool is_comb(const struct scene *s, const struct train *t, uint32_t n)
{
    double each = t->n_cycles ? t->signal / t->n_cycles : 0;
    return s->interval > 0 && n > s->n / 2 && t->period_s < 12 * s->interval && each > 0.5 && each < 1.3;
}

bool train_find(const struct scene *s, const struct times *times, uint32_t n_bins, double tried, struct train *out)
{
    uint32_t n = times->n;
    struct folded what = {*times, s->length, s->interval, 1.5 * LONGEST_RUN_S, 1};
    struct fold f = {0};
    struct episodes e;
    double by_episodes = 0, by_fold, least = 2 * (s->interval > 0 ? s->interval : s->bin_s);
    *out = (struct train){0};
    if (n < LEAST_SIGNAL || s->length < 2 * least)
        return false;
    if (episodes_of(times, s->interval, &e, s->arena)) {
        by_episodes = e.starts.nepers > e.pauses.nepers ? e.starts.nepers : e.pauses.nepers;
        by_episodes -= log(tried > 1 ? tried : 1);
        /* pauses that are no longer than the gaps inside the work are none */
        double outer = e.pauses.middle_s > 0 ? e.pauses.middle_s : e.starts.middle_s,
               inner = e.gap_s * e.gap_s / outer;
        if (e.starts.middle_s + e.pauses.middle_s < 6 * least || inner > 0.42 * outer)
            by_episodes = 0;
    }
    by_fold = best_fold(s, &what, n_bins, tried, &f);
    if (by_episodes < LEAST_NEPERS && by_fold < LEAST_NEPERS)
        return false;
    /* runs that can be seen one by one tell their work best; the fold, which averages, the period */
    bool same = by_fold >= LEAST_NEPERS && by_episodes >= STRONG_NEPERS &&
                fabs(e.starts.middle_s / f.period_s - 1) < 0.02 && e.starts.share > 0.55 && n > DENSE * e.n;
    bool pauses = by_episodes > 0 && by_pauses(&e);
    /* a sampler that misses most wakes sees several cycles of a short period as one, and pauses between */
    bool shorter = by_fold >= STRONG_NEPERS && f.signal > MOST_HOLD * n && n < 2 * e.n &&
                   f.period_s < 0.9 * (e.starts.middle_s > 0 ? e.starts.middle_s : e.pauses.middle_s);
    if (by_fold >= LEAST_NEPERS && !same &&
        (by_episodes < LEAST_NEPERS || shorter || (!pauses && fold_is_finer(&f, &e))))
        from_fold(s, times, &f, out);
    else
        from_episodes(s, &what, &e, pauses, out);
    if (out->sleeps && s->interval > 0 && (!has_time(out) || is_frequency(out)) &&
        e.starts.nepers >= LEAST_NEPERS) {
        *out = (struct train){0};
        from_episodes(s, &what, &e, false, out);
    }
    out->nepers = by_fold > by_episodes ? by_fold : by_episodes;
    out->strong = out->nepers >= STRONG_NEPERS && out->signal >= STRONG_SIGNAL;
    if (is_comb(s, out, n))
        return false;
    name_aliases(s, out);
    /* work of seconds is load, and find_phases.c has better words for it */
    return out->signal >= LEAST_SIGNAL && out->period_s > least &&
           (s->interval > 0 || out->period_s > FASTEST_UNRATED_S) && out->busy_s < LONGEST_WORK_S &&
           run_length(s, out) < LONGEST_RUN_S;
}
