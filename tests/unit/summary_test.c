/* SPDX-License-Identifier: MIT
 *
 * The static summary: one small report word for word, then properties of large and hostile ones: under its
 * ceiling, balanced, without styles, notes there exactly once, colours monotone, the picture a true copy of
 * the counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/heatmap.h"
#include "base/limits.h"
#include "render/staticmap.h"
#include "render/summary.h"
#include "render/words.h"
#include "sketch.h"
#include "tags.h"

static uint64_t dice = 7;
static uint64_t roll(uint64_t n)
{
    dice = dice * 6364136223846793005ull + 1442695040888963407ull;
    return (dice >> 33) % n;
}

/* A panel over a frozen sketch, on the sketch's arena. */
static struct panel panel_of(struct sketch *s, const char *id, const char *title)
{
    assert_null(sketch_end(s));
    struct panel p = {.id = str_of(id), .title = str_of(title), .profile = NEW(s->arena, struct profile)};
    *p.profile = s->p;
    p.counts = heatmap_counts(p.profile, s->arena);
    p.heatmap = heatmap_defaults(p.profile, (struct heatmap_spec){0});
    return p;
}

static struct str summary(const struct report *r, const struct page_notes *notes, struct sketch *s)
{
    struct buf out = buf_new(LIMIT_REPORT_BYTES, s->arena);
    summary_write(r, notes, &out, s->d, s->arena);
    size_t at;
    const char *wrong = tags_check(buf_view(&out), &at);
    if (wrong)
        fail_msg("%s at %zu: %.60s", wrong, at, out.p + at);
    return buf_view(&out);
}

static void test_words(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct buf b = buf_new(1000, arena);
    static const struct {
        int64_t ns;
        const char *text;
    } lengths[] = {
        {0, "0 s"},
        {7, "7 ns"},
        {1500, "1.5 \xc2\xb5s"},
        {418912345, "418.9 ms"},
        {999960000, "1000 ms"},
        {1000000000, "1 s"},
        {41899900000, "41.9 s"},
        {119999000000, "120 s"},
        {125000000000, "2 min 5 s"},
        {7200000000000, "2 h"},
    };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        b.n = 0;
        words_length(&b, lengths[i].ns);
        if (!str_eq(buf_view(&b), str_of(lengths[i].text)))
            fail_msg("%lld ns: came '%.*s', expected '%s'", (long long)lengths[i].ns, STR_ARG(buf_view(&b)),
                     lengths[i].text);
    }
    static const struct {
        uint64_t part, whole;
        const char *text;
    } shares[] = {
        {0, 5, "0 %"},
        {0, 0, "0 %"},
        {5, 5, "100 %"},
        {9999, 10000, "&gt; 99.9 %"},
        {1, 3, "33.3 %"},
        {1, 30, "3.33 %"},
        {1, 100000, "&lt; 0.01 %"},
        {1ull << 52, 1ull << 53, "50.0 %"},
    };
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        b.n = 0;
        words_share(&b, shares[i].part, shares[i].whole);
        if (!str_eq(buf_view(&b), str_of(shares[i].text)))
            fail_msg("share %zu: came '%.*s', expected '%s'", i, STR_ARG(buf_view(&b)), shares[i].text);
    }
    b.n = 0;
    words_rate(&b, 49);
    words_rate(&b, 0.5);
    words_rate(&b, 12.34);
    words_count(&b, 1234567);
    words_samples(&b, 1);
    assert_true(str_eq(buf_view(&b), STR("49 Hz0.5 Hz12.34 Hz1,234,5671 sample")));
    arena_free(arena);
}

