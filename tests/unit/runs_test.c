/* SPDX-License-Identifier: MIT
 *
 * Stretches followed from record to record against a search that follows each sample by sample; a name that is not asked for bursts has
 * none; moments are found as by looking at all of them. */
#include "findings/runs.h"

#include <math.h>

#include "support.h"

#define N 30000u
#define STEP 1e-4

static uint64_t seed;

static double unit(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

enum shape { EVEN, COMB, RANDOM, BURSTS, SPARSE, SHAPES };

/* Steps to the next sample: every fifth, ticks of eight CPUs, at random, at random with bursts of thousands, far apart. */
static uint32_t gap(enum shape shape, uint32_t i)
{
    static const uint32_t ticks[8] = {1, 3, 0, 7, 2, 19, 4, 4};
    switch (shape) {
    case EVEN:
        return 5;
    case COMB:
        return ticks[i % 8] + (i % 1000 == 999);
    case RANDOM:
        return (uint32_t)(-5 * log(1 - unit()));
    case BURSTS:
        return (uint32_t)(-(i / 3000 % 3 == 1 ? 1 : 9) * log(1 - unit()));
    default:
        return (uint32_t)(-300 * log(1 - unit()) * (unit() < 0.01 ? 1000 : 1));
    }
}

static uint32_t fill(uint32_t *step, uint64_t *out, enum shape shape)
{
    uint32_t now = 0, n = N / (shape == SPARSE ? 10 : 1);
    for (uint32_t i = 0; i < n; i++) {
        now += gap(shape, i);
        step[i] = now;
        if (out && unit() < 0.3)
            out[i / 64] |= UINT64_C(1) << i % 64;
    }
    return n;
}

/* Better is what is better by more than rounding; a stretch below 50 that thousands of samples made no better is over. */
static struct runs slowly(const struct times *t, const struct level *level, double top, struct arena *arena)
{
    VEC(struct run) list = {0};
    for (uint32_t i = time_in(t, 0), last; i < t->n; i = time_in(t, last + 1)) {
        double score = 1, best = 1, now = time_at(t, i), from = now, to = now;
        uint32_t n = 1, n_best = 1;
        last = i;
        for (uint32_t k = time_in(t, i + 1); k < t->n; k = time_in(t, k + 1)) {
            double around = level_at(level, now), next = time_at(t, k), cost = (around + (top > around ? top : around)) / 2;
            score += 1 - cost * (next - now);
            if (score <= 0 || score < best - 5 - 0.1 * best || (best < 50 && n - n_best > 20000))
                break;
            now = next;
            n++;
            if (score > best + 1e-6) {
                best = score;
                last = k;
                n_best = n;
                to = next;
            }
        }
        if (last > i)
            (void)vec_push(&list, UINT32_MAX, arena, (struct run){from, to, best, n_best});
    }
    return (struct runs){.list = list.p, .n = (uint32_t)list.n};
}

/* Every 100 blocks the level is another one. */
static struct level level_for(double length, double rate, bool flat, struct arena *arena)
{
    struct level l = {.block_s = flat ? length + 1 : length / 1000};
    l.n = (uint32_t)(length / l.block_s) + 1;
    l.around = NEW_N(arena, double, l.n);
    for (uint32_t b = 0; b < l.n; b++)
        l.around[b] = flat ? 0 : rate * (0.5 + 0.5 * (b / 100 % 2));
    return l;
}

static void test_like_a_slow_search(void **state)
{
    (void)state;
    static uint32_t step[N];
    static const double tops[] = {0.9, 1, 1.02, 1.5, 2, 4};
    for (uint32_t round = 0; round < SHAPES * COUNT(tops) * 4; round++) {
        struct arena *arena = test_arena();
        enum shape shape = (enum shape)(round % SHAPES);
        seed = round;
        uint64_t *out = round & 1 ? NEW_N(arena, uint64_t, N / 64 + 1) : NULL;
        struct times t = {step, fill(step, out, shape), STEP, out};
        double length = time_at(&t, t.n - 1) + STEP, rate = t.n * (out ? 0.7 : 1) / length, top = tops[round / SHAPES % COUNT(tops)] * rate;
        struct level level = level_for(length, rate, round / 2 % 2, arena);
        struct runs came = runs_of(&t, &level, top, (struct run_wish){0, 0, INFINITY, 0}, arena), slow = slowly(&t, &level, top, arena);
        if (came.n != slow.n || came.n_all != slow.n)
            fail_msg("round %u: %u runs, expected %u", round, came.n, slow.n);
        for (uint32_t i = 0; i < slow.n; i++)
            if (came.list[i].from_s != slow.list[i].from_s || came.list[i].to_s != slow.list[i].to_s ||
                came.list[i].n != slow.list[i].n || fabs(came.list[i].score - slow.list[i].score) > 1e-6)
                fail_msg("round %u, run %u: %g to %g, %u samples, score %g; expected %g to %g, %u, %g", round, i, came.list[i].from_s,
                         came.list[i].to_s, came.list[i].n, came.list[i].score, slow.list[i].from_s, slow.list[i].to_s,
                         slow.list[i].n, slow.list[i].score);
        for (uint32_t i = 1; i < came.n_score; i++)
            assert_true(came.score[i - 1] <= came.score[i]);
        arena_free(arena);
    }
}

/* Hours at an even 10 kHz against a threshold a millionth above it: nothing comes of it, and soon. */
static void test_an_even_load_ends(void **state)
{
    (void)state;
    enum { MANY = 2000000 };
    struct arena *arena = test_arena();
    uint32_t *step = NEW_N(arena, uint32_t, MANY);
    for (uint32_t i = 0; i < MANY; i++)
        step[i] = i;
    struct times t = {step, MANY, STEP, NULL};
    struct level level = level_for(MANY * STEP, 0, true, arena);
    for (int k = 0; k < 3; k++)
        assert_int_equal(runs_of(&t, &level, 2 * (1 + k * 1e-6) / STEP, runs_of_load, arena).n_all, 0);
    arena_free(arena);
}

/* Runs that are picked are of names that would have been asked. */
static void test_who_is_not_asked_has_none(void **state)
{
    (void)state;
    static uint32_t step[N];
    uint32_t picked = 0, not_asked = 0;
    for (uint32_t round = 0; round < 400; round++) {
        struct arena *arena = test_arena();
        seed = round;
        double length = 20 + 100 * unit(), alone = 5 * unit() * unit() * unit(), events = 1 + floor(unit() * length / 2), now = 0;
        uint32_t n = 0;
        for (uint32_t e = 0; e < events; e++) {
            double from = (e + 0.5 * unit()) * length / events, lasts = 0.05 + unit() * (length / events < 3 ? length / events / 3 : 1);
            for (now += -log(1 - unit()) / (alone * 40 + 0.01); now < from && n < N; now += -log(1 - unit()) / (alone * 40 + 0.01))
                step[n++] = (uint32_t)(now / STEP);
            for (now = from; now < from + lasts && n < N; now += -log(1 - unit()) / 400)
                step[n++] = (uint32_t)(now / STEP);
        }
        struct scene s = {.length = length + 1, .step_s = STEP, .interval = 0.0025, .rate = 400, .cpus = 1, .n = n, .arena = arena};
        struct times t = {step, n, STEP, NULL};
        struct level none = level_for(s.length, 0, true, arena);
        struct burst_search b = {.s = &s};
        struct tenths tenths = level_tenths(&s);
        struct tenth_loads *loads = NEW(arena, struct tenth_loads);
        const float *count = scene_bins(&t, tenths.length_s, tenths.n, arena);
        double top = 0;
        for (uint32_t i = 0; i < tenths.n; i++) {
            tenth_load_add(loads, (uint32_t)count[i]);
            top = fmax(top, (double)count[i] / tenths.length_s);
        }
        struct runs r = runs_of(&t, &none, top, runs_of_name, arena);
        bool pick = runs_pick(&b, &r, n, true), may_be = runs_may_be(&s, loads, n);
        picked += pick;
        not_asked += !may_be;
        if (pick && !may_be)
            fail_msg("round %u: %u bursts of a name that is not asked", round, r.n);
        arena_free(arena);
    }
    print_message("%u of 400 have bursts, %u were not asked\n", picked, not_asked);
    assert_true(picked > 40 && not_asked > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_a_slow_search),
        cmocka_unit_test(test_an_even_load_ends),
        cmocka_unit_test(test_who_is_not_asked_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
