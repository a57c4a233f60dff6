/* SPDX-License-Identifier: MIT
 *
 * Profiles whose truth is known: each pattern of the catalogue planted into noise, given straight to the
 * builder. In: a struct plan (pattern, noise, machine, seed). Out: a frozen profile, and a struct truth that
 * says what was planted.
 *
 * A machine of n CPUs. Each CPU has a sampler of its own phase, which drifts and jitters a little, and asks
 * at each tick who runs: a planted wake, a burst, a stall, or else the noise. Times are in microseconds; one
 * seeded generator. */
#ifndef BENCH_PLANT_H
#define BENCH_PLANT_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "model/builder.h"

#define US_S 1000000.0
#define PLANT_EVENTS 64
#define PLANT_TRAINS 3
#define PLANT_CPUS 64

enum plant_noise {
    NOISE_QUIET,
    NOISE_RANDOM_5,
    NOISE_RANDOM_25,
    NOISE_RANDOM_50,
    NOISE_RANDOM_100,
    NOISE_BURSTY,        /* each CPU by itself: 0.3 s on, 0.7 s off, at random */
    NOISE_BURSTY_COMMON, /* the same, all CPUs together, busy at 80 % while on */
    NOISE_RAMP,          /* 10 to 60 % */
    NOISE_KINDS
};

enum plant_pattern {
    PLANT_NOTHING,
    PLANT_FIXED_1S,
    PLANT_FIXED_500MS,
    PLANT_TWO_THREADS,
    PLANT_BUSY_1S,
    PLANT_BUSY_500MS,
    PLANT_BUSY_HEAVY,
    PLANT_BUSY_LIGHT,
    PLANT_BUSY_5S,
    PLANT_ALIAS, /* a timer faster than the sampler can tell */
    PLANT_FULL,
    PLANT_RAMP,
    PLANT_PERIODIC_LOAD,
    PLANT_PERTURB,
    PLANT_BLOCKED,
    PLANT_ONE_RUNNER,
    PLANT_PHASE_LEVEL,
    PLANT_PHASE_MIX,
    PLANT_SINGLE,
    PLANT_PATTERNS
};

static const char *const plant_noise_name[NOISE_KINDS] = {
    "quiet", "random 5 %", "random 25 %", "random 50 %", "random 100 %", "bursty", "bursty, common", "ramp"};
static const char *const plant_pattern_name[PLANT_PATTERNS] = {
    "nothing",    "fixed-1s",    "fixed-500ms",   "two-threads-1s", "busy-1s",
    "busy-500ms", "busy-heavy",  "busy-light",    "busy-5s",        "alias",
    "full-100",   "ramp",        "periodic-load", "perturb",        "blocked",
    "one-runner", "phase-level", "phase-mix",     "single-threaded"};

struct plan {
    enum plant_pattern pattern;
    enum plant_noise noise;
    uint32_t n_cpus, rate_hz, seconds;
    double lost;      /* share of the samples */
    double jitter_us; /* of timers */
    uint64_t seed;
};

struct plant_train {
    uint32_t tid;
    bool sleeps; /* works, then sleeps; else a timer */
    double period_us, work_us;
    double expected; /* samples */
};

struct truth {
    struct plant_train train[PLANT_TRAINS];
    uint32_t n_trains, n_events;
    struct {
        double from_us, to_us;
    } event[PLANT_EVENTS]; /* bursts, stalls, runs of one, stretches, heavier work */
    uint32_t runner_tid;
    double change_us, from_level, to_level, period_us;
    double expected; /* samples above the noise */
    uint64_t n_samples;
};

struct plant_wakes {
    double *start, *end;
    uint32_t n, cpu, thread;
};

struct planter {
    struct plan plan;
    struct truth *truth;
    uint64_t state;
    struct builder *b;
    struct arena *arena;
    uint32_t event, thread[256], stack[256][4];
    double length;
    struct {
        double until, tick, grid, interval;
        bool busy, on;
        double on_until;
        uint32_t who, wake[PLANT_TRAINS];
    } cpu[PLANT_CPUS];
    struct plant_wakes wakes[PLANT_TRAINS];
    double *common; /* edges of the common on and off stretches */
    uint32_t n_common;
};

