/* SPDX-License-Identifier: MIT
 *
 * Of each series a table of shares by night; row by row through PELT; the cuts that remain are tested against the
 * scatter within the segments. Fourteen nights say little about the scatter of one share, and one that happens to be
 * small would make anything a change: so what all shares of the series say is added to it, in proportion to p (1 - p), as
 * much as SHARED_DF nights would say, where that is more. (Where it is less, it is not believed: functions that come in
 * bursts do scatter more than others, and with it 6 of 200 fortnights of noise had a change.) */
#include "site/turns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/sort.h"
#include "compare/alike.h"
#include "compare/student.h"
#include "findings/pelt.h"

#define FEWEST_NIGHTS 6u
#define SHORTEST 3u
/* A share that never reaches this, and a change of less than that, are left alone. */
#define LEAST_SHARE 0.005
#define LEAST_CHANGE 0.003
/* What tells two shares that are the same everywhere: a function that calls nothing has one, not two. */
#define SAME 0.0005
/* Samples are not independent: chance alone is taken to be this much more than counting says. */
#define CLUSTERED 1.5
#define ROUNDING 1e-4
#define SHARED_DF 6.0
#define MOST_ROWS 400u
#define MOST_CUTS 24u
/* Times the variance elsewhere: with two degrees of freedom chance does that once in some millions. */
#define UNEVEN 16.0

/* What it costs to take a stretch of nights for one segment. */
struct segment_cost {
    const double *sum, *squares; /* prefix sums */
    double variance;
};

struct row {
    uint32_t name;
    bool is_package, is_total;
    double *share; /* by night */
    double mean, most;
    struct segment_cost cost;
    uint32_t *cut, n_cut; /* cut[0] = 0 < … < cut[n_cut] = nights */
    double scatter, df;   /* variance within the segments, and its degrees of freedom */
    double margin;        /* of a 95 % interval, in standard errors */
};

struct table {
    const struct site *site;
    const struct series *of;
    uint32_t night[TURNS_NIGHTS], n; /* places in the series */
    double chance;                   /* of one sample: 1 / samples of a middle night */
    double common;                   /* variance in units of p (1 - p), as all shares of the series have it */
    VEC(struct row) rows;
    struct arena *work;
};

/* ---- the table */

static void choose_nights(struct table *t)
{
    uint32_t first = 0, n = 0;
    for (uint32_t i = t->of->n; i-- > 0 && n < TURNS_NIGHTS;)
        if (series_entry(t->site, t->of, i)->n_samples >= ALIKE_LEAST_SAMPLES) {
            first = i;
            n++;
        }
    for (uint32_t i = first; i < t->of->n && t->n < n; i++)
        if (series_entry(t->site, t->of, i)->n_samples >= ALIKE_LEAST_SAMPLES)
            t->night[t->n++] = i;
}

static const struct entry *entry_at(const struct table *t, uint32_t night)
{
    return series_entry(t->site, t->of, t->night[night]);
}

static int by_most(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->most != y->most)
        return x->most > y->most ? -1 : 1;
    if (x->is_package != y->is_package)
        return x->is_package ? 1 : -1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return (int)x->is_total - (int)y->is_total;
}

static void add_row(struct table *t, struct row row)
{
    for (uint32_t i = 0; i < t->n; i++) {
        row.mean += row.share[i] / t->n;
        row.most = row.share[i] > row.most ? row.share[i] : row.most;
    }
    if (row.most >= LEAST_SHARE)
        (void)vec_push(&t->rows, SIZE_MAX, t->work, row);
}

/* Of an even number the mean of the two; sorts. */
static double middle(double *v, size_t n, struct arena *arena)
{
    sort_doubles(v, n, arena);
    return n ? (v[(n - 1) / 2] + v[n / 2]) / 2 : 0;
}

/* What a share that is not in a digest is at most: those of a thousandth are in it, or, where there is no room for all,
 * those that have as much as the last of the chosen ones. */
