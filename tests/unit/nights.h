/* SPDX-License-Identifier: MIT
 *
 * Recordings of a made-up service for the comparison's proof, straight through the builder, from a seed.
 * Their noise is what real ones have: CPUs go idle and come back (seconds), the program has phases that each
 * call other functions, functions come in bursts (half a second to eight; less so those that many requests
 * call), and the mix differs from night to night. A regression is planted by letting one function take
 * samples from all others. */
#ifndef TESTS_NIGHTS_H
#define TESTS_NIGHTS_H

#include <math.h>
#include <stdio.h>

#include "sketch.h"

#define NIGHT_FUNCTIONS 120
#define NIGHT_CALLERS 30
#define NIGHT_PHASES 3

struct night {
    uint64_t seed;
    uint32_t n_samples, n_cpus, hz;
    double bursts;  /* how much functions come and go: standard deviation of the logarithm of their rate */
    double between; /* the same from night to night */
    double phases;  /* mean length of the shortest, in seconds; 0: none */
    bool idles;
    double planted; /* share that is added to `function`, 0: pure noise */
    uint32_t function;
};

struct dice {
    uint64_t state;
};

static inline uint64_t dice_next(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static inline double dice_share(struct dice *d)
{
    return (double)(dice_next(d) >> 11) / 9007199254740992.0;
}

static inline double dice_normal(struct dice *d)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += dice_share(d);
    return sum - 6;
}

struct service {
    double usual[NIGHT_PHASES][NIGHT_FUNCTIONS]; /* weight in each phase, this night */
    double burst[NIGHT_FUNCTIONS], sum[NIGHT_FUNCTIONS];
    double swing[NIGHT_FUNCTIONS]; /* how much it comes in bursts */
    double mean[NIGHT_PHASES];     /* seconds of a phase */
    uint32_t stack[NIGHT_FUNCTIONS], thread, phase;
    double phase_ends, idle_changes[64];
    bool is_idle[64];
};

/* The program is the same every night: its weights come from a seed of its own. */
static inline void service_weights(struct service *s, const struct night *n, struct dice *d)
{
    struct dice program = {12345};
    for (uint32_t f = 0; f < NIGHT_FUNCTIONS; f++) {
        double tonight = exp(n->between * dice_normal(d)), weight = 1.0 / (f + 3);
        s->swing[f] = n->bursts * sqrt((f + 3) / 60.0 < 1 ? (f + 3) / 60.0 : 1);
        for (uint32_t k = 0; k < NIGHT_PHASES; k++) {
            bool lives_here = f % NIGHT_PHASES == k || f % 5 == 0 || n->phases <= 0;
            s->usual[k][f] = weight * tonight * (lives_here ? 0.5 + dice_share(&program) : 0.02);
        }
    }
    for (uint32_t k = 0; k < NIGHT_PHASES; k++)
        s->mean[k] = n->phases * (1 + k) * exp(n->between * dice_normal(d));
}

static inline void service_stacks(struct service *s, struct sketch *to)
{
    s->thread = builder_thread(to->b, 100, 101, STR("service"));
    for (uint32_t f = 0; f < NIGHT_FUNCTIONS; f++) {
        char name[4][40];
        uint32_t frame[4];
        snprintf(name[0], sizeof name[0], "work::leaf_%03u", f);
        snprintf(name[1], sizeof name[1], "work::caller_%02u", f % NIGHT_CALLERS);
        snprintf(name[2], sizeof name[2], "serve_%u", f % 4);
        snprintf(name[3], sizeof name[3], "main");
        for (int i = 0; i < 4; i++)
            frame[i] = builder_frame(to->b, str_of(name[i]), STR("/opt/service/bin/service"), FRAME_USER);
        s->stack[f] = builder_stack(to->b, s->thread, frame, 4);
    }
}

/* Four times a second the mix moves on: bursts fade with their own time, and new ones come. */
static inline void service_mix(struct service *s, struct dice *d)
{
    double sum = 0;
    for (uint32_t f = 0; f < NIGHT_FUNCTIONS; f++) {
        double lasts = 0.5 + 0.5 * (f % 16), stays = exp(-0.25 / lasts);
        s->burst[f] = stays * s->burst[f] + sqrt(1 - stays * stays) * s->swing[f] * dice_normal(d);
        s->sum[f] = sum += s->usual[s->phase][f] * exp(s->burst[f]);
    }
}

static inline void service_switch(struct service *s, const struct night *n, struct dice *d, double now)
{
    for (uint32_t c = 0; c < n->n_cpus && n->idles; c++)
        if (now >= s->idle_changes[c]) {
            s->is_idle[c] = !s->is_idle[c];
            s->idle_changes[c] = now - log(1 - dice_share(d)) * (s->is_idle[c] ? 1.5 : 3);
        }
    if (n->phases > 0 && now >= s->phase_ends) {
        s->phase = (s->phase + 1) % NIGHT_PHASES;
        s->phase_ends = now - log(1 - dice_share(d)) * s->mean[s->phase];
    }
}

static inline uint32_t service_function(const struct service *s, struct dice *d)
{
    double at = dice_share(d) * s->sum[NIGHT_FUNCTIONS - 1];
    uint32_t low = 0, high = NIGHT_FUNCTIONS - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (s->sum[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static inline struct sketch night_record(const struct night *n)
{
    struct sketch to = sketch_new();
    struct dice d = {n->seed * 0x2545f4914f6cdd1dull + 99};
    struct service s = {0};
    sketch_begin(&to, 100000);
    uint32_t event = builder_event(to.b, STR("cpu-clock")), done = 0;
    service_weights(&s, n, &d);
    service_stacks(&s, &to);
    int64_t tick = 1000000000ll / n->hz;
    s.phase = n->phases > 0 ? (uint32_t)(dice_next(&d) % NIGHT_PHASES) : 0;
    for (int warm = 0; warm < 64; warm++)
        service_mix(&s, &d);
    for (uint64_t i = 0; done < n->n_samples; i++) {
        int64_t now = (int64_t)i * tick;
        if (i % (n->hz / 4) == 0)
            service_mix(&s, &d);
        service_switch(&s, n, &d, (double)now / 1e9);
        for (uint32_t c = 0; c < n->n_cpus && done < n->n_samples; c++) {
            if (s.is_idle[c])
                continue;
            uint32_t f = service_function(&s, &d);
            if (n->planted > 0 && dice_share(&d) < n->planted)
                f = n->function;
            struct sample x = {.time_ns = 5000000000ll + now + 1000 * c,
                               .stack = s.stack[f],
                               .thread = s.thread,
                               .event = event,
                               .cpu = c};
            builder_sample(to.b, &x);
            done++;
        }
    }
    const char *wrong = sketch_end(&to);
    if (wrong)
        printf("the night cannot be made: %s\n", wrong);
    return to;
}

/* `by` of all samples more in function f, as nearly as its own noise lets one say. */
static inline void night_plant(struct night *n, uint32_t f, double by)
{
    double sum = 0;
    for (uint32_t i = 0; i < NIGHT_FUNCTIONS; i++)
        sum += 1.0 / (i + 3);
    n->function = f;
    n->planted = by / (1 - 1.0 / (f + 3) / sum);
}

#endif
