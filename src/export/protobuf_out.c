/* SPDX-License-Identifier: MIT
 *
 * Writes field by field, without building the document as messages first: only one message is held at a time.
 * A trie node becomes a node of nflxprofile with the same number, so its root, 0, is what ends a stack there,
 * too. A frame becomes a function and a location of pprof. */
#include "export/protobuf_out.h"

#include <string.h>

#include "base/arena.h"
#include "base/timetext.h"
#include "pack/varint.h"

#define MESSAGE_BYTES (1u << 24)

/* ---- fields */

static void put_number(struct buf *b, uint32_t field, uint64_t v)
{
    varint_put(b, field << 3);
    varint_put(b, v);
}

static void put_bytes(struct buf *b, uint32_t field, struct str s)
{
    varint_put(b, field << 3 | 2);
    varint_put(b, s.n);
    buf_str(b, s);
}

static void put_message(struct buf *b, uint32_t field, struct buf *inner)
{
    put_bytes(b, field, buf_view(inner));
    inner->n = 0;
}

static void put_fixed(struct buf *b, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    for (unsigned i = 0; i < 8; i++)
        buf_char(b, (char)(bits >> (8 * i)));
}

static void put_double(struct buf *b, uint32_t field, double v)
{
    varint_put(b, field << 3 | 1);
    put_fixed(b, v);
}

/* ---- nflxprofile */

static void put_param(struct buf *out, const char *key, struct buf *entry)
{
    put_bytes(entry, 1, str_of(key));
    put_bytes(entry, 2, STR("true"));
    put_message(out, 8, entry);
}

static void put_node(const struct profile *p, uint32_t i, uint32_t n_hits, struct buf *out, struct buf *inner)
{
    static const char *const libtypes[FRAME_KINDS] = {"user", "kernel", "jit", "inlined", ""};
    struct buf *node = &inner[0], *other = &inner[1];
    struct frame f = p->frames[p->node_frame[i]];
    put_bytes(node, 1, p->names[f.name]);
    put_number(node, 2, n_hits);
    put_bytes(node, 4, str_of(libtypes[f.kind]));
    if (p->node_parent[i])
        put_number(node, 5, p->node_parent[i]);
    if (p->modules[f.module].n) {
        put_bytes(other, 1, p->modules[f.module]);
        put_message(node, 11, other);
    }
    put_number(other, 1, i);
    put_message(other, 2, node);
    put_message(out, 5, other);
}

enum list { NODE, CPU, PID, TID, VALUE, COLUMNS };

static uint64_t value_of(const struct profile *p, enum list c, uint32_t i)
{
    const struct thread *t = &p->threads[point_thread(p, i)];
    switch (c) {
    case NODE:
        return point_node(p, i);
    case CPU:
        return p->lanes[point_lane(p, i)].cpu;
    case PID:
        return t->pid;
    case TID:
        return t->tid;
    default:
        return point_weight(p, i);
    }
}

/* A column that the profile does not know for each sample is left out. */
static void put_column(const struct profile *p, enum list c, struct buf *out, struct arena *arena)
{
    static const uint32_t fields[COLUMNS] = {3, 9, 10, 11, 12};
    struct buf list = buf_new(out->ceiling, arena);
    for (uint32_t i = 0; i < p->n_points; i++) {
        uint64_t v = value_of(p, c, i);
        if (v == ID_NONE && (c == CPU || c == PID || c == TID))
            return;
        varint_put(&list, v);
    }
    put_bytes(out, fields[c], buf_view(&list));
    static const char *const params[COLUMNS] = {NULL, "has_samples_cpu", "has_samples_pid", "has_samples_tid",
                                                "has_values"};
    list.n = 0;
    if (params[c])
        put_param(out, params[c], &list);
}

/* As the source has it, where that is known; a report knows steps. */
static int64_t time_of(const struct profile *p, uint32_t i)
{
    return p->points.ns.n ? point_ns(p, i) : point_time(p, i) * p->step_ns;
}

