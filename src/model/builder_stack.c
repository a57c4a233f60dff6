/* SPDX-License-Identifier: MIT
 *
 * The stacks of a builder, each kept once: frames of all in one pool, found by hash in open slots. A stack that was seen
 * before costs one look and one compare; whoever knows the next ones can have their memory fetched meanwhile. */
#include <string.h>

#include "base/limits.h"
#include "model/builder_state.h"
#include "model/idle.h"

/* Two chains side by side, two frames a step: what one multiplication waits for, the other does not. */
uint32_t builder_stack_hash(const uint32_t *root_first, uint32_t n)
{
    uint64_t a = (n + 1) * 0x9e3779b97f4a7c15ull, c = 0xd6e8feb86659fd93ull, x, y;
    uint32_t i = 0;
    for (; i + 4 <= n; i += 4) {
        memcpy(&x, root_first + i, 8);
        memcpy(&y, root_first + i + 2, 8);
        a = (a ^ x) * 0xff51afd7ed558ccdull;
        c = (c ^ y) * 0xc4ceb9fe1a85ec53ull;
        a ^= a >> 32;
        c ^= c >> 32;
    }
    for (; i < n; i++) {
        a = (a ^ root_first[i]) * 0xff51afd7ed558ccdull;
        a ^= a >> 32;
    }
    a = (a ^ (c << 1 | c >> 63)) * 0x9fb21c651e98df25ull;
    return (uint32_t)(a >> 32);
}

static bool same_stack(const struct builder *b, uint32_t stack, const uint32_t *root_first, uint32_t n)
{
    const struct stack_entry *s = &b->stacks.p[stack];
    return s->n == n && memcmp(b->pool.p + s->begin, root_first, n * sizeof *root_first) == 0;
}

static void grow_slots(struct builder *b)
{
    uint32_t n = b->n_slots ? b->n_slots * 2 : 4096;
    arena_drop(b->work, b->slots, b->n_slots, sizeof *b->slots);
    b->slots = NEW_N(b->work, uint32_t, n);
    b->n_slots = n;
    for (uint32_t id = 0; id < b->stacks.n; id++) {
        uint32_t i = b->stacks.p[id].hash & (n - 1);
        while (b->slots[i])
            i = (i + 1) & (n - 1);
        b->slots[i] = id + 1;
    }
}

/* From the leaf on, the first telling frame decides. A stackless sample of the idle task is idle: nothing says it
 * worked. */
static bool is_idle(const struct builder *b, uint32_t thread, const uint32_t *root_first, uint32_t n)
{
    if (!b->thread_info.p[thread].idle_task)
        return false;
    for (uint32_t i = n; i-- > 1;) {
        uint8_t class = b->frame_class.p[root_first[i]];
        if (class != IDLE_CLASS_NONE)
            return class == IDLE_CLASS_LOOP;
    }
    return n == 1;
}

uint32_t builder_depth(struct builder *b, uint32_t n)
{
    b->now.tally.n_cut_stacks += n > LIMIT_STACK_DEPTH;
    return n > LIMIT_STACK_DEPTH ? LIMIT_STACK_DEPTH : n; /* keeps the leaf: that is what ran */
}

void builder_stack_soon(const struct builder *b, uint32_t hash, unsigned step)
{
    if (!b->n_slots)
        return;
    const uint32_t *slot = &b->slots[hash & (b->n_slots - 1)];
    if (step == 0)
        __builtin_prefetch(slot);
    else if (*slot && step == 1)
        __builtin_prefetch(&b->stacks.p[*slot - 1]);
    else if (*slot && b->stacks.p[*slot - 1].hash == hash)
        __builtin_prefetch(b->pool.p + b->stacks.p[*slot - 1].begin);
}

static void keep_stack(struct builder *b, const uint32_t *root_first, uint32_t n, uint32_t hash)
{
    struct stack_entry s = {.begin = b->pool.n, .n = n, .hash = hash};
    while (b->pool.cap - b->pool.n < n) {
        size_t cap = vec_next_cap(b->pool.cap < 4096 ? 4096 : b->pool.cap);
        cap = cap < b->pool.n + n ? b->pool.n + n : cap;
        b->pool.p = arena_grow(b->work, b->pool.p, b->pool.cap, cap, sizeof *b->pool.p);
        b->pool.cap = cap;
    }
    memcpy(b->pool.p + s.begin, root_first, n * sizeof *root_first);
    b->pool.n += n;
    (void)vec_push(&b->stacks, SIZE_MAX, b->work, s);
}

uint32_t builder_stack_rooted(struct builder *b, uint32_t thread, const uint32_t *root_first, uint32_t n, uint32_t hash)
{
    if (b->stacks.n >= b->n_slots / 2)
        grow_slots(b);
    uint32_t i = hash & (b->n_slots - 1);
    for (; b->slots[i]; i = (i + 1) & (b->n_slots - 1)) {
        uint32_t id = b->slots[i] - 1;
        if (b->stacks.p[id].hash == hash && same_stack(b, id, root_first, n))
            return id;
    }
    if (b->stacks.n >= LIMIT_NODES / 4) {
        builder_full(b, "distinct stacks", LIMIT_NODES / 4);
        return 0;
    }
    keep_stack(b, root_first, n, hash);
    (void)vec_push(&b->stack_idle, SIZE_MAX, b->work, is_idle(b, thread, root_first, n));
    b->slots[i] = (uint32_t)b->stacks.n;
    return (uint32_t)b->stacks.n - 1;
}

uint32_t builder_stack_frames(const struct builder *b, uint32_t stack, uint32_t *root_first)
{
    const struct stack_entry *s = &b->stacks.p[stack];
    memcpy(root_first, b->pool.p + s->begin, s->n * sizeof *root_first);
    return s->n;
}

uint32_t builder_stack(struct builder *b, uint32_t thread, const uint32_t *leaf_first, uint32_t n)
{
    n = builder_depth(b, n);
    if (!b->turned)
        b->turned = NEW_N(b->work, uint32_t, LIMIT_STACK_DEPTH + 1);
    b->turned[0] = builder_root(b, thread);
    for (uint32_t k = 0; k < n; k++)
        b->turned[n - k] = leaf_first[k];
    return builder_stack_rooted(b, thread, b->turned, n + 1, builder_stack_hash(b->turned, n + 1));
}
