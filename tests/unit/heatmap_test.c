/* SPDX-License-Identifier: MIT
 *
 * Heatmap: buckets and their levels, what is shown first, the top of the scale, and the sampling rate told
 * from the samples. Cells are compared with a slow count in oracle_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/heatmap.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "sketch.h"

#define MS 1000000ll

static void test_counts(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    sketch_add(&s, (struct dab){.time_ns = 0});
    sketch_add(&s, (struct dab){.time_ns = 19999999});
    sketch_add(&s, (struct dab){.time_ns = 20 * MS});
    sketch_add(&s, (struct dab){.time_ns = 61000 * MS, .event = "cycles"});
    sketch_add(&s, (struct dab){.time_ns = 1500 * MS, .comm = "swapper", .stack = "default_idle_call"});
    assert_null(sketch_end(&s));
    struct event_counts *c = heatmap_counts(&s.p, s.arena);
    assert_int_equal(c[0].level[0].bucket_ns, 20 * MS);
    assert_int_equal(c[0].level[0].n_buckets, 3051);
    assert_int_equal(c[0].level[0].busy[0], 2);
    assert_int_equal(c[0].level[0].busy[1], 1);
    assert_int_equal(c[0].level[0].idle[75], 1);
    assert_int_equal(c[0].level[1].bucket_ns, NS_PER_S);
    assert_int_equal(c[0].level[1].n_buckets, 62);
    assert_int_equal(c[0].level[1].busy[0], 3);
    assert_int_equal(c[0].level[1].idle[1], 1);
    assert_int_equal(c[0].level[2].bucket_ns, 60 * NS_PER_S);
    assert_int_equal(c[0].level[2].n_buckets, 2);
    assert_int_equal(c[0].level[2].busy[0], 3);
    assert_null(c[1].level[0].idle);
    assert_int_equal(c[1].level[2].busy[1], 1);
    arena_free(s.arena);
}

/* A profile of two samples, `length` apart. */
static struct sketch two_samples(int64_t step_ns, int64_t length_ns)
{
    struct sketch s = sketch_new();
    sketch_begin(&s, step_ns);
    sketch_add(&s, (struct dab){.time_ns = 0});
    sketch_add(&s, (struct dab){.time_ns = length_ns});
    assert_null(sketch_end(&s));
    return s;
}

static void test_bucket_grain(void **state)
{
    (void)state;
    static const struct {
        int64_t step_ns, length_ns, bucket_ns, second_ns, minute_ns;
    } cases[] = {
        {100000, NS_PER_S, 20 * MS, NS_PER_S, 60 * NS_PER_S},
        {3 * MS, NS_PER_S, 21 * MS, 1008 * MS, 60480 * MS},
        {50 * MS, NS_PER_S, 50 * MS, NS_PER_S, 60 * NS_PER_S},
        {2 * NS_PER_S, 100 * NS_PER_S, 2 * NS_PER_S, 2 * NS_PER_S, 60 * NS_PER_S},
        {120 * NS_PER_S, 1000 * NS_PER_S, 120 * NS_PER_S, 120 * NS_PER_S, 120 * NS_PER_S},
        {100000, 8000000 * 20 * MS, 50 * MS, NS_PER_S, 60 * NS_PER_S}, /* one bucket too many */
        {MS, 8000000 * 20 * MS - MS, 20 * MS, NS_PER_S, 60 * NS_PER_S},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sketch s = two_samples(cases[i].step_ns, cases[i].length_ns);
        struct event_counts *c = heatmap_counts(&s.p, s.arena);
        for (int l = 0; l < COUNT_LEVELS; l++) {
            int64_t expected = l == 0 ? cases[i].bucket_ns : l == 1 ? cases[i].second_ns : cases[i].minute_ns;
            uint64_t sum = 0;
            for (uint32_t k = 0; k < c[0].level[l].n_buckets; k++)
                sum += c[0].level[l].busy[k];
            if (c[0].level[l].bucket_ns != expected || sum != 2)
                fail_msg("case %zu level %d: came %lld ns, %llu samples, expected %lld ns, 2", i, l,
                         (long long)c[0].level[l].bucket_ns, (unsigned long long)sum, (long long)expected);
        }
        arena_free(s.arena);
    }
}

