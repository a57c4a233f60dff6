/* SPDX-License-Identifier: MIT
 *
 * Distinct stacks -> trie in preorder. The stacks are sorted as strings of frame ids (three-way radix
 * quicksort: Bentley and Sedgewick, "Fast algorithms for sorting and searching strings", 1997; with the next frames of each string
 * beside it, as in Ng and Kakehi, "Cache efficient radix sort for string sorting", 2007); a node is new
 * where a stack leaves the path of the one before it. No hashing, no child lists. */
#include <string.h>

#include "base/limits.h"
#include "model/builder_state.h"

/* A stack to be sorted, and its next frames packed into one number, the first one highest: so that most of the sort looks at
 * neither stacks nor the pool. A frame is packed as itself + 1; past the end comes 0, before every frame. */
struct item {
    uint64_t key;
    const uint32_t *frames;
    uint32_t n, stack;
};

struct part {
    size_t from, to;
    uint32_t depth;  /* where the keys begin */
    bool is_loaded; /* the keys are there */
};

struct sorting {
    struct item *items;
    unsigned bits; /* of a frame in a key */
    uint32_t n_key; /* frames of a key */
};

/* Few enough to be compared as they stand. */
#define FEW 12u
/* Stacks ahead of the one at hand that are fetched. */
#define AHEAD 8u

static void load_keys(const struct sorting *s, const struct part *p)
{
    for (size_t i = p->from; i < p->to; i++) {
        struct item *x = &s->items[i];
        if (i + AHEAD < p->to)
            __builtin_prefetch(x[AHEAD].frames + p->depth);
        uint32_t left = x->n - p->depth, n = left < s->n_key ? left : s->n_key;
        uint64_t key = 0;
        for (uint32_t k = 0; k < n; k++)
            key = key << s->bits | (x->frames[p->depth + k] + 1);
        x->key = n ? key << s->bits * (s->n_key - n) : 0;
    }
}

/* How many frames two stacks have in common, from the root on. */
static uint32_t in_common(const uint32_t *x, const uint32_t *y, uint32_t n)
{
    uint32_t i = 0;
    for (uint64_t a, b; i + 2 <= n; i += 2) { /* two at a time */
        memcpy(&a, x + i, sizeof a);
        memcpy(&b, y + i, sizeof b);
        if (a != b)
            break;
    }
    while (i < n && x[i] == y[i])
        i++;
    return i;
}

/* The last frame of a key is past the end: then equal keys are equal stacks. */
static bool has_ended(const struct sorting *s, uint64_t key)
{
    return !(key & ((UINT64_C(1) << s->bits) - 1));
}

static bool comes_before(const struct sorting *s, const struct item *x, const struct item *y, uint32_t depth)
{
    if (x->key != y->key || has_ended(s, x->key))
        return x->key < y->key;
    uint32_t least = x->n < y->n ? x->n : y->n, i = depth + s->n_key;
    i += in_common(x->frames + i, y->frames + i, least - i);
    return i < least ? x->frames[i] < y->frames[i] : x->n < y->n;
}

static void sort_few(const struct sorting *s, const struct part *p)
{
    for (size_t i = p->from + 1; i < p->to; i++) {
        struct item moved = s->items[i];
        size_t to = i;
        for (; to > p->from && comes_before(s, &moved, &s->items[to - 1], p->depth); to--)
            s->items[to] = s->items[to - 1];
        s->items[to] = moved;
    }
}

static void swap(struct item *x, struct item *y)
{
    struct item t = *x;
    *x = *y;
    *y = t;
}

