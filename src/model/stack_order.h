/* SPDX-License-Identifier: MIT
 *
 * The used stacks of a builder in the order of their frames, root first, by number: what stands at the root decides first, and a stack comes
 * before those that go on from it. Sorted in tasks; whoever goes through them waits for the next ones only. */
#ifndef MODEL_STACK_ORDER_H
#define MODEL_STACK_ORDER_H

#include <string.h>

#include "model/builder_state.h"

struct stack_item {
    uint64_t key; /* the sort's own */
    const uint32_t *frames;
    uint32_t n, stack;
};

struct sorting;
struct group;

struct stack_order {
    struct stack_item *items;
    size_t n;
    struct sorting *sorting; /* the rest is its own */
    VEC(struct group *) groups;
    size_t n_done;
};

/* How many items before they are needed their frames are worth fetching. */
#define STACK_ORDER_AHEAD 8u

/* Frames below n_frames; the pool has their final numbers and stays as it is. In b->tasks, on b->work. */
struct stack_order stack_order_begin(const struct builder *b, uint32_t n_frames);
/* Waits for some more; up to which item they are in order now. n: all are. */
size_t stack_order_next(struct stack_order *o);

/* How many frames two stacks have in common, from the root on. */
static inline uint32_t stack_common(const uint32_t *x, const uint32_t *y, uint32_t n)
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

#endif