static double most_left_out(const struct entry_share *list, uint32_t n, uint32_t chosen, bool is_total)
{
    double least = DIGEST_LEAST;
    if (n < 2 * chosen)
        return least / 1e6;
    if (!is_total)
        return list[chosen - 1].self / 1e6;
    least = DIGEST_MILLION;
    for (uint32_t k = chosen; k < n; k++) /* those chosen by total; an earlier one is in for its self, whatever it has */
        least = fmin(least, list[k].total);
    return least / 1e6;
}

/* A share that hovers around what a digest has room for must not look as if it came and went: where it is not known it
 * is taken to be what it is on the other nights, or the most that it can be. */
static void fill_gaps(const struct table *t, double *share, bool is_package, bool is_total)
{
    struct arena_mark mark = arena_mark(t->work);
    double *known = NEW_N(t->work, double, t->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n; i++)
        if (share[i] >= 0)
            known[n++] = share[i];
    double usual = middle(known, n, t->work);
    for (uint32_t i = 0; i < t->n; i++) {
        const struct entry *e = entry_at(t, i);
        if (share[i] < 0)
            share[i] = fmin(usual, is_package ? most_left_out(e->packages, e->n_packages, DIGEST_PACKAGES, is_total)
                                              : most_left_out(e->functions, e->n_functions, DIGEST_FUNCTIONS, is_total));
    }
    arena_reset(t->work, mark);
}

static double *unknown_shares(const struct table *t)
{
    double *share = NEW_N(t->work, double, t->n);
    for (uint32_t i = 0; i < t->n; i++)
        share[i] = -1;
    return share;
}

static void add_rows(struct table *t, bool is_package)
{
    const struct intern *names = is_package ? &t->site->packages : &t->site->functions;
    double **share[2];
    share[0] = NEW_N(t->work, double *, (size_t)names->n + 1);
    share[1] = NEW_N(t->work, double *, (size_t)names->n + 1);
    for (uint32_t i = 0; i < t->n; i++) {
        const struct entry *e = entry_at(t, i);
        const struct entry_share *list = is_package ? e->packages : e->functions;
        for (uint32_t k = 0; k < (is_package ? e->n_packages : e->n_functions); k++)
            for (int total = 0; total < 2; total++) {
                if (!share[total][list[k].name])
                    share[total][list[k].name] = unknown_shares(t);
                share[total][list[k].name][i] = (total ? list[k].total : list[k].self) / 1e6;
            }
    }
    for (uint32_t name = 0; name < names->n; name++) {
        if (!share[0][name])
            continue;
        fill_gaps(t, share[0][name], is_package, false);
        fill_gaps(t, share[1][name], is_package, true);
        double differ = 0;
        for (uint32_t i = 0; i < t->n; i++)
            differ = fmax(differ, share[1][name][i] - share[0][name][i]);
        add_row(t, (struct row){.name = name, .is_package = is_package, .share = share[0][name]});
        if (differ > SAME)
            add_row(t, (struct row){.name = name, .is_package = is_package, .is_total = true, .share = share[1][name]});
    }
}

/* ---- cuts */

static double sse(const struct segment_cost *c, uint32_t from, uint32_t to)
{
    double n = to - from, sum = c->sum[to] - c->sum[from], cost = c->squares[to] - c->squares[from] - sum * sum / n;
    return cost > 0 ? cost : 0;
}

static double cost_of(const void *ctx, uint32_t from, uint32_t to)
{
    const struct segment_cost *c = ctx;
    return sse(c, from, to) / c->variance;
}

/* By counting alone, a little more. */
static double chance_of(const struct table *t, double share)
{
    return CLUSTERED * share * (1 - share) * t->chance + ROUNDING * ROUNDING;
}

/* From one night to the next: whatever changes now and then is not in the middle of these. */
static double moves(const struct table *t, const struct row *r)
{
    double *d = NEW_N(t->work, double, t->n), least = chance_of(t, r->mean);
    for (uint32_t i = 1; i < t->n; i++)
        d[i - 1] = fabs(r->share[i] - r->share[i - 1]);
    double sigma = middle(d, t->n - 1, t->work) / (0.6745 * sqrt(2));
    return sigma * sigma > least ? sigma * sigma : least;
}

