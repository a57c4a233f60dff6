/* SPDX-License-Identifier: MIT
 *
 * FlameScope's faults, one test for each, named by the fault. docs/design.md has the list, with those whose
 * tests stand elsewhere. */
#include "through_door.h"

#include <time.h>

#include "analyse/heatmap.h"
#include "export/formats.h"
#include "analyse/weigh.h"
#include "base/timetext.h"
#include "ingest/cpuprofile.h"
#include "ingest/nflxprofile.h"
#include "ingest/perf_script.h"
#include "ingest/trace_event.h"
#include "model/check.h"
#include "proto_doc.h"

#define MS 1000000ll

struct world {
    struct arena *arena;
    struct diag *d;
    struct profile p;
};

static struct world read_str(const struct door *door, struct str text)
{
    struct world w = {.arena = test_arena()};
    struct profile_spec spec = spec_default_profile();
    w.d = diag_new(w.arena);
    if (!through_door_as(door, text, &spec, w.d, &w.p, w.arena))
        fail_msg("%.*s", STR_ARG(printed(w.d, w.arena)));
    if (profile_check(&w.p))
        fail_msg("%s", profile_check(&w.p));
    return w;
}

static struct world read_text(const struct door *door, const char *text)
{
    return read_str(door, str_of(text));
}

/* What the flame graph of [from, to) counts, without idle. */
static uint64_t flame(const struct world *w, int64_t from_ns, int64_t to_ns)
{
    return weigh(&w->p, window_range(&w->p, from_ns, to_ns), 0, false, w->arena).total[0];
}

/* "comm;root;leaf at-ns" of each sample, of spans "comm;root;leaf at-ns+length-ns", on the source's clock. */
static struct str samples_of(const struct world *w)
{
    const struct profile *p = &w->p;
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points + p->n_spans; i++) {
        uint32_t s = i - p->n_points;
        struct str stack = STR("");
        for (uint32_t n = i < p->n_points ? point_node(p, i) : span_node(p, s); n; n = p->node_parent[n])
            stack = str_fmt(w->arena, "%.*s%s%.*s", STR_ARG(p->names[p->frames[p->node_frame[n]].name]),
                            stack.n ? ";" : "", STR_ARG(stack));
        int64_t at = p->origin_ns + (i < p->n_points ? point_time(p, i) : span_start(p, s)) * p->step_ns;
        out =
            str_fmt(w->arena, "%.*s%s%.*s %lld", STR_ARG(out), i ? ", " : "", STR_ARG(stack), (long long)at);
        if (i >= p->n_points)
            out = str_fmt(w->arena, "%.*s+%lld", STR_ARG(out), (long long)(span_duration(p, s) * p->step_ns));
    }
    return out;
}

static void expect_samples(const struct door *door, const char *text, const char *samples)
{
    struct world w = read_text(door, text);
    EXPECT_STR(samples_of(&w), samples);
    arena_free(w.arena);
}

/* A sample of "app" at each time. */
static struct world perf_at(const int64_t *times_ns, size_t n)
{
    struct arena *a = test_arena();
    struct buf text = buf_new(1 << 20, a);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&text, "app 1 %lld.%09lld: e:\n\t7f00 main+0x1 (/app)\n\n",
                (long long)(times_ns[i] / NS_PER_S), (long long)(times_ns[i] % NS_PER_S));
    struct world w = read_str(&door_perf_script, buf_view(&text));
    assert_int_equal(w.p.n_points, n);
    arena_free(a);
    return w;
}

/* ---- time */

static void test_a_sample_on_a_boundary_is_in_one_range_not_in_two(void **state)
{
    (void)state;
    int64_t times[20];
    uint64_t sum = 0;
    for (int i = 0; i < 20; i++)
        times[i] = 5 * NS_PER_S + i * 100 * MS;
    struct world w = perf_at(times, COUNT(times));
    for (int i = 0; i < 20; i++) {
        assert_int_equal(flame(&w, i * 100 * MS, (i + 1) * 100 * MS), 1);
        sum += flame(&w, i * 100 * MS, (i + 1) * 100 * MS);
    }
    assert_int_equal(sum, 20);
    assert_int_equal(flame(&w, 300 * MS, 300 * MS), 0);
    arena_free(w.arena);
}

