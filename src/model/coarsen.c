/* SPDX-License-Identifier: MIT
 *
 * See coarsen.h. Nodes stay in preorder, frames and names in their order: all three are only made fewer. */
#include "model/coarsen.h"

#include "base/arena.h"

static void divide(struct column *c, uint64_t by, struct arena *arena)
{
    struct column out = column_new(arena);
    for (size_t i = 0; i < c->n; i++)
        column_add(&out, column_at(c, i) / by);
    column_close(&out);
    *c = out;
}

static void renumber(struct column *c, const uint32_t *to, struct arena *arena)
{
    struct column out = column_new(arena);
    for (size_t i = 0; i < c->n; i++)
        column_add(&out, to[column_at(c, i)]);
    column_close(&out);
    *c = out;
}

bool coarsen_times(struct profile *p, int64_t step_ns, struct arena *arena)
{
    if (!p->has_time || p->n_spans || step_ns <= p->step_ns || step_ns % p->step_ns)
        return false;
    uint64_t by = (uint64_t)(step_ns / p->step_ns);
    divide(&p->points.time, by, arena);
    for (uint32_t i = 0; i < p->n_series; i++)
        for (uint32_t k = 0; k < p->series[i].n; k++)
            p->series[i].time[k] = (uint32_t)(p->series[i].time[k] / by);
    p->n_steps = p->n_steps ? (uint32_t)((p->n_steps - 1) / by + 1) : 0;
    p->step_ns = step_ns;
    return true;
}

/* Which nodes stay: a parent of one that stays always does. Under an idle node the next ones stay, so that what works there
 * does not become idle. */
static uint8_t *nodes_that_stay(const struct profile *p, uint64_t least, struct arena *work)
{
    uint64_t *sum = NEW_N(work, uint64_t, p->n_nodes);
    uint8_t *stays = NEW_N(work, uint8_t, p->n_nodes);
    for (uint32_t i = 0; i < p->n_points; i++)
        sum[point_node(p, i)]++;
    for (uint32_t i = 0; i < p->n_spans; i++)
        sum[span_node(p, i)]++;
    for (uint32_t i = p->n_nodes - 1; i > 0; i--) {
        uint32_t up = p->node_parent[i];
        stays[i] |= sum[i] >= least || p->node_idle[i] || p->node_idle[up] ||
                    p->frames[p->node_frame[i]].kind == FRAME_THREAD;
        stays[up] |= stays[i];
        sum[up] += sum[i];
    }
    stays[0] = 1;
    return stays;
}

static void drop_nodes(struct profile *p, const uint8_t *stays, struct arena *arena, struct arena *work)
{
    uint32_t *to = NEW_N(work, uint32_t, p->n_nodes), n = 1;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        to[i] = stays[i] ? n : to[p->node_parent[i]];
        if (!stays[i])
            continue;
        p->node_parent[n] = to[p->node_parent[i]];
        p->node_frame[n] = p->node_frame[i];
        p->node_idle[n++] = p->node_idle[i];
    }
    p->n_nodes = n;
    renumber(&p->points.node, to, arena);
    renumber(&p->spans.node, to, arena);
}

static void drop_frames(struct profile *p, struct arena *work)
{
    uint32_t *to = NEW_N(work, uint32_t, (size_t)p->n_frames + 1), n = 0;
    for (uint32_t i = 1; i < p->n_nodes; i++)
        to[p->node_frame[i]] = 1;
    for (uint32_t i = 0; i < p->n_frames; i++) {
        if (!to[i])
            continue;
        p->frames[n] = p->frames[i];
        to[i] = n++;
    }
    p->n_frames = n;
    for (uint32_t i = 1; i < p->n_nodes; i++)
        p->node_frame[i] = to[p->node_frame[i]];
}

static void drop_names(struct profile *p, struct arena *work)
{
    uint32_t *to = NEW_N(work, uint32_t, (size_t)p->n_names + 1), n = 0;
    for (uint32_t i = 0; i < p->n_frames; i++)
        to[p->frames[i].name] = 1;
    for (uint32_t i = 0; i < p->n_threads; i++)
        to[p->threads[i].comm] = 1;
    for (uint32_t i = 0; i < p->n_names; i++) {
        if (!to[i])
            continue;
        p->names[n] = p->names[i];
        to[i] = n++;
    }
    p->n_names = n;
    for (uint32_t i = 0; i < p->n_frames; i++)
        p->frames[i].name = to[p->frames[i].name];
    for (uint32_t i = 0; i < p->n_threads; i++)
        p->threads[i].comm = to[p->threads[i].comm];
}

void coarsen_stacks(struct profile *p, uint64_t least, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    drop_nodes(p, nodes_that_stay(p, least, work), arena, work);
    drop_frames(p, work);
    drop_names(p, work);
    arena_free(work);
}
