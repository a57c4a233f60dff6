/* SPDX-License-Identifier: MIT
 *
 * The period that is offered as width of a column, on profiles whose period is known, and on those that have none. */
#include "support.h"

#include <math.h>

#include "analyse/heatmap.h"
#include "findings/findings.h"
#include "sketch.h"

struct load {
    const char *name;
    double cycle_s, jitter_s, busy_s; /* each begins `busy` after jitter; cycle 0: none */
    double noise;                     /* share of the other samples that are there */
    double want_s, within_s, strength;
};

static struct stripes found_in(const struct panel *panel, struct arena *arena)
{
    struct findings_spec off = {.off = FINDINGS_YES};
    struct stripes out;
    findings_find(panel, &off, &out, NULL, arena);
    return out;
}

static uint64_t seed;
static double random_one(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

/* Two minutes of 4 CPUs at 49 Hz; the samplers are out of step and drift a little. */
static struct stripes found(const struct load *l)
{
    struct sketch s = sketch_new();
    struct panel panel = {.profile = &s.p};
    sketch_begin(&s, 100000);
    seed = 7;
    for (uint32_t tick = 0; tick < 120 * 49; tick++)
        for (uint32_t cpu = 0; cpu < 4; cpu++) {
            double at = tick * (1 / 49.0) * (1 + cpu * 1e-6) + cpu * 0.0047;
            double phase = l->cycle_s > 0 ? fmod(at, l->cycle_s) - l->jitter_s * random_one() : -1;
            bool busy = cpu == 0 && phase >= 0 && phase < l->busy_s, other = random_one() < l->noise;
            if (busy || other)
                sketch_add(&s, (struct dab){.time_ns = 5000000000 + (int64_t)(at * 1e9), .cpu = cpu, .tid = cpu});
        }
    assert_null(sketch_end(&s));
    panel.counts = heatmap_counts(&s.p, s.arena);
    panel.rate_hz = heatmap_rate(&s.p, s.arena);
    struct stripes out = found_in(&panel, s.arena);
    arena_free(s.arena);
    return out;
}

static void test_periods(void **state)
{
    (void)state;
    static const struct load loads[] = {
        {"timer", 1, 0, 0.025, 0.02, 1, 0, 0.15},
        {"drift", 1.02, 0, 0.03, 0.02, 1.02, 0, 0.15},
        {"in noise", 1.37, 0, 0.06, 0.1, 1.37, 0.002, 0.08},
        {"with jitter", 2.5, 0.02, 0.1, 0.05, 2.5, 0.005, 0.1},
        {"long", 7.3, 0, 0.4, 0.02, 7.3, 0.03, 0.3},
        {"short", 0.43, 0, 0.06, 0.02, 0.43, 0.001, 0.15},
        {"half busy", 3, 0, 1.5, 0.02, 3, 0.03, 0.5},
        {"nothing but noise", 0, 0, 0, 0.3, 0, 0, 0},
        {"little noise", 0, 0, 0, 0.02, 0, 0, 0},
        {"all busy", 0, 0, 0, 1, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(loads); i++) {
        const struct load *l = &loads[i];
        struct stripes got = found(l);
        double s = (double)got.period_ns / 1e9;
        if (fabs(s - l->want_s) > l->within_s + 1e-12 || got.strength < l->strength || got.strength > 1 ||
            (l->want_s <= 0 && got.strength > 0))
            fail_msg("%s: %g s, strength %g; expected %g s, at least %g", l->name, s, got.strength, l->want_s, l->strength);
    }
}

/* Load that comes and goes at random is alike at short lags, and yet no stripe. */
static void test_bursts_are_no_stripes(void **state)
{
    (void)state;
    uint32_t n_false = 0;
    for (uint64_t k = 0; k < 20; k++) {
        struct sketch s = sketch_new();
        struct panel panel = {.profile = &s.p};
        double until = 0;
        bool on = false;
        sketch_begin(&s, 100000);
        seed = 1000 + k;
        for (uint32_t tick = 0; tick < 60 * 49; tick++) {
            double at = tick / 49.0;
            if (at >= until) {
                on = !on;
                until = at - (on ? 0.3 : 0.7) * log(1 - random_one());
            }
            if (on)
                sketch_add(&s, (struct dab){.time_ns = 5000000000 + (int64_t)(at * 1e9)});
        }
        assert_null(sketch_end(&s));
        panel.counts = heatmap_counts(&s.p, s.arena);
        panel.rate_hz = heatmap_rate(&s.p, s.arena);
        n_false += found_in(&panel, s.arena).period_ns > 0;
        arena_free(s.arena);
    }
    if (n_false > 2)
        fail_msg("%u of 20 bursty loads have a period", n_false);
}

static void test_nothing_to_look_at(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    struct panel panel = {.profile = &s.p};
    sketch_begin(&s, 100000);
    sketch_add(&s, (struct dab){.time_ns = 5000000000});
    assert_null(sketch_end(&s));
    panel.counts = heatmap_counts(&s.p, s.arena);
    assert_int_equal(found_in(&panel, s.arena).period_ns, 0);
    arena_free(s.arena);
}

/* Slices of a trace: no sampler, 30 ms of each 400. */
static void test_spans(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    struct panel panel = {.profile = &s.p};
    sketch_begin(&s, 100000);
    for (uint32_t i = 0; i < 100; i++)
        sketch_add(&s, (struct dab){.time_ns = 5000000000 + i * 400000000ll, .duration_ns = 30000000});
    assert_null(sketch_end(&s));
    panel.counts = heatmap_counts(&s.p, s.arena);
    assert_int_equal(found_in(&panel, s.arena).period_ns, 400000000);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_bursts_are_no_stripes),
        cmocka_unit_test(test_nothing_to_look_at),
        cmocka_unit_test(test_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
