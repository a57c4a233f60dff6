/* SPDX-License-Identifier: MIT
 *
 * docs/spec.md and the table of keys say the same: each row of the table stands in its section of the
 * document word for word, no row stands there that the table lacks, and every example is a spec without
 * errors. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/os.h"
#include "spec/schema.h"
#include "spec/spec.h"

#define DOC "docs/spec.md"

static struct arena *arena;

static struct str doc(void)
{
    struct str text;
    struct diag *d = diag_new(arena);
    if (!os_read_all(STR(DOC), 1 << 20, d, &text, arena))
        fail_msg("cannot read " DOC " (run this from the top of the tree)");
    return text;
}

static bool next_line(struct str *rest, struct str *line)
{
    bool more = rest->n > 0;
    (void)str_cut(*rest, '\n', line, rest);
    return more;
}

/* "## `filter`" begins the section filter; any other heading the top. */
static void note_section(struct str line, char *section, size_t n)
{
    struct str name, rest = str_sub(line, 4, line.n);
    if (!str_starts(line, STR("## ")))
        return;
    (void)str_cut(rest, '`', &name, &rest);
    bool marked = str_starts(line, STR("## `"));
    snprintf(section, n, "%.*s", marked ? (int)name.n : 0, name.p);
}

static struct str row_line(const struct schema_row *row)
{
    return str_fmt(arena, "| `%s` | %s | %s | %s |", row->key, row->takes, row->fallback, row->help);
}

static void test_rows_stand_in_the_document(void **state)
{
    (void)state;
    for (const struct schema_row *row = schema_rows; row->key; row++) {
        struct str rest = doc(), line, wanted;
        char section[40] = "";
        unsigned found = 0;
        if (row->type == TYPE_LATER)
            continue;
        wanted = row_line(row);
        while (next_line(&rest, &line)) {
            note_section(line, section, sizeof section);
            found += strcmp(section, row->section) == 0 && str_eq(line, wanted);
        }
        if (found != 1)
            fail_msg(DOC ", section '%s': this row stands there %u times, not once:\n%.*s", row->section,
                     found, STR_ARG(wanted));
    }
}

static void test_document_has_no_other_keys(void **state)
{
    (void)state;
    struct str rest = doc(), line;
    char section[40] = "";
    unsigned number = 0, rows = 0;
    while (next_line(&rest, &line)) {
        struct str key, after;
        number++;
        note_section(line, section, sizeof section);
        if (!str_starts(line, STR("| `")))
            continue;
        rows++;
        (void)str_cut(str_sub(line, 3, line.n), '`', &key, &after);
        const struct schema_row *row = schema_find(section, key);
        if (!row || row->type == TYPE_LATER)
            fail_msg(DOC ":%u: section '%s' has no key '%.*s'", number, section, STR_ARG(key));
    }
    for (const struct schema_row *row = schema_rows; row->key; row++)
        rows -= row->type != TYPE_LATER;
    assert_int_equal(rows, 0);
}

static void check_example(struct str text, unsigned line)
{
    struct diag *d = diag_new(arena);
    struct spec spec;
    if (spec_parse(STR("example.yaml"), text, NULL, 0, d, &spec, arena) && !diag_warnings(d))
        return;
    struct buf out = buf_new(1 << 16, arena);
    diag_print(d, &out);
    fail_msg("the example at " DOC ":%u:\n%.*s", line, STR_ARG(buf_view(&out)));
}

static void test_examples(void **state)
{
    (void)state;
    struct str rest = doc(), line;
    struct buf example = buf_new(1 << 16, arena);
    unsigned number = 0, begin = 0, examples = 0;
    while (next_line(&rest, &line)) {
        number++;
        if (!begin && str_eq(line, STR("```yaml"))) {
            begin = number + 1;
            example = buf_new(1 << 16, arena);
        } else if (begin && str_starts(line, STR("```"))) {
            check_example(buf_view(&example), begin);
            begin = 0;
            examples++;
        } else if (begin) {
            buf_str(&example, line);
            buf_char(&example, '\n');
        }
    }
    assert_int_equal(begin, 0); /* every fence is closed */
    assert_true(examples >= 8); /* two lines, all keys, and one for each section below */
}

/* What the code behind a row counts on. */
static void test_rows_are_sound(void **state)
{
    (void)state;
    for (const struct schema_row *row = schema_rows; row->key; row++) {
        if (schema_find(row->section, str_of(row->key)) != row)
            fail_msg("key '%s' stands twice in section '%s'", row->key, row->section);
        if (row->type == TYPE_LATER)
            continue;
        if (!row->takes || !row->fallback || !row->help || strchr(row->help, '|') || strchr(row->help, '\n'))
            fail_msg("row '%s' of section '%s' cannot be documented", row->key, row->section);
        bool chooses = row->type == TYPE_CHOICE || row->type == TYPE_FLAGS || row->type == TYPE_ORDER;
        if (chooses != (row->choices != NULL) || row->most < row->least)
            fail_msg("row '%s' of section '%s': choices or bounds", row->key, row->section);
    }
}

static void test_choices(void **state)
{
    (void)state;
    static const struct {
        const char *section, *key, *word;
        int expected;
    } cases[] = {
        {"profiles", "weight", "samples", BY_SAMPLES},
        {"profiles", "weight", "period", BY_PERIOD},
        {"filter", "idle", "hide", IDLE_HIDE},
        {"filter", "idle", "show", IDLE_SHOW},
        {"filter", "idle", "drop", IDLE_DROP},
        {"heatmap", "palette", "flame", PALETTE_FLAME},
        {"heatmap", "palette", "cividis", PALETTE_CIVIDIS},
        {"heatmap", "palette", "grey", PALETTE_GREY},
        {"heatmap", "scale", "robust", SCALE_ROBUST},
        {"heatmap", "scale", "full", SCALE_FULL},
        {"heatmap", "scale", "", -1},
        {"heatmap", "scale", "ful", -1},
        {"heatmap", "scale", "full ", -1},
        {"heatmap", "scale", "robust full", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct schema_row *row = schema_find(cases[i].section, str_of(cases[i].key));
        assert_non_null(row);
        int got = schema_choice(row, str_of(cases[i].word));
        if (got != cases[i].expected)
            fail_msg("%s '%s': %d, expected %d", cases[i].key, cases[i].word, got, cases[i].expected);
    }
    assert_null(schema_find("filter", STR("source")));
    assert_null(schema_find("", STR("")));
}

static int begin(void **state)
{
    (void)state;
    arena = arena_new((struct arena_hook){0});
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_stand_in_the_document),
        cmocka_unit_test(test_document_has_no_other_keys),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_rows_are_sound),
        cmocka_unit_test(test_choices),
    };
    return cmocka_run_group_tests_name("schema", tests, begin, end);
}
