/* SPDX-License-Identifier: MIT
 *
 * Varints: known bytes, both ways; what is cut short or too large is bad and stays bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "pack/varint.h"

static const struct {
    uint64_t v;
    const char *bytes;
    size_t n;
} known[] = {
    {0, "\0", 1},
    {127, "\x7f", 1},
    {128, "\x80\x01", 2},
    {300, "\xac\x02", 2},
    {UINT32_MAX, "\xff\xff\xff\xff\x0f", 5},
    {UINT64_C(1) << 53, "\x80\x80\x80\x80\x80\x80\x80\x10", 8},
    {UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10},
};

static void known_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct buf b = buf_new(100, arena);
        varint_put(&b, known[i].v);
        assert_int_equal(b.n, known[i].n);
        assert_memory_equal(b.p, known[i].bytes, known[i].n);
        struct varint_reader r = {.p = (const uint8_t *)b.p, .n = b.n};
        assert_true(varint_get(&r) == known[i].v);
        assert_false(r.bad);
        assert_int_equal(r.at, r.n);
        for (size_t cut = 0; cut < b.n; cut++) {
            r = (struct varint_reader){.p = (const uint8_t *)b.p, .n = cut};
            assert_true(varint_get(&r) == 0);
            assert_true(r.bad);
        }
    }
    arena_free(arena);
}

static void too_large(void **state)
{
    (void)state;
    static const char *const bytes[] = {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\0",
                                        "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0"};
    for (size_t i = 0; i < 2; i++) {
        struct varint_reader r = {.p = (const uint8_t *)bytes[i], .n = 11};
        assert_true(varint_get(&r) == 0);
        assert_true(r.bad);
        assert_true(varint_get(&r) == 0 && varint_byte(&r) == 0);
    }
}

static void zigzag_both_ways(void **state)
{
    (void)state;
    static const int64_t values[] = {0, -1, 1, -2, 2, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX};
    static const uint64_t expected[] = {
        0, 1, 2, 3, 4, UINT32_MAX, UINT32_MAX - 1, UINT64_MAX, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(zigzag(values[i]) == expected[i]);
        assert_true(unzigzag(expected[i]) == values[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_bytes), cmocka_unit_test(too_large),
                                       cmocka_unit_test(zigzag_both_ways)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
