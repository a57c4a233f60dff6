/* SPDX-License-Identifier: MIT
 *
 * Chrome's trace events: slices nested and crossing, work across threads, samples of three sorts, documents in every
 * legal form, and what is refused or left out where. */
#include "through_door.h"

#include "base/limits.h"
#include "ingest/trace_event.h"

/* "event from+length stack" of spans, then "event at stack" of points, in nanoseconds of the source's clock. */
static struct str content_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_spans; i++) {
        struct str stack = stack_of(p, span_node(p, i), a), event = p->events[p->lanes[span_lane(p, i)].event].name;
        out = str_fmt(a, "%.*s%s%.*s %lld+%lld %.*s", STR_ARG(out), out.n ? "|" : "", STR_ARG(event),
                      (long long)(p->origin_ns + span_start(p, i) * p->step_ns),
                      (long long)(span_duration(p, i) * p->step_ns), STR_ARG(stack));
    }
    for (uint32_t i = 0; i < p->n_points; i++) {
        struct str stack = stack_of(p, point_node(p, i), a), event = p->events[p->lanes[point_lane(p, i)].event].name;
        out = str_fmt(a, "%.*s%s%.*s %lld %.*s%s", STR_ARG(out), out.n ? "|" : "", STR_ARG(event),
                      (long long)(p->origin_ns + point_time(p, i) * p->step_ns), STR_ARG(stack),
                      p->node_idle[point_node(p, i)] ? " idle" : "");
    }
    return out;
}

#define X(name, ts, dur) "{\"ph\":\"X\",\"name\":\"" name "\",\"pid\":1,\"tid\":2,\"ts\":" #ts ",\"dur\":" #dur "}"
#define P(ph, name, ts) "{\"ph\":\"" ph "\",\"name\":\"" name "\",\"pid\":1,\"tid\":2,\"ts\":" #ts "}"
#define ID(ph, name, id, ts)                                                                                 \
    "{\"ph\":\"" ph "\",\"cat\":\"net\",\"name\":\"" name "\",\"pid\":1,\"tid\":2,\"id\":" id ",\"ts\":" #ts "}"
#define NAMES                                                                                                \
    "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":2,\"args\":{\"name\":\"main\"}}"
#define CALL(id, more, name) "{\"id\":" #id more ",\"callFrame\":{\"functionName\":\"" name "\"}}"
#define BEGIN "{\"ph\":\"P\",\"name\":\"Profile\",\"id\":\"0x1\",\"pid\":1,\"tid\":2,\"ts\":5,\"args\":{\"data\":{\"startTime\":1000}}}"
#define CHUNK(nodes, samples, deltas)                                                                        \
    "{\"ph\":\"P\",\"name\":\"ProfileChunk\",\"id\":\"0x1\",\"pid\":1,\"tid\":9,\"ts\":6,\"args\":{\"data\":{\"cpuProfile\":{"      \
    "\"nodes\":[" nodes "],\"samples\":[" samples "]},\"timeDeltas\":[" deltas "]}}}"
#define TREE CALL(1, "", "(root)") "," CALL(2, ",\"parent\":1", "f") "," CALL(3, ",\"parent\":1", "(idle)")

