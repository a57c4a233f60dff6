/* SPDX-License-Identifier: MIT
 *
 * The gate's proof at length: how often noise alone raises an alarm, and how often a planted regression is
 * found, by kind of noise and number of bases. `make bench-compare`; tests/unit/compare_test.c runs a short
 * form. Usage: compare [NIGHTS] */
#include "nights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "compare/gate.h"

#define SAMPLES .n_samples = 20000

/* Each adds to the one before, but for the last three. */
static const struct kind {
    const char *name;
    struct night night;
} kinds[] = {
    {"independent", {SAMPLES, .n_cpus = 4, .hz = 49}},
    {"bursts, on/off", {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true}},
    {"+ phases", {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true, .phases = 0.3}},
    {"+ nights",
     {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true, .phases = 0.3, .between = 0.02}},
    {"same, 1 CPU",
     {SAMPLES, .n_cpus = 1, .hz = 49, .bursts = 0.3, .idles = true, .phases = 0.3, .between = 0.02}},
    {"same, 40 s",
     {SAMPLES, .n_cpus = 8, .hz = 99, .bursts = 0.3, .idles = true, .phases = 0.3, .between = 0.02}},
    {"slow phases",
     {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true, .phases = 3, .between = 0.02}},
};

static const uint32_t pools[] = {1, 2, 3, 7, 13};
#define POOLS (sizeof pools / sizeof *pools)
#define WINDOW 13u

struct verdicts {
    unsigned alarms, sure, likely;
};

static void count(struct verdicts *v, const struct sketch *window, uint32_t n_base,
                  const struct sketch *target, const struct gate *gate)
{
    struct compare_side base[WINDOW], t = {STR("target"), &target->p, compare_whole(&target->p), 49, 0};
    struct comparison out;
    struct arena *arena = arena_new((struct arena_hook){0});
    bool sure = false, likely = false;
    for (uint32_t k = 0; k < n_base; k++) {
        const struct profile *p = &window[WINDOW - n_base + k].p;
        base[k] = (struct compare_side){STR("base"), p, compare_whole(p), 49, 0};
    }
    compare_profiles(base, n_base, &t, STR(""), &out, arena);
    for (uint32_t i = 0; i < out.n_changes; i++) {
        const struct change *x = &out.changes[i];
        sure |= x->self.verdict == CHANGE_SURE || x->total.verdict == CHANGE_SURE;
        likely |= x->self.verdict >= CHANGE_LIKELY || x->total.verdict >= CHANGE_LIKELY;
    }
    for (uint32_t i = 0; i < out.n_reasons; i++)
        printf("cannot judge: %.*s\n", STR_ARG(out.reasons[i]));
    v->alarms += gate_apply(gate, &out, arena).n > 0;
    v->sure += sure;
    v->likely += likely;
    arena_free(arena);
}

static void try_kind(const struct kind *kind, uint64_t seed, unsigned nights, const struct gate *gate)
{
    struct verdicts noise[POOLS] = {{0}}, two[POOLS] = {{0}}, three[POOLS] = {{0}};
    struct sketch window[WINDOW];
    for (unsigned i = 0; i < nights + WINDOW; i++) {
        struct night n = kind->night;
        n.seed = seed + i;
        struct sketch tonight = night_record(&n);
        if (i < WINDOW) {
            window[i] = tonight;
            continue;
        }
        n.seed += 500000;
        night_plant(&n, i * 7 % NIGHT_FUNCTIONS, 0.02);
        struct sketch slow = night_record(&n);
        night_plant(&n, i * 7 % NIGHT_FUNCTIONS, 0.03);
        struct sketch slower = night_record(&n);
        for (size_t b = 0; b < POOLS; b++) {
            count(&noise[b], window, pools[b], &tonight, gate);
            count(&two[b], window, pools[b], &slow, gate);
            count(&three[b], window, pools[b], &slower, gate);
        }
        arena_free(slow.arena);
        arena_free(slower.arena);
        arena_free(window[0].arena);
        memmove(window, window + 1, sizeof window - sizeof *window);
        window[WINDOW - 1] = tonight;
    }
    for (size_t b = 0; b < POOLS; b++)
        printf("%-15s %5u %8u %5u %7u %11u %9u\n", kind->name, pools[b], noise[b].alarms, noise[b].sure,
               noise[b].likely, two[b].alarms, three[b].alarms);
    for (unsigned i = 0; i < WINDOW; i++)
        arena_free(window[i].arena);
}

int main(int argc, char **argv)
{
    unsigned nights = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct str why;
    struct gate *gate = gate_parse(STR(GATE_DEFAULT), &why, arena);
    printf("%u nights of 20,000 samples; alarm: '%s'\n", nights, GATE_DEFAULT);
    printf("%-15s %5s %8s %5s %7s %11s %9s\n", "noise", "bases", "alarms", "sure", "likely", "2 pp found",
           "3 pp");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        try_kind(&kinds[k], 1000000 * (k + 1), nights, gate);
    arena_free(arena);
    return 0;
}
