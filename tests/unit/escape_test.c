/* SPDX-License-Identifier: MIT
 *
 * What hostile bytes become in text, attributes and fragments; SHA-256 against FIPS 180-4's examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "render/escape.h"
#include "render/sha256.h"

#define FFFD "\xef\xbf\xbd"

static void check(struct buf *b, const char *what, const char *expected)
{
    struct str came = buf_view(b);
    if (!str_eq(came, str_of(expected)))
        fail_msg("%s: came '%.*s', expected '%s'", what, STR_ARG(came), expected);
    b->n = 0;
}

static void test_text(void **state)
{
    (void)state;
    const struct {
        struct str in;
        const char *out;
    } cases[] = {
        {STR("plain"), "plain"},
        {STR("</script><!-- \"x\" 'y' & z"), "&lt;/script&gt;&lt;!-- &quot;x&quot; &#39;y&#39; &amp; z"},
        {STR("std::vector<int>::push_back"), "std::vector&lt;int&gt;::push_back"},
        {STR("a\0b"), "a" FFFD "b"},
        {STR("tab\tline\nreturn\r\x1b[31m\x7f"), "tab\tline\nreturn" FFFD FFFD "[31m" FFFD},
        {STR("\xff\xc3(\xe2\x82"), FFFD FFFD "(" FFFD FFFD},     /* stray, cut short */
        {STR("\xc0\xbc\xed\xa0\x80"), FFFD FFFD FFFD FFFD FFFD}, /* overlong '<', surrogate */
        {STR("caf\xc3\xa9 \xf0\x9f\x94\xa5"), "caf\xc3\xa9 \xf0\x9f\x94\xa5"},
        {STR("a\xe2\x80\xae"
             "b\xe2\x81\xa6"),
         "a" FFFD "b" FFFD},                                           /* RLO, LRI */
        {STR("a\xe2\x80\x8f.b\xe2\x80\x8e\xd8\x9c"), "a" FFFD ".b" FFFD FFFD}, /* RLM, LRM, ALM */
        {STR("\xe2\x80\xa6\xe2\x81\xa5"), "\xe2\x80\xa6\xe2\x81\xa5"}, /* their neighbours are text */
    };
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        escape_text(&b, cases[i].in);
        check(&b, "text", cases[i].out);
        escape_attribute(&b, cases[i].in);
        check(&b, "attribute", cases[i].out);
    }
    arena_free(arena);
}

static void test_short(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    escape_short(&b, STR("abc"), 3);
    check(&b, "fits", "abc");
    escape_short(&b, STR("abcd"), 3);
    check(&b, "cut", "abc\xe2\x80\xa6");
    escape_short(&b, STR("\xc3\xa9\xc3\xa9<x"), 3); /* characters, not bytes, and no half entity */
    check(&b, "characters", "\xc3\xa9\xc3\xa9&lt;\xe2\x80\xa6");
    escape_fragment(&b, STR("a b&t=1\"<\0\xc3\xa9"));
    check(&b, "fragment", "a%20b%26t%3D1%22%3C%00%C3%A9");
    arena_free(arena);
}

static void test_sha256(void **state)
{
    (void)state;
    static char million[1000000];
    memset(million, 'a', sizeof million);
    const struct {
        struct str in;
        const char *hex;
    } cases[] = {
        {STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {{million, sizeof million}, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
        {{million, 55}, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        {{million, 64}, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t digest[32];
        char hex[65];
        sha256(cases[i].in, digest);
        for (int k = 0; k < 32; k++) {
            hex[2 * k] = "0123456789abcdef"[digest[k] >> 4];
            hex[2 * k + 1] = "0123456789abcdef"[digest[k] & 15];
        }
        hex[64] = 0;
        assert_string_equal(hex, cases[i].hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
