/* SPDX-License-Identifier: MIT
 *
 * Diagnostics as they are printed: order, notes, "and N more", carets under everything a line may hold. */
#include "support.h"

#include "base/limits.h"

static void entries_come_by_file_and_place(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    uint32_t one = diag_text(d, STR("one"), STR("first\nsecond\r\nthird"));
    uint32_t two = diag_file(d, STR("two"));
    diag_line(d, DIAG_WARNING, (struct line_at){two, 7, 3, STR("a line")}, "seven");
    diag_at(d, DIAG_ERROR, (struct pos){one, 14}, "third line");
    diag_at(d, DIAG_NOTE, (struct pos){one, 0}, "and here");
    diag_at(d, DIAG_ERROR, (struct pos){one, 8}, "second line");
    diag_line(d, DIAG_ERROR, (struct line_at){two, 3, 0, STR("")}, "three");
    diag_offset(d, DIAG_LIMIT, two, 99, "field '%s' is %d", "x", 5);
    diag_say(d, DIAG_SYSTEM, 0, "about nothing");
    diag_at(d, DIAG_ERROR, (struct pos){one, 8}, "second line again");
    EXPECT_STR(printed(d, a), "flamepress: error: about nothing\n"
                              "one:2:3: error: second line\n  second\n    ^\n"
                              "one:2:3: error: second line again\n  second\n    ^\n"
                              "one:3:1: error: third line\n  third\n  ^\n"
                              "one:1:1: note: and here\n  first\n  ^\n"
                              "two: error: at byte 99: field 'x' is 5\n"
                              "two:3: error: three\n"
                              "two:7:3: warning: seven\n  a line\n    ^\n");
    assert_int_equal(diag_errors(d), 6);
    assert_int_equal(diag_system_errors(d), 1);
    assert_int_equal(diag_warnings(d), 1);
    assert_int_equal(diag_count(d), 8);
    arena_free(a);
}

static void what_is_said_after_printing_is_printed_next_time(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    EXPECT_STR(printed(d, a), "");
    diag_say(d, DIAG_ERROR, 0, "a");
    EXPECT_STR(printed(d, a), "flamepress: error: a\n");
    diag_say(d, DIAG_WARNING, 0, "b");
    EXPECT_STR(printed(d, a), "flamepress: error: a\nflamepress: warning: b\n");
    arena_free(a);
}

static void a_file_says_so_much_and_no_more(void **state)
{
    (void)state;
    for (uint32_t extra = 0; extra < 4; extra++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        uint32_t loud = diag_file(d, STR("loud")), quiet = diag_file(d, STR("quiet"));
        uint32_t n = LIMIT_DIAGNOSTICS_PER_FILE + extra;
        diag_say(d, DIAG_ERROR, quiet, "once");
        for (uint32_t i = n; i > 0; i--) {
            diag_line(d, extra == 3 ? DIAG_WARNING : DIAG_ERROR, (struct line_at){loud, i, 0, STR("")}, "x");
            diag_say(d, DIAG_NOTE, loud, "note of %u", i);
        }
        /* every shown entry keeps its note; the last line counts the rest */
        assert_int_equal(diag_count(d), 2 * LIMIT_DIAGNOSTICS_PER_FILE + (extra ? 1 : 0) + 1);
        for (uint32_t i = 0; i < LIMIT_DIAGNOSTICS_PER_FILE; i++) {
            char want[32];
            sprintf(want, "note of %u", i + 1);
            assert_int_equal(diag_entry(d, 2 * i).line, i + 1);
            EXPECT_STR(diag_entry(d, 2 * i + 1).message, want);
        }
        if (extra) {
            char want[32];
            struct diag_entry more = diag_entry(d, 2 * LIMIT_DIAGNOSTICS_PER_FILE);
            sprintf(want, "and %u more", extra);
            EXPECT_STR(more.message, want);
            EXPECT_STR(more.path, "loud");
            assert_int_equal(more.kind, extra == 3 ? DIAG_WARNING : DIAG_ERROR);
        }
        arena_free(a);
    }
}