static void test_samples_at_exact_milliseconds_are_in_their_own_row(void **state)
{
    (void)state;
    static const uint32_t rows[] = {10, 20, 50, 100, 125, 200, 500, 1000};
    int64_t times[1000];
    for (int i = 0; i < 1000; i++)
        times[i] = 1700000000 * NS_PER_S + i * MS;
    struct world w = perf_at(times, COUNT(times));
    for (size_t r = 0; r < COUNT(rows); r++) {
        struct heatmap h = heatmap_cells(&w.p, 0, false, NS_PER_S, rows[r], w.arena);
        assert_int_equal(h.columns, 1);
        for (uint32_t row = 0; row < rows[r]; row++)
            if (h.cell[row] != 1000 / rows[r])
                fail_msg("row %u of %u: %llu", row, rows[r], (unsigned long long)h.cell[row]);
    }
    arena_free(w.arena);
}

static void test_each_cell_counts_what_its_flame_graph_shows(void **state)
{
    (void)state;
    int64_t times[2000];
    for (int i = 0; i < 2000; i++)
        times[i] = 3 * NS_PER_S + i * 1003009 % (2 * NS_PER_S);
    struct world w = perf_at(times, COUNT(times));
    struct heatmap h = heatmap_cells(&w.p, 0, false, NS_PER_S, 50, w.arena);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < h.columns * 50; i++) {
        assert_int_equal(h.cell[i], flame(&w, i * 20 * MS, (i + 1) * 20 * MS));
        sum += h.cell[i];
    }
    assert_int_equal(sum, 2000);
    arena_free(w.arena);
}

static void test_the_last_time_may_be_a_whole_second(void **state)
{
    (void)state;
    struct world w = perf_at((const int64_t[]){NS_PER_S / 2, NS_PER_S, 2 * NS_PER_S}, 3);
    struct heatmap h = heatmap_cells(&w.p, 0, false, NS_PER_S, 10, w.arena);
    assert_int_equal(h.columns, 3);
    assert_int_equal(h.cell[5], 1);
    assert_int_equal(h.cell[10], 1);
    assert_int_equal(h.cell[20], 1);
    arena_free(w.arena);
}

static void test_one_sample_is_a_profile(void **state)
{
    (void)state;
    struct world w = perf_at((const int64_t[]){7 * NS_PER_S}, 1);
    struct heatmap h = heatmap_cells(&w.p, 0, false, NS_PER_S, 10, w.arena);
    assert_int_equal(h.columns, 1);
    assert_int_equal(h.cell[0], 1);
    arena_free(w.arena);
}

static void test_a_text_out_of_order_is_sorted_and_said(void **state)
{
    (void)state;
    struct world w = perf_at((const int64_t[]){3 * NS_PER_S, NS_PER_S, 2 * NS_PER_S}, 3);
    assert_int_equal(w.p.origin_ns, NS_PER_S);
    assert_int_equal(w.p.tally.n_out_of_order, 2);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(point_time(&w.p, i) * w.p.step_ns, i * NS_PER_S);
    arena_free(w.arena);
}

/* ---- idle */

#define SWAPPER(time, frames) "swapper 0 [000] " time ": e:\n" frames "\n"
#define K(name) "\tffff8100 " name "+0x1 ([kernel.kallsyms])\n"

static void test_the_last_stack_is_as_idle_as_any_other(void **state)
{
    (void)state;
    struct world w = read_text(&door_perf_script, SWAPPER("1.1", K("do_idle")) "app 1 [000] 1.2: e:\n" K(
                                                      "read") "\n" SWAPPER("1.3", K("do_idle")));
    assert_int_equal(w.p.events[0].n_idle, 2);
    assert_int_equal(flame(&w, 0, NS_PER_S), 1);
    arena_free(w.arena);
}

static void test_softirq_inside_the_idle_task_is_work(void **state)
{
    (void)state;
    struct world w = read_text(&door_perf_script,
                               SWAPPER("1.1", K("net_rx_action") K("__do_softirq") K("irq_exit_rcu")
                                                  K("default_idle") K("do_idle") K("cpu_startup_entry"))
                                   SWAPPER("1.2", K("net_rx_action") K("handle_softirqs") K("do_idle")));
    assert_int_equal(w.p.events[0].n_idle, 0);
    assert_int_equal(flame(&w, 0, NS_PER_S), 2);
    arena_free(w.arena);
}

