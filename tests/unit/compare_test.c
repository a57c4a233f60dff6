/* SPDX-License-Identifier: MIT
 *
 * The comparison: planted regressions are found and noise is not, what cannot be compared is refused with all
 * reasons, functions are found again when their module or kind changed. The proof at length is
 * tests/bench/compare.c. */
#include "support.h"

#include "compare/compare.h"
#include "compare/gate.h"
#include "nights.h"

static struct arena *arena;

static const struct night usual = {
    .n_samples = 20000, .n_cpus = 4, .hz = 49, .bursts = 0.3, .phases = 0.3, .idles = true, .between = 0.02};

static struct compare_side side(const char *id, const struct sketch *s, double rate_hz)
{
    return (struct compare_side){str_of(id), &s->p, compare_whole(&s->p), rate_hz, ID_NONE};
}

static struct comparison compare(const struct sketch *base, uint32_t n_base, const struct sketch *target)
{
    struct compare_side b[16], t = side("target", target, 49);
    struct comparison out;
    for (uint32_t k = 0; k < n_base; k++)
        b[k] = side("base", &base[k], 49);
    compare_profiles(b, n_base, &t, STR(""), &out, arena);
    return out;
}

static uint32_t alarms(const struct comparison *c)
{
    struct str why;
    return gate_apply(gate_parse(STR(GATE_DEFAULT), &why, arena), c, arena).n;
}

static const struct change *find(const struct comparison *c, const char *name)
{
    for (uint32_t i = 0; i < c->n_changes; i++)
        if (str_eq(c->changes[i].name, str_of(name)))
            return &c->changes[i];
    fail_msg("no '%s' among %u changes", name, c->n_changes);
    return NULL;
}

static void expect_reasons(const struct comparison *c, const char *expected)
{
    struct str came = STR("");
    for (uint32_t i = 0; i < c->n_reasons; i++)
        came = str_fmt(arena, "%.*s%.*s\n", STR_ARG(came), STR_ARG(c->reasons[i]));
    EXPECT_STR(came, expected);
    assert_int_equal(c->n_changes, 0);
}

static struct sketch night(uint64_t seed)
{
    struct night n = usual;
    n.seed = seed;
    return night_record(&n);
}

static void test_nights(void **state)
{
    (void)state;
    enum { BASES = 7, NIGHTS = 20 };
    struct sketch window[BASES];
    for (uint32_t i = 0; i < BASES + NIGHTS; i++) {
        struct sketch quiet = night(i + 1);
        if (i < BASES) {
            window[i] = quiet;
            continue;
        }
        struct night n = usual;
        n.seed = 70000 + i;
        night_plant(&n, 3 + i * 11 % 110, 0.02);
        struct sketch slow = night_record(&n);
        struct comparison noise = compare(window, BASES, &quiet), one = compare(window, 1, &quiet),
                          planted = compare(window, BASES, &slow);
        char name[40];
        snprintf(name, sizeof name, "work::leaf_%03u", n.function);
        const struct change *found = find(&planted, name);
        if (alarms(&noise) || alarms(&one))
            fail_msg("night %u: noise alone raised an alarm", i);
        if (!alarms(&planted) || found->self.verdict != CHANGE_SURE)
            fail_msg("night %u: %s was not found: %.4f to %.4f, error %.4f, p %g", i, name, found->self.base,
                     found->self.target, found->self.error, found->self.p);
        if (!(found->self.low < found->self.target - found->self.base) ||
            !(found->self.high > found->self.target - found->self.base))
            fail_msg("night %u: the interval does not hold the estimate", i);
        arena_free(slow.arena);
        arena_free(window[0].arena);
        memmove(window, window + 1, sizeof window - sizeof *window);
        window[BASES - 1] = quiet;
    }
    for (uint32_t i = 0; i < BASES; i++)
        arena_free(window[i].arena);
}

static void test_halves_of_a_steady_recording(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct night n = usual;
        n.seed = 900 + seed;
        n.n_samples = 40000;
        struct sketch s = night_record(&n);
        struct compare_side first = side("first half", &s, 49), second = side("second half", &s, 49);
        struct comparison out;
        first.range.to = second.range.from = s.p.n_steps / 2;
        compare_profiles(&first, 1, &second, STR(""), &out, arena);
        assert_int_equal(out.n_reasons, 0);
        assert_true(out.n_changes > 50);
        for (uint32_t i = 0; i < out.n_changes; i++)
            if (out.changes[i].self.verdict != CHANGE_NONE || out.changes[i].total.verdict != CHANGE_NONE)
                fail_msg("seed %u: '%.*s' is said to have changed", (unsigned)seed,
                         STR_ARG(out.changes[i].name));
        assert_int_equal(out.load.verdict, CHANGE_NONE);
        arena_free(s.arena);
    }
}

