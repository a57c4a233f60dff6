/* SPDX-License-Identifier: MIT
 *
 * The findings on planted profiles: a hundred small ones of tests/bench/findings (the whole bench is `make
 * bench-findings`), silence, the spec's wishes, and a real recording whose truth is known. */
#include "../bench/findings/score.h"

#include <pthread.h>

#include "base/os.h"
#include "findings/say.h"
#include "ingest/ingest.h"
#include "support.h"

/* Machines small enough that a hundred take seconds, with checks on, too. */
static struct plan small_plan(uint32_t i)
{
    struct plan plan = score_plan_of(i, 4711);
    plan.seconds = plan.seconds > 120 ? 120 : plan.seconds;
    while (plan.n_cpus * plan.rate_hz * plan.seconds > 50000 && plan.n_cpus > 1)
        plan.n_cpus /= 2;
    if (plan.n_cpus * plan.rate_hz * plan.seconds > 50000)
        plan.rate_hz = 99;
    return plan;
}

static void test_planted(void **state)
{
    (void)state;
    uint32_t parts = 0, found = 0, exact = 0, covered = 0, trains = 0, with_false = 0, n = 0;
    for (uint32_t i = 0; i < PLANT_PATTERNS * 6; i++) {
        struct arena *arena = test_arena();
        struct plan plan = small_plan(i);
        struct truth t;
        struct verdict v = score_plan(&plan, &t, arena);
        n++;
        with_false += v.n_false > 0;
        parts += v.asked ? v.n_parts : 0;
        found += v.asked ? v.n_found : 0;
        trains += v.asked && t.n_trains ? v.n_found : 0;
        exact += v.asked && t.n_trains ? v.n_period_ok : 0;
        covered += v.asked && t.n_trains ? v.n_covered : 0;
        arena_free(arena);
    }
    print_message(
        "%u profiles: %u of %u things found, %u of %u periods within 1 %%, %u with a false finding\n", n,
        found, parts, exact, trains, with_false);
    if (100 * found < 95 * parts || 100 * exact < 95 * trains || 100 * covered < 95 * trains ||
        with_false > 1)
        fail_msg("came: %u of %u found, %u of %u periods, %u intervals of work, %u false; expected 95 %% "
                 "each, and at "
                 "most 1 false",
                 found, parts, exact, trains, covered, with_false);
}

/* A panel over a planted profile, as press.c makes it. */
static struct panel panel_of(const struct plan *plan, struct arena *arena)
{
    struct profile *p = NEW(arena, struct profile);
    struct truth t;
    assert_true(plant_profile(plan, &t, p, arena));
    struct panel panel = {.profile = p, .rate_hz = heatmap_rate(p, arena)};
    panel.heatmap = heatmap_defaults(p, (struct heatmap_spec){0});
    return panel;
}

static const struct plan quiet_plan = {PLANT_NOTHING, NOISE_RANDOM_25, 4, 49, 60, 0, 0, 5},
                         timer_plan = {PLANT_TWO_THREADS, NOISE_RANDOM_25, 4, 99, 60, 0, 0, 8};

static void test_silence_is_a_result(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct panel panel = panel_of(&quiet_plan, arena);
    struct findings all = findings_find(&panel, NULL, NULL, NULL, arena);
    for (uint32_t i = 0; i < all.n; i++)
        assert_int_equal(all.list[i].tier, FINDING_NOTE);
    if (!str_starts(all.verdict, STR("Nothing stands out: ")) ||
        str_find(all.verdict, STR("49 samples a second")) == SIZE_MAX ||
        str_find(all.verdict, STR(" in 2,")) == SIZE_MAX)
        fail_msg("came: '%.*s'", STR_ARG(all.verdict));
    arena_free(arena);
}

static void test_same_findings_each_time(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct panel panel = panel_of(&timer_plan, arena);
    struct findings a = findings_find(&panel, NULL, NULL, NULL, arena), b = findings_find(&panel, NULL, NULL, NULL, arena);
    assert_int_equal(a.n, b.n);
    assert_true(a.n >= 2);
    assert_int_equal(a.verdict.n, 0);
    for (uint32_t i = 0; i < a.n; i++) {
        assert_true(str_eq(a.list[i].title, b.list[i].title));
        assert_true(i == 0 || a.list[i - 1].tier <= a.list[i].tier);
        for (uint32_t r = 0; r < a.list[i].n_ranges; r++)
            assert_true(a.list[i].ranges[r].from < a.list[i].ranges[r].to &&
                        a.list[i].ranges[r].to <= panel.profile->n_steps);
    }
    arena_free(arena);
}