/* Whole seconds and whole nanoseconds since: both come back exactly. */
void nflxprofile_write(const struct profile *p, struct buf *out, struct arena *arena)
{
    struct buf inner[2] = {buf_new(MESSAGE_BYTES, arena), buf_new(MESSAGE_BYTES, arena)};
    struct buf deltas = buf_new(out->ceiling, arena);
    uint32_t *n_hits = NEW_N(arena, uint32_t, p->n_nodes);
    double start_s = (double)(p->origin_ns / NS_PER_S);
    put_double(out, 1, start_s);
    put_double(out, 2, start_s + (double)((int64_t)p->n_steps * p->step_ns) / 1e9);
    for (uint32_t i = 0; i < p->n_points; i++) {
        put_fixed(&deltas, (double)(time_of(p, i) - (i ? time_of(p, i - 1) : 0)) / 1e9);
        n_hits[point_node(p, i)]++;
    }
    put_bytes(out, 4, buf_view(&deltas));
    for (enum list c = NODE; c < COLUMNS; c++)
        if (c != VALUE || p->weight != WEIGHT_SAMPLES)
            put_column(p, c, out, arena);
    put_param(out, "has_parent", &inner[0]);
    for (uint32_t i = 1; i < p->n_nodes; i++)
        put_node(p, i, n_hits[i], out, inner);
}

/* ---- pprof: strings are "", names, modules, then those of the types */

static void put_tables(const struct profile *p, struct buf *out, struct buf *inner)
{
    struct buf *m = &inner[0], *line = &inner[1];
    for (uint32_t i = 1; i < p->n_modules; i++) {
        put_number(m, 1, i);
        put_number(m, 5, 1 + p->n_names + i);
        put_message(out, 3, m);
    }
    for (uint32_t i = 0; i < p->n_frames; i++) {
        put_number(line, 1, i + 1);
        put_number(m, 1, i + 1);
        if (p->frames[i].module)
            put_number(m, 2, p->frames[i].module);
        put_message(m, 4, line);
        put_message(out, 4, m);
        put_number(m, 1, i + 1);
        put_number(m, 2, 1 + p->frames[i].name);
        put_message(out, 5, m);
    }
}

static void put_sums(const struct profile *p, uint32_t node, const uint64_t *sums, uint32_t label,
                     struct buf *out, struct buf *inner)
{
    struct buf *s = &inner[0], *other = &inner[1];
    uint32_t at = node;
    for (; p->node_parent[at]; at = p->node_parent[at])
        put_number(s, 1, p->node_frame[at] + 1);
    for (uint32_t e = 0; e < p->n_events; e++)
        put_number(s, 2, sums[e]);
    put_number(other, 1, label);
    put_number(other, 2, 1 + p->frames[p->node_frame[at]].name);
    put_message(s, 3, other);
    put_message(out, 2, s);
}

void pprof_write(const struct profile *p, struct buf *out, struct arena *arena)
{
    struct buf inner[2] = {buf_new(MESSAGE_BYTES, arena), buf_new(MESSAGE_BYTES, arena)};
    uint32_t label = 1 + p->n_names + p->n_modules;
    uint64_t *sums = NEW_N(arena, uint64_t, (size_t)p->n_nodes * p->n_events);
    for (uint32_t e = 0; e < p->n_events; e++) {
        put_number(&inner[0], 1, label + 1 + 2 * e);
        put_number(&inner[0], 2, label + 2 + 2 * e);
        put_message(out, 1, &inner[0]);
    }
    for (uint32_t i = 0; i < p->n_points; i++)
        sums[(size_t)point_node(p, i) * p->n_events + p->lanes[point_lane(p, i)].event] += point_weight(p, i);
    for (uint32_t n = 1; n < p->n_nodes; n++) {
        uint64_t any = 0;
        for (uint32_t e = 0; e < p->n_events; e++)
            any |= sums[(size_t)n * p->n_events + e];
        if (any)
            put_sums(p, n, &sums[(size_t)n * p->n_events], label, out, inner);
    }
    put_tables(p, out, inner);
    put_bytes(out, 6, STR(""));
    for (uint32_t i = 0; i < p->n_names; i++)
        put_bytes(out, 6, p->names[i]);
    for (uint32_t i = 0; i < p->n_modules; i++)
        put_bytes(out, 6, p->modules[i]);
    put_bytes(out, 6, STR("thread_name"));
    for (uint32_t e = 0; e < p->n_events; e++) {
        struct str type, unit;
        bool is_split = str_cut(p->events[e].name, '/', &type, &unit);
        put_bytes(out, 6, type);
        put_bytes(out, 6, is_split ? unit : STR("count"));
    }
}
