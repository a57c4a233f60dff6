/* SPDX-License-Identifier: MIT
 *
 * The digest of a report: its shares are those that a plain loop over the samples counts, it comes back from its
 * section as it went in, and of a damaged one nothing is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "pack_fixture.h"
#include "site/digest_make.h"

static struct str write(const struct digest *g, struct arena *arena)
{
    struct buf out = buf_new(LIMIT_REPORT_BYTES, arena);
    buf_lit(&out, "<!DOCTYPE html>\n<title>t</title>\n");
    digest_write(g, &out, arena);
    return buf_view(&out);
}

static bool read(struct str text, struct digest *out, struct diag *d, struct arena *arena)
{
    struct str element;
    return digest_find(text, &element) && digest_read(element, (uint64_t)(element.p - text.p), diag_file(d, STR("r.html")), d, out, arena);
}

/* The weight of a function's own samples and of those that have it anywhere, counted stack by stack. */
static void count(const struct panel *panel, struct str name, double *self, double *total, double *whole)
{
    const struct profile *p = panel->profile;
    *self = *total = *whole = 0;
    for (uint32_t i = 0; i < p->n_points; i++) {
        uint32_t node = point_node(p, i);
        if (p->lanes[point_lane(p, i)].event != panel->main_event || p->node_idle[node])
            continue;
        double w = (double)point_weight(p, i);
        bool has = false;
        *whole += w;
        for (uint32_t at = node; at; at = p->node_parent[at]) {
            const struct frame *f = &p->frames[p->node_frame[at]];
            bool same = f->kind != FRAME_THREAD && str_eq(p->names[f->name], name);
            has |= same;
            *self += same && at == node ? w : 0;
        }
        *total += has ? w : 0;
    }
}

static void same_shares(const struct digest_share *a, uint32_t n_a, const struct digest_share *b, uint32_t n_b)
{
    assert_int_equal(n_a, n_b);
    for (uint32_t i = 0; i < n_a; i++) {
        assert_true(str_eq(a[i].name, b[i].name));
        assert_int_equal(a[i].self, b[i].self);
        assert_int_equal(a[i].total, b[i].total);
    }
}

static void same_profile(const struct digest_profile *a, const struct digest_profile *b)
{
    assert_true(str_eq(a->id, b->id) && str_eq(a->title, b->title) && str_eq(a->event, b->event));
    assert_true(str_eq(a->weight, b->weight));
    assert_int_equal(a->n_samples, b->n_samples);
    assert_int_equal(a->n_lost, b->n_lost);
    assert_true(a->seconds - b->seconds < 1e-6 && b->seconds - a->seconds < 1e-6);
    assert_int_equal(a->has_clock, b->has_clock);
    assert_int_equal(a->clock_epoch_ns, b->clock_epoch_ns);
    assert_int_equal(a->unresolved, b->unresolved);
    same_shares(a->functions, a->n_functions, b->functions, b->n_functions);
    same_shares(a->packages, a->n_packages, b->packages, b->n_packages);
    assert_int_equal(a->columns, b->columns);
    assert_int_equal(a->rows, b->rows);
    assert_memory_equal(a->level, b->level, (size_t)a->columns * a->rows);
}

static void test_round_trip(void **state)
{
    (void)state;
    uint32_t with_map = 0;
    for (size_t k = 0; k < SHAPES; k++) {
        struct arena *arena = arena_new((struct arena_hook){0});
        struct diag *d = diag_new(arena);
        struct report r;
        fixture_report(&shapes[k], k + 1, &r, d, arena);
        struct digest *g = digest_make(&r, arena), back;
        if (!read(write(g, arena), &back, d, arena))
            fail_msg("shape '%s' cannot be read", shapes[k].name);
        assert_true(str_eq(back.title, r.title) && str_eq(back.meta[0].value, r.meta[0].value));
        assert_int_equal(back.n_profiles, 1);
        same_profile(&g->profiles[0], &back.profiles[0]);
        with_map += back.profiles[0].columns > 0;
        arena_free(arena);
    }
    assert_true(with_map > SHAPES / 2);
}

static void test_shares_are_counted(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct report r;
    fixture_report(&shapes[1], 7, &r, d, arena);
    const struct digest_profile *p = &digest_make(&r, arena)->profiles[0];
    assert_true(p->n_functions > 20);
    for (uint32_t i = 0; i < p->n_functions; i++) {
        double self, total, whole;
        count(&r.panels[0], p->functions[i].name, &self, &total, &whole);
        assert_int_equal(p->functions[i].self, (uint32_t)(self / whole * DIGEST_MILLION + 0.5));
        assert_int_equal(p->functions[i].total, (uint32_t)(total / whole * DIGEST_MILLION + 0.5));
        assert_int_equal(p->n_samples, (uint64_t)whole);
    }
    arena_free(arena);
}

/* Cut anywhere, and with any one byte changed. */
static void test_damage_is_seen(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct report r;
    fixture_report(&shapes[0], 3, &r, d, arena);
    struct str text = write(digest_make(&r, arena), arena), element;
    assert_true(digest_find(text, &element));
    size_t from = (size_t)(element.p - text.p);
    for (size_t n = 0; n < from + element.n; n++) {
        struct digest out;
        struct arena *work = arena_new((struct arena_hook){0});
        struct diag *said = diag_new(work);
        assert_false(read(str_sub(text, 0, n), &out, said, work));
        if (n >= from && n < from + element.n) {
            char *bent = (char *)(uintptr_t)str_dup(text, work).p;
            bent[n] = bent[n] == 'A' ? 'B' : 'A';
            assert_false(read((struct str){bent, text.n}, &out, said, work));
            assert_true(diag_errors(said) == 1);
        }
        arena_free(work);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_shares_are_counted),
        cmocka_unit_test(test_damage_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
