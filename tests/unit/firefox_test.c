/* SPDX-License-Identifier: MIT
 *
 * Firefox's profiles in three shapes: tables in each thread, tables that threads share, rows with a schema; and what is
 * refused where. */
#include "through_door.h"

#include "ingest/firefox.h"

static struct str content_of(const struct profile *p, struct arena *a)
{
    static const char marks[] = "ukji";
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points; i++) {
        out = str_fmt(a, "%.*s%s%lld", STR_ARG(out), i ? "|" : "",
                      (long long)((p->origin_ns + point_time(p, i) * p->step_ns) / 1000));
        if (point_weight(p, i) != 1)
            out = str_fmt(a, "%.*s*%llu", STR_ARG(out), (unsigned long long)point_weight(p, i));
        for (uint32_t n = point_node(p, i); n; n = p->node_parent[n]) {
            struct frame f = p->frames[p->node_frame[n]];
            out = str_fmt(a, "%.*s %.*s", STR_ARG(out), STR_ARG(p->names[f.name]));
            if (f.kind != FRAME_THREAD)
                out = str_fmt(a, "%.*s:%c", STR_ARG(out), marks[f.kind]);
            if (f.module)
                out = str_fmt(a, "%.*s(%.*s)", STR_ARG(out), STR_ARG(p->modules[f.module]));
        }
        if (p->node_idle[point_node(p, i)])
            out = str_fmt(a, "%.*s idle", STR_ARG(out));
    }
    for (uint32_t i = 0; i < p->n_spans; i++)
        out = str_fmt(a, "%.*s%s%lld+%lld", STR_ARG(out), out.n ? "|" : "",
                      (long long)((p->origin_ns + span_start(p, i) * p->step_ns) / 1000),
                      (long long)(span_duration(p, i) * p->step_ns / 1000));
    return out;
}

#define META(more) "\"meta\":{\"preprocessedProfileVersion\":50,\"startTime\":1000.5,\"categories\":[{\"name\":\"Other\"},{\"name\":\"Idle\"}]" more "}"
#define TABLES                                                                                               \
    "\"stringArray\":[\"(root)\",\"main\",\"f\",\"wait\",\"libxul.so\",\"https://x/y.js\"],"                       \
    "\"frameTable\":{\"func\":[0,1,2,3],\"category\":[null,0,0,1],\"inlineDepth\":[0,0,0,0],\"length\":4},"        \
    "\"funcTable\":{\"name\":[0,1,2,3],\"isJS\":[false,false,true,false],\"resource\":[-1,0,-1,0],\"fileName\":[null,null,5,null]}," \
    "\"resourceTable\":{\"name\":[4],\"lib\":[0]},"                                                              \
    "\"stackTable\":{\"prefix\":[null,0,1,1],\"frame\":[0,1,2,3],\"length\":4}"
#define THREAD(tables, samples) "{\"name\":\"GeckoMain\",\"processName\":\"Web\",\"pid\":\"7\",\"tid\":8," tables "\"samples\":{" samples "}}"
#define PROCESSED(samples) "{" META("") ",\"threads\":[" THREAD(TABLES ",", samples) "]}"
#define EMPTY                                                                                                \
    "{\"name\":\"t\",\"stringArray\":[],\"frameTable\":{},\"funcTable\":{},\"stackTable\":{},\"samples\":{\"length\":0}}"
/* One column is called otherwise. */
#define WITHOUT(frame, func, prefix, stack)                                                                  \
    "{" META("") ",\"threads\":[{\"name\":\"t\",\"stringArray\":[\"a\"],\"frameTable\":{\"" frame                                  \
    "\":[0]},\"funcTable\":{\"" func "\":[0]},\"stackTable\":{\"" prefix                                                              \
    "\":[null],\"frame\":[0]},\"samples\":{\"" stack "\":[0],\"time\":[0]}}]}"