/* The caret must stand under the marked byte, whatever is before it. */
static void carets(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint32_t column; /* in bytes */
        const char *want;
    } cases[] = {
        {"abc", 1, "  abc\n  ^\n"},
        {"abc", 3, "  abc\n    ^\n"},
        {"abc", 4, "  abc\n     ^\n"},
        {"\tab", 2, "  \tab\n  \t^\n"},
        {"\xc3\xa9x", 3, "  \xc3\xa9x\n   ^\n"},
        {"e\xcc\x81x", 4, "  e\xcc\x81x\n   ^\n"},                     /* combining */
        {"\xe6\xbc\xa2x", 4, "  \xe6\xbc\xa2x\n    ^\n"},              /* wide */
        {"\xf0\x9f\x94\xa5x", 5, "  \xf0\x9f\x94\xa5x\n    ^\n"},      /* wide, 4 bytes */
        {"\x1b[31mx", 6, "  \\x1b[31mx\n          ^\n"},               /* escape sequence */
        {"\xffx", 2, "  \\xffx\n      ^\n"},                           /* not UTF-8 */
        {"\xc2\x9bx", 3, "  \\xc2\\x9bx\n          ^\n"},              /* C1 */
        {"\xe2\x80\xaex", 4, "  \\xe2\\x80\\xaex\n              ^\n"}, /* right to left */
        {"\x7fx", 2, "  \\x7fx\n      ^\n"},
        {"a\rb", 3, "  a\\x0db\n       ^\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        uint32_t f = diag_file(d, STR("f"));
        diag_line(d, DIAG_ERROR, (struct line_at){f, 1, cases[i].column, str_of(cases[i].line)}, "m");
        char want[300];
        sprintf(want, "f:1:%u: error: m\n%s", cases[i].column, cases[i].want);
        EXPECT_STR(printed(d, a), want);
        arena_free(a);
    }
}

/* Where the caret is, and which byte of the line stands above it. */
static void long_lines_show_the_part_of_the_caret(void **state)
{
    (void)state;
    for (uint32_t column = 1; column < 3000; column += 7) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct buf line = buf_new(10000, a);
        for (int i = 0; i < 1000; i++)
            buf_str(&line, i % 3 ? STR("\xc3\xa9") : STR("x"));
        buf_lit(&line, "tail of the line");
        while (column <= line.n && (line.p[column - 1] & 0xc0) == 0x80)
            column++;
        if (column > line.n) {
            arena_free(a);
            break;
        }
        line.p[column - 1] = '!';
        if (column < line.n && (line.p[column] & 0xc0) == 0x80)
            line.p[column] = '!';
        uint32_t f = diag_file(d, STR("f"));
        diag_line(d, DIAG_ERROR, (struct line_at){f, 1, column, buf_view(&line)}, "m");
        struct str out = printed(d, a), head, source, caret;
        str_cut(out, '\n', &head, &out);
        str_cut(out, '\n', &source, &out);
        str_cut(out, '\n', &caret, &out);
        if (source.n > 202 || !str_is_utf8(source) || str_find(source, STR("\\x")) != SIZE_MAX)
            fail_msg("column %u: shown: '%.*s'", column, STR_ARG(source));
        size_t characters = 0, at = 0; /* all of width 1 here */
        while (characters < caret.n - 1) {
            at += str_utf8_len(str_sub(source, at, source.n));
            characters++;
        }
        if (source.p[at] != '!')
            fail_msg("column %u: caret under '%.*s'", column, (int)(source.n - at), source.p + at);
        arena_free(a);
    }
}

static void positions_in_a_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t offset;
        uint64_t line;
        uint32_t column;
        const char *source;
    } cases[] = {
        {"abc", 0, 1, 1, "abc"},  {"abc", 3, 1, 4, "abc"},  {"abc", 999, 1, 4, "abc"},
        {"a\nb\n", 1, 1, 2, "a"}, {"a\nb\n", 2, 2, 1, "b"}, {"a\nb\n", 4, 3, 1, ""},
        {"a\r\nb", 3, 2, 1, "b"}, {"a\r\nb", 0, 1, 1, "a"}, {"\n\n\n", 2, 3, 1, ""},
        {"", 5, 0, 0, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        uint32_t f = diag_text(d, STR("f"), str_of(cases[i].text));
        diag_at(d, DIAG_ERROR, (struct pos){f, cases[i].offset}, "m");
        struct diag_entry e = diag_entry(d, 0);
        if (e.line != cases[i].line || e.column != cases[i].column)
            fail_msg("case %zu: came %llu:%u", i, (unsigned long long)e.line, e.column);
        EXPECT_STR(e.source, cases[i].source);
        arena_free(a);
    }
}