static void test_intel_idle_and_do_idle_are_idle(void **state)
{
    (void)state;
    struct world w =
        read_text(&door_perf_script,
                  SWAPPER("1.1", K("intel_idle")) SWAPPER("1.2", K("intel_idle_irq") K("cpuidle_enter_state"))
                      SWAPPER("1.3", K("do_idle") K("cpu_startup_entry")) SWAPPER("1.4", K("poll_idle")));
    assert_int_equal(w.p.events[0].n_idle, 4);
    arena_free(w.arena);
}

/* ---- names */

#define NAMED(comm) comm " 1 [000] 1.0: e:\n\t7f00 main+0x1 (/app)\n\n"

static void test_names_of_threads_are_whole(void **state)
{
    (void)state;
    expect_samples(&door_perf_script, NAMED("python3"), "python3;main 1000000000");
    expect_samples(&door_perf_script, NAMED("C2 CompilerThre"), "C2 CompilerThre;main 1000000000");
    expect_samples(&door_perf_script, NAMED("kworker/0:1-eve"), "kworker/0:1-eve;main 1000000000");
    expect_samples(&door_perf_script, NAMED("G1 Conc#0"), "G1 Conc#0;main 1000000000");
}

static void test_operator_arrow_is_one_frame(void **state)
{
    (void)state;
    expect_samples(&door_perf_script,
                   "a 1 1.0: e:\n\t7f00 Ptr::operator->() const+0x4 (/app)\n\t7f00 main+0x1 (/app)\n\n",
                   "a;main;Ptr::operator->() const 1000000000");
    expect_samples(&door_perf_script, "a 1 1.0: e:\n\t7f00 operator-> (/app)\n\n", "a;operator-> 1000000000");
    expect_samples(&door_perf_script, "a 1 1.0: e:\n\t7f00 La/B;::m->Lc/D;::n+0x4 (/tmp/perf-1.map)\n\n",
                   "a;a/B;::m;c/D;::n 1000000000");
}

static const struct frame *leaf(const struct world *w)
{
    return &w->p.frames[w->p.node_frame[point_node(&w->p, 0)]];
}

static void test_an_unknown_frame_is_no_kernel(void **state)
{
    (void)state;
    struct world w = read_text(&door_perf_script, "a 1 1.0: e:\n\t7f00 [unknown] (/app)\n\n");
    assert_int_equal(leaf(&w)->kind, FRAME_USER);
    arena_free(w.arena);
    w = read_text(&door_perf_script, "a 1 1.0: e:\n\t7f00 [unknown] ([unknown])\n\n");
    assert_int_equal(leaf(&w)->kind, FRAME_USER);
    arena_free(w.arena);
    w = read_text(&door_perf_script, "a 1 1.0: e:\n\tffff8100 [unknown] ([kernel.kallsyms])\n\n");
    assert_int_equal(leaf(&w)->kind, FRAME_KERNEL);
    arena_free(w.arena);
}

static void test_a_deleted_module_spoils_no_name(void **state)
{
    (void)state;
    struct world w = read_text(&door_perf_script, "a 1 1.0: e:\n\t7f00 main+0x1 (/opt/app (deleted))\n\n");
    EXPECT_STR(w.p.names[leaf(&w)->name], "main");
    EXPECT_STR(w.p.modules[leaf(&w)->module], "/opt/app");
    arena_free(w.arena);
}

/* ---- other formats */

#define X(name, ts, dur)                                                                                     \
    "{\"ph\":\"X\",\"name\":\"" name "\",\"pid\":1,\"tid\":2,\"ts\":" #ts ",\"dur\":" #dur "}"

static void test_a_trace_may_be_a_list_or_a_map(void **state)
{
    (void)state;
    expect_samples(&door_trace_event, "[" X("a", 10, 5) "]", "thread 2;a 10000+5000");
    expect_samples(&door_trace_event, "{\"traceEvents\":[" X("a", 10, 5) "]}", "thread 2;a 10000+5000");
    expect_samples(&door_trace_event,
                   "{\"metadata\":{\"x\":[1]},\"traceEvents\":[" X("a", 10, 5) "],\"more\":1}",
                   "thread 2;a 10000+5000");
}

