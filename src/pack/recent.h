/* SPDX-License-Identifier: MIT
 *
 * A move-to-front list of at most PACK_LIST values, newest first: the rank of a value in it is small when
 * values recur soon. Room is taken as the list grows, since there is one per thread and most stay short. */
#ifndef PACK_RECENT_H
#define PACK_RECENT_H

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "pack/format.h"

struct recent {
    uint32_t *value;
    uint32_t n, cap;
};

/* Whether v is among sixteen: most values of a busy thread are not in its list, which is long. */
static inline bool recent_has_16(const uint32_t *value, uint32_t v)
{
    typedef uint32_t four __attribute__((vector_size(16)));
    four x[4], wanted = {v, v, v, v};
    uint64_t any[2];
    memcpy(x, value, sizeof x);
    __typeof__(x[0] == wanted) same = (x[0] == wanted) | (x[1] == wanted) | (x[2] == wanted) | (x[3] == wanted);
    memcpy(any, &same, sizeof any);
    return any[0] | any[1];
}

/* The rank of v, or PACK_LIST when it is not there. */
static inline uint32_t recent_rank(const struct recent *r, uint32_t v)
{
    uint32_t i = 0;
    while (i + 16 <= r->n && !recent_has_16(r->value + i, v))
        i += 16;
    for (; i < r->n; i++)
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
