/* SPDX-License-Identifier: MIT
 *
 * Distinct stacks -> trie in preorder. The stacks are sorted as strings of frame ids (three-way radix
 * quicksort: Bentley and Sedgewick, "Fast algorithms for sorting and searching strings", 1997); a node is new
 * where a stack leaves the path of the one before it. No hashing, no child lists: memory is what the trie
 * itself takes. */
#include "base/limits.h"
#include "model/builder_state.h"

/* Frame at a depth; past the end comes 0, before every frame. */
static uint32_t at(const struct builder *b, uint32_t stack, uint32_t depth)
{
    const struct stack_entry *s = &b->stacks.p[stack];
    return depth < s->n ? b->pool.p[s->begin + depth] + 1 : 0;
}

struct part {
    size_t from, to;
    uint32_t depth;
};

static void swap(uint32_t *x, uint32_t *y)
{
    uint32_t t = *x;
    *x = *y;
    *y = t;
}

static void sort_stacks(const struct builder *b, uint32_t *id, size_t n, struct arena *work)
{
    VEC(struct part) todo = {0};
    uint64_t dice =
        0x9e3779b97f4a7c15ull; /* the same pivots every time, yet none an input can aim at cheaply */
    (void)vec_push(&todo, SIZE_MAX, work, (struct part){0, n, 0});
    while (todo.n) {
        struct part p = todo.p[--todo.n];
        while (p.to - p.from > 1) {
            dice = dice * 6364136223846793005ull + 1442695040888963407ull;
            uint32_t pivot = at(b, id[p.from + (size_t)((dice >> 33) % (p.to - p.from))], p.depth);
            size_t lt = p.from, gt = p.to, i = p.from;
            while (i < gt) {
                uint32_t f = at(b, id[i], p.depth);
                if (f < pivot)
                    swap(&id[lt++], &id[i++]);
                else if (f > pivot)
                    swap(&id[i], &id[--gt]);
                else
                    i++;
            }
            (void)vec_push(&todo, SIZE_MAX, work, (struct part){p.from, lt, p.depth});
            (void)vec_push(&todo, SIZE_MAX, work, (struct part){gt, p.to, p.depth});
            p = (struct part){lt, pivot ? gt : lt,
                              p.depth + 1}; /* equal and ended: distinct stacks, so only one */
        }
    }
}

struct nodes {
    VEC(uint32_t) parent, frame;
};

bool settle_trie(struct builder *b, uint32_t *node_of, struct profile *out)
{
    uint32_t *order = NEW_N(b->work, uint32_t, b->stacks.n + 1);
    size_t n = 0;
    for (uint32_t s = 0; s < b->stacks.n; s++)
        if (b->used.stack.p[s])
            order[n++] = s;
    sort_stacks(b, order, n, b->work);

    struct nodes nodes = {0};
    uint32_t *path = NEW_N(b->work, uint32_t, LIMIT_STACK_DEPTH + 2); /* nodes of the last stack, by depth */
    uint32_t *ends = NEW_N(b->work, uint32_t, n + 1);
    (void)vec_push(&nodes.parent, SIZE_MAX, b->arena, 0);
    (void)vec_push(&nodes.frame, SIZE_MAX, b->arena, ID_NONE);
    for (size_t i = 0; i < n; i++) {
        const struct stack_entry *s = &b->stacks.p[order[i]];
        const uint32_t *frames = b->pool.p + s->begin;
        uint32_t depth = 0, limit = i ? b->stacks.p[order[i - 1]].n : 0;
        while (depth < limit && depth < s->n && frames[depth] == nodes.frame.p[path[depth]])
            depth++;
        for (; depth < s->n; depth++) {
            uint32_t parent = depth ? path[depth - 1] : 0;
            path[depth] = (uint32_t)nodes.parent.n;
            if (!vec_push(&nodes.parent, LIMIT_NODES, b->arena, parent)) {
                diag_say(b->d, DIAG_LIMIT, b->file, "more than %u nodes in the trie of stacks", LIMIT_NODES);
                return false;
            }
            (void)vec_push(&nodes.frame, LIMIT_NODES, b->arena, frames[depth]);
        }
        ends[i] = path[s->n - 1];
        node_of[order[i]] = path[s->n - 1];
    }
    out->n_nodes = (uint32_t)nodes.parent.n;
    out->node_parent = nodes.parent.p;
    out->node_frame = nodes.frame.p;
    out->node_idle = NEW_N(b->arena, uint8_t, out->n_nodes);
    for (size_t i = 0; i < n; i++) /* stacks that became equal: idle when all of them are */
        out->node_idle[ends[i]] =
            b->stack_idle.p[order[i]] && (i == 0 || ends[i - 1] != ends[i] || out->node_idle[ends[i]]);
    return true;
}
