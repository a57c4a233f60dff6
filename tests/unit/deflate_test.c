/* SPDX-License-Identifier: MIT
 *
 * A stream gives back exactly what went in, and nothing else is taken: longer, shorter, cut, continued. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pack/deflate.h"

static void there_and_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 100, 65536, 3000000};
    struct arena *arena = arena_new((struct arena_hook){0}), *scratch = arena_like(arena);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (unsigned way = 0; way < 4; way++) {
            bool noise = way & 1;
            size_t n = sizes[k];
            uint8_t *in = NEW_N(arena, uint8_t, n + 1), *out = NEW_N(arena, uint8_t, n + 2);
            uint32_t x = 1;
            for (size_t i = 0; noise && i < n; i++)
                in[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
            struct buf b = buf_new(1u << 24, arena);
            (way & 2 ? deflate_write : deflate_write_quickly)(in, n, &b, scratch);
            const uint8_t *p = (const uint8_t *)b.p;
            assert_true(deflate_read(p, b.n, out, n, scratch));
            assert_memory_equal(in, out, n);
            assert_false(deflate_read(p, b.n, out, n + 1, scratch));
            assert_false(n && deflate_read(p, b.n, out, n - 1, scratch));
            assert_false(deflate_read(p, b.n - 1, out, n, scratch));
            assert_false(deflate_read(p, 0, out, n, scratch));
            buf_char(&b, 0);
            assert_false(deflate_read((const uint8_t *)b.p, b.n, out, n, scratch));
        }
    arena_free(scratch);
    arena_free(arena);
}

static void a_bomb(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0}), *scratch = arena_like(arena);
    struct buf b = buf_new(1u << 24, arena);
    uint8_t *zeros = NEW_N(arena, uint8_t, 5000000), small[1000];
    deflate_write(zeros, 5000000, &b, scratch);
    size_t before = arena_bytes(scratch);
    assert_false(deflate_read((const uint8_t *)b.p, b.n, small, sizeof small, scratch));
    assert_true(arena_bytes(scratch) - before < 200000);
    arena_free(scratch);
    arena_free(arena);
}

static void checksum(void **state)
{
    (void)state;
    assert_true(deflate_crc32((const uint8_t *)"123456789", 9) == 0xcbf43926u);
    assert_true(deflate_crc32(NULL, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(a_bomb),
                                       cmocka_unit_test(checksum)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
