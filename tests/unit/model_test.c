/* SPDX-License-Identifier: MIT
 *
 * The model: what a builder makes of samples. Seeded random profiles must pass profile_check; the exact rules
 * of origin, step, order, filter and idle each have a case. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "model/builder.h"
#include "model/check.h"
#include "model/idle.h"

struct world {
    struct arena *arena;
    struct diag *d;
    struct profile_spec spec;
    struct builder *b;
    struct profile p;
};

static struct world world_new(void)
{
    struct world w = {.arena = arena_new((struct arena_hook){0})};
    w.d = diag_new(w.arena);
    w.spec.source.s = STR("test");
    w.spec.filter.from_ns = INT64_MIN;
    w.spec.filter.to_ns = INT64_MAX;
    return w;
}

static void begin(struct world *w)
{
    w->b = builder_new(&w->spec, 100000, diag_file(w->d, STR("test")), w->d, w->arena);
}

/* frames: "main;work;leaf" root first. */
static void add(struct world *w, int64_t time_ns, const char *comm, const char *frames, const char *event,
                uint32_t cpu)
{
    uint32_t thread = builder_thread(w->b, 7, 8, str_of(comm)), root_first[16], leaf_first[16], n = 0;
    struct str rest = str_of(frames), head;
    while (rest.n) {
        str_cut(rest, ';', &head, &rest);
        root_first[n++] = builder_frame(w->b, head, STR("lib.so"), FRAME_USER);
    }
    for (uint32_t i = 0; i < n; i++)
        leaf_first[i] = root_first[n - 1 - i];
    struct sample s = {
        .time_ns = time_ns, .cpu = cpu, .thread = thread, .event = builder_event(w->b, str_of(event))};
    s.stack = builder_stack(w->b, thread, leaf_first, n);
    s.period = 10;
    builder_sample(w->b, &s);
}

static bool freeze(struct world *w)
{
    bool ok = builder_freeze(w->b, &w->p);
    if (ok) {
        const char *wrong = profile_check(&w->p);
        if (wrong)
            fail_msg("profile_check: %s", wrong);
    }
    return ok;
}

static const char *said(struct world *w)
{
    struct buf out = buf_new(1 << 16, w->arena);
    diag_print(w->d, &out);
    buf_char(&out, 0);
    return out.p;
}

static void test_time(void **state)
{
    (void)state;
    struct world w = world_new();
    begin(&w);
    add(&w, 5076200000001, "java", "main;b", "cpu-clock", 0);
    add(&w, 5076100099999, "java", "main;a", "cpu-clock", 0);
    add(&w, 5076999999999, "java", "main;b", "cpu-clock", 1);
    assert_true(freeze(&w));
    assert_int_equal(w.p.origin_ns, 5076000000000); /* floored to the second */
    assert_int_equal(w.p.step_ns, 100000);
    assert_int_equal(point_time(&w.p, 0), 1000); /* 100.099999 ms floors to step 1000 */
    assert_int_equal(point_time(&w.p, 1), 2000);
    assert_int_equal(point_time(&w.p, 2), 9999);
    assert_int_equal(w.p.n_steps, 10000);
    assert_int_equal(w.p.tally.n_out_of_order, 1);
    assert_int_equal(w.p.n_lanes, 2);
    arena_free(w.arena);
}

static void test_origin_ignores_filters(void **state)
{
    (void)state;
    struct world w = world_new();
    struct str comm[] = {STR("ja*")};
    w.spec.filter.comm = comm;
    w.spec.filter.n_comm = 1;
    w.spec.event.s = STR("cycles");
    w.spec.filter.from_ns = 2000000000;
    w.spec.filter.to_ns = 3000000000;
    begin(&w);
    add(&w, 1500000000, "bash", "main", "cycles", 0);
    add(&w, 3000000000, "java", "main;kept", "cycles", 0);
    add(&w, 3000000000, "java", "main;other", "instructions", 0);
    add(&w, 2999999999, "java", "main;early", "cycles", 0);
    add(&w, 4000000000, "java", "main;late", "cycles", 0);
    assert_true(freeze(&w));
    assert_int_equal(w.p.origin_ns, 1000000000);
    assert_int_equal(w.p.n_points, 1);
    assert_int_equal(point_time(&w.p, 0), 20000);
    assert_int_equal(w.p.tally.n_read, 5);
    assert_int_equal(w.p.tally.n_filtered, 3);
    assert_int_equal(w.p.tally.n_other_event, 1);
    assert_int_equal(w.p.n_names, 3); /* nothing of what was filtered out is left behind: java, main, kept */
    arena_free(w.arena);
}

