/* SPDX-License-Identifier: MIT
 *
 * Samples of a range -> weights per trie node, and the functions with most of it. In: a frozen profile and a
 * range in steps; out: arrays by node. The trie is in preorder, so totals are one sweep from the last node to
 * the first. */
#include "analyse/weigh.h"

#include "analyse/heatmap.h"
#include "analyse/preorder.h"
#include "base/arena.h"

/* Steps of [start, start + duration) inside r. */
static uint32_t overlap(struct range r, uint32_t start, uint32_t duration)
{
    uint32_t from = start > r.from ? start : r.from;
    uint32_t end = start + duration, to = end < r.to ? end : r.to;
    return to > from ? to - from : 0;
}

static bool counts(const struct profile *p, uint16_t lane, uint32_t node, uint32_t event, bool with_idle)
{
    return p->lanes[lane].event == event && (with_idle || !p->node_idle[node]);
}

/* What each node has by itself; returns the samples. */
static uint64_t add_selfs(const struct profile *p, struct range r, uint32_t event, bool with_idle, uint64_t *self)
{
    uint64_t n = 0;
    uint32_t first, last;
    window_points(p, r, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        if (!counts(p, point_lane(p, i), point_node(p, i), event, with_idle))
            continue;
        self[point_node(p, i)] += point_weight(p, i);
        n++;
    }
    for (uint32_t i = 0; i < p->n_spans && span_start(p, i) < r.to; i++) {
        if (!counts(p, span_lane(p, i), span_node(p, i), event, with_idle))
            continue;
        uint32_t steps = overlap(r, span_start(p, i), span_duration(p, i));
        self[span_node(p, i)] += steps * (uint64_t)p->step_ns;
        /* A span shorter than a step weighs nothing, and is still a sample of the step it lies in. */
        n += steps > 0 || (!span_duration(p, i) && span_start(p, i) >= r.from);
    }
    return n;
}

struct weights weigh(const struct profile *p, struct range r, uint32_t event, bool with_idle,
                     struct arena *arena)
{
    struct weights w = {NEW_N(arena, uint64_t, p->n_nodes), NEW_N(arena, uint64_t, p->n_nodes), 0};
    w.n_samples = add_selfs(p, r, event, with_idle, w.self);
    for (uint32_t i = p->n_nodes; i-- > 0;) {
        w.total[i] += w.self[i];
        if (i)
            w.total[p->node_parent[i]] += w.total[i];
    }
    return w;
}

static bool hotter(const struct profile *p, const struct hot *a, const struct hot *b)
{
    if (a->self != b->self)
        return a->self > b->self;
    return str_cmp(p->names[p->frames[a->frame].name], p->names[p->frames[b->frame].name]) < 0;
}

/* What is added up of a frame while its nodes are gone through: there are far fewer frames than nodes. */
struct of_frame {
    uint64_t self;
    uint32_t name; /* ID_NONE: a thread */
    bool is_met;
};

/* By name; `self` is by node. */
static struct hot *hot_names(const struct profile *p, const uint64_t *self, struct arena *scratch)
{
    struct of_frame *frames = NEW_N(scratch, struct of_frame, (size_t)p->n_frames + 1);
    struct hot *by_name = NEW_N(scratch, struct hot, p->n_names);
    uint32_t *open = NEW_N(scratch, uint32_t, p->n_names); /* nodes of the path, by name */
    uint64_t sum = 0;
    struct preorder walk = preorder_begin(p, scratch);
    for (uint32_t f = 0; f < p->n_frames; f++)
        frames[f].name = p->frames[f].kind == FRAME_THREAD ? ID_NONE : p->frames[f].name;
    for (struct preorder_node *x;;) {
        while ((x = preorder_close(&walk))) {
            uint32_t name = frames[x->frame].name;
            if (name != ID_NONE && --open[name] == 0)
                by_name[name].total += sum - x->before;
        }
        if (!(x = preorder_open(&walk)))
            break;
        struct of_frame *f = &frames[x->frame];
        x->before = sum;
        sum += self[x->node];
        f->self += self[x->node];
        f->is_met = true;
        if (f->name != ID_NONE)
            open[f->name]++;
    }
    for (uint32_t f = p->n_frames; f-- > 0;) /* the first of a name stays */
        if (frames[f].is_met && frames[f].name != ID_NONE) {
            by_name[frames[f].name].frame = f;
            by_name[frames[f].name].self += frames[f].self;
        }
    return by_name;
}

static uint32_t choose_hottest(const struct profile *p, const struct hot *by_name, uint32_t n, struct hot *out)
{
    uint32_t n_out = 0;
    for (uint32_t k = 0; k < p->n_names; k++) {
        if (!by_name[k].self)
            continue;
        uint32_t at = n_out;
        while (at > 0 && hotter(p, &by_name[k], &out[at - 1])) {
            if (at < n)
                out[at] = out[at - 1];
            at--;
        }
        if (at < n) {
            out[at] = by_name[k];
            n_out += n_out < n;
        }
    }
    return n_out;
}

uint32_t weigh_hottest(const struct profile *p, const struct weights *w, uint32_t n, struct hot *out,
                       struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    uint32_t n_out = choose_hottest(p, hot_names(p, w->self, scratch), n, out);
    arena_reset(scratch, mark);
    return n_out;
}

struct hottest weigh_main(const struct profile *p, bool with_idle, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    uint64_t *self = NEW_N(work, uint64_t, p->n_nodes);
    struct hottest out = {0};
    (void)add_selfs(p, (struct range){0, UINT32_MAX}, heatmap_main_event(p), with_idle, self);
    for (uint32_t i = 0; i < p->n_nodes; i++)
        out.weight += self[i];
    out.n = choose_hottest(p, hot_names(p, self, work), WEIGH_MOST, out.hot);
    arena_free(work);
    return out;
}
