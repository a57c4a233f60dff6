/* SPDX-License-Identifier: MIT
 *
 * The whole page: well-formed whatever the names are, the policy's hashes are those of the bytes between the
 * tags, the built-in assets and the same files from a folder give the same bytes, the same input the same
 * page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyse/heatmap.h"
#include "base/limits.h"
#include "pack/text.h"
#include "pack/unpack.h"
#include "render/assets.h"
#include "render/page.h"
#include "render/sha256.h"
#include "sketch.h"
#include "tags.h"
#include "unpressed.h"

#define HOSTILE "</script><!--<script>alert(1)</script>\xe2\x80\xae\"'><b onclick=x>{{title}}"

struct world {
    struct sketch s;
    struct panel panel;
    struct report r;
    struct page_notes notes;
    struct spec_text panel_notes;
};

static void world_new(struct world *w)
{
    *w = (struct world){.s = sketch_new()};
    sketch_begin(&w->s, 100000);
    for (int i = 0; i < 100; i++)
        sketch_add(&w->s, (struct dab){.time_ns = i * 20000000ll,
                                       .stack = i % 3 ? "main;" HOSTILE : "main;\xff\xfe;b",
                                       .comm = HOSTILE,
                                       .event = HOSTILE});
    assert_null(sketch_end(&w->s));
    w->panel = (struct panel){.id = STR("p\"<"), .title = STR(HOSTILE), .profile = &w->s.p, .rate_hz = 50};
    w->panel.counts = heatmap_counts(&w->s.p, w->s.arena);
    w->panel.heatmap = heatmap_defaults(&w->s.p, (struct heatmap_spec){0});
    w->r = (struct report){
        .title = STR(HOSTILE), .generator = STR("flamepress"), .panels = &w->panel, .n_panels = 1};
    w->notes.report.s = STR("# " HOSTILE "\n\n[x](javascript:alert(1)) <b onclick=x>");
    w->panel_notes.s = STR("![" HOSTILE "](data:x)");
    w->notes.panel = &w->panel_notes;
}

static struct str render(struct world *w, const char *dir)
{
    struct buf out = buf_new(LIMIT_REPORT_BYTES, w->s.arena);
    if (!page_write(&w->r, &w->notes, dir, &out, w->s.d, w->s.arena)) {
        struct buf said = buf_new(10000, w->s.arena);
        diag_print(w->s.d, &said);
        fail_msg("page_write: %.*s", STR_ARG(buf_view(&said)));
    }
    return buf_view(&out);
}

static void test_nothing_in_a_name_breaks_the_page(void **state)
{
    (void)state;
    struct world w;
    world_new(&w);
    struct str page = render(&w, NULL);
    size_t at;
    const char *wrong = tags_check(page, &at);
    if (wrong)
        fail_msg("%s at %zu: %.*s", wrong, at, (int)(page.n - at < 80 ? page.n - at : 80), page.p + at);
    assert_true(str_is_utf8(page));
    assert_true(str_find(page, STR("alert(1)</script>")) == SIZE_MAX);
    size_t data = str_find(page, STR("data-fp=\"head\""));
    assert_true(data != SIZE_MAX &&
                str_find(page, STR("\xe2\x80\xae")) > data); /* in the data, not in markup */
    assert_true(str_find(page, STR("javascript:")) == SIZE_MAX);
    struct report back;
    assert_true(unpack_is_report(page));
    if (!unpack_read(page, diag_file(w.s.d, STR("page")), w.s.d, &back, w.s.arena))
        fail_msg("the page cannot be read back");
    assert_true(back.panels[0].profile->n_points == 100);
    arena_free(w.s.arena);
}

/* The text between the tags of the nth `open`. */
static struct str between(struct str page, const char *open, const char *close)
{
    size_t from = str_find(page, str_of(open));
    assert_true(from != SIZE_MAX);
    page = str_sub(page, from + str_of(open).n, page.n);
    return str_sub(page, 0, str_find(page, str_of(close)));
}

