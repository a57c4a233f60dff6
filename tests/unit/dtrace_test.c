/* SPDX-License-Identifier: MIT
 *
 * DTrace's stacks: the lines, the unit of the times, kernel below user, and whole texts. */
#include "through_door.h"

#include "ingest/dtrace.h"
#include "ingest/dtrace_line.h"

static void test_frames(void **state)
{
    (void)state;
    static const struct {
        const char *line, *name, *module;
        enum frame_kind kind;
    } rows[] = {
        {"unix`sys_syscall+0x17a", "sys_syscall", "unix", FRAME_USER},
        {"node`v8::Foo::operator+(int)+0x1a", "v8::Foo::operator+(int)", "node", FRAME_USER},
        {"libc.so.1`memcpy", "memcpy", "libc.so.1", FRAME_USER},
        {"0x36197f9060bb Stub:CEntryStub", "Stub:CEntryStub", "", FRAME_JIT},
        {"0x101500cb0", "[unknown]", "", FRAME_USER},
        {"unix`0xfffffffffb800c91", "[unknown]", "unix", FRAME_USER},
        {"java`0xf00d+0x5", "[unknown]", "java", FRAME_USER},
    };
    struct dtrace_frame f;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(dtrace_frame(str_of(rows[i].line), &f));
        EXPECT_STR(f.name, rows[i].name);
        EXPECT_STR(f.module, rows[i].module);
        assert_int_equal(f.kind, rows[i].kind);
    }
    static const char *const none[] = {"", "12", "java", "`x", "a b`c", "unix`", "0x", "0xyz"};
    for (size_t i = 0; i < COUNT(none); i++)
        if (dtrace_frame(str_of(none[i]), &f))
            fail_msg("'%s' is taken for a frame", none[i]);
}

static void test_headers(void **state)
{
    (void)state;
    struct dtrace_header h;
    assert_true(dtrace_header(STR("iojs 86454 181012024: profile-1ms:"), &h));
    EXPECT_STR(h.comm, "iojs");
    EXPECT_STR(h.probe, "profile-1ms");
    assert_int_equal(h.pid, 86454);
    assert_int_equal(h.time, 181012024);
    assert_true(dtrace_header(STR("Google Chrome He 12 5: profile-97:"), &h));
    EXPECT_STR(h.comm, "Google Chrome He");
    static const char *const none[] = {"",
                                       ":",
                                       "a: b:",
                                       "iojs x 5: p:",
                                       "iojs 5 x: p:",
                                       "iojs 5 5 p:",
                                       "5 5: p:",
                                       "iojs 99999999999 5: p:",
                                       "iojs 5 99999999999999999999: p:"};
    for (size_t i = 0; i < COUNT(none); i++)
        if (dtrace_header(str_of(none[i]), &h))
            fail_msg("'%s' is taken for a header", none[i]);
    static const struct {
        const char *probe;
        int64_t ns;
    } probes[] = {{"profile-1ms", 1000000},
                  {"profile-97", 1000000000 / 97},
                  {"profile-97hz", 1000000000 / 97},
                  {"profile-4999us", 4999000},
                  {"tick-1s", 1000000000},
                  {"profile", 0},
                  {"profile-0", 0},
                  {"profile-1parsec", 0}};
    for (size_t i = 0; i < COUNT(probes); i++)
        if (dtrace_interval(str_of(probes[i].probe)) != probes[i].ns)
            fail_msg("'%s': %lld ns", probes[i].probe, (long long)dtrace_interval(str_of(probes[i].probe)));
}

static void test_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t step_ns, second_ns;
    } rows[] = {
        {"a 1 181012024: profile-1ms:\n x`f\n\na 1 181012026: profile-1ms:\n x`f\n\n", 1000000, 26000000},
        {"a 1 5000000: profile-97:\n x`f\n\na 1 5010309: profile-97:\n x`f\n\n", 100000, 10300000},
        {"a 1 1700000000000000000: profile-97:\n x`f\n\na 1 1700000000010309000: profile-97:\n x`f\n\n",
         100000, 10300000},
        {"a 1 7: profile-1s:\n x`f\n\na 1 8: profile-1s:\n x`f\n\n", 1000000000, 1000000000},
        /* one stack says nothing about the unit but by its size */
        {"a 1 181012024: profile-1ms:\n x`f\n\n", 1000000, 24000000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_dtrace, rows[i].text, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        assert_int_equal(p.step_ns, rows[i].step_ns);
        assert_int_equal(point_time(&p, p.n_points - 1) * p.step_ns, rows[i].second_ns);
        arena_free(a);
    }
}

static void test_texts(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    /* kernel towards the leaf, user below it; counts; a name in front of the stack */
    assert_true(through_door(&door_dtrace,
                             "CPU     ID                    FUNCTION:NAME\n  0  64091      :tick-60s \n\n"
                             "              lofs`freelonode+0x1f5\n              unix`sys_syscall+0x17a\n"
                             "              libc`open+0x3\n                3\n\n"
                             "  java\n              libc`read\n               40\n",
                             d, &p, a));
    assert_false(p.has_time);
    assert_int_equal(p.events[0].weight, 43);
    assert_int_equal(p.n_threads, 2);
    uint32_t n_kernel = 0;
    for (uint32_t f = 0; f < p.n_frames; f++)
        n_kernel += p.frames[f].kind == FRAME_KERNEL;
    assert_int_equal(n_kernel, 2);
    EXPECT_STR(printed(d, a), "");
    /* two CPUs printing at once */
    assert_true(through_door(&door_dtrace,
                             "iojs 1 10: profile-1ms:\n x`f\n\niojs 1 11: profile-1ms:\n x`f\n"
                             " node`v8::interiojs 1 12: profile-1ms:\n x`g\n",
                             d, &p, a));
    assert_int_equal(p.n_points, 3);
    assert_int_equal(p.n_threads, 1);
    arena_free(a);
}

static void test_said(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {" x`f\n  3\n\nnonsense\n x`g\n  4\n", true,
         "f:4:1: warning: no stack of DTrace (1 unreadable in all, left out)\n  nonsense\n  ^\n"},
        {"nonsense\n", false,
         "f:1:1: error: no stack of DTrace (1 unreadable in all, left out)\n  nonsense\n  ^\n"},
        {" x`f\n", false, "f: error: no samples in it\n"},
    };
    expect_said(&door_dtrace, rows, COUNT(rows));
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {
        {"iojs 1 10: profile-1ms:\n x`f\n", true},
        {"CPU ID\n  x`f+0x1\n  y`g\n   12\n", true},
        {"a;b 3\n", false},
        {"java 1 [000] 1.0: 1 cpu-clock:\n\tffff f (b)\n\n", false},
        {"  x`f\n  y`g\n", false},
    };
    expect_sniff(&door_dtrace, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_frames), cmocka_unit_test(test_headers),
                                       cmocka_unit_test(test_units),  cmocka_unit_test(test_texts),
                                       cmocka_unit_test(test_said),   cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("dtrace", tests, NULL, NULL);
}