static void test_one_small_report(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    for (int i = 0; i < 40; i++)
        sketch_add(&s, (struct dab){.time_ns = 1000000000ll * (i / 20) + 20000000ll * (i % 20),
                                    .stack = i % 4 ? "main;work" : "main"});
    sketch_add(&s, (struct dab){.time_ns = 5, .comm = "swapper", .stack = "default_idle_call"});
    builder_fact(s.b, STR("host"), STR("web<1>"));
    builder_fact(s.b, STR("cpus"), STR("2"));
    builder_tally(s.b)->n_lost = 12;
    builder_tally(s.b)->n_unreadable = 3;
    builder_tally(s.b)->first_unreadable_line = 7;
    struct panel p = panel_of(&s, "a b", "Before");
    p.rate_hz = 50;
    p.heatmap.rows = 5;
    struct mark mark = {.from_ns = 100000000, .to_ns = 1500000000, .label = STR("GC")};
    p.marks = &mark;
    p.n_marks = 1;
    struct meta_spec meta = {STR("region"), STR("eu & us")};
    struct report r = {.title = STR("Spikes"),
                       .generator = STR("flamepress 0"),
                       .meta = &meta,
                       .n_meta = 1,
                       .panels = &p,
                       .n_panels = 1};
    struct spec_text panel_notes = {STR("see [it](#t=1..2)"), {0}}, mark_notes = {STR("**Old**"), {0}},
                     *marks = &mark_notes;
    struct page_notes notes = {.report = {STR("Hello"), {0}}, .panel = &panel_notes, .mark = &marks};
    const char *expected =
        "<main id=\"fp-summary\">\n<h1>Spikes</h1>\n"
        "<p><small>This is the summary. Where scripts may run, the same file is interactive: select any "
        "stretch of "
        "time on the heatmap and see its flame graph.</small></p>\n"
        "<table>\n<tr><th align=\"left\">region</th><td>eu &amp; us</td></tr>\n</table>\n"
        "<section class=\"fp-notes\" data-fp-notes=\"report\">\n<p>Hello</p>\n</section>\n"
        "<section data-fp-profile=\"0\">\n<h2>Before</h2>\n"
        "<p>web&lt;1&gt; \xc2\xb7 cpu-clock \xc2\xb7 50 Hz \xc2\xb7 2 CPUs \xc2\xb7 1.38 s \xc2\xb7 41 "
        "samples (1 idle)</p>\n"
        "<section class=\"fp-notes\" data-fp-notes=\"0\">\n"
        "<p>see <a href=\"#p=a%20b&amp;t=1..2\">it</a></p>\n</section>\n"
        "<table><tr><td width=\"52\" align=\"right\" valign=\"top\"><svg width=\"52\" height=\"72\" "
        "fill=\"currentColor\" font-family=\"sans-serif\" font-size=\"11\" text-anchor=\"end\" "
        "aria-hidden=\"true\">"
        "<text x=\"48\" y=\"50\">0 s</text><text x=\"48\" y=\"10\">1 s</text></svg></td>"
        "<td><svg width=\"130\" height=\"72\" fill=\"currentColor\" font-family=\"sans-serif\" "
        "font-size=\"11\" "
        "role=\"img\" aria-label=\"Heatmap, time from left to right\"><svg width=\"100%\" height=\"50\" "
        "viewBox=\"0 0 2 5\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\">"
        "<rect width=\"2\" height=\"5\" fill=\"#fff\"/><g fill=\"none\" transform=\"translate(.5 0)\">"
        "<path stroke=\"#7f0008\" d=\"m0 3v2m1-2v2\"/></g></svg>"
        "<rect width=\"100%\" height=\"50\" fill=\"none\" stroke=\"#888\"/>"
        "<text x=\"0.00%\" y=\"66\" text-anchor=\"start\">0 s</text>"
        "<text x=\"25.00%\" y=\"66\" text-anchor=\"middle\">500 ms</text>"
        "<text x=\"50.00%\" y=\"66\" text-anchor=\"middle\">1 s</text>"
        "<text x=\"75.00%\" y=\"66\" text-anchor=\"middle\">1.5 s</text>"
        "<text x=\"100.00%\" y=\"66\" text-anchor=\"end\">2 s</text></svg></td></tr></table>\n"
        "<p>Each column is 1 s, read upwards; each cell 200 ms. Samples in a cell: "
        "<svg width=\"11\" height=\"11\" aria-hidden=\"true\"><rect width=\"11\" height=\"11\" "
        "fill=\"#fee5d9\"/></svg>"
        "&nbsp;1";
    const char *end =
        "About 20 mean both CPUs were busy.</p>\n"
        "<ul>\n<li>12 samples lost by the recorder</li>\n<li>3 unreadable lines, first at line 7</li>\n"
        "<li>1 idle sample hidden</li>\n<li>1 sample out of order, sorted</li>\n</ul>\n"
        "<table cellpadding=\"2\"><caption align=\"left\">Hottest functions</caption>\n"
        "<tr><th align=\"right\">Self</th><th align=\"right\">Total</th><th "
        "align=\"left\">Function</th></tr>\n"
        "<tr><td align=\"right\" nowrap>75.0 %</td><td align=\"right\" nowrap>75.0 %</td><td>work "
        "(lib.so)</td></tr>\n"
        "<tr><td align=\"right\" nowrap>25.0 %</td><td align=\"right\" nowrap>100 %</td><td>main "
        "(lib.so)</td></tr>\n"
        "</table>\n"
        "<p>Marks:</p>\n<ul>\n<li>GC: <a href=\"#p=a%20b&amp;t=0.1..1.5\">0.1 s to 1.5 s</a>"
        "<section class=\"fp-notes\" "
        "data-fp-mark=\"0.0\">\n<p><strong>Old</strong></p>\n</section>\n</li>\n</ul>\n"
        "</section>\n<p><small>Made by flamepress 0</small></p>\n</main>";
    struct str came = summary(&r, &notes, &s);
    /* cmocka cuts long messages: from where they part. */
    size_t same = 0, n_end = strlen(end);
    while (same < came.n && expected[same] && came.p[same] == expected[same])
        same++;
    if (expected[same])
        fail_msg("came\n%.300s\nexpected\n%.300s", came.p + same, expected + same);
    for (same = 0; same < n_end && same < came.n && end[n_end - 1 - same] == came.p[came.n - 1 - same];)
        same++;
    if (same < n_end)
        fail_msg("came\n%.400s\nexpected at the end\n%.400s",
                 came.p + (came.n - same > 60 ? came.n - same - 60 : 0),
                 end + (n_end - same > 60 ? n_end - same - 60 : 0));
    arena_free(s.arena);
}