static struct segment_cost cost_new(const struct table *t, const struct row *r)
{
    double *sum = NEW_N(t->work, double, (size_t)t->n + 1), *squares = NEW_N(t->work, double, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n; i++) {
        double x = r->share[i] - r->mean;
        sum[i + 1] = sum[i] + x;
        squares[i + 1] = squares[i] + x * x;
    }
    return (struct segment_cost){sum, squares, moves(t, r)};
}

static double within_segments(const struct row *r)
{
    double all = 0;
    for (uint32_t k = 0; k < r->n_cut; k++)
        all += sse(&r->cost, r->cut[k], r->cut[k + 1]);
    return all;
}

/* Of the cuts that a row has. */
static void set_scatter(const struct table *t, struct row *r)
{
    r->df = fmax(1, (double)t->n - r->n_cut);
    r->scatter = fmax(within_segments(r) / r->df, chance_of(t, r->mean));
}

static double mean_of(const struct row *r, uint32_t from, uint32_t to)
{
    double sum = 0;
    for (uint32_t i = from; i < to; i++)
        sum += r->share[i];
    return sum / (to - from);
}

/* The change at cut k. */
static struct turn test_cut(const struct table *t, const struct row *r, uint32_t k)
{
    uint32_t a = r->cut[k - 1], b = r->cut[k], c = r->cut[k + 1];
    struct turn x = {.from = a, .at = b, .to = c, .name = r->name, .is_package = r->is_package, .is_total = r->is_total};
    x.before = mean_of(r, a, b);
    x.after = mean_of(r, b, c);
    double p = (x.before + x.after) / 2;
    double shared = (r->df * r->scatter + SHARED_DF * t->common * p * (1 - p)) / (r->df + SHARED_DF),
           variance = fmax(r->scatter, shared);
    double error = sqrt(variance * (1.0 / (b - a) + 1.0 / (c - b))), change = x.after - x.before;
    x.low = change - r->margin * error;
    x.high = change + r->margin * error;
    x.p = fmin(1, student_p(change / error, r->df) * (double)t->rows.n * t->n);
    return x;
}

/* Whether the share moves more within segment k than everywhere else: two bad nights and a good one are no new share. */
static bool is_uneven(const struct table *t, const struct row *r, uint32_t k)
{
    uint32_t nights = r->cut[k + 1] - r->cut[k];
    double own = sse(&r->cost, r->cut[k], r->cut[k + 1]), others = within_segments(r) - own;
    double rest = others / fmax(1, (double)t->n - nights - (r->n_cut - 1));
    return own / (nights - 1) > UNEVEN * fmax(rest, chance_of(t, r->mean));
}

/* Takes the least sure cuts away, one by one, until the others are sure. */
static void settle(const struct table *t, struct row *r)
{
    while (r->n_cut > 1) {
        uint32_t worst = 0;
        double p = TURNS_CHANCE;
        for (uint32_t k = 1; k < r->n_cut; k++) {
            struct turn x = test_cut(t, r, k);
            bool is_none = fabs(x.after - x.before) < LEAST_CHANGE || is_uneven(t, r, k - 1) || is_uneven(t, r, k);
            double now = is_none ? 2 : x.p;
            if (now > p) {
                p = now;
                worst = k;
            }
        }
        if (!worst)
            break;
        memmove(r->cut + worst, r->cut + worst + 1, (r->n_cut - worst) * sizeof *r->cut);
        r->n_cut--;
        set_scatter(t, r);
    }
    r->margin = student_t(0.05, r->df);
}

/* ---- one series */

static void fill_table(struct table *t)
{
    double *samples = NEW_N(t->work, double, t->n);
    for (uint32_t i = 0; i < t->n; i++)
        samples[i] = (double)entry_at(t, i)->n_samples;
    t->chance = 1 / middle(samples, t->n, t->work);
    add_rows(t, false);
    add_rows(t, true);
    if (t->rows.n)
        qsort(t->rows.p, t->rows.n, sizeof *t->rows.p, by_most);
    t->rows.n = t->rows.n < MOST_ROWS ? t->rows.n : MOST_ROWS;
}

