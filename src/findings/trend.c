/* SPDX-License-Identifier: MIT
 *
 * What the cuts of the load mean: a straight line that does as well is a trend; heavy stretches, alike and at
 * equal distances, are periodic load, of everybody or of one name. */
#include <math.h>

#include "findings/say.h"
#include "findings/slow.h"

/* Names asked for periodic load, those with most samples. */
#define MOST_NAMES 6u
/* Of names, which are many, more stretches are asked for; of short periods even more. */
#define FEWEST_NAMED 4u
#define SHORT_S 6.0

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

bool slow_trend(const struct slow *q)
{
    struct line l = fit(q);
    struct arena *arena = q->found->arena;
    double from = l.at, to = l.at + l.slope * (q->n - 1), cuts = 0, least = from < to ? from : to,
           most = from < to ? to : from;
    for (uint32_t i = 0; i < q->n_cuts; i++)
        cuts += slow_cost(q, q->cut[i], q->cut[i + 1]);
    double line = l.rest / (q->noise * q->noise), flat = slow_cost(q, 0, q->n);
    /* a line has two numbers, n cuts have 2 n + 1 */
    bool is_line =
        line<cuts + SLOW_PENALTY * 2 * log(q->n) * slow_inflation(q) * (q->n_cuts > 2 ? q->n_cuts - 1 : 0.5),
             matters = flat - line> 60 *
            slow_inflation(q) &&
        most - (least > 0 ? least : 0) > 0.22 * most;
    struct finding *x = is_line && matters ? found_add(q->found, FINDING_TREND, true) : NULL;
    if (!x)
        return false;
    from = from > 0 ? from : 0;
    to = to > 0 ? to : 0;
    struct str a = slow_number(q, from), b = slow_words(q, to), length = say_time(q->s->length, arena),
               sigma = say_number(sqrt((flat - line) / slow_inflation(q)), arena);
    x->title = str_fmt(arena, "the load %s over %.*s: from %.*s to %.*s", to > from ? "grows" : "falls",
                       STR_ARG(length), STR_ARG(a), STR_ARG(b));
    x->why = str_fmt(arena,
                     "A straight line explains the counts better than a flat one by %.*s standard "
                     "deviations, and as well as any steps do.",
                     STR_ARG(sigma));
    found_range(x, q->s, 0, q->s->length, arena);
    found_value(x, q->s->interval > 0 ? "from_cpus" : "from_samples_per_s", slow_busy(q, from), NAN, NAN);
    found_value(x, q->s->interval > 0 ? "to_cpus" : "to_samples_per_s", slow_busy(q, to), NAN, NAN);
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
        double m = slow_mean_root(q, q->cut[i], q->cut[i + 1]);
        low = m < low ? m : low;
        high = m > high ? m : high;
    }
    for (uint32_t i = 0; i < q->n_cuts; i++) {
        if (slow_mean_root(q, q->cut[i], q->cut[i + 1]) < (low + high) / 2)
            continue;
        if (n && out[n - 1].to == q->cut[i])
            out[n - 1].to = q->cut[i + 1];
        else
            out[n++] = (struct heavy){q->cut[i], q->cut[i + 1]};
    }
    return n;
}

/* `who`: empty for all samples. */
bool slow_periodic(const struct slow *q, struct str who)
{
    /* runs of equal length at equal distances need less proof each */
    struct slow finer = *q;
    finer.correlation = q->correlation < 0.3 ? q->correlation : 0.3;
    slow_cut(&finer, SLOW_PENALTY / 2);
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
        inside += slow_mean(q, h[i].from, h[i].to) * (h[i].to - h[i].from);
        bins += h[i].to - h[i].from;
        if (h[i].from > 0 && h[i].to < q->n) {
            width += h[i].to - h[i].from;
            wide++;
        }
    }
    double all = slow_mean(q, 0, q->n) * q->n, high = inside / bins, low = (all - inside) / (q->n - bins);
    if (worst > 1.2 && worst > 0.04 * period)
        return false;
    if (who.n && (m < FEWEST_NAMED || (period * q->bin_s < SHORT_S && m < 6)))
        return false;
    width = wide > 0 ? width / wide : bins / n;
    /* three at equal distances may be chance; three alike are not */
    for (uint32_t i = 0; i < n; i++)
        if (h[i].from > 0 && h[i].to < q->n && fabs(h[i].to - h[i].from - width) > 1.6 &&
            fabs(h[i].to - h[i].from - width) > (n == 3 ? 0.15 : 0.3) * width)
            return false;
    if (period < 4 || width > 0.7 * period || high < 1.25 * low)
        return false;
    struct finding *x = found_add(q->found, FINDING_PERIODIC_LOAD, true);
    if (!x)
        return false;
    struct str every = say_time(period * q->bin_s, arena), lasts = say_time(width * q->bin_s, arena),
               a = slow_words(q, high), b = slow_number(q, low);
    x->title = str_fmt(arena, "%.*s%severy %.*s there are %.*s of more work: %.*s, else %.*s", STR_ARG(who),
                       who.n ? ": " : "", STR_ARG(every), STR_ARG(lasts), STR_ARG(a), STR_ARG(b));
    x->why = str_fmt(arena, "%u heavy stretches; none begins more than %.1f s off the schedule.", n,
                     (worst > 1 ? worst : 1) * q->bin_s);
    for (uint32_t i = 0; i < n; i++)
        found_range(x, q->s, h[i].from * q->bin_s, h[i].to * q->bin_s, arena);
    found_value(x, "period_ns", period * q->bin_s * 1e9, (period - 2 / sqrt(kk)) * q->bin_s * 1e9,
                (period + 2 / sqrt(kk)) * q->bin_s * 1e9);
    found_value(x, "length_ns", width * q->bin_s * 1e9, NAN, NAN);
    found_value(x, "heavy_cpus", slow_busy(q, high), NAN, NAN);
    found_value(x, "else_cpus", slow_busy(q, low), NAN, NAN);
    found_value(x, "times", n, NAN, NAN);
    x->stake_ns = (high - low) * bins * (q->s->interval > 0 ? q->s->interval : q->s->bin_s) * 1e9;
    return true;
}

/* The same of one name alone: in bursty load its own runs stand out, the load does not. What it explains is
 * taken out. */
bool slow_periodic_names(const struct slow *all)
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
        if (n[best] < SLOW_LEAST_IN_BIN * 10 || n[best] > 0.9 * s->n)
            break;
        n[best] = 0;
        struct arena_mark mark = arena_mark(s->arena);
        struct slow q = {.s = all->s, .found = all->found, .bin_s = all->bin_s, .n = all->n, .out = all->out};
        q.count = NEW_N(s->arena, double, (size_t)q.n + 1);
        q.root = NEW_N(s->arena, double, (size_t)q.n + 1);
        for (uint32_t i = 0; i < s->n; i++) {
            uint32_t b = (uint32_t)(s->time[i] / q.bin_s);
            if (b < q.n && s->p->threads[s->thread[i]].comm == best && !all->out[i] && !slow_is_train(all, i))
                q.count[b]++;
        }
        for (uint32_t b = 0; b < q.n; b++)
            q.root[b] = sqrt(q.count[b] + 0.375);
        slow_measure(&q);
        slow_cut(&q, SLOW_PENALTY);
        bool found = slow_periodic(&q, s->p->names[best]);
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
