/* SPDX-License-Identifier: MIT
 *
 * A spec as structs: each kind of value, what profiles inherit, what is left to defaults, and specs implied
 * by bare profiles. The messages of refused specs are golden cases. */
#include "support.h"

#include "spec/spec.h"

static struct spec parse(const char *yaml, struct diag *d, struct arena *a)
{
    struct spec spec;
    if (!spec_parse(STR("some/where/report.yaml"), str_of(yaml), NULL, 0, d, &spec, a))
        fail_msg("%.*s", STR_ARG(printed(d, a)));
    return spec;
}

static void test_every_key(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct spec s = parse("title: Spikes\n"
                          "notes: '**bold**'\n"
                          "meta: {host: web-1, build: 17}\n"
                          "resolution: 250us\n"
                          "clock: {at: 1.5s, is: 2026-11-19T11:36:00.5+01:00}\n"
                          "profiles:\n"
                          "  - id: prod\n"
                          "    title: Before\n"
                          "    source: a.gz\n"
                          "    format: perf-script\n"
                          "    event: cycles\n"
                          "    weight: period\n"
                          "    notes: n.md\n"
                          "    filter: {comm: [java, 'C2*'], pid: 7, tid: [1, 3-5], cpu: 0-3, from: 10s, to: "
                          "1 min, idle: drop}\n"
                          "    heatmap: {period: 500ms, rows: 25, palette: cividis, scale: full}\n"
                          "    marks:\n"
                          "      - {at: 34.1s..34.9s, label: GC, note: old}\n"
                          "  - b.gz\n",
                          d, a);
    EXPECT_STR(s.title.s, "Spikes");
    EXPECT_STR(s.folder, "some/where/");
    EXPECT_STR(s.notes.text.s, "**bold**");
    assert_int_equal(s.n_meta, 2);
    EXPECT_STR(s.meta[1].key, "build");
    EXPECT_STR(s.meta[1].value, "17");
    assert_int_equal(s.n_profiles, 2);
    const struct profile_spec *p = &s.profiles[0];
    EXPECT_STR(p->id.s, "prod");
    EXPECT_STR(p->title.s, "Before");
    EXPECT_STR(p->source.s, "a.gz");
    EXPECT_STR(p->format.s, "perf-script");
    EXPECT_STR(p->event.s, "cycles");
    assert_int_equal(p->weight, WEIGHT_PERIOD);
    EXPECT_STR(p->notes.file.s, "n.md");
    assert_int_equal(p->step_ns, 250000);
    assert_true(p->clock.known);
    assert_int_equal(p->clock.at_ns, 1500000000);
    assert_int_equal(p->clock.epoch_ns, 1795084560500000000);
    assert_int_equal(p->filter.n_comm, 2);
    EXPECT_STR(p->filter.comm[1], "C2*");
    assert_int_equal(p->filter.n_pid, 1);
    assert_int_equal(p->filter.pid[0].last, 7);
    assert_int_equal(p->filter.n_tid, 2);
    assert_int_equal(p->filter.tid[1].first, 3);
    assert_int_equal(p->filter.cpu[0].last, 3);
    assert_int_equal(p->filter.from_ns, 10000000000);
    assert_int_equal(p->filter.to_ns, 60000000000);
    assert_int_equal(p->filter.idle, IDLE_DROP);
    assert_int_equal(p->heatmap.period_ns, 500000000);
    assert_int_equal(p->heatmap.rows, 25);
    assert_int_equal(p->heatmap.palette, PALETTE_CIVIDIS);
    assert_int_equal(p->heatmap.scale, SCALE_FULL);
    assert_int_equal(p->n_marks, 1);
    assert_int_equal(p->marks[0].from_ns, 34100000000);
    assert_int_equal(p->marks[0].to_ns, 34900000000);
    EXPECT_STR(p->marks[0].label.s, "GC");
    EXPECT_STR(p->marks[0].note.s, "old");
    p = &s.profiles[1];
    EXPECT_STR(p->source.s, "b.gz");
    EXPECT_STR(p->id.s, "b");
    EXPECT_STR(p->title.s, "b");
    assert_int_equal(p->step_ns, 250000);
    assert_true(p->clock.known);
    assert_int_equal(p->filter.from_ns, INT64_MIN);
    assert_int_equal(p->filter.idle, IDLE_HIDE);
    arena_free(a);
}

static void test_two_lines(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct spec s = parse("profiles:\n- source: logs/stacks.prod.perf.txt.gz\n", d, a);
    EXPECT_STR(s.title.s, "stacks.prod.perf");
    EXPECT_STR(s.profiles[0].id.s, "stacks.prod.perf");
    EXPECT_STR(s.profiles[0].format.s, "auto");
    assert_int_equal(s.profiles[0].weight, WEIGHT_SAMPLES);
    assert_int_equal(s.profiles[0].step_ns, 0);
    assert_false(s.profiles[0].clock.known);
    arena_free(a);
}

/* What an error leaves behind: the other profiles, and which of them are not to be read. */
static void test_faulty(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct spec s;
    assert_false(spec_parse(STR("r.yaml"),
                            STR("titel: x\nprofiles:\n- {source: a, wieght: period}\n- {source: b}\n"), NULL,
                            0, d, &s, a));
    assert_int_equal(diag_errors(d), 2);
    assert_int_equal(s.n_profiles, 2);
    assert_true(s.profiles[0].faulty);
    assert_false(s.profiles[1].faulty);
    assert_false(spec_parse(STR("x/r.yaml"), STR("a: [\n"), NULL, 0, d, &s, a));
    assert_int_equal(s.n_profiles, 0);
    EXPECT_STR(s.folder, "x/");
    arena_free(a);
}

static void test_implied(void **state)
{
    (void)state;
    static const struct {
        const char *path, *stem;
    } rows[] = {
        {"stacks.perf.txt.gz", "stacks.perf"},
        {"/tmp/stacks.app.2018_03_30_01.gz", "stacks.app.2018_03_30_01"},
        {"-", "stdin"},
        {"perf.data", "perf"},
        {".gz", ".gz"},
        {"a.json.zst", "a"},
        {"CPU.2026.cpuprofile", "CPU.2026"},
        {"noextension", "noextension"},
    };
    struct arena *a = test_arena();
    for (size_t i = 0; i < COUNT(rows); i++)
        EXPECT_STR(spec_stem(str_of(rows[i].path)), rows[i].stem);
    struct str paths[] = {STR("one/a b.gz"), STR("two/a b.gz"), STR("a&b.txt")};
    struct spec s;
    spec_implied(paths, COUNT(paths), &s, a);
    assert_int_equal(s.n_profiles, 3);
    EXPECT_STR(s.title.s, "a b");
    EXPECT_STR(s.profiles[0].id.s, "a-b");
    EXPECT_STR(s.profiles[1].id.s, "a-b-2");
    EXPECT_STR(s.profiles[2].id.s, "a-b-3");
    EXPECT_STR(s.profiles[2].title.s, "a&b");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_key), cmocka_unit_test(test_two_lines),
                                       cmocka_unit_test(test_faulty), cmocka_unit_test(test_implied)};
    return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