/* Reads the paths of a drawing back into levels: the picture against the counts. */
static void read_picture(struct str svg, uint32_t columns, uint32_t rows, uint8_t *level, double *lightness)
{
    bool upright = str_find(svg, STR("translate(.5 0)")) != SIZE_MAX;
    uint8_t n = 0;
    for (;;) {
        size_t at = str_find(svg, STR("<path stroke=\"#"));
        if (at == SIZE_MAX)
            return;
        svg = str_sub(svg, at + 15, svg.n);
        unsigned long rgb = strtoul(svg.p, NULL, 16);
        lightness[n++] =
            0.2126 * (double)(rgb >> 16) + 0.7152 * (double)(rgb >> 8 & 255) + 0.0722 * (double)(rgb & 255);
        svg = str_sub(svg, str_find(svg, STR("d=\"")) + 3, svg.n);
        long x = 0, y = 0;
        while (svg.p[0] == 'm') {
            char *end;
            x += strtol(svg.p + 1, &end, 10);
            y += strtol(end, &end, 10);
            assert_int_equal(*end, upright ? 'v' : 'h');
            for (long k = strtol(end + 1, &end, 10); k > 0; k--) {
                assert_true(x >= 0 && x < (long)columns && y >= 0 && y < (long)rows);
                assert_int_equal(level[x * (long)rows + (long)rows - 1 - y], 0); /* nothing painted twice */
                level[x * (long)rows + (long)rows - 1 - y] = n;
                if (upright)
                    y++;
                else
                    x++;
            }
            svg = str_sub(svg, (size_t)(end - svg.p), svg.n);
        }
    }
}

