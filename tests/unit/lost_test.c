/* SPDX-License-Identifier: MIT
 *
 * What a format says and a report cannot keep is counted and said: stacks deeper than LIMIT_STACK_DEPTH, of
 * every format that can write them, and numbers that are rounded. */
#include "through_door.h"

#include "base/limits.h"
#include "ingest/austin.h"
#include "ingest/bpftrace.h"
#include "ingest/cpuprofile.h"
#include "ingest/dtrace.h"
#include "ingest/firefox.h"
#include "ingest/folded.h"
#include "ingest/perf_script.h"
#include "ingest/speedscope.h"
#include "ingest/trace_event.h"

/* A sample of n frames: `before`, then `frame` with its number (from 0, the root, or counted down to it),
 * then `after`. %u in `frame` is its number, the second one that of its caller. */
struct shape {
    const struct door *door;
    const char *before, *root, *frame, *between, *after;
    bool leaf_first;
};

static const struct shape shapes[] = {
    {&door_perf_script, "a 1 1.5: e:\n", NULL, "\t7f00 f%u+0x1 (/app)", "\n", "\n\n", true},
    {&door_folded, "a;", NULL, "f%u", ";", " 3\n", false},
    {&door_austin, "Thread 1;", NULL, "f%u (a.py)", ";", " 5\n", false},
    {&door_dtrace, "a 1 10: profile-1ms:\n", NULL, "  x`f%u+0x1", "\n", "\n\n", true},
    {&door_bpftrace, "Attaching 1 probe...\n@[\n", NULL, "    f%u+1", "\n", "\n, a]: 3\n", true},
    {&door_cpuprofile, "{\"nodes\":[", "{\"id\":%u,\"callFrame\":{\"functionName\":\"f%u\"}}",
     "{\"id\":%u,\"parent\":%u,\"callFrame\":{\"functionName\":\"f%u\"}}", ",",
     "],\"samples\":[LEAF],\"timeDeltas\":[1]}", false},
    {&door_trace_event, "{\"traceEvents\":[],\"samples\":[{\"ts\":1,\"stack\":[", NULL, "\"f%u\"", ",",
     "]}]}", false},
    {&door_trace_event, "{\"samples\":[{\"ts\":1,\"sf\":LEAF}],\"stackFrames\":{",
     "\"%u\":{\"name\":\"f%u\"}", "\"%u\":{\"parent\":%u,\"name\":\"f%u\"}", ",", "}}", false},
    {&door_trace_event,
     "[{\"ph\":\"P\",\"name\":\"ProfileChunk\",\"ts\":1,\"id\":1,\"args\":{\"data\":{\"cpuProfile\":{"
     "\"nodes\":[",
     "{\"id\":%u,\"callFrame\":{\"functionName\":\"f%u\"}}",
     "{\"id\":%u,\"parent\":%u,\"callFrame\":{\"functionName\":\"f%u\"}}", ",",
     "],\"samples\":[LEAF]},\"timeDeltas\":[1]}}}]", false},
};

static void add_frame(struct buf *out, const struct shape *s, uint32_t i)
{
    if (i == 0 && s->root)
        buf_fmt(out, s->root, i, i);
    else if (s->root)
        buf_fmt(out, s->frame, i, i - 1, i);
    else
        buf_fmt(out, s->frame, i);
}

static void add_with_leaf(struct buf *out, const char *text, uint32_t leaf)
{
    const char *mark = strstr(text, "LEAF");
    if (mark)
        buf_fmt(out, "%.*s%u%s", (int)(mark - text), text, leaf, mark + 4);
    else
        buf_str(out, str_of(text));
}

static struct str deep(const struct shape *s, uint32_t n, struct arena *a)
{
    struct buf out = buf_new(4u << 20, a);
    add_with_leaf(&out, s->before, n - 1);
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            buf_str(&out, str_of(s->between));
        add_frame(&out, s, s->leaf_first ? n - 1 - i : i);
    }
    add_with_leaf(&out, s->after, n - 1);
    return buf_view(&out);
}

