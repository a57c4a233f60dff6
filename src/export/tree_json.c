/* SPDX-License-Identifier: MIT
 *
 * The call tree of what is taken, for programs: flat lists, since trees of a thousand frames deep break parsers that
 * recurse. Nodes without weight are left out, the others numbered anew, parents first. Keys: docs/export.md. */
#include "base/arena.h"
#include "base/jsonout.h"
#include "base/timetext.h"
#include "export/formats.h"
#include "pack/head.h"

static void put_facts(struct json *j, const struct taken *t, const struct taken_weights *w, struct arena *arena)
{
    const struct profile *p = t->profile;
    const struct event *e = &p->events[t->event];
    json_key_str(j, "title", t->title);
    json_key_str(j, "event", e->name);
    json_key_str(j, "weight", str_of(head_weight_of(p, e)));
    json_key_u64(j, "n_samples", w->n_samples);
    json_key_u64(j, "total", w->total[0]);
    if (p->has_time) {
        json_key_u64(j, "from_ns", t->range.from * (uint64_t)p->step_ns);
        json_key_u64(j, "to_ns", t->range.to * (uint64_t)p->step_ns);
    }
    if (p->has_clock)
        json_key_str(j, "began", time_instant(p->clock_epoch_ns, arena));
    if (t->who.n)
        json_key_str(j, "only", t->who);
    json_key_str(j, "exporter", t->generator);
}

/* By frame: 1 + its place in the list. */
static uint32_t *put_frames(struct json *j, const struct profile *p, const uint64_t *total, struct arena *arena)
{
    static const char *const kinds[FRAME_KINDS] = {"user", "kernel", "jit", "inlined", "thread"};
    uint32_t *place = NEW_N(arena, uint32_t, (size_t)p->n_frames + 1), n = 0;
    json_key_open(j, "frames", '[');
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        const struct frame *f = &p->frames[p->node_frame[i]];
        if (!total[i] || place[p->node_frame[i]])
            continue;
        place[p->node_frame[i]] = ++n;
        json_open(j, '{');
        json_key_str(j, "name", p->names[f->name]);
        json_key_str(j, "kind", str_of(kinds[f->kind]));
        json_key_str(j, "module", p->modules[f->module]);
        json_key_str(j, "package", p->packages[f->package]);
        json_close(j, '}');
    }
    json_close(j, ']');
    return place;
}

void tree_json_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    const struct profile *p = t->profile;
    struct taken_weights w = taken_weigh(t, arena);
    struct json j = json_new(out);
    uint32_t *number = NEW_N(arena, uint32_t, p->n_nodes), n = 0;
    json_open(&j, '{');
    put_facts(&j, t, &w, arena);
    uint32_t *place = put_frames(&j, p, w.total, arena);
    json_key_open(&j, "parent", '[');
    for (uint32_t i = 0; i < p->n_nodes; i++)
        if (!i || w.total[i]) {
            json_i64(&j, i ? (int64_t)number[p->node_parent[i]] : -1);
            number[i] = n++;
        }
    json_close(&j, ']');
    json_key_open(&j, "frame", '[');
    for (uint32_t i = 0; i < p->n_nodes; i++)
        if (!i || w.total[i])
            json_i64(&j, i ? (int64_t)place[p->node_frame[i]] - 1 : -1);
    json_close(&j, ']');
    json_key_open(&j, "self", '[');
    for (uint32_t i = 0; i < p->n_nodes; i++)
        if (!i || w.total[i])
            json_u64(&j, w.self[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    buf_char(out, '\n');
}
