/* SPDX-License-Identifier: MIT
 *
 * V8's sampled heap profiles: a tree of call frames, each with the bytes that were allocated there and are
 * still in use. Source of the format: the type HeapProfiler.SamplingHeapProfile of the DevTools protocol.
 * Nothing in it has a time: a flat profile that counts bytes. */
#include "ingest/heapprofile.h"

#include "base/arena.h"
#include "base/limits.h"
#include "ingest/json_doc.h"
#include "ingest/v8_frame.h"

struct heapprofile {
    struct json_doc j;
    struct builder *b;
    uint32_t thread, event;
    uint32_t *root_first, *leaf_first;
    struct arena *arena;
};

static void add(struct heapprofile *h, uint32_t depth, uint64_t bytes)
{
    struct sample s = {.thread = h->thread, .event = h->event, .cpu = ID_NONE, .period = bytes};
    for (uint32_t i = 0; i < depth; i++)
        h->leaf_first[i] = h->root_first[depth - 1 - i];
    s.stack = builder_stack(h->b, h->thread, h->leaf_first, depth);
    builder_sample(h->b, &s);
}

/* As deep as the JSON itself may be. */
static void read_node(struct heapprofile *h, const struct json_at *node, uint32_t depth)
{
    struct json_at call = doc_need(&h->j, node, "callFrame", JSON_MAP),
                   size = doc_need(&h->j, node, "selfSize", JSON_NUMBER),
                   children = doc_find(node, "children");
    int64_t bytes = 0;
    if (!call.value || !size.value)
        return;
    if (!doc_scaled(&size, 1, &bytes) || bytes < 0 || bytes > (int64_t)(1ull << 53)) {
        doc_wrong(&h->j, &size, "not a number of bytes");
        return;
    }
    if (!v8_is_root(&call) && depth < LIMIT_STACK_DEPTH)
        h->root_first[depth++] = v8_frame(&h->j, h->b, &call, h->arena);
    if (bytes)
        add(h, depth, (uint64_t)bytes);
    for (size_t i = 0; i < doc_length(&children) && !h->j.is_wrong; i++) {
        struct json_at child = doc_item(&children, i);
        if (doc_is(&h->j, &child, JSON_MAP))
            read_node(h, &child, depth);
    }
}

static bool heapprofile_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct heapprofile h = {.b = b, .arena = arena};
    if (!doc_open(in, &h.j, d, arena))
        return false;
    h.thread = builder_thread(b, ID_NONE, ID_NONE, v8_thread(in));
    h.event = builder_event(b, STR("bytes"));
    h.root_first = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    h.leaf_first = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    builder_flat(b);
    builder_weigh(b, WEIGHT_COUNT);
    if (doc_is(&h.j, &h.j.root, JSON_MAP)) {
        struct json_at head = doc_need(&h.j, &h.j.root, "head", JSON_MAP);
        if (head.value)
            read_node(&h, &head, 0);
    }
    bool ok = !h.j.is_wrong;
    doc_close(&h.j);
    builder_tally(b)->truncated |= in->truncated;
    return ok;
}

static int heapprofile_sniff(struct str head)
{
    bool is = str_starts(str_trim(head), STR("{")) && str_find(head, STR("\"selfSize\"")) != SIZE_MAX &&
              str_find(head, STR("\"callFrame\"")) != SIZE_MAX;
    return is ? 80 : 0;
}

const struct door door_heapprofile = {
    .name = {"heapprofile", 11},
    .description = {"a .heapprofile of V8", 20},
    .default_step_ns = 1,
    .sniff = heapprofile_sniff,
    .read = heapprofile_read,
};
