/* SPDX-License-Identifier: MIT
 *
 * Samples of a range -> weights per trie node, and the functions with most of it. In: a frozen profile and a
 * range in steps; out: arrays by node. The trie is in preorder, so totals are one sweep from the last node to
 * the first, and "does this name occur above me" is one number per name: where the subtree that last counted
 * it ends. */
#include "analyse/weigh.h"

#include "analyse/heatmap.h"
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

struct weights weigh(const struct profile *p, struct range r, uint32_t event, bool with_idle,
                     struct arena *arena)
{
    struct weights w = {NEW_N(arena, uint64_t, p->n_nodes), NEW_N(arena, uint64_t, p->n_nodes), 0};
    uint32_t first, last;
    window_points(p, r, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        if (!counts(p, point_lane(p, i), point_node(p, i), event, with_idle))
            continue;
        w.self[point_node(p, i)] += point_weight(p, i);
        w.n_samples++;
    }
    for (uint32_t i = 0; i < p->n_spans && span_start(p, i) < r.to; i++) {
        if (!counts(p, span_lane(p, i), span_node(p, i), event, with_idle))
            continue;
        uint32_t steps = overlap(r, span_start(p, i), span_duration(p, i));
        w.self[span_node(p, i)] += steps * (uint64_t)p->step_ns;
        /* A span shorter than a step weighs nothing, and is still a sample of the step it lies in. */
        w.n_samples += steps > 0 || (!span_duration(p, i) && span_start(p, i) >= r.from);
    }
    for (uint32_t i = p->n_nodes; i-- > 0;) {
        w.total[i] += w.self[i];
        if (i)
            w.total[p->node_parent[i]] += w.total[i];
    }
    return w;
}

/* From the end on, the first child that is met is the last one. */
uint32_t *weigh_subtree_ends(const struct profile *p, struct arena *arena)
{
    uint32_t *end = NEW_N(arena, uint32_t, p->n_nodes);
    for (uint32_t i = p->n_nodes; i-- > 0;) {
        uint32_t up = p->node_parent[i];
        if (!end[i])
            end[i] = i + 1;
        if (!end[up])
            end[up] = end[i];
    }
    return end;
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

/* By name; `total` is by node. */
static struct hot *hot_names(const struct profile *p, struct of_frame *frames, const uint64_t *total, struct arena *scratch)
{
    struct hot *by_name = NEW_N(scratch, struct hot, p->n_names);
    uint32_t *covered = NEW_N(scratch, uint32_t, p->n_names), *end = weigh_subtree_ends(p, scratch);
    for (uint32_t f = 0; f < p->n_frames; f++)
        frames[f].name = p->frames[f].kind == FRAME_THREAD ? ID_NONE : p->frames[f].name;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        struct of_frame *f = &frames[p->node_frame[i]];
        if (f->name == ID_NONE)
            continue;
        f->is_met = true;
        if (i >= covered[f->name]) {
            by_name[f->name].total += total[i];
            covered[f->name] = end[i];
        }
    }
    for (uint32_t f = p->n_frames; f-- > 0;) /* the first of a name stays */
        if (frames[f].is_met) {
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
    struct of_frame *frames = NEW_N(scratch, struct of_frame, (size_t)p->n_frames + 1);
    for (uint32_t i = 1; i < p->n_nodes; i++)
        frames[p->node_frame[i]].self += w->self[i];
    uint32_t n_out = choose_hottest(p, hot_names(p, frames, w->total, scratch), n, out);
    arena_reset(scratch, mark);
    return n_out;
}

/* What a function has by itself is added up by frame as samples are gone through, so that there are no selfs by node. */
struct hottest weigh_main(const struct profile *p, bool with_idle, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct of_frame *frames = NEW_N(work, struct of_frame, (size_t)p->n_frames + 1);
    uint64_t *total = NEW_N(work, uint64_t, p->n_nodes);
    uint32_t event = heatmap_main_event(p);
    for (uint32_t i = 0; i < p->n_points; i++) {
        uint32_t node = point_node(p, i);
        if (!counts(p, point_lane(p, i), node, event, with_idle))
            continue;
        total[node] += point_weight(p, i);
        if (node) /* the root has no frame */
            frames[p->node_frame[node]].self += point_weight(p, i);
    }
    for (uint32_t i = 0; i < p->n_spans; i++) {
        uint32_t node = span_node(p, i);
        uint64_t ns = span_duration(p, i) * (uint64_t)p->step_ns;
        if (!counts(p, span_lane(p, i), node, event, with_idle))
            continue;
        total[node] += ns;
        if (node)
            frames[p->node_frame[node]].self += ns;
    }
    for (uint32_t i = p->n_nodes; i-- > 1;)
        total[p->node_parent[i]] += total[i];
    struct hottest out = {.weight = total[0]};
    out.n = choose_hottest(p, hot_names(p, frames, total, work), WEIGH_MOST, out.hot);
    arena_free(work);
    return out;
}
