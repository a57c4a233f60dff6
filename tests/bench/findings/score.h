/* SPDX-License-Identifier: MIT
 *
 * One planted profile through the findings, and how well they did. In: a plan. Out: a struct verdict. */
#ifndef BENCH_SCORE_H
#define BENCH_SCORE_H

#include <stdlib.h>

#include "analyse/heatmap.h"
#include "findings/findings.h"
#include "plant.h"

/* What a pattern needs to be asked for at all: samples above the noise, for each event of it, too. */
#define ENOUGH 30.0

struct verdict {
    bool asked;                /* enough samples to be found */
    uint32_t n_parts, n_found; /* trains, or events, or the one change */
    uint32_t n_period_ok, n_busy_ok,
        n_covered;          /* of the trains found; n_covered: truth inside the 95 % interval */
    uint32_t n_edges_ok;    /* of the events found */
    uint32_t n_overclaimed; /* called strong below ENOUGH */
    uint32_t n_false;       /* strong findings of what is not there */
    enum finding_kind false_kind;
    uint32_t n_findings;
    struct str says; /* titles */
};

static double score_value(const struct finding *f, const char *name)
{
    for (uint32_t i = 0; i < f->n_values; i++)
        if (strcmp(f->values[i].name, name) == 0)
            return f->values[i].value;
    return NAN;
}

static bool score_has_thread(const struct profile *p, const struct finding *f, uint32_t tid)
{
    for (uint32_t i = 0; i < f->n_threads; i++)
        if (p->threads[f->threads[i]].tid == tid)
            return true;
    return false;
}

static bool score_is_train(const struct finding *f)
{
    return f->kind == FINDING_TIMER || f->kind == FINDING_CYCLE;
}

static void score_train(const struct profile *p, const struct findings *all, const struct plant_train *t,
                        struct verdict *v)
{
    const struct finding *best = NULL;
    for (uint32_t i = 0; i < all->n && !best; i++)
        if (score_is_train(&all->list[i]) && score_has_thread(p, &all->list[i], t->tid))
            best = &all->list[i];
    if (best && best->tier == FINDING_STRONG && t->expected < ENOUGH)
        v->n_overclaimed++;
    if (t->expected < ENOUGH)
        return;
    v->n_parts++;
    if (!best)
        return;
    v->n_found++;
    double hz = US_S / t->period_us;
    for (uint32_t i = 0; i < best->n_values; i++)
        if (strcmp(best->values[i].name, "alias_hz") == 0 && fabs(best->values[i].value - hz) < 0.01 * hz) {
            v->n_period_ok++; /* named as what the rate cannot tell: nobody can say more */
            v->n_busy_ok++;
            v->n_covered++;
            return;
        }
    double period = score_value(best, "period_ns") / 1000, busy = score_value(best, "busy_ns") / 1000;
    v->n_period_ok += fabs(period - t->period_us) <= 0.01 * t->period_us;
    for (uint32_t i = 0; i < best->n_values; i++)
        if (strcmp(best->values[i].name, "busy_ns") == 0) {
            bool covered =
                t->work_us * 1000 >= best->values[i].low && t->work_us * 1000 <= best->values[i].high;
            v->n_covered += covered;
            v->n_busy_ok += covered || fabs(busy - t->work_us) <= 0.05 * t->work_us;
        }
}

static enum finding_kind score_kind(enum plant_pattern pattern)
{
    switch (pattern) {
    case PLANT_PERTURB:
        return FINDING_BURST;
    case PLANT_BLOCKED:
        return FINDING_STALL;
    case PLANT_ONE_RUNNER:
        return FINDING_RUNNER;
    case PLANT_SINGLE:
        return FINDING_SINGLE;
    case PLANT_PERIODIC_LOAD:
        return FINDING_PERIODIC_LOAD;
    case PLANT_RAMP:
        return FINDING_TREND;
    case PLANT_PHASE_LEVEL:
    case PLANT_PHASE_MIX:
        return FINDING_PHASE;
    case PLANT_FULL:
        return FINDING_UTILISATION;
    default:
        return FINDING_TIMER;
    }
}

static double score_us(const struct profile *p, uint32_t step)
{
    return (double)step * (double)p->step_ns / 1000;
}

