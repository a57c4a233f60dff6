/* SPDX-License-Identifier: MIT
 *
 * speedscope's file format (https://www.speedscope.app/file-format-schema.json): each thread name a profile of
 * stacks with their sums, in the order of the trie. Not in the order of time: a recording of several CPUs has no one
 * order that its "time order" view could show, and every sample by itself makes the file a hundred times larger. */
#include "export/formats.h"

#include "base/arena.h"
#include "base/jsonout.h"

struct speedscope_out {
    const struct taken *t;
    struct taken_weights w;
    uint32_t *place; /* by frame: 1 + its place in the list */
    uint32_t *path;
    struct json j;
};

static struct str frame_name(const struct profile *p, uint32_t node)
{
    return p->names[p->frames[p->node_frame[node]].name];
}

static void put_frames(struct speedscope_out *s)
{
    const struct profile *p = s->t->profile;
    uint32_t n = 0;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        const struct frame *f = &p->frames[p->node_frame[i]];
        if (!s->w.total[i] || !p->node_parent[i] || s->place[p->node_frame[i]])
            continue;
        s->place[p->node_frame[i]] = ++n;
        json_open(&s->j, '{');
        json_key_str(&s->j, "name", p->names[f->name]);
        if (p->modules[f->module].n)
            json_key_str(&s->j, "file", p->modules[f->module]);
        json_close(&s->j, '}');
    }
}

static void put_stack(struct speedscope_out *s, uint32_t node)
{
    const struct profile *p = s->t->profile;
    uint32_t depth = 0;
    for (uint32_t at = node; p->node_parent[at]; at = p->node_parent[at])
        s->path[depth++] = at;
    json_open(&s->j, '[');
    while (depth--)
        json_u64(&s->j, s->place[p->node_frame[s->path[depth]]] - 1);
    json_close(&s->j, ']');
}

static const char *unit_of(const struct taken *t)
{
    const struct event *e = &t->profile->events[t->event];
    return e->n_spans ? "nanoseconds" : str_eq(e->name, STR("bytes")) ? "bytes" : "none";
}

/* [root, end) is the subtree of one thread name. */
static void put_thread(struct speedscope_out *s, uint32_t root, uint32_t end)
{
    json_open(&s->j, '{');
    json_key_str(&s->j, "type", STR("sampled"));
    json_key_str(&s->j, "name", frame_name(s->t->profile, root));
    json_key_str(&s->j, "unit", str_of(unit_of(s->t)));
    json_key_u64(&s->j, "startValue", 0);
    json_key_u64(&s->j, "endValue", s->w.total[root]);
    json_key_open(&s->j, "samples", '[');
    for (uint32_t i = root; i < end; i++)
        if (s->w.self[i])
            put_stack(s, i);
    json_close(&s->j, ']');
    json_key_open(&s->j, "weights", '[');
    for (uint32_t i = root; i < end; i++)
        if (s->w.self[i])
            json_u64(&s->j, s->w.self[i]);
    json_close(&s->j, ']');
    json_close(&s->j, '}');
}

void speedscope_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    const struct profile *p = t->profile;
    struct speedscope_out s = {.t = t, .w = taken_weigh(t, arena), .j = json_new(out)};
    s.place = NEW_N(arena, uint32_t, (size_t)p->n_frames + 1);
    s.path = NEW_N(arena, uint32_t, p->n_nodes);
    json_open(&s.j, '{');
    json_key_str(&s.j, "$schema", STR("https://www.speedscope.app/file-format-schema.json"));
    json_key_open(&s.j, "shared", '{');
    json_key_open(&s.j, "frames", '[');
    put_frames(&s);
    json_close(&s.j, ']');
    json_close(&s.j, '}');
    json_key_open(&s.j, "profiles", '[');
    for (uint32_t i = 1, end; i < p->n_nodes; i = end) {
        for (end = i + 1; end < p->n_nodes && p->node_parent[end]; end++)
            ;
        if (s.w.total[i])
            put_thread(&s, i, end);
    }
    json_close(&s.j, ']');
    json_key_str(&s.j, "name", t->title);
    json_key_u64(&s.j, "activeProfileIndex", 0);
    json_key_str(&s.j, "exporter", t->generator);
    json_close(&s.j, '}');
    buf_char(out, '\n');
}
