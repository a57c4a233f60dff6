/* SPDX-License-Identifier: MIT
 *
 * The main line of a comparison: names to numbers, weights, what is worth a look, waves, noise, Holm,
 * ranking. */
#include "compare/compare.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "compare/alike.h"
#include "compare/difftree.h"
#include "compare/measure.h"
#include "compare/noise.h"
#include "compare/student.h"

/* What is below this on both sides cannot have changed by anything that matters, and would only make the
 * correction harder for the rest. */
#define LEAST_SHARE 0.002
#define LIKELY 0.01
#define SURE 0.001

struct quantity {
    struct series series;
    struct effect *effect;
    double p; /* by itself */
    uint32_t order;
};

struct comparing {
    const struct compare_side *side; /* bases, then the target */
    uint32_t n_base;
    uint32_t *event;
    struct things things;
    struct thing_of *of;
    struct measured *m;
    uint32_t *kept[2]; /* by function, by package: place in the list of changes */
    uint32_t n_kept;
    struct comparison *out;
    struct arena *arena, *scratch;
};

struct range compare_whole(const struct profile *p)
{
    return (struct range){0, p->n_steps ? p->n_steps : 1};
}

static void measure_all(struct comparing *c)
{
    for (uint32_t k = 0; k <= c->n_base; k++)
        c->of[k] = things_add(&c->things, c->side[k].profile, c->scratch);
    for (uint32_t k = 0; k <= c->n_base; k++)
        measure_weights(c->side[k].profile, &c->of[k], c->side[k].range, c->event[k], &c->things, &c->m[k],
                        c->scratch);
}

static double share(const struct measured *m, double weight)
{
    return m->weight > 0 ? weight / m->weight : 0;
}

/* Of the mean base or of the target, whichever is more. */
static double most(const struct comparing *c, int kind, uint32_t thing)
{
    double base = 0, target = share(&c->m[c->n_base], c->m[c->n_base].total[kind][thing]);
    for (uint32_t k = 0; k < c->n_base; k++)
        base += share(&c->m[k], c->m[k].total[kind][thing]) / c->n_base;
    return base > target ? base : target;
}

struct candidate {
    double share;
    uint32_t thing;
};

static int by_share(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->share != y->share)
        return x->share > y->share ? -1 : 1;
    return x->thing < y->thing ? -1 : x->thing > y->thing;
}

static void keep(struct comparing *c, int kind, uint32_t n)
{
    struct candidate *list = NEW_N(c->scratch, struct candidate, (size_t)n + 1);
    uint32_t found = 0;
    c->kept[kind] = NEW_N(c->scratch, uint32_t, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++) {
        c->kept[kind][i] = ID_NONE;
        list[found] = (struct candidate){most(c, kind, i), i};
        found += list[found].share >= LEAST_SHARE;
    }
    qsort(list, found, sizeof *list, by_share);
    for (uint32_t i = 0; i < found && i < LIMIT_COMPARED; i++)
        c->kept[kind][list[i].thing] = c->n_kept++;
}

/* Where a function is mostly found: in the target, if it is there. */
static struct str module_of(const struct comparing *c, uint32_t function)
{
    for (uint32_t k = c->n_base + 1; k-- > 0;)
        if (c->m[k].total[0][function] > 0)
            return c->of[k].module[function];
    return STR("");
}

static void fill_series(struct comparing *c, struct series *s, int kind, uint32_t thing, bool is_total)
{
    uint32_t place = c->kept[kind][thing];
    s->share = NEW_N(c->scratch, double, (size_t)c->n_base + 1);
    s->noise = NEW_N(c->scratch, double, (size_t)c->n_base + 1);
    for (uint32_t k = 0; k <= c->n_base; k++) {
        const struct measured *m = &c->m[k];
        double weight = (is_total ? m->total : m->self)[kind][thing];
        const double *wave = (is_total ? m->total_wave : m->self_wave) + (size_t)place * m->n_waves;
        s->share[k] = share(m, weight);
        s->noise[k] = noise_of_ratio(weight, wave, m->weight, m->weight_wave, m->n_waves);
    }
    noise_within(s, c->m, c->n_base);
}

