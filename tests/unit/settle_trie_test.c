/* SPDX-License-Identifier: MIT
 *
 * The trie of many stacks: enough of them that they are sorted in tasks, with long common beginnings, stacks that end within others, and
 * stacks that become equal. The same profile for any number of threads, and each sample's path is the stack that was given. */
#include "support.h"

#include "model/builder.h"
#include "model/check.h"
#include "spec/spec.h"

enum { STACKS = 40000, DEEPEST = 60, NAMES = 300 };

struct given {
    uint32_t frames[DEEPEST]; /* root first, below the thread */
    uint32_t n;
};

/* Each shares the beginning of one before it; names repeat under two addresses, so that some become equal once they are cleaned. */
static struct given *draw_stacks(struct arena *arena)
{
    struct given *g = NEW_N(arena, struct given, STACKS);
    uint64_t seed = 7;
    for (uint32_t i = 0; i < STACKS; i++) {
        if (i) {
            const struct given *like = &g[test_dice(&seed, i)];
            g[i].n = like->n ? test_dice(&seed, like->n + 1) : 0;
            memcpy(g[i].frames, like->frames, sizeof g[i].frames);
        }
        for (uint32_t more = test_dice(&seed, 6); more && g[i].n < DEEPEST; more--)
            g[i].frames[g[i].n++] = test_dice(&seed, test_dice(&seed, 4) ? NAMES : 5);
    }
    return g;
}

static struct str name_of(uint32_t frame, struct arena *arena)
{
    return str_fmt(arena, "f%u+0x%x", frame / 2, frame % 2 ? 16u : 0u);
}

static void freeze_with(const struct given *g, unsigned n_threads, struct profile *p, struct arena *arena)
{
    struct diag *d = diag_new(arena);
    struct profile_spec spec = spec_default_profile();
    struct builder *b = builder_new(&spec, 1, diag_file(d, STR("t")), d, arena);
    uint32_t event = builder_event(b, STR("cpu")), ids[NAMES], thread[2];
    for (uint32_t i = 0; i < NAMES; i++)
        ids[i] = builder_frame(b, name_of(i, arena), STR("m"), FRAME_USER);
    thread[0] = builder_thread(b, 1, 1, STR("one"));
    thread[1] = builder_thread(b, 2, 2, STR("two"));
    for (uint32_t i = 0; i < STACKS; i++) {
        uint32_t leaf_first[DEEPEST];
        for (uint32_t k = 0; k < g[i].n; k++)
            leaf_first[g[i].n - 1 - k] = ids[g[i].frames[k]];
        uint32_t stack = builder_stack(b, thread[i % 7 == 0], leaf_first, g[i].n);
        struct sample s = {.time_ns = i, .stack = stack, .thread = thread[i % 7 == 0], .event = event, .cpu = ID_NONE, .period = 1};
        builder_sample(b, &s);
    }
    builder_use_threads(b, n_threads);
    assert_true(builder_freeze(b, p));
    assert_null(profile_check(p)); /* preorder, siblings in ascending order, no two alike */
}

static void expect_path(const struct profile *p, uint32_t point, const struct given *g, struct arena *arena)
{
    uint32_t node = point_node(p, point);
    for (uint32_t k = g->n; k-- > 0; node = p->node_parent[node]) {
        struct str name = p->names[p->frames[p->node_frame[node]].name], wanted = str_fmt(arena, "f%u", g->frames[k] / 2);
        assert_true(str_eq(name, wanted) || str_eq(name, name_of(g->frames[k], arena)));
    }
    EXPECT_STR(p->names[p->frames[p->node_frame[node]].name], point % 7 == 0 ? "two" : "one");
    assert_int_equal(p->node_parent[node], 0);
}

static void test_any_threads(void **state)
{
    (void)state;
    static const unsigned threads[] = {1, 2, 3, 8};
    struct arena *arena = test_arena();
    const struct given *g = draw_stacks(arena);
    struct profile first = {0}, p;
    for (size_t k = 0; k < COUNT(threads); k++) {
        freeze_with(g, threads[k], &p, arena);
        if (!k)
            first = p;
        assert_int_equal(p.n_points, STACKS);
        assert_int_equal(p.n_nodes, first.n_nodes);
        assert_memory_equal(p.node_parent, first.node_parent, p.n_nodes * sizeof *p.node_parent);
        assert_memory_equal(p.node_frame, first.node_frame, p.n_nodes * sizeof *p.node_frame);
        assert_memory_equal(p.node_idle, first.node_idle, p.n_nodes);
        for (uint32_t i = 0; i < STACKS; i++)
            assert_int_equal(point_node(&p, i), point_node(&first, i));
    }
    for (uint32_t i = 0; i < STACKS; i++) {
        struct arena_mark mark = arena_mark(arena);
        expect_path(&first, i, &g[i], arena);
        arena_reset(arena, mark);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