static void cut_rows(struct table *t)
{
    double *ratio = NEW_N(t->work, double, t->rows.n + 1);
    for (uint32_t i = 0; i < t->rows.n; i++) {
        struct row *r = &t->rows.p[i];
        double penalty = 2 * log(t->n) + 2 * log((double)t->rows.n) + 4;
        r->cost = cost_new(t, r);
        r->cut = NEW_N(t->work, uint32_t, (size_t)t->n + 1);
        r->n_cut = pelt(cost_of, &r->cost, t->n, SHORTEST, penalty, r->cut, t->work);
        set_scatter(t, r);
        ratio[i] = r->scatter / fmax(1e-6, r->mean * (1 - r->mean));
    }
    t->common = middle(ratio, t->rows.n, t->work);
}

/* From places in the table to places in the series. */
static void add_turn(struct site *s, const struct table *t, uint32_t series, struct turn x)
{
    x.series = series;
    x.comparison = ID_NONE;
    x.from = t->night[x.from];
    x.at = t->night[x.at];
    x.date = series_entry(s, t->of, x.at)->date;
    x.to = x.to < t->n ? t->night[x.to] : t->of->n;
    (void)vec_push(&s->turns, SIZE_MAX, s->arena, x);
}

static void look_at(struct site *s, uint32_t series)
{
    struct table t = {.site = s, .of = &s->series.p[series], .work = arena_like(s->arena)};
    choose_nights(&t);
    if (t.n >= FEWEST_NIGHTS)
        fill_table(&t);
    cut_rows(&t);
    for (uint32_t i = 0; i < t.rows.n; i++) {
        struct row *r = &t.rows.p[i];
        if (r->n_cut > MOST_CUTS)
            continue; /* a share that never rests has no change that lasts: several things in one series */
        settle(&t, r);
        for (uint32_t k = 1; k < r->n_cut; k++)
            add_turn(s, &t, series, test_cut(&t, r, k));
    }
    arena_free(t.work);
}

/* ---- all of them */

static int by_night(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    double cx = fabs(x->after - x->before), cy = fabs(y->after - y->before);
    if (x->date != y->date)
        return x->date > y->date ? -1 : 1;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->is_package != y->is_package)
        return x->is_package ? 1 : -1;
    if (x->is_total != y->is_total)
        return x->is_total ? 1 : -1;
    if (cx != cy)
        return cx > cy ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

void turns_find(struct site *s)
{
    for (uint32_t i = 0; i < s->series.n; i++)
        look_at(s, i);
    if (s->turns.n)
        qsort(s->turns.p, s->turns.n, sizeof *s->turns.p, by_night);
}

/* Up to seven good nights before the first changed one. */
static void fill_bases(const struct site *s, const struct turn *t, struct ready *r)
{
    const struct series *of = &s->series.p[t->series];
    uint32_t most = sizeof r->base / sizeof *r->base;
    r->target = of->entry[t->at];
    for (uint32_t i = t->at; i-- > t->from && r->n_base < most;)
        if (series_entry(s, of, i)->n_samples >= ALIKE_LEAST_SAMPLES)
            r->base[r->n_base++] = of->entry[i];
    for (uint32_t i = 0; i < r->n_base / 2; i++) {
        uint32_t swap = r->base[i];
        r->base[i] = r->base[r->n_base - 1 - i];
        r->base[r->n_base - 1 - i] = swap;
    }
}

void turns_comparisons(struct site *s, uint32_t most)
{
    for (size_t i = 0; i < s->turns.n; i++) {
        struct turn *t = &s->turns.p[i];
        const struct turn *last = i ? &s->turns.p[i - 1] : NULL;
        if (last && last->series == t->series && last->at == t->at) {
            t->comparison = last->comparison;
            continue;
        }
        if (s->comparisons.n == most)
            continue;
        struct ready r = {.n_base = 0};
        fill_bases(s, t, &r);
        if (!r.n_base)
            continue;
        t->comparison = (uint32_t)s->comparisons.n;
        (void)vec_push(&s->comparisons, SIZE_MAX, s->arena, r);
    }
}
