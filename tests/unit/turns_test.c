/* SPDX-License-Identifier: MIT
 *
 * Changes over the nights: made-up series of shares whose truth is known. What is planted is found on its night and
 * nothing else; noise, single bad nights and weekends are no changes. `make bench-trend` does the same at length, with
 * recordings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "nights.h"
#include "site/series.h"
#include "site/turns.h"

#define FUNCTIONS 60u
#define SAMPLES 20000.0

struct plan {
    uint32_t nights, function;
    uint32_t from, to; /* nights [from, to) have `by` more in `function` */
    double by, wobble; /* relative, from night to night */
    uint32_t every;    /* 7: two of seven nights have `by` more */
    uint64_t seed;
};

static bool is_planted(const struct plan *p, uint32_t night)
{
    return p->every ? night % p->every >= p->every - 2 : night >= p->from && night < p->to;
}

static void add_night(struct site *s, const struct plan *p, uint32_t night, struct dice *d)
{
    struct entry e = {.path = str_fmt(s->arena, "%03u.html", night), .has_date = true, .date = 86400ll * night};
    double sum = 0, share[FUNCTIONS];
    e.event = STR("cpu-clock");
    e.n_samples = (uint64_t)SAMPLES;
    e.functions = NEW_N(s->arena, struct entry_share, FUNCTIONS);
    e.n_functions = FUNCTIONS;
    for (uint32_t f = 0; f < FUNCTIONS; f++)
        sum += share[f] = exp(p->wobble * dice_normal(d)) / (f + 3);
    for (uint32_t f = 0; f < FUNCTIONS; f++) {
        double x = share[f] / sum * (is_planted(p, night) ? 1 - p->by : 1);
        if (f == p->function && is_planted(p, night))
            x += p->by;
        x += sqrt(x * (1 - x) / SAMPLES) * dice_normal(d);
        uint32_t name = intern_id(&s->functions, str_fmt(s->arena, "f%02u", f));
        e.functions[f] = (struct entry_share){name, (uint32_t)(x > 0 ? x * 1e6 : 0), (uint32_t)(x > 0 ? x * 1e6 : 0)};
    }
    (void)vec_push(&s->entries, SIZE_MAX, s->arena, e);
}

static struct site *make(const struct plan *p, struct arena *arena)
{
    struct site *s = NEW(arena, struct site);
    struct dice d = {p->seed * 7919 + 3};
    *s = (struct site){.arena = arena};
    s->functions = intern_new(1000, 1u << 20, arena);
    s->packages = intern_new(1000, 1u << 20, arena);
    for (uint32_t i = 0; i < p->nights; i++)
        add_night(s, p, i, &d);
    series_make(s, STR(""));
    turns_find(s);
    return s;
}

static void test_noise_is_no_change(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct arena *arena = arena_new((struct arena_hook){0});
        struct site *s = make(&(struct plan){.nights = 14, .wobble = 0.02, .seed = seed}, arena);
        if (s->turns.n)
            fail_msg("seed %llu: a change of f%02u at night %u", (unsigned long long)seed, s->turns.p[0].name, s->turns.p[0].at);
        arena_free(arena);
    }
}

static void test_planted_is_found_on_its_night(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct arena *arena = arena_new((struct arena_hook){0});
        uint32_t at = 4 + (uint32_t)(seed % 7), f = (uint32_t)(seed * 7 % FUNCTIONS);
        struct site *s = make(&(struct plan){.nights = 14, .function = f, .from = at, .to = 99, .by = 0.02, .wobble = 0.02, .seed = seed}, arena);
        if (s->turns.n == 0 || s->turns.p[0].at != at || s->turns.p[0].name != f)
            fail_msg("seed %llu: f%02u at night %u is not found", (unsigned long long)seed, f, at);
        const struct turn *t = &s->turns.p[0];
        assert_true(t->low < t->after - t->before && t->after - t->before < t->high && t->p < TURNS_CHANCE);
        assert_true(fabs(t->after - t->before - 0.02) < 0.01);
        turns_comparisons(s, 20);
        assert_int_equal(s->turns.p[0].comparison, 0);
        assert_int_equal(s->comparisons.p[0].target, at);
        assert_int_equal(s->comparisons.p[0].n_base, at < 7 ? at : 7);
        assert_int_equal(s->comparisons.p[0].base[s->comparisons.p[0].n_base - 1], at - 1);
        arena_free(arena);
    }
}

