/* SPDX-License-Identifier: MIT
 *
 * PELT against the exact answer: all cuts of small sequences, tried one by one, and steps whose place is
 * known. */
#include "findings/pelt.h"

#include "support.h"

struct numbers {
    const double *v;
    uint32_t n;
};

static double squares(const void *ctx, uint32_t from, uint32_t to)
{
    const struct numbers *x = ctx;
    double sum = 0, square = 0;
    for (uint32_t i = from; i < to; i++) {
        sum += x->v[i];
        square += x->v[i] * x->v[i];
    }
    return square - sum * sum / (to - from);
}

/* The least cost over every set of cuts, as bits. */
static double exact(const struct numbers *x, uint32_t shortest, double penalty)
{
    double best = 1e300;
    for (uint32_t cuts = 0; cuts < 1u << (x->n - 1); cuts++) {
        double cost = 0;
        uint32_t from = 0;
        bool allowed = true;
        for (uint32_t i = 1; i <= x->n; i++)
            if (i == x->n || cuts >> (i - 1) & 1) {
                allowed &= i - from >= shortest;
                cost += squares(x, from, i) + (from ? penalty : 0);
                from = i;
            }
        if (allowed && cost < best)
            best = cost;
    }
    return best;
}

static void test_against_all_cuts(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    uint64_t seed = 1;
    for (int round = 0; round < 60; round++) {
        double v[12];
        uint32_t cut[14], n = 8 + (uint32_t)round % 5, shortest = 1 + (uint32_t)round % 3;
        for (uint32_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            v[i] = (double)(seed >> 40) / 1e6 + (i > n / 2 ? 8 : 0);
        }
        struct numbers x = {v, n};
        double penalty = 5 + round, cost = 0;
        uint32_t segments = pelt(squares, &x, n, shortest, penalty, cut, arena);
        assert_int_equal(cut[0], 0);
        assert_int_equal(cut[segments], n);
        for (uint32_t i = 0; i < segments; i++) {
            assert_true(cut[i + 1] - cut[i] >= shortest);
            cost += squares(&x, cut[i], cut[i + 1]) + (i ? penalty : 0);
        }
        double best = exact(&x, shortest, penalty);
        if (cost > best + 1e-6)
            fail_msg("round %d: came a cut that costs %g, expected %g", round, cost, best);
    }
    arena_free(arena);
}

static void test_steps(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    double v[300];
    uint32_t cut[302];
    for (uint32_t i = 0; i < 300; i++)
        v[i] = (i < 100 ? 0 : i < 220 ? 5 : 1) + 0.3 * (i % 3);
    struct numbers x = {v, 300};
    assert_int_equal(pelt(squares, &x, 300, 3, 20, cut, arena), 3);
    assert_int_equal(cut[1], 100);
    assert_int_equal(cut[2], 220);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_all_cuts), cmocka_unit_test(test_steps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
