/* SPDX-License-Identifier: MIT
 *
 * Open addressing, linear probing, at most half full. The table is dropped and rebuilt when it grows; ids and
 * strings never move (the array of slices may). */
#include "base/intern.h"

#include <string.h>

#include "base/arena.h"

#define MOST_IDS (1u << 30) /* at half full, the count of slots still fits a u32 */

struct intern intern_new(uint32_t max_ids, size_t max_bytes, struct arena *arena)
{
    if (max_ids > MOST_IDS)
        max_ids = MOST_IDS;
    return (struct intern){.max_ids = max_ids, .max_bytes = max_bytes, .arena = arena};
}

static uint32_t probe(const struct intern *in, struct str s, uint64_t h)
{
    uint32_t mask = in->n_slots - 1, i = (uint32_t)h & mask, tag = (uint32_t)(h >> 32);
    while (in->slot[i].id && !(in->slot[i].tag == tag && str_eq(in->at[in->slot[i].id - 1], s)))
        i = (i + 1) & mask;
    return i;
}

static void rehash(struct intern *in)
{
    uint32_t old = in->n_slots;
    arena_drop(in->arena, in->slot, old, sizeof *in->slot);
    in->n_slots = old ? old * 2 : 64;
    in->slot = NEW_N(in->arena, struct intern_slot, in->n_slots);
    for (uint32_t id = 0; id < in->n; id++) {
        uint64_t h = str_hash(in->at[id]);
        uint32_t i = (uint32_t)h & (in->n_slots - 1);
        while (in->slot[i].id)
            i = (i + 1) & (in->n_slots - 1);
        in->slot[i] = (struct intern_slot){id + 1, (uint32_t)(h >> 32)};
    }
}

uint32_t intern_find(const struct intern *in, struct str s)
{
    if (!in->n_slots)
        return INTERN_NONE;
    uint32_t i = probe(in, s, str_hash(s));
    return in->slot[i].id ? in->slot[i].id - 1 : INTERN_NONE;
}

uint32_t intern_id(struct intern *in, struct str s)
{
    if (in->n >= in->n_slots / 2)
        rehash(in);
    uint64_t h = str_hash(s);
    uint32_t i = probe(in, s, h);
    if (in->slot[i].id)
        return in->slot[i].id - 1;
    if (in->n >= in->max_ids || s.n > in->max_bytes - in->bytes)
        return INTERN_NONE;
    if (in->n == in->cap) {
        uint32_t cap = in->cap ? in->cap * 2 : 64;
        in->at = arena_grow(in->arena, in->at, in->cap, cap, sizeof *in->at);
        in->cap = cap;
    }
    in->at[in->n] = str_dup(s, in->arena);
    in->bytes += s.n;
    in->slot[i] = (struct intern_slot){in->n + 1, (uint32_t)(h >> 32)};
    return in->n++;
}