static void a_file_is_registered_once_and_may_get_its_text_later(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    uint32_t f = diag_file(d, STR("f"));
    diag_at(d, DIAG_ERROR, (struct pos){f, 2}, "early");
    assert_int_equal(diag_text(d, STR("f"), STR("a\nb")), f);
    assert_int_equal(diag_file(d, STR("f")), f);
    diag_at(d, DIAG_ERROR, (struct pos){f, 2}, "late");
    diag_at(d, DIAG_ERROR, (struct pos){0, 0}, "nowhere");
    EXPECT_STR(printed(d, a), "flamepress: error: nowhere\nf: error: early\nf:2:1: error: late\n  b\n  ^\n");
    arena_free(a);
}

static void messages_cannot_drive_a_terminal(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    diag_say(d, DIAG_ERROR, diag_file(d, STR("a\nb\x1b]0;x\x07")), "name '%s'", "\x1b[2J\n\xc2\x85\xff");
    EXPECT_STR(printed(d, a), "a\\x0ab\\x1b]0;x\\x07: error: name '\\x1b[2J\\x0a\\xc2\\x85\\xff'\n");
    arena_free(a);
}

/* 100,000 errors in 4 MB: each place is found by a search, not by reading from the start. */
static void many_errors_in_a_large_text(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct buf text = buf_new(1u << 23, a);
    for (int i = 0; i < 100000; i++)
        buf_fmt(&text, "key%06d: some value, so that lines are long\n", i);
    uint32_t f = diag_text(d, STR("f"), buf_view(&text));
    uint32_t width = (uint32_t)(text.n / 100000);
    for (uint32_t i = 0; i < 100000; i++)
        diag_at(d, DIAG_ERROR, (struct pos){f, (i * 7919 % 100000) * width + 4}, "m");
    assert_int_equal(diag_errors(d), 100000);
    for (uint32_t i = 0; i < LIMIT_DIAGNOSTICS_PER_FILE; i++)
        assert_int_equal(diag_entry(d, i).line, i + 1);
    arena_free(a);
}

static void did_you_mean(void **state)
{
    (void)state;
    static const struct str words[] = {{"title", 5}, {"profiles", 8}, {"id", 2}, {"meta", 4}};
    static const struct {
        const char *given, *want;
    } cases[] = {{"profile", " (did you mean 'profiles'?)"},
                 {"tilte", " (did you mean 'title'?)"},
                 {"profiels", " (did you mean 'profiles'?)"},
                 {"mta", " (did you mean 'meta'?)"},
                 {"xx", ""},
                 {"zz", ""},
                 {"", ""},
                 {"something", ""},
                 {"mtaa", ""}};
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    for (size_t i = 0; i < COUNT(cases); i++)
        EXPECT_STR(diag_did_you_mean(d, str_of(cases[i].given), words, COUNT(words)), cases[i].want);
    EXPECT_STR(diag_did_you_mean(d, STR("x"), NULL, 0), "");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_by_file_and_place),
        cmocka_unit_test(what_is_said_after_printing_is_printed_next_time),
        cmocka_unit_test(a_file_says_so_much_and_no_more),
        cmocka_unit_test(carets),
        cmocka_unit_test(long_lines_show_the_part_of_the_caret),
        cmocka_unit_test(positions_in_a_text),
        cmocka_unit_test(a_file_is_registered_once_and_may_get_its_text_later),
        cmocka_unit_test(messages_cannot_drive_a_terminal),
        cmocka_unit_test(many_errors_in_a_large_text),
        cmocka_unit_test(did_you_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
