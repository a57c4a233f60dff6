/* SPDX-License-Identifier: MIT
 *
 * The model against a slow, obvious count. Seeded random samples go through the builder; the oracle keeps
 * them as they came and counts with loops over nanoseconds. For many periods and rows: every cell of the
 * heatmap = the total of weigh() over the cell's range = the oracle's count; cells sum to the whole; no
 * sample is in two cells (each range's count is compared, and the ranges tile). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/heatmap.h"
#include "analyse/weigh.h"
#include "base/timetext.h"
#include "sketch.h"

#define N 400
#define MS 1000000ll

struct world {
    struct sketch s;
    struct dab dab[N]; /* as given to the builder */
    bool period;
    int64_t origin_ns, end_ns, step_ns;
};

static uint64_t dice;
static uint64_t roll(uint64_t n)
{
    dice = dice * 6364136223846793005ull + 1442695040888963407ull;
    return (dice >> 33) % n;
}

static const char *event_names[] = {"cpu-clock", "cycles", "sched:sched_switch"};

static struct dab random_dab(int64_t base_ns, int64_t length_ns, int64_t step_ns, bool spans)
{
    static const char *stacks[] = {"main", "main;a", "main;a;b", "main;a;b;a", "start;c", "", "main;d;c"};
    struct dab a = {.event = event_names[roll(3)], .cpu = roll(5) ? (uint32_t)roll(4) : ID_NONE};
    a.time_ns = base_ns + (int64_t)roll((uint64_t)length_ns);
    if (roll(3) == 0) /* exactly on an edge of steps, rows and columns */
        a.time_ns = base_ns / NS_PER_S * NS_PER_S + (int64_t)roll(8) * (length_ns / 8 / step_ns) * step_ns;
    a.stack = stacks[roll(7)];
    a.tid = (uint32_t)roll(3);
    a.period = roll(50) ? roll(1000) : 1ull << 33;
    if (roll(6) == 0) {
        a.comm = "swapper";
        a.stack = roll(3) ? "cpu_startup_entry;default_idle_call" : "default_idle_call;__do_softirq";
    }
    if (spans && roll(2))
        a.duration_ns = 1 + (int64_t)roll((uint64_t)length_ns / (roll(4) ? 50 : 2));
    return a;
}

static void make_world(struct world *w, uint64_t seed, bool spans)
{
    dice = seed * 977 + 13;
    w->s = sketch_new();
    w->period = roll(2);
    w->s.spec.weight = w->period ? BY_PERIOD : BY_SAMPLES;
    static const int64_t steps[] = {100000, 1, 1000, 3 * MS, 50 * MS};
    w->step_ns = steps[roll(5)];
    int64_t length_ns = (w->step_ns == 1 ? 3 : 1 + (int64_t)roll(90)) * NS_PER_S;
    int64_t base_ns = (int64_t)roll(1u << 30) * 12345;
    sketch_begin(&w->s, w->step_ns);
    w->origin_ns = INT64_MAX;
    w->end_ns = 0;
    for (int i = 0; i < N; i++) {
        struct dab a = random_dab(base_ns, length_ns, w->step_ns, spans);
        if (i && roll(8) == 0)
            a.time_ns = w->dab[i - 1].time_ns; /* equal times */
        w->dab[i] = a;
        sketch_add(&w->s, a);
        if (a.time_ns < w->origin_ns)
            w->origin_ns = a.time_ns;
        if (a.time_ns + a.duration_ns > w->end_ns)
            w->end_ns = a.time_ns + a.duration_ns;
    }
    w->origin_ns -= w->origin_ns % NS_PER_S;
    const char *wrong = sketch_end(&w->s);
    if (wrong)
        fail_msg("seed %llu: %s", (unsigned long long)seed, wrong);
    assert_int_equal(w->s.p.origin_ns, w->origin_ns);
}

static bool is_idle(const struct dab *a)
{
    return a->comm && strcmp(a->comm, "swapper") == 0 && !strstr(a->stack, "softirq");
}

/* Weight of [from_ns, to_ns) since the origin, from the samples as they came. */
static uint64_t slow_count(const struct world *w, const char *event, bool with_idle, int64_t from_ns,
                           int64_t to_ns)
{
    uint64_t sum = 0;
    for (int i = 0; i < N; i++) {
        const struct dab *a = &w->dab[i];
        if (strcmp(a->event, event) != 0 || (!with_idle && is_idle(a)))
            continue;
        int64_t begin = (a->time_ns - w->origin_ns) / w->step_ns * w->step_ns;
        if (!a->duration_ns) {
            sum += begin >= from_ns && begin < to_ns ? (w->period ? a->period : 1) : 0;
            continue;
        }
        int64_t end = (a->time_ns + a->duration_ns - w->origin_ns) / w->step_ns * w->step_ns;
        int64_t from = begin > from_ns ? begin : from_ns, to = end < to_ns ? end : to_ns;
        sum += to > from ? (uint64_t)(to - from) : 0;
    }
    return sum;
}

struct view {
    uint32_t event;
    bool with_idle;
    int64_t period_ns;
    uint32_t rows;
};