/* Samples above the noise in one event; a ramp has more to stall at its end than at its beginning. */
static double score_expected(const struct plan *plan, const struct truth *t, uint32_t e)
{
    double sum = 0, weight = 0, own = 0;
    for (uint32_t i = 0; i < t->n_events; i++) {
        double middle = (t->event[i].from_us + t->event[i].to_us) / 2 / (plan->seconds * US_S),
               level = plan->noise == NOISE_RAMP ? 0.1 + 0.5 * middle : plant_noise_level(plan->noise),
               above = plan->pattern == PLANT_BLOCKED      ? level * plan->n_cpus
                       : plan->pattern == PLANT_ONE_RUNNER ? level * plan->n_cpus - 1
                                                           : 1;
        weight = (t->event[i].to_us - t->event[i].from_us) * (above > 0 ? above : 0);
        sum += weight;
        own = i == e ? weight : own;
    }
    return sum > 0 ? t->expected * own / sum : 0;
}

/* Each event: overlapped by a range of a finding of its kind, and its edges within two sampling intervals. */
static void score_events(const struct plan *plan, const struct profile *p, const struct findings *all,
                         const struct truth *t, struct verdict *v)
{
    enum finding_kind kind = score_kind(plan->pattern);
    double slack = 2 * US_S / plan->rate_hz + 100;
    if (kind == FINDING_SINGLE || kind == FINDING_PERIODIC_LOAD)
        slack = 1.2 * US_S;
    for (uint32_t e = 0; e < t->n_events; e++) {
        bool found = false, edges = false;
        if (score_expected(plan, t, e) < ENOUGH)
            continue;
        for (uint32_t i = 0; i < all->n; i++) {
            const struct finding *f = &all->list[i];
            if (f->kind != kind || (t->runner_tid && !score_has_thread(p, f, t->runner_tid)))
                continue;
            for (uint32_t r = 0; r < f->n_ranges; r++) {
                double from = score_us(p, f->ranges[r].from), to = score_us(p, f->ranges[r].to);
                if (to <= t->event[e].from_us || from >= t->event[e].to_us)
                    continue;
                found = true;
                edges |= fabs(from - t->event[e].from_us) <= slack && fabs(to - t->event[e].to_us) <= slack;
            }
        }
        v->n_parts++;
        v->n_found += found;
        v->n_edges_ok += edges;
    }
}

static void score_change(const struct plan *plan, const struct findings *all, const struct truth *t,
                         struct verdict *v)
{
    enum finding_kind kind = score_kind(plan->pattern);
    v->n_parts = 1;
    for (uint32_t i = 0; i < all->n; i++) {
        const struct finding *f = &all->list[i];
        if (f->kind != kind)
            continue;
        if (kind == FINDING_PHASE) {
            bool at =
                fabs(score_value(f, "at_ns") / 1000 - t->change_us) <= 2 * US_S + 0.02 * plan->seconds * US_S;
            v->n_found |= at;
            v->n_edges_ok |= at;
        } else if (kind == FINDING_TREND) {
            v->n_found = 1;
            v->n_edges_ok |= fabs(score_value(f, "from_cpus") / plan->n_cpus - t->from_level) < 0.1 &&
                             fabs(score_value(f, "to_cpus") / plan->n_cpus - t->to_level) < 0.1;
        } else if (kind == FINDING_UTILISATION) {
            bool full = score_value(f, "mean_cpus") > 0.97 * plan->n_cpus * (1 - plan->lost);
            v->n_found |= full;
            v->n_edges_ok |= full;
        }
    }
}

