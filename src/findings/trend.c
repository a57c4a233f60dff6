/* SPDX-License-Identifier: MIT
 *
 * What the cuts of the load mean: a straight line that does as well is a trend; heavy stretches, alike and at
 * equal distances, are periodic load, of everybody or of one name. */
#include <math.h>

#include "base/arena.h"
#include "base/sort.h"
#include "findings/say.h"
#include "findings/slow.h"

/* Names asked for periodic load, those with most samples. */
#define MOST_NAMES 6u
/* Of names, which are many, more stretches are asked for; of short periods even more. */
#define FEWEST_NAMED 4u
#define SHORT_S 6.0
/* Heavy stretches. */
#define SHORTEST_S 1.2

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

/* Where the level changes, to a sample: the moment at which counting against the level half way is lowest (it
 * rises there) or highest, within a bin and a half. */
static double edge(const struct slow *q, double at_s, double low, double high, bool rises)
{
    double from = at_s - 1.5 * q->bin_s, to = at_s + 1.5 * q->bin_s, last = from > 0 ? from : 0,
           usual = (low > 0 ? (high - low) / log(high / low) : high / 3) / q->bin_s, score = 0, best = 0,
           out = last;
    for (uint32_t i = scene_at(q->s, last); i < q->s->n && scene_time(q->s, i) < to; i++) {
        if (!slow_has(q, i) || (q->comm != ID_NONE && q->s->p->threads[scene_thread(q->s, i)].comm != q->comm))
            continue;
        double t = scene_time(q->s, i);
        score -= usual * (t - last);
        if (rises && score < best) {
            best = score;
            out = t;
        }
        score++;
        if (!rises && score > best) {
            best = score;
            out = t;
        }
        last = t;
    }
    return out;
}

/* A line through starts: their period, how far the farthest is off, the sum of squared ranks, and how many
 * places on it are empty. */
struct schedule {
    double period, worst, kk;
    uint32_t missing;
};

static struct schedule schedule_of(const double *start, uint32_t n, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *rank = NEW_N(scratch, double, n), *apart = NEW_N(scratch, double, n), k0 = 0, t0 = 0, kt = 0;
    struct schedule out = {0, 0, 0, 0};
    for (uint32_t i = 0; i + 1 < n; i++)
        apart[i] = start[i + 1] - start[i];
    sort_doubles(apart, n - 1, scratch);
    for (uint32_t i = 1; i < n; i++) {
        double places = floor((start[i] - start[i - 1]) / apart[(n - 1) / 2] + 0.5);
        rank[i] = rank[i - 1] + (places > 1 ? places : 1);
    }
    out.missing = (uint32_t)rank[n - 1] + 1 - n;
    for (uint32_t i = 0; i < n; i++) {
        k0 += rank[i] / n;
        t0 += start[i] / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        out.kk += (rank[i] - k0) * (rank[i] - k0);
        kt += (rank[i] - k0) * (start[i] - t0);
    }
    out.period = kt / out.kk;
    for (uint32_t i = 0; i < n; i++) {
        double off = fabs(start[i] - (t0 + (rank[i] - k0) * out.period));
        out.worst = off > out.worst ? off : out.worst;
    }
    arena_reset(scratch, mark);
    return out;
}

/* The heavy stretches, in bins, and what they say. */
struct periodic {
    struct heavy *h;
    uint32_t n, skip; /* skip: the first one began before the profile */
    double width, bins, high, low;
    struct schedule when;
};

static bool is_periodic(const struct slow *q, struct periodic *x, bool named)
{
    uint32_t m = x->n - x->skip;
    if (x->n < 3 || m < 3)
        return false;
    double *start = NEW_N(q->s->arena, double, m), inside = 0, wide = 0;
    for (uint32_t i = 0; i < m; i++)
        start[i] = x->h[x->skip + i].from;
    x->when = schedule_of(start, m, q->s->arena);
    for (uint32_t i = 0; i < x->n; i++) {
        const struct heavy *h = &x->h[i];
        inside += slow_mean(q, h->from, h->to) * (h->to - h->from);
        x->bins += h->to - h->from;
        if (h->from > 0 && h->to < q->n) {
            x->width += h->to - h->from;
            wide++;
        }
    }
    double period = x->when.period;
    x->high = inside / x->bins;
    x->low = (slow_mean(q, 0, q->n) * q->n - inside) / (q->n - x->bins);
    x->width = wide > 0 ? x->width / wide : x->bins / x->n;
    if ((x->when.worst > 1.2 && x->when.worst > 0.04 * period) || x->when.missing > x->n / 5)
        return false;
    if (named && (x->n < FEWEST_NAMED || (period * q->bin_s < SHORT_S && m < 6)))
        return false;
    /* three at equal distances may be chance; three alike are not */
    for (uint32_t i = 0; i < x->n; i++) {
        double off = fabs(x->h[i].to - x->h[i].from - x->width);
        if (x->h[i].from > 0 && x->h[i].to < q->n && off > 1.6 && off > (x->n == 3 ? 0.15 : 0.3) * x->width)
            return false;
    }
    return period >= 4 && x->width <= 0.7 * period && x->high >= 1.25 * x->low;
}

