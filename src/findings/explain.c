/* SPDX-License-Identifier: MIT
 *
 * How many samples have each name is counted once (census.h); inside a finding its samples' stacks are walked up to where another
 * one has been. A name explains when the likelihood ratio of "inside" against "outside" passes what the
 * most extreme of so many names would reach by chance. Of the names of one call chain, which all say the
 * same, the deepest is taken. */
#include "findings/explain.h"

#include <math.h>

#include "base/arena.h"
#include "base/vec.h"
#include "findings/census.h"

/* Stacks walked for one finding; more are taken at equal distances. */
#define MOST_WALKED 20000u
#define MOST_FRAMES 3u
#define LEAST_TIMES 1.5
/* ln of one in a thousand. */
#define RARE 6.9

/* A name, in the stacks walked: how many have it; where it stands deepest; its node in the last one, deepest. */
struct inside {
    uint32_t n, depth, last, node;
};

/* A node, in the stacks walked: how many pass it, and the last that does (from 1; 0: none). */
struct passed {
    uint32_t n, last;
};

/* Nodes from one that nothing had passed up to one that something had: path[from] … path[to - 1]. */
struct climb {
    uint32_t from, to;
};

struct explainer {
    const struct scene *s;
    struct inside *inside; /* by name */
    uint32_t *touched;
    uint32_t n_touched;
    struct passed *passed; /* by node */
    VEC(uint32_t) path;
    VEC(struct climb) climbs;
    struct arena *scratch;
};

struct explainer *explain_new(const struct scene *s, struct arena *scratch)
{
    struct explainer *e = NEW(scratch, struct explainer);
    e->s = s;
    e->scratch = scratch;
    e->inside = NEW_N(scratch, struct inside, (size_t)s->p->n_names + 1);
    e->touched = NEW_N(scratch, uint32_t, (size_t)s->p->n_names + 1);
    e->passed = NEW_N(scratch, struct passed, s->p->n_nodes);
    return e;
}

static void touch(struct explainer *e, uint32_t node)
{
    const struct frame *f = &e->s->p->frames[e->s->p->node_frame[node]];
    if (f->kind == FRAME_THREAD || e->inside[f->name].last)
        return;
    e->inside[f->name].last = 1;
    e->touched[e->n_touched++] = f->name;
}

static void walk(struct explainer *e, uint32_t node, uint32_t nth)
{
    struct climb climb = {(uint32_t)e->path.n, 0};
    e->passed[node].n++;
    for (uint32_t i = node; i && !e->passed[i].last; i = e->s->p->node_parent[i]) {
        e->passed[i].last = nth;
        (void)vec_push(&e->path, UINT32_MAX, e->scratch, i);
        touch(e, i);
    }
    e->passed[node].last = nth;
    climb.to = (uint32_t)e->path.n;
    if (climb.to > climb.from)
        (void)vec_push(&e->climbs, UINT32_MAX, e->scratch, climb);
}

static void count_name(struct explainer *e, uint32_t i, struct passed x)
{
    const struct census *c = e->s->census;
    const struct frame *f = &e->s->p->frames[e->s->p->node_frame[i]];
    struct inside *in = &e->inside[f->name];
    if (f->kind == FRAME_THREAD)
        return;
    if (!c->again[i])
        in->n += x.n;
    if (c->depth[i] > in->depth)
        in->depth = c->depth[i];
    if (x.last > in->last || (x.last == in->last && i > in->node)) {
        in->last = x.last;
        in->node = i;
    }
}

/* Each node once, however many stacks pass it. A climb ends at a node of an earlier one: the other way round, whatever is below a
 * node has been added to it before it is looked at. */
static void count_names(struct explainer *e)
{
    for (size_t k = e->climbs.n; k-- > 0;)
        for (uint32_t at = e->climbs.p[k].from; at < e->climbs.p[k].to; at++) {
            uint32_t i = e->path.p[at];
            struct passed x = e->passed[i], *above = &e->passed[e->s->p->node_parent[i]];
            count_name(e, i, x);
            above->n += x.n;
            above->last = above->last > x.last ? above->last : x.last;
            e->passed[i] = (struct passed){0, 0};
        }
    e->passed[0] = (struct passed){0, 0};
    e->path.n = e->climbs.n = 0;
}

