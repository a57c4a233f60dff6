/* SPDX-License-Identifier: MIT
 *
 * The range coder: what goes in comes out, under odds that run to both ends, with carries; what is cut, or longer, is no whole
 * stream; sure bits cost next to nothing, and no bit less than it must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "pack/rangecode.h"

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

/* Bit i of a stream whose kinds of odds are lopsided in turn: never, hardly, sometimes, evenly, nearly always, always. */
static bool bit_of(uint32_t i, uint64_t *seed)
{
    static const uint32_t per_1000[] = {0, 1, 200, 500, 990, 1000};
    return draw(seed) % 1000 < per_1000[i % 6];
}

static void fill_even(uint32_t odds[6])
{
    for (int i = 0; i < 6; i++)
        odds[i] = ODDS_EVEN;
}

static void write_bits(struct buf *out, uint32_t n, uint64_t seed)
{
    uint32_t odds[6];
    fill_even(odds);
    struct range_coder c = range_to(out);
    for (uint32_t i = 0; i < n; i++) {
        bool bit = bit_of(i, &seed);
        if (i % 7)
            range_bit(&c, &odds[i % 6], bit, true);
        else
            range_plain(&c, bit, true);
    }
    assert_true(range_end(&c));
}

static bool reads_back(const void *bytes, size_t n_bytes, uint32_t n, uint64_t seed)
{
    uint32_t odds[6], wrong = 0;
    fill_even(odds);
    struct range_coder c = range_from(bytes, n_bytes);
    for (uint32_t i = 0; i < n; i++) {
        bool bit = bit_of(i, &seed);
        wrong += bit != (i % 7 ? range_bit(&c, &odds[i % 6], false, false) : range_plain(&c, false, false));
    }
    return !wrong && range_end(&c);
}

static void bits_come_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    for (uint64_t seed = 1; seed <= 300; seed++) {
        uint32_t n = seed < 100 ? (uint32_t)seed - 1 : draw(&(uint64_t){seed}) % 20000;
        struct buf b = buf_new(1 << 20, arena);
        write_bits(&b, n, seed);
        if (!reads_back(b.p, b.n, n, seed))
            fail_msg("seed %u, %u bits", (unsigned)seed, n);
        char *longer = arena_alloc(arena, b.n + 1, 1);
        memcpy(longer, b.p, b.n);
        assert_false(reads_back(longer, b.n + 1, n, seed));
        assert_false(reads_back(b.p, b.n - 1, n, seed));
    }
    arena_free(arena);
}

static void sure_bits_are_nearly_free_and_never_free(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1 << 20, arena);
    uint32_t odds = ODDS_EVEN;
    struct range_coder c = range_to(&b);
    const uint32_t n = 3000000;
    for (uint32_t i = 0; i < n; i++)
        range_bit(&c, &odds, true, true);
    range_end(&c);
    assert_in_range(b.n, n / 3 / 2000 + 1, n / 8 / 100); /* three bits a node, 2,000 nodes a byte */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_come_back),
        cmocka_unit_test(sure_bits_are_nearly_free_and_never_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