static void test_content(void **state)
{
    (void)state;
    static const struct {
        const char *json, *content, *said;
    } rows[] = {
        /* nested: what a slice runs itself */
        {"[" NAMES "," X("a", 10, 100) "," X("b", 20, 30) "]",
         "slices 10000+10000 a<main|slices 20000+30000 b<a<main|slices 50000+60000 a<main", ""},
        /* children first, as many writers have it */
        {"[" X("b", 20, 30) "," X("a", 10, 100) "," NAMES "]",
         "slices 10000+10000 a<main|slices 20000+30000 b<a<main|slices 50000+60000 a<main", ""},
        /* one begins with the other: the longer is the caller, or the first of equal ones */
        {"[" X("b", 10, 5) "," X("a", 10, 10) "," NAMES "]", "slices 10000+5000 b<a<main|slices 15000+5000 a<main", ""},
        {"[" X("a", 10, 5) "," X("b", 10, 5) "," NAMES "]", "slices 10000+5000 b<a<main", ""},
        {"[" P("B", "a", 1) "," P("B", "b", 2) "," P("E", "", 3) "," P("E", "a", 5) "]",
         "slices 1000+1000 a<thread 2|slices 2000+1000 b<a<thread 2|slices 3000+2000 a<thread 2", ""},
        {"[" P("B", "a", 1) "," X("b", 2, 1) "," P("E", "a", 5) "]",
         "slices 1000+1000 a<thread 2|slices 2000+1000 b<a<thread 2|slices 3000+2000 a<thread 2", ""},
        /* crossing: cut */
        {"[" X("a", 10, 10) "," X("b", 15, 10) "]", "slices 10000+5000 a<thread 2|slices 15000+5000 b<a<thread 2",
         "f: warning: 1 slices end after the slice they began in: cut where that ends\n"},
        /* without an end, without a beginning */
        {"[" P("B", "a", 1) "," P("E", "", 0) "," X("b", 2, 7) "]",
         "slices 1000+1000 a<thread 2|slices 2000+7000 b<a<thread 2",
         "f: note: 1 slices do not end: taken as running to the end of the trace\n"},
        /* fractions, numbers in quotes, two threads, a negative tid */
        {"[{\"ph\":\"X\",\"name\":\"a\",\"pid\":\"1\",\"tid\":\"7\",\"ts\":\"12345678901.125\",\"dur\":0.5},"
         "{\"ph\":\"X\",\"name\":\"b\",\"pid\":1,\"tid\":-1,\"ts\":12345678902,\"dur\":1}]",
         "slices 12345678901125+500 a<thread 7|slices 12345678902000+1000 b<[unknown]", ""},
        /* threads with names for numbers; processes */
        {"[{\"ph\":\"X\",\"name\":\"a\",\"pid\":1,\"tid\":\"io\",\"ts\":1,\"dur\":2},"
         "{\"ph\":\"X\",\"name\":\"b\",\"pid\":3,\"tid\":4,\"ts\":1,\"dur\":2},"
         "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":3,\"args\":{\"name\":\"GPU \\u00e9\\n\"}}]",
         "slices 1000+2000 a<io|slices 1000+2000 b<GPU \xc3\xa9\n", ""},
        /* work across threads */
        {"[" ID("b", "get", "7", 10) "," ID("b", "dns", "7", 11) "," ID("e", "dns", "7", 12) "," ID("b", "get", "8", 13) ","
         ID("e", "get", "7", 20) "," ID("n", "x", "7", 15) "," ID("e", "get", "8", 14) "]",
         "async 10000+10000 get<net<thread 2|async 11000+1000 dns<net<thread 2|async 13000+1000 get<net<thread 2|"
         "instants 15000 x<net<thread 2", ""},
        {"[" ID("S", "get", "\"0x7\"", 10) "," ID("T", "get", "\"0x7\"", 11) "," ID("F", "get", "\"0x7\"", 20) "," ID("F", "get", "\"0x7\"", 21) "]",
         "async 10000+10000 get<net<thread 2", "f: note: 1 flows, steps, objects and the like are read over\n"},
        /* written by several threads: the end before the beginning; ends by name where they overlap */
        {"[" ID("F", "get", "7", 20) "," ID("S", "get", "7", 10) "]", "async 10000+10000 get<net<thread 2", ""},
        {"[" ID("b", "get", "7", 10) "," ID("b", "put", "7", 12) "," ID("e", "get", "7", 15) "," ID("e", "put", "7", 20) "]",
         "async 10000+5000 get<net<thread 2|async 12000+8000 put<net<thread 2", ""},
        {"[" ID("e", "", "7", 30) "," ID("b", "put", "7", 25) "," ID("e", "x", "7", 22) "," ID("e", "get", "7", 20) ","
         ID("b", "get", "7", 10) "]",
         "async 10000+10000 get<net<thread 2|async 25000+5000 put<net<thread 2", ""},
        /* a thread's row that goes back */
        {"[" P("B", "b", 2) "," P("E", "b", 3) "," P("B", "a", 1) "," P("E", "a", 5) "]",
         "slices 1000+1000 a<thread 2|slices 2000+1000 b<a<thread 2|slices 3000+2000 a<thread 2", ""},
        {"[" P("E", "", 5) "," P("E", "", 3) "," P("B", "b", 2) "," P("B", "a", 1) "]",
         "slices 1000+1000 a<thread 2|slices 2000+1000 b<a<thread 2|slices 3000+2000 a<thread 2", ""},
        {"[" P("B", "a", 4) "," P("E", "", 6) "," P("B", "b", 2) "," P("E", "", 4) "," P("E", "", 9) "," P("B", "c", 9) "]",
         "slices 2000+2000 b<thread 2|slices 4000+2000 a<thread 2|instants 9000 c<thread 2", ""},
        /* what takes no time does not cut what runs, and knows in what it stands */
        {"[" X("a", 10, 10) "," X("b", 15, 0) "," X("c", 25, 0) "]",
         "slices 10000+10000 a<thread 2|instants 15000 b<a<thread 2|instants 25000 c<thread 2", ""},
        {"[" P("i", "x", 14) "," P("I", "y", 10) "," X("b", 12, 4) "," X("a", 10, 10) "," P("R", "z", 20) "]",
         "slices 10000+2000 a<thread 2|slices 12000+4000 b<a<thread 2|slices 16000+4000 a<thread 2|"
         "instants 10000 y<a<thread 2|instants 14000 x<b<a<thread 2|instants 20000 z<thread 2", ""},
        {"[" P("i", "x", 14) ",{\"ph\":\"i\",\"name\":\"y\"}," P("i", "", 15) "]", "instants 14000 x<thread 2|instants 15000 [unknown]<thread 2",
         "f: warning: /1/ts: is not there (1 unreadable in all, left out)\n"},
        /* in rows that are paired anew, too */
        {"[" P("i", "x", 2) "," P("B", "b", 2) "," P("E", "b", 3) "," P("B", "a", 1) "," P("E", "a", 5) "]",
         "slices 1000+1000 a<thread 2|slices 2000+1000 b<a<thread 2|slices 3000+2000 a<thread 2|instants 2000 x<b<a<thread 2", ""},
        {"[" ID("n", "x", "7", 5) "," ID("e", "get", "7", 20) "," ID("b", "get", "7", 10) "," ID("b", "put", "7", 20) ","
         ID("e", "put", "7", 20) "]",
         "async 10000+10000 get<net<thread 2|instants 5000 x<net<thread 2|instants 20000 put<net<thread 2", ""},
        /* counters are no time, nor is what ties events together */
        {"[" X("a", 1, 1) "," P("C", "n", 1) "," P("s", "n", 2) "]", "slices 1000+1000 a<thread 2",
         "f: warning: /1/args: has no number (1 unreadable in all, left out)\n"
         "f: note: 1 flows, steps, objects and the like are read over\n"},
        /* V8: chunks, in whatever order they come */
        {"[" BEGIN "," CHUNK(TREE, "2,3", "100,50") "," CHUNK(CALL(4, ",\"parent\":2", "g"), "4,2", "10,-5") "]",
         "samples 1100000 f<thread 2|samples 1150000 (idle)<thread 2 idle|samples 1155000 f<thread 2|samples 1160000 g<f<thread 2", ""},
        {"[" CHUNK(TREE, "2", "100") "," BEGIN "," CHUNK("", "2", "50") "]",
         "samples 1100000 f<thread 2|samples 1150000 f<thread 2", ""},
        {"[" CHUNK(TREE, "2", "100") "]", "samples 106000 f<thread 9", ""},
        {"[{\"ph\":\"I\",\"name\":\"CpuProfile\",\"pid\":1,\"tid\":2,\"ts\":1,\"args\":{\"data\":{\"cpuProfile\":{\"nodes\":["
         "{\"id\":1,\"callFrame\":{\"functionName\":\"(root)\"},\"children\":[2]}," CALL(2, "", "f")
         "],\"startTime\":7,\"samples\":[2],\"timeDeltas\":[3]}}}}]",
         "samples 10000 f<thread 2", ""},
        /* samples of others, whose frames may stand before or behind */
        {"{\"samples\":[{\"name\":\"cycles\",\"ts\":5.5,\"cpu\":1,\"comm\":\"sh\",\"tid\":3,\"weight\":9,\"sf\":8},"
         "{\"name\":\"cycles\",\"ts\":6,\"tid\":3,\"sf\":\"8\"},{\"name\":\"cycles\",\"ts\":7,\"tid\":3}],"
         "\"stackFrames\":{\"8\":{\"name\":\"read\",\"parent\":7},\"7\":{\"name\":\"main\"}},\"traceEvents\":[]}",
         "cycles 5500 read<main<sh|cycles 6000 read<main<sh|cycles 7000 sh", ""},
        {"{\"stackFrames\":{\"7\":{\"name\":\"main\",\"category\":\"libc\"}},\"traceEvents\":["
         "{\"ph\":\"P\",\"name\":\"s\",\"ts\":6,\"tid\":3,\"sf\":7}]}",
         "s 6000 main<thread 3", ""},
        {"[{\"ph\":\"P\",\"name\":\"s\",\"ts\":6,\"tid\":3,\"stack\":[\"main\",\"re\\u0061d\"]},"
         "{\"ph\":\"P\",\"name\":\"s\",\"ts\":7,\"tid\":3,\"stack\":[]}]",
         "s 6000 read<main<thread 3|s 7000 thread 3", ""},
        {"[" X("a", 1, 1) ",{\"ph\":\"P\",\"name\":\"s\",\"ts\":6,\"tid\":2,\"stack\":[7]}]", "slices 1000+1000 a<thread 2",
         "f: warning: /1/stack: is no list of texts (1 unreadable in all, left out)\n"},
        /* documents that do not end: legal after an event */
        {"[" X("a", 1, 1) ",", "slices 1000+1000 a<thread 2", ""},
        {"[" X("a", 1, 1) "\n", "slices 1000+1000 a<thread 2", ""},
        {"{\"other\":{\"x\":[\"]\"]},\"traceEvents\":[" X("a", 1, 1), "slices 1000+1000 a<thread 2", ""},
        {"\xef\xbb\xbf [" X("a", 1, 1) "] ", "slices 1000+1000 a<thread 2", ""},
        {"[" X("a\\\"}]\\\\", 1, 1) "]", "slices 1000+1000 a\"}]\\<thread 2", ""},
        {"[" X("a", 1, 1) ",{\"ph\":\"X\",\"na", "slices 1000+1000 a<thread 2", ""},
        /* events that say too little are left out and counted */
        {"[" X("a", 1, 1) ",{\"ph\":\"X\",\"name\":\"b\"},{\"name\":\"c\",\"ts\":1},{\"ph\":\"B\",\"ts\":\"x\"}]",
         "slices 1000+1000 a<thread 2", "f: warning: /1/ts: is not there (3 unreadable in all, left out)\n"},
        {"[" X("a", 1, 1) "," X("b", 1, -1) "]", "slices 1000+1000 a<thread 2",
         "f: warning: /1/dur: is no duration in microseconds (1 unreadable in all, left out)\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile_spec spec = spec_default_profile();
        struct profile p;
        spec.step_ns = 1;
        if (!through_door_as(&door_trace_event, str_of(rows[i].json), &spec, d, &p, a))
            fail_msg("%s: %.*s", rows[i].json, STR_ARG(printed(d, a)));
        if (!str_eq(content_of(&p, a), str_of(rows[i].content)))
            fail_msg("%s\n came:     %.*s\n expected: %s", rows[i].json, STR_ARG(content_of(&p, a)), rows[i].content);
        EXPECT_STR(printed(d, a), rows[i].said);
        arena_free(a);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"[]", false, "f: error: no samples in it\n"},
        {"{\"traceEvents\":[]}", false, "f: error: no samples in it\n"},
        {"7", false, "f: error: at byte 0: no JSON: neither a list nor a map\n"},
        {"[7]", false, "f: error: at byte 1: /0: expected a map\n"},
        {"[{\"ph\" \"X\"}]", false, "f: error: at byte 1: /0: expected ':' after a key\n"},
        {"[{\"ph\":}]", false, "f: error: at byte 1: /0: a value is missing\n"},
        {"{\"traceEvents\":[{\"ph\":\"X\"} {}]}", false,
         "f: error: at byte 27: no JSON: expected ',' or the end of the list\n"},
        {"{\"traceEvents\" []}", false, "f: error: at byte 15: no JSON: expected ':' after a key\n"},
        {"{traceEvents: []}", false, "f: error: at byte 1: no JSON: expected a key in quotes\n"},
        {"[" BEGIN "," CHUNK(TREE, "9", "1") "]", false, "f: error: /1/args/data/cpuProfile/samples/0: there is no node of id 9\n"},
        {"[" BEGIN "," CHUNK(TREE, "2,2", "1") "]", false, "f: error: /1/args/data/timeDeltas: 1 times for 2 samples\n"},
        {"[" BEGIN "," CHUNK(TREE "," CALL(2, "", "x"), "", "") "]", false,
         "f: error: /1/args/data/cpuProfile/nodes/3/id: id 2 stands there twice\n"},
        {"[" BEGIN "," CHUNK(CALL(5, ",\"parent\":6", "x"), "", "") "]", false,
         "f: error: /1/args/data/cpuProfile/nodes/0/parent: there is no node of id 6\n"},
        {"{\"samples\":[{\"ts\":1,\"sf\":8}]}", false, "f: error: /samples/0/sf: there is no stack frame '8'\n"},
        {"{\"samples\":[{\"ts\":1,\"sf\":8}],\"stackFrames\":{\"8\":{\"name\":\"a\",\"parent\":9},\"9\":{\"name\":\"b\",\"parent\":8}}}", false,
         "f: error: /samples/0/sf: callers run in a circle at stack frame '9'\n"},
        {"{\"stackFrames\":{\"8\":{\"name\":\"a\"},\"8\":{\"name\":\"b\"}}}", false,
         "f: error: at byte 37: /stackFrames/8: this stack frame stands there twice\n"},
    };
    expect_said(&door_trace_event, rows, COUNT(rows));
}