static void sort_stacks(const struct sorting *s, size_t n, struct arena *work)
{
    VEC(struct part) todo = {0};
    uint64_t dice =
        0x9e3779b97f4a7c15ull; /* the same pivots every time, yet none an input can aim at cheaply */
    (void)vec_push(&todo, SIZE_MAX, work, (struct part){0, n, 0, false});
    while (todo.n) {
        struct part p = todo.p[--todo.n];
        if (!p.is_loaded)
            load_keys(s, &p);
        if (p.to - p.from <= FEW) {
            sort_few(s, &p);
            continue;
        }
        dice = dice * 6364136223846793005ull + 1442695040888963407ull;
        uint64_t pivot = s->items[p.from + (size_t)((dice >> 33) % (p.to - p.from))].key;
        size_t lt = p.from, gt = p.to, i = p.from;
        while (i < gt) {
            uint64_t key = s->items[i].key;
            if (key < pivot)
                swap(&s->items[lt++], &s->items[i++]);
            else if (key > pivot)
                swap(&s->items[i], &s->items[--gt]);
            else
                i++;
        }
        if (gt - lt > 1 && !has_ended(s, pivot))
            (void)vec_push(&todo, SIZE_MAX, work, (struct part){lt, gt, p.depth + s->n_key, false});
        if (lt - p.from > 1)
            (void)vec_push(&todo, SIZE_MAX, work, (struct part){p.from, lt, p.depth, true});
        if (p.to - gt > 1)
            (void)vec_push(&todo, SIZE_MAX, work, (struct part){gt, p.to, p.depth, true});
    }
}

/* The used stacks, sorted. */
static struct item *sorted_stacks(const struct builder *b, uint32_t n_frames, size_t *n)
{
    struct sorting s = {.items = NEW_N(b->work, struct item, b->stacks.n + 1), .bits = 1};
    while (s.bits < 32 && (uint64_t)n_frames >> s.bits)
        s.bits++;
    s.n_key = 64 / s.bits;
    *n = 0;
    for (uint32_t k = 0; k < b->stacks.n; k++)
        if (b->used.stack.p[k])
            s.items[(*n)++] = (struct item){0, b->pool.p + b->stacks.p[k].begin, b->stacks.p[k].n, k};
    sort_stacks(&s, *n, b->work);
    return s.items;
}

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

bool settle_trie(struct builder *b, uint32_t *node_of, struct profile *out)
{
    size_t n;
    const struct item *order = sorted_stacks(b, out->n_frames, &n);
    struct nodes nodes = {0};
    uint32_t *path = NEW_N(b->work, uint32_t, LIMIT_STACK_DEPTH + 2); /* nodes of the last stack, by depth */
    (void)nodes_room(&nodes, 1, b->arena);
    nodes.parent[0] = 0;
    nodes.frame[0] = ID_NONE;
    nodes.n = 1;
    for (size_t i = 0; i < n; i++) {
        const struct item *x = &order[i], *before = i ? x - 1 : NULL;
        if (i + AHEAD < n)
            __builtin_prefetch(x[AHEAD].frames);
        uint32_t shared = before ? in_common(before->frames, x->frames, before->n < x->n ? before->n : x->n) : 0;
        if (!nodes_room(&nodes, x->n - shared, b->arena)) {
            diag_say(b->d, DIAG_LIMIT, b->file, "more than %u nodes in the trie of stacks", LIMIT_NODES);
            return false;
        }
        for (uint32_t depth = shared; depth < x->n; depth++) {
            path[depth] = (uint32_t)nodes.n;
            nodes.parent[nodes.n] = depth ? path[depth - 1] : 0;
            nodes.frame[nodes.n++] = x->frames[depth];
        }
        node_of[x->stack] = path[x->n - 1];
    }
    out->n_nodes = (uint32_t)nodes.n;
    out->node_parent = nodes.parent;
    out->node_frame = nodes.frame;
    out->node_idle = NEW_N(b->arena, uint8_t, out->n_nodes);
    uint32_t last = 0;
    for (size_t i = 0; i < n; i++) { /* stacks that became equal: idle when all of them are */
        uint32_t end = node_of[order[i].stack];
        out->node_idle[end] = b->stack_idle.p[order[i].stack] && (last != end || out->node_idle[end]);
        last = end;
    }
    return true;
}
