/* SPDX-License-Identifier: MIT
 *
 * The call tree of what is taken, for programs: flat lists, since trees of a thousand frames deep break parsers that
 * recurse. Nodes without weight are left out, the others numbered anew, parents first. Keys: docs/export.md. */
#include "base/arena.h"
#include "base/jsonout.h"
#include "base/timetext.h"
#include "export/formats.h"

static void put_facts(struct json *j, const struct taken *t, const struct taken_weights *w, struct arena *arena)
{
    static const char *const weights[] = {
        [WEIGHT_SAMPLES] = "samples", [WEIGHT_PERIOD] = "period", [WEIGHT_COUNT] = "count"};
    const struct profile *p = t->profile;
    const struct event *e = &p->events[t->event];
    json_key(j, "title"), json_str(j, t->title);
    json_key(j, "event"), json_str(j, e->name);
    json_key(j, "weight"), json_str(j, e->n_spans ? STR("time") : str_of(weights[p->weight]));
    json_key(j, "n_samples"), json_u64(j, w->n_samples);
    json_key(j, "total"), json_u64(j, w->total[0]);
    if (p->has_time) {
        json_key(j, "from_ns"), json_u64(j, t->range.from * (uint64_t)p->step_ns);
        json_key(j, "to_ns"), json_u64(j, t->range.to * (uint64_t)p->step_ns);
    }
    if (p->has_clock)
        json_key(j, "began"), json_str(j, time_instant(p->clock_epoch_ns, arena));
    if (t->who.n)
        json_key(j, "only"), json_str(j, t->who);
    json_key(j, "exporter"), json_str(j, t->generator);
}

/* By frame: 1 + its place in the list. */
static uint32_t *put_frames(struct json *j, const struct profile *p, const uint64_t *total, struct arena *arena)
{
    static const char *const kinds[FRAME_KINDS] = {"user", "kernel", "jit", "inlined", "thread"};
    uint32_t *place = NEW_N(arena, uint32_t, (size_t)p->n_frames + 1), n = 0;
    json_key(j, "frames"), json_open(j, '[');
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        const struct frame *f = &p->frames[p->node_frame[i]];
        if (!total[i] || place[p->node_frame[i]])
            continue;
        place[p->node_frame[i]] = ++n;
        json_open(j, '{');
        json_key(j, "name"), json_str(j, p->names[f->name]);
        json_key(j, "kind"), json_str(j, str_of(kinds[f->kind]));
        json_key(j, "module"), json_str(j, p->modules[f->module]);
        json_key(j, "package"), json_str(j, p->packages[f->package]);
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
    json_key(&j, "parent"), json_open(&j, '[');
    for (uint32_t i = 0; i < p->n_nodes; i++)
        if (!i || w.total[i]) {
            json_i64(&j, i ? (int64_t)number[p->node_parent[i]] : -1);
            number[i] = n++;
        }
    json_close(&j, ']');
    json_key(&j, "frame"), json_open(&j, '[');
    for (uint32_t i = 0; i < p->n_nodes; i++)
        if (!i || w.total[i])
            json_i64(&j, i ? (int64_t)place[p->node_frame[i]] - 1 : -1);
    json_close(&j, ']');
    json_key(&j, "self"), json_open(&j, '[');
    for (uint32_t i = 0; i < p->n_nodes; i++)
        if (!i || w.total[i])
            json_u64(&j, w.self[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    buf_char(out, '\n');
}
