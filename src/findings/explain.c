/* SPDX-License-Identifier: MIT
 *
 * How many samples have each name is counted once, in one sweep over the trie; inside a finding its samples'
 * stacks are walked. A name explains when the likelihood ratio of "inside" against "outside" passes what the
 * most extreme of so many names would reach by chance. Of the names of one call chain, which all say the
 * same, the deepest is taken. */
#include "findings/explain.h"

#include <math.h>

#include "base/arena.h"

/* Stacks walked for one finding; more are taken at equal distances. */
#define MOST_WALKED 20000u
#define MOST_FRAMES 3u
#define LEAST_TIMES 1.5
/* ln of one in a thousand. */
#define RARE 6.9

struct inside {
    uint32_t n, depth, frame, stamp;
};

struct explainer {
    const struct scene *s;
    uint32_t *all;         /* samples, by name */
    struct inside *inside; /* by name */
    uint32_t *touched;
    uint32_t n_touched, stamp;
};

/* Every name once a stack, however often it recurs: nodes are in preorder, so the end of the subtree that
 * counted a name last says whether it was counted above. */
uint32_t *explain_totals(const struct scene *s, struct arena *arena)
{
    const struct profile *p = s->p;
    uint32_t *all = NEW_N(arena, uint32_t, (size_t)p->n_names + 1);
    struct arena *scratch = arena_like(arena);
    uint32_t *total = NEW_N(scratch, uint32_t, p->n_nodes), *end = NEW_N(scratch, uint32_t, p->n_nodes),
             *covered = NEW_N(scratch, uint32_t, (size_t)p->n_names + 1);
    for (uint32_t i = 0; i < s->n; i++)
        total[s->node[i]]++;
    for (uint32_t i = p->n_nodes; i-- > 0;) {
        if (end[i] < i + 1)
            end[i] = i + 1;
        if (!i)
            break;
        total[p->node_parent[i]] += total[i];
        if (end[p->node_parent[i]] < end[i])
            end[p->node_parent[i]] = end[i];
    }
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        uint32_t name = p->frames[p->node_frame[i]].name;
        if (p->frames[p->node_frame[i]].kind == FRAME_THREAD || i < covered[name])
            continue;
        all[name] += total[i];
        covered[name] = end[i];
    }
    arena_free(scratch);
    return all;
}

struct explainer *explain_new(const struct scene *s, struct arena *scratch)
{
    struct explainer *e = NEW(scratch, struct explainer);
    e->s = s;
    e->all = explain_totals(s, scratch);
    e->inside = NEW_N(scratch, struct inside, (size_t)s->p->n_names + 1);
    e->touched = NEW_N(scratch, uint32_t, (size_t)s->p->n_names + 1);
    return e;
}

static void walk(struct explainer *e, uint32_t node)
{
    const struct profile *p = e->s->p;
    uint32_t depth = 0;
    for (uint32_t i = node; i; i = p->node_parent[i])
        depth++;
    e->stamp++;
    for (uint32_t i = node; i; i = p->node_parent[i], depth--) {
        const struct frame *f = &p->frames[p->node_frame[i]];
        struct inside *x = &e->inside[f->name];
        if (f->kind == FRAME_THREAD || x->stamp == e->stamp)
            continue;
        if (!x->n)
            e->touched[e->n_touched++] = f->name;
        x->stamp = e->stamp;
        x->n++;
        x->frame = p->node_frame[i];
        if (depth > x->depth)
            x->depth = depth;
    }
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
            if (!is_of(x, s->thread[i]) || n++ % stride)
                continue;
            walk(e, s->node[i]);
            ++*walked;
        }
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
        double count = in->n * scale, outside = e->all[name] > count ? e->all[name] - count : 0,
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
        *out = (struct finding_frame){in->frame, best_share, share_out};
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
        e->inside[e->touched[k]] = (struct inside){.stamp = e->stamp};
    e->n_touched = 0;
}
