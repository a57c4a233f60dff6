/* SPDX-License-Identifier: MIT
 *
 * Rows come back as they were added, and sorted as a slow stable sort has them; many of them take few bytes,
 * and going through them for the last time gives the bytes back. */
#include "support.h"

#include "base/rows.h"

enum { MANY = 40000 }; /* blocks, the last of them not full */

static int by_first(const void *a, const void *b)
{
    int64_t x = ((const struct row *)a)->v[0], y = ((const struct row *)b)->v[0];
    return (x > y) - (x < y);
}

/* Ranges of all widths; the last column is the place. */
static struct row row_of(int round, int i)
{
    static const uint64_t range[] = {1, 200, 70000, UINT64_C(1) << 30, UINT64_C(1) << 47, UINT64_MAX};
    struct row row = {{0}};
    for (int c = 0; c + 1 < ROWS_COLUMNS; c++) {
        uint64_t any = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
        row.v[c] = (int64_t)(any % range[(round + c) % 6] - (uint64_t)(c * 1000));
    }
    if (round % 3 == 1) /* rising, with stragglers */
        row.v[0] = i % 1000 ? i : i - 30000;
    row.v[ROWS_COLUMNS - 1] = i;
    return row;
}

static void test_as_added_and_sorted(void **state)
{
    (void)state;
    srand(11);
    for (int round = 0; round < 12; round++) {
        struct arena *a = test_arena();
        struct rows r = rows_new(a);
        int n = round < 6 ? MANY : round == 6 ? 0 : 1 + rand() % 40;
        struct row *all = NEW_N(a, struct row, (size_t)n + 1);
        for (int i = 0; i < n; i++)
            rows_add(&r, all[i] = row_of(round, i));
        assert_int_equal(r.n, n);
        struct rows_walk w = rows_walk(&r, false);
        const struct row *row;
        int i = 0;
        for (; (row = rows_next(&w)); i++)
            assert_memory_equal(row, &all[i], sizeof *row);
        assert_int_equal(i, n);
        rows_sort(&r, by_first);
        for (int again = 0; again < 2; again++) { /* the second time gives back */
            struct row before = {{INT64_MIN}};
            w = rows_walk_sorted(&r, by_first, again);
            for (i = 0; (row = rows_next(&w)); i++) {
                int64_t place = row->v[ROWS_COLUMNS - 1];
                assert_memory_equal(row, &all[place], sizeof *row);
                assert_true(i == 0 || before.v[0] < row->v[0] ||
                            (before.v[0] == row->v[0] && before.v[ROWS_COLUMNS - 1] < place));
                before = *row;
            }
            assert_int_equal(i, n);
        }
        rows_drop(&r);
        assert_int_equal(r.n, 0);
        arena_free(a);
    }
}

/* Rows that come in order need no sorting, and none is lost of those that are not in a block yet. */
static void test_in_order_as_added(void **state)
{
    (void)state;
    static const int sizes[] = {0, 1, 63, 64, 65, 16383, 16384, 16385, 50000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct arena *a = test_arena();
        struct rows r = rows_new(a);
        for (int i = 0; i < sizes[k]; i++)
            rows_add(&r, (struct row){{i / 3, -i}});
        struct rows_walk w = rows_walk_sorted(&r, by_first, true);
        int i = 0;
        for (const struct row *row; (row = rows_next(&w)); i++)
            assert_true(row->v[0] == i / 3 && row->v[1] == -i);
        assert_int_equal(i, sizes[k]);
        assert_null(rows_next(&w));
        arena_free(a);
    }
}

static void test_small(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct rows r = rows_new(a);
    for (int i = 0; i < 1000000; i++) /* 2 + 1 + 1 bytes */
        rows_add(&r, (struct row){{INT64_C(1) << 60 | (i * 2), 7, -i % 100, i & 1}});
    assert_true(r.bytes.n < 4010000);
    rows_drop(&r);
    assert_true(arena_bytes(a) < 400000);
    arena_free(a);
}

/* However many blocks there are, sorting them leaves nothing behind. */
static void test_sorting_is_small(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct rows r = rows_new(a);
    for (int i = 0; i < 1000000; i++)
        rows_add(&r, (struct row){{rand() % 200, i}});
    size_t before = arena_bytes(a);
    rows_sort(&r, by_first);
    if (arena_bytes(a) > before + 1000000)
        fail_msg("%zu bytes before, %zu after", before, arena_bytes(a));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_added_and_sorted), cmocka_unit_test(test_in_order_as_added),
                                       cmocka_unit_test(test_small), cmocka_unit_test(test_sorting_is_small)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