static struct quantity *fill_changes(struct comparing *c)
{
    struct quantity *q = NEW_N(c->scratch, struct quantity, (size_t)c->n_kept * 2 + 1);
    c->out->changes = NEW_N(c->arena, struct change, (size_t)c->n_kept + 1);
    c->out->n_changes = c->n_kept;
    for (int kind = 0; kind < 2; kind++) {
        const struct intern *names = kind ? &c->things.packages : &c->things.functions;
        for (uint32_t i = 0; i < names->n; i++) {
            uint32_t place = c->kept[kind][i];
            if (place == ID_NONE)
                continue;
            struct change *x = &c->out->changes[place];
            x->name = str_dup(names->at[i], c->arena);
            x->is_package = kind == 1;
            x->module = kind ? STR("") : str_dup(module_of(c, i), c->arena);
            q[place * 2].effect = &x->self;
            q[place * 2 + 1].effect = &x->total;
            fill_series(c, &q[place * 2].series, kind, i, false);
            fill_series(c, &q[place * 2 + 1].series, kind, i, true);
        }
    }
    return q;
}

static struct nights learn_nights(struct comparing *c, const struct quantity *q)
{
    struct series *self = NEW_N(c->scratch, struct series, (size_t)c->n_kept + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->n_kept; i++)
        if (!c->out->changes[i].is_package)
            self[n++] = q[i * 2].series;
    return noise_nights(self, n, c->m, c->n_base, c->scratch);
}

static double judge(struct effect *e, double base, double target, struct noise noise)
{
    double margin = noise.df > 0 ? student_t(0.05, noise.df) * sqrt(noise.variance) : 0,
           difference = target - base;
    *e = (struct effect){.base = base, .target = target, .error = sqrt(noise.variance), .p = 1};
    e->low = difference - margin;
    e->high = difference + margin;
    return noise.variance > 0 && noise.df > 0 ? student_p(difference / e->error, noise.df) : 1;
}

static bool same_series(const struct series *a, const struct series *b, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        if (a->share[k] != b->share[k])
            return false;
    return true;
}