static struct str built_in(const char *name)
{
    for (const struct asset *a = assets_built_in; a->name; a++)
        if (str_eq(str_of(a->name), str_of(name)))
            return a->bytes;
    fail_msg("no asset %s", name);
    return STR("");
}

/* What the loader makes of one of its two elements. */
static struct str put_in(struct str page, const char *name, struct arena *arena)
{
    struct str tag = str_fmt(arena, "data-page=\"%s\">%c", name, 0), digits = between(page, tag.p, "</script>");
    struct str out;
    assert_true(unpressed(digits, built_in(strcmp(name, "style") ? "page_js" : "page_css").n, &out, arena));
    return out;
}

static void test_policy(void **state)
{
    (void)state;
    struct world w;
    world_new(&w);
    struct str page = render(&w, NULL), csp = between(page, "Content-Security-Policy\" content=\"", "\"");
    struct str expected = STR("default-src 'none'; script-src ");
    static const char *const after[] = {" ", "; style-src ", " ",
                                        "; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'"};
    struct str parts[] = {between(page, "<script>", "</script>"), put_in(page, "script", w.s.arena),
                          between(page, "<style>", "</style>"), put_in(page, "style", w.s.arena)};
    for (int i = 0; i < 4; i++) {
        uint8_t digest[32];
        struct buf b = buf_new(100, w.s.arena);
        sha256(parts[i], digest);
        text_encode(digest, 32, &b);
        expected = str_fmt(w.s.arena, "%.*s'sha256-%.*s'%s", STR_ARG(expected), STR_ARG(buf_view(&b)), after[i]);
    }
    if (!str_eq(csp, expected))
        fail_msg("came '%.*s', expected '%.*s'", STR_ARG(csp), STR_ARG(expected));
    arena_free(w.s.arena);
}

static void put_file(const char *dir, const char *name, struct str bytes)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

static const struct {
    const char *name, *asset;
} files[] = {{"page.html", "page_html"},
             {"summary.css", "summary_css"},
             {"page.css", "page_css"},
             {"loader.js", "loader_js"},
             {"page.js", "page_js"}};

static void put_files(const char *dir)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        put_file(dir, files[i].name, built_in(files[i].asset));
}

static void remove_files(const char *dir)
{
    char path[256];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i].name);
        remove(path);
    }
    assert_int_equal(rmdir(dir), 0);
}

static void test_assets_from_a_folder(void **state)
{
    (void)state;
    struct world w;
    char dir[] = "/tmp/flamepress-page-XXXXXX";
    assert_non_null(mkdtemp(dir));
    put_files(dir);
    world_new(&w);
    struct str inside = render(&w, NULL), again = render(&w, NULL), folder = render(&w, dir);
    assert_true(str_eq(inside, again));
    assert_true(str_eq(inside, folder));
    const struct {
        const char *file;
        struct str bytes;
        const char *said;
    } refused[] = {
        {"loader.js", STR("x = '</SCRIPT>'"), "holds '</script' and cannot stand inside a page"},
        {"loader.js", STR("x\0"), "holds 'NUL' and cannot stand inside a page"},
        {"summary.css", STR("a{}\r\n"), "holds '\r' and cannot stand inside a page"},
        {"page.js", STR("x = '\xff'"), "is not UTF-8, or has a byte order mark in front"},
        {"page.css", STR("\xef\xbb\xbf{}"), "is not UTF-8, or has a byte order mark in front"},
        {"page.html", STR("<p>{{nothing}}"), "unknown hole 'nothing'"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        put_files(dir);
        put_file(dir, refused[i].file, refused[i].bytes);
        struct diag *d = diag_new(w.s.arena);
        struct buf out = buf_new(LIMIT_REPORT_BYTES, w.s.arena);
        assert_false(page_write(&w.r, &w.notes, dir, &out, d, w.s.arena));
        bool said = false;
        for (uint32_t k = 0; k < diag_count(d); k++)
            said |= str_eq(diag_entry(d, k).message, str_of(refused[i].said));
        if (!said)
            fail_msg("case %zu: '%s' was not said", i, refused[i].said);
    }
    remove_files(dir);
    arena_free(w.s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_in_a_name_breaks_the_page),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_assets_from_a_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
