/* SPDX-License-Identifier: MIT
 *
 * The JSON writer: nesting and commas, what is escaped, numbers at their ends. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/jsonout.h"

static void same(struct buf *b, const char *expected)
{
    if (!str_eq(buf_view(b), str_of(expected)))
        fail_msg("came %.*s\nexpected %s", STR_ARG(buf_view(b)), expected);
    b->n = 0;
}

static void nesting(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    struct json j = json_new(&b);
    json_open(&j, '{');
    json_key(&j, "a");
    json_open(&j, '[');
    json_i64(&j, -1);
    json_open(&j, '{');
    json_close(&j, '}');
    json_open(&j, '[');
    json_close(&j, ']');
    json_null(&j);
    json_close(&j, ']');
    json_key(&j, "b");
    json_bool(&j, true);
    json_key(&j, "c");
    json_bool(&j, false);
    json_close(&j, '}');
    same(&b, "{\"a\":[-1,{},[],null],\"b\":true,\"c\":false}");
    arena_free(arena);
}

static void keys(void **state)
{
    (void)state;
    static const struct str list[] = {{"x", 1}, {"<", 1}};
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    struct json j = json_new(&b);
    json_open(&j, '{');
    json_key_str(&j, "s", STR("t"));
    json_key_strs(&j, "l", list, 2);
    json_key_strs(&j, "none", list, 0);
    json_key_open(&j, "o", '{');
    json_key_u64(&j, "u", UINT32_MAX);
    json_close(&j, '}');
    json_key_i64(&j, "i", -7);
    json_key_big(&j, "b", UINT64_MAX);
    json_key_big_signed(&j, "bs", INT64_MIN);
    json_key_double(&j, "d", 0.5);
    json_key_bool(&j, "t", true);
    json_close(&j, '}');
    same(&b, "{\"s\":\"t\",\"l\":[\"x\",\"\\u003c\"],\"none\":[],\"o\":{\"u\":4294967295},\"i\":-7,"
             "\"b\":\"18446744073709551615\",\"bs\":\"-9223372036854775808\",\"d\":0.5,\"t\":true}");
    arena_free(arena);
}

static void strings(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        const char *out;
    } cases[] = {
        {{"", 0}, "\"\""},
        {{"a\"b\\c/", 6}, "\"a\\\"b\\\\c/\""},
        {{"</script><!--", 13}, "\"\\u003c/script>\\u003c!--\""},
        {{"\0\n\t\x1f\x7f", 5}, "\"\\u0000\\u000a\\u0009\\u001f\\u007f\""},
        {{"\xc3\xa9\xf0\x9f\x94\xa5", 6}, "\"\xc3\xa9\xf0\x9f\x94\xa5\""},
        {{"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", 9}, "\"\\u2028\\u2029\xe2\x80\xaa\""},
        {{"a\xff\xc3", 3}, "\"a\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json j = json_new(&b);
        json_str(&j, cases[i].in);
        same(&b, cases[i].out);
    }
    arena_free(arena);
}

static void numbers(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    struct json j = json_new(&b);
    json_open(&j, '[');
    json_u64(&j, UINT64_MAX);
    json_i64(&j, INT64_MIN);
    json_big(&j, UINT64_MAX);
    json_big_signed(&j, INT64_MIN);
    json_double(&j, 49);
    json_double(&j, 0.1);
    json_double(&j, 1e300);
    json_double(&j, NAN);
    json_double(&j, INFINITY);
    json_close(&j, ']');
    same(&b, "[18446744073709551615,-9223372036854775808,\"18446744073709551615\",\"-9223372036854775808\","
             "49,0.1,1e+300,null,null]");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nesting), cmocka_unit_test(keys), cmocka_unit_test(strings),
                                       cmocka_unit_test(numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