/* What may be there besides the pattern. */
static bool score_is_true(const struct plan *plan, const struct findings *all, const struct finding *f)
{
    (void)all;
    if (f->kind == FINDING_QUALITY || f->kind == FINDING_UTILISATION || f->tier != FINDING_STRONG)
        return true;
    if (plan->noise == NOISE_RAMP && f->kind == FINDING_TREND)
        return true;
    switch (plan->pattern) {
    case PLANT_NOTHING:
    case PLANT_FULL:
        return false;
    case PLANT_PERIODIC_LOAD: /* a train of seconds, of the indexer */
        return f->kind == FINDING_PERIODIC_LOAD || f->kind == FINDING_PHASE || score_is_train(f) ||
               f->kind == FINDING_BURST;
    case PLANT_ONE_RUNNER: /* where the others idle anyway it is a burst of one thread */
        return f->kind == FINDING_RUNNER || f->kind == FINDING_BURST;
    case PLANT_SINGLE:
        return f->kind == FINDING_SINGLE || f->kind == FINDING_PHASE;
    default:
        return score_is_train(f) ? score_kind(plan->pattern) == FINDING_TIMER
                                 : f->kind == score_kind(plan->pattern);
    }
}

static void score_false(const struct plan *plan, const struct findings *all, struct verdict *v,
                        struct arena *arena)
{
    v->n_findings = all->n;
    v->says = STR("");
    for (uint32_t i = 0; i < all->n; i++) {
        const struct finding *f = &all->list[i];
        if (!score_is_true(plan, all, f)) {
            v->n_false++;
            v->false_kind = f->kind;
        }
        for (uint32_t k = 0; k < f->n_values; k++)
            if (strcmp(f->values[k].name, "busy_ns") == 0)
                v->says = str_fmt(arena, "%.*s      busy %.3f (%.3f to %.3f) ms\n", STR_ARG(v->says),
                                  f->values[k].value / 1e6, f->values[k].low / 1e6, f->values[k].high / 1e6);
        if (f->tier != FINDING_NOTE)
            v->says = str_fmt(arena, "%.*s    [%s] %.*s\n", STR_ARG(v->says),
                              f->tier == FINDING_STRONG ? "strong" : "possible", STR_ARG(f->title));
    }
}

static struct verdict score_plan(const struct plan *plan, struct truth *truth, struct arena *arena)
{
    struct verdict v = {0};
    struct profile p;
    if (!plant_profile(plan, truth, &p, arena))
        return v;
    struct panel panel = {.profile = &p, .rate_hz = heatmap_rate(&p, arena)};
    panel.heatmap = heatmap_defaults(&p, (struct heatmap_spec){0});
    struct findings all = findings_find(&panel, NULL, NULL, NULL, arena);
    v.asked = plan->pattern != PLANT_NOTHING && truth->expected >= ENOUGH;
    if (truth->n_trains) {
        for (uint32_t i = 0; i < truth->n_trains; i++)
            score_train(&p, &all, &truth->train[i], &v);
        v.asked = v.n_parts > 0;
    } else if (v.asked && truth->n_events) {
        score_events(plan, &p, &all, truth, &v);
        v.asked = v.n_parts > 0;
    } else if (v.asked)
        score_change(plan, &all, truth, &v);
    score_false(plan, &all, &v, arena);
    return v;
}

/* The i-th plan of a series: patterns and noises in turn, machines at random, none larger than a few 100,000
 * ticks. */
static struct plan score_plan_of(uint32_t i, uint64_t seed)
{
    static const uint32_t cpus[] = {1, 2, 4, 8, 16, 64}, rates[] = {49, 99, 997},
                          lengths[] = {30, 60, 120, 300, 600};
    struct planter w = {.state = seed * 1000003 + i};
    struct plan plan = {.seed = plant_next(&w)};
    plan.pattern = i % PLANT_PATTERNS;
    plan.noise = (i / PLANT_PATTERNS) % NOISE_KINDS;
    plan.rate_hz = rates[plant_below(&w, 3)];
    plan.n_cpus = cpus[plant_below(&w, 6)];
    plan.seconds = lengths[plant_below(&w, 5)];
    while (plan.n_cpus * plan.rate_hz * plan.seconds > 400000 && plan.seconds > 30)
        plan.seconds /= 2;
    while (plan.n_cpus * plan.rate_hz * plan.seconds > 400000)
        plan.n_cpus /= 2;
    if (plan.seconds < 30)
        plan.seconds = 30;
    plan.lost = plant_below(&w, 3) ? 0 : plant_between(&w, 0, 0.1);
    plan.jitter_us = plant_below(&w, 2) ? plant_between(&w, 0, 1000) : 0;
    return plan;
}

#endif