static void test_trie_order(void **state)
{
    (void)state;
    struct world w = world_new();
    begin(&w);
    add(&w, 1, "java", "main;b", "e", 0);
    add(&w, 2, "java", "main;b;c", "e", 0);
    add(&w, 3, "java", "main;a", "e", 0);
    add(&w, 4, "bash", "main", "e", 0);
    add(&w, 5, "java", "", "e", 0);
    assert_true(freeze(&w));
    static const char *const expected[] = {"bash", "main", "java", "main", "a", "b", "c"};
    static const uint32_t parents[] = {0, 1, 0, 3, 4, 4, 6};
    assert_int_equal(w.p.n_nodes, 8);
    for (uint32_t i = 1; i < w.p.n_nodes; i++) {
        struct str name = w.p.names[w.p.frames[w.p.node_frame[i]].name];
        assert_true(str_eq(name, str_of(expected[i - 1])));
        assert_int_equal(w.p.node_parent[i], parents[i - 1]);
    }
    assert_int_equal(point_node(&w.p, 4), 3); /* a stackless sample ends at its thread's frame */
    assert_int_equal(w.p.tally.n_no_stack, 1);
    arena_free(w.arena);
}

static void test_idle(void **state)
{
    (void)state;
    static const struct {
        const char *comm, *frames;
        bool idle;
    } cases[] = {
        {"swapper", "start_secondary;cpu_startup_entry;do_idle;default_idle_call;default_idle", true},
        {"swapper/3", "cpu_idle;intel_idle_irq", true},
        {"swapper",
         "cpu_startup_entry;do_idle;asm_sysvec_apic_timer_interrupt;irq_exit_rcu;__do_softirq;net_rx_action",
         false},
        {"swapper", "cpu_startup_entry;do_idle;schedule_idle;__schedule", true},
        {"swapper", "cpu_startup_entry;do_idle;common_interrupt;default_idle_call", true},
        {"swapper", "", true},
        {"swapper", "x86_64_start_kernel;memset", false},
        {"java", "main;do_idle", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = world_new();
        begin(&w);
        add(&w, 1, cases[i].comm, cases[i].frames, "e", 0);
        add(&w, 2, "java", "main", "e", 0);
        assert_true(freeze(&w));
        if ((w.p.events[0].n_idle == 1) != cases[i].idle)
            fail_msg("case %zu (%s in %s): idle %d, expected %d", i, cases[i].frames, cases[i].comm,
                     (int)w.p.events[0].n_idle, cases[i].idle);
        arena_free(w.arena);
    }
    struct world w = world_new();
    w.spec.filter.idle = IDLE_DROP;
    begin(&w);
    add(&w, 1, "swapper", "do_idle", "e", 0);
    add(&w, 2, "java", "main", "e", 0);
    assert_true(freeze(&w));
    assert_int_equal(w.p.n_points, 1);
    assert_int_equal(w.p.tally.n_idle_dropped, 1);
    arena_free(w.arena);
}

static void test_nothing_left(void **state)
{
    (void)state;
    struct world w = world_new();
    begin(&w);
    assert_false(freeze(&w));
    assert_string_equal(said(&w), "test: error: no samples in it\n");
    arena_free(w.arena);

    w = world_new();
    w.spec.event.s = STR("cycle");
    begin(&w);
    add(&w, 1, "java", "main", "cycles", 0);
    add(&w, 1, "java", "main", "instructions", 0);
    assert_false(freeze(&w));
    assert_string_equal(
        said(&w), "test: error: no samples of event 'cycle' (did you mean 'cycles'?) (there are 'cycles', "
                  "'instructions')\n");
    arena_free(w.arena);
}

static void test_hostile_names(void **state)
{
    (void)state;
    struct world w = world_new();
    begin(&w);
    char name[20000];
    memset(name, 'x', sizeof name);
    uint32_t t = builder_thread(w.b, 1, 1, (struct str){"a\0b\xff", 4});
    uint32_t f = builder_frame(w.b, (struct str){name, sizeof name}, STR(""), FRAME_USER);
    struct sample s = {.time_ns = 1, .thread = t, .stack = builder_stack(w.b, t, &f, 1), .cpu = ID_NONE};
    s.event = builder_event(w.b, STR("e"));
    builder_sample(w.b, &s);
    s.time_ns = INT64_MAX;
    builder_sample(w.b, &s); /* past what arithmetic can hold: counted, not kept */
    assert_true(freeze(&w));
    assert_true(str_eq(w.p.names[0], STR("a\xef\xbf\xbd"
                                         "b\xef\xbf\xbd")));
    assert_int_equal(w.p.names[1].n, 8192);
    assert_int_equal(w.p.tally.n_cut_names, 1);
    assert_int_equal(w.p.tally.n_unreadable, 1);
    arena_free(w.arena);
}

static void test_random(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        struct world w = world_new();
        srand(seed);
        w.spec.weight = rand() % 2 ? BY_PERIOD : BY_SAMPLES;
        begin(&w);
        int n = 1 + rand() % 300, names = 1 + rand() % 12;
        for (int i = 0; i < n; i++) {
            char stack[64] = "";
            for (int k = rand() % 8; k > 0; k--)
                snprintf(stack + strlen(stack), 8, "f%d%s", rand() % names, k > 1 ? ";" : "");
            char comm[8];
            snprintf(comm, sizeof comm, "t%d", rand() % 4);
            add(&w, rand() % 100 ? (int64_t)rand() * 1000 : 5000000000, comm, stack, rand() % 3 ? "a" : "b",
                (uint32_t)(rand() % 4));
        }
        assert_true(freeze(&w));
        assert_int_equal(w.p.n_points, n);
        arena_free(w.arena);
    }
}