static void compare_cells(struct world *w, uint64_t seed, struct view v)
{
    const struct profile *p = &w->s.p;
    struct arena_mark mark = arena_mark(w->s.arena);
    struct heatmap h = heatmap_cells(p, v.event, v.with_idle, v.period_ns, v.rows, w->s.arena);
    const char *event = str_c(p->events[v.event].name, w->s.arena);
    int64_t period_ns = (v.period_ns + w->step_ns - 1) / w->step_ns * w->step_ns;
    assert_int_equal(h.period_steps * w->step_ns, period_ns);
    uint64_t sum = 0, max = 0;
    int64_t last_to = 0;
    for (uint32_t k = 0; k < h.columns; k++)
        for (uint32_t j = 0; j < v.rows; j++) {
            /* The edge of design.md, said in nanoseconds: the first whole step at or after j*period/rows. */
            int64_t from_ns =
                k * period_ns + (j * (period_ns / w->step_ns) + v.rows - 1) / v.rows * w->step_ns;
            int64_t to_ns =
                k * period_ns + ((j + 1) * (period_ns / w->step_ns) + v.rows - 1) / v.rows * w->step_ns;
            assert_int_equal(from_ns, last_to); /* the cells tile time: nothing between, nothing twice */
            last_to = to_ns;
            uint64_t cell = h.cell[(size_t)k * v.rows + j];
            uint64_t slow = slow_count(w, event, v.with_idle, from_ns, to_ns);
            struct range r = window_range(p, from_ns, to_ns);
            struct arena_mark inner = arena_mark(w->s.arena);
            uint64_t total = weigh(p, r, v.event, v.with_idle, w->s.arena).total[0];
            arena_reset(w->s.arena, inner);
            if (cell != slow || total != slow)
                fail_msg(
                    "seed %llu, %s, period %lld, %u rows, cell %u/%u: cell %llu, weigh %llu, expected %llu",
                    (unsigned long long)seed, event, (long long)v.period_ns, v.rows, k, j,
                    (unsigned long long)cell, (unsigned long long)total, (unsigned long long)slow);
            sum += cell;
            max = cell > max ? cell : max;
        }
    uint32_t fold = 1 + (uint32_t)roll(5);
    struct heatmap f = heatmap_folded(p, v.event, v.with_idle, v.period_ns, v.rows, fold, w->s.arena);
    assert_int_equal(f.columns, (h.columns + fold - 1) / fold);
    for (uint32_t k = 0; k < f.columns; k++)
        for (uint32_t j = 0; j < v.rows; j++) {
            uint64_t folded = 0;
            for (uint32_t i = k * fold; i < (k + 1) * fold && i < h.columns; i++)
                folded += h.cell[(size_t)i * v.rows + j];
            assert_int_equal(f.cell[(size_t)k * v.rows + j], folded);
        }
    const struct event *e = &p->events[v.event];
    assert_int_equal(sum, e->weight - (v.with_idle ? 0 : e->idle_weight));
    assert_int_equal(max, h.max);
    arena_reset(w->s.arena, mark);
}

static void compare_buckets(struct world *w)
{
    const struct profile *p = &w->s.p;
    struct event_counts *c = heatmap_counts(p, w->s.arena);
    for (uint32_t e = 0; e < p->n_events; e++)
        for (uint32_t l = 0; l < COUNT_LEVELS; l++) {
            const struct count_level *level = &c[e].level[l];
            const char *event = str_c(p->events[e].name, w->s.arena);
            uint64_t sum = 0;
            for (uint32_t i = 0; i < level->n_buckets; i++) {
                int64_t from_ns = i * level->bucket_ns, to_ns = from_ns + level->bucket_ns;
                uint64_t busy = slow_count(w, event, false, from_ns, to_ns);
                assert_int_equal(level->busy[i], busy);
                assert_int_equal(level->idle ? level->idle[i] : 0,
                                 slow_count(w, event, true, from_ns, to_ns) - busy);
                sum += level->busy[i] + (level->idle ? level->idle[i] : 0);
            }
            assert_int_equal(sum, p->events[e].weight);
        }
}

static void run_seeds(uint64_t from, uint64_t to, bool spans)
{
    static const int64_t periods[] = {NS_PER_S, 250 * MS, 60 * NS_PER_S, 7777777777, 100 * MS};
    static const uint32_t rows[] = {1, 10, 49, 50, 3, 99};
    for (uint64_t seed = from; seed < to; seed++) {
        struct world w;
        make_world(&w, seed, spans);
        for (uint32_t e = 0; e < w.s.p.n_events; e++)
            for (int k = 0; k < 4; k++)
                compare_cells(
                    &w, seed,
                    (struct view){e, roll(2), periods[roll(w.step_ns == 1 ? 2 : 5)], rows[roll(6)]});
        compare_buckets(&w);
        arena_free(w.s.arena);
    }
}

static void test_points(void **state)
{
    (void)state;
    run_seeds(1, 21, false);
}

static void test_spans(void **state)
{
    (void)state;
    run_seeds(1001, 1016, true);
}

/* Ranges cut anywhere, not only at cells: each sample in exactly one of them. */
static void test_any_cuts(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 40; seed++) {
        struct world w;
        make_world(&w, seed, seed % 2);
        uint64_t sum = 0, n = 0;
        for (int64_t at = 0, length = w.end_ns - w.origin_ns + w.step_ns; at < length;) {
            int64_t to = at + 1 + (int64_t)roll((uint64_t)length / 6);
            struct range r = window_range(&w.s.p, at, to);
            struct weights part = weigh(&w.s.p, r, 0, true, w.s.arena);
            sum += part.total[0];
            n += part.n_samples;
            at = to;
        }
        assert_int_equal(sum, w.s.p.events[0].weight);
        if (!w.s.p.n_spans) /* a span is in every range it touches */
            assert_int_equal(n, w.s.p.events[0].n_samples);
        arena_free(w.s.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_any_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
