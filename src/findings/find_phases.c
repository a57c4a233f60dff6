/* SPDX-License-Identifier: MIT
 *
 * Slow things: a load that grows or falls, one that is heavier every so often, and phases, where from some
 * moment on the load or the work is another. Counts of a second or so (square roots, so that they scatter
 * alike at every level) are cut by PELT with a penalty of dispersion and lag-1 correlation: by a plain
 * Poisson penalty bursty load changes all the time. What the cuts mean is asked afterwards: a straight line
 * that does as well is a trend; heavy stretches at equal distances are periodic load; the rest are phases.
 * The mix of stacks is cut by itself, as shares of the functions with most samples. Trains and bursts are
 * taken out first. */
#include <math.h>
#include <stdlib.h>

#include "findings/list.h"
#include "findings/pelt.h"
#include "findings/say.h"

#define MOST_BINS 600u
#define MOST_MIX_BINS 300u
#define SHORTEST_BIN 0.5
/* Samples usual in a bin. */
#define LEAST_IN_BIN 6.0
#define PENALTY 3.0
/* For a change: standard deviations, and by how much of the higher level. */
#define LEAST_SIGMA 7.0
#define LEAST_CHANGE 0.2
#define SHORTEST_PHASE_S 3.0
/* A change that matters to anybody. */
#define LEAST_CPUS 0.04
#define MOST_PHASES 5u
#define FEATURES 16u
#define MOST_NAMES 6u