static void test_slices_inside_each_other_count_once(void **state)
{
    (void)state;
    struct world w = read_text(&door_trace_event, "[" X("a", 10, 100) "," X("b", 20, 30) "]");
    EXPECT_STR(samples_of(&w), "thread 2;a 10000+10000, thread 2;a;b 20000+30000, thread 2;a 50000+60000");
    assert_int_equal(flame(&w, 0, NS_PER_S), 100000);
    arena_free(w.arena);
}

/* "dur" alone is what most writers have; "tdur" is the processor's time beside it. */
static void test_slices_without_tdur_are_kept(void **state)
{
    (void)state;
    expect_samples(
        &door_trace_event,
        "[{\"ph\":\"X\",\"name\":\"a\",\"pid\":1,\"tid\":2,\"ts\":1,\"dur\":5,\"tts\":7,\"tdur\":3}," X(
            "b", 9, 2) "]",
        "thread 2;a 1000+5000, thread 2;b 9000+2000");
}

#define CALL(id, more, name) "{\"id\":" #id more ",\"callFrame\":{\"functionName\":\"" name "\"}}"

static void test_the_last_sample_of_v8_counts_and_none_is_shifted(void **state)
{
    (void)state;
    struct world w =
        read_text(&door_cpuprofile,
                  "{\"nodes\":[" CALL(1, ",\"children\":[2,3]", "(root)") "," CALL(2, "", "f") "," CALL(
                      3, "", "g") "],"
                                  "\"startTime\":1000,\"samples\":[2,3,2],\"timeDeltas\":[100,200,400]}");
    static const int64_t at_us[] = {1100, 1300, 1700};
    assert_int_equal(w.p.n_points, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(w.p.origin_ns + point_time(&w.p, i) * w.p.step_ns, at_us[i] * 1000);
        struct str name = w.p.names[w.p.frames[w.p.node_frame[point_node(&w.p, i)]].name];
        EXPECT_STR(name, i == 1 ? "g" : "f");
    }
    arena_free(w.arena);
}

static void test_nodes_of_v8_may_name_their_parents(void **state)
{
    (void)state;
    struct world w = read_text(
        &door_cpuprofile, "{\"nodes\":[" CALL(1, "", "(root)") "," CALL(2, ",\"parent\":1", "f") "," CALL(
                              3, ",\"parent\":2", "g") "],\"samples\":[3],\"timeDeltas\":[1]}");
    uint32_t node = point_node(&w.p, 0);
    EXPECT_STR(w.p.names[w.p.frames[w.p.node_frame[node]].name], "g");
    EXPECT_STR(w.p.names[w.p.frames[w.p.node_frame[w.p.node_parent[node]]].name], "f");
    arena_free(w.arena);
}

static void test_ranges_of_an_nflxprofile_that_starts_late_are_not_empty(void **state)
{
    (void)state;
    static const double starts[] = {0, 0.5, 1, 17, 5000.25, 1700000000};
    for (size_t i = 0; i < COUNT(starts); i++) {
        struct arena *a = test_arena();
        struct buf b = buf_new(1 << 16, a), deltas = buf_new(1 << 10, a);
        struct buf node = buf_new(1 << 10, a), entry = buf_new(1 << 10, a);
        put_double(&b, 1, starts[i]), put_double(&b, 2, starts[i] + 1);
        put_bytes(&b, 3, STR("\1\1\1"));
        for (int k = 0; k < 3; k++)
            put_double(&deltas, 0, 0.125);
        put_bytes(&b, 4, buf_view(&deltas));
        put_bytes(&node, 1, STR("main")), put_number(&node, 2, 1);
        put_number(&entry, 1, 1), put_bytes(&entry, 2, buf_view(&node));
        put_bytes(&b, 5, buf_view(&entry));
        node.n = 0;
        put_bytes(&node, 1, STR("has_parent")), put_bytes(&node, 2, STR("true"));
        put_bytes(&b, 8, buf_view(&node));
        struct world w = read_str(&door_nflxprofile, buf_view(&b));
        int64_t from = (int64_t)((starts[i] - (double)(int64_t)starts[i]) * 1e9);
        assert_int_equal(flame(&w, from, from + 200 * MS), 1);
        assert_int_equal(flame(&w, from + 200 * MS, from + 300 * MS), 1);
        assert_int_equal(flame(&w, from, from + NS_PER_S), 3);
        arena_free(w.arena);
        arena_free(a);
    }
}

