/* SPDX-License-Identifier: MIT
 *
 * Notes: whole small outputs, each with what is said about it. Nothing raw passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/limits.h"
#include "render/notes.h"
#include "tags.h"

static struct panel panels[] = {{.id = {"prod", 4}}, {.id = {"can ary", 7}}};
static const struct report report = {.panels = panels, .n_panels = 2};

struct render {
    struct arena *arena;
    struct str html, said;
};

static struct render render(struct str text, const struct panel *panel)
{
    struct render r = {.arena = arena_new((struct arena_hook){0})};
    struct diag *d = diag_new(r.arena);
    struct buf out = buf_new(LIMIT_REPORT_BYTES, r.arena), said = out;
    struct spec_text notes = {text, {diag_text(d, STR("n.md"), text), 0}};
    notes_write(notes, (struct notes_place){&report, panel, "fp-n", 1}, &out, d, r.arena);
    for (uint32_t i = 0; i < diag_count(d); i++)
        buf_fmt(&said, "%llu: %.*s\n", (unsigned long long)diag_entry(d, i).line,
                STR_ARG(diag_entry(d, i).message));
    r.html = buf_view(&out);
    r.said = buf_view(&said);
    return r;
}

static void test_outputs(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out, *said;
    } cases[] = {
        {"Some **bold** & *thin* `a<b`.\nNext  \nline", /* text */
         "<p>Some <strong>bold</strong> &amp; <em>thin</em> <code>a&lt;b</code>.\nNext<br>\nline</p>\n", ""},
        {"# One\n\n###### Six\n\n# One", /* headings go down by one, and no further than h6 */
         "<h2 id=\"fp-n-one\">One</h2>\n<h6 id=\"fp-n-six\">Six</h6>\n<h2 id=\"fp-n-one-1\">One</h2>\n", ""},
        {"[a](#t=34.1s..34.9s) [b](#p=prod&t=1..2&q=GC) [c](#p=can%20ary&t=1..2)",
         "<p><a href=\"#t=34.1..34.9\">a</a> <a href=\"#p=prod&amp;t=1..2&amp;q=GC\">b</a> "
         "<a href=\"#p=can%20ary&amp;t=1..2\">c</a></p>\n",
         ""},
        {"[a](#p=prd)", "<p>a</p>\n", "1: link names unknown profile 'prd' (did you mean 'prod'?)\n"},
        {"[a](#t=500ms..1s)", "<p><a href=\"#t=0.5..1\">a</a></p>\n", ""},
        {"x\n\n[a](#t=3..1)", "<p>x</p>\n<p>a</p>\n",
         "3: link '#t=3..1' names no range (write '#t=34.1..34.9')\n"},
        {"[up](#the-end)\n\n# The end",
         "<p><a href=\"#fp-n-the-end\">up</a></p>\n<h2 id=\"fp-n-the-end\">The end</h2>\n", ""},
        {"[a](https://x.org/?a=1&b=\"2\") <me@x.org> [m](MAILTO:a@b.c)",
         "<p><a href=\"https://x.org/?a=1&amp;b=&quot;2&quot;\" rel=\"noopener noreferrer\">a</a> "
         "<a href=\"mailto:me@x.org\" rel=\"noopener noreferrer\">me@x.org</a> "
         "<a href=\"MAILTO:a@b.c\" rel=\"noopener noreferrer\">m</a></p>\n",
         ""},
        {"[a](javascript:alert(1)) [b](data:text/html,x) [c](../x.html)", "<p>a b c</p>\n",
         "1: link to 'javascript:alert(1)' left out (a report can link to http, https, mailto, ranges and "
         "its own "
         "headings)\n"
         "1: link to 'data:text/html,x' left out (a report can link to http, https, mailto, ranges and its "
         "own "
         "headings)\n"
         "1: link to '../x.html' left out (a report can link to http, https, mailto, ranges and its own "
         "headings)\n"},
        {"![*A* map](https://x.org/a.png) ![local](img/a.png) [![badge](https://b)](https://c)",
         "<p><a href=\"https://x.org/a.png\" rel=\"noopener noreferrer\">A map</a> local (img/a.png) "
         "<a href=\"https://c\" rel=\"noopener noreferrer\">badge</a></p>\n",
         ""},
        {"a <b onclick=x>c</b>\n\n<script>alert(1)</script>\n\n<!-- todo -->", "<p>a c</p>\n",
         "1: raw HTML in notes is left out (write Markdown)\n"},
        {"3. a\n4. b\n\n- c\n\n- d",
         "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<ul>\n<li><p>c</p>\n</li>\n"
         "<li><p>d</p>\n</li>\n</ul>\n",
         ""},
        {"> q\n\n---\n\n```sh\n</script>\n```",
         "<blockquote>\n<p>q</p>\n</blockquote>\n<hr>\n"
         "<pre><code>&lt;/script&gt;\n</code></pre>\n",
         ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct render r = render(str_of(cases[i].in), NULL);
        if (!str_eq(r.html, str_of(cases[i].out)))
            fail_msg("'%s': came\n%.*s\nexpected\n%s", cases[i].in, STR_ARG(r.html), cases[i].out);
        if (!str_eq(r.said, str_of(cases[i].said)))
            fail_msg("'%s': said\n%.*s\nexpected\n%s", cases[i].in, STR_ARG(r.said), cases[i].said);
        arena_free(r.arena);
    }
}

static void test_links_of_a_profile_name_it(void **state)
{
    (void)state;
    struct render r = render(STR("[a](#t=1..2) [b](#p=prod&t=1..2)"), &panels[1]);
    struct str expected =
        STR("<p><a href=\"#p=can%20ary&amp;t=1..2\">a</a> <a href=\"#p=prod&amp;t=1..2\">b</a></p>\n");
    if (!str_eq(r.html, expected))
        fail_msg("came %.*s, expected %.*s", STR_ARG(r.html), STR_ARG(expected));
    arena_free(r.arena);
}

/* Deep nesting, long runs: balanced markup in reasonable time, whatever comes. */
static void test_hostile(void **state)
{
    (void)state;
    static char text[200000];
    static const char *const units[] = {"> ", "*",   "[",     "![",   "`",
                                        "- ", "<a ", "\n# x", "&#0;", "\xff\xfe\0"};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t k = str_of(units[u]).n, n = u == 0 || u == 5 ? 3000 : sizeof text / k * k;
        for (size_t i = 0; i < n; i++)
            text[i] = units[u][i % k];
        struct render r = render((struct str){text, n}, NULL);
        size_t at;
        const char *wrong = tags_check(r.html, &at);
        if (wrong)
            fail_msg("unit '%s': %s at %zu", units[u], wrong, at);
        assert_true(str_is_utf8(r.html));
        arena_free(r.arena);
    }
}

static void test_ceiling(void **state)
{
    (void)state;
    static char text[LIMIT_NOTES_BYTES + 1];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = 'a';
    struct render r = render((struct str){text, sizeof text}, NULL);
    assert_int_equal(r.html.n, 0);
    assert_true(str_eq(r.said, STR("1: notes are larger than 4194304 bytes\n")));
    arena_free(r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outputs),
        cmocka_unit_test(test_links_of_a_profile_name_it),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
