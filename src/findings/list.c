/* SPDX-License-Identifier: MIT
 *
 * Adding to the list of findings. */
#include "findings/list.h"

#include <math.h>

#include "base/arena.h"
#include "findings/say.h"

struct finding *found_add(struct found *f, enum finding_kind kind, bool strong)
{
    if (!vec_push(&f->list, LIST_MOST, f->arena, (struct finding){0}))
        return NULL;
    struct finding *x = &f->list.p[f->list.n - 1];
    x->kind = kind;
    x->tier = strong ? FINDING_STRONG : FINDING_POSSIBLE;
    x->values = NEW_N(f->arena, struct finding_value, LIST_VALUES);
    return x;
}

void found_value(struct finding *x, const char *name, double value, double low, double high)
{
    if (x->n_values < LIST_VALUES)
        x->values[x->n_values++] = (struct finding_value){name, value, low, high};
}

/* Grows by doubling: sizes that are powers of two are full. */
static bool is_full(uint32_t n)
{
    return (n & (n - 1)) == 0;
}

void found_range(struct finding *x, const struct scene *s, double from_s, double to_s, struct arena *arena)
{
    struct finding_range r = {scene_step(s, from_s), scene_step(s, to_s)};
    if (r.to <= r.from)
        return;
    if (is_full(x->n_ranges))
        x->ranges =
            arena_grow(arena, x->ranges, x->n_ranges, x->n_ranges ? 2 * (size_t)x->n_ranges : 1, sizeof r);
    x->ranges[x->n_ranges++] = r;
}

void found_times(struct finding *x, const struct scene *s, uint32_t n, double length_s)
{
    found_value(x, "times", n, NAN, NAN);
    found_value(x, "length_ns", length_s / n * 1e9, NAN, NAN);
    if (x->n_ranges < 2)
        return;
    struct arena_mark mark = arena_mark(s->arena);
    double *at = NEW_N(s->arena, double, x->n_ranges);
    for (uint32_t i = 0; i < x->n_ranges; i++)
        at[i] = x->ranges[i].from * s->step_s;
    double period = say_regular(s, at, x->n_ranges);
    if (period > 0)
        found_value(x, "period_ns", period * 1e9, NAN, NAN);
    else
        found_value(x, "every_ns", (at[x->n_ranges - 1] - at[0]) / (x->n_ranges - 1) * 1e9, NAN, NAN);
    arena_reset(s->arena, mark);
}

void found_thread(struct finding *x, uint32_t thread, struct arena *arena)
{
    if (is_full(x->n_threads))
        x->threads = arena_grow(arena, x->threads, x->n_threads, x->n_threads ? 2 * (size_t)x->n_threads : 1,
                                sizeof thread);
    x->threads[x->n_threads++] = thread;
}

void found_leave(struct found *f, const struct scene *s)
{
    uint32_t words = s->n / 64 + 1;
    f->left = s->times;
    f->n_left = s->n;
    for (uint32_t i = 0; i < s->n; i++)
        f->n_left -= f->explained[i] != 0;
    if (f->n_left == s->n)
        return;
    uint64_t *out = NEW_N(s->arena, uint64_t, words);
    f->left_before = NEW_N(s->arena, uint32_t, words);
    for (uint32_t i = 0, n = 0; i < s->n; i++) {
        if (i % 64 == 0)
            f->left_before[i / 64] = n;
        out[i / 64] |= (uint64_t)(f->explained[i] != 0) << i % 64;
        n += !f->explained[i];
    }
    if (s->n % 64 == 0)
        f->left_before[s->n / 64] = f->n_left;
    f->left.out = out;
}

uint32_t found_left_before(const struct found *f, uint32_t i)
{
    if (!f->left_before)
        return i;
    uint64_t in = ~f->left.out[i / 64] & ((UINT64_C(1) << i % 64) - 1);
    return f->left_before[i / 64] + (uint32_t)__builtin_popcountll(in);
}