struct slow {
    struct scene *s;
    struct found *found;
    double bin_s;
    uint32_t n;
    bool *out;            /* samples of bursts and runs of one */
    double *count, *root; /* samples in each bin, and the square root */
    double noise,
        correlation; /* of the roots: standard deviation and lag-1 correlation about their running median */
    double *sum, *squares; /* prefix sums of the roots */
    uint32_t *cut, n_cuts;
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle_of(double *v, uint32_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return n ? v[n / 2] : 0;
}

/* Bins, with bursts and stalls filled up by what is usual in the rest of the bin. */
static void count_bins(struct slow *q)
{
    const struct scene *s = q->s;
    double *covered = NEW_N(s->arena, double, (size_t)q->n + 1);
    q->out = NEW_N(s->arena, bool, s->n);
    for (size_t f = 0; f < q->found->list.n; f++) {
        const struct finding *x = &q->found->list.p[f];
        if (x->kind != FINDING_BURST && x->kind != FINDING_STALL && x->kind != FINDING_RUNNER &&
            x->kind != FINDING_SINGLE)
            continue;
        for (uint32_t r = 0; r < x->n_ranges; r++) {
            double from = (x->ranges[r].from - s->begin_steps) * s->step_s,
                   to = (x->ranges[r].to - s->begin_steps) * s->step_s;
            for (uint32_t i = scene_at(s, from); i < s->n && s->time[i] < to; i++)
                q->out[i] = true;
            for (uint32_t b = from > 0 ? (uint32_t)(from / q->bin_s) : 0; b < q->n && b * q->bin_s < to;
                 b++) {
                double a = from > b * q->bin_s ? from : b * q->bin_s,
                       e = to < (b + 1) * q->bin_s ? to : (b + 1) * q->bin_s;
                covered[b] += e > a ? (e - a) / q->bin_s : 0;
            }
        }
    }
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t b = (uint32_t)(s->time[i] / q->bin_s);
        if (b < q->n && !q->out[i] && !q->found->explained[i])
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

static void measure_noise(struct slow *q)
{
    struct arena_mark mark = arena_mark(q->s->arena);
    double *rest = NEW_N(q->s->arena, double, q->n), *size = NEW_N(q->s->arena, double, q->n), work[16],
           product = 0, square = 0;
    for (uint32_t b = 0; b < q->n; b++) {
        uint32_t from = b > 4 ? b - 4 : 0, to = b + 5 < q->n ? b + 5 : q->n, m = 0;
        for (uint32_t i = from; i < to; i++)
            work[m++] = q->root[i];
        rest[b] = q->root[b] - middle_of(work, m);
        size[b] = fabs(rest[b]);
    }
    q->noise = 1.4826 * middle_of(size, q->n) * 1.1; /* the median of nine follows a tenth of the noise */
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

static double mean_root(const struct slow *q, uint32_t from, uint32_t to)
{
    return (q->sum[to] - q->sum[from]) / (to - from);
}

static double level_cost(const void *ctx, uint32_t from, uint32_t to)
{
    const struct slow *q = ctx;
    double sum = q->sum[to] - q->sum[from];
    return (q->squares[to] - q->squares[from] - sum * sum / (to - from)) / (q->noise * q->noise);
}

static double inflation(const struct slow *q)
{
    return (1 + q->correlation) / (1 - q->correlation);
}

static void cut_level(struct slow *q, double penalty)
{
    q->sum = NEW_N(q->s->arena, double, (size_t)q->n + 1);
    q->squares = NEW_N(q->s->arena, double, (size_t)q->n + 1);
    q->cut = NEW_N(q->s->arena, uint32_t, (size_t)q->n + 2);
    for (uint32_t b = 0; b < q->n; b++) {
        q->sum[b + 1] = q->sum[b] + q->root[b];
        q->squares[b + 1] = q->squares[b] + q->root[b] * q->root[b];
    }
    q->n_cuts = pelt(level_cost, q, q->n, 3, penalty * 2 * log(q->n) * inflation(q), q->cut, q->s->arena);
}

static double mean_count(const struct slow *q, uint32_t from, uint32_t to)
{
    double sum = 0;
    for (uint32_t b = from; b < to; b++)
        sum += q->count[b];
    return sum / (to - from);
}

/* CPUs that so many samples a bin keep busy; without a rate, samples a second. */
static double busy_of(const struct slow *q, double count)
{
    return count / q->bin_s * (q->s->interval > 0 ? q->s->interval * q->s->lost : 1);
}

static struct str busy_words(const struct slow *q, double count)
{
    struct arena *arena = q->found->arena;
    struct str n = say_number(busy_of(q, count), arena);
    if (q->s->interval <= 0)
        return str_fmt(arena, "%.*s samples a second", STR_ARG(n));
    return str_fmt(arena, "%.*s CPUs", STR_ARG(n));
}

/* ---- trend */

/* A straight line through the counts. */
struct line {
    double at, slope, rest; /* at the first bin; per bin; sum of squares that is left, in roots */
};

static struct line fit(const struct slow *q)
{
    double n = q->n, x0 = (n - 1) / 2, y0 = 0, xx = 0, xy = 0;
    for (uint32_t b = 0; b < q->n; b++)
        y0 += q->count[b] / n;
    for (uint32_t b = 0; b < q->n; b++) {
        xx += (b - x0) * (b - x0);
        xy += (b - x0) * (q->count[b] - y0);
    }
    struct line l = {y0 - xy / xx * x0, xy / xx, 0};
    for (uint32_t b = 0; b < q->n; b++) {
        double y = l.at + l.slope * b, d = q->root[b] - sqrt((y > 0 ? y : 0) + 0.375);
        l.rest += d * d;
    }
    return l;
}

static bool find_trend(const struct slow *q)
{
    struct line l = fit(q);
    struct arena *arena = q->found->arena;
    double from = l.at, to = l.at + l.slope * (q->n - 1), cuts = 0, least = from < to ? from : to,
           most = from < to ? to : from;
    for (uint32_t i = 0; i < q->n_cuts; i++)
        cuts += level_cost(q, q->cut[i], q->cut[i + 1]);
    double line = l.rest / (q->noise * q->noise), flat = level_cost(q, 0, q->n);
    /* a line has two numbers, n cuts have 2 n + 1 */
    bool is_line = line<cuts + PENALTY * 2 * log(q->n) * inflation(q) * (q->n_cuts > 2 ? q->n_cuts - 1 : 0.5),
                        matters = flat - line> 60 *
                       inflation(q) &&
                   most - (least > 0 ? least : 0) > 0.35 * most;
    struct finding *x = is_line && matters ? found_add(q->found, FINDING_TREND, true) : NULL;
    if (!x)
        return false;
    from = from > 0 ? from : 0;
    to = to > 0 ? to : 0;
    struct str a = busy_words(q, from), b = busy_words(q, to), length = say_time(q->s->length, arena),
               sigma = say_number(sqrt((flat - line) / inflation(q)), arena);
    x->title = str_fmt(arena, "the load %s over %.*s: from %.*s busy to %.*s", to > from ? "grows" : "falls",
                       STR_ARG(length), STR_ARG(a), STR_ARG(b));
    x->why = str_fmt(arena,
                     "A straight line explains the counts better than a flat one by %.*s standard "
                     "deviations, and as well as any steps do.",
                     STR_ARG(sigma));
    found_range(x, q->s, 0, q->s->length, arena);
    found_value(x, q->s->interval > 0 ? "from_cpus" : "from_samples_per_s", busy_of(q, from), NAN, NAN);
    found_value(x, q->s->interval > 0 ? "to_cpus" : "to_samples_per_s", busy_of(q, to), NAN, NAN);
    x->stake_ns = fabs(to - from) / 2 * q->n * (q->s->interval > 0 ? q->s->interval : q->s->bin_s) * 1e9;
    return true;
}

/* ---- periodic load */

struct heavy {
    uint32_t from, to;
};

/* Segments above the middle between the lowest and the highest, neighbours joined. */
static uint32_t heavy_runs(const struct slow *q, struct heavy *out)
{
    double low = INFINITY, high = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < q->n_cuts; i++) {
        double m = mean_root(q, q->cut[i], q->cut[i + 1]);
        low = m < low ? m : low;
        high = m > high ? m : high;
    }
    for (uint32_t i = 0; i < q->n_cuts; i++) {
        if (mean_root(q, q->cut[i], q->cut[i + 1]) < (low + high) / 2)
            continue;
        if (n && out[n - 1].to == q->cut[i])
            out[n - 1].to = q->cut[i + 1];
        else
            out[n++] = (struct heavy){q->cut[i], q->cut[i + 1]};
    }
    return n;
}

/* `who`: empty for all samples. */
static bool find_periodic(const struct slow *q, struct str who)
{
    /* runs of equal length at equal distances need less proof each */
    struct slow finer = *q;
    finer.correlation = q->correlation < 0.3 ? q->correlation : 0.3;
    cut_level(&finer, PENALTY / 2);
    struct heavy *h = NEW_N(q->s->arena, struct heavy, (size_t)finer.n_cuts + 1);
    uint32_t n = heavy_runs(&finer, h);
    struct arena *arena = q->found->arena;
    if (n < 3)
        return false;
    /* a line through the starts; those of a run that began before the profile do not count */
    uint32_t skip = h[0].from == 0, m = n - skip;
    if (m < 3)
        return false;
    double k0 = (m - 1) / 2.0, t0 = 0, kk = 0, kt = 0, worst = 0, inside = 0, bins = 0, width = 0, wide = 0;
    for (uint32_t i = 0; i < m; i++)
        t0 += (double)h[skip + i].from / m;
    for (uint32_t i = 0; i < m; i++) {
        kk += (i - k0) * (i - k0);
        kt += (i - k0) * (h[skip + i].from - t0);
    }
    double period = kt / kk;
    for (uint32_t i = 0; i < m; i++) {
        double off = fabs(h[skip + i].from - (t0 + (i - k0) * period));
        worst = off > worst ? off : worst;
    }
    for (uint32_t i = 0; i < n; i++) {
        inside += mean_count(q, h[i].from, h[i].to) * (h[i].to - h[i].from);
        bins += h[i].to - h[i].from;
        if (h[i].from > 0 && h[i].to < q->n) {
            width += h[i].to - h[i].from;
            wide++;
        }
    }
    double all = mean_count(q, 0, q->n) * q->n, high = inside / bins, low = (all - inside) / (q->n - bins);
    if (worst > 1.2 && worst > 0.04 * period)
        return false;
    width = wide > 0 ? width / wide : bins / n;
    if (period < 4 || width > 0.7 * period || high < 1.25 * low)
        return false;
    struct finding *x = found_add(q->found, FINDING_PERIODIC_LOAD, true);
    if (!x)
        return false;
    struct str every = say_time(period * q->bin_s, arena), lasts = say_time(width * q->bin_s, arena),
               a = busy_words(q, high), b = busy_words(q, low);
    x->title =
        str_fmt(arena, "%.*s%severy %.*s there are %.*s of more work: %.*s busy, else %.*s", STR_ARG(who),
                who.n ? ": " : "", STR_ARG(every), STR_ARG(lasts), STR_ARG(a), STR_ARG(b));
    x->why = str_fmt(arena, "%u heavy stretches; none begins more than %.1f s off the schedule.", n,
                     (worst > 1 ? worst : 1) * q->bin_s);
    for (uint32_t i = 0; i < n; i++)
        found_range(x, q->s, h[i].from * q->bin_s, h[i].to * q->bin_s, arena);
    found_value(x, "period_ns", period * q->bin_s * 1e9, (period - 2 / sqrt(kk)) * q->bin_s * 1e9,
                (period + 2 / sqrt(kk)) * q->bin_s * 1e9);
    found_value(x, "length_ns", width * q->bin_s * 1e9, NAN, NAN);
    found_value(x, "heavy_cpus", busy_of(q, high), NAN, NAN);
    found_value(x, "else_cpus", busy_of(q, low), NAN, NAN);
    found_value(x, "times", n, NAN, NAN);
    x->stake_ns = (high - low) * bins * (q->s->interval > 0 ? q->s->interval : q->s->bin_s) * 1e9;
    return true;
}

/* The same of one name alone: in bursty load its own runs stand out, the load does not. What it explains is
 * taken out. */
static bool find_periodic_names(const struct slow *all)
{
    const struct scene *s = all->s;
    uint32_t *n = NEW_N(s->arena, uint32_t, (size_t)s->p->n_names + 1);
    bool any = false;
    for (uint32_t i = 0; i < s->n; i++)
        n[s->p->threads[s->thread[i]].comm]++;
    for (uint32_t tried = 0; tried < MOST_NAMES; tried++) {
        uint32_t best = 0;
        for (uint32_t c = 0; c < s->p->n_names; c++)
            best = n[c] > n[best] ? c : best;
        if (n[best] < LEAST_IN_BIN * 10 || n[best] > 0.9 * s->n)
            break;
        n[best] = 0;
        struct arena_mark mark = arena_mark(s->arena);
        struct slow q = {.s = all->s, .found = all->found, .bin_s = all->bin_s, .n = all->n, .out = all->out};
        q.count = NEW_N(s->arena, double, (size_t)q.n + 1);
        q.root = NEW_N(s->arena, double, (size_t)q.n + 1);
        for (uint32_t i = 0; i < s->n; i++) {
            uint32_t b = (uint32_t)(s->time[i] / q.bin_s);
            if (b < q.n && s->p->threads[s->thread[i]].comm == best && !all->out[i] &&
                !all->found->explained[i])
                q.count[b]++;
        }
        for (uint32_t b = 0; b < q.n; b++)
            q.root[b] = sqrt(q.count[b] + 0.375);
        measure_noise(&q);
        cut_level(&q, PENALTY);
        bool found = find_periodic(&q, s->p->names[best]);
        any |= found;
        for (uint32_t i = 0; i < s->n && found; i++)
            all->out[i] |= s->p->threads[s->thread[i]].comm == best;
        for (uint32_t b = 0; b < q.n && found; b++) {
            all->count[b] = all->count[b] > q.count[b] ? all->count[b] - q.count[b] : 0;
            all->root[b] = sqrt(all->count[b] + 0.375);
        }
        arena_reset(s->arena, mark);
    }
    return any;
}

/* ---- phases */

struct turn {
    double at_s, before, after, weight; /* counts a bin on either side; evidence */
    double from_s, to_s;                /* of the phase that begins here */
    bool mix, passes;                   /* passes: afterwards all is as it was before */
    struct str less, more;              /* functions */
};

static void add_phase(const struct slow *q, const struct turn *c)
{
    struct arena *arena = q->found->arena;
    struct finding *x = found_add(q->found, FINDING_PHASE, true);
    if (!x)
        return;
    struct str at = say_moment(q->s, c->at_s, arena), sigma = say_number(c->weight, arena);
    if (c->mix && c->more.n && c->less.n)
        x->title = str_fmt(arena, "from %.*s on other work: more %.*s, less %.*s", STR_ARG(at),
                           STR_ARG(c->more), STR_ARG(c->less));
    else if (c->mix)
        x->title = str_fmt(arena, "from %.*s on other work", STR_ARG(at));
    else if (c->passes) {
        struct str a = busy_words(q, c->before), b = busy_words(q, c->after),
                   lasts = say_time(c->to_s - c->from_s, arena);
        x->title = str_fmt(arena, "%s load for %.*s from %.*s on: %.*s busy, else %.*s",
                           c->after > c->before ? "more" : "less", STR_ARG(lasts), STR_ARG(at), STR_ARG(b),
                           STR_ARG(a));
    } else {
        struct str a = busy_words(q, c->before), b = busy_words(q, c->after);
        x->title = str_fmt(arena, "from %.*s on %s load: %.*s busy, before %.*s", STR_ARG(at),
                           c->after > c->before ? "more" : "less", STR_ARG(b), STR_ARG(a));
    }
    x->why =
        str_fmt(arena,
                c->mix ? "The shares of the functions differ by %.*s standard deviations before and after."
                       : "The levels before and after differ by %.*s standard deviations.",
                STR_ARG(sigma));
    found_range(x, q->s, c->from_s, c->to_s, arena);
    found_value(x, "at_ns", (q->s->begin_steps * q->s->step_s + c->at_s) * 1e9, NAN, NAN);
    if (!c->mix) {
        found_value(x, "before_cpus", busy_of(q, c->before), NAN, NAN);
        found_value(x, "after_cpus", busy_of(q, c->after), NAN, NAN);
    }
    found_value(x, "sigma", c->weight, NAN, NAN);
    double moved = c->mix ? (c->before + c->after) / 4 : fabs(c->after - c->before);
    x->stake_ns =
        moved * (c->to_s - c->from_s) / q->bin_s * (q->s->interval > 0 ? q->s->interval : q->s->bin_s) * 1e9;
}

static int by_weight(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->passes != y->passes)
        return x->passes ? -1 : 1; /* its end is no change of its own */
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* Segments too short for a phase go to the neighbour whose level is nearer. */
static uint32_t join_short(const struct slow *q, uint32_t *cut)
{
    uint32_t n = q->n_cuts, least = (uint32_t)ceil(SHORTEST_PHASE_S / q->bin_s);
    if (least < q->n * 0.04)
        least = (uint32_t)(q->n * 0.04);
    for (uint32_t i = 0; i <= n; i++)
        cut[i] = q->cut[i];
    for (uint32_t i = 0; i < n && n > 1;) {
        if (cut[i + 1] - cut[i] >= least) {
            i++;
            continue;
        }
        double own = mean_root(q, cut[i], cut[i + 1]),
               before = i ? fabs(mean_root(q, cut[i - 1], cut[i]) - own) : INFINITY,
               after = i + 1 < n ? fabs(mean_root(q, cut[i + 1], cut[i + 2]) - own) : INFINITY;
        for (uint32_t k = before < after ? i : i + 1; k < n; k++)
            cut[k] = cut[k + 1];
        n--;
        i = 0;
    }
    return n;
}

static uint32_t level_changes(const struct slow *q, struct turn *out)
{
    uint32_t n = 0;
    double all = q->s->n * q->bin_s / q->s->length;
    uint32_t *cut = NEW_N(q->s->arena, uint32_t, (size_t)q->n_cuts + 2), n_cuts = join_short(q, cut);
    for (uint32_t i = 0; i + 1 < n_cuts; i++) {
        uint32_t a = cut[i], b = cut[i + 1], c = cut[i + 2];
        double spread = q->noise * sqrt(inflation(q) * (1.0 / (b - a) + 1.0 / (c - b))),
               sigma = fabs(mean_root(q, b, c) - mean_root(q, a, b)) / spread, before = mean_count(q, a, b),
               after = mean_count(q, b, c);
        if (sigma < LEAST_SIGMA || fabs(after - before) < LEAST_CHANGE * (after > before ? after : before) ||
            fabs(after - before) < 0.15 * all ||
            (q->s->interval > 0 && fabs(busy_of(q, after - before)) < LEAST_CPUS))
            continue;
        out[n] = (struct turn){.at_s = b * q->bin_s,
                               .before = before,
                               .after = after,
                               .weight = sigma,
                               .from_s = b * q->bin_s,
                               .to_s = c * q->bin_s};
        /* up and down again is one thing */
        if (n && !out[n - 1].passes && out[n - 1].to_s == out[n].from_s &&
            fabs(after - out[n - 1].before) < 0.3 * fabs(before - after) &&
            out[n].from_s - out[n - 1].from_s < 0.3 * q->s->length)
            out[n - 1].passes = true;
        else
            n++;
    }
    return n;
}

/* ---- the mix of stacks */

struct mix {
    double *prefix; /* [bin * features + feature] */
    uint32_t n, n_features;
    double dispersion, bin_s;
    uint32_t name[FEATURES];
};

static double mix_cost(const void *ctx, uint32_t from, uint32_t to)
{
    const struct mix *m = ctx;
    const double *a = m->prefix + (size_t)from * m->n_features, *b = m->prefix + (size_t)to * m->n_features;
    double all = 0, cost = 0;
    for (uint32_t k = 0; k < m->n_features; k++)
        all += b[k] - a[k];
    for (uint32_t k = 0; k < m->n_features; k++) {
        double x = b[k] - a[k];
        if (x > 0)
            cost -= 2 * x * log(x / all);
    }
    return cost / m->dispersion;
}

struct name_count {
    uint32_t name, n;
};

static int by_count(const void *a, const void *b)
{
    const struct name_count *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* What a sample is at: the function at the end of its stack, or, where that has no name, its thread. */
static uint32_t work_name(const struct scene *s, uint32_t i)
{
    const struct profile *p = s->p;
    uint32_t name = s->node[i] ? p->frames[p->node_frame[s->node[i]]].name : ID_NONE;
    bool known = name != ID_NONE && !str_starts(p->names[name], STR("[unknown]")) &&
                 !str_starts(p->names[name], STR("0x"));
    return known ? name : p->threads[s->thread[i]].comm;
}

/* The functions that are often at the end of a stack; the last feature is all others. */
static bool mix_of(const struct slow *q, struct mix *m)
{
    const struct scene *s = q->s;
    const struct profile *p = s->p;
    struct name_count *c = NEW_N(s->arena, struct name_count, (size_t)p->n_names + 1);
    uint32_t *feature = NEW_N(s->arena, uint32_t, (size_t)p->n_names + 1);
    for (uint32_t k = 0; k < p->n_names; k++)
        c[k].name = k;
    for (uint32_t i = 0; i < s->n; i++)
        if (!q->found->explained[i] && !q->out[i])
            c[work_name(s, i)].n++;
    qsort(c, p->n_names, sizeof *c, by_count);
    m->n_features = 1;
    for (uint32_t k = 0; k < p->n_names; k++)
        feature[k] = FEATURES;
    for (uint32_t k = 0; k < p->n_names && k < FEATURES - 1 && c[k].n * 200ull >= s->n; k++) {
        feature[c[k].name] = k;
        m->name[k] = c[k].name;
        m->n_features++;
    }
    if (m->n_features < 3)
        return false;
    m->bin_s = q->bin_s * ceil((double)q->n / MOST_MIX_BINS);
    m->n = (uint32_t)(s->length / m->bin_s);
    m->prefix = NEW_N(s->arena, double, ((size_t)m->n + 2) * m->n_features);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t b = (uint32_t)(s->time[i] / m->bin_s), k = feature[work_name(s, i)];
        if (b < m->n && !q->found->explained[i] && !q->out[i])
            m->prefix[(size_t)(b + 1) * m->n_features + (k < m->n_features - 1 ? k : m->n_features - 1)]++;
    }
    return m->n >= 12;
}

/* How much more than chance neighbouring bins differ: the middle one of all pairs. */
static void disperse(struct mix *m, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *ratio = NEW_N(scratch, double, m->n);
    uint32_t n = 0, f = m->n_features;
    for (uint32_t b = 1; b < m->n; b++) {
        const double *x = m->prefix + (size_t)b * f, *y = x + f;
        double sx = 0, sy = 0, chi = 0, used = 0;
        for (uint32_t k = 0; k < f; k++) {
            sx += x[k];
            sy += y[k];
        }
        for (uint32_t k = 0; k < f && sx > 0 && sy > 0; k++) {
            double d = sqrt(sy / sx) * x[k] - sqrt(sx / sy) * y[k];
            if (x[k] + y[k] > 0) {
                chi += d * d / (x[k] + y[k]);
                used++;
            }
        }
        if (used > 1)
            ratio[n++] = chi / (used - 1);
    }
    double middle = middle_of(ratio, n);
    m->dispersion = middle > 1 ? middle * 1.3 : 1.3;
    for (uint32_t b = 1; b <= m->n; b++)
        for (uint32_t k = 0; k < f; k++)
            m->prefix[(size_t)b * f + k] += m->prefix[(size_t)(b - 1) * f + k];
    arena_reset(scratch, mark);
}

/* Total variation between the mixes on either side of b, and the functions that gain and lose most. */
static double differ(const struct slow *q, const struct mix *m, uint32_t a, uint32_t b, uint32_t c,
                     struct turn *out)
{
    const double *pa = m->prefix + (size_t)a * m->n_features, *pb = m->prefix + (size_t)b * m->n_features,
                 *pc = m->prefix + (size_t)c * m->n_features;
    double before = 0, after = 0, moved = 0, most = 0.03, least = -0.03;
    for (uint32_t k = 0; k < m->n_features; k++) {
        before += pb[k] - pa[k];
        after += pc[k] - pb[k];
    }
    if (before <= 0 || after <= 0)
        return 0;
    for (uint32_t k = 0; k < m->n_features; k++) {
        double d = (pc[k] - pb[k]) / after - (pb[k] - pa[k]) / before;
        moved += fabs(d) / 2;
        if (k + 1 < m->n_features && d > most) {
            most = d;
            out->more = q->s->p->names[m->name[k]];
        }
        if (k + 1 < m->n_features && d < least) {
            least = d;
            out->less = q->s->p->names[m->name[k]];
        }
    }
    out->before = before / (b - a) * q->bin_s / m->bin_s;
    out->after = after / (c - b) * q->bin_s / m->bin_s;
    return moved;
}

static uint32_t mix_changes(const struct slow *q, struct turn *out)
{
    struct mix m;
    if (!mix_of(q, &m))
        return 0;
    disperse(&m, q->s->arena);
    uint32_t *cut = NEW_N(q->s->arena, uint32_t, (size_t)m.n + 2), found = 0,
             shortest = (uint32_t)ceil(SHORTEST_PHASE_S / m.bin_s);
    if (shortest < m.n / 40)
        shortest = m.n / 40;
    if (shortest < 3)
        shortest = 3;
    if (m.n < 2 * shortest)
        return 0;
    uint32_t n = pelt(mix_cost, &m, m.n, shortest, PENALTY * m.n_features * log(m.n), cut, q->s->arena);
    for (uint32_t i = 0; i + 1 < n; i++) {
        struct turn c = {.at_s = cut[i + 1] * m.bin_s,
                         .from_s = cut[i + 1] * m.bin_s,
                         .to_s = cut[i + 2] * m.bin_s,
                         .mix = true};
        double moved = differ(q, &m, cut[i], cut[i + 1], cut[i + 2], &c),
               gain = mix_cost(&m, cut[i], cut[i + 2]) - mix_cost(&m, cut[i], cut[i + 1]) -
                      mix_cost(&m, cut[i + 1], cut[i + 2]);
        c.weight = sqrt(gain > 0 ? gain : 0);
        double shorter =
            (cut[i + 1] - cut[i] < cut[i + 2] - cut[i + 1] ? cut[i + 1] - cut[i] : cut[i + 2] - cut[i + 1]) *
            m.bin_s;
        if (shorter >= SHORTEST_PHASE_S && moved > LEAST_CHANGE && c.weight > LEAST_SIGMA)
            out[found++] = c;
    }
    return found;
}

/* Changes of mix and level at about the same moment are one; the strongest are said, in the order of time. */
static void say_phases(const struct slow *q, struct turn *c, uint32_t n)
{
    uint32_t kept = 0;
    double near = 2.5 * q->bin_s > 0.02 * q->s->length ? 2.5 * q->bin_s : 0.02 * q->s->length;
    qsort(c, n, sizeof *c, by_weight);
    for (uint32_t i = 0; i < n; i++) {
        bool known = false;
        for (uint32_t k = 0; k < kept; k++)
            known |= fabs(c[k].at_s - c[i].at_s) < near || (c[k].passes && fabs(c[k].to_s - c[i].at_s) < near);
        if (!known)
            c[kept++] = c[i];
    }
    for (uint32_t i = 0; i < kept && i < MOST_PHASES; i++)
        add_phase(q, &c[i]);
}

void find_phases(struct scene *s, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct slow q = {.s = s, .found = found, .bin_s = SHORTEST_BIN};
    if (s->length / q.bin_s > MOST_BINS)
        q.bin_s = s->length / MOST_BINS;
    if (s->n / s->length * q.bin_s < LEAST_IN_BIN)
        q.bin_s = LEAST_IN_BIN * s->length / s->n;
    q.n = (uint32_t)(s->length / q.bin_s);
    if (q.n >= 16) {
        q.count = NEW_N(s->arena, double, (size_t)q.n + 1);
        q.root = NEW_N(s->arena, double, (size_t)q.n + 1);
        count_bins(&q);
        measure_noise(&q);
        cut_level(&q, PENALTY);
        struct turn *c = NEW_N(s->arena, struct turn, 2 * (size_t)q.n + 2);
        uint32_t n = 0;
        if (!find_periodic(&q, STR(""))) {
            if (find_periodic_names(&q)) { /* without what they explain */
                measure_noise(&q);
                cut_level(&q, PENALTY);
            }
            if (!find_trend(&q))
                n = level_changes(&q, c);
            n += mix_changes(&q, c + n);
        }
        say_phases(&q, c, n);
    }
    arena_reset(s->arena, mark);
}
