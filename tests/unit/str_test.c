/* SPDX-License-Identifier: MIT
 *
 * Slices: numbers and their bounds, UTF-8, distance, globs against a slow matcher, and slices of nothing. */
#include "support.h"

static void numbers_and_their_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool u_ok, i_ok;
        uint64_t u;
        int64_t i;
    } cases[] = {
        {"0", true, true, 0, 0},
        {"007", true, true, 7, 7},
        {"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
        {"9223372036854775808", true, false, 9223372036854775808u, 0},
        {"18446744073709551615", true, false, UINT64_MAX, 0},
        {"18446744073709551616", false, false, 0, 0},
        {"99999999999999999999999999", false, false, 0, 0},
        {"-1", false, true, 0, -1},
        {"-9223372036854775808", false, true, 0, INT64_MIN},
        {"-9223372036854775809", false, false, 0, 0},
        {"", false, false, 0, 0},
        {"-", false, false, 0, 0},
        {"--1", false, false, 0, 0},
        {"+1", false, false, 0, 0},
        {" 1", false, false, 0, 0},
        {"1 ", false, false, 0, 0},
        {"0x1", false, false, 0, 0},
        {"1e3", false, false, 0, 0},
        {"\xd9\xa1", false, false, 0, 0}, /* an Arabic digit */
    };
    for (size_t k = 0; k < COUNT(cases); k++) {
        uint64_t u = 0;
        int64_t i = 0;
        bool u_ok = str_u64(str_of(cases[k].text), &u), i_ok = str_i64(str_of(cases[k].text), &i);
        if (u_ok != cases[k].u_ok || i_ok != cases[k].i_ok || (u_ok && u != cases[k].u) ||
            (i_ok && i != cases[k].i))
            fail_msg("'%s': came %d %llu and %d %lld", cases[k].text, u_ok, (unsigned long long)u, i_ok,
                     (long long)i);
    }
}

static void cutting_and_finding(void **state)
{
    (void)state;
    struct str head, tail;
    assert_true(str_cut(STR("a=b=c"), '=', &head, &tail));
    EXPECT_STR(head, "a");
    EXPECT_STR(tail, "b=c");
    assert_false(str_cut(STR("abc"), '=', &head, &tail));
    EXPECT_STR(head, "abc");
    EXPECT_STR(tail, "");
    assert_true(str_cut(STR("abc="), '=', &head, &tail));
    EXPECT_STR(tail, "");
    EXPECT_STR(str_trim(STR(" \t\r\n a b \n")), "a b");
    EXPECT_STR(str_trim(STR(" \n ")), "");
    EXPECT_STR(str_sub(STR("abc"), 2, 1), "");
    EXPECT_STR(str_sub(STR("abc"), 1, 99), "bc");
    assert_int_equal(str_find(STR("aaab"), STR("aab")), 1);
    assert_int_equal(str_find(STR("aab"), STR("aab")), 0);
    assert_true(str_find(STR("aa"), STR("aab")) == SIZE_MAX);
    assert_true(str_find(STR("aaaa"), STR("ab")) == SIZE_MAX);
    assert_int_equal(str_rfind_char(STR("a/b/c"), '/'), 3);
    assert_true(str_rfind_char(STR("abc"), '/') == SIZE_MAX);
    assert_true(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0);
    assert_true(str_cmp(STR("\x7f"), STR("\x80")) < 0); /* by unsigned bytes */
}

static void slices_of_nothing(void **state)
{
    (void)state;
    struct str none = {NULL, 0}, head, tail;
    struct arena *a = test_arena();
    assert_true(str_eq(none, STR("")) && str_starts(none, none) && str_ends(none, STR("")));
    assert_int_equal(str_cmp(none, STR("")), 0);
    assert_true(str_find_char(none, 'a') == SIZE_MAX && str_rfind_char(none, 'a') == SIZE_MAX);
    assert_int_equal(str_find(none, STR("")), 0);
    assert_false(str_cut(none, 'a', &head, &tail));
    EXPECT_STR(str_trim(none), "");
    EXPECT_STR(str_sub(none, 0, 5), "");
    EXPECT_STR(str_dup(none, a), "");
    EXPECT_STR(str_of(NULL), "");
    assert_int_equal(str_hash(none), str_hash(STR("")));
    assert_true(str_is_utf8(none) && str_glob(none, none) && str_glob(STR("*"), none));
    arena_free(a);
}