static void test_the_picture_is_the_counts(void **state)
{
    (void)state;
    for (int round = 0; round < 6; round++) {
        struct sketch s = sketch_new();
        sketch_begin(&s, 100000);
        for (int i = 0; i < 3000; i++)
            sketch_add(&s, (struct dab){.time_ns = (int64_t)(roll(200) * roll(200)) * (round + 1) * 100000});
        struct panel p = panel_of(&s, "p", "p");
        p.heatmap.palette = (enum palette)(round % 3);
        struct buf out = buf_new(LIMIT_REPORT_BYTES, s.arena);
        struct map_size most = {round % 2 ? 7 : 120, round % 2 ? 50 : 20};
        staticmap_write(&p, 0, most, &out, s.arena);
        uint32_t columns = (uint32_t)((s.p.n_steps - 1) / 10000 + 1), fold = (columns - 1) / most.columns + 1;
        struct heatmap h = heatmap_folded(&s.p, 0, false, 1000000000, most.rows, fold, s.arena);
        uint64_t top = heatmap_top(&h, SCALE_ROBUST, s.arena);
        uint8_t *level = NEW_N(s.arena, uint8_t, (size_t)h.columns * h.rows);
        double lightness[8] = {0};
        read_picture(buf_view(&out), h.columns, h.rows, level, lightness);
        uint64_t least[8], greatest[8] = {0};
        memset(least, 0xff, sizeof least);
        for (size_t i = 0; i < (size_t)h.columns * h.rows; i++) {
            assert_true((level[i] == 0) == (h.cell[i] == 0));
            uint64_t shown = h.cell[i] < top ? h.cell[i] : top;
            least[level[i]] = shown < least[level[i]] ? shown : least[level[i]];
            greatest[level[i]] = shown > greatest[level[i]] ? shown : greatest[level[i]];
        }
        for (int l = 2; l < 8 && lightness[l - 1] > 0; l++) {
            assert_true(greatest[l - 1] < least[l]); /* darker is more */
            assert_true(lightness[l - 1] < lightness[l - 2]);
        }
        arena_free(s.arena);
    }
}

/* Fifty sure changes, four bases, a rule: all with the name. */
static struct comparison hostile_comparison(struct str name, struct arena *arena)
{
    struct comparison c = {.title = name, .event = name, .weight = "samples", .n_base = 4, .n_alarms = 50};
    struct effect e = {.base = 0.1, .target = 0.2, .verdict = CHANGE_SURE};
    c.base = NEW_N(arena, struct compared_side, 4);
    for (int i = 0; i < 4; i++)
        c.base[i].id = name;
    c.target.id = name;
    c.rules = NEW_N(arena, struct str, 30);
    for (c.n_rules = 0; c.n_rules < 30;)
        c.rules[c.n_rules++] = name;
    c.changes = NEW_N(arena, struct change, 50);
    for (; c.n_changes < 50; c.n_changes++)
        c.changes[c.n_changes] =
            (struct change){.name = name, .module = name, .self = e, .total = e, .alarm = ALARM_SELF};
    return c;
}

