/* SPDX-License-Identifier: MIT
 *
 * The hash of the writer: open addressing, at most half full. */
#include "pack/successors.h"

struct successors successors_new(uint32_t n_frames, struct arena *arena)
{
    size_t slots = 1024;
    return (struct successors){.pair = NEW_N(arena, uint64_t, slots),
                               .place = NEW_N(arena, uint32_t, slots),
                               .n_under = NEW_N(arena, uint32_t, (size_t)n_frames + 1),
                               .n_slots = slots,
                               .arena = arena};
}

static size_t slot_of(const struct successors *s, uint64_t pair)
{
    size_t mask = s->n_slots - 1, at = (size_t)(pair * 0x9e3779b97f4a7c15ull >> 20) & mask;
    while (s->pair[at] && s->pair[at] != pair)
        at = (at + 1) & mask;
    return at;
}

static uint64_t pair_of(uint32_t parent, uint32_t frame)
{
    return ((uint64_t)parent << 32 | frame) + 1;
}

uint32_t successors_find(const struct successors *s, uint32_t parent, uint32_t frame)
{
    return s->place[slot_of(s, pair_of(parent, frame))];
}

static void grow(struct successors *s)
{
    struct successors old = *s;
    s->n_slots *= 2;
    s->pair = NEW_N(s->arena, uint64_t, s->n_slots);
    s->place = NEW_N(s->arena, uint32_t, s->n_slots);
    for (size_t i = 0; i < old.n_slots; i++)
        if (old.pair[i]) {
            size_t to = slot_of(s, old.pair[i]);
            s->pair[to] = old.pair[i];
            s->place[to] = old.place[i];
        }
    arena_drop(s->arena, old.pair, old.n_slots, sizeof *old.pair);
    arena_drop(s->arena, old.place, old.n_slots, sizeof *old.place);
}

void successors_add(struct successors *s, uint32_t parent, uint32_t frame)
{
    if (++s->n > s->n_slots / 2)
        grow(s);
    size_t at = slot_of(s, pair_of(parent, frame));
    s->pair[at] = pair_of(parent, frame);
    s->place[at] = ++s->n_under[parent];
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
