/* SPDX-License-Identifier: MIT
 *
 * A move-to-front list of at most PACK_LIST values, newest first: the rank of a value in it is small when
 * values recur soon. Room is taken as the list grows, since there is one per thread and most stay short. */
#ifndef PACK_RECENT_H
#define PACK_RECENT_H

#include <string.h>

#include "base/arena.h"
#include "pack/format.h"

struct recent {
    uint32_t *value;
    uint32_t n, cap;
};

/* The rank of v, or PACK_LIST when it is not there. */
static inline uint32_t recent_rank(const struct recent *r, uint32_t v)
{
    for (uint32_t i = 0; i < r->n; i++)
        if (r->value[i] == v)
            return i;
    return PACK_LIST;
}

/* The newest, or 0 of an empty list. */
static inline uint32_t recent_front(const struct recent *r)
{
    return r->n ? r->value[0] : 0;
}

static inline void recent_grow(struct recent *r, struct arena *arena)
{
    uint32_t cap = r->cap ? r->cap * 2 : 4;
    if (cap > PACK_LIST)
        cap = PACK_LIST;
    r->value = arena_grow(arena, r->value, r->cap, cap, sizeof *r->value);
    r->cap = cap;
}

/* Puts v in front: taken from its rank, or new (rank PACK_LIST), when a full list loses its oldest. */
static inline void recent_move(struct recent *r, uint32_t rank, uint32_t v, struct arena *arena)
{
    if (rank == PACK_LIST && r->n < PACK_LIST) {
        if (r->n == r->cap)
            recent_grow(r, arena);
        rank = r->n++;
    } else if (rank == PACK_LIST) {
        rank = PACK_LIST - 1;
    }
    memmove(r->value + 1, r->value, rank * sizeof *r->value);
    r->value[0] = v;
}

#endif