static void test_same_findings_with_tasks(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct panel panel = panel_of(&timer_plan, arena);
    struct stripes alone = {0};
    struct findings a = findings_find(&panel, NULL, &alone, NULL, arena);
    for (unsigned n_threads = 1; n_threads <= 4; n_threads++) {
        struct stripes stripes = {0};
        struct tasks *tasks = tasks_begin(n_threads, arena);
        struct findings b = findings_find(&panel, NULL, &stripes, tasks, arena);
        tasks_end(tasks);
        assert_true(a.n >= 2);
        assert_int_equal(a.n, b.n);
        assert_int_equal(alone.period_ns, stripes.period_ns);
        assert_true(alone.strength == stripes.strength);
        for (uint32_t i = 0; i < a.n; i++) {
            assert_true(str_eq(a.list[i].title, b.list[i].title));
            assert_true(str_eq(a.list[i].why, b.list[i].why));
            assert_int_equal(a.list[i].n_frames, b.list[i].n_frames);
        }
    }
    arena_free(arena);
}

static void test_wishes_of_the_spec(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct panel panel = panel_of(&timer_plan, arena);
    struct findings_spec off = {.off = FINDINGS_YES}, only = {.only = 1u << FINDING_UTILISATION, .limit = 3};
    assert_int_equal(findings_find(&panel, &off, NULL, NULL, arena).n, 0);
    struct findings some = findings_find(&panel, &only, NULL, NULL, arena);
    assert_int_equal(some.n, 1);
    assert_int_equal(some.limit, 3);
    assert_int_equal(some.list[0].kind, FINDING_UTILISATION);
    arena_free(arena);
}

struct looking {
    pthread_t thread;
    const struct panel *panel;
    struct arena *arena;
    struct findings found;
    struct stripes stripes;
};

static void *look(void *arg)
{
    struct looking *l = arg;
    l->found = findings_find(l->panel, NULL, &l->stripes, NULL, l->arena);
    return NULL;
}

/* Beside each other, each on an arena of its own, as a build does beside packing. */
static void test_on_threads(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct panel panel = panel_of(&timer_plan, arena);
    panel.counts = heatmap_counts(panel.profile, arena);
    struct looking l[3];
    for (size_t i = 0; i < COUNT(l); i++) {
        l[i] = (struct looking){.panel = &panel, .arena = test_arena()};
        assert_int_equal(pthread_create(&l[i].thread, NULL, look, &l[i]), 0);
    }
    for (size_t i = 0; i < COUNT(l); i++)
        assert_int_equal(pthread_join(l[i].thread, NULL), 0);
    for (size_t i = 1; i < COUNT(l); i++) {
        assert_true(l[0].found.n >= 2);
        assert_int_equal(l[i].found.n, l[0].found.n);
        assert_int_equal(l[i].stripes.period_ns, l[0].stripes.period_ns);
        for (uint32_t k = 0; k < l[0].found.n; k++)
            assert_true(str_eq(l[i].found.list[k].title, l[0].found.list[k].title));
    }
    for (size_t i = 0; i < COUNT(l); i++)
        arena_free(l[i].arena);
    arena_free(arena);
}

/* A planted profile with a multiple of the period on a slope, not a peak: the parabola through it ended far outside, and the search
 * read there. */
static void test_stripes_of_a_slope(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct plan plan = score_plan_of(47, 2026);
    struct panel panel = panel_of(&plan, arena);
    struct findings_spec off = {.off = FINDINGS_YES};
    struct stripes stripes = {-1, -1};
    (void)findings_find(&panel, &off, &stripes, NULL, arena);
    assert_true(stripes.period_ns > 0 && stripes.period_ns < (int64_t)panel.profile->n_steps * panel.profile->step_ns);
    arena_free(arena);
}

static void test_frames_explain(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct panel panel = panel_of(&timer_plan, arena);
    struct findings all = findings_find(&panel, NULL, NULL, NULL, arena);
    const struct profile *p = panel.profile;
    for (uint32_t i = 0; i < 2; i++) {
        const struct finding *f = &all.list[i];
        assert_int_equal(f->kind, FINDING_TIMER);
        assert_int_equal(f->n_threads, 1);
        assert_true(f->n_frames >= 1);
        /* timer-a runs timer-a_step */
        struct str comm = p->names[p->threads[f->threads[0]].comm],
                   frame = p->names[p->frames[f->frames[0].frame].name];
        if (!str_starts(frame, comm))
            fail_msg("'%.*s' is explained by '%.*s'", STR_ARG(comm), STR_ARG(frame));
        assert_true(f->frames[0].inside > 0.95 && f->frames[0].outside < 0.2);
    }
    arena_free(arena);
}

