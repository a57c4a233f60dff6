/* SPDX-License-Identifier: MIT
 *
 * Samples as text, for inspect and for comparing decoders. */
#include "analyse/dump.h"

#include <stdlib.h>

#include "base/arena.h"

static void add_name(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f || c == ';' || c == '\\')
            buf_fmt(out, "\\x%02x", c);
        else
            buf_char(out, (char)c);
    }
}

static void add_id(struct buf *out, uint32_t id)
{
    if (id == ID_NONE)
        buf_char(out, '-');
    else
        buf_fmt(out, "%u", id);
}

static void add_stack(const struct profile *p, uint32_t node, struct buf *out, struct arena *scratch)
{
    uint32_t depth = 0;
    for (uint32_t at = node; at; at = p->node_parent[at])
        depth++;
    uint32_t *path = NEW_N(scratch, uint32_t, (size_t)depth + 1), k = depth;
    for (uint32_t at = node; at; at = p->node_parent[at])
        path[--k] = at;
    for (uint32_t i = 0; i < depth; i++) {
        if (i)
            buf_char(out, ';');
        add_name(out, p->names[p->frames[p->node_frame[path[i]]].name]);
    }
}

static void add_line(const struct profile *p, uint32_t time, uint32_t lane, uint32_t thread, uint64_t weight,
                     uint32_t node, struct buf *out, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    buf_fmt(out, "%llu\t", (unsigned long long)time * (unsigned long long)p->step_ns);
    add_name(out, p->events[p->lanes[lane].event].name);
    buf_char(out, '\t');
    add_id(out, p->lanes[lane].cpu);
    buf_char(out, '\t');
    add_id(out, p->threads[thread].pid);
    buf_char(out, '/');
    add_id(out, p->threads[thread].tid);
    buf_fmt(out, "\t%llu\t", (unsigned long long)weight);
    add_stack(p, node, out, scratch);
    buf_char(out, '\n');
    arena_reset(scratch, mark);
}

static void add_point(const struct profile *p, uint32_t i, struct buf *out, struct arena *scratch)
{
    add_line(p, point_time(p, i), point_lane(p, i), point_thread(p, i), point_weight(p, i), point_node(p, i),
             out, scratch);
}

static int by_lane_then_order(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void dump_samples(const struct profile *p, struct range r, struct buf *out, struct arena *scratch)
{
    uint32_t first, last;
    window_points(p, r, &first, &last);
    uint64_t *tied = NEW_N(scratch, uint64_t, (size_t)(last - first) + 1);
    struct arena *lines = arena_like(scratch);
    for (uint32_t i = first, n; i < last; i += n) {
        for (n = 0; i + n < last && point_time(p, i + n) == point_time(p, i); n++)
            tied[n] = (uint64_t)point_lane(p, i + n) << 32 | (i + n);
        qsort(tied, n, sizeof *tied, by_lane_then_order);
        for (uint32_t k = 0; k < n; k++)
            add_point(p, (uint32_t)tied[k], out, lines);
    }
    for (uint32_t i = 0; i < p->n_spans; i++)
        if (r.from <= span_start(p, i) && span_start(p, i) < r.to)
            add_line(p, span_start(p, i), span_lane(p, i), span_thread(p, i),
                     span_duration(p, i) * (uint64_t)p->step_ns, span_node(p, i), out, lines);
    arena_free(lines);
}