/* Against the ranges, in all of Unicode, through the bytes. */
static void code_points_that_do_something(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c += c == 0xd7ff ? 0x801 : 1) {
        char bytes[4];
        size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        for (size_t i = n; i-- > 1;)
            bytes[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
        bytes[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c >> 6 * (n - 1));
        struct str s = {bytes, n};
        assert_int_equal(str_utf8_len(s), n);
        assert_int_equal(str_utf8_code(s, n), c);
        bool control = c < 32 || (c > 126 && c < 160),
             turns = c == 0x61c || (c > 0x200d && c < 0x2010) || (c > 0x2029 && c < 0x202f) || (c > 0x2065 && c < 0x206a);
        assert_int_equal(str_code_turns(c), turns);
        assert_int_equal(str_code_is_plain(c), !control && !turns && c != 0x2028 && c != 0x2029);
    }
}

static void utf8_as_the_standard_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {
        {"a", 1},
        {"\xc3\xa9", 2},
        {"\xe2\x82\xac", 3},
        {"\xf0\x9f\x94\xa5", 4},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xf4\x8f\xbf\xbf", 4},
        {"", 0},
        {"\x80", 0},
        {"\xc0\xaf", 0},
        {"\xc1\xbf", 0},
        {"\xc3", 0},
        {"\xc3(", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xed\xa0\x80", 0},
        {"\xe2\x82", 0},
        {"\xe2(\xac", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xf0\x9f\x94", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t len = str_utf8_len(str_of(cases[i].bytes));
        if (len != cases[i].len)
            fail_msg("case %zu: came %zu, expected %zu", i, len, cases[i].len);
    }
    assert_true(str_is_utf8(STR("a\xc3\xa9\xf0\x9f\x94\xa5")));
    assert_false(str_is_utf8(STR("a\xc3\xa9\xf0\x9f\x94")));
}

static void distances(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t far;
    } cases[] = {{"", "", 0},           {"abc", "abc", 0},        {"abc", "", 3},
                 {"", "abc", 3},        {"kitten", "sitting", 3}, {"profile", "profiles", 1},
                 {"tilte", "title", 2}, {"abc", "xyz", 3}};
    char longer[66];
    memset(longer, 'a', 65);
    longer[65] = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t far = str_distance(str_of(cases[i].a), str_of(cases[i].b));
        if (far != cases[i].far)
            fail_msg("'%s' to '%s': came %zu, expected %zu", cases[i].a, cases[i].b, far, cases[i].far);
    }
    assert_true(str_distance(str_of(longer), STR("a")) == SIZE_MAX);
    assert_int_equal(str_distance(str_of(longer + 1), STR("")), 64);
}

static bool slow_glob(const char *p, const char *s)
{
    if (!*p)
        return !*s;
    if (*p == '*')
        return slow_glob(p + 1, s) || (*s && slow_glob(p, s + 1));
    return *s && (*p == '?' || *p == *s) && slow_glob(p + 1, s + 1);
}

static void globs_as_a_slow_matcher_has_them(void **state)
{
    (void)state;
    static const char letters[] = "ab*?";
    uint32_t seed = 1;
    for (int round = 0; round < 200000; round++) {
        char p[8] = {0}, s[8] = {0};
        for (int i = 0; i < 7; i++) {
            seed = seed * 1664525u + 1013904223u;
            p[i] = (seed >> 24) % 8 < 6 ? letters[(seed >> 16) % 4] : 0;
            s[i] = (seed >> 28) < 14 ? letters[(seed >> 12) % 2] : 0;
        }
        if (str_glob(str_of(p), str_of(s)) != slow_glob(p, s))
            fail_msg("'%s' against '%s': came %d", p, s, !slow_glob(p, s));
    }
    char many[2001], stars[2001]; /* would take for ever if it went back further than the last star */
    memset(many, 'a', 2000);
    for (int i = 0; i < 2000; i++)
        stars[i] = i % 2 ? 'a' : '*';
    many[2000] = stars[2000] = 0;
    stars[1999] = 'b';
    assert_false(str_glob(str_of(stars), str_of(many)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_their_bounds),
        cmocka_unit_test(cutting_and_finding),
        cmocka_unit_test(slices_of_nothing),
        cmocka_unit_test(utf8_as_the_standard_has_it),
        cmocka_unit_test(code_points_that_do_something),
        cmocka_unit_test(distances),
        cmocka_unit_test(globs_as_a_slow_matcher_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