/* Slices in slices beyond what a stack may have are counted, and the ends of those above stay theirs. */
static void test_deep(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct buf json = buf_new(64u << 20, a);
    struct profile_spec spec = spec_default_profile();
    struct profile p;
    uint32_t n = LIMIT_STACK_DEPTH + 3;
    for (uint32_t i = 0; i < n; i++)
        buf_fmt(&json, "%s{\"ph\":\"B\",\"name\":\"a\",\"tid\":2,\"ts\":%u}", i ? "," : "[", i);
    for (uint32_t i = 0; i < n; i++)
        buf_fmt(&json, ",{\"ph\":\"E\",\"tid\":2,\"ts\":%u}", n + i);
    buf_fmt(&json, "]");
    spec.step_ns = 1;
    if (!through_door_as(&door_trace_event, (struct str){json.p, json.n}, &spec, d, &p, a))
        fail_msg("%.*s", STR_ARG(printed(d, a)));
    EXPECT_STR(printed(d, a), "f: warning: 3 slices are left out: more than 8192 are open at once\n");
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p.n_spans; i++)
        sum += span_duration(&p, i);
    assert_int_equal(sum * (uint64_t)p.step_ns, 1000u * (2 * n - 1));
    arena_free(a);
}

struct long_events {
    struct source source;
    uint64_t n_left;
    bool is_begun;
};

