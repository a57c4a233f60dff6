/* SPDX-License-Identifier: MIT
 *
 * Numbers of all ranges come back from every place, and take the bytes that their range needs. */
#include "support.h"

#include "base/column.h"

static uint64_t any(uint64_t range)
{
    uint64_t v = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
    return range ? v % range : v;
}

static void test_every_place(void **state)
{
    (void)state;
    static const struct {
        uint32_t n;
        uint64_t least, range; /* range 0: all of 64 bits */
    } cases[] = {
        {0, 0, 1},
        {1, UINT64_MAX, 1},
        {COLUMN_BLOCK, 7, 256},
        {COLUMN_BLOCK + 1, 7, 257},
        {3 * COLUMN_BLOCK - 1, UINT64_MAX - 70000, 70000},
        {2500, 5, UINT64_C(1) << 40},
        {2500, 0, 0},
    };
    srand(5);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct arena *a = test_arena();
        struct column c = column_new(a);
        uint64_t *all = NEW_N(a, uint64_t, cases[k].n + 1);
        for (uint32_t i = 0; i < cases[k].n; i++)
            column_add(&c, all[i] = cases[k].least + any(cases[k].range));
        column_close(&c);
        assert_int_equal(c.n, cases[k].n);
        for (uint32_t i = 0; i < cases[k].n; i++)
            if (column_at(&c, i) != all[i])
                fail_msg("case %zu, place %u: came %llu, expected %llu", k, i,
                         (unsigned long long)column_at(&c, i), (unsigned long long)all[i]);
        arena_free(a);
    }
}

static void test_copy(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct column c = column_new(a);
    uint32_t n = 3 * COLUMN_BLOCK + 100, *copy = NEW_N(a, uint32_t, n);
    for (uint32_t i = 0; i < n; i++)
        column_add(&c, i * 3);
    column_close(&c);
    static const uint32_t parts[][2] = {
        {0, 1}, {COLUMN_BLOCK - 1, 2}, {1, 3 * COLUMN_BLOCK + 99}, {COLUMN_BLOCK, 0}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        column_copy(&c, parts[k][0], parts[k][1], copy);
        for (uint32_t i = 0; i < parts[k][1]; i++)
            assert_int_equal(copy[i], (parts[k][0] + i) * 3);
    }
    arena_free(a);
}

static void test_small(void **state)
{
    (void)state;
    static const struct {
        uint64_t range;
        size_t bytes;
    } cases[] = {{1, 0}, {256, 1}, {65536, 2}, {1 << 24, 3}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct arena *a = test_arena();
        struct column c = column_new(a);
        uint32_t n = 1000 * COLUMN_BLOCK;
        for (uint32_t i = 0; i < n; i++)
            column_add(&c, UINT64_C(1) << 50 | i % cases[k].range);
        column_close(&c);
        size_t most = n * cases[k].bytes * 11 / 10 + 200000;
        if (arena_bytes(a) > most)
            fail_msg("range %llu: %zu bytes held, expected at most %zu", (unsigned long long)cases[k].range,
                     arena_bytes(a), most);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_place), cmocka_unit_test(test_copy),
                                       cmocka_unit_test(test_small)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