/* Two sources, each of two samples half a second apart, told of by their hosts and clocks (0: none). */
struct merge_row {
    const char *name;
    enum align_mode align;
    const char *host[2];
    int64_t first_ns[2], clock_ns[2];
    int64_t expected_ns; /* of the second source's first sample, after the first's */
    uint32_t n_hosts;
    const char *said;
};

#define SEC INT64_C(1000000000)
static const struct merge_row merge_rows[] = {
    {"one clock", ALIGN_AUTO, {"", ""}, {5 * SEC, 9 * SEC}, {0, 0}, 4 * SEC, 0, ""},
    {"one host", ALIGN_AUTO, {"web1", "web1"}, {5 * SEC, 9 * SEC}, {0, 0}, 4 * SEC, 0, ""},
    {"one host, wall clock", ALIGN_AUTO, {"", ""}, {5 * SEC, 9 * SEC}, {100 * SEC, 101 * SEC}, SEC, 0, ""},
    {"wall clock of one only", ALIGN_AUTO, {"", ""}, {5 * SEC, 9 * SEC}, {100 * SEC, 0}, 4 * SEC, 0, ""},
    {"wall clock unasked", ALIGN_CLOCK, {"", ""}, {5 * SEC, 9 * SEC}, {100 * SEC, 101 * SEC}, 4 * SEC, 0, ""},
    {"two hosts, wall clock", ALIGN_AUTO, {"a", "b"}, {5 * SEC, 9 * SEC}, {7 * SEC, 10 * SEC}, 3 * SEC, 2, ""},
    {"two hosts, as they are", ALIGN_CLOCK, {"a", "b"}, {5 * SEC, 9 * SEC}, {0, 0}, 4 * SEC, 2, ""},
    {"two hosts, no clock", ALIGN_AUTO, {"a", "b"}, {5 * SEC, 9 * SEC}, {0, 0}, 0, 2,
     "one: note: merged with sources of other hosts, and the wall clock is not known of all: aligned by their "
     "first samples (align: clock takes their times as they are)\n"},
    {"one of two hosts unknown", ALIGN_AUTO, {"a", ""}, {5 * SEC, 9 * SEC}, {0, 0}, 4 * SEC, 0, ""},
    {"by start", ALIGN_START, {"", ""}, {5 * SEC, 900000 * SEC + 7}, {0, 0}, 0, 0, ""},
    {"the second is earlier", ALIGN_AUTO, {"", ""}, {9 * SEC, 5 * SEC}, {0, 0}, -4 * SEC, 0, ""},
};

