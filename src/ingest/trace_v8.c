/* SPDX-License-Identifier: MIT
 *
 * Nodes name their parent, which came before them; a sample is the node it was in and the time since the one before.
 * Source of the meanings: v8's src/profiler/cpu-profiler's streaming of chunks, as DevTools' timeline reads it. */
#include "ingest/trace_v8.h"

#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"
#include "ingest/cpuprofile.h"
#include "ingest/v8_frame.h"

#define NONE UINT32_MAX

struct node {
    uint32_t parent, frame, stack; /* NONE: none; the root is no frame; not asked for yet */
    bool is_idle;
};

/* A sample of a chunk that stands before the beginning of its profile. */
struct early {
    int64_t since_us;
    uint32_t node;
};

struct run {
    struct intern ids; /* int64_t */
    VEC(struct node) nodes;
    VEC(struct early) early;
    uint32_t thread;
    int64_t now_us; /* before it began: since then */
    int64_t first_us; /* when the first chunk was written */
    bool is_begun;
};

struct trace_v8 {
    struct builder *b;
    struct intern keys;
    VEC(struct run) runs;
    uint32_t *frames;
    struct arena *arena;
};

struct trace_v8 *trace_v8_new(struct builder *b, struct arena *arena)
{
    struct trace_v8 *v = NEW(arena, struct trace_v8);
    v->b = b;
    v->arena = arena;
    v->keys = intern_new(LIMIT_THREADS, LIMIT_NAME_BYTES, arena);
    v->frames = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    return v;
}

static struct run *run_of(struct trace_v8 *v, struct str key, uint32_t thread)
{
    uint32_t id = intern_id(&v->keys, key);
    if (id == v->runs.n) {
        struct run run = {.ids = intern_new(LIMIT_NODES, SIZE_MAX, v->arena), .thread = thread};
        (void)vec_push(&v->runs, SIZE_MAX, v->arena, run);
    }
    return &v->runs.p[id];
}

static struct str key_of(const int64_t *id)
{
    return (struct str){(const char *)id, sizeof *id};
}

static bool microseconds(struct json_doc *j, const struct json_at *at, int64_t *out)
{
    if (!doc_is(j, at, JSON_NUMBER))
        return false;
    if (doc_scaled(at, 1, out))
        return true;
    doc_wrong(j, at, "a time out of range");
    return false;
}

/* The node an item names; NONE is said. */
static uint32_t need_node(struct run *r, struct json_doc *j, const struct json_at *at)
{
    if (!doc_is(j, at, JSON_INT))
        return NONE;
    int64_t id = doc_int(at);
    uint32_t index = intern_find(&r->ids, key_of(&id));
    if (index == INTERN_NONE)
        doc_wrong(j, at, "there is no node of id %lld", (long long)id);
    return index;
}

static void add_node(struct trace_v8 *v, struct run *r, struct json_doc *j, const struct json_at *at)
{
    struct json_at id_at = doc_need(j, at, "id", JSON_INT), parent = doc_find(at, "parent"),
                   call = doc_need(j, at, "callFrame", JSON_MAP), name = doc_find(&call, "functionName");
    struct node n = {NONE, NONE, NONE, str_eq(doc_text(&name), STR("(idle)"))};
    if (j->is_wrong || (parent.value && (n.parent = need_node(r, j, &parent)) == NONE))
        return;
    int64_t id = doc_int(&id_at);
    if (!v8_is_root(&call))
        n.frame = v8_frame(j, v->b, &call, j->arena);
    if (intern_id(&r->ids, key_of(&id)) != r->nodes.n)
        doc_wrong(j, &id_at, "id %lld stands there twice", (long long)id);
    else
        (void)vec_push(&r->nodes, LIMIT_NODES, v->arena, n);
}

static uint32_t stack_of(struct trace_v8 *v, struct run *r, uint32_t index)
{
    struct node *node = &r->nodes.p[index];
    if (node->stack != NONE)
        return node->stack;
    uint32_t n = 0;
    for (uint32_t at = index; at != NONE; at = r->nodes.p[at].parent) /* parents come first, so this ends */
        if (r->nodes.p[at].frame != NONE && n <= LIMIT_STACK_DEPTH)
            v->frames[n++] = r->nodes.p[at].frame;
    node->stack = builder_stack(v->b, r->thread, v->frames, n);
    if (node->is_idle)
        builder_idle(v->b, node->stack);
    return node->stack;
}