/* `who`: empty for all samples. */
bool slow_periodic(const struct slow *q, struct str who)
{
    /* runs of equal length at equal distances need less proof each */
    struct slow finer = *q;
    finer.correlation = q->correlation < 0.3 ? q->correlation : 0.3;
    slow_cut(&finer, SLOW_PENALTY / 2);
    struct periodic p = {.h = NEW_N(q->s->arena, struct heavy, (size_t)finer.n_cuts + 1)};
    struct arena *arena = q->found->arena;
    p.n = heavy_runs(&finer, p.h);
    p.skip = p.n && p.h[0].from == 0;
    if (!is_periodic(q, &p, who.n > 0))
        return false;
    double *start = NEW_N(q->s->arena, double, p.n), *end = NEW_N(q->s->arena, double, p.n), width = 0,
           wide = 0;
    for (uint32_t i = 0; i < p.n; i++) {
        const struct heavy *h = &p.h[i];
        end[i] = h->to < q->n ? edge(q, h->to * q->bin_s, p.low, p.high, false) : q->s->length;
        start[i] = h->from ? edge(q, h->from * q->bin_s, p.low, p.high, true) : 0;
        if (h->from > 0 && h->to < q->n) {
            width += end[i] - start[i];
            wide++;
        }
    }
    p.when = schedule_of(start + p.skip, p.n - p.skip, q->s->arena);
    width = wide > 0 ? width / wide : p.width * q->bin_s;
    /* shorter ones are bursts, and find_bursts.c says when they come */
    struct finding *x = width >= SHORTEST_S ? found_add(q->found, FINDING_PERIODIC_LOAD, true) : NULL;
    if (!x)
        return false;
    for (uint32_t i = 0; i < p.n; i++)
        found_range(x, q->s, start[i], end[i], arena);
    double error = (p.when.worst > q->bin_s / 10 ? p.when.worst : q->bin_s / 10) / sqrt(p.when.kk);
    struct str every = say_period(p.when.period, error, arena), lasts = say_time(width, arena),
               a = slow_words(q, p.high), b = slow_number(q, p.low),
               off = say_time(p.when.worst > 0.01 ? p.when.worst : 0.01, arena);
    x->title = str_fmt(arena, "%.*s%severy %.*s there are %.*s of more work: %.*s, else %.*s", STR_ARG(who),
                       who.n ? ": " : "", STR_ARG(every), STR_ARG(lasts), STR_ARG(a), STR_ARG(b));
    struct str stretches = say_count(p.n, arena);
    x->why = str_fmt(arena, "%.*s heavy stretches; none begins more than %.*s off the schedule.",
                     STR_ARG(stretches), STR_ARG(off));
    found_value(x, "period_ns", p.when.period * 1e9, (p.when.period - 2 * error) * 1e9,
                (p.when.period + 2 * error) * 1e9);
    found_value(x, "length_ns", width * 1e9, NAN, NAN);
    found_value(x, "heavy_cpus", slow_busy(q, p.high), NAN, NAN);
    found_value(x, "else_cpus", slow_busy(q, p.low), NAN, NAN);
    found_value(x, "times", p.n, NAN, NAN);
    x->stake_ns = (p.high - p.low) * p.bins * (q->s->interval > 0 ? q->s->interval : q->s->bin_s) * 1e9;
    return true;
}

/* The names with most samples, but for one that nearly all have; returns how many. */
static uint32_t most_samples(const struct scene *s, uint32_t *comm)
{
    uint32_t *n = NEW_N(s->arena, uint32_t, (size_t)s->p->n_names + 1), tried = 0;
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        n[s->p->threads[t].comm] += s->samples_of[t];
    for (; tried < MOST_NAMES; tried++) {
        uint32_t best = 0;
        for (uint32_t c = 0; c < s->p->n_names; c++)
            best = n[c] > n[best] ? c : best;
        if (n[best] < SLOW_LEAST_IN_BIN * 10 || n[best] > 0.9 * s->n)
            break;
        n[best] = 0;
        comm[tried] = best;
    }
    return tried;
}

/* Counts of each of those names, in bins. */
static void count_names(const struct slow *all, const uint32_t *comm, uint32_t n, struct slow *out)
{
    const struct scene *s = all->s;
    uint8_t *nth = NEW_N(s->arena, uint8_t, (size_t)s->p->n_threads + 1);
    struct reader thread = reader_of(s->thread);
    for (uint32_t k = 0; k < n; k++) {
        out[k] = (struct slow){.s = all->s, .found = all->found, .bin_s = all->bin_s, .n = all->n, .comm = comm[k]};
        out[k].count = NEW_N(s->arena, double, (size_t)all->n + 1);
        out[k].root = NEW_N(s->arena, double, (size_t)all->n + 1);
    }
    for (uint32_t t = 0; t < s->p->n_threads; t++)
        for (nth[t] = 0; nth[t] < n && comm[nth[t]] != s->p->threads[t].comm;)
            nth[t]++;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t k = nth[read_at(&thread, i)], b = slow_bin(all, i);
        if (k < n && b < all->n && slow_has(all, i))
            out[k].count[b]++;
    }
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t b = 0; b < all->n; b++)
            out[k].root[b] = sqrt(out[k].count[b] + 0.375);
}

/* The same of one name alone: in bursty load its own runs stand out, the load does not. What it explains
 * counts no more from then on. */
bool slow_periodic_names(const struct slow *all)
{
    const struct scene *s = all->s;
    struct arena_mark mark = arena_mark(s->arena);
    struct slow named[MOST_NAMES];
    struct reader thread = reader_of(s->thread);
    uint32_t comm[MOST_NAMES], n = most_samples(s, comm);
    bool any = false;
    count_names(all, comm, n, named);
    for (uint32_t k = 0; k < n; k++) {
        slow_measure(&named[k]);
        slow_cut(&named[k], SLOW_PENALTY);
        bool found = slow_periodic(&named[k], s->p->names[comm[k]]);
        any |= found;
        for (uint32_t i = 0; i < s->n && found; i++)
            if (s->p->threads[read_at(&thread, i)].comm == comm[k])
                all->found->explained[i] |= EXPLAINED_LOAD;
    }
    arena_reset(s->arena, mark);
    return any;
}