static uint32_t turns_of(struct plan p)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    uint32_t n = (uint32_t)make(&p, arena)->turns.n;
    arena_free(arena);
    return n;
}

static void test_what_does_not_last_is_no_change(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct plan p = {.nights = 42, .function = 5, .by = 0.05, .wobble = 0.02, .seed = seed};
        p.from = 20, p.to = 21;
        assert_int_equal(turns_of(p), 0);
        p.to = 22;
        assert_int_equal(turns_of(p), 0);
        p.every = 7;
        assert_int_equal(turns_of(p), 0);
        p.every = 0, p.to = 30; /* there and back */
        assert_true(turns_of(p) >= 2);
    }
}

static void test_few_nights_and_equal_nights(void **state)
{
    (void)state;
    assert_int_equal(turns_of((struct plan){.nights = 0}), 0);
    assert_int_equal(turns_of((struct plan){.nights = 1}), 0);
    assert_int_equal(turns_of((struct plan){.nights = 5, .from = 3, .to = 9, .by = 0.3, .seed = 2}), 0);
    assert_true(turns_of((struct plan){.nights = 6, .from = 3, .to = 9, .by = 0.3, .seed = 2}) > 0);
    assert_true(turns_of((struct plan){.nights = 900, .from = 700, .to = 999, .by = 0.02, .wobble = 0.02, .seed = 2}) > 0);
    struct arena *arena = arena_new((struct arena_hook){0});
    struct site *s = make(&(struct plan){.nights = 2, .seed = 5}, arena);
    struct entry one = s->entries.p[0];
    while (s->entries.n < 20) {
        one.date += 86400;
        (void)vec_push(&s->entries, SIZE_MAX, arena, one);
    }
    s->series.n = 0;
    series_make(s, STR(""));
    turns_find(s);
    assert_int_equal(s->turns.n, 0);
    arena_free(arena);
}

/* Two series in one folder do not mix, and the same folder gives the same answer. */
static void test_series(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct site *s = make(&(struct plan){.nights = 20, .function = 3, .from = 10, .to = 99, .by = 0.04, .seed = 11}, arena);
    struct meta_spec a = {STR("group"), STR("a")}, b = {STR("group"), STR("b")};
    uint32_t alone = (uint32_t)s->turns.n;
    assert_true(alone > 0);
    (void)vec_push(&s->meta_keys, SIZE_MAX, arena, STR("group"));
    for (uint32_t i = 0; i < s->entries.n; i++) {
        s->entries.p[i].meta = i % 2 ? &a : &b;
        s->entries.p[i].n_meta = 1;
    }
    s->series.n = s->turns.n = 0;
    series_make(s, STR(""));
    assert_int_equal(s->series.n, 2);
    assert_int_equal(s->series.p[0].n, 10);
    assert_true(str_eq(s->series.p[1].label, STR("a")));
    turns_find(s);
    for (uint32_t i = 0; i < s->turns.n; i++)
        assert_int_equal(s->turns.p[i].at, 5);
    s->series.n = 0;
    series_make(s, STR("host"));
    assert_int_equal(s->series.n, 1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise_is_no_change),      cmocka_unit_test(test_planted_is_found_on_its_night),
        cmocka_unit_test(test_what_does_not_last_is_no_change), cmocka_unit_test(test_few_nights_and_equal_nights),
        cmocka_unit_test(test_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
