/* SPDX-License-Identifier: MIT
 *
 * Damaged reports: each is refused with a sentence that names the place, and none crashes. With
 * FLAMEPRESS_SEEDS=FOLDER it also writes the seeds of tests/fuzz/unpack_fuzz.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/os.h"
#include "pack/deflate.h"
#include "pack/section.h"
#include "pack/text.h"
#include "pack_fixture.h"

struct world {
    struct arena *arena;
    struct diag *d;
    struct report in, out;
    struct str text;
};

static struct world world_of(const char *shape)
{
    struct world w = {.arena = arena_new((struct arena_hook){0})};
    w.d = diag_new(w.arena);
    for (size_t i = 0; i < SHAPES; i++)
        if (!strcmp(shapes[i].name, shape))
            fixture_report(&shapes[i], 1, &w.in, w.d, w.arena);
    assert_non_null(w.in.panels);
    w.text = fixture_pack(&w.in, w.d, w.arena);
    return w;
}

static const char *message(struct world *w)
{
    struct buf said = buf_new(1u << 20, w->arena);
    diag_print(w->d, &said);
    return str_c(buf_view(&said), w->arena);
}

static void refused(struct world *w, struct str text, const char *expected)
{
    w->d = diag_new(w->arena);
    bool ok = unpack_read(text, diag_file(w->d, STR("r.html")), w->d, &w->out, w->arena);
    const char *said = message(w);
    if (ok || !strstr(said, expected))
        fail_msg("expected '%s', came '%s'", expected, ok ? "a report" : said);
}

static struct str replaced(struct world *w, const char *from, const char *to)
{
    size_t at = str_find(w->text, str_of(from));
    if (at == SIZE_MAX)
        fail_msg("'%s' is not in the report", from);
    return str_fmt(w->arena, "%.*s%s%.*s", (int)at, w->text.p, to, (int)(w->text.n - at - strlen(from)),
                   w->text.p + at + strlen(from));
}

static void what_is_no_report(void **state)
{
    (void)state;
    struct world w = world_of("one");
    assert_false(unpack_is_report(STR("<!doctype html><title>x</title>")));
    assert_true(unpack_is_report(w.text));
    refused(&w, STR(""), "r.html: error: not a flamepress report");
    refused(&w, STR("<script type=\"application/json\" data-fp=\"head\">{}"), "not a flamepress report");
    refused(&w, replaced(&w, "data-fp=\"0.stacks\"", "data-fp=\"1.stacks\""),
            "section '0.stacks' is missing");
    refused(&w, replaced(&w, "data-fp=\"0.stacks\"", "data-fp=\"0.samples\""),
            "section '0.samples': is there twice");
    refused(&w, str_sub(w.text, 0, w.text.n - 12), "section '0.series': its element is cut short");
    arena_free(w.arena);
}

static void a_wrong_head(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"{\"format\":2", "{\"format\":3", "format 3, but only format 2 is known (use a newer flamepress)"},
        {"{\"format\":2", "{\"format\":1", "format 1, but only format 2 is known (make the report again from its source)"},
        {"{\"format\":2", "{\"format\":\"1\"", "head, 'format': has another type"},
        {"{\"format\":2", "{\"format\":1 x", "head: not JSON"},
        {"\"title\":", "\"tit\":", "head, 'title': is missing"},
        {"\"step_ns\":100000", "\"step_ns\":0",
         "head, 'step_ns' of profile 0: is no integer, or out of range"},
        {"\"step_ns\":100000", "\"step_ns\":9e99", "head, 'step_ns' of profile 0: has another type"},
        {"\"step_ns\":100000", "\"step_ns\":4611686018427387904", "'step_ns' of profile 0"},
        {"\"idle\":\"show\"", "\"idle\":\"often\"", "'idle' of profile 0: is none of the words"},
        {"\"levels\":[[20", "\"levels\":[[30", "'levels' of profile 0: does not nest"},
        {"\"n_nodes\":", "\"n_nodes\":1", "'0.stacks'"},
        {"\"n_points\":", "\"n_points\":9", "'0.samples'"},
        {"\"n_points\":", "\"n_points\":9999999999", "'n_points' of profile 0"},
        {"\"lanes\":[[0,", "\"lanes\":[[7,", "'lanes' of profile 0"},
        {"\"lanes\":[[0,", "\"lanes\":[[0,0,", "'lanes' of profile 0: has a row of another length"},
        {"\"comm/package0/Class.method0\"", "\"other\"", "the name of thread 0 is not among the names"},
        {"\"title\":\"", "\"title\":\"\\u0000", "head, 'title': is not UTF-8 without NUL"},
    };
    struct world w = world_of("one");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(&w, replaced(&w, cases[i][0], cases[i][1]), cases[i][2]);
    char deep[300] = "<script type=\"application/json\" data-fp=\"head\">";
    memset(deep + strlen(deep), '[', 100);
    strcat(deep, "</script>");
    refused(&w, str_of(deep), "nesting too deep");
    arena_free(w.arena);
}

static void every_cut_and_every_flip(void **state)
{
    (void)state;
    struct world w = world_of("one");
    struct arena *work = arena_new((struct arena_hook){0});
    char *bad = NEW_N(w.arena, char, w.text.n);
    for (size_t i = 0; i < w.text.n * 2; i++) {
        struct arena_mark mark = arena_mark(work);
        struct diag *d = diag_new(work);
        memcpy(bad, w.text.p, w.text.n);
        bad[i / 2] = (char)(bad[i / 2] ^ (i % 2 ? 1 : 16));
        size_t n = i % 2 ? w.text.n : i / 2;
        if (!unpack_read((struct str){bad, n}, diag_file(d, STR("x")), d, &w.out, work) && !diag_errors(d))
            fail_msg("refused without a word: byte %zu", i / 2);
        arena_reset(work, mark);
    }
    arena_free(work);
    arena_free(w.arena);
}

/* The raw columns of a section, as one container body with everything stored: what the fuzzer changes. */
static void add_bare(struct world *w, enum pack_section kind, struct buf *out)
{
    struct str name = section_name(0, kind, w->arena),
               key = str_fmt(w->arena, PACK_SECTION_TAG "%.*s\">", STR_ARG(name));
    size_t at = str_find(w->text, key);
    if (at == SIZE_MAX && kind == SECTION_SERIES) /* the last, and only where there are any */
        return;
    struct str rest = str_sub(w->text, at + key.n, w->text.n);
    struct section s = {.name = name, .d = w->d, .work = w->arena};
    assert_true(section_open(&s, str_sub(rest, 0, str_find(rest, STR(PACK_END_TAG))), 0));
    struct buf body = buf_new(1u << 26, w->arena);
    varint_put(&body, s.n_columns);
    for (uint32_t i = 0; i < s.n_columns; i++) {
        varint_put(&body, s.column[i].raw_bytes);
        varint_put(&body, s.column[i].raw_bytes);
        buf_char(&body, CODING_STORED);
    }
    for (uint32_t i = 0; i < s.n_columns; i++) {
        struct varint_reader *r = section_take(&s, i, 0, UINT32_MAX);
        assert_non_null(r);
        buf_add(&body, r->p, r->n);
    }
    for (unsigned i = 0; i < 4; i++)
        buf_char(out, (char)(body.n >> 8 * i));
    buf_str(out, buf_view(&body));
}

