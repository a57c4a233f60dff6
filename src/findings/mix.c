/* SPDX-License-Identifier: MIT
 *
 * Changes of the mix of work: shares of the functions that are at the end of most stacks, cut by PELT at
 * multinomial cost, scaled by how much neighbouring bins differ beyond chance. */
#include <math.h>
#include <stdlib.h>

#include "findings/pelt.h"
#include "findings/slow.h"

#define MOST_MIX_BINS 300u
#define FEATURES 16u

/* Of the bins of a phase, those in which the mix is another one. */
#define LEAST_BINS 0.6

struct mix {
    double *prefix; /* [bin * features + feature] */
    uint32_t n, n_features;
    double dispersion, bin_s;
    uint32_t name[FEATURES];
};

static double mix_cost(const void *ctx, uint32_t from, uint32_t to)
{
    const struct mix *m = ctx;
    const double *a = m->prefix + (size_t)from * m->n_features, *b = m->prefix + (size_t)to * m->n_features;
    double all = 0, cost = 0;
    for (uint32_t k = 0; k < m->n_features; k++)
        all += b[k] - a[k];
    for (uint32_t k = 0; k < m->n_features; k++) {
        double x = b[k] - a[k];
        if (x > 0)
            cost -= 2 * x * log(x / all);
    }
    return cost / m->dispersion;
}

struct name_count {
    uint32_t name, n;
};

static int by_count(const void *a, const void *b)
{
    const struct name_count *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* What a sample is at: the function at the end of its stack, or, where that has no name, its thread. */
struct work {
    const struct profile *p;
    const bool *unknown; /* by name */
    struct reader node, thread;
};

static struct work work_of(const struct scene *s)
{
    const struct profile *p = s->p;
    bool *unknown = NEW_N(s->arena, bool, (size_t)p->n_names + 1);
    for (uint32_t k = 0; k < p->n_names; k++)
        unknown[k] = str_starts(p->names[k], STR("[unknown]")) || str_starts(p->names[k], STR("0x"));
    return (struct work){p, unknown, reader_to(s->node, p->node_frame, sizeof *p->node_frame), reader_of(s->thread)};
}

static uint32_t work_name(struct work *w, uint32_t i)
{
    uint32_t node = read_at(&w->node, i), name = node ? w->p->frames[w->p->node_frame[node]].name : ID_NONE;
    return name != ID_NONE && !w->unknown[name] ? name : w->p->threads[read_at(&w->thread, i)].comm;
}

/* The functions that are often at the end of a stack; the last feature is all others. */
static bool mix_of(const struct slow *q, struct mix *m)
{
    const struct scene *s = q->s;
    const struct profile *p = s->p;
    struct work work = work_of(s);
    struct name_count *c = NEW_N(s->arena, struct name_count, (size_t)p->n_names + 1);
    uint32_t *feature = NEW_N(s->arena, uint32_t, (size_t)p->n_names + 1);
    for (uint32_t k = 0; k < p->n_names; k++)
        c[k].name = k;
    for (uint32_t i = 0; i < s->n; i++)
        if (slow_has(q, i))
            c[work_name(&work, i)].n++;
    qsort(c, p->n_names, sizeof *c, by_count);
    m->n_features = 1;
    for (uint32_t k = 0; k < p->n_names; k++)
        feature[k] = FEATURES;
    for (uint32_t k = 0; k < p->n_names && k < FEATURES - 1 && c[k].n * 200ull >= s->n; k++) {
        feature[c[k].name] = k;
        m->name[k] = c[k].name;
        m->n_features++;
    }
    if (m->n_features < 3)
        return false;
    m->bin_s = q->bin_s * ceil((double)q->n / MOST_MIX_BINS);
    m->n = (uint32_t)(s->length / m->bin_s);
    m->prefix = NEW_N(s->arena, double, ((size_t)m->n + 2) * m->n_features);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t b = (uint32_t)(scene_time(s, i) / m->bin_s);
        if (b >= m->n || !slow_has(q, i))
            continue;
        uint32_t k = feature[work_name(&work, i)];
        m->prefix[(size_t)(b + 1) * m->n_features + (k < m->n_features - 1 ? k : m->n_features - 1)]++;
    }
    return m->n >= 12;
}

/* A phase is a matter of time, not of samples: a burst of a second, dense as it may be, is no more of a mix
 * than any other second. Bins with far more samples than the middle one count for as much as two of those. */
static void level_bins(struct mix *m, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *all = NEW_N(scratch, double, (size_t)m->n + 1),
           *sorted = NEW_N(scratch, double, (size_t)m->n + 1);
    uint32_t n = 0;
    for (uint32_t b = 0; b < m->n; b++) {
        for (uint32_t k = 0; k < m->n_features; k++)
            all[b] += m->prefix[(size_t)(b + 1) * m->n_features + k];
        if (all[b] > 0)
            sorted[n++] = all[b];
    }
    double most = 2 * slow_middle(sorted, n, scratch);
    for (uint32_t b = 0; b < m->n; b++)
        for (uint32_t k = 0; k < m->n_features && all[b] > most; k++)
            m->prefix[(size_t)(b + 1) * m->n_features + k] *= most / all[b];
    arena_reset(scratch, mark);
}