/* 100 Hz for `seconds`; every eighth sample is of `leaf`, in module and kind as given. */
struct plain {
    const char *event, *leaf, *module;
    enum frame_kind kind;
    uint32_t seconds, hz;
    bool vanished;
};

static struct sketch plain(struct plain how)
{
    struct sketch s = sketch_new();
    struct dice d = {how.seconds};
    sketch_begin(&s, 100000);
    uint32_t thread = builder_thread(s.b, 1, 1, STR("app")), hz = how.hz ? how.hz : 100;
    uint32_t event = builder_event(s.b, str_of(how.event ? how.event : "cpu-clock"));
    uint32_t root = builder_frame(s.b, STR("main"), STR("/bin/app"), FRAME_USER),
             other = builder_frame(s.b, STR("other"), STR("/bin/app"), FRAME_USER),
             leaf = builder_frame(s.b, str_of(how.leaf ? how.leaf : "leaf"),
                                  str_of(how.module ? how.module : "/lib/v1/libleaf.so"), how.kind);
    for (uint32_t i = 0; i < how.seconds * hz; i++) {
        uint32_t is_leaf = dice_next(&d) % 8 == 0 && !how.vanished, stack[2] = {is_leaf ? leaf : other, root};
        struct sample x = {.time_ns = 1000000000ll / hz * i, .thread = thread, .event = event};
        x.stack = builder_stack(s.b, thread, stack, 2);
        builder_sample(s.b, &x);
    }
    assert_null(sketch_end(&s));
    return s;
}

/* Preorder, siblings by name, children no heavier than their parent, nothing small on both sides. */
static void check_tree(const struct diff_tree *t)
{
    uint64_t *base = NEW_N(arena, uint64_t, t->n_nodes), *target = NEW_N(arena, uint64_t, t->n_nodes);
    assert_true(t->n_nodes > 1 && t->base[0] == 1000000 && t->target[0] == 1000000);
    for (uint32_t i = 1; i < t->n_nodes; i++) {
        assert_true(t->parent[i] < i && t->name[i] < t->n_names);
        assert_true(t->base[i] >= 1000 || t->target[i] >= 1000);
        base[t->parent[i]] += t->base[i];
        target[t->parent[i]] += t->target[i];
        if (t->parent[i] == t->parent[i - 1] && i > 1)
            assert_true(str_cmp(t->names[t->name[i - 1]], t->names[t->name[i]]) < 0);
    }
    for (uint32_t i = 0; i < t->n_nodes; i++)
        assert_true(base[i] <= t->base[i] && target[i] <= t->target[i]);
}

/* Of the node that a path leads to. */
static uint32_t tree_share(const struct diff_tree *t, const char *path, const uint32_t *side)
{
    struct str rest = str_of(path), head;
    uint32_t at = 0;
    while (rest.n) {
        str_cut(rest, ';', &head, &rest);
        uint32_t i = at + 1;
        while (i < t->n_nodes && !(t->parent[i] == at && str_eq(t->names[t->name[i]], head)))
            i++;
        if (i == t->n_nodes)
            fail_msg("no '%s' in the tree", path);
        at = i;
    }
    return side[at];
}

/* A pool with a mean; recursion; branches that are small everywhere are left to their parents. */
static void test_tree(void **state)
{
    (void)state;
    struct sketch side[3];
    for (int k = 0; k < 3; k++) {
        side[k] = sketch_new();
        sketch_begin(&side[k], 100000);
        for (int i = 0; i < 20000; i++) {
            char tiny[40];
            snprintf(tiny, sizeof tiny, "main;tiny_%d", i / 10);
            const char *stack = i % 10 == 0 ? tiny : i % 10 <= 2 + k ? "main;fib;fib" : "main;rest";
            sketch_add(&side[k], (struct dab){.time_ns = i * 1000000ll, .stack = stack});
        }
        assert_null(sketch_end(&side[k]));
    }
    struct comparison c = compare(side, 2, &side[2]);
    check_tree(&c.tree);
    assert_int_equal(tree_share(&c.tree, "java;main;fib;fib", c.tree.base), 250000);
    assert_int_equal(tree_share(&c.tree, "java;main;fib;fib", c.tree.target), 400000);
    assert_int_equal(tree_share(&c.tree, "java;main", c.tree.target), 1000000);
    assert_int_equal(c.tree.n_nodes, 6);
    for (int k = 0; k < 3; k++)
        arena_free(side[k].arena);
}