/* splitmix64 */
static uint64_t plant_next(struct planter *w)
{
    uint64_t z = w->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static double plant_between(struct planter *w, double a, double b)
{
    return a + (b - a) * ((double)(plant_next(w) >> 11) / 9007199254740992.0);
}

static uint32_t plant_below(struct planter *w, uint32_t n)
{
    return (uint32_t)(plant_next(w) % n);
}

static double plant_exp(struct planter *w, double mean)
{
    return floor(-mean * log(1 - plant_between(w, 0, 1)) + 1);
}

/* ---- threads: a pool, the same pool at other work, and whoever is planted */

enum {
    GC_IN_POOL = 170,
    POOL = 0,
    AFTER = 16,
    TRAIN_AT = 32,
    GC_AT = 64,
    RUNNER_AT = 130,
    HEAVY_AT = 140,
    POOL_SIZE = 16
};

static void plant_thread(struct planter *w, uint32_t i, uint32_t tid, const char *comm, const char *root,
                         const char *kind)
{
    static const char *const leaves[4] = {"decode", "hash", "copy", "compare"};
    char name[64];
    w->thread[i] = builder_thread(w->b, 1000 + tid / 32, tid, str_of(comm));
    for (uint32_t k = 0; k < 4; k++) {
        uint32_t f[4];
        snprintf(name, sizeof name, "%s_%s", kind, leaves[k]);
        f[0] = builder_frame(w->b, str_of(name), STR("app"), FRAME_USER);
        snprintf(name, sizeof name, "%s_step", kind);
        f[1] = builder_frame(w->b, str_of(name), STR("app"), FRAME_USER);
        f[2] = builder_frame(w->b, str_of(root), STR("app"), FRAME_USER);
        f[3] = builder_frame(w->b, STR("start_thread"), STR("libc.so"), FRAME_USER);
        w->stack[i][k] = builder_stack(w->b, w->thread[i], f + (k & 1), 4 - (k & 1));
    }
}

static void plant_threads(struct planter *w)
{
    char comm[32];
    for (uint32_t i = 0; i < POOL_SIZE; i++) {
        plant_thread(w, POOL + i, 2000 + i, "java", "serve_request", "request");
        plant_thread(w, AFTER + i, 2000 + i, "java", "rebuild_cache", "cache");
        plant_thread(w, HEAVY_AT + i, 2400 + i, "indexer", "rebuild_index", "merge");
    }
    for (uint32_t i = 0; i < PLANT_TRAINS; i++) {
        snprintf(comm, sizeof comm, "timer-%c", (int)('a' + i));
        plant_thread(w, TRAIN_AT + i, 2100 + i, comm, "on_timer", comm);
    }
    for (uint32_t i = 0; i < PLANT_CPUS; i++) {
        snprintf(comm, sizeof comm, "GC Thread#%u", i);
        plant_thread(w, GC_AT + i, 2200 + i, comm, "collect", "mark");
    }
    for (uint32_t i = 0; i < PLANT_CPUS; i++) /* the same threads as the requests, now collecting */
        plant_thread(w, GC_IN_POOL + i, 2000 + i % POOL_SIZE, "java", "collect", "mark");
    plant_thread(w, RUNNER_AT, 2300, "lock-owner", "rebuild_catalog", "resize");
}

/* ---- what is planted */

static void plant_train(struct planter *w, bool sleeps, double base_us, double work_us)
{
    uint32_t k = w->truth->n_trains++, most = (uint32_t)(w->length / base_us) + 2;
    struct plant_wakes *wakes = &w->wakes[k];
    struct plant_train *t = &w->truth->train[k];
    double begin = plant_between(w, 0, base_us < w->length / 3 ? base_us : w->length / 3), next = begin,
           sum = 0;
    wakes->start = NEW_N(w->arena, double, most);
    wakes->end = NEW_N(w->arena, double, most);
    wakes->cpu = (k + plant_below(w, w->plan.n_cpus)) % w->plan.n_cpus;
    wakes->thread = TRAIN_AT + k;
    for (uint32_t i = 0; i < most; i++) {
        double late = plant_between(w, 0, w->plan.jitter_us), work = work_us * plant_between(w, 0.95, 1.05);
        double start = sleeps ? next + late : begin + i * base_us + late;
        if (start >= w->length)
            break;
        wakes->start[wakes->n] = start;
        wakes->end[wakes->n++] = start + work;
        next = start + work + base_us;
        sum += work;
    }
    t->tid = 2100 + k;
    t->sleeps = sleeps;
    t->work_us = wakes->n ? sum / wakes->n : work_us;
    t->period_us = wakes->n > 1 ? (wakes->start[wakes->n - 1] - wakes->start[0]) / (wakes->n - 1) : base_us;
    t->expected = sum / US_S * w->plan.rate_hz;
    w->truth->expected += t->expected;
}

/* Some 5 to 8 in two minutes, at random, none within 2 s of another. */
static void plant_events(struct planter *w, double shortest, double longest)
{
    struct truth *t = w->truth;
    uint32_t n = 3 + (uint32_t)(w->plan.seconds / 25);
    double slot = (w->length - 4 * US_S) / n;
    for (uint32_t i = 0; i < n && i < PLANT_EVENTS; i++) {
        double from = floor(2 * US_S + slot * i + plant_between(w, 0, slot - 2 * US_S));
        t->event[i].from_us = from;
        t->event[i].to_us = floor(from + plant_between(w, shortest, longest));
        t->n_events++;
    }
}

static double plant_noise_level(enum plant_noise noise)
{
    static const double level[NOISE_KINDS] = {0.01, 0.05, 0.25, 0.5, 1, 0.3, 0.25, 0.35};
    return level[noise];
}

/* Noise comes in requests and stretches: how many samples in a row tell as much as one. */
static double plant_cluster(const struct planter *w)
{
    double level = plant_noise_level(w->plan.noise), at_once = w->plan.rate_hz * 2 * (1 - level);
    double n = w->plan.noise == NOISE_BURSTY          ? at_once * 0.21
               : w->plan.noise == NOISE_BURSTY_COMMON ? at_once * 0.21 * w->plan.n_cpus
                                                      : at_once * 0.008;
    return n > 1 ? n : 1;
}

static double plant_events_length(const struct planter *w)
{
    double sum = 0;
    for (uint32_t i = 0; i < w->truth->n_events; i++)
        sum += w->truth->event[i].to_us - w->truth->event[i].from_us;
    return sum / US_S;
}

static void plant_pattern(struct planter *w)
{
    struct truth *t = w->truth;
    double cpus = w->plan.n_cpus, rate = w->plan.rate_hz, level = plant_noise_level(w->plan.noise);
    switch (w->plan.pattern) {
    case PLANT_FIXED_1S:
        plant_train(w, false, US_S, plant_between(w, 5000, 30000));
        break;
    case PLANT_FIXED_500MS:
        plant_train(w, false, US_S / 2, plant_between(w, 5000, 30000));
        break;
    case PLANT_TWO_THREADS:
        plant_train(w, false, US_S, plant_between(w, 8000, 30000));
        plant_train(w, false, US_S, plant_between(w, 8000, 30000));
        break;
    case PLANT_BUSY_1S:
        plant_train(w, true, US_S, 20000);
        break;
    case PLANT_BUSY_500MS:
        plant_train(w, true, US_S / 2, 20000);
        break;
    case PLANT_BUSY_HEAVY:
        plant_train(w, true, US_S, 80000);
        break;
    case PLANT_BUSY_LIGHT:
        plant_train(w, true, US_S, 3000);
        break;
    case PLANT_BUSY_5S:
        plant_train(w, true, 5 * US_S, 40000);
        break;
    case PLANT_ALIAS:
        plant_train(w, false, w->plan.rate_hz < 500 ? 4000 : 1000, w->plan.rate_hz < 500 ? 600 : 200);
        break;
    case PLANT_PERIODIC_LOAD: {
        double period = w->plan.seconds < 100 ? 8 * US_S : 30 * US_S,
               width = w->plan.seconds < 100 ? 2 * US_S : 5 * US_S;
        double first = plant_between(w, 1 * US_S, period - width);
        for (double at = first; at < w->length && t->n_events < PLANT_EVENTS; at += period) {
            t->event[t->n_events].from_us = at;
            t->event[t->n_events++].to_us = at + width < w->length ? at + width : w->length;
        }
        t->period_us = period;
        t->expected = plant_events_length(w) * cpus * rate * (0.85 - level);
        break;
    }
    case PLANT_PERTURB:
        plant_events(w, 200000, 800000);
        t->expected = plant_events_length(w) * cpus * rate * (1 - level);
        break;
    case PLANT_BLOCKED:
        plant_events(w, 200000, 800000);
        t->expected = plant_events_length(w) * cpus * rate * level / plant_cluster(w);
        break;
    case PLANT_ONE_RUNNER:
        plant_events(w, 200000, 800000);
        t->runner_tid = 2300;
        t->expected = plant_events_length(w) * rate * (cpus * level - 1) / plant_cluster(w);
        break;
    case PLANT_PHASE_LEVEL:
    case PLANT_PHASE_MIX:
        t->change_us = floor(w->length * plant_between(w, 0.3, 0.7));
        t->expected =
            w->length / US_S * 0.3 * cpus * rate * (w->plan.pattern == PLANT_PHASE_MIX ? level : 0.3);
        break;
    case PLANT_SINGLE:
        t->n_events = 1;
        t->event[0].from_us = floor(w->length * plant_between(w, 0.1, 0.4));
        t->event[0].to_us = floor(t->event[0].from_us + w->length * plant_between(w, 0.2, 0.4));
        t->runner_tid = 2300;
        t->expected = w->plan.n_cpus > 1 ? plant_events_length(w) * rate : 0;
        break;
    case PLANT_RAMP:
        t->from_level = 0.05;
        t->to_level = 0.75;
        t->expected = w->length / US_S * cpus * rate * 0.35;
        break;
    case PLANT_FULL:
        t->expected = w->length / US_S * cpus * rate;
        break;
    default:
        break;
    }
}

/* ---- who runs */

static double plant_load_at(struct planter *w, double now)
{
    double level = plant_noise_level(w->plan.noise);
    if (w->plan.pattern == PLANT_FULL)
        return 1;
    if (w->plan.pattern == PLANT_RAMP)
        return 0.05 + 0.7 * now / w->length;
    if (w->plan.pattern == PLANT_PHASE_LEVEL && now >= w->truth->change_us)
        return level < 0.5 ? level + 0.3 : level - 0.3;
    return w->plan.noise == NOISE_RAMP ? 0.1 + 0.5 * now / w->length : level;
}

static bool plant_common_on(const struct planter *w, double now)
{
    uint32_t lo = 0, hi = w->n_common;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (w->common[mid] <= now)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo & 1;
}

/* Requests of some milliseconds at random, with pauses that make the load what it should be. */
static bool plant_noise_busy(struct planter *w, uint32_t c, double now)
{
    bool red = w->plan.pattern != PLANT_RAMP && w->plan.pattern != PLANT_FULL &&
               w->plan.pattern != PLANT_PHASE_LEVEL;
    while (now >= w->cpu[c].until) {
        double at = w->cpu[c].until, load = plant_load_at(w, at);
        if (red && w->plan.noise == NOISE_BURSTY) {
            w->cpu[c].busy = !w->cpu[c].busy;
            w->cpu[c].until += plant_exp(w, w->cpu[c].busy ? 300000 : 700000);
        } else {
            if (red && w->plan.noise == NOISE_BURSTY_COMMON)
                load = plant_common_on(w, at) ? 0.8 : 0.02;
            w->cpu[c].busy = plant_between(w, 0, 1) < load;
            w->cpu[c].until += plant_exp(w, 8000);
        }
        w->cpu[c].who = plant_below(w, POOL_SIZE);
    }
    return w->cpu[c].busy;
}

static int plant_event_at(const struct planter *w, double now)
{
    for (uint32_t i = 0; i < w->truth->n_events; i++)
        if (now >= w->truth->event[i].from_us && now < w->truth->event[i].to_us)
            return (int)i;
    return -1;
}

/* Index of who runs on the CPU, or -1. */
static int plant_runs(struct planter *w, uint32_t c, double now)
{
    bool busy = plant_noise_busy(w, c, now);
    int noise = busy ? (int)(POOL + w->cpu[c].who) : -1;
    for (uint32_t k = 0; k < w->truth->n_trains; k++) {
        const struct plant_wakes *wakes = &w->wakes[k];
        uint32_t *i = &w->cpu[c].wake[k];
        if (wakes->cpu != c)
            continue;
        while (*i < wakes->n && now >= wakes->end[*i])
            (*i)++;
        if (*i < wakes->n && now >= wakes->start[*i])
            return (int)wakes->thread;
    }
    if (w->plan.pattern == PLANT_PHASE_MIX && noise >= 0 && now >= w->truth->change_us)
        return noise + AFTER;
    int event = plant_event_at(w, now);
    if (event < 0)
        return noise;
    switch (w->plan.pattern) {
    case PLANT_PERTURB:
        return (int)((w->plan.seed >> 40 & 1 ? GC_AT : GC_IN_POOL) + c);
    case PLANT_BLOCKED:
        return -1;
    case PLANT_ONE_RUNNER:
        return c == (uint32_t)event % w->plan.n_cpus ? RUNNER_AT : -1;
    case PLANT_SINGLE:
        return c == 0 ? RUNNER_AT : -1;
    case PLANT_PERIODIC_LOAD:
        return plant_below(w, 100) < 85 ? (int)(HEAVY_AT + w->cpu[c].who) : -1;
    default:
        return noise;
    }
}

/* ---- the sampler */

static void plant_common(struct planter *w)
{
    double t = -5 * US_S;
    bool on = false;
    uint32_t most = (uint32_t)(w->length / 100000) + 128;
    w->common = NEW_N(w->arena, double, most);
    while (t < w->length && w->n_common < most) {
        t += plant_exp(w, on ? 300000 : 700000);
        on = !on;
        w->common[w->n_common++] = t;
    }
}

static void plant_sample(struct planter *w, uint32_t c, int who)
{
    struct sample s = {.time_ns = (int64_t)((5000 * US_S + w->cpu[c].tick) * 1000),
                       .event = w->event,
                       .cpu = c,
                       .period = 1};
    s.thread = w->thread[who];
    s.stack = w->stack[who][plant_below(w, 4)];
    builder_sample(w->b, &s);
    w->truth->n_samples++;
}

static void plant_run(struct planter *w)
{
    for (uint32_t c = 0; c < w->plan.n_cpus; c++) {
        w->cpu[c].interval = US_S / w->plan.rate_hz * plant_between(w, 0.9998, 1.0002);
        w->cpu[c].until = -5 * US_S; /* so that no CPU begins in step with another */
        w->cpu[c].tick = w->cpu[c].grid = plant_between(w, 0, w->cpu[c].interval);
    }
    for (;;) {
        uint32_t c = 0;
        for (uint32_t i = 1; i < w->plan.n_cpus; i++)
            if (w->cpu[i].tick < w->cpu[c].tick)
                c = i;
        if (w->cpu[c].tick >= w->length)
            return;
        int who = plant_runs(w, c, w->cpu[c].tick);
        if (who >= 0) {
            if (plant_between(w, 0, 1) < w->plan.lost)
                builder_tally(w->b)->n_lost++;
            else
                plant_sample(w, c, who);
        }
        w->cpu[c].grid += w->cpu[c].interval;
        w->cpu[c].tick = w->cpu[c].grid + plant_between(w, 0, 50);
    }
}

/* False when nothing was sampled at all. */
static bool plant_profile(const struct plan *plan, struct truth *truth, struct profile *out,
                          struct arena *arena)
{
    struct planter *w = NEW(arena, struct planter);
    struct profile_spec *spec = NEW(arena, struct profile_spec);
    struct diag *d = diag_new(arena);
    char number[16];
    *truth = (struct truth){0};
    *w = (struct planter){.plan = *plan, .truth = truth, .state = plan->seed, .arena = arena};
    w->length = plan->seconds * US_S;
    spec->source.s = STR("planted");
    spec->filter.from_ns = INT64_MIN;
    spec->filter.to_ns = INT64_MAX;
    w->b = builder_new(spec, 100000, diag_file(d, STR("planted")), d, arena);
    builder_source_step(w->b, 1000);
    builder_origin(w->b, (int64_t)(5000 * US_S * 1000));
    snprintf(number, sizeof number, "%u", plan->n_cpus);
    builder_fact(w->b, STR("cpus"), str_dup(str_of(number), arena));
    if (plan->seed % 3) { /* else the rate must be told from the samples */
        snprintf(number, sizeof number, "%u", plan->rate_hz);
        builder_fact(w->b, STR("command"), str_fmt(arena, "perf record -F %s -a -g", number));
    }
    w->event = builder_event(w->b, STR("cpu-clock"));
    plant_threads(w);
    plant_common(w);
    plant_pattern(w);
    plant_run(w);
    if (!w->truth->n_samples) {
        builder_drop(w->b);
        return false;
    }
    return builder_freeze(w->b, out);
}

#endif
