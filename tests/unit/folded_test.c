/* SPDX-License-Identifier: MIT
 *
 * Folded stacks: a line taken apart, frames with their marks, and whole texts with their counts and refusals.
 */
#include "through_door.h"

#include "ingest/folded.h"
#include "ingest/folded_line.h"
#include "model/profile.h"

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool timed, ok;
        const char *stack;
        uint64_t count, seconds;
        uint32_t fraction_ns;
        bool rounded, twice;
    } rows[] = {
        {"a;b;c 12", false, true, "a;b;c", 12, 0, 0, false, false},
        {"a;b c;d 1\r", false, true, "a;b c;d", 1, 0, 0, false, false},
        {"  a;b\t7  ", false, true, "a;b", 7, 0, 0, false, false},
        {"a;b 1.0", false, true, "a;b", 1, 0, 0, false, false},
        {"a;b 31.5", false, true, "a;b", 32, 0, 0, true, false},
        {"a;b 0.4", false, true, "a;b", 0, 0, 0, true, false},
        {"a;b 3 4", false, true, "a;b 3", 4, 0, 0, false, true},
        {"a;b", false, false, "", 0, 0, 0, false, false},
        {"a;b x", false, false, "", 0, 0, 0, false, false},
        {"a;b -3", false, false, "", 0, 0, 0, false, false},
        {"12", false, false, "", 0, 0, 0, false, false},
        {"", false, false, "", 0, 0, 0, false, false},
        {"a;b 99999999999999999999", false, false, "", 0, 0, 0, false, false},
        {"a;b 9007199254740993", false, false, "", 0, 0, 0, false, false},
        {"12.25 a;b 3", true, true, "a;b", 3, 12, 250000000, false, false},
        {"12 a;b", true, true, "a;b", 1, 12, 0, false, false},
        {"12.000000001\ta;b c 2", true, true, "a;b c", 2, 12, 1, false, false},
        {"12.0000000001 a;b 3", true, false, "", 0, 0, 0, false, false},
        {"a;b 3", true, false, "", 0, 0, 0, false, false},
        {"12", true, false, "", 0, 0, 0, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct folded_line l;
        const char *why = "";
        bool ok = folded_parse(str_of(rows[i].line), rows[i].timed, &l, &why);
        if (ok != rows[i].ok)
            fail_msg("'%s': %s %s", rows[i].line, ok ? "taken" : "refused:", ok ? "" : why);
        if (!ok)
            continue;
        EXPECT_STR(l.stack, rows[i].stack);
        if (l.count != rows[i].count || l.seconds != rows[i].seconds ||
            l.fraction_ns != rows[i].fraction_ns || l.is_rounded != rows[i].rounded ||
            l.is_twice != rows[i].twice)
            fail_msg("'%s': count %llu, time %llu + %u ns, rounded %d, twice %d", rows[i].line,
                     (unsigned long long)l.count, (unsigned long long)l.seconds, l.fraction_ns, l.is_rounded,
                     l.is_twice);
    }
}

static void test_frames(void **state)
{
    (void)state;
    static const struct {
        const char *name, *plain;
        enum frame_kind kind;
        bool annotated;
    } rows[] = {
        {"vfs_read_[k]", "vfs_read", FRAME_KERNEL, true},
        {"run_[j]", "run", FRAME_JIT, true},
        {"get_[i]", "get", FRAME_INLINED, true},
        {"slow_[0]", "slow", FRAME_JIT, true},
        {"[unknown]", "[unknown]", FRAME_USER, false},
        {"a_[x]", "a_[x]", FRAME_USER, false},
        {"_[k]", "_[k]", FRAME_USER, false},
        {"", "", FRAME_USER, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum frame_kind kind = FRAME_USER;
        bool annotated;
        EXPECT_STR(folded_frame(str_of(rows[i].name), &kind, &annotated), rows[i].plain);
        assert_int_equal(kind, rows[i].kind);
        assert_int_equal(annotated, rows[i].annotated);
    }
    struct str stack = STR("main;drop<[T; 4]>;;leaf"), name;
    static const char *const names[] = {"main", "drop<[T; 4]>", "", "leaf"};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(folded_next(&stack, &name));
        EXPECT_STR(name, names[i]);
    }
    assert_false(folded_next(&stack, &name));
}