static void test_sources_merge(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof merge_rows / sizeof *merge_rows; i++) {
        const struct merge_row *m = &merge_rows[i];
        struct world w = world_new();
        w.spec.source.s = STR("one");
        w.spec.align = m->align;
        w.b = builder_new(&w.spec, 1, diag_file(w.d, STR("one")), w.d, w.arena);
        for (uint32_t k = 0; k < 2; k++) {
            if (k)
                builder_next_source(w.b, STR("two"), 1000, diag_file(w.d, STR("two")));
            if (m->host[k][0])
                builder_fact(w.b, STR("host"), str_of(m->host[k]));
            builder_fact(w.b, STR("cpus"), STR("4"));
            if (m->clock_ns[k])
                builder_clock(w.b, m->first_ns[k], m->clock_ns[k]);
            add(&w, m->first_ns[k], "java", k ? "second" : "first", "cpu", 0);
            add(&w, m->first_ns[k] + SEC / 2, "java", "later", "cpu", 0);
        }
        if (!freeze(&w))
            fail_msg("%s: %s", m->name, said(&w));
        int64_t at[2] = {0};
        for (uint32_t p = 0; p < w.p.n_points; p++) {
            struct str leaf = w.p.names[w.p.frames[w.p.node_frame[point_node(&w.p, p)]].name];
            if (!str_eq(leaf, STR("later")))
                at[str_eq(leaf, STR("second"))] = point_time(&w.p, p) * w.p.step_ns;
        }
        if (at[1] - at[0] != m->expected_ns || w.p.step_ns != 1000 || w.p.n_points != 4)
            fail_msg("%s: the second source came %lld ns after the first, not %lld; step %lld, %u samples", m->name,
                     (long long)(at[1] - at[0]), (long long)m->expected_ns, (long long)w.p.step_ns, w.p.n_points);
        if (w.p.n_hosts != m->n_hosts || w.p.n_threads != (m->n_hosts ? 2 : 1) ||
            w.p.n_cpus != (m->n_hosts ? 8 : 4))
            fail_msg("%s: %u hosts, %u threads, %u CPUs", m->name, w.p.n_hosts, w.p.n_threads, w.p.n_cpus);
        assert_int_equal(w.p.tally.n_read, 4);
        assert_int_equal(w.p.tally.n_out_of_order, 0);
        assert_string_equal(said(&w), m->said);
        arena_free(w.arena);
    }
}

