/* SPDX-License-Identifier: MIT
 *
 * Distinct stacks -> trie in preorder: the stacks are gone through in their order (stack_order.h), and a node is new
 * where a stack leaves the path of the one before it. No hashing, no child lists. */
#include "base/limits.h"
#include "model/builder_state.h"
#include "model/stack_order.h"

struct nodes {
    uint32_t *parent, *frame;
    size_t n, cap;
};

/* Room for n more nodes; false past the limit. */
static bool nodes_room(struct nodes *nodes, size_t n, struct arena *arena)
{
    if (nodes->n + n > LIMIT_NODES)
        return false;
    size_t cap = nodes->cap;
    while (cap < nodes->n + n)
        cap = vec_next_cap(cap);
    if (cap > nodes->cap) {
        nodes->parent = arena_grow(arena, nodes->parent, nodes->cap, cap, sizeof *nodes->parent);
        nodes->frame = arena_grow(arena, nodes->frame, nodes->cap, cap, sizeof *nodes->frame);
        nodes->cap = cap;
    }
    return true;
}

/* Those of one stack that the one before it (NULL: none) does not have; `path`: the nodes of that one, by depth. False past the limit. */
static inline bool add_stack(struct nodes *nodes, const struct stack_item *x, const struct stack_item *before, uint32_t *path,
                             struct arena *arena)
{
    uint32_t shared = before ? stack_common(before->frames, x->frames, before->n < x->n ? before->n : x->n) : 0;
    if (!nodes_room(nodes, x->n - shared, arena))
        return false;
    for (uint32_t depth = shared; depth < x->n; depth++) {
        path[depth] = (uint32_t)nodes->n;
        nodes->parent[nodes->n] = depth ? path[depth - 1] : 0;
        nodes->frame[nodes->n++] = x->frames[depth];
    }
    return true;
}

static bool add_stacks(struct builder *b, struct stack_order *order, struct nodes *nodes, uint32_t *node_of)
{
    uint32_t *path = NEW_N(b->work, uint32_t, LIMIT_STACK_DEPTH + 2);
    (void)nodes_room(nodes, 1, b->arena);
    nodes->parent[0] = 0;
    nodes->frame[0] = ID_NONE;
    nodes->n = 1;
    for (size_t i = 0, sorted = 0; i < order->n; i++) {
        const struct stack_item *x = &order->items[i];
        while (i >= sorted)
            sorted = stack_order_next(order);
        if (i + STACK_ORDER_AHEAD < sorted)
            __builtin_prefetch(x[STACK_ORDER_AHEAD].frames);
        if (!add_stack(nodes, x, i ? x - 1 : NULL, path, b->arena))
            return false;
        node_of[x->stack] = path[x->n - 1];
    }
    return true;
}

bool settle_trie(struct builder *b, uint32_t *node_of, struct profile *out)
{
    struct nodes nodes = {0};
    struct stack_order order = stack_order_begin(b, out->n_frames);
    bool ok = add_stacks(b, &order, &nodes, node_of);
    if (!ok) {
        diag_say(b->d, DIAG_LIMIT, b->file, "more than %u nodes in the trie of stacks", LIMIT_NODES);
        return false;
    }
    out->n_nodes = (uint32_t)nodes.n;
    out->node_parent = nodes.parent;
    out->node_frame = nodes.frame;
    out->node_idle = NEW_N(b->arena, uint8_t, out->n_nodes);
    uint32_t last = 0;
    for (size_t i = 0; i < order.n; i++) { /* stacks that became equal: idle when all of them are */
        uint32_t end = node_of[order.items[i].stack];
        out->node_idle[end] = b->stack_idle.p[order.items[i].stack] && (last != end || out->node_idle[end]);
        last = end;
    }
    return true;
}