/* Events of 16 KB. */
static size_t read_long_event(struct source *s, void *to, size_t n)
{
    struct long_events *e = (struct long_events *)s;
    if (!e->n_left || n < 32768)
        return 0;
    int k = snprintf(to, n, "%c{\"ph\":\"X\",\"name\":\"a\",\"pid\":1,\"tid\":2,\"ts\":%llu,\"dur\":1,\"args\":{\"x\":\"%16384s\"}}",
                     e->is_begun ? ',' : '[', (unsigned long long)(2 * e->n_left--), "");
    e->is_begun = true;
    return (size_t)k;
}

/* 64 MB of text in as little memory as their 4096 slices need. */
static void test_memory(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile_spec spec = spec_default_profile();
    struct long_events e = {{.read = read_long_event, .file = diag_file(d, STR("f")), .name = STR("f"), .spec = &spec}, 4096, false};
    struct builder *b = builder_new(&spec, 1000, e.source.file, d, a);
    struct profile p;
    assert_true(door_trace_event.read(&e.source, b, d, a));
    if (arena_bytes(a) > (2u << 20))
        fail_msg("%zu bytes are held after 64 MB", arena_bytes(a));
    assert_true(builder_freeze(b, &p));
    assert_int_equal(p.n_spans, 4096);
    arena_free(a);
}