static void test_same_function_elsewhere(void **state)
{
    (void)state;
    struct sketch base = plain((struct plain){.seconds = 60}),
                  moved = plain((struct plain){
                      .seconds = 61, .module = "/lib/v2/libleaf.so.2 (deleted)", .kind = FRAME_INLINED}),
                  gone = plain((struct plain){.seconds = 60, .vanished = true});
    struct comparison c = compare(&base, 1, &moved);
    const struct change *leaf = find(&c, "leaf");
    assert_true(leaf->self.base > 0.1 && leaf->self.target > 0.1);
    EXPECT_STR(leaf->module, "libleaf.so.2 (deleted)");
    assert_int_equal(alarms(&c), 0);
    assert_true(find(&c, "libleaf.so")->is_package && find(&c, "libleaf.so")->self.target > 0.1);

    c = compare(&base, 1, &gone);
    leaf = find(&c, "leaf");
    EXPECT_STR(leaf->module, "libleaf.so");
    assert_true(leaf->self.target == 0 && leaf->self.verdict == CHANGE_SURE);
    EXPECT_STR(find(&c, "main")->name, "main");
    assert_true(find(&c, "main")->total.p == 1);

    c = compare(&gone, 1, &base);                                     /* and the other way round */
    assert_true(find(&c, "leaf")->self.base == 0 && alarms(&c) == 2); /* and its package */
    struct sketch lambda =
                      plain((struct plain){.seconds = 60, .leaf = "Shop$$Lambda.0x0000000100000018.run"}),
                  again = plain((struct plain){.seconds = 61, .leaf = "Shop$$Lambda.0x00000001ffffff18.run"});
    c = compare(&lambda, 1, &again);
    assert_true(find(&c, "Shop$$Lambda.run")->self.base > 0.1 &&
                find(&c, "Shop$$Lambda.run")->self.target > 0.1);
    assert_int_equal(alarms(&c), 0);
    arena_free(lambda.arena);
    arena_free(again.arena);
    arena_free(base.arena);
    arena_free(moved.arena);
    arena_free(gone.arena);
}

static void test_refusals(void **state)
{
    (void)state;
    struct sketch base = plain((struct plain){.seconds = 60}),
                  other = plain((struct plain){.seconds = 60, .event = "cycles"}),
                  bare = plain((struct plain){.seconds = 60, .leaf = "[unknown]"}),
                  brief = plain((struct plain){.seconds = 3}),
                  few = plain((struct plain){.seconds = 20, .hz = 5});
    struct comparison c = compare(&base, 1, &other);
    expect_reasons(&c, "event: base has no 'cycles' (it has 'cpu-clock')\n");
    c = compare(&base, 1, &bare);
    expect_reasons(&c, "unresolved symbols: 0 % of base, 12.9 % of target\n");
    c = compare(&base, 1, &brief);
    expect_reasons(&c, "too little data: target has 300 samples (500 are needed)\n"
                       "too little data: target is 2.99 s long (10 s are needed)\n");
    c = compare(&few, 1, &base);
    expect_reasons(&c, "too little data: base has 100 samples (500 are needed)\n");
    arena_free(brief.arena);
    arena_free(few.arena);

    struct compare_side b = side("monday", &base, 49), t = side("tuesday", &bare, 99);
    base.p.n_cpus = 8;
    bare.p.n_cpus = 16;
    bare.p.weight = WEIGHT_PERIOD;
    compare_profiles(&b, 1, &t, STR(""), &c, arena);
    expect_reasons(&c, "weight: monday counts samples, tuesday counts period\n"
                       "rate: monday has 49 Hz, tuesday has 99 Hz\n"
                       "CPUs: monday has 8, tuesday has 16\n"
                       "unresolved symbols: 0 % of monday, 12.9 % of tuesday\n");
    arena_free(base.arena);
    arena_free(other.arena);
    arena_free(bare.arena);
}

/* A benchmark: twenty seconds each of load, run and check, every night the same; `slow` of run goes to a
 * lock. */
static struct sketch benchmark(uint64_t seed, double slow)
{
    struct sketch s = sketch_new();
    struct dice d = {seed};
    sketch_begin(&s, 100000);
    for (int64_t i = 0; i < 18000; i++) {
        static const char *const phases[] = {"main;load", "main;run;step", "main;check"};
        bool lock = i / 6000 == 1 && dice_share(&d) < 0.1 + slow;
        sketch_add(&s, (struct dab){.time_ns = i * 10000000 / 3,
                                    .stack = lock ? "main;run;lock" : phases[i / 6000]});
    }
    assert_null(sketch_end(&s));
    return s;
}

