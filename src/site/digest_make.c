/* SPDX-License-Identifier: MIT
 *
 * The hottest functions and packages by self and by total, the findings a reader is shown first, a small map. */
#include "site/digest_make.h"

#include <stdlib.h>

#include "analyse/heatmap.h"
#include "base/arena.h"
#include "compare/compare.h"
#include "compare/measure.h"
#include "pack/head.h"

#define MOST_FINDINGS 5u
#define MOST_ALARMS 10u
#define MOST_REASONS 10u

static uint32_t millionths(double part, double whole)
{
    double share = whole > 0 ? part / whole * DIGEST_MILLION + 0.5 : 0;
    return share > DIGEST_MILLION ? DIGEST_MILLION : (uint32_t)share;
}

static int by_self(const void *a, const void *b)
{
    const struct digest_share *x = a, *y = b;
    if (x->self != y->self)
        return x->self > y->self ? -1 : 1;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return str_cmp(x->name, y->name);
}

static int by_total(const void *a, const void *b)
{
    const struct digest_share *x = a, *y = b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return by_self(a, b);
}

/* The first `most` by self stay, and of the others the first `most` by total. */
static uint32_t choose(struct digest_share *s, uint32_t n, uint32_t most)
{
    qsort(s, n, sizeof *s, by_self);
    if (n > most) {
        qsort(s + most, n - most, sizeof *s, by_total);
        n = n > 2 * most ? 2 * most : n;
    }
    qsort(s, n, sizeof *s, by_self);
    return n;
}

static struct digest_share *shares(const struct measured *m, int kind, const struct intern *names, uint32_t most,
                                   uint32_t *n, struct arena *arena)
{
    struct digest_share *s = NEW_N(arena, struct digest_share, (size_t)names->n + 1);
    *n = 0;
    for (uint32_t i = 0; i < names->n; i++) {
        struct digest_share x = {names->at[i], millionths(m->self[kind][i], m->weight),
                                 millionths(m->total[kind][i], m->weight)};
        if (x.self >= DIGEST_LEAST || x.total >= DIGEST_LEAST)
            s[(*n)++] = x;
    }
    *n = choose(s, *n, most);
    struct digest_share *kept = NEW_N(arena, struct digest_share, (size_t)*n + 1);
    for (uint32_t i = 0; i < *n; i++)
        kept[i] = (struct digest_share){str_dup(s[i].name, arena), s[i].self, s[i].total};
    return kept;
}

static void fill_shares(const struct panel *panel, struct digest_profile *out, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct things things = things_new(work);
    struct thing_of of = things_add(&things, panel->profile, work);
    struct measured m;
    measure_weights(panel->profile, &of, compare_whole(panel->profile), panel->main_event, &things, &m, work);
    struct digest_share *f = shares(&m, 0, &things.functions, DIGEST_FUNCTIONS, &out->n_functions, work),
                        *p = shares(&m, 1, &things.packages, DIGEST_PACKAGES, &out->n_packages, work);
    out->functions = NEW_N(arena, struct digest_share, (size_t)out->n_functions + 1);
    out->packages = NEW_N(arena, struct digest_share, (size_t)out->n_packages + 1);
    for (uint32_t i = 0; i < out->n_functions; i++)
        out->functions[i] = (struct digest_share){str_dup(f[i].name, arena), f[i].self, f[i].total};
    for (uint32_t i = 0; i < out->n_packages; i++)
        out->packages[i] = (struct digest_share){str_dup(p[i].name, arena), p[i].self, p[i].total};
    out->n_samples = m.n_samples;
    out->unresolved = millionths(m.unresolved, m.weight);
    arena_free(work);
}

static void fill_map(const struct panel *panel, struct digest_profile *out, struct arena *arena)
{
    const struct profile *p = panel->profile;
    if (!p->has_time || !p->n_steps || panel->heatmap.period_ns <= 0)
        return;
    struct arena *work = arena_like(arena);
    int64_t columns = (p->n_steps * p->step_ns - 1) / panel->heatmap.period_ns + 1;
    uint32_t rows = panel->heatmap.rows < DIGEST_ROWS ? panel->heatmap.rows : DIGEST_ROWS;
    struct heatmap h = heatmap_folded(p, panel->main_event, panel->idle == IDLE_SHOW, panel->heatmap.period_ns, rows,
                                      (uint32_t)((columns - 1) / DIGEST_COLUMNS + 1), work);
    uint64_t top = heatmap_top(&h, panel->heatmap.scale, work);
    if (h.columns <= DIGEST_COLUMNS && h.rows <= DIGEST_ROWS) {
        size_t n = (size_t)h.columns * h.rows;
        out->columns = h.columns;
        out->rows = h.rows;
        out->level = NEW_N(arena, uint8_t, n + 1);
        for (size_t i = 0; i < n; i++)
            out->level[i] = (uint8_t)(h.cell[i] >= top ? (h.cell[i] ? DIGEST_LEVELS : 0)
                                                       : (h.cell[i] * DIGEST_LEVELS + top - 1) / top);
    }
    arena_free(work);
}