/* Frames of Python have their file, threads of async-profiler their number. */
static void test_languages(void **state)
{
    (void)state;
    static const struct {
        const char *name, *function, *file; /* NULL: no such frame */
    } rows[] = {
        {"main (app/web.py:12)", "main", "app/web.py"},
        {"<module> (w.py)", "<module>", "w.py"},
        {"_find_and_load (<frozen importlib._bootstrap>:1176)", "_find_and_load", "<frozen importlib._bootstrap>"},
        {"f (a) (x.py:3)", "f (a)", "x.py"},
        {"handler (app.js:3)", NULL, NULL},
        {"f(int) (.py)", NULL, NULL},
        {"(x.py:3)", NULL, NULL},
        {" (x.py:3)", NULL, NULL},
        {"f (x.py:3", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str function = STR(""), file = STR("");
        assert_int_equal(folded_python(str_of(rows[i].name), &function, &file), rows[i].function != NULL);
        EXPECT_STR(function, rows[i].function ? rows[i].function : "");
        EXPECT_STR(file, rows[i].file ? rows[i].file : "");
    }
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(&door_folded,
                             "[GC #1 tid=7];run 3\n[C2 tid=x];run 1\n[tid=9];run 1\n<module> (requests/w.py:8);f "
                             "(w.py:3) 2\n",
                             d, &p, a));
    struct str all = STR("");
    for (uint32_t i = 0; i < p.n_threads; i++)
        all = str_fmt(a, "%.*s %.*s/%d", STR_ARG(all), STR_ARG(p.names[p.threads[i].comm]), (int)p.threads[i].tid);
    for (uint32_t i = 0; i < p.n_frames; i++)
        if (p.frames[i].module)
            all = str_fmt(a, "%.*s %.*s:%.*s", STR_ARG(all), STR_ARG(p.names[p.frames[i].name]), STR_ARG(p.packages[p.frames[i].package]));
    EXPECT_STR(all, " GC #1/7 [C2 tid=x]/-1 [tid=9]/-1 [unknown]/-1 <module>:requests f:w");
    arena_free(a);
}

static void test_flat(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(&door_folded,
                             "# made by hand\njava;main;vfs_read_[k] 3\n\njava;main;-;sys_write 4\nsh 5\n", d,
                             &p, a));
    assert_false(p.has_time);
    assert_int_equal(p.weight, WEIGHT_COUNT);
    assert_int_equal(p.n_events, 1);
    EXPECT_STR(p.events[0].name, "samples");
    assert_int_equal(p.events[0].weight, 12);
    assert_int_equal(p.events[0].n_samples, 3);
    assert_int_equal(p.n_threads, 2);
    uint32_t n_kernel = 0;
    for (uint32_t f = 0; f < p.n_frames; f++)
        n_kernel += p.frames[f].kind == FRAME_KERNEL;
    assert_int_equal(n_kernel, 2);
    EXPECT_STR(printed(d, a), "");
    arena_free(a);
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t origin_ns, second_ns; /* the second sample, since the origin */
        bool clock;
    } rows[] = {
        {"10.5 a;b 1\n12.25 a;c 2\n", 10000000000, 2250000000, false},
        {"1700000000 a;b 1\n1700000002 a;c 2\n", 1700000000000000000, 2000000000, true},
        {"1700000000500 a;b 1\n1700000000750 a;c 2\n", 1700000000000000000, 750000000, true},
        {"1700000000500000 a;b 1\n1700000000500300 a;c 2\n", 1700000000000000000, 500300000, true},
        {"1700000000500000000 a;b 1\n1700000000500300000 a;c 2\n", 1700000000000000000, 500300000, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_folded, rows[i].text, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        assert_true(p.has_time);
        assert_int_equal(p.origin_ns, rows[i].origin_ns);
        assert_int_equal(p.has_clock, rows[i].clock);
        assert_int_equal(point_time(&p, 1) * p.step_ns, rows[i].second_ns);
        assert_int_equal(p.events[0].weight, 3);
        arena_free(a);
    }
}

static void test_said(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"a;b 1\nbad\na;b 2\nworse\n", true,
         "f:2:1: warning: not a folded stack: no count behind the stack (2 unreadable in all, left out)\n"
         "  bad\n  ^\n"},
        {"a;b 1.5\na;b 2\n", true, "f: warning: 1 counts are no whole numbers: rounded\n"},
        {"a;b 3 4\na;c 1 2\n", false,
         "f: error: two counts on each line: the difference of two profiles (give the two profiles "
         "themselves)\n"},
        {"a;b\n", false,
         "f:1:1: error: not a folded stack: no count behind the stack (expected 'root;caller;leaf 12')\n"
         "  a;b\n  ^\n"},
    };
    expect_said(&door_folded, rows, COUNT(rows));
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {
        {"a;b 1\na;c 2\n", true},
        {"# comment\na;b 1\nnoise\na;b;c 3\na;b 1\na;b 2\n", true},
        {"1.5 a;b 1\n", true},
        {"a;b 1\na;half of a li", true},
        {"Dear all,\nwe met at 5\n", false},
        {"main 5\n", false},
        {"{\"a\": 1}\n", false},
        {"java 1 [000] 1.0: 1 cpu-clock:\n\tffff f (b)\n\n", false},
        {"", false},
    };
    expect_sniff(&door_folded, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_frames),
                                       cmocka_unit_test(test_languages), cmocka_unit_test(test_flat),  cmocka_unit_test(test_times),
                                       cmocka_unit_test(test_said),  cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("folded", tests, NULL, NULL);
}
