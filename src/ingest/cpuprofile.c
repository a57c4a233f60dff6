/* SPDX-License-Identifier: MIT
 *
 * V8's CPU profiles: a tree of call frames, and for each sample the node it ended in and the time since the
 * one before. Source of the format: the type Profiler.Profile of the DevTools protocol. Three variants:
 * `nodes` with `children`, `nodes` with `parent`, and the old one, a nested `head` with `timestamps`.
 *
 * Each sample stands at its own time: startTime plus all deltas up to and with its own, whatever becomes of
 * the samples between. */
#include "ingest/cpuprofile.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/vec.h"
#include "ingest/json_doc.h"
#include "ingest/v8_frame.h"

#define NONE UINT32_MAX

struct node {
    int64_t id;
    uint32_t parent; /* index; NONE: the root */
    uint32_t frame;  /* NONE: the root, which is no frame */
    bool is_idle;
    uint32_t stack; /* NONE: not asked for yet */
};

struct by_id {
    int64_t id;
    uint32_t index;
};

struct cpuprofile {
    struct json_doc *j;
    struct builder *b;
    VEC(struct node) nodes;
    struct by_id *ids; /* sorted */
    uint32_t thread, event;
    uint64_t n_missing; /* children */
    uint32_t *frames;
    struct arena *arena;
};

/* ---- nodes */

/* `call` holds functionName and url: callFrame of a node, in the old form the node itself. */
static void add_node(struct cpuprofile *c, const struct json_at *at, const struct json_at *call,
                     uint32_t parent)
{
    struct json_at id = doc_need(c->j, at, "id", JSON_INT), name_at = doc_find(call, "functionName");
    struct str name = doc_text(&name_at);
    struct node n = {.parent = parent, .frame = NONE, .stack = NONE, .id = id.value ? doc_int(&id) : 0};
    n.is_idle = str_eq(name, STR("(idle)"));
    if (!v8_is_root(call))
        n.frame = v8_frame(c->j, c->b, call, c->arena);
    if (!vec_push(&c->nodes, LIMIT_NODES, c->arena, n))
        doc_wrong(c->j, at, "more nodes than %u", LIMIT_NODES);
}