static const struct finding *titled(const struct findings *all, const char *begin)
{
    for (uint32_t i = 0; i < all->n; i++)
        if (str_starts(all->list[i].title, str_of(begin)))
            return &all->list[i];
    fail_msg("no finding begins with '%s'", begin);
    return NULL;
}

static void expect_near(const struct finding *f, const char *name, double expected, double slack)
{
    double value = score_value(f, name);
    if (!(fabs(value - expected) <= slack))
        fail_msg("%.*s: %s: came %g, expected %g within %g", STR_ARG(f->title), name, value, expected, slack);
}

/* By construction: a timer of 1 s with 20 ms of work; 20 ms of work, then 1 s of sleep; 60 ms every 4.97 s;
 * two threads that work 300 ms once, together. On a machine where they had half a CPU. */
static void test_recorded(void **state)
{
    (void)state;
    const char *shared = getenv("FLAMEPRESS_SHARED");
    struct arena *arena = test_arena();
    struct str path =
        str_fmt(arena, "%s/profiles/recorded__periodic-997hz.perf.txt.gz", shared ? shared : "../shared");
    if (os_kind(path.p, NULL) != OS_FILE) {
        print_message("SKIP: a recording of timers: no FLAMEPRESS_SHARED\n");
        arena_free(arena);
        skip();
    }
    struct spec *spec = NEW(arena, struct spec);
    struct diag *d = diag_new(arena);
    struct profile *p = NEW(arena, struct profile);
    spec_implied(&path, 1, spec, arena);
    struct source_file file = {path, path, {0, 0}};
    spec->profiles[0].files = &file;
    spec->profiles[0].n_files = 1;
    assert_true(ingest_profile(&spec->profiles[0], NULL, d, p, arena));
    struct panel panel = {.profile = p, .rate_hz = heatmap_rate(p, arena)};
    panel.heatmap = heatmap_defaults(p, (struct heatmap_spec){0});
    struct findings all = findings_find(&panel, NULL, NULL, NULL, arena);
    const struct finding *timer = titled(&all, "fixed-1s wakes every 1 s"),
                         *drift = titled(&all, "drift 1.02s works 20 ms, then sleeps 1 s"),
                         *collector = titled(&all, "GC (old) #1 wakes every 4.97 s"),
                         *burst = titled(&all, "burst: 2 threads");
    expect_near(timer, "busy_ns", 20e6, 1e6);
    expect_near(drift, "busy_ns", 20e6, 1e6);
    expect_near(collector, "busy_ns", 60e6, 3e6);
    expect_near(collector, "period_ns", 4.97e9, 0.01e9);
    expect_near(burst, "busy_ns", 300e6, 15e6);
    arena_free(arena);
}

/* Minutes as they are, hours as people say them: a day has 86,400 seconds. */
static void test_words_of_time(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct scene s = {.begin_steps = 5000, .step_s = 0.0001};
    static const struct {
        double at;
        const char *moment, *length;
    } cases[] = {{69.32, "69.82 s", "69 s"},
                 {1800, "1800.5 s", "30 min"},
                 {7199.6, "2 h 0.1 s", "2 h"},
                 {54143.4, "15 h 2 min 23.9 s", "15 h 2 min"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT_STR(say_moment(&s, cases[i].at, arena), cases[i].moment);
        EXPECT_STR(say_time(cases[i].at, arena), cases[i].length);
    }
    arena_free(arena);
}

/* As in the rest of the report: in groups of three. */
static void test_words_of_counts(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    EXPECT_STR(say_count(0, arena), "0");
    EXPECT_STR(say_count(999, arena), "999");
    EXPECT_STR(say_count(31204, arena), "31,204");
    EXPECT_STR(say_count(UINT64_MAX, arena), "18,446,744,073,709,551,615");
    EXPECT_STR(say_number(1.25, arena), "1.2");
    EXPECT_STR(say_number(999.4, arena), "999");
    EXPECT_STR(say_number(999.6, arena), "1,000");
    EXPECT_STR(say_number(503009, arena), "503,009");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted),
        cmocka_unit_test(test_silence_is_a_result),
        cmocka_unit_test(test_same_findings_each_time), cmocka_unit_test(test_same_findings_with_tasks),
        cmocka_unit_test(test_wishes_of_the_spec),
        cmocka_unit_test(test_words_of_counts),
        cmocka_unit_test(test_on_threads),
        cmocka_unit_test(test_stripes_of_a_slope),
        cmocka_unit_test(test_frames_explain),
        cmocka_unit_test(test_recorded),
        cmocka_unit_test(test_words_of_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
