/* SPDX-License-Identifier: MIT
 *
 * V8's CPU profiles: the three variants of the format, times, kinds of frames, and what is refused where. */
#include "through_door.h"

#include "ingest/cpuprofile.h"

#define FRAME(name, url)                                                                                     \
    "\"callFrame\": {\"functionName\": \"" name "\", \"url\": \"" url "\", \"lineNumber\": 6}"
/* 1 (root) -> 2 main -> 3 work; 4 (idle) */
#define CHILDREN                                                                                             \
    "\"nodes\": [{\"id\": 1, " FRAME(                                                                        \
        "(root)", "") ", \"children\": [2, 4]},"                                                             \
                      "{\"id\": 2, " FRAME(                                                                  \
                          "main", "file:///a.js") ", \"children\": [3]},"                                    \
                                                  "{\"id\": 3, " FRAME(                                      \
                                                      "work",                                                \
                                                      "file:///a.js") "}, {\"id\": 4, " FRAME("(idle)",      \
                                                                                              "") "}]"
#define PARENTS                                                                                              \
    "\"nodes\": [{\"id\": 3, \"parent\": 2, " FRAME(                                                         \
        "work", "file:///a.js") "},"                                                                         \
                                "{\"id\": 2, \"parent\": 1, " FRAME(                                         \
                                    "main",                                                                  \
                                    "file:///a.js") "},"                                                     \
                                                    "{\"id\": 1, " FRAME(                                    \
                                                        "(root)",                                            \
                                                        "") "}, {\"id\": 4, \"parent\": 1, " FRAME("(idle)", \
                                                                                                   "") "}]"
#define OLD(name, id, children)                                                                              \
    "{\"functionName\": \"" name "\", \"url\": \"file:///a.js\", \"lineNumber\": 6, \"id\": " id             \
    ", \"children\": [" children "]}"

/* "time_us:leaf<caller" of each sample, in order of time. */
static struct str samples_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points; i++) {
        out = str_fmt(a, "%.*s%s%lld:", STR_ARG(out), i ? " " : "",
                      (long long)((p->origin_ns + point_time(p, i) * p->step_ns) / 1000));
        for (uint32_t n = point_node(p, i); p->node_parent[n]; n = p->node_parent[n]) {
            struct str name = p->names[p->frames[p->node_frame[n]].name];
            out = str_fmt(a, "%.*s%.*s%s", STR_ARG(out), STR_ARG(name),
                          p->node_parent[p->node_parent[n]] ? "<" : "");
        }
    }
    return out;
}