/* Their converter leaves idle samples out and their deltas, too. */
static void test_what_follows_an_idle_sample_keeps_its_time_in_an_nflxprofile(void **state)
{
    (void)state;
    struct world w =
        read_text(&door_cpuprofile,
                  "{\"nodes\":[" CALL(1, ",\"children\":[2,3]", "(root)") "," CALL(2, "", "f") "," CALL(
                      3, "", "(idle)") "],"
                                       "\"samples\":[2,3,3,2],\"timeDeltas\":[1000,2000,4000,8000]}");
    struct buf b = buf_new(1 << 20, w.arena);
    struct taken all = taken_all(&w.p, w.arena);
    nflxprofile_write(&all, &b, w.arena);
    struct world again = read_str(&door_nflxprofile, buf_view(&b));
    assert_int_equal(again.p.n_points, 4);
    assert_int_equal(again.p.origin_ns + point_time(&again.p, 3) * again.p.step_ns, 15 * MS);
    assert_int_equal(again.p.events[0].n_idle, 2);
    arena_free(again.arena);
    arena_free(w.arena);
}

/* ---- speed */

/* They read 500 MB of text again for each late range. Here a range is two searches among times that were
 * sorted once: 2,000 late ranges take less than reading the text did. */
static void test_a_late_range_does_not_read_the_text_again(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct arena *a = test_arena();
    struct buf text = buf_new(64u << 20, a);
    for (int i = 0; i < N; i++)
        buf_fmt(&text, "app 1 %d.%06d: e:\n\t7f00 f%d+0x1 (/app)\n\t7f00 main+0x1 (/app)\n\n", i / 1000,
                i % 1000 * 1000, i % 50);
    clock_t begin = clock();
    struct world w = read_str(&door_perf_script, buf_view(&text));
    clock_t read = clock() - begin;
    uint32_t first, last;
    begin = clock();
    for (int i = 0; i < 2000; i++) {
        window_points(&w.p, window_range(&w.p, 190 * NS_PER_S, 191 * NS_PER_S), &first, &last);
        assert_int_equal(last - first, 1000);
    }
    if (clock() - begin > read)
        fail_msg("2000 ranges take %ld ticks, reading %ld", (long)(clock() - begin), (long)read);
    arena_free(w.arena);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sample_on_a_boundary_is_in_one_range_not_in_two),
        cmocka_unit_test(test_samples_at_exact_milliseconds_are_in_their_own_row),
        cmocka_unit_test(test_each_cell_counts_what_its_flame_graph_shows),
        cmocka_unit_test(test_the_last_time_may_be_a_whole_second),
        cmocka_unit_test(test_one_sample_is_a_profile),
        cmocka_unit_test(test_a_text_out_of_order_is_sorted_and_said),
        cmocka_unit_test(test_the_last_stack_is_as_idle_as_any_other),
        cmocka_unit_test(test_softirq_inside_the_idle_task_is_work),
        cmocka_unit_test(test_intel_idle_and_do_idle_are_idle),
        cmocka_unit_test(test_names_of_threads_are_whole),
        cmocka_unit_test(test_operator_arrow_is_one_frame),
        cmocka_unit_test(test_an_unknown_frame_is_no_kernel),
        cmocka_unit_test(test_a_deleted_module_spoils_no_name),
        cmocka_unit_test(test_a_trace_may_be_a_list_or_a_map),
        cmocka_unit_test(test_slices_inside_each_other_count_once),
        cmocka_unit_test(test_slices_without_tdur_are_kept),
        cmocka_unit_test(test_the_last_sample_of_v8_counts_and_none_is_shifted),
        cmocka_unit_test(test_nodes_of_v8_may_name_their_parents),
        cmocka_unit_test(test_ranges_of_an_nflxprofile_that_starts_late_are_not_empty),
        cmocka_unit_test(test_what_follows_an_idle_sample_keeps_its_time_in_an_nflxprofile),
        cmocka_unit_test(test_a_late_range_does_not_read_the_text_again),
    };
    return cmocka_run_group_tests_name("flamescope", tests, NULL, NULL);
}
