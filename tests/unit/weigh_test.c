/* SPDX-License-Identifier: MIT
 *
 * Totals and selfs per node, and the hottest functions: recursion counts once, threads are no functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/weigh.h"
#include "sketch.h"

#define MS 1000000ll

static struct sketch sample_profile(void)
{
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    sketch_add(&s, (struct dab){.time_ns = 1 * MS, .stack = "main;fib;fib;fib;add"});
    sketch_add(&s, (struct dab){.time_ns = 2 * MS, .stack = "main;fib;fib"});
    sketch_add(&s, (struct dab){.time_ns = 3 * MS, .stack = "main;fib;add;fib"});
    sketch_add(&s, (struct dab){.time_ns = 4 * MS, .stack = "main;java"}); /* named like the thread */
    sketch_add(&s, (struct dab){.time_ns = 5 * MS, .stack = ""});
    sketch_add(&s, (struct dab){.time_ns = 5 * MS, .stack = "main;other", .event = "cycles"});
    sketch_add(&s, (struct dab){
                       .time_ns = 6 * MS, .stack = "default_idle_call;native_safe_halt", .comm = "swapper"});
    assert_null(sketch_end(&s));
    return s;
}

static void check_hot(const struct sketch *s, const struct weights *w, const char *expected)
{
    struct hot hot[4];
    uint32_t n = weigh_hottest(&s->p, w, 4, hot, s->arena);
    struct str came = STR("");
    for (uint32_t i = 0; i < n; i++)
        came = str_fmt(s->arena, "%.*s%.*s %llu/%llu, ", STR_ARG(came),
                       STR_ARG(s->p.names[s->p.frames[hot[i].frame].name]), (unsigned long long)hot[i].self,
                       (unsigned long long)hot[i].total);
    if (!str_eq(came, str_of(expected)))
        fail_msg("came '%.*s', expected '%s'", STR_ARG(came), expected);
}

static void test_hottest(void **state)
{
    (void)state;
    struct sketch s = sample_profile();
    struct range all = {0, s.p.n_steps};
    struct weights w = weigh(&s.p, all, 0, false, s.arena);
    assert_int_equal(w.n_samples, 5);
    assert_int_equal(w.total[0], 5);
    check_hot(&s, &w, "fib 2/3, add 1/2, java 1/1, ");
    w = weigh(&s.p, all, 0, true, s.arena);
    assert_int_equal(w.total[0], 6);
    w = weigh(&s.p, all, 1, true, s.arena);
    check_hot(&s, &w, "other 1/1, ");
    w = weigh(&s.p, (struct range){20, 40}, 0, false, s.arena); /* 2 ms and 3 ms, not 4 */
    check_hot(&s, &w, "fib 2/2, ");
    arena_free(s.arena);
}

/* One chain of two functions that call each other, deeper than the room that a walk begins with. */
static void test_deep_recursion(void **state)
{
    (void)state;
    enum { DEEP = 1001 };
    static uint32_t parent[DEEP], frame[DEEP];
    static uint64_t self[DEEP];
    struct str names[] = {STR("f"), STR("g")};
    struct frame frames[] = {{.name = 0}, {.name = 1}};
    struct profile p = {.n_nodes = DEEP, .node_parent = parent, .node_frame = frame, .n_frames = 2, .frames = frames,
                        .n_names = 2, .names = names};
    struct arena *arena = arena_new((struct arena_hook){0});
    struct hot hot[2];
    for (uint32_t i = 1; i < DEEP; i++) {
        parent[i] = i - 1;
        frame[i] = i % 2;
    }
    self[1] = 5;
    self[DEEP - 1] = 7;
    struct weights w = {.self = self};
    assert_int_equal(weigh_hottest(&p, &w, 2, hot, arena), 2);
    assert_int_equal(hot[0].frame, 0);
    assert_int_equal(hot[0].self, 7);
    assert_int_equal(hot[0].total, 7);
    assert_int_equal(hot[1].self, 5);
    assert_int_equal(hot[1].total, 12);
    arena_free(arena);
}

static void test_main_event(void **state)
{
    (void)state;
    struct sketch s = sample_profile();
    struct hottest main = weigh_main(&s.p, false, s.arena);
    assert_int_equal(main.weight, 5);
    assert_int_equal(main.n, 3);
    assert_int_equal(main.hot[0].total, 3); /* fib */
    assert_int_equal(weigh_main(&s.p, true, s.arena).weight, 6);
    arena_free(s.arena);
}

static void test_top_n_is_cut_by_weight_then_name(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    static const char *stacks[] = {"e", "d", "c", "b", "a", "f", "f"};
    for (int i = 0; i < 7; i++)
        sketch_add(&s, (struct dab){.time_ns = i * MS, .stack = stacks[i]});
    assert_null(sketch_end(&s));
    struct weights w = weigh(&s.p, (struct range){0, s.p.n_steps}, 0, false, s.arena);
    check_hot(&s, &w, "f 2/2, a 1/1, b 1/1, c 1/1, ");
    arena_free(s.arena);
}

static void test_spans_weigh_by_overlap(void **state)
{
    (void)state;
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    sketch_add(&s, (struct dab){.time_ns = 10 * MS, .duration_ns = 20 * MS, .stack = "wait"});
    sketch_add(&s, (struct dab){.time_ns = 15 * MS, .duration_ns = 50000, .stack = "blink"});
    assert_null(sketch_end(&s));
    static const struct {
        struct range r;
        uint64_t total, n;
    } cases[] = {
        {{0, 1000}, 20 * MS, 2}, {{0, 100}, 0, 0},   {{0, 101}, 100000, 1},
        {{299, 500}, 100000, 1}, {{300, 500}, 0, 0}, {{150, 151}, 100000, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weights w = weigh(&s.p, cases[i].r, 0, false, s.arena);
        if (w.total[0] != cases[i].total || w.n_samples != cases[i].n)
            fail_msg("case %zu: came %llu ns of %llu, expected %llu of %llu", i,
                     (unsigned long long)w.total[0], (unsigned long long)w.n_samples,
                     (unsigned long long)cases[i].total, (unsigned long long)cases[i].n);
    }
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hottest),
        cmocka_unit_test(test_deep_recursion),
        cmocka_unit_test(test_main_event),
        cmocka_unit_test(test_top_n_is_cut_by_weight_then_name),
        cmocka_unit_test(test_spans_weigh_by_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
