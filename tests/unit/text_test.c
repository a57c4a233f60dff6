/* SPDX-License-Identifier: MIT
 *
 * Base64: the vectors of RFC 4648, every length and byte, and what must be refused, with the place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "pack/text.h"

static void vectors(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    struct arena *arena = arena_new((struct arena_hook){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = buf_new(100, arena);
        text_encode((const uint8_t *)cases[i][0], strlen(cases[i][0]), &b);
        assert_int_equal(b.n, strlen(cases[i][1]));
        assert_memory_equal(b.p ? b.p : "", cases[i][1], b.n);
    }
    arena_free(arena);
}

static void every_length(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    uint8_t bytes[800], back[803];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 167 + i / 256);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct buf b = buf_new(2000, arena);
        size_t n_back = 0, bad_at;
        text_encode(bytes, n, &b);
        assert_true(text_decoded_max(buf_view(&b)) <= sizeof back);
        assert_true(text_decode(buf_view(&b), back, &n_back, &bad_at));
        assert_int_equal(n_back, n);
        assert_memory_equal(back, bytes, n);
    }
    arena_free(arena);
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bad_at;
    } cases[] = {{"Z", 1},       {"Zg=", 3},      {"Zg", 2},        {"Z===", 1},  {"====", 0},
                 {"Zh==", 1},    {"Zm9=", 2},     {"Zm9v Zm9v", 9}, {"Zm\n9", 2}, {"Zm9-", 3},
                 {"Zm9\xff", 3}, {"Zg==Zg==", 2}, {"Zm9v*m9v", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[20];
        size_t n = 0, bad_at = 99;
        if (text_decode(str_of(cases[i].text), out, &n, &bad_at))
            fail_msg("'%s' was taken", cases[i].text);
        if (bad_at != cases[i].bad_at)
            fail_msg("'%s': wrong at %zu, expected %zu", cases[i].text, bad_at, cases[i].bad_at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(every_length),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