/* How much more than chance neighbouring bins differ: the middle one of all pairs. */
static void disperse(struct mix *m, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *ratio = NEW_N(scratch, double, m->n);
    uint32_t n = 0, f = m->n_features;
    for (uint32_t b = 1; b < m->n; b++) {
        const double *x = m->prefix + (size_t)b * f, *y = x + f;
        double sx = 0, sy = 0, chi = 0, used = 0;
        for (uint32_t k = 0; k < f; k++) {
            sx += x[k];
            sy += y[k];
        }
        for (uint32_t k = 0; k < f && sx > 0 && sy > 0; k++) {
            double d = sqrt(sy / sx) * x[k] - sqrt(sx / sy) * y[k];
            if (x[k] + y[k] > 0) {
                chi += d * d / (x[k] + y[k]);
                used++;
            }
        }
        if (used > 1)
            ratio[n++] = chi / (used - 1);
    }
    double middle = slow_middle(ratio, n, scratch);
    m->dispersion = middle > 1 ? middle * 1.3 : 1.3;
    for (uint32_t b = 1; b <= m->n; b++)
        for (uint32_t k = 0; k < f; k++)
            m->prefix[(size_t)b * f + k] += m->prefix[(size_t)(b - 1) * f + k];
    arena_reset(scratch, mark);
}

static double share_of(const struct mix *m, uint32_t k, uint32_t from, uint32_t to)
{
    const double *a = m->prefix + (size_t)from * m->n_features, *b = m->prefix + (size_t)to * m->n_features;
    double all = 0;
    for (uint32_t i = 0; i < m->n_features; i++)
        all += b[i] - a[i];
    return all > 0 ? (b[k] - a[k]) / all : -1;
}

/* Whether a function's share differs in most bins on either side of b, not only in a few of them: a burst is
 * no phase. */
static bool holds(const struct mix *m, uint32_t k, uint32_t a, uint32_t b, uint32_t c)
{
    double before = share_of(m, k, a, b), after = share_of(m, k, b, c), middle = (before + after) / 2;
    uint32_t n[2] = {0, 0}, as[2] = {0, 0};
    for (uint32_t i = a; i < c; i++) {
        double share = share_of(m, k, i, i + 1);
        if (share < 0)
            continue;
        n[i >= b]++;
        as[i >= b] += (share > middle) == (i >= b ? after > before : before > after);
    }
    return as[0] >= LEAST_BINS * n[0] && as[1] >= LEAST_BINS * n[1];
}

/* Total variation between the mixes on either side of b, and the functions that gain and lose most. */
static double differ(const struct slow *q, const struct mix *m, uint32_t a, uint32_t b, uint32_t c,
                     struct turn *out)
{
    const double *pa = m->prefix + (size_t)a * m->n_features, *pb = m->prefix + (size_t)b * m->n_features,
                 *pc = m->prefix + (size_t)c * m->n_features;
    double before = 0, after = 0, moved = 0, most = 0.03, least = -0.03;
    for (uint32_t k = 0; k < m->n_features; k++) {
        before += pb[k] - pa[k];
        after += pc[k] - pb[k];
    }
    if (before <= 0 || after <= 0)
        return 0;
    for (uint32_t k = 0; k < m->n_features; k++) {
        double d = (pc[k] - pb[k]) / after - (pb[k] - pa[k]) / before;
        moved += fabs(d) / 2;
        if (k + 1 < m->n_features && d > most && holds(m, k, a, b, c)) {
            most = d;
            out->more = q->s->p->names[m->name[k]];
        }
        if (k + 1 < m->n_features && d < least && holds(m, k, a, b, c)) {
            least = d;
            out->less = q->s->p->names[m->name[k]];
        }
    }
    out->before = before / (b - a) * q->bin_s / m->bin_s;
    out->after = after / (c - b) * q->bin_s / m->bin_s;
    return moved;
}

uint32_t slow_mix_turns(const struct slow *q, struct turn *out)
{
    struct mix m;
    if (!mix_of(q, &m))
        return 0;
    level_bins(&m, q->s->arena);
    disperse(&m, q->s->arena);
    uint32_t *cut = NEW_N(q->s->arena, uint32_t, (size_t)m.n + 2), found = 0,
             shortest = (uint32_t)ceil(SLOW_SHORTEST_S / m.bin_s);
    if (shortest < m.n / 40)
        shortest = m.n / 40;
    if (shortest < 3)
        shortest = 3;
    if (m.n < 2 * shortest)
        return 0;
    uint32_t n = pelt(mix_cost, &m, m.n, shortest, SLOW_PENALTY * m.n_features * log(m.n), cut, q->s->arena);
    for (uint32_t i = 0; i + 1 < n; i++) {
        struct turn c = {.at_s = cut[i + 1] * m.bin_s,
                         .from_s = cut[i + 1] * m.bin_s,
                         .to_s = cut[i + 2] * m.bin_s,
                         .mix = true};
        double moved = differ(q, &m, cut[i], cut[i + 1], cut[i + 2], &c),
               gain = mix_cost(&m, cut[i], cut[i + 2]) - mix_cost(&m, cut[i], cut[i + 1]) -
                      mix_cost(&m, cut[i + 1], cut[i + 2]);
        c.weight = sqrt(gain > 0 ? gain : 0);
        double shorter =
            (cut[i + 1] - cut[i] < cut[i + 2] - cut[i + 1] ? cut[i + 1] - cut[i] : cut[i + 2] - cut[i + 1]) *
            m.bin_s;
        if (shorter >= SLOW_SHORTEST_S && moved > SLOW_CHANGE && c.more.n + c.less.n > 0 &&
            c.weight > SLOW_SIGMA)
            out[found++] = c;
    }
    return found;
}
