/* SPDX-License-Identifier: MIT
 *
 * Arena: what a mark gives back, large blocks that grow in place, overflow and the hook. */
#include "support.h"

static int is_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return 0;
    return 1;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    static const size_t sizes[] = {1, 15, 16, 17, 100, 32767, 32768, 32769, 65536, 1000000};
    for (int round = 0; round < 3; round++) {
        struct arena_mark m = arena_mark(a);
        for (size_t i = 0; i < COUNT(sizes); i++) {
            unsigned char *p = arena_alloc(a, sizes[i], 1);
            if ((uintptr_t)p % 16 || !is_zero(p, sizes[i]))
                fail_msg("round %d: %zu bytes are not zeroed and aligned", round, sizes[i]);
            memset(p, 0xff, sizes[i]); /* what the next round must not see */
        }
        arena_reset(a, m);
    }
    arena_free(a);
}

static void a_mark_gives_back_what_came_after_it(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    char *kept = arena_alloc(a, 100, 1), *kept_big = arena_alloc(a, 100000, 1);
    memset(kept, 'k', 100);
    memset(kept_big, 'K', 100000);
    size_t before = arena_bytes(a);
    struct arena_mark m = arena_mark(a);
    for (int i = 0; i < 2000; i++)
        arena_alloc(a, 100, 1);
    arena_alloc(a, 70000, 1);
    arena_alloc(a, 80000, 1);
    assert_true(arena_bytes(a) > before + 150000 + 200000 - 65536);
    arena_reset(a, m);
    assert_int_equal(arena_bytes(a), before);
    assert_int_equal(kept[0] + kept[99], 'k' * 2);
    assert_int_equal(kept_big[0] + kept_big[99999], 'K' * 2);
    arena_reset(a, (struct arena_mark){0});
    assert_int_equal(arena_bytes(a), 0);
    arena_free(a);
}

static void growing_keeps_bytes(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    uint32_t *p = NULL, *other = NULL;
    size_t n = 0, n_other = 0;
    for (size_t next = 8; next < 300000; next += next / 2) {
        p = arena_grow(a, p, n, next, sizeof *p);
        for (size_t i = n; i < next; i++)
            p[i] = (uint32_t)i;
        n = next;
        other = arena_grow(a, other, n_other, next, sizeof *other); /* a second stack of blocks in between */
        for (size_t i = n_other; i < next; i++)
            other[i] = (uint32_t)(i * 3);
        n_other = next;
    }
    for (size_t i = 0; i < n; i++)
        if (p[i] != i || other[i] != i * 3)
            fail_msg("element %zu is %u and %u", i, p[i], other[i]);
    arena_free(a);
}

static void the_new_part_of_a_small_block_is_zeroed(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct arena_mark m = arena_mark(a);
    memset(arena_alloc(a, 4000, 1), 0xff, 4000);
    arena_reset(a, m);
    char *p = arena_grow(a, NULL, 0, 10, 1);
    p = arena_grow(a, p, 10, 3000, 1);
    assert_true(is_zero((unsigned char *)p, 3000));
    arena_free(a);
}

static void a_block_grown_after_a_mark_survives_the_reset(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    char *p = arena_alloc(a, 50000, 1);
    memset(p, 'x', 50000);
    struct arena_mark m = arena_mark(a);
    arena_alloc(a, 50000, 1);
    p = arena_grow(a, p, 50000, 500000, 1); /* older than the mark: its owner still holds it */
    arena_reset(a, m);
    assert_int_equal(p[0] + p[49999], 'x' * 2);
    memset(p, 'y', 500000);
    arena_free(a);
}

static void dropping_gives_back_large_blocks_only(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    char *small = arena_alloc(a, 100, 1), *first = arena_alloc(a, 40000, 1), *mid = arena_alloc(a, 40000, 1),
         *last = arena_alloc(a, 40000, 1);
    size_t all = arena_bytes(a);
    arena_drop(a, small, 100, 1);
    assert_int_equal(arena_bytes(a), all);
    arena_drop(a, mid, 40000, 1);
    assert_true(arena_bytes(a) <= all - 40000);
    memset(first, 1, 40000);
    memset(last, 1, 40000);
    arena_drop(a, last, 40000, 1);
    arena_drop(a, first, 40000, 1);
    arena_drop(a, NULL, 40000, 1);
    assert_true(arena_bytes(a) <= all - 120000);
    arena_free(a);
}

struct hooked {
    jmp_buf back;
    size_t bytes;
};

static void jump(void *ctx, size_t bytes)
{
    struct hooked *h = ctx;
    h->bytes = bytes;
    longjmp(h->back, 1);
}

static void sizes_that_overflow_run_the_hook(void **state)
{
    (void)state;
    static struct hooked h;
    struct arena *volatile a = arena_new((struct arena_hook){jump, &h});
    static const size_t n[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 16, (size_t)1 << 62};
    for (volatile size_t i = 0; i < COUNT(n); i++) {
        if (setjmp(h.back) == 0) {
            arena_alloc(a, n[i], 24);
            fail_msg("%zu times 24 bytes were handed out", n[i]);
        }
        assert_int_equal(h.bytes, SIZE_MAX);
    }
    arena_free(a);
}

static void a_failing_system_runs_the_hook_and_leaks_nothing(void **state)
{
    (void)state;
    static struct hooked h;
    for (volatile uint64_t nth = 1; nth < 12; nth++) {
        struct arena *volatile a = arena_new((struct arena_hook){jump, &h});
        volatile int done = 0;
        arena_fail_nth(nth);
        if (setjmp(h.back) == 0) {
            char *p = NULL;
            for (size_t size = 1000; size < 1000000; size *= 3)
                p = arena_grow(a, p, p ? size / 3 : 0, size, 1);
            arena_alloc(a, 60000, 1);
            struct arena *twin = arena_like(a);
            arena_free(twin);
            done = 1;
        }
        arena_fail_nth(0);
        assert_true(done || h.bytes > 0);
        if (nth == 1)
            assert_false(done);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(a_mark_gives_back_what_came_after_it),
        cmocka_unit_test(growing_keeps_bytes),
        cmocka_unit_test(the_new_part_of_a_small_block_is_zeroed),
        cmocka_unit_test(a_block_grown_after_a_mark_survives_the_reset),
        cmocka_unit_test(dropping_gives_back_large_blocks_only),
        cmocka_unit_test(sizes_that_overflow_run_the_hook),
        cmocka_unit_test(a_failing_system_runs_the_hook_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