static void test_variants(void **state)
{
    (void)state;
    static const struct {
        const char *json, *samples;
    } rows[] = {
        {"{" CHILDREN ", \"startTime\": 1000, \"samples\": [2, 3, 4, 3], \"timeDeltas\": [0, 100, 300, 200]}",
         "1000:main 1100:work<main 1400:(idle) 1600:work<main"},
        {"{" PARENTS ", \"startTime\": 1000, \"samples\": [2, 3, 4, 3], \"timeDeltas\": [0, 100, 300, 200]}",
         "1000:main 1100:work<main 1400:(idle) 1600:work<main"},
        /* both ways at once, the child in front of its parent */
        {"{\"nodes\": [{\"id\": 3, \"parent\": 2, " FRAME(
             "work",
             "") "}, {\"id\": 2, \"children\": [3], " FRAME("main",
                                                            "") "}],"
                                                                "\"samples\": [3], \"timeDeltas\": [700]}",
         "700:work<main"},
        {"{\"head\": " OLD(
             "(root)", "1",
             OLD("main", "2",
                 OLD("work", "3", ""))) ", \"startTime\": 0.001,"
                                        "\"samples\": [2, 3], \"timestamps\": [1000, 1100, 1200]}",
         "1000:main 1100:work<main"},
        /* a delta below zero takes back; digits behind the point of a time are below what is kept */
        {"{" CHILDREN ", \"startTime\": 1000.9, \"samples\": [2, 3, 2], \"timeDeltas\": [500, -200, 400.5]}",
         "1300:work<main 1500:main 1700:main"},
        {"{\"cpuProfile\": {" CHILDREN ", \"samples\": [3], \"timeDeltas\": [700]}}", "700:work<main"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_cpuprofile, rows[i].json, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(samples_of(&p, a), rows[i].samples);
        arena_free(a);
    }
}

static void test_frames(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(
        &door_cpuprofile,
        "{\"nodes\": [{\"id\": 1, " FRAME(
            "(root)", "") ", \"children\": [2, 3, 4]},"
                          "{\"id\": 2, " FRAME("", "node:internal/x/y") "}, {\"id\": 3, " FRAME(
                              "(idle)",
                              "") "},"
                                  "{\"id\": 4, " FRAME(
                                      "(garbage collector)",
                                      "") "}],"
                                          "\"samples\": [2, 3, 4, 1], \"timeDeltas\": [100, 100, 100, 100]}",
        d, &p, a));
    EXPECT_STR(samples_of(&p, a), "100:(anonymous y:7) 200:(idle) 300:(garbage collector) 400:");
    assert_int_equal(p.events[0].n_idle, 1);
    assert_int_equal(p.tally.n_no_stack, 1);
    uint32_t n_jit = 0;
    for (uint32_t f = 0; f < p.n_frames; f++)
        n_jit += p.frames[f].kind == FRAME_JIT;
    assert_int_equal(n_jit, 1);
    arena_free(a);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"{\"nodes\": [", false,
         "f:1:12: error: the JSON ends in the middle\n  {\"nodes\": [\n             ^\n"},
        {"{\"nodes\": x}", false,
         "f:1:11: error: no JSON: unexpected character\n  {\"nodes\": x}\n            ^\n"},
        {"[]", false, "f: error: /: expected a map, is a list\n"},
        {"{\"nodes\": {}, \"samples\": []}", false,
         "f: error: /nodes: expected a list, is a map\nf: error: "
         "/timeDeltas: expected a list, is not there\n"},
        {"{\"nodes\": [{\"id\": 1, \"callFrame\": {\"functionName\": 5}}], \"samples\": [], \"timeDeltas\": "
         "[]}",
         false, "f: error: /nodes/0/callFrame/functionName: expected a text, is a whole number\n"},
        {"{" CHILDREN ", \"samples\": [2, 9], \"timeDeltas\": [1, 1]}", false,
         "f: error: /samples/1: there is no node of id 9\n"},
        {"{" CHILDREN ", \"samples\": [2, 3], \"timeDeltas\": [1]}", false,
         "f: error: /timeDeltas: 1 times for 2 samples\n"},
        {"{" CHILDREN ", \"samples\": [2], \"timeDeltas\": [\"1\"]}", false,
         "f: error: /timeDeltas/0: expected a number, is a text\n"},
        {"{" CHILDREN ", \"samples\": [2, 2], \"timeDeltas\": [9223372036854775807, 1]}", false,
         "f: error: /samples/0: its time is out of range\n"},
        {"{" CHILDREN ", \"samples\": [2], \"timeDeltas\": [1e300]}", false,
         "f: error: /timeDeltas/0: a time out of range\n"},
        {"{\"nodes\": [{\"id\": 1, " FRAME("a", "") "}, {\"id\": 1, " FRAME("b", "") "}], \"samples\": [],"
                                                                                     "\"timeDeltas\": []}",
         false, "f: error: /nodes: id 1 stands there twice\n"},
        {"{\"nodes\": [{\"id\": 1, \"parent\": 2, " FRAME("a", "") "}, {\"id\": 2, \"parent\": 1, " FRAME(
             "b", "") "}],"
                      "\"samples\": [1], \"timeDeltas\": [1]}",
         false, "f: error: /samples/0: the parents of node 1 run in a circle\n"},
        {"{\"nodes\": [{\"id\": 1, " FRAME("a", "") ", \"children\": [2, 2]}, {\"id\": 2, " FRAME(
             "b", "") "}],"
                      "\"samples\": [], \"timeDeltas\": []}",
         false, "f: error: /nodes/0/children/1: node 2 has a parent already\n"},
        {"{\"nodes\": [{\"id\": 1, \"children\": [2], " FRAME("a", "") "}, {\"id\": 2, \"parent\": 3, " FRAME(
             "b", "") "}, {\"id\": 3, " FRAME("c", "") "}],"
                                                       "\"samples\": [], \"timeDeltas\": []}",
         false, "f: error: /nodes/1/parent: node 2 is a child of node 1\n"},
        {"{" CHILDREN ", \"samples\": [], \"timeDeltas\": []}", false, "f: error: no samples in it\n"},
    };
    expect_said(&door_cpuprofile, rows, COUNT(rows));
}

static void test_deep(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf nested = buf_new(1 << 20, a);
    for (int i = 0; i < 100000; i++)
        buf_lit(&nested, "[");
    buf_char(&nested, '\0');
    assert_false(through_door(&door_cpuprofile, nested.p, d, &p, a));
    struct str said = printed(d, a);
    assert_true(str_find(said, STR("nesting too deep")) != SIZE_MAX);
    arena_free(a);
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {
        {"{" CHILDREN, true},
        {"{\"head\": {\"functionName\": \"a\", \"hitCount\": 1", true},
        {"{\"traceEvents\": [{\"callFrame\": 1", false},
        {"[{\"callFrame\": 1}]", false},
        {"callFrame timeDeltas", false},
    };
    expect_sniff(&door_cpuprofile, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants), cmocka_unit_test(test_frames),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_deep),
                                       cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("cpuprofile", tests, NULL, NULL);
}
