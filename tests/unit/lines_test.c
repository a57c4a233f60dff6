/* SPDX-License-Identifier: MIT
 *
 * Lines out of a source that gives its bytes in any portions; lines that are too long. */
#include "through_door.h"

#include "base/limits.h"
#include "ingest/lines.h"

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *joined; /* lines joined by '|' */
        bool no_newline;
    } rows[] = {
        {"", "", false},
        {"\n", "|", false},
        {"a", "a|", true},
        {"a\n", "a|", false},
        {"a\nb", "a|b|", true},
        {"a\n\nb\n", "a||b|", false},
        {"a\r\nb\r\n", "a|b|", false},
        {"\r", "|", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t step = 0; step < 4; step++) {
            struct arena *arena = arena_new((struct arena_hook){0});
            struct text m = {{.read = text_read}, str_of(rows[i].text), step};
            struct lines l = lines_new(&m.source, arena);
            struct str line;
            char got[64] = "";
            uint64_t n = 0;
            while (lines_next(&l, &line)) {
                snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s|", STR_ARG(line));
                n++;
            }
            if (strcmp(got, rows[i].joined) != 0 || l.number != n || l.no_newline != rows[i].no_newline)
                fail_msg("case %zu, step %zu: '%s' (%llu), expected '%s'", i, step, got,
                         (unsigned long long)l.number, rows[i].joined);
            arena_free(arena);
        }
}

static void test_long_lines(void **state)
{
    (void)state;
    size_t big = 3 * (size_t)LIMIT_READ_BUFFER, n = 0;
    char *text = malloc(2 * big + LIMIT_LINE_BYTES + 100);
    memcpy(text, "a\n", 2), n = 2;
    memset(text + n, 'x', big), n += big;
    memcpy(text + n, "\nb\n", 3), n += 3;
    memset(text + n, 'y', LIMIT_LINE_BYTES), n += LIMIT_LINE_BYTES; /* just fits */
    memcpy(text + n, "\nc\n", 3), n += 3;
    memset(text + n, 'z', big), n += big;
    static const size_t steps[] = {0, 65536, 1000003};
    for (size_t i = 0; i < 3; i++) {
        struct arena *arena = arena_new((struct arena_hook){0});
        struct text m = {{.read = text_read}, {text, n}, steps[i]};
        struct lines l = lines_new(&m.source, arena);
        struct str line;
        char got[64] = "";
        while (lines_next(&l, &line))
            snprintf(got + strlen(got), sizeof got - strlen(got), "%c%llu ", line.p[0],
                     (unsigned long long)l.number);
        assert_string_equal(got, "a1 b3 y4 c5 ");
        assert_int_equal(l.n_long, 2);
        assert_int_equal(l.first_long, 2);
        arena_free(arena);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_long_lines)};
    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
