/* SPDX-License-Identifier: MIT
 *
 * The hash of the writer: open addressing, at most half full. */
#include "pack/successors.h"

struct successors successors_new(uint32_t n_frames, struct arena *arena)
{
    size_t slots = 1024;
    return (struct successors){.slot = NEW_N(arena, struct successor, slots),
                               .n_under = NEW_N(arena, uint32_t, (size_t)n_frames + 1),
                               .n_slots = slots,
                               .arena = arena};
}

static size_t first_of(const struct successors *s, uint64_t pair)
{
    return (size_t)(pair * 0x9e3779b97f4a7c15ull >> 20) & (s->n_slots - 1);
}

static struct successor *slot_of(const struct successors *s, uint64_t pair)
{
    size_t at = first_of(s, pair);
    while (s->slot[at].pair && s->slot[at].pair != pair)
        at = (at + 1) & (s->n_slots - 1);
    return &s->slot[at];
}

static uint64_t pair_of(uint32_t parent, uint32_t frame)
{
    return ((uint64_t)parent << 32 | frame) + 1;
}

void successors_soon(const struct successors *s, uint32_t parent, uint32_t frame)
{
    __builtin_prefetch(&s->slot[first_of(s, pair_of(parent, frame))]);
}

uint32_t successors_find(const struct successors *s, uint32_t parent, uint32_t frame)
{
    return slot_of(s, pair_of(parent, frame))->place;
}

static void grow(struct successors *s)
{
    struct successors old = *s;
    s->n_slots *= 2;
    s->slot = NEW_N(s->arena, struct successor, s->n_slots);
    for (size_t i = 0; i < old.n_slots; i++)
        if (old.slot[i].pair)
            *slot_of(s, old.slot[i].pair) = old.slot[i];
    arena_drop(s->arena, old.slot, old.n_slots, sizeof *old.slot);
}

void successors_add(struct successors *s, uint32_t parent, uint32_t frame)
{
    if (++s->n > s->n_slots / 2)
        grow(s);
    *slot_of(s, pair_of(parent, frame)) = (struct successor){pair_of(parent, frame), ++s->n_under[parent]};
}

struct successor_lists successor_lists_new(uint32_t n_frames, struct arena *arena)
{
    return (struct successor_lists){NEW_N(arena, struct successor_list, (size_t)n_frames + 1), arena};
}

uint32_t successor_lists_get(const struct successor_lists *s, uint32_t parent, uint64_t place)
{
    const struct successor_list *list = &s->under[parent];
    return place - 1 < list->frames.n ? list->frames.p[place - 1] : ID_NONE;
}

void successor_lists_add(struct successor_lists *s, uint32_t parent, uint32_t frame)
{
    struct successor_list *list = &s->under[parent];
    (void)vec_push(&list->frames, UINT32_MAX, s->arena, frame);
}