/* n profiles of random samples with hostile names, marks and long titles. */
static void test_ceiling(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 2, 7, 40, 300, 1000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        uint32_t n = sizes[k];
        struct sketch last = {0};
        struct arena *arena = arena_new((struct arena_hook){0});
        struct panel *panels = NEW_N(arena, struct panel, n);
        struct sketch *all = NEW_N(arena, struct sketch, n);
        static char longest[3000];
        memset(longest, '"', sizeof longest - 1);
        for (uint32_t i = 0; i < n; i++) {
            last = sketch_new();
            sketch_begin(&last, 100000);
            for (int j = 0; j < (n > 40 ? 50 : 4000); j++)
                sketch_add(&last, (struct dab){.time_ns = (int64_t)roll(200000000000ull),
                                               .stack = j % 2 ? longest : "</main><script>;<!--",
                                               .comm = longest});
            builder_fact(last.b, STR("host"), str_of(longest));
            panels[i] = panel_of(&last, longest, longest);
            panels[i].n_marks = 200;
            panels[i].marks = NEW_N(arena, struct mark, 200);
            for (int m = 0; m < 200; m++)
                panels[i].marks[m] = (struct mark){.from_ns = m, .to_ns = m + 1, .label = str_of(longest)};
            all[i] = last;
        }
        struct meta_spec meta[100];
        for (int i = 0; i < 100; i++)
            meta[i] = (struct meta_spec){str_of(longest), str_of(longest)};
        struct report r = {.title = str_of(longest), .generator = STR("x"), .meta = meta, .n_meta = 100, .panels = panels,
                           .n_panels = n};
        struct comparison c = hostile_comparison(str_of(longest), arena);
        r.comparisons = NEW_N(arena, struct comparison, 100);
        for (r.n_comparisons = 0; r.n_comparisons < (n < 100 ? n : 100);)
            r.comparisons[r.n_comparisons++] = c;
        struct str came = summary(&r, NULL, &last);
        if (came.n > LIMIT_SUMMARY_BYTES)
            fail_msg("%u profiles: %zu bytes", n, came.n);
        assert_true(str_eq(came, summary(&r, NULL, &last)));
        assert_true(str_find(came, STR("a regression")) != SIZE_MAX);
        for (uint32_t i = 0; i < n; i++)
            arena_free(all[i].arena);
        arena_free(arena);
    }
}

static uint32_t occurrences(struct str s, const char *what)
{
    uint32_t n = 0;
    for (size_t at; (at = str_find(s, str_of(what))) != SIZE_MAX; n++)
        s = str_sub(s, at + 1, s.n);
    return n;
}

/* However little is said of a profile, its notes are there once, and do not count. */
static void test_notes_survive(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    sketch_add(&s, (struct dab){.time_ns = 0});
    struct panel p = panel_of(&s, "p", "p"), *panels = NEW_N(s.arena, struct panel, 1000);
    struct mark marks[2] = {{0, 1, STR("with"), STR(""), false}, {0, 1, STR("without"), STR(""), false}};
    struct spec_text panel_notes[1000], mark_notes[2] = {{STR("mark note"), {0}}, {STR(""), {0}}},
                                        *mark_lists[1000];
    p.marks = marks;
    p.n_marks = 2;
    for (int i = 0; i < 1000; i++) {
        panels[i] = p;
        panel_notes[i] = (struct spec_text){STR("panel note, and some more text to make it longer"), {0}};
        mark_lists[i] = mark_notes;
    }
    struct report r = {.title = STR("t"), .generator = STR("x"), .panels = panels, .n_panels = 1000};
    struct page_notes notes = {.panel = panel_notes, .mark = mark_lists};
    struct str came = summary(&r, &notes, &s);
    assert_int_equal(occurrences(came, "panel note"), 1000);
    assert_int_equal(occurrences(came, "mark note"), 1000);
    assert_int_equal(occurrences(came, "data-fp-mark=\"999.0\""), 1);
    assert_int_equal(occurrences(came, "data-fp-notes=\"999\""), 1);
    arena_free(s.arena);
}

static void test_flat_profile(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    builder_flat(s.b);
    sketch_add(&s, (struct dab){.stack = "main"});
    struct panel p = panel_of(&s, "p", "t");
    struct report r = {.title = STR("t"), .generator = STR("x"), .panels = &p, .n_panels = 1};
    struct str came = summary(&r, NULL, &s);
    assert_true(str_find(came, STR("The source has no times, so there is no heatmap.")) != SIZE_MAX);
    assert_true(str_find(came, STR("<svg")) == SIZE_MAX);
    assert_true(str_find(came, STR("<h2>")) == SIZE_MAX); /* named like the report: said once */
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_one_small_report),
        cmocka_unit_test(test_the_picture_is_the_counts),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_notes_survive),
        cmocka_unit_test(test_flat_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