static void fill_findings(const struct findings *from, struct digest_profile *out, struct arena *arena)
{
    out->findings = NEW_N(arena, struct digest_finding, MOST_FINDINGS);
    for (uint32_t i = 0; i < from->n && out->n_findings < MOST_FINDINGS; i++)
        if (from->list[i].tier != FINDING_NOTE)
            out->findings[out->n_findings++] = (struct digest_finding){from->list[i].tier, from->list[i].title};
}

struct digest_profile digest_weigh(const struct panel *panel, struct arena *arena)
{
    struct digest_profile out = {0};
    if (!panel->profile->n_events)
        return out;
    fill_shares(panel, &out, arena);
    fill_map(panel, &out, arena);
    return out;
}

static void fill_profile(const struct panel *panel, struct digest_profile *out, struct arena *arena)
{
    const struct profile *p = panel->profile;
    *out = panel->digest ? *panel->digest : digest_weigh(panel, arena);
    out->id = panel->id;
    out->title = panel->title;
    out->rate_hz = panel->rate_hz;
    out->n_lost = p->tally.n_lost;
    out->seconds = p->has_time ? (double)p->n_steps * (double)p->step_ns / 1e9 : 0;
    out->n_cpus = p->n_cpus;
    out->has_clock = p->has_clock;
    out->clock_epoch_ns = p->clock_epoch_ns;
    fill_findings(&panel->findings, out, arena);
    if (!p->n_events)
        return;
    const struct event *event = &p->events[panel->main_event];
    out->event = event->name;
    out->weight = str_of(head_weight_of(p, event));
}

static void add_alarm(struct digest_comparison *out, const struct change *x)
{
    const struct effect *e = change_alarm_effect(x);
    if (x->alarm != ALARM_NONE && out->n_alarms < MOST_ALARMS)
        out->alarms[out->n_alarms++] = (struct digest_alarm){
            x->name, x->alarm == ALARM_TOTAL ? STR("total") : STR("self"), x->is_package, millionths(e->base, 1),
            millionths(e->target, 1)};
}

static void fill_comparison(const struct comparison *c, struct digest_comparison *out, struct arena *arena)
{
    *out = (struct digest_comparison){.title = c->title, .n_base = c->n_base, .profile = ID_NONE};
    out->outcome = comparison_outcome(c, c->n_alarms);
    if (c->target.panel < DIGEST_PROFILES)
        out->profile = c->target.panel;
    out->reasons = c->reasons;
    out->n_reasons = c->n_reasons < MOST_REASONS ? c->n_reasons : MOST_REASONS;
    out->alarms = NEW_N(arena, struct digest_alarm, MOST_ALARMS);
    if (c->load_alarm)
        out->alarms[out->n_alarms++] = (struct digest_alarm){STR(""), STR("load"), false, 0, 0};
    for (uint32_t i = 0; i < c->n_changes; i++)
        add_alarm(out, &c->changes[i]);
}

struct digest *digest_make(const struct report *r, struct arena *arena)
{
    struct digest *g = NEW(arena, struct digest);
    *g = (struct digest){.generator = r->generator, .title = r->title, .meta = r->meta, .n_meta = r->n_meta};
    g->n_all_profiles = r->n_panels;
    g->n_profiles = r->n_panels < DIGEST_PROFILES ? r->n_panels : DIGEST_PROFILES;
    g->profiles = NEW_N(arena, struct digest_profile, (size_t)g->n_profiles + 1);
    for (uint32_t i = 0; i < g->n_profiles; i++)
        fill_profile(&r->panels[i], &g->profiles[i], arena);
    g->n_comparisons = r->n_comparisons;
    g->comparisons = NEW_N(arena, struct digest_comparison, (size_t)r->n_comparisons + 1);
    for (uint32_t i = 0; i < r->n_comparisons; i++)
        fill_comparison(&r->comparisons[i], &g->comparisons[i], arena);
    return g;
}