/* One night cannot tell phases from noise; seven that repeat each other can. */
static void test_pool_knows_the_phases(void **state)
{
    (void)state;
    struct sketch base[7], slow = benchmark(99, 0.06), quiet = benchmark(98, 0);
    for (uint32_t k = 0; k < 7; k++)
        base[k] = benchmark(k + 1, 0);
    struct comparison one = compare(base, 1, &slow), pool = compare(base, 7, &slow),
                      same = compare(base, 7, &quiet);
    assert_int_equal(find(&one, "lock")->self.verdict, CHANGE_NONE);
    assert_int_equal(find(&pool, "lock")->self.verdict, CHANGE_SURE);
    assert_true(find(&pool, "lock")->self.error < find(&one, "lock")->self.error / 3);
    assert_int_equal(alarms(&pool) > 0, 1);
    assert_int_equal(alarms(&same), 0);
    for (uint32_t k = 0; k < 7; k++)
        arena_free(base[k].arena);
    arena_free(slow.arena);
    arena_free(quiet.arena);
}

/* Without times only other nights can say what is noise. */
static struct sketch flat(uint32_t leaf)
{
    struct sketch s = sketch_new();
    sketch_begin(&s, 100000);
    builder_flat(s.b);
    for (uint32_t i = 0; i < 20000; i++)
        sketch_add(&s, (struct dab){.stack = i < leaf ? "main;leaf" : i % 3 ? "main;a" : "main;b"});
    assert_null(sketch_end(&s));
    return s;
}

static void test_flat(void **state)
{
    (void)state;
    struct sketch base[] = {flat(1000), flat(1030), flat(960), flat(1010)}, quiet = flat(1025),
                  slow = flat(1800);
    struct comparison c = compare(base, 1, &quiet);
    expect_reasons(
        &c, "too little data: base has no times, so its noise cannot be told (give 3 bases or more)\n"
            "too little data: target has no times, so its noise cannot be told (give 3 bases or more)\n");
    c = compare(base, 4, &quiet);
    assert_int_equal(c.n_reasons, 0);
    assert_int_equal(alarms(&c), 0);
    c = compare(base, 4, &slow);
    assert_true(find(&c, "leaf")->self.verdict >= CHANGE_LIKELY);
    for (int i = 0; i < 4; i++)
        arena_free(base[i].arena);
    arena_free(quiet.arena);
    arena_free(slow.arena);
}

/* Waits of 0.1 s in turn; `slow` makes those of the lock longer. */
static struct sketch waits(bool slow)
{
    struct sketch s = sketch_new();
    struct dice d = {slow ? 3 : 4};
    sketch_begin(&s, 100000);
    for (int64_t t = 0; t < 60000; t += 50) {
        bool lock = dice_next(&d) % 4 == 0;
        sketch_add(&s, (struct dab){.time_ns = t * 1000000,
                                    .duration_ns = (lock && slow ? 240 : 80) * 1000000ll,
                                    .stack = lock ? "main;lock" : "main;read",
                                    .event = "off-cpu"});
    }
    assert_null(sketch_end(&s));
    return s;
}

static void test_spans(void **state)
{
    (void)state;
    struct sketch base = waits(false), slow = waits(true);
    struct comparison c = compare(&base, 1, &slow);
    assert_int_equal(c.n_reasons, 0);
    assert_string_equal(c.weight, "time");
    const struct change *lock = find(&c, "lock");
    assert_true(lock->self.base > 0.2 && lock->self.base < 0.3 && lock->self.target > 0.4);
    assert_int_equal(lock->self.verdict, CHANGE_SURE);
    assert_int_equal(c.load.verdict, CHANGE_SURE);
    arena_free(base.arena);
    arena_free(slow.arena);
}

static void test_same_twice(void **state)
{
    (void)state;
    struct sketch base[] = {night(1), night(2)}, swapped[] = {base[1], base[0]}, target = night(3);
    struct comparison a = compare(base, 2, &target), b = compare(base, 2, &target),
                      c = compare(swapped, 2, &target);
    assert_int_equal(a.n_changes, b.n_changes);
    assert_int_equal(a.n_changes, c.n_changes);
    for (uint32_t i = 0; i < a.n_changes; i++) {
        EXPECT_STR(a.changes[i].name, str_c(b.changes[i].name, arena));
        EXPECT_STR(a.changes[i].name, str_c(c.changes[i].name, arena));
        assert_memory_equal(&a.changes[i].self, &b.changes[i].self, sizeof a.changes[i].self);
    }
    for (uint32_t i = 1; i < a.n_changes; i++)
        assert_true(a.changes[i - 1].is_package <= a.changes[i].is_package);
    arena_free(base[0].arena);
    arena_free(base[1].arena);
    arena_free(target.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nights),   cmocka_unit_test(test_halves_of_a_steady_recording),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_same_function_elsewhere),
        cmocka_unit_test(test_flat),     cmocka_unit_test(test_pool_knows_the_phases),
        cmocka_unit_test(test_spans),    cmocka_unit_test(test_same_twice),
        cmocka_unit_test(test_tree),
    };
    arena = test_arena();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