static int by_id(const void *a, const void *b)
{
    const struct by_id *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void index_ids(struct cpuprofile *c, const struct json_at *list)
{
    c->ids = NEW_N(c->arena, struct by_id, c->nodes.n + 1);
    for (uint32_t i = 0; i < c->nodes.n; i++)
        c->ids[i] = (struct by_id){c->nodes.p[i].id, i};
    qsort(c->ids, c->nodes.n, sizeof *c->ids, by_id);
    for (uint32_t i = 1; i < c->nodes.n; i++)
        if (c->ids[i].id == c->ids[i - 1].id) {
            doc_wrong(c->j, list, "id %lld stands there twice", (long long)c->ids[i].id);
            return;
        }
}

static uint32_t find(const struct cpuprofile *c, int64_t id)
{
    struct by_id key = {id, 0}, *found = bsearch(&key, c->ids, c->nodes.n, sizeof *c->ids, by_id);
    return found ? found->index : NONE;
}

/* The node an item names; NONE is said. */
static uint32_t need_node(struct cpuprofile *c, const struct json_at *at)
{
    if (!doc_is(c->j, at, JSON_INT))
        return NONE;
    uint32_t index = find(c, doc_int(at));
    if (index == NONE)
        doc_wrong(c->j, at, "there is no node of id %lld", (long long)doc_int(at));
    return index;
}

static void link_children(struct cpuprofile *c, const struct json_at *node, uint32_t index)
{
    struct json_at children = doc_find(node, "children");
    for (size_t k = 0; k < doc_length(&children) && !c->j->is_wrong; k++) {
        struct json_at item = doc_item(&children, k);
        uint32_t child = doc_is(c->j, &item, JSON_INT) ? find(c, doc_int(&item)) : NONE;
        if (child == NONE) { /* nobody can have been in it, or a sample would say so */
            if (!c->j->is_wrong && !c->n_missing++)
                doc_warn(c->j, &item, "there is no node of id %lld: ignored", (long long)doc_int(&item));
            continue;
        }
        if (c->nodes.p[child].parent != NONE)
            doc_wrong(c->j, &item, "node %lld has a parent already", (long long)c->nodes.p[child].id);
        c->nodes.p[child].parent = index;
    }
}

/* After all children: a file may say both, as long as both say the same. */
static void link_parent(struct cpuprofile *c, const struct json_at *node, uint32_t index)
{
    struct json_at at = doc_find(node, "parent");
    uint32_t parent = at.value ? need_node(c, &at) : NONE, *known = &c->nodes.p[index].parent;
    if (parent == NONE)
        return;
    if (*known != NONE && *known != parent)
        doc_wrong(c->j, &at, "node %lld is a child of node %lld", (long long)c->nodes.p[index].id,
                  (long long)c->nodes.p[*known].id);
    *known = parent;
}

static void read_nodes(struct cpuprofile *c, const struct json_at *list)
{
    size_t n = doc_length(list);
    for (size_t i = 0; i < n && !c->j->is_wrong; i++) {
        struct json_at at = doc_item(list, i), call = doc_need(c->j, &at, "callFrame", JSON_MAP);
        if (call.value)
            add_node(c, &at, &call, NONE);
    }
    if (c->j->is_wrong)
        return;
    index_ids(c, list);
    for (size_t i = 0; i < n && !c->j->is_wrong; i++) {
        struct json_at at = doc_item(list, i);
        link_children(c, &at, (uint32_t)i);
    }
    for (size_t i = 0; i < n && !c->j->is_wrong; i++) {
        struct json_at at = doc_item(list, i);
        link_parent(c, &at, (uint32_t)i);
    }
}

/* The old form: nodes inside each other, as deep as the JSON itself may be. */
static void read_head(struct cpuprofile *c, const struct json_at *at, uint32_t parent)
{
    uint32_t index = (uint32_t)c->nodes.n;
    add_node(c, at, at, parent);
    struct json_at children = doc_find(at, "children");
    for (size_t i = 0; i < doc_length(&children) && !c->j->is_wrong; i++) {
        struct json_at child = doc_item(&children, i);
        if (doc_is(c->j, &child, JSON_MAP))
            read_head(c, &child, index);
    }
}

/* ---- samples */

/* The stack that ends in a node; NONE when its parents run in a circle. */
static uint32_t stack_of(struct cpuprofile *c, uint32_t index)
{
    struct node *node = &c->nodes.p[index];
    if (node->stack != NONE)
        return node->stack;
    uint32_t n = 0, steps = 0;
    for (uint32_t at = index; at != NONE; at = c->nodes.p[at].parent) {
        if (steps++ > c->nodes.n)
            return NONE;
        if (c->nodes.p[at].frame != NONE && n <= LIMIT_STACK_DEPTH)
            c->frames[n++] = c->nodes.p[at].frame;
    }
    node->stack = builder_stack(c->b, c->thread, c->frames, n);
    if (node->is_idle)
        builder_idle(c->b, node->stack);
    return node->stack;
}

static void add_sample(struct cpuprofile *c, const struct json_at *item, int64_t time_us)
{
    struct sample s = {.thread = c->thread, .event = c->event, .cpu = ID_NONE};
    uint32_t node = need_node(c, item);
    if (node == NONE)
        return;
    s.stack = stack_of(c, node);
    if (s.stack == NONE)
        doc_wrong(c->j, item, "the parents of node %lld run in a circle", (long long)c->nodes.p[node].id);
    else if (__builtin_mul_overflow(time_us, 1000, &s.time_ns))
        doc_wrong(c->j, item, "its time is out of range");
    else
        builder_sample(c->b, &s);
}

/* A time or a delta in microseconds. */
static bool microseconds(struct cpuprofile *c, const struct json_at *at, int64_t *out)
{
    if (!doc_is(c->j, at, JSON_NUMBER))
        return false;
    if (!doc_scaled(at, 1, out)) {
        doc_wrong(c->j, at, "a time out of range");
        return false;
    }
    return true;
}

/* `times` are deltas, or absolute. One more of them than samples is seen in old files. */
static void read_samples(struct cpuprofile *c, const struct json_at *samples, const struct json_at *times,
                         bool are_deltas, int64_t start_us)
{
    size_t n = doc_length(samples), n_times = doc_length(times);
    if (n_times < n) {
        doc_wrong(c->j, times, "%zu times for %zu samples", n_times, n);
        return;
    }
    int64_t now = start_us, time;
    for (size_t i = 0; i < n && !c->j->is_wrong; i++) {
        struct json_at item = doc_item(samples, i), at = doc_item(times, i);
        if (!microseconds(c, &at, &time))
            return;
        if (!are_deltas)
            now = time;
        else if (__builtin_add_overflow(now, time, &now))
            doc_wrong(c->j, &at, "the times add up to more than can be counted");
        if (!c->j->is_wrong)
            add_sample(c, &item, now);
    }
}

static void read_profile(struct cpuprofile *c, const struct json_at *root)
{
    struct json_at head, list, samples, times, start;
    if (!doc_is(c->j, root, JSON_MAP))
        return;
    head = doc_find(root, "head");
    samples = doc_need(c->j, root, "samples", JSON_LIST);
    if (doc_kind(&head) == JSON_MAP) {
        times = doc_need(c->j, root, "timestamps", JSON_LIST);
        if (c->j->is_wrong)
            return;
        read_head(c, &head, NONE);
        index_ids(c, &head);
        if (!c->j->is_wrong)
            read_samples(c, &samples, &times, false, 0);
        return;
    }
    list = doc_need(c->j, root, "nodes", JSON_LIST);
    times = doc_need(c->j, root, "timeDeltas", JSON_LIST);
    start = doc_find(root, "startTime");
    int64_t start_us = 0;
    if (c->j->is_wrong || (start.value && !microseconds(c, &start, &start_us)))
        return;
    read_nodes(c, &list);
    if (!c->j->is_wrong)
        read_samples(c, &samples, &times, true, start_us);
}

void cpuprofile_add(struct json_doc *j, const struct json_at *profile, struct builder *b, uint32_t thread,
                    uint32_t event, struct arena *arena)
{
    struct cpuprofile c = {.j = j, .b = b, .thread = thread, .event = event, .arena = arena};
    c.frames = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    read_profile(&c, profile);
}

static bool cpuprofile_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct json_doc j;
    if (!doc_open(in, &j, d, arena))
        return false;
    uint32_t thread = builder_thread(b, ID_NONE, ID_NONE, v8_thread(in)), event = builder_event(b, STR("samples"));
    struct json_at inner = doc_find(&j.root, "cpuProfile");
    builder_source_step(b, 1000);
    cpuprofile_add(&j, doc_kind(&inner) == JSON_MAP ? &inner : &j.root, b, thread, event, arena); /* some tools wrap it */
    doc_close(&j);
    builder_tally(b)->truncated |= in->truncated;
    return !j.is_wrong;
}

/* An object that has samples and call frames near its beginning or, in the old form, bailout reasons. A trace
 * holds such objects inside its events. */
static int cpuprofile_sniff(struct str head)
{
    static const char *const marks[] = {"\"callFrame\"", "\"timeDeltas\"", "\"timestamps\"", "\"hitCount\""};
    struct str text = str_trim(head);
    int found = 0;
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_trim(str_sub(text, 3, text.n));
    if (!str_starts(text, STR("{")) || str_find(head, STR("\"traceEvents\"")) != SIZE_MAX ||
        str_find(head, STR("\"ph\"")) != SIZE_MAX || str_find(head, STR("\"selfSize\"")) != SIZE_MAX)
        return 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        found += str_find(head, str_of(marks[i])) != SIZE_MAX;
    return found ? 50 + 10 * found : 0;
}

const struct door door_cpuprofile = {
    .name = {"cpuprofile", 10},
    .description = {"a .cpuprofile of V8", 19},
    .default_step_ns = 100000,
    .sniff = cpuprofile_sniff,
    .read = cpuprofile_read,
};
