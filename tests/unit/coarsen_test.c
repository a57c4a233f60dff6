/* SPDX-License-Identifier: MIT
 *
 * Coarser times and stacks: every sample is still there, at its time rounded down, in the stack that it had or in one that this
 * one began with; a stack that enough samples share is whole; what is left is a sound profile. Against a plain count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/check.h"
#include "model/coarsen.h"
#include "pack_fixture.h"

static bool begins_with(const struct profile *p, uint32_t node, const struct str *path, uint32_t depth)
{
    for (; node; node = p->node_parent[node])
        if (!depth || !str_eq(p->names[p->frames[p->node_frame[node]].name], path[--depth]))
            return false;
    return depth == 0;
}

static uint32_t path_of(const struct profile *p, uint32_t node, struct str *path)
{
    uint32_t depth = 0;
    for (uint32_t i = node; i; i = p->node_parent[i])
        depth++;
    for (uint32_t i = node, k = depth; i; i = p->node_parent[i])
        path[--k] = p->names[p->frames[p->node_frame[i]].name];
    return depth;
}

static void stacks_keep_what_they_share(void **state)
{
    (void)state;
    for (uint64_t least = 1; least <= 64; least *= 4) {
        struct arena *arena = arena_new((struct arena_hook){0});
        struct diag *d = diag_new(arena);
        struct report before, after;
        const struct shape shape = {.name = "coarsen", .n_samples = 3000, .n_cpus = 3, .n_events = 2, .n_threads = 5, .n_names = 12,
                                    .depth = 9, .gap_ns = 300000, .idle_percent = 20};
        fixture_report(&shape, 3, &before, d, arena);
        fixture_report(&shape, 3, &after, d, arena);
        const struct profile *p = before.panels[0].profile;
        struct profile *q = (struct profile *)(uintptr_t)after.panels[0].profile;
        coarsen_stacks(q, least, arena);
        assert_null(profile_check(q));
        assert_int_equal(q->n_points, p->n_points);
        uint64_t *below = NEW_N(arena, uint64_t, p->n_nodes);
        for (uint32_t i = 0; i < p->n_points; i++)
            for (uint32_t node = point_node(p, i);; node = p->node_parent[node]) {
                below[node]++;
                if (!node)
                    break;
            }
        struct str path[64];
        for (uint32_t i = 0; i < p->n_points; i++) {
            uint32_t node = point_node(p, i), now = point_node(q, i), depth = path_of(p, node, path), kept = 0;
            for (uint32_t k = now; k; k = q->node_parent[k])
                kept++;
            assert_true(kept <= depth && begins_with(q, now, path, kept));
            assert_int_equal(q->node_idle[now], p->node_idle[node]);
            assert_true(below[node] < least || kept == depth);
        }
        assert_true(least > 1 ? q->n_nodes < p->n_nodes : q->n_nodes == p->n_nodes);
        arena_free(arena);
    }
}

static void times_are_rounded_down(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct report before, after;
    const struct shape shape = {.name = "coarsen", .n_samples = 500, .n_cpus = 2, .n_events = 1, .n_threads = 2, .n_names = 5,
                                .depth = 4, .gap_ns = 700000};
    fixture_report(&shape, 5, &before, d, arena);
    fixture_report(&shape, 5, &after, d, arena);
    const struct profile *p = before.panels[0].profile;
    struct profile *q = (struct profile *)(uintptr_t)after.panels[0].profile;
    assert_false(coarsen_times(q, p->step_ns, arena));
    assert_false(coarsen_times(q, p->step_ns * 3 / 2, arena));
    assert_true(coarsen_times(q, p->step_ns * 30, arena));
    assert_null(profile_check(q));
    assert_int_equal(q->step_ns, p->step_ns * 30);
    for (uint32_t i = 0; i < p->n_points; i++)
        assert_int_equal(point_time(q, i), point_time(p, i) / 30);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_keep_what_they_share),
        cmocka_unit_test(times_are_rounded_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
