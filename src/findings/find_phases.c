/* SPDX-License-Identifier: MIT
 *
 * Phases: from some moment on the load or the work is another. Trend and periodic load are asked for first
 * (trend.c); what they do not explain is said as changes of level and of mix, the strongest few. */
#include <math.h>
#include <stdlib.h>

#include "findings/say.h"
#include "findings/slow.h"

#define MOST_BINS 600u
#define SHORTEST_BIN 0.5
/* A change that matters to anybody. */
#define LEAST_CPUS 0.04
#define MOST_PHASES 5u

static void add_phase(const struct slow *q, const struct turn *c)
{
    struct arena *arena = q->found->arena;
    struct finding *x = found_add(q->found, FINDING_PHASE, true);
    if (!x)
        return;
    struct str at = say_moment(q->s, c->at_s, arena), sigma = say_number(c->weight, arena);
    struct str more = say_short(c->more, arena), less = say_short(c->less, arena);
    if (c->mix && more.n && less.n)
        x->title = str_fmt(arena, "from %.*s on other work: more %.*s, less %.*s", STR_ARG(at), STR_ARG(more),
                           STR_ARG(less));
    else if (c->mix)
        x->title = str_fmt(arena, "from %.*s on other work: %s %.*s", STR_ARG(at), more.n ? "more" : "less",
                           STR_ARG(more.n ? more : less));
    else if (c->passes) {
        struct str a = slow_number(q, c->before), b = slow_words(q, c->after),
                   lasts = say_time(c->to_s - c->from_s, arena);
        x->title = str_fmt(arena, "%s load for %.*s from %.*s on: %.*s, else %.*s",
                           c->after > c->before ? "more" : "less", STR_ARG(lasts), STR_ARG(at), STR_ARG(b),
                           STR_ARG(a));
    } else {
        struct str a = slow_number(q, c->before), b = slow_words(q, c->after);
        x->title = str_fmt(arena, "from %.*s on %s load: %.*s, before %.*s", STR_ARG(at),
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
        found_value(x, "before_cpus", slow_busy(q, c->before), NAN, NAN);
        found_value(x, "after_cpus", slow_busy(q, c->after), NAN, NAN);
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
    uint32_t n = q->n_cuts, least = (uint32_t)ceil(SLOW_SHORTEST_S / q->bin_s);
    if (least < q->n * 0.04)
        least = (uint32_t)(q->n * 0.04);
    for (uint32_t i = 0; i <= n; i++)
        cut[i] = q->cut[i];
    for (uint32_t i = 0; i < n && n > 1;) {
        if (cut[i + 1] - cut[i] >= least) {
            i++;
            continue;
        }
        double own = slow_mean_root(q, cut[i], cut[i + 1]),
               before = i ? fabs(slow_mean_root(q, cut[i - 1], cut[i]) - own) : INFINITY,
               after = i + 1 < n ? fabs(slow_mean_root(q, cut[i + 1], cut[i + 2]) - own) : INFINITY;
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
    double all = q->s->n * q->bin_s / q->s->length, least = SLOW_SIGMA * (1 + 1.2 / sqrt(q->n));
    uint32_t *cut = NEW_N(q->s->arena, uint32_t, (size_t)q->n_cuts + 2), n_cuts = join_short(q, cut);
    for (uint32_t i = 0; i + 1 < n_cuts; i++) {
        uint32_t a = cut[i], b = cut[i + 1], c = cut[i + 2];
        double spread = q->noise * sqrt(slow_inflation(q) * (1.0 / (b - a) + 1.0 / (c - b))),
               sigma = fabs(slow_mean_root(q, b, c) - slow_mean_root(q, a, b)) / spread,
               before = slow_mean(q, a, b), after = slow_mean(q, b, c);
        if (sigma < least || fabs(after - before) < SLOW_CHANGE * (after > before ? after : before) ||
            fabs(after - before) < 0.15 * all ||
            (q->s->interval > 0 && fabs(slow_busy(q, after - before)) < LEAST_CPUS))
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

/* Changes of mix and level at about the same moment are one; the strongest are said, in the order of time. */
static void say_phases(const struct slow *q, struct turn *c, uint32_t n)
{
    uint32_t kept = 0;
    double near = 2.5 * q->bin_s > 0.02 * q->s->length ? 2.5 * q->bin_s : 0.02 * q->s->length;
    qsort(c, n, sizeof *c, by_weight);
    for (uint32_t i = 0; i < n; i++) {
        bool known = false;
        for (uint32_t k = 0; k < kept; k++)
            known |=
                fabs(c[k].at_s - c[i].at_s) < near || (c[k].passes && fabs(c[k].to_s - c[i].at_s) < near);
        if (!known)
            c[kept++] = c[i];
    }
    for (uint32_t i = 0; i < kept && i < MOST_PHASES; i++)
        add_phase(q, &c[i]);
}

/* What periodic load consists of is not said again. */
static void drop_bursts(struct found *found)
{
    size_t kept = 0;
    for (size_t i = 0; i < found->list.n; i++) {
        const struct finding *x = &found->list.p[i];
        uint32_t most = 0;
        for (size_t f = 0; f < found->list.n && x->kind == FINDING_BURST; f++) {
            const struct finding *load = &found->list.p[f];
            uint32_t inside = 0, k = 0;
            for (uint32_t r = 0; r < x->n_ranges && load->kind == FINDING_PERIODIC_LOAD; r++) {
                uint32_t middle = x->ranges[r].from + (x->ranges[r].to - x->ranges[r].from) / 2;
                while (k < load->n_ranges && load->ranges[k].to <= middle)
                    k++;
                inside += k < load->n_ranges && load->ranges[k].from <= middle;
            }
            most = inside > most ? inside : most;
        }
        if (!most || most < 0.8 * x->n_ranges)
            found->list.p[kept++] = *x;
    }
    found->list.n = kept;
}

static bool periodic(struct slow *q, bool with_bursts)
{
    slow_count(q, with_bursts);
    slow_measure(q);
    slow_cut(q, SLOW_PENALTY);
    if (!slow_periodic(q, STR("")))
        return false;
    drop_bursts(q->found);
    return true;
}

void find_phases(struct scene *s, struct found *found)
{
    struct arena_mark mark = arena_mark(s->arena);
    struct slow q = {.s = s, .found = found, .bin_s = SHORTEST_BIN, .comm = ID_NONE};
    if (s->length / q.bin_s > MOST_BINS)
        q.bin_s = s->length / MOST_BINS;
    if (s->n / s->length * q.bin_s < SLOW_LEAST_IN_BIN)
        q.bin_s = SLOW_LEAST_IN_BIN * s->length / s->n;
    q.n = (uint32_t)(s->length / q.bin_s);
    if (q.n >= 16) {
        q.count = NEW_N(s->arena, double, (size_t)q.n + 1);
        q.root = NEW_N(s->arena, double, (size_t)q.n + 1);
        struct turn *c = NEW_N(s->arena, struct turn, 2 * (size_t)q.n + 2);
        uint32_t n = 0;
        /* bursts of seconds at equal distances are periodic load */
        bool done = periodic(&q, true);
        if (!done && slow_periodic_names(&q))
            drop_bursts(found);
        if (!done && !periodic(&q, false)) {
            if (!slow_trend(&q))
                n = level_changes(&q, c);
            n += slow_mix_turns(&q, c + n);
        }
        say_phases(&q, c, n);
    }
    arena_reset(s->arena, mark);
}