static int by_p(const void *a, const void *b)
{
    const struct quantity *x = a, *y = b;
    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static enum change_verdict verdict(double p)
{
    return p < SURE ? CHANGE_SURE : p < LIKELY ? CHANGE_LIKELY : CHANGE_NONE;
}

/* Holm: the smallest p times all of them, the next times all but one, never less than the one before. */
static void correct(struct quantity *q, uint32_t n)
{
    double before = 0;
    qsort(q, n, sizeof *q, by_p);
    for (uint32_t i = 0; i < n; i++) {
        double p = q[i].p * (n - i);
        before = p > before ? p : before;
        q[i].effect->p = before < 1 ? before : 1;
        q[i].effect->verdict = verdict(q[i].effect->p);
    }
}

/* A leaf's total is its self and no question of its own. */
static void judge_all(struct comparing *c, struct quantity *q)
{
    struct nights nights = learn_nights(c, q);
    struct quantity *tested = NEW_N(c->scratch, struct quantity, (size_t)c->n_kept * 2 + 1);
    bool *is_leaf = NEW_N(c->scratch, bool, (size_t)c->n_kept + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->n_kept * 2; i++) {
        struct series *s = &q[i].series;
        double target = s->share[c->n_base];
        q[i].p = judge(q[i].effect, s->mean, target, noise_of(s, &nights, c->m));
        q[i].order = i;
        is_leaf[i / 2] = i % 2 && same_series(s, &q[i - 1].series, c->n_base + 1);
        if (!is_leaf[i / 2] && (s->mean >= LEAST_SHARE || target >= LEAST_SHARE))
            tested[n++] = q[i];
    }
    correct(tested, n);
    c->out->n_tested = n;
    for (uint32_t i = 0; i < c->n_kept; i++)
        if (is_leaf[i])
            c->out->changes[i].total = c->out->changes[i].self;
}

/* Load: weight a second. Not a share, so nothing is to be learnt from the functions; corrected as one more of
 * the quantities looked at. */
static void judge_load(struct comparing *c)
{
    double mean = 0, within = 0, scatter = 0, waves = 0, rate = 0;
    uint32_t n = c->n_base;
    for (uint32_t k = 0; k <= n; k++) {
        const struct measured *m = &c->m[k];
        double noise = noise_of_ratio(m->weight, m->weight_wave, m->seconds, m->time_wave, m->n_waves);
        if (m->seconds <= 0)
            return;
        rate = m->weight / m->seconds;
        mean += k < n ? rate / n : 0;
        within += k < n ? noise / n / n : noise;
        waves += m->n_waves;
    }
    for (uint32_t k = 0; k < n && n > 1; k++) {
        double off = c->m[k].weight / c->m[k].seconds - mean;
        scatter += off * off / (n - 1) * (1 + 1.0 / n);
    }
    struct noise noise = {scatter > within ? scatter : within, scatter > within ? n - 1 : waves};
    double p = judge(&c->out->load, mean, rate, noise) * (c->out->n_tested + 1);
    c->out->load.p = p < 1 ? p : 1;
    c->out->load.verdict = verdict(c->out->load.p);
}

/* ---- ranking */

static double size_of(const struct effect *e)
{
    return fabs(e->target - e->base);
}

static int compare_sizes(double a, double b)
{
    return a == b ? 0 : a > b ? -1 : 1;
}

/* Functions, then packages; the surest first; among equals by their own weight first, since a caller changes
 * because of what it calls; then by size. */
static int by_rank(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    bool self_x = change_is_about_self(x), self_y = change_is_about_self(y);
    const struct effect *ex = change_effect(x), *ey = change_effect(y);
    if (x->is_package != y->is_package)
        return x->is_package ? 1 : -1;
    if (ex->verdict != ey->verdict)
        return ex->verdict > ey->verdict ? -1 : 1;
    if (self_x != self_y)
        return self_x ? -1 : 1;
    int order = compare_sizes(size_of(ex), size_of(ey));
    if (!order)
        order = compare_sizes(size_of(&x->total), size_of(&y->total));
    return order ? order : str_cmp(x->name, y->name);
}

static struct compared_side side_of(const struct comparing *c, uint32_t k)
{
    return (struct compared_side){c->side[k].id, c->side[k].panel, c->m[k].n_samples, c->m[k].seconds};
}

static void compare(struct comparing *c)
{
    measure_all(c);
    for (uint32_t k = 0; k < c->n_base; k++)
        c->out->base[k] = side_of(c, k);
    c->out->target = side_of(c, c->n_base);
    alike_recordings(c->side, c->n_base + 1, c->event, c->m, c->out, c->arena);
    if (c->out->n_reasons)
        return;
    keep(c, 0, c->things.functions.n);
    keep(c, 1, c->things.packages.n);
    for (uint32_t k = 0; k <= c->n_base; k++)
        measure_waves(c->side[k].profile, &c->of[k], c->side[k].range, c->event[k], c->kept[0], c->kept[1],
                      c->n_kept, &c->m[k], c->scratch);
    struct quantity *q = fill_changes(c);
    judge_all(c, q);
    judge_load(c);
    c->out->tree = difftree_build(c->side, c->n_base, c->event, c->of, &c->things, c->arena);
    qsort(c->out->changes, c->out->n_changes, sizeof *c->out->changes, by_rank);
}

void compare_profiles(const struct compare_side *base, uint32_t n_base, const struct compare_side *target,
                      struct str event, struct comparison *out, struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    struct compare_side *side = NEW_N(scratch, struct compare_side, (size_t)n_base + 1);
    *out = (struct comparison){.n_base = n_base, .weight = "samples"};
    out->base = NEW_N(arena, struct compared_side, (size_t)n_base + 1);
    for (uint32_t k = 0; k < n_base; k++) {
        side[k] = base[k];
        out->base[k] = (struct compared_side){.id = base[k].id, .panel = base[k].panel};
    }
    side[n_base] = *target;
    out->target = (struct compared_side){.id = target->id, .panel = target->panel};
    struct comparing c = {.side = side, .n_base = n_base, .out = out, .arena = arena, .scratch = scratch};
    c.event = NEW_N(scratch, uint32_t, (size_t)n_base + 1);
    c.of = NEW_N(scratch, struct thing_of, (size_t)n_base + 1);
    c.m = NEW_N(scratch, struct measured, (size_t)n_base + 1);
    c.things = things_new(scratch);
    if (alike_events(side, n_base + 1, event, c.event, out, arena))
        compare(&c);
    arena_free(scratch);
}

void compare_shorten(struct comparison *c)
{
    uint32_t n[2] = {0, 0}, kept = 0;
    for (uint32_t i = 0; i < c->n_changes; i++) {
        bool package = c->changes[i].is_package;
        if (n[package]++ < (package ? LIMIT_CHANGES_SHOWN / 4 : LIMIT_CHANGES_SHOWN))
            c->changes[kept++] = c->changes[i];
    }
    c->n_left_out += c->n_changes - kept;
    c->n_changes = kept;
}