static bool is_of(const struct finding *x, uint32_t thread)
{
    for (uint32_t i = 0; i < x->n_threads; i++)
        if (x->threads[i] == thread)
            return true;
    return x->n_threads == 0;
}

/* First sample at or after a step. */
static uint32_t first_at(const struct scene *s, uint32_t step)
{
    return scene_at(s, (step - s->begin_steps) * s->step_s);
}

/* Walks the samples of the finding; returns how many there are, and in *walked how many were walked. */
static uint32_t walk_inside(struct explainer *e, const struct finding *x, uint32_t *walked)
{
    const struct scene *s = e->s;
    uint32_t n = 0, all = 0;
    for (uint32_t r = 0; r < x->n_ranges; r++)
        all += first_at(s, x->ranges[r].to) - first_at(s, x->ranges[r].from);
    uint32_t stride = 1 + all / MOST_WALKED;
    *walked = 0;
    for (uint32_t r = 0; r < x->n_ranges; r++)
        for (uint32_t i = first_at(s, x->ranges[r].from), to = first_at(s, x->ranges[r].to); i < to; i++) {
            if (!is_of(x, scene_thread(s, i)) || n++ % stride)
                continue;
            walk(e, scene_node(s, i), ++*walked);
        }
    count_names(e);
    return n;
}

static double ratio(double inside, double n_inside, double outside, double n_outside)
{
    double all = inside + outside, n = n_inside + n_outside, p = all / n, sum = 0;
    if (inside > 0)
        sum += inside * log(inside / n_inside / p);
    if (inside < n_inside)
        sum += (n_inside - inside) * log((1 - inside / n_inside) / (1 - p));
    if (outside > 0)
        sum += outside * log(outside / n_outside / p);
    if (outside < n_outside)
        sum += (n_outside - outside) * log((1 - outside / n_outside) / (1 - p));
    return sum;
}

/* The best of the names that no chosen one says already. */
static bool choose(struct explainer *e, const struct finding *x, double n, uint32_t walked,
                   struct finding_frame *out)
{
    const struct scene *s = e->s;
    double scale = n / walked, best = log(s->p->n_names + 1.0) + RARE, best_share = 0;
    uint32_t best_depth = 0, best_name = ID_NONE;
    for (uint32_t k = 0; k < e->n_touched; k++) {
        uint32_t name = e->touched[k];
        const struct inside *in = &e->inside[name];
        double count = in->n * scale, outside = s->census->names[name] > count ? s->census->names[name] - count : 0,
               share = (double)in->n / walked, share_out = s->n > n ? outside / (s->n - n) : 0;
        if (share < 0.05 || share < LEAST_TIMES * share_out)
            continue;
        bool said = false;
        for (uint32_t i = 0; i < x->n_frames; i++)
            said |= fabs(x->frames[i].inside - share) < 0.05;
        double value = said ? 0 : ratio(count, n, outside, s->n > n ? s->n - n : 1);
        bool better = value > best * 1.02 ||
                      (value > best * 0.98 && in->depth > best_depth && best_name != ID_NONE) ||
                      (value > best && best_name == ID_NONE);
        if (!better)
            continue;
        best = value;
        best_depth = in->depth;
        best_name = name;
        best_share = share;
        *out = (struct finding_frame){s->p->node_frame[in->node], best_share, share_out};
    }
    return best_name != ID_NONE;
}

void explain_finding(struct explainer *e, struct finding *x, struct arena *arena)
{
    if (x->kind == FINDING_TREND || x->kind == FINDING_STALL || x->kind == FINDING_QUALITY ||
        x->kind == FINDING_UTILISATION)
        return;
    uint32_t walked, n = walk_inside(e, x, &walked);
    x->frames = NEW_N(arena, struct finding_frame, MOST_FRAMES);
    while (walked >= 5 && x->n_frames < MOST_FRAMES && choose(e, x, n, walked, &x->frames[x->n_frames]))
        x->n_frames++;
    for (uint32_t k = 0; k < e->n_touched; k++)
        e->inside[e->touched[k]] = (struct inside){0, 0, 0, 0};
    e->n_touched = 0;
}