static void test_sources_that_do_not_merge(void **state)
{
    (void)state;
    static const struct {
        bool flat, count, far;
        const char *said;
    } rows[] = {
        {true, false, false, "two: error: cannot be merged with 'test': it has no times, the other has some\n"},
        {false, true, false,
         "two: error: cannot be merged with 'test': its records count otherwise (samples there, sums here, or the "
         "other way round)\n"},
        {false, false, true, "two: error: cannot be merged with 'test': more than 73 years lie between them\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = world_new();
        begin(&w);
        add(&w, SEC, "java", "first", "cpu", 0);
        builder_next_source(w.b, STR("two"), 1000, diag_file(w.d, STR("two")));
        if (rows[i].flat)
            builder_flat(w.b);
        if (rows[i].count)
            builder_weigh(w.b, WEIGHT_COUNT);
        if (rows[i].far) {
            w.spec.align = ALIGN_START;
            add(&w, -(INT64_C(1) << 61), "java", "second", "cpu", 0);
            add(&w, INT64_C(1) << 61, "java", "second", "cpu", 0);
        }
        add(&w, SEC, "java", "second", "cpu", 0);
        assert_false(freeze(&w));
        assert_string_equal(said(&w), rows[i].said);
        arena_free(w.arena);
    }
}

/* Counters of two sources: on one time line, each under its own title, only beside samples that are kept. */
static void test_counters(void **state)
{
    (void)state;
    struct world w = world_new();
    w.spec.source.s = STR("one");
    w.spec.align = ALIGN_START;
    w.spec.filter.from_ns = 1;
    w.b = builder_new(&w.spec, SEC / 10, diag_file(w.d, STR("one")), w.d, w.arena);
    for (uint32_t k = 0; k < 2; k++) {
        int64_t zero = k ? 70 * SEC : 5 * SEC;
        if (k)
            builder_next_source(w.b, STR("two"), SEC / 10, diag_file(w.d, STR("two")));
        add(&w, zero, "java", "f", "cpu", 0);
        add(&w, zero + SEC, "java", "f", "cpu", 0);
        uint32_t heap = builder_counter(w.b, STR("h"), STR("heap"), STR("bytes"));
        assert_int_equal(builder_counter(w.b, STR("h"), STR("other"), STR("")), heap);
        builder_count(w.b, heap, zero + SEC / 2, 2 + k);
        builder_count(w.b, heap, zero + SEC / 5, 1 + k);
        builder_count(w.b, heap, zero + 2 * SEC, 9); /* after the last sample */
        builder_count(w.b, heap, zero, 9);           /* filtered */
        builder_count(w.b, heap, zero - SEC, 9);
        builder_count(w.b, heap, zero, (double)INFINITY);
        builder_count(w.b, ID_NONE, zero + SEC / 2, 9);
    }
    uint32_t late = builder_counter(w.b, STR("l"), STR(""), STR(""));
    builder_counter_title(w.b, late, STR("late \xff"));
    builder_count(w.b, late, 70 * SEC + SEC / 2, -1.5);
    (void)builder_counter(w.b, STR("never"), STR("never"), STR(""));
    assert_true(freeze(&w));
    static const struct {
        const char *title, *unit;
        uint32_t n, time[2];
        double value[2];
    } rows[] = {{"heap (one)", "bytes", 2, {2, 5}, {1, 2}},
                {"heap (two)", "bytes", 2, {2, 5}, {2, 3}},
                {"late \xef\xbf\xbd", "", 1, {5}, {-1.5}}};
    assert_int_equal(w.p.n_series, 3);
    for (uint32_t k = 0; k < 3; k++) {
        const struct counter_series *s = &w.p.series[k];
        assert_true(str_eq(s->title, str_of(rows[k].title)));
        assert_true(str_eq(s->unit, str_of(rows[k].unit)));
        assert_int_equal(s->n, rows[k].n);
        for (uint32_t i = 0; i < s->n; i++) {
            assert_int_equal(s->time[i], rows[k].time[i]);
            assert_true(s->value[i] == rows[k].value[i]);
        }
    }
    arena_free(w.arena);
}

/* A package that the source says holds under a frame's new name, is redacted like a name, and is what frames that were
 * folded into packages are of. */
static void test_packages(void **state)
{
    (void)state;
    struct spec_pair rule = {.key = {.s = STR("secret*")}, .value = {.s = STR("x")}};
    struct redact_spec redact = {.frame = &rule, .n_frame = 1};
    static const struct {
        uint32_t collapse;
        const char *frames;
    } rows[] = {{0, " f():x java: main:lib.so"}, {COLLAPSE_PACKAGES, " java: lib.so:lib.so x:x"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = world_new();
        w.spec.redact = &redact;
        w.spec.stacks.collapse = rows[i].collapse;
        begin(&w);
        uint32_t f = builder_frame(w.b, STR("_Z1fv"), STR("lib.so"), FRAME_USER);
        builder_frame_package(w.b, f, STR("secret work"));
        builder_frame_package(w.b, f, STR("second"));
        assert_true(builder_frame_has_module(w.b, f));
        add(&w, SEC, "java", "main;_Z1fv", "cpu", 0);
        assert_true(freeze(&w));
        struct str all = STR("");
        for (uint32_t k = 0; k < w.p.n_frames; k++)
            all = str_fmt(w.arena, "%.*s %.*s:%.*s", STR_ARG(all), STR_ARG(w.p.names[w.p.frames[k].name]),
                          STR_ARG(w.p.packages[w.p.frames[k].package]));
        assert_string_equal(str_c(all, w.arena), rows[i].frames);
        arena_free(w.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources_merge),
        cmocka_unit_test(test_sources_that_do_not_merge),
        cmocka_unit_test(test_time),         cmocka_unit_test(test_origin_ignores_filters),
        cmocka_unit_test(test_trie_order),   cmocka_unit_test(test_idle),
        cmocka_unit_test(test_nothing_left), cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_random),       cmocka_unit_test(test_counters),
        cmocka_unit_test(test_packages),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
