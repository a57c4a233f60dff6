/* SPDX-License-Identifier: MIT
 *
 * What stands out, as markup: escaped, linked, cut, and the verdict when there is nothing. */
#include "render/standout.h"

#include "sketch.h"
#include "support.h"

static struct str written(const struct panel *panel, uint32_t most, struct arena *arena)
{
    struct buf out = buf_new(1u << 20, arena);
    standout_write(panel, most, 80, &out, arena);
    return buf_view(&out);
}

static void expect(struct str came, const char *part, bool there)
{
    if ((str_find(came, str_of(part)) != SIZE_MAX) != there)
        fail_msg("'%s' is %s in: %.*s", part, there ? "not" : "still", STR_ARG(came));
}

static void test_list(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    sketch_add(&s, (struct dab){.time_ns = 0, .stack = "main;<b>hot</b>"});
    assert_null(sketch_end(&s));
    struct finding_range range = {341000, 349000};
    uint32_t hot = 0;
    for (uint32_t f = 0; f < s.p.n_frames; f++)
        if (str_starts(s.p.names[s.p.frames[f].name], STR("<b>")))
            hot = f;
    struct finding_frame frame = {hot, 0.981, 0.02};
    struct finding list[] = {
        {.kind = FINDING_BURST,
         .title = STR("<script> runs"),
         .ranges = &range,
         .n_ranges = 1,
         .frames = &frame,
         .n_frames = 1},
        {.kind = FINDING_TIMER, .tier = FINDING_POSSIBLE, .title = STR("x wakes every 1 s")},
        {.kind = FINDING_QUALITY, .tier = FINDING_NOTE, .title = STR("3 % of the samples were lost")},
    };
    struct panel panel = {
        .id = STR("prod"), .profile = &s.p, .findings = {.list = list, .n = 3, .limit = 10}};
    struct str came = written(&panel, 10, s.arena);
    expect(came, "<li>&lt;script&gt; runs", true);
    expect(came, "<script>", false);
    expect(came, "<b>hot", false);
    expect(came, "98&nbsp;% of its samples, in 2&nbsp;% of the others", true);
    expect(came, "<a href=\"#p=prod&amp;t=34.1..34.9\">34.1 s</a>", true);
    expect(came, "possibly: x wakes every 1 s", true);
    expect(came, "<small>3 % of the samples were lost</small>", true);
    expect(written(&panel, 1, s.arena), "x wakes", false);
    panel.findings = (struct findings){.verdict = STR("Nothing stands out: quiet.")};
    expect(written(&panel, 10, s.arena), "<li>Nothing stands out: quiet.</li>", true);
    panel.findings = (struct findings){0};
    assert_int_equal(written(&panel, 10, s.arena).n, 0);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