static struct str bare_of(struct world *w)
{
    struct buf out = buf_new(1u << 26, w->arena);
    size_t at = str_find(w->text, STR(PACK_HEAD_TAG)) + sizeof PACK_HEAD_TAG - 1;
    struct str head = str_sub(w->text, at, w->text.n);
    head = str_sub(head, 0, str_find(head, STR(PACK_END_TAG)));
    buf_char(&out, 'B');
    for (unsigned i = 0; i < 4; i++)
        buf_char(&out, (char)(head.n >> 8 * i));
    buf_str(&out, head);
    for (uint32_t kind = 0; kind < PACK_SECTIONS; kind++)
        add_bare(w, kind, &out);
    return buf_view(&out);
}

static void save_seed(const char *folder, const char *name, struct str bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

/* Small reports of every kind of column, bare and whole. */
static void seeds(void **state)
{
    (void)state;
    const char *folder = getenv("FLAMEPRESS_SEEDS");
    static const struct shape small[] = {
        {.name = "points",
         .n_samples = 40,
         .n_cpus = 3,
         .n_events = 2,
         .n_threads = 4,
         .n_names = 9,
         .depth = 5,
         .gap_ns = 300000,
         .idle_percent = 20},
        {.name = "weights",
         .n_samples = 12,
         .n_cpus = 1,
         .n_events = 1,
         .n_threads = 2,
         .n_names = 5,
         .depth = 3,
         .gap_ns = 900000,
         .weight = WEIGHT_PERIOD},
        {.name = "spans",
         .n_samples = 12,
         .n_cpus = 1,
         .n_events = 1,
         .n_threads = 2,
         .n_names = 5,
         .depth = 3,
         .gap_ns = 900000,
         .span_percent = 50},
        {.name = "flat",
         .n_samples = 10,
         .n_cpus = 1,
         .n_events = 1,
         .n_threads = 2,
         .n_names = 5,
         .depth = 4,
         .gap_ns = 1,
         .flat = true},
    };
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        struct world w = {.arena = arena_new((struct arena_hook){0})};
        w.d = diag_new(w.arena);
        fixture_report(&small[i], 1, &w.in, w.d, w.arena);
        w.text = fixture_pack(&w.in, w.d, w.arena);
        struct str bare = bare_of(&w);
        assert_true(bare.n > 500 && bare.n < 20000);
        if (folder)
            save_seed(folder, str_fmt(w.arena, "bare-%s", small[i].name).p, bare);
        if (folder && i == 0)
            save_seed(folder, "whole", w.text);
        arena_free(w.arena);
    }
}

/* Seeds of another format are refused at once, and a fuzzer that begins with them gets no further. FLAMEPRESS_SEEDS makes them. */
static void the_fuzzers_seed_is_of_this_format(void **state)
{
    (void)state;
    struct world w = {.arena = arena_new((struct arena_hook){0})};
    w.d = diag_new(w.arena);
    struct str seed;
    assert_true(os_read_all(STR("tests/fuzz/corpus/unpack/whole"), 1u << 20, w.d, &seed, w.arena));
    assert_true(unpack_read(seed, diag_file(w.d, STR("seed")), w.d, &w.out, w.arena));
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_no_report), cmocka_unit_test(a_wrong_head),
                                       cmocka_unit_test(every_cut_and_every_flip), cmocka_unit_test(seeds), cmocka_unit_test(the_fuzzers_seed_is_of_this_format)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
