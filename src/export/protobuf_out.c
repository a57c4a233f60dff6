/* SPDX-License-Identifier: MIT
 *
 * nflxprofile and pprof. Writes field by field, without building the document as messages first: only one message is held at a time.
 * A trie node becomes a node of nflxprofile with the same number, so its root, 0, is what ends a stack there,
 * too. A frame becomes a function and a location of pprof. */
#include "export/formats.h"

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
static void put_column(const struct taken *t, enum list c, struct buf *out, struct arena *arena)
{
    static const uint32_t fields[COLUMNS] = {3, 9, 10, 11, 12};
    struct buf list = buf_new(out->ceiling, arena);
    uint32_t first, last;
    window_points(t->profile, t->range, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        if (!taken_point(t, i))
            continue;
        uint64_t v = value_of(t->profile, c, i);
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

/* Times count from the whole second in which the range begins, so that offsets within a second stay. Whole seconds and
 * whole nanoseconds since: both come back exactly. Nodes that are not on the way to a sample are left out. */
void nflxprofile_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    const struct profile *p = t->profile;
    struct buf inner[2] = {buf_new(MESSAGE_BYTES, arena), buf_new(MESSAGE_BYTES, arena)};
    struct buf deltas = buf_new(out->ceiling, arena);
    uint32_t *n_hits = NEW_N(arena, uint32_t, p->n_nodes), first, last;
    uint8_t *is_used = NEW_N(arena, uint8_t, p->n_nodes);
    uint32_t to = t->range.to < p->n_steps ? t->range.to : p->n_steps;
    int64_t start = t->range.from * p->step_ns / NS_PER_S * NS_PER_S, before = start;
    double start_s = (double)((p->origin_ns + start) / NS_PER_S);
    put_double(out, 1, start_s);
    put_double(out, 2, start_s + (double)(to * p->step_ns - start) / 1e9);
    window_points(p, t->range, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        if (!taken_point(t, i))
            continue;
        put_fixed(&deltas, (double)(time_of(p, i) - before) / 1e9);
        before = time_of(p, i);
        n_hits[point_node(p, i)]++;
        is_used[point_node(p, i)] = 1;
    }
    put_bytes(out, 4, buf_view(&deltas));
    for (enum list c = NODE; c < COLUMNS; c++)
        if (c != VALUE || p->weight != WEIGHT_SAMPLES)
            put_column(t, c, out, arena);
    put_param(out, "has_parent", &inner[0]);
    for (uint32_t i = p->n_nodes; i-- > 1;)
        is_used[p->node_parent[i]] |= is_used[i];
    for (uint32_t i = 1; i < p->n_nodes; i++)
        if (is_used[i])
            put_node(p, i, n_hits[i], out, inner);
}

/* ---- pprof: strings are "", names, modules (both those that are used), then those of the types */

struct pprof {
    const struct taken *t;
    uint64_t *sums;   /* by node and event taken */
    uint32_t n_types;
    uint8_t *is_used; /* by frame */
    uint32_t *name, *module; /* places among the strings, by id; 0: not used (of modules also: none) */
    uint32_t n_strings;
    struct buf *out, *inner;
};

static uint32_t type_of(const struct pprof *w, uint32_t event)
{
    return w->t->event == ID_NONE ? event : 0;
}

/* Sums by node, and which frames are on the way to any. */
static void sum_up(struct pprof *w, struct arena *arena)
{
    const struct profile *p = w->t->profile;
    uint8_t *on_way = NEW_N(arena, uint8_t, p->n_nodes);
    uint32_t first, last;
    window_points(p, w->t->range, &first, &last);
    for (uint32_t i = first; i < last; i++)
        if (taken_point(w->t, i))
            w->sums[(size_t)point_node(p, i) * w->n_types + type_of(w, p->lanes[point_lane(p, i)].event)] +=
                point_weight(p, i);
    for (uint32_t i = 0; i < p->n_spans && span_start(p, i) < w->t->range.to; i++)
        if (taken_span(w->t, i))
            w->sums[(size_t)span_node(p, i) * w->n_types + type_of(w, p->lanes[span_lane(p, i)].event)] +=
                taken_overlap(w->t, i) * (uint64_t)p->step_ns;
    for (uint32_t i = p->n_nodes; i-- > 1;) {
        for (uint32_t e = 0; e < w->n_types; e++)
            on_way[i] |= w->sums[(size_t)i * w->n_types + e] != 0;
        on_way[p->node_parent[i]] |= on_way[i];
        if (on_way[i])
            w->is_used[p->node_frame[i]] = 1;
    }
}

static void number_strings(struct pprof *w)
{
    const struct profile *p = w->t->profile;
    w->n_strings = 1;
    for (uint32_t f = 0; f < p->n_frames; f++)
        if (w->is_used[f])
            w->name[p->frames[f].name] = w->module[p->frames[f].module] = 1;
    w->module[0] = 0;
    for (uint32_t i = 0; i < p->n_names; i++)
        if (w->name[i])
            w->name[i] = w->n_strings++;
    for (uint32_t i = 1; i < p->n_modules; i++)
        if (w->module[i])
            w->module[i] = w->n_strings++;
}

static void put_tables(struct pprof *w)
{
    const struct profile *p = w->t->profile;
    struct buf *m = &w->inner[0], *line = &w->inner[1];
    for (uint32_t i = 1; i < p->n_modules; i++) {
        if (!w->module[i])
            continue;
        put_number(m, 1, i);
        put_number(m, 5, w->module[i]);
        put_message(w->out, 3, m);
    }
    for (uint32_t i = 0; i < p->n_frames; i++) {
        if (!w->is_used[i])
            continue;
        put_number(line, 1, i + 1);
        put_number(m, 1, i + 1);
        if (p->frames[i].module)
            put_number(m, 2, p->frames[i].module);
        put_message(m, 4, line);
        put_message(w->out, 4, m);
        put_number(m, 1, i + 1);
        put_number(m, 2, w->name[p->frames[i].name]);
        put_message(w->out, 5, m);
    }
}

static void put_sums(struct pprof *w, uint32_t node)
{
    const struct profile *p = w->t->profile;
    struct buf *s = &w->inner[0], *other = &w->inner[1];
    uint32_t at = node;
    for (; p->node_parent[at]; at = p->node_parent[at])
        put_number(s, 1, p->node_frame[at] + 1);
    for (uint32_t e = 0; e < w->n_types; e++)
        put_number(s, 2, w->sums[(size_t)node * w->n_types + e]);
    put_number(other, 1, w->n_strings);
    put_number(other, 2, w->name[p->frames[p->node_frame[at]].name]);
    put_message(s, 3, other);
    put_message(w->out, 2, s);
}

static bool has_sums(const struct pprof *w, uint32_t node)
{
    uint64_t any = 0;
    for (uint32_t e = 0; e < w->n_types; e++)
        any |= w->sums[(size_t)node * w->n_types + e];
    return any != 0;
}

static void put_strings(struct pprof *w)
{
    const struct profile *p = w->t->profile;
    put_bytes(w->out, 6, STR(""));
    for (uint32_t i = 0; i < p->n_names; i++)
        if (w->name[i])
            put_bytes(w->out, 6, p->names[i]);
    for (uint32_t i = 1; i < p->n_modules; i++)
        if (w->module[i])
            put_bytes(w->out, 6, p->modules[i]);
    put_bytes(w->out, 6, STR("thread_name"));
    for (uint32_t e = 0; e < w->n_types; e++) {
        const struct event *event = &p->events[w->t->event == ID_NONE ? e : w->t->event];
        struct str type, unit;
        bool is_split = str_cut(event->name, '/', &type, &unit);
        put_bytes(w->out, 6, type);
        put_bytes(w->out, 6, event->n_spans ? STR("nanoseconds") : is_split ? unit : STR("count"));
    }
}

void pprof_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    const struct profile *p = t->profile;
    struct buf inner[2] = {buf_new(MESSAGE_BYTES, arena), buf_new(MESSAGE_BYTES, arena)};
    struct pprof w = {.t = t, .out = out, .inner = inner, .n_types = t->event == ID_NONE ? p->n_events : 1};
    w.sums = NEW_N(arena, uint64_t, (size_t)p->n_nodes * w.n_types);
    w.is_used = NEW_N(arena, uint8_t, (size_t)p->n_frames + 1);
    w.name = NEW_N(arena, uint32_t, (size_t)p->n_names + 1);
    w.module = NEW_N(arena, uint32_t, (size_t)p->n_modules + 1);
    sum_up(&w, arena);
    number_strings(&w);
    for (uint32_t e = 0; e < w.n_types; e++) {
        put_number(&inner[0], 1, w.n_strings + 1 + 2 * e);
        put_number(&inner[0], 2, w.n_strings + 2 + 2 * e);
        put_message(out, 1, &inner[0]);
    }
    for (uint32_t n = 1; n < p->n_nodes; n++)
        if (has_sums(&w, n))
            put_sums(&w, n);
    put_tables(&w);
    put_strings(&w);
    if (p->has_time) {
        uint32_t to = t->range.to < p->n_steps ? t->range.to : p->n_steps;
        if (p->has_clock)
            put_number(out, 9, (uint64_t)(p->clock_epoch_ns + t->range.from * p->step_ns));
        put_number(out, 10, (uint64_t)(to > t->range.from ? to - t->range.from : 0) * (uint64_t)p->step_ns);
    }
}
