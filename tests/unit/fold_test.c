/* SPDX-License-Identifier: MIT
 *
 * Folding and the periodogram before it: a period that is there is found and measured, clusters that come at
 * random are no period, however large they are. */
#include "findings/fold.h"

#include <math.h>

#include "findings/episodes.h"
#include "findings/spectrum.h"
#include "support.h"

#define LENGTH 60.0
#define TICK 0.001
#define STEP 1e-6

static uint64_t seed;

static double unit(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

/* Runs of `work` seconds sampled every millisecond, the next one `distance` after (with so much jitter). */
static uint32_t runs(uint32_t *time, double distance, double jitter, double work)
{
    uint32_t n = 0;
    for (double at = 0.3; at < LENGTH - work; at += distance + jitter * (unit() - 0.5))
        for (double t = ceil(at / TICK) * TICK; t < at + work; t += TICK)
            time[n++] = (uint32_t)(t / STEP);
    return n;
}

static void test_a_period(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    static uint32_t time[100000];
    static const double periods[] = {0.1, 0.25, 1, 1.02, 4.97};
    for (size_t i = 0; i < COUNT(periods); i++) {
        uint32_t n = runs(time, periods[i], 0, 0.012);
        struct folded what = {{time, n, STEP, NULL}, LENGTH, TICK, 10, 1};
        struct fold f;
        if (!fold_try(&what, periods[i] * 1.0005, &f, arena) || fabs(f.period_s / periods[i] - 1) > 1e-4 ||
            f.nepers < 20 || f.n_quarters < 3 || fabs(f.per_cycle - 12.5) > 1)
            fail_msg("period %g: came %g, %g nepers, %u quarters, %g samples a cycle", periods[i], f.period_s,
                     f.nepers, f.n_quarters, f.per_cycle);
    }
    arena_free(arena);
}

static void test_clusters_at_random(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    static uint32_t time[200000];
    seed = 7;
    for (int round = 0; round < 50; round++) {
        uint32_t n = runs(time, 0.5, 0.9, 0.05);
        struct folded what = {{time, n, STEP, NULL}, LENGTH, TICK, 10, 1};
        struct fold f;
        /* ln of the trials that a search makes is above 20 */
        if (fold_try(&what, 0.3 + 0.05 * round, &f, arena) && f.nepers > 15 && f.n_quarters >= 3)
            fail_msg("round %d: %g nepers of nothing", round, f.nepers);
    }
    arena_free(arena);
}

static void test_candidates(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    static float counts[6000];
    struct candidate c[8];
    struct spectrum_bench bench = {.arena = arena};
    for (uint32_t i = 0; i < 6000; i++)
        counts[i] = i % 70 < 2; /* bins of 10 ms: every 0.7 s */
    uint32_t n = spectrum_candidates(counts, 6000, 0.01, 5 / 60.0, c, 8, &bench);
    bool found = false;
    for (uint32_t i = 0; i < n; i++)
        found |= fabs(c[i].hz * 0.7 - 1) < 0.01;
    assert_true(found);
    for (uint32_t i = 1; i < n; i++)
        assert_true(c[i - 1].h >= c[i].h);
    memset(counts, 0, sizeof counts);
    assert_int_equal(spectrum_candidates(counts, 6000, 0.01, 5 / 60.0, c, 8, &bench), 0);
    assert_int_equal(spectrum_candidates(counts, 10, 0.01, 5 / 60.0, c, 8, &bench), 0);
    arena_free(arena);
}

/* Work of 20 to 90 ms, then exactly a second of sleep: the pauses are regular, the starts are not. */
static void test_episodes(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    static uint32_t time[100000];
    uint32_t n = 0;
    seed = 3;
    for (double at = 0.1; at < LENGTH;) {
        double work = 0.02 + 0.07 * unit();
        for (double t = ceil(at / TICK) * TICK; t < at + work; t += TICK)
            time[n++] = (uint32_t)(t / STEP);
        at += work + 1;
    }
    struct episodes e;
    struct times all = {time, n, STEP, NULL}, few = {time, 3, STEP, NULL};
    assert_true(episodes_of(&all, TICK, &e, arena));
    assert_true(e.pauses.nepers > 20 && fabs(e.pauses.middle_s - 1) < 0.003);
    assert_true(e.starts.nepers < e.pauses.nepers && e.starts.scatter_s > e.pauses.scatter_s);
    assert_false(episodes_of(&few, TICK, &e, arena));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_period),
        cmocka_unit_test(test_clusters_at_random),
        cmocka_unit_test(test_candidates),
        cmocka_unit_test(test_episodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