#define RAW(location)                                                                                        \
    "{\"meta\":{\"version\":9,\"startTime\":1000,\"stackwalk\":1},\"processes\":[],\"threads\":[{\"name\":\"Render\",\"tid\":3,"    \
    "\"samples\":{\"schema\":{\"stack\":0,\"time\":1},\"data\":[[2,5.25],[null,6]]},"                             \
    "\"stackTable\":{\"schema\":{\"prefix\":0,\"frame\":1},\"data\":[[null,0],[0,1],[1,2]]},"                      \
    "\"frameTable\":{\"schema\":{\"location\":0,\"category\":4},\"data\":[[0],[1],[2,null,null,399,16]]},"          \
    "\"stringTable\":[\"(root)\",\"XRE (in XUL)\",\"" location "\"]}]}"

#define ROWS(schema, data)                                                                                   \
    "{\"meta\":{},\"threads\":[{\"name\":\"t\",\"stringTable\":[\"a\"],\"frameTable\":{\"schema\":{\"location\":0},\"data\":[[0]]},"       \
    "\"stackTable\":{\"schema\":{\"prefix\":0,\"frame\":1},\"data\":[[null,0]]},\"samples\":{\"schema\":" schema                      \
    ",\"data\":" data "}}]}"

static void test_content(void **state)
{
    (void)state;
    static const struct {
        const char *json, *content;
        uint64_t n_no_stack;
        const char *said;
    } rows[] = {
        {PROCESSED("\"stack\":[2,3,null,0],\"time\":[0.25,1,2,3.0005]"),
         "250 f:j(https://x/y.js) main:u(libxul.so) Web|1000 wait:u(libxul.so) main:u(libxul.so) Web idle|2000 Web|3000 Web", 2, ""},
        {PROCESSED("\"stack\":[2,1],\"timeDeltas\":[1.5,0.5]"),
         "1500 f:j(https://x/y.js) main:u(libxul.so) Web|2000 main:u(libxul.so) Web", 0, ""},
        {PROCESSED("\"stack\":[1,1],\"time\":[1,2],\"weight\":[3,null],\"weightType\":\"samples\""),
         "1000*3 main:u(libxul.so) Web|2000 main:u(libxul.so) Web", 0, ""},
        {PROCESSED("\"stack\":[1],\"time\":[1],\"weight\":[2.5],\"weightType\":\"tracing-ms\""), "1000+2500", 0, ""},
        /* spans in one thread do not make the counts of another one */
        {"{" META("") ",\"threads\":[" THREAD(TABLES ",", "\"stack\":[1],\"time\":[1],\"weight\":[2.5],\"weightType\":\"tracing-ms\"") ","
         THREAD(TABLES ",", "\"stack\":[1],\"time\":[2],\"weight\":[3],\"weightType\":\"samples\"") "]}",
         "2000*3 main:u(libxul.so) Web|1000+2500", 0, ""},
        /* a thread that never ran needs no columns; processes without a number stay apart */
        {"{" META("") ",\"threads\":[" EMPTY ",{\"name\":\"t\",\"pid\":\"Unknown Process 1\"," TABLES ",\"samples\":{\"stack\":[1],\"time\":[1]}},"
         "{\"name\":\"t\",\"pid\":\"7.2\"," TABLES ",\"samples\":{\"stack\":[1],\"time\":[2]}}]}",
         "1000 main:u(libxul.so) t (Unknown Process 1)|2000 main:u(libxul.so) t", 0,
         "f: warning: 1 threads have a pid or tid that is no number: filters by pid and tid do not find them\n"},
        /* what threads share stands once */
        {"{" META("") ",\"shared\":{" TABLES ",\"sources\":{\"filename\":[5]}},\"threads\":[" THREAD("", "\"stack\":[2],\"time\":[1]") ","
         "{\"name\":\"Worker\",\"pid\":7,\"tid\":9,\"samples\":{\"stack\":[1],\"time\":[0.5]}}]}",
         "500 main:u(libxul.so) Worker|1000 f:j(https://x/y.js) main:u(libxul.so) Web", 0, ""},
        /* as Firefox writes it; as the old DevTools saved it */
        {RAW("f (https://x/y.js:12:3)"), "5250 f:j(https://x/y.js) XRE:u(XUL) Render|6000 Render", 1, ""},
        {"{\"label\":\"\",\"profile\":" RAW("operator()") "}", "5250 operator():u XRE:u(XUL) Render|6000 Render", 1, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile_spec spec = spec_default_profile();
        struct profile p;
        spec.step_ns = 1000;
        if (!through_door_as(&door_firefox, str_of(rows[i].json), &spec, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        if (!str_eq(content_of(&p, a), str_of(rows[i].content)))
            fail_msg("case %zu\n came:     %.*s\n expected: %s", i, STR_ARG(content_of(&p, a)), rows[i].content);
        EXPECT_STR(printed(d, a), rows[i].said);
        assert_int_equal(p.tally.n_no_stack, rows[i].n_no_stack);
        assert_true(p.has_clock);
        assert_true(door_firefox.sniff(str_of(rows[i].json)) > 0);
        arena_free(a);
    }
}

/* A process of its own began later: its times count from there. */
static void test_processes(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile_spec spec = spec_default_profile();
    struct profile p;
    struct str child = str_of(RAW("f")), parent = str_of(RAW("g"));
    size_t at = str_find(parent, STR("\"processes\":[")) + strlen("\"processes\":["), start = str_find(child, STR("1000"));
    struct str json = str_fmt(a, "%.*s%.*s1002%.*s%.*s", (int)at, parent.p, (int)start, child.p, (int)(child.n - start - 4),
                              child.p + start + 4, (int)(parent.n - at), parent.p + at);
    spec.step_ns = 1000;
    if (!through_door_as(&door_firefox, json, &spec, d, &p, a))
        fail_msg("%.*s", STR_ARG(printed(d, a)));
    EXPECT_STR(content_of(&p, a), "5250 g:u XRE:u(XUL) Render|6000 Render|7250 f:u XRE:u(XUL) Render|8000 Render");
    arena_free(a);
}

/* Counters: processed, in groups, as Firefox writes them; memory is summed up, the rest is not. */
static void test_counters(void **state)
{
    (void)state;
#define COUNTED(counters) "{" META("") ",\"counters\":" counters ",\"threads\":[" THREAD(TABLES ",", "\"stack\":[1,1],\"time\":[0,9]") "]}"
#define COUNTER(more, samples) "{\"name\":\"malloc\"," more "\"samples\":{" samples "}}"
    static const struct {
        const char *json, *counters;
    } rows[] = {
        {COUNTED("[" COUNTER("\"category\":\"Memory\",", "\"time\":[1,2,3],\"count\":[5,-2,4],\"number\":[1,1,1]") "]"), "malloc in bytes: 1=5 2=3 3=7"},
        {COUNTED("[" COUNTER("\"category\":\"power\",", "\"timeDeltas\":[1,2,100],\"count\":[5,2.5,1]") "]"), "malloc in pWh: 1=5 3=2.5"},
        {COUNTED("[{\"name\":\"CPU\",\"sampleGroups\":{\"id\":0,\"samples\":{\"time\":[1],\"count\":[5]}}}]"), "CPU: 1=5"},
        {COUNTED("[{\"name\":\"CPU\",\"sampleGroups\":[{\"id\":0,\"samples\":{\"time\":[1,null],\"count\":[5,6]}}]}]"), "CPU: 1=5"},
        {COUNTED("[{\"name\":\"CPU\",\"sample_groups\":[{\"samples\":{\"schema\":{\"count\":1,\"time\":0},\"data\":[[1,7],[2]]}}]}]"), "CPU: 1=7"},
        {COUNTED("[" COUNTER("\"pid\":\"7\",", "\"time\":[1],\"count\":[5]") "," COUNTER("\"pid\":8,", "\"time\":[1],\"count\":[6]") "]"),
         "malloc (pid 7): 1=5|malloc (pid 8): 1=6"},
        {COUNTED("[{\"name\":\"CPU\"},{\"sampleGroups\":[]}]"), ""},
    };
    static const struct said_row wrong[] = {
        {COUNTED("7"), false, "f: error: /counters: expected a list, is a whole number\n"},
        {COUNTED("[7]"), false, "f: error: /counters/0: expected a map, is a whole number\n"},
        {COUNTED("[" COUNTER("", "\"time\":[1,2],\"count\":[5]") "]"), false, "f: error: /counters/0/samples/count: 1 values, and 2 in another column\n"},
        {COUNTED("[" COUNTER("", "\"time\":[\"x\"],\"count\":[5]") "]"), false, "f: error: /counters/0/samples/time/0: expected a number, is a text\n"},
        {COUNTED("[" COUNTER("", "\"time\":[1e300],\"count\":[5]") "]"), false, "f: error: /counters/0/samples/time/0: a time out of range\n"},
        {COUNTED("[{\"sampleGroups\":[{\"samples\":7}]}]"), false, "f: error: /counters/0/sampleGroups/0/samples: expected a map, is a whole number\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile_spec spec = spec_default_profile();
        struct profile p;
        spec.step_ns = 1000000;
        if (!through_door_as(&door_firefox, str_of(rows[i].json), &spec, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        if (!str_eq(counters_of(&p, a), str_of(rows[i].counters)))
            fail_msg("case %zu\n came:     %.*s\n expected: %s", i, STR_ARG(counters_of(&p, a)), rows[i].counters);
        arena_free(a);
    }
    expect_said(&door_firefox, wrong, COUNT(wrong));
}

/* A label is of the package that its category names; a script or library is of its own. Samples pass by the category
 * of their stack, which those without one have from their callers. */
static void test_categories(void **state)
{
    (void)state;
    static const char json[] =
        "{\"meta\":{\"preprocessedProfileVersion\":40,\"startTime\":1000,\"categories\":[{\"name\":\"Other\"},{\"name\":\"Layout\"},"
        "{\"name\":\"JavaScript\"},{\"name\":7}]},\"threads\":[{\"name\":\"t\",\"stringArray\":[\"reflow\",\"f\",\"https://x/y.js\",\"g\"],"
        "\"frameTable\":{\"func\":[0,1,2,2],\"category\":[1,2,null,9]},\"funcTable\":{\"name\":[0,1,3],\"fileName\":[null,2,null]},"
        "\"stackTable\":{\"prefix\":[null,0,1,0,null],\"frame\":[0,1,2,2,3]},\"samples\":{\"stack\":[0,1,2,3,4,null],\"time\":[0,1,2,3,4,5]}}]}";
    static const struct {
        const char *key, *value;
        uint32_t n;
    } rows[] = {{"category", "Layout", 2}, {"category", "Java*", 2}, {"category", "*", 6}, {"category", "?*", 4}, {"name", "*", 0}};
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(&door_firefox, json, d, &p, a));
    struct str packages = STR("");
    for (uint32_t i = 0; i < p.n_frames; i++)
        packages = str_fmt(a, "%.*s %.*s:%.*s", STR_ARG(packages), STR_ARG(p.names[p.frames[i].name]), STR_ARG(p.packages[p.frames[i].package]));
    EXPECT_STR(packages, " f:x g: reflow:Layout t:");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct profile_spec spec = spec_default_profile();
        struct spec_pair label = {.key = {.s = str_of(rows[i].key)}, .value = {.s = str_of(rows[i].value)}};
        spec.filter.label = &label;
        spec.filter.n_label = 1;
        bool ok = through_door_as(&door_firefox, str_of(json), &spec, d, &p, a);
        if (ok != (rows[i].n > 0) || (ok && p.n_points != rows[i].n))
            fail_msg("%s: %s: %u, not %u", rows[i].key, rows[i].value, ok ? p.n_points : 0, rows[i].n);
    }
    arena_free(a);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"{}", false, "f: error: /threads: expected a list, is not there\n"},
        {"{\"threads\":[]}", false, "f: error: no samples in it\n"},
        {"{\"threads\":[7]}", false, "f: error: /threads/0: expected a map, is a whole number\n"},
        {PROCESSED("\"stack\":[4],\"time\":[1]"), false, "f: error: /threads/0/samples/stack/0: there is no number 4, only 4\n"},
        {PROCESSED("\"stack\":[1],\"time\":[\"x\"]"), false, "f: error: /threads/0/samples/time/0: expected a number, is a text\n"},
        {PROCESSED("\"stack\":[1,2],\"time\":[1]"), false, "f: error: /threads/0/samples/time: 1 values, and 2 in another column\n"},
        {PROCESSED("\"stack\":[1],\"time\":[1e30]"), false, "f: error: /threads/0/samples/time/0: a time out of range\n"},
        {"{" META("") ",\"threads\":[{\"name\":\"t\",\"stringArray\":[\"a\"],\"frameTable\":{\"func\":[0]},\"funcTable\":{\"name\":[0]},"
         "\"stackTable\":{\"prefix\":[0],\"frame\":[0]},\"samples\":{\"stack\":[0],\"time\":[0]}}]}", false,
         "f: error: /threads/0/stackTable/prefix/0: there is no number 0, only 0\n"},
        {"{" META("") ",\"threads\":[{\"name\":\"t\",\"stringArray\":[7],\"frameTable\":{\"func\":[0]},\"funcTable\":{\"name\":[0]},"
         "\"stackTable\":{\"prefix\":[null],\"frame\":[0]},\"samples\":{\"stack\":[0],\"time\":[0]}}]}", false,
         "f: error: /threads/0/stringArray/0: expected a text, is a whole number\n"},
    };
    /* columns that are missing, each by its name; rows that are none */
    static const struct said_row columns[] = {
        {WITHOUT("x", "name", "prefix", "stack"), false, "f: error: /threads/0/frameTable/func: expected a list, is not there\n"},
        {WITHOUT("func", "x", "prefix", "stack"), false, "f: error: /threads/0/funcTable/name: expected a list, is not there\n"},
        {WITHOUT("func", "name", "x", "stack"), false, "f: error: /threads/0/stackTable/prefix: expected a list, is not there\n"},
        {WITHOUT("func", "name", "prefix", "x"), false, "f: error: /threads/0/samples/stack: expected a list, is not there\n"},
        {PROCESSED("\"stack\":[1],\"time\":{}"), false, "f: error: /threads/0/samples/time: expected a list, is a map\n"},
        {ROWS("{\"stack\":0,\"time\":1}", "[[0]]"), false, "f: error: /threads/0/samples/data/0: expected a number, is not there\n"},
        {ROWS("{\"stack\":0,\"time\":1}", "[7]"), false, "f: error: /threads/0/samples/data/0: expected a number, is not there\n"},
        {ROWS("{\"stack\":0,\"time\":1}", "{}"), false, "f: error: /threads/0/samples/data: expected a list, is a map\n"},
        {ROWS("{\"stack\":0}", "[[0, 1]]"), false, "f: error: /threads/0/samples/schema/time: expected a whole number, is not there\n"},
        {PROCESSED("\"stack\":[1],\"time\":[1],\"weight\":[1e30]"), false, "f: error: /threads/0/samples/weight/0: a weight out of range\n"},
        {PROCESSED("\"stack\":[1,1,1],\"time\":[1,2,3],\"weight\":[3,0.5,-4]"), true,
         "f: warning: 1 samples with weights below 1 are left out\nf: warning: 1 weights are no whole numbers and rounded\n"},
    };
    expect_said(&door_firefox, columns, COUNT(columns));
    expect_said(&door_firefox, rows, COUNT(rows));
    assert_int_equal(door_firefox.sniff(STR("{\"traceEvents\":[],\"stackTable\":1,\"frameTable\":2}")), 0);
    assert_int_equal(door_firefox.sniff(STR("{\"nodes\":[],\"samples\":[]}")), 0);
    assert_int_equal(door_firefox.sniff(STR("[]")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_content), cmocka_unit_test(test_processes),
                                       cmocka_unit_test(test_counters), cmocka_unit_test(test_categories),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests_name("firefox", tests, NULL, NULL);
}
