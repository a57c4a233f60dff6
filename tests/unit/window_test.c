/* SPDX-License-Identifier: MIT
 *
 * Ranges and edges of cells: the rule of design.md, case by case, and row_of as the inverse of row_edge. */
#include "support.h"

#include "analyse/window.h"

static void test_range(void **state)
{
    (void)state;
    static const struct {
        int64_t step_ns, from_ns, to_ns;
        uint32_t from, to;
    } cases[] = {
        {100000, 0, 1000000000, 0, 10000},
        {100000, 1, 100000, 1, 1},      /* an edge inside a step belongs to the next step */
        {100000, 99999, 100001, 1, 2},  /* step 1 begins at 100000 */
        {100000, -5, 300000, 0, 3},     /* before the origin there is nothing */
        {100000, 500000, 200000, 5, 5}, /* turned round: empty, not huge */
        {1, 7, 9, 7, 9},
        {1, 0, INT64_MAX, 0, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct profile p = {.step_ns = cases[i].step_ns};
        struct range r = window_range(&p, cases[i].from_ns, cases[i].to_ns);
        if (r.from != cases[i].from || r.to != cases[i].to)
            fail_msg("case %zu: came [%u, %u), expected [%u, %u)", i, r.from, r.to, cases[i].from,
                     cases[i].to);
    }
}

static void test_rows(void **state)
{
    (void)state;
    assert_int_equal(window_row_edge(1, 10000, 49), 205); /* 204.08 rounded up */
    assert_int_equal(window_row_edge(49, 10000, 49), 10000);
    assert_int_equal(window_row_of(204, 10000, 49), 0);
    assert_int_equal(window_row_of(205, 10000, 49), 1);
    static const uint32_t periods[] = {1, 2, 7, 10, 49, 50, 1000, 9973}, rows[] = {1, 2, 3, 10, 49, 50, 99};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            for (uint32_t at = 0; at < periods[i]; at++) {
                uint32_t j = window_row_of(at, periods[i], rows[k]);
                uint32_t from = window_row_edge(j, periods[i], rows[k]),
                         to = window_row_edge(j + 1, periods[i], rows[k]);
                if (j >= rows[k] || at < from || at >= to)
                    fail_msg("offset %u of %u, %u rows: came row %u = [%u, %u)", at, periods[i], rows[k], j,
                             from, to);
            }
    /* The largest period: nothing overflows. */
    assert_int_equal(window_row_edge(1000, UINT32_MAX, 1000), UINT32_MAX);
    assert_int_equal(window_row_of(UINT32_MAX - 1, UINT32_MAX, 1000), 999);
}

static void test_points(void **state)
{
    (void)state;
    static const uint32_t time[] = {0, 5, 5, 5, 9, 12};
    struct arena *a = test_arena();
    struct profile p = {.n_points = 6};
    samples_open(&p, a);
    for (uint32_t i = 0; i < p.n_points; i++)
        column_add(&p.points.time, time[i]);
    samples_close(&p);
    static const struct {
        struct range r;
        uint32_t first, last;
    } cases[] = {
        {{0, 13}, 0, 6}, {{0, 5}, 0, 1}, {{5, 6}, 1, 4},   {{5, 9}, 1, 4},   {{6, 9}, 4, 4},
        {{9, 9}, 4, 4},  {{9, 3}, 4, 4}, {{12, 99}, 5, 6}, {{13, 99}, 6, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t first, last;
        window_points(&p, cases[i].r, &first, &last);
        if (first != cases[i].first || last != cases[i].last)
            fail_msg("case %zu: came [%u, %u), expected [%u, %u)", i, first, last, cases[i].first,
                     cases[i].last);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