static void test_flat_profiles_have_no_buckets(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    builder_flat(s.b);
    sketch_add(&s, (struct dab){0});
    assert_null(sketch_end(&s));
    struct event_counts *c = heatmap_counts(&s.p, s.arena);
    assert_int_equal(c[0].level[0].n_buckets, 0);
    assert_int_equal(c[0].level[2].n_buckets, 0);
    assert_true(heatmap_rate(&s.p, s.arena) == 0);
    arena_free(s.arena);
}

static void test_defaults(void **state)
{
    (void)state;
    static const struct {
        int64_t step_ns, length_ns;
        struct heatmap_spec wanted;
        int64_t period_ns;
        uint32_t rows;
    } cases[] = {
        {100000, 40 * NS_PER_S, {0}, NS_PER_S, 50},
        {100000, 2000 * NS_PER_S - 100000, {0}, NS_PER_S, 50},
        {100000, 2000 * NS_PER_S, {0}, 60 * NS_PER_S, 50},
        {MS, 2000 * 60 * NS_PER_S, {0}, 3600 * NS_PER_S, 50},
        {50 * MS, 40 * NS_PER_S, {0}, NS_PER_S, 20},
        {15 * MS, 40 * NS_PER_S, {0}, 1005 * MS, 50}, /* 67 steps, a prime: no even cut */
        {30 * MS, 40 * NS_PER_S, {0}, 1020 * MS, 34},
        {100000, 40 * NS_PER_S, {.period_ns = 250 * MS, .rows = 99}, 250 * MS, 99},
        {100000, 40 * NS_PER_S, {.period_ns = MS, .rows = 99}, MS, 10},
        {100000, 40 * NS_PER_S, {.period_ns = 150000}, 200000, 2},
        {NS_PER_S, 40 * NS_PER_S, {0}, NS_PER_S, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sketch s = two_samples(cases[i].step_ns, cases[i].length_ns);
        struct heatmap_spec h = heatmap_defaults(&s.p, cases[i].wanted);
        if (h.period_ns != cases[i].period_ns || h.rows != cases[i].rows)
            fail_msg("case %zu: came %lld ns, %u rows, expected %lld ns, %u rows", i, (long long)h.period_ns,
                     h.rows, (long long)cases[i].period_ns, cases[i].rows);
        arena_free(s.arena);
    }
}

static void test_top(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    uint64_t cell[300] = {0};
    struct heatmap h = {.rows = 3, .columns = 100, .cell = cell, .max = 1000};
    assert_int_equal(heatmap_top(&h, SCALE_ROBUST, arena), 1000);
    for (int i = 0; i < 100; i++)
        cell[3 * i] = i == 50 ? 1000 : 8; /* one outlier in 100 */
    assert_int_equal(heatmap_top(&h, SCALE_ROBUST, arena), 8);
    assert_int_equal(heatmap_top(&h, SCALE_FULL, arena), 1000);
    for (int i = 20; i < 100; i++)
        cell[3 * i] = 0; /* 20 left, all 8 */
    cell[0] = 1000;
    assert_int_equal(heatmap_top(&h, SCALE_ROBUST, arena), 8);
    cell[3] = 0; /* 19 left: too few to call one an outlier */
    assert_int_equal(heatmap_top(&h, SCALE_ROBUST, arena), 1000);
    arena_free(arena);
}

static uint64_t dice = 1;
static uint64_t roll(uint64_t n)
{
    dice = dice * 6364136223846793005ull + 1442695040888963407ull;
    return (dice >> 33) % n;
}

struct sampler {
    const char *name;
    int64_t interval_ns, jitter_ns; /* interval 0: at random */
    uint32_t keep_of_100, n_cpus;
    bool cpu_known;
    const char *command;
    double hz;
};

static void test_rate(void **state)
{
    (void)state;
    static const struct sampler cases[] = {
        {"49 Hz", 20408163, 0, 100, 4, true, NULL, 49},
        {"49 Hz, jitter", 20408163, 1500000, 100, 4, true, NULL, 49},
        {"99 Hz, mostly idle", 10101010, 20000, 30, 8, true, NULL, 99},
        {"997 Hz", 1003009, 5000, 90, 2, true, NULL, 997},
        {"1 Hz", 1000000000, 100000, 100, 1, true, NULL, 1},
        {"4000 Hz", 250000, 1000, 100, 2, true, NULL, 4000},
        {"by thread", 20408163, 0, 60, 3, false, NULL, 49},
        {"at random", 0, 0, 100, 4, true, NULL, 0},
        {"asked for", 1001000, 5000, 90, 2, true, "perf record -g -F 997 -a -- sleep 9", 997},
        {"asked for, and the threads sleep", 1000000000, 100000, 100, 1, true, "perf record -F49 -a", 49},
        {"faster than asked for", 3003003, 0, 90, 2, true, "perf record --freq=49 ls", 333},
        {"by count", 10101010, 0, 90, 2, true, "perf record -e cycles -c 100000 -a", 0},
        {"by count, in one word", 10101010, 0, 90, 2, true, "perf record --count=100000 -a", 0},
        {"the program's own -c", 10101010, 0, 90, 2, true, "perf record sh -c true", 99},
        {"the program's own -F", 10101010, 0, 90, 2, true, "perf record -- tail -F 98", 99},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sampler *c = &cases[i];
        struct sketch s = sketch_new();
        sketch_begin(&s, 100000);
        if (c->command)
            builder_fact(s.b, STR("command"), str_of(c->command));
        for (uint32_t cpu = 0; cpu < c->n_cpus; cpu++)
            for (int64_t tick = 0, at = 12345678 + 3217001 * cpu; tick < 2000; tick++) {
                at += c->interval_ns ? c->interval_ns : (int64_t)roll(20) * (int64_t)roll(20) * 250000;
                int64_t late = c->jitter_ns ? (int64_t)roll((uint64_t)c->jitter_ns) : 0;
                if (roll(100) < c->keep_of_100)
                    sketch_add(
                        &s,
                        (struct dab){.time_ns = at + late, .cpu = c->cpu_known ? cpu : ID_NONE, .tid = cpu});
            }
        assert_null(sketch_end(&s));
        double hz = heatmap_rate(&s.p, s.arena);
        if (hz != c->hz)
            fail_msg("%s: came %g Hz, expected %g", c->name, hz, c->hz);
        arena_free(s.arena);
    }
}

static void test_rate_needs_evidence(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    for (int i = 0; i < 10; i++)
        sketch_add(&s, (struct dab){.time_ns = i * 10 * MS});
    assert_null(sketch_end(&s));
    assert_true(heatmap_rate(&s.p, s.arena) == 0);
    arena_free(s.arena);
}

/* Distances of nearly 2^32 steps: what is near them ends there, and does not go on at 0. */
static void test_rate_of_long_distances(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 1);
    for (uint32_t cpu = 0; cpu < 40; cpu++)
        for (int64_t k = 0; k < 2; k++)
            sketch_add(&s, (struct dab){.time_ns = k * 4100 * MS, .cpu = cpu});
    for (int64_t i = 0; i < 15; i++)
        sketch_add(&s, (struct dab){.time_ns = i * 1000, .cpu = 40});
    assert_null(sketch_end(&s));
    assert_int_equal(s.p.step_ns, 1);
    double hz = heatmap_rate(&s.p, s.arena);
    if (hz != 0.244)
        fail_msg("came %g Hz, expected 0.244", hz);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_bucket_grain),
        cmocka_unit_test(test_flat_profiles_have_no_buckets),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_top),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_rate_needs_evidence),
        cmocka_unit_test(test_rate_of_long_distances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