static void add_sample(struct trace_v8 *v, struct run *r, uint32_t node, int64_t time_us)
{
    struct sample s = {.thread = r->thread, .event = builder_event(v->b, STR("samples")), .cpu = ID_NONE};
    s.stack = stack_of(v, r, node);
    if (!__builtin_mul_overflow(time_us, 1000, &s.time_ns))
        builder_sample(v->b, &s);
    else
        builder_tally(v->b)->n_unreadable++;
}

static void add_samples(struct trace_v8 *v, struct run *r, struct json_doc *j, const struct json_at *samples,
                        const struct json_at *deltas)
{
    size_t n = doc_length(samples);
    if (doc_length(deltas) < n) {
        doc_wrong(j, deltas, "%zu times for %zu samples", doc_length(deltas), n);
        return;
    }
    for (size_t i = 0; i < n && !j->is_wrong; i++) {
        struct json_at item = doc_item(samples, i), at = doc_item(deltas, i);
        int64_t delta;
        if (!microseconds(j, &at, &delta))
            return;
        uint32_t node = need_node(r, j, &item);
        if (__builtin_add_overflow(r->now_us, delta, &r->now_us))
            doc_wrong(j, &at, "the times add up to more than can be counted");
        else if (node != NONE && r->is_begun)
            add_sample(v, r, node, r->now_us);
        else if (node != NONE)
            (void)vec_push(&r->early, LIMIT_SAMPLES, v->arena, (struct early){r->now_us, node});
    }
}

/* Now that it is known when it began. */
static void add_early(struct trace_v8 *v, struct run *r, int64_t start_us)
{
    for (size_t i = 0; i < r->early.n; i++) {
        int64_t at;
        if (!__builtin_add_overflow(start_us, r->early.p[i].since_us, &at))
            add_sample(v, r, r->early.p[i].node, at);
    }
    if (__builtin_add_overflow(r->now_us, start_us, &r->now_us))
        r->now_us = start_us;
    r->early.n = 0;
    r->is_begun = true;
}

static struct json_at data_of(const struct json_at *args, struct json_at *data)
{
    *data = doc_find(args, "data");
    return *data;
}

void trace_v8_begin(struct trace_v8 *v, struct json_doc *j, const struct json_at *args, struct str key, uint32_t thread)
{
    struct run *r = run_of(v, key, thread);
    struct json_at data = data_of(args, &data), start = doc_find(&data, "startTime");
    int64_t start_us;
    if (!start.value || !microseconds(j, &start, &start_us))
        return;
    r->thread = thread;
    if (!r->is_begun)
        add_early(v, r, start_us);
}

void trace_v8_chunk(struct trace_v8 *v, struct json_doc *j, const struct json_at *args, struct str key, uint32_t thread,
                    int64_t at_us)
{
    struct run *r = run_of(v, key, thread);
    struct json_at data = data_of(args, &data), profile = doc_find(&data, "cpuProfile"), nodes = doc_find(&profile, "nodes"),
                   samples = doc_find(&profile, "samples"), deltas = doc_find(&data, "timeDeltas");
    if (!deltas.value)
        deltas = doc_find(&profile, "timeDeltas");
    if (!r->is_begun && !r->nodes.n)
        r->first_us = at_us;
    for (size_t i = 0; i < doc_length(&nodes) && !j->is_wrong; i++) {
        struct json_at at = doc_item(&nodes, i);
        add_node(v, r, j, &at);
    }
    if (!j->is_wrong && samples.value)
        add_samples(v, r, j, &samples, &deltas);
}

void trace_v8_whole(struct trace_v8 *v, struct json_doc *j, const struct json_at *args, uint32_t thread)
{
    struct json_at data = data_of(args, &data), profile = doc_find(&data, "cpuProfile");
    if (doc_is(j, &profile, JSON_MAP))
        cpuprofile_add(j, &profile, v->b, thread, builder_event(v->b, STR("samples")), v->arena);
}

void trace_v8_settle(struct trace_v8 *v)
{
    for (size_t i = 0; i < v->runs.n; i++)
        if (!v->runs.p[i].is_begun)
            add_early(v, &v->runs.p[i], v->runs.p[i].first_us);
}
