/* SPDX-License-Identifier: MIT
 *
 * Random rows against a sort by insertion, stable; rows nearly in order must not cost the memory of all of them. */
#include "support.h"

#include <float.h>
#include <math.h>

#include "base/sort.h"

struct row {
    int key, place;
};

static int by_key(const void *a, const void *b)
{
    return ((const struct row *)a)->key - ((const struct row *)b)->key;
}

static void test_like_insertion(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 3000; round++) {
        struct row rows[90], slow[90];
        struct arena *a = test_arena();
        size_t n = (size_t)(rand() % 90);
        int keys = 1 + rand() % 40;
        for (size_t i = 0; i < n; i++) /* random, rising, rising with stragglers */
            rows[i] = (struct row){round % 3 == 0 ? rand() % keys : round % 3 == 1 || rand() % 9 ? (int)i : rand() % 90, (int)i};
        for (size_t i = 0; i < n; i++) {
            size_t k = i;
            for (; k > 0 && slow[k - 1].key > rows[i].key; k--)
                slow[k] = slow[k - 1];
            slow[k] = rows[i];
        }
        sort_stable(rows, n, sizeof *rows, by_key, a);
        if (n && memcmp(rows, slow, n * sizeof *rows))
            fail_msg("round %d: %zu rows, not as the slow sort has them", round, n);
        arena_free(a);
    }
}

static void test_stragglers_cost_little(void **state)
{
    (void)state;
    enum { N = 1000000 };
    struct arena *a = test_arena();
    struct row *rows = NEW_N(a, struct row, N);
    for (int i = 0; i < N; i++)
        rows[i] = (struct row){i % 1000 == 999 ? i - 200000 : i, i};
    size_t before = arena_bytes(a);
    sort_stable(rows, N, sizeof *rows, by_key, a);
    for (int i = 1; i < N; i++)
        assert_true(rows[i - 1].key <= rows[i].key);
    assert_true(arena_bytes(a) <= before + (256 << 10));
    arena_free(a);
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void test_doubles_like_qsort(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 9, 39, 40, 299, 300, 301, 5000};
    srand(11);
    for (size_t round = 0; round < 60; round++) {
        struct arena *a = test_arena();
        size_t n = sizes[round % COUNT(sizes)];
        double *v = NEW_N(a, double, n + 1), *slow = NEW_N(a, double, n + 1);
        for (size_t i = 0; i < n; i++) { /* both signs, all magnitudes, few different ones, the ends of the range */
            double x = ldexp(rand() % 1000 - (round % 2 ? 0 : 500), rand() % (round % 3 ? 60 : 2) - 30);
            v[i] = slow[i] = rand() % 100 ? x : rand() % 2 ? DBL_MAX : -DBL_MIN;
        }
        sort_doubles(v, n, a);
        if (n)
            qsort(slow, n, sizeof *slow, by_number);
        for (size_t i = 0; i < n; i++)
            assert_true(v[i] <= slow[i] && v[i] >= slow[i]);
        arena_free(a);
    }
}

static void test_nth_like_qsort(void **state)
{
    (void)state;
    srand(5);
    for (int round = 0; round < 3000; round++) {
        float v[300];
        double slow[300];
        size_t n = 1 + (size_t)(rand() % 300), k = (size_t)rand() % n;
        int values = round % 3 ? 1 + rand() % 1000 : 3;
        for (size_t i = 0; i < n; i++)
            slow[i] = v[i] = (float)(round % 5 ? rand() % values - values / 2 : (int)i);
        qsort(slow, n, sizeof *slow, by_number);
        double came = sort_nth(v, n, k);
        if (came != slow[k] || v[k] != came)
            fail_msg("round %d: number %zu of %zu: came %g, expected %g", round, k, n, came, slow[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_like_insertion), cmocka_unit_test(test_stragglers_cost_little),
                                       cmocka_unit_test(test_doubles_like_qsort), cmocka_unit_test(test_nth_like_qsort)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