/* The whole stack is read at the limit; above it the leaf stays, and the cut is said. */
static void test_deep_stacks(void **state)
{
    (void)state;
    static const uint32_t depths[] = {LIMIT_STACK_DEPTH, LIMIT_STACK_DEPTH + 1, LIMIT_STACK_DEPTH + 700};
    for (size_t i = 0; i < COUNT(shapes); i++)
        for (size_t k = 0; k < COUNT(depths); k++) {
            struct arena *a = test_arena();
            struct diag *d = diag_new(a);
            struct profile p;
            struct profile_spec spec = spec_default_profile();
            if (!through_door_as(shapes[i].door, deep(&shapes[i], depths[k], a), &spec, d, &p, a))
                fail_msg("shape %zu: %.*s", i, STR_ARG(printed(d, a)));
            assert_int_equal(p.n_points, 1);
            uint32_t n = 0;
            for (uint32_t node = point_node(&p, 0); p.node_parent[node]; node = p.node_parent[node]) {
                char want[16];
                snprintf(want, sizeof want, "f%u", depths[k] - 1 - n++);
                EXPECT_STR(p.names[p.frames[p.node_frame[node]].name], want);
            }
            bool is_cut = depths[k] > LIMIT_STACK_DEPTH;
            if (n != LIMIT_STACK_DEPTH || p.tally.n_cut_stacks != is_cut)
                fail_msg("shape %zu, %u frames: %u kept, %llu stacks cut", i, depths[k], n,
                         (unsigned long long)p.tally.n_cut_stacks);
            struct str said =
                is_cut ? STR("f: warning: 1 stacks of more than 8192 frames are cut: the frames farthest "
                             "from the leaf are left out\n")
                       : STR("");
            EXPECT_STR(printed(d, a), str_c(said, a));
            arena_free(a);
        }
}

#define SPEEDSCOPE(unit, weights)                                                                            \
    "{\"shared\":{\"frames\":[{\"name\":\"f\"}]},\"profiles\":[{\"type\":\"sampled\",\"unit\":\"" unit       \
    "\",\"samples\":[[0],[0],[0]],\"weights\":[" weights "]}]}"

#define FIREFOX(ids, weight)                                                                                 \
    "{\"meta\":{\"preprocessedProfileVersion\":50},\"threads\":[{\"name\":\"t\"," ids                        \
    ",\"stringArray\":[\"f\"],\"frameTable\":{\"func\":[0]},\"funcTable\":{\"name\":[0]},"                   \
    "\"stackTable\":{\"prefix\":[null],\"frame\":[0]},\"samples\":{\"stack\":[0,0],\"time\":[1,2]" weight    \
    "}}]}"

static void test_rounded(void **state)
{
    (void)state;
    static const struct {
        const struct door *door;
        const char *text, *said;
        uint64_t weight;
    } rows[] = {
        {&door_speedscope, SPEEDSCOPE("none", "1, 2, 3.0"), "", 6},
        {&door_speedscope, SPEEDSCOPE("none", "0.4, 1.5, 2.25"),
         "f: warning: 3 values are no whole numbers and rounded (1 of them to 0: left out)\n", 4},
        {&door_speedscope, SPEEDSCOPE("bytes", "7, 0, 5e-1"),
         "f: warning: 1 values are no whole numbers and rounded (0 of them to 0: left out)\n", 8},
        {&door_firefox, FIREFOX("\"pid\":\"7\",\"tid\":8", ""), "", 2},
        {&door_firefox, FIREFOX("\"tid\":8", ",\"weight\":[1.5,7],\"weightType\":\"samples\""),
         "f: warning: 1 weights are no whole numbers and rounded\n", 9},
        {&door_firefox,
         FIREFOX("\"pid\":\"0.5\",\"tid\":\"7.2\"", ",\"weight\":[0.2,7],\"weightType\":\"bytes\""),
         "f: warning: 1 samples with weights below 1 are left out\nf: warning: 1 weights are no whole "
         "numbers and rounded\n",
         7},
        {&door_firefox,
         FIREFOX("\"tid\":8,\"markers\":{\"data\":[null,{}],\"name\":[0,0],\"length\":2},\"jsAllocations\":{"
                 "\"stack\":[0]}",
                 ""),
         "f: note: 2 markers and 1 allocations are read over\n", 2},
        {&door_firefox, FIREFOX("\"pid\":\"Unknown Process 1\",\"tid\":8", ""),
         "f: warning: 1 threads have a pid or tid that is no number: filters by pid and tid do not find "
         "them\n",
         2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(rows[i].door, rows[i].text, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(printed(d, a), rows[i].said);
        assert_int_equal(p.events[0].weight, rows[i].weight);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_deep_stacks), cmocka_unit_test(test_rounded)};
    return cmocka_run_group_tests_name("lost", tests, NULL, NULL);
}