/* However the bytes come and wherever they end: never more than what was there, never a crash. */
static void test_cut(void **state)
{
    (void)state;
    const char *json = "[" NAMES "," X("a\\\\\\\"b", 10, 100) "," BEGIN "," CHUNK(TREE, "2,3", "100,50") "," X("b", 20, 30) "]";
    for (size_t n = 0; n <= strlen(json); n++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile_spec spec = spec_default_profile();
        struct profile p;
        bool ok = through_door_as(&door_trace_event, (struct str){json, n}, &spec, d, &p, a);
        if (ok != (diag_errors(d) == 0))
            fail_msg("cut at %zu: %s, %.*s", n, ok ? "taken" : "refused", STR_ARG(printed(d, a)));
        arena_free(a);
    }
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is;
    } rows[] = {
        {"[" X("a", 1, 1), true},
        {"\n {\"traceEvents\":[", true},
        {"{\"metadata\":{},\"traceEvents\":[", true},
        {"[1,2,3]", false},
        {"{\"nodes\":[]}", false},
        {"\"ph\"", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if ((door_trace_event.sniff(str_of(rows[i].text)) > 0) != rows[i].is)
            fail_msg("%s: %d", rows[i].text, door_trace_event.sniff(str_of(rows[i].text)));
}

#define C(name, ts, more, args)                                                                              \
    "{\"ph\":\"C\",\"name\":\"" name "\",\"ts\":" #ts "," more "\"args\":{" args "}}"

/* Counters are series above the samples: told apart by name, key, id and process, in the order of time. */
static void test_counters(void **state)
{
    (void)state;
    static const struct {
        const char *json, *counters, *said;
    } rows[] = {
        {"[" X("a", 1, 9) "," C("heap_bytes", 5, "", "\"value\":7.5e3") "," C("heap_bytes", 3, "", "\"value\":\"-2\"") "]",
         "heap_bytes in bytes: 3=-2 5=7500", ""},
        {"[" X("a", 1, 9) "," C("gpu", 2, "", "\"now_mhz\":1,\"gpu\":2,\"what\":\"fast\"") "]", "gpu: now_mhz in MHz: 2=1|gpu: 2=2", ""},
        /* one title for several: ids and processes, which may be named behind */
        {"[" X("a", 1, 9) "," C("n", 2, "\"id\":\"0x1\",", "\"v\":1") "," C("n", 2, "\"id\":2,", "\"v\":2") "]", "n: v [0x1]: 2=1|n: v [2]: 2=2", ""},
        {"[" X("a", 1, 9) "," C("n", 2, "\"pid\":1,", "\"v\":1") "," C("n", 2, "\"pid\":2,", "\"v\":2") ","
         "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":2,\"args\":{\"name\":\"GPU\"}}]",
         "n: v (process 1): 2=1|n: v (GPU): 2=2", ""},
        /* outside of what ran */
        {"[" X("a", 1, 4) "," C("n", 4, "", "\"value\":1") "," C("n", 5, "", "\"value\":2") "," C("n", -1, "", "\"value\":3") "]", "n: 4=1", ""},
        {"[" X("a", 1, 4) "," C("n", 9, "", "\"value\":1") "]", "", ""},
        {"[" X("a", 1, 9) "," C("n", 2, "", "\"value\":1e999,\"x\":null") "," C("n", 2, "", "") ",{\"ph\":\"C\",\"name\":\"n\",\"ts\":2}]", "",
         "f: warning: /1/args: has no number (3 unreadable in all, left out)\n"},
        {"[" X("a", 1, 9) ",{\"ph\":\"C\",\"name\":\"n\",\"args\":{\"value\":1}}]", "", "f: warning: /1/ts: is not there (1 unreadable in all, left out)\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_trace_event, rows[i].json, d, &p, a))
            fail_msg("%s: %.*s", rows[i].json, STR_ARG(printed(d, a)));
        if (!str_eq(counters_of(&p, a), str_of(rows[i].counters)))
            fail_msg("%s\n came:     %.*s\n expected: %s", rows[i].json, STR_ARG(counters_of(&p, a)), rows[i].counters);
        EXPECT_STR(printed(d, a), rows[i].said);
        arena_free(a);
    }
}

/* The very first piece, at 0, of the first stack: all of it is told from the slice. */
static void test_first_piece(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(&door_trace_event, "[" X("a", 0, 10) "]", d, &p, a));
    assert_int_equal(p.n_lanes, 1);
    assert_true(p.lanes[0].cpu == ID_NONE);
    assert_int_equal(p.n_spans, 1);
    arena_free(a);
}

/* The package of a slice is its first category; that of what has none is told from its name. */
static void test_packages(void **state)
{
    (void)state;
    static const char json[] =
        "[{\"ph\":\"X\",\"name\":\"Draw\",\"cat\":\"cc,benchmark\",\"pid\":1,\"tid\":2,\"ts\":1,\"dur\":9},"
        "{\"ph\":\"B\",\"name\":\"cc::Raster\",\"cat\":\"disabled-by-default-cc.debug\",\"pid\":1,\"tid\":2,\"ts\":2},"
        "{\"ph\":\"i\",\"name\":\"mark\",\"cat\":\"blink\",\"pid\":1,\"tid\":2,\"ts\":3},"
        "{\"ph\":\"X\",\"name\":\"v8::Run::f\",\"cat\":\"\",\"pid\":1,\"tid\":2,\"ts\":3,\"dur\":1},"
        "{\"ph\":\"X\",\"name\":\"plain\",\"cat\":7,\"pid\":1,\"tid\":2,\"ts\":20,\"dur\":1}]";
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(&door_trace_event, json, d, &p, a));
    struct str all = STR("");
    for (uint32_t i = 0; i < p.n_frames; i++)
        all = str_fmt(a, "%.*s %.*s=%.*s", STR_ARG(all), STR_ARG(p.names[p.frames[i].name]), STR_ARG(p.packages[p.frames[i].package]));
    EXPECT_STR(all, " Draw=cc cc::Raster=cc.debug mark=blink plain= thread 2= v8::Run::f=v8");
    arena_free(a);
}

/* More counters than a report has room for: as many as there is room for, and a word. */
static void test_many_counters(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf json = buf_new(1u << 20, a);
    buf_lit(&json, "[" X("a", 1, 9));
    for (int i = 0; i < LIMIT_SERIES + 7; i++)
        buf_fmt(&json, ",{\"ph\":\"C\",\"name\":\"n%d\",\"ts\":2,\"args\":{\"v\":%d}}", i, i);
    assert_true(through_door(&door_trace_event, str_c(buf_view(&json), a), d, &p, a));
    assert_int_equal(p.n_series, LIMIT_SERIES);
    EXPECT_STR(printed(d, a), "f: warning: more than 1000 counters or 4194304 values of them: those after are left out\n");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_content), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_cut), cmocka_unit_test(test_deep),
                                       cmocka_unit_test(test_memory), cmocka_unit_test(test_counters), cmocka_unit_test(test_packages),
                                       cmocka_unit_test(test_first_piece),
                                       cmocka_unit_test(test_many_counters), cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("trace_event", tests, NULL, NULL);
}
