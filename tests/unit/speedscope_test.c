/* SPDX-License-Identifier: MIT
 *
 * speedscope's JSON: samples and events, in times and in counts, and what is refused where. */
#include "through_door.h"

#include "ingest/speedscope.h"

#define FILE_OF(profiles)                                                                                    \
    "{\"$schema\": \"https://www.speedscope.app/file-format-schema.json\", \"shared\": {\"frames\": ["       \
    "{\"name\": \"main\"}, {\"name\": \"read\", \"file\": \"a.c\"}]}, \"profiles\": [" profiles "]}"
#define SAMPLED(unit, samples, weights)                                                                      \
    "{\"type\": \"sampled\", \"name\": \"one\", \"unit\": \"" unit                                           \
    "\", \"startValue\": 2, \"samples\": [" samples "], \"weights\": [" weights "]}"
#define EVENTED(unit, events)                                                                                \
    "{\"type\": \"evented\", \"name\": \"two\", \"unit\": \"" unit                                           \
    "\", \"startValue\": 0, \"events\": [" events "]}"
#define O(frame, at) "{\"type\": \"O\", \"frame\": " #frame ", \"at\": " #at "}"
#define C(frame, at) "{\"type\": \"C\", \"frame\": " #frame ", \"at\": " #at "}"

/* "from+length stack" of spans in microseconds, or "weight stack" of points. */
static struct str content_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_spans; i++) {
        struct str stack = stack_of(p, span_node(p, i), a);
        out = str_fmt(a, "%.*s%s%lld+%lld %.*s", STR_ARG(out), out.n ? "|" : "",
                      (long long)((p->origin_ns + span_start(p, i) * p->step_ns) / 1000),
                      (long long)(span_duration(p, i) * p->step_ns / 1000), STR_ARG(stack));
    }
    for (uint32_t i = 0; i < p->n_points; i++) {
        struct str stack = stack_of(p, point_node(p, i), a);
        out = str_fmt(a, "%.*s%s%llu %.*s", STR_ARG(out), out.n ? "|" : "",
                      (unsigned long long)point_weight(p, i), STR_ARG(stack));
    }
    return out;
}

static void test_content(void **state)
{
    (void)state;
    static const struct {
        const char *json, *content, *event;
    } rows[] = {
        {FILE_OF(SAMPLED("milliseconds", "[0, 1], [0], [0, 1]", "1.5, 0, 2")),
         "2000+1500 read<main<one|3500+2000 read<main<one", "time"},
        {FILE_OF(SAMPLED("seconds", "[0]", "0.000001")), "2000000+1 main<one", "time"},
        {FILE_OF(EVENTED("microseconds",
                         O(0, 5) "," O(1, 7) "," C(1, 10) "," C(0, 11) "," O(0, 20) "," C(0, 21))),
         "5+2 main<two|7+3 read<main<two|10+1 main<two|20+1 main<two", "time"},
        {FILE_OF(SAMPLED("none", "[0, 1], [0]", "3, 4")), "3 read<main<one|4 main<one", "samples"},
        {FILE_OF(EVENTED("bytes", O(0, 0) "," O(1, 100) "," C(1, 300) "," C(0, 300))),
         "100 main<two|200 read<main<two", "bytes"},
        {FILE_OF(SAMPLED("none", "[0]", "3") "," SAMPLED("none", "[0]", "4")), "3 main<one|4 main<one (2)",
         "samples"},
        {FILE_OF(SAMPLED("none", "[0]", "3") "," SAMPLED("seconds", "[0]", "1")), "3 main<one", "samples"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_speedscope, rows[i].json, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(content_of(&p, a), rows[i].content);
        EXPECT_STR(p.events[0].name, rows[i].event);
        arena_free(a);
    }
}

static void test_said(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"[1]", false, "f: error: /: expected a map, is a list\n"},
        {"{\"profiles\": []}", false,
         "f: error: /shared: expected a map, is not there\nf: error: /shared/frames: expected a list, is not "
         "there\n"},
        {FILE_OF(SAMPLED("parsecs", "[0]", "1")), false,
         "f: error: /profiles/0/unit: an unknown unit (known: none, bytes, nanoseconds, microseconds, "
         "milliseconds, "
         "seconds)\n"},
        {FILE_OF(SAMPLED("none", "[0, 2]", "1")), false,
         "f: error: /profiles/0/samples/0/1: there is no frame 2 (of 2)\n"},
        {FILE_OF(SAMPLED("none", "[0], [0]", "1")), false,
         "f: error: /profiles/0/weights: 1 weights for 2 samples\n"},
        {FILE_OF(SAMPLED("none", "[0]", "-1")), false,
         "f: error: /profiles/0/weights/0: a weight below zero\n"},
        {FILE_OF(SAMPLED("seconds", "[0]", "1e30")), false,
         "f: error: /profiles/0/weights/0: out of range\n"},
        {FILE_OF(EVENTED("none", O(0, 5) "," C(1, 6))), false,
         "f: error: /profiles/0/events/1: closes frame 1, which is not the last one opened\n"},
        {FILE_OF(EVENTED("none", O(0, 5) "," O(1, 4))), false,
         "f: error: /profiles/0/events/1/at: before the event in front of it\n"},
        {FILE_OF(EVENTED("none", O(0, 5) "," O(1, 6) "," C(1, 7))), false,
         "f: error: /profiles/0/events: 1 frames are never closed\n"},
        {FILE_OF(EVENTED("none", "{\"type\": \"X\", \"frame\": 0, \"at\": 1}")), false,
         "f: error: /profiles/0/events/0/type: expected O or C\n"},
        {FILE_OF(SAMPLED("none", "[0]", "1") "," SAMPLED("seconds", "[0]", "1")), true,
         "f: warning: 1 profiles in a time are left out (the first has none)\n"},
        {FILE_OF(""), false, "f: error: no samples in it\n"},
    };
    expect_said(&door_speedscope, rows, COUNT(rows));
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {{FILE_OF(""), true},
                                            {"{\"shared\": {\"frames\": []}}", true},
                                            {"\xef\xbb\xbf{\"shared\": {\"frames\": []}}", true},
                                            {"{\"nodes\": []}", false},
                                            {"[]", false}};
    expect_sniff(&door_speedscope, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_content), cmocka_unit_test(test_said),
                                       cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("speedscope", tests, NULL, NULL);
}
