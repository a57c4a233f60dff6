/* SPDX-License-Identifier: MIT
 *
 * The proof of the trends at length, with recordings of the made-up service of nights.h: how many fortnights of noise
 * show a change, and how many of those in which a function has 2 or 3 points more from the tenth night on show that one,
 * on its night. `make bench-trend`; tests/unit/turns_test.c does the same with shares alone. Usage: trend [FORTNIGHTS] */
#include "nights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/heatmap.h"
#include "site/digest_make.h"
#include "site/scan.h"
#include "site/series.h"
#include "site/turns.h"

#define NIGHTS 14u
#define CHANGED 5u /* of them, the last ones */
#define SAMPLES .n_samples = 20000

static const struct kind {
    const char *name;
    struct night night;
} kinds[] = {
    {"none but chance", {SAMPLES, .n_cpus = 4, .hz = 49}},
    {"bursts, on/off", {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true}},
    {"+ phases", {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true, .phases = 0.3}},
    {"+ nights", {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true, .phases = 0.3, .between = 0.02}},
    {"slow phases", {SAMPLES, .n_cpus = 4, .hz = 49, .bursts = 0.3, .idles = true, .phases = 3, .between = 0.02}},
};

/* The digest of a recorded night; the recording itself is dropped. */
static struct digest *record(const struct night *n, struct arena *arena)
{
    struct sketch k = night_record(n);
    struct panel panel = {.id = STR("night"), .title = STR("night"), .profile = &k.p, .rate_hz = n->hz};
    panel.heatmap = heatmap_defaults(&k.p, (struct heatmap_spec){0});
    struct report r = {.title = STR("night"), .generator = STR("bench"), .panels = &panel, .n_panels = 1};
    struct digest *g = digest_make(&r, arena);
    g->profiles[0].event = STR("cpu-clock");
    g->profiles[0].id = STR("night");
    arena_free(k.arena);
    return g;
}

/* Changes of a fortnight: any; and whether the first is function f's on the night it was planted. */
static bool has_change(struct digest *const *night, const char *leaf, bool *found)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct site *s = NEW(arena, struct site);
    *s = (struct site){.arena = arena, .d = diag_new(arena)};
    s->functions = intern_new(100000, 1u << 24, arena);
    s->packages = intern_new(100000, 1u << 24, arena);
    for (uint32_t i = 0; i < NIGHTS; i++)
        scan_add(s, str_fmt(arena, "2026-11-%02u.html", i + 1), 1, 0, night[i], true);
    series_make(s, STR(""));
    turns_find(s);
    bool any = s->turns.n > 0;
    for (uint32_t i = 0; leaf && i < s->turns.n; i++)
        *found |= s->turns.p[i].at == NIGHTS - CHANGED && !s->turns.p[i].is_package &&
                  str_eq(s->functions.at[s->turns.p[i].name], str_of(leaf));
    arena_free(arena);
    return any;
}

static void try_kind(const struct kind *kind, uint64_t seed, unsigned n)
{
    unsigned alarms = 0, found[2] = {0, 0};
    struct arena *arena = arena_new((struct arena_hook){0});
    struct digest *night[2 * NIGHTS], *changed[NIGHTS];
    for (unsigned i = 0; i < NIGHTS - 1; i++) {
        struct night x = kind->night;
        x.seed = seed + i;
        night[i] = record(&x, arena);
    }
    for (unsigned i = 0; i < n; i++) {
        struct night x = kind->night;
        char leaf[40];
        bool ignored = false;
        x.seed = seed + NIGHTS + i;
        night[NIGHTS - 1] = record(&x, arena);
        alarms += has_change(night, NULL, &ignored);
        snprintf(leaf, sizeof leaf, "work::leaf_%03u", i * 7 % NIGHT_FUNCTIONS);
        for (int k = 0; k < 2; k++) {
            bool is_found = false;
            memcpy(changed, night, sizeof changed);
            night_plant(&x, i * 7 % NIGHT_FUNCTIONS, k ? 0.03 : 0.02);
            for (uint32_t j = NIGHTS - CHANGED; j < NIGHTS; j++) {
                x.seed = seed + 500000 + (uint64_t)i * 20 + j + (uint64_t)k * 10;
                changed[j] = record(&x, arena);
            }
            (void)has_change(changed, leaf, &is_found);
            found[k] += is_found;
        }
        memmove(night, night + 1, (NIGHTS - 1) * sizeof *night);
    }
    printf("%-16s %8u %11u %9u\n", kind->name, alarms, found[0], found[1]);
    fflush(stdout);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200;
    printf("%u fortnights of 20,000 samples a night; planted on the tenth\n%-16s %8s %11s %9s\n", n, "noise", "changes", "2 pp found", "3 pp");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        try_kind(&kinds[k], 1000000 * (k + 1), n);
    return 0;
}
