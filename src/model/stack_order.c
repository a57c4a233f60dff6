/* SPDX-License-Identifier: MIT
 *
 * Three-way radix quicksort (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings", 1997), with the next frames
 * of each stack beside it (as in Ng and Kakehi, "Cache efficient radix sort for string sorting", 2007). The first cuts, until the
 * parts are small, are made by the thread that was called, from the first part on; a group of neighbouring parts is a task as soon as
 * it is cut. Where it is cut does not change the order. */
#include "model/stack_order.h"

#include "base/limits.h"
#include "base/tasks.h"

struct part {
    size_t from, to;
    uint32_t depth;  /* where the keys begin */
    bool is_loaded; /* the keys are there */
};

struct parts {
    struct part *p;
    size_t n, cap;
};

struct sorting {
    struct stack_item *items;
    unsigned bits; /* of a frame in a key */
    uint32_t n_key; /* frames of a key */
};

struct group {
    const struct sorting *sorting;
    struct parts parts;
    struct task *task;
};

/* A task sorts some so many stacks at least. */
#define SMALLEST_GRAIN ((size_t)4096)
/* Few enough to be compared as they stand. */
#define FEW 12u
#define AHEAD STACK_ORDER_AHEAD

static void load_keys(const struct sorting *s, const struct part *p)
{
    for (size_t i = p->from; i < p->to; i++) {
        struct stack_item *x = &s->items[i];
        if (i + AHEAD < p->to)
            __builtin_prefetch(x[AHEAD].frames + p->depth);
        uint32_t left = x->n - p->depth, n = left < s->n_key ? left : s->n_key;
        uint64_t key = 0;
        for (uint32_t k = 0; k < n; k++)
            key = key << s->bits | (x->frames[p->depth + k] + 1);
        x->key = n ? key << s->bits * (s->n_key - n) : 0;
    }
}

/* The last frame of a key is past the end: then equal keys are equal stacks. */
static bool has_ended(const struct sorting *s, uint64_t key)
{
    return !(key & ((UINT64_C(1) << s->bits) - 1));
}

static bool comes_before(const struct sorting *s, const struct stack_item *x, const struct stack_item *y, uint32_t depth)
{
    if (x->key != y->key || has_ended(s, x->key))
        return x->key < y->key;
    uint32_t least = x->n < y->n ? x->n : y->n, i = depth + s->n_key;
    i += stack_common(x->frames + i, y->frames + i, least - i);
    return i < least ? x->frames[i] < y->frames[i] : x->n < y->n;
}

static void sort_few(const struct sorting *s, const struct part *p)
{
    for (size_t i = p->from + 1; i < p->to; i++) {
        struct stack_item moved = s->items[i];
        size_t to = i;
        for (; to > p->from && comes_before(s, &moved, &s->items[to - 1], p->depth); to--)
            s->items[to] = s->items[to - 1];
        s->items[to] = moved;
    }
}

static void swap(struct stack_item *x, struct stack_item *y)
{
    struct stack_item t = *x;
    *x = *y;
    *y = t;
}

/* Sorts parts, the last one first, which lies before all others, until one of at most `grain` is there: that is left alone. False when
 * there was none. */
static bool sort_parts(const struct sorting *s, struct parts *todo, size_t grain, struct part *whole, struct arena *work)
{
    uint64_t dice =
        0x9e3779b97f4a7c15ull; /* the same pivots every time, yet none an input can aim at cheaply */
    while (todo->n) {
        struct part p = todo->p[--todo->n];
        if (p.to - p.from <= grain) {
            *whole = p;
            return true;
        }
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
        if (p.to - gt > 1)
            (void)vec_push(todo, SIZE_MAX, work, (struct part){gt, p.to, p.depth, true});
        if (gt - lt > 1 && !has_ended(s, pivot))
            (void)vec_push(todo, SIZE_MAX, work, (struct part){lt, gt, p.depth + s->n_key, false});
        if (lt - p.from > 1)
            (void)vec_push(todo, SIZE_MAX, work, (struct part){p.from, lt, p.depth, true});
    }
    return false;
}

static void sort_group(void *ctx, struct arena *arena)
{
    const struct group *g = ctx;
    for (size_t i = 0; i < g->parts.n; i++) {
        struct parts todo = {0};
        (void)vec_push(&todo, SIZE_MAX, arena, g->parts.p[i]);
        (void)sort_parts(g->sorting, &todo, 0, NULL, arena);
    }
}

static void give_group(struct stack_order *o, struct parts parts, const struct builder *b)
{
    struct group *g = NEW(b->work, struct group);
    *g = (struct group){.sorting = o->sorting, .parts = parts};
    g->task = task_give(b->tasks, sort_group, g);
    (void)vec_push(&o->groups, SIZE_MAX, b->work, g);
}

/* Neighbouring parts go together, so that there are a few tasks, each worth its while. */
static void cut_groups(struct stack_order *o, size_t grain, const struct builder *b)
{
    struct parts todo = {0}, parts = {0};
    struct part whole;
    size_t items = 0;
    (void)vec_push(&todo, SIZE_MAX, b->work, (struct part){0, o->n, 0, false});
    while (sort_parts(o->sorting, &todo, grain, &whole, b->work)) {
        (void)vec_push(&parts, SIZE_MAX, b->work, whole);
        items += whole.to - whole.from;
        if (items < grain)
            continue;
        give_group(o, parts, b);
        parts = (struct parts){0};
        items = 0;
    }
    if (parts.n)
        give_group(o, parts, b);
}

struct stack_order stack_order_begin(const struct builder *b, uint32_t n_frames)
{
    struct stack_order o = {.items = NEW_N(b->work, struct stack_item, b->stacks.n + 1), .sorting = NEW(b->work, struct sorting)};
    unsigned bits = 1;
    while (bits < 32 && (uint64_t)n_frames >> bits)
        bits++;
    *o.sorting = (struct sorting){o.items, bits, 64 / bits};
    for (uint32_t k = 0; k < b->stacks.n; k++)
        if (b->used.stack.p[k])
            o.items[o.n++] = (struct stack_item){0, b->pool.p + b->stacks.p[k].begin, b->stacks.p[k].n, k};
    size_t grain = b->n_threads > 1 ? o.n / (8 * b->n_threads) : o.n;
    grain = grain < SMALLEST_GRAIN ? SMALLEST_GRAIN : grain;
    cut_groups(&o, grain, b);
    return o;
}

size_t stack_order_next(struct stack_order *o)
{
    if (o->n_done < o->groups.n)
        task_free(o->groups.p[o->n_done++]->task);
    return o->n_done < o->groups.n ? o->groups.p[o->n_done]->parts.p[0].from : o->n;
}
