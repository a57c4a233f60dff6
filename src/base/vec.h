/* SPDX-License-Identifier: MIT
 *
 * A typed growable array on an arena: VEC(uint32_t) ids = {0}; if (!vec_push(&ids, LIMIT, arena, 7)) … full.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define VEC(T)                                                                                               \
    struct {                                                                                                 \
        T *p;                                                                                                \
        size_t n, cap;                                                                                       \
    }

/* Room for one more element; false when `limit` elements are there. */
#define vec_room(v, limit, arena)                                                                            \
    ((v)->n < (v)->cap                                                                                       \
         ? true                                                                                              \
         : ((v)->n >= (limit)                                                                                \
                ? false                                                                                      \
                : ((v)->p = arena_grow((arena), (v)->p, (v)->cap, vec_next_cap((v)->cap), sizeof *(v)->p),   \
                   (v)->cap = vec_next_cap((v)->cap), true)))
#define vec_push(v, limit, arena, ...)                                                                       \
    (vec_room((v), (limit), (arena)) ? ((v)->p[(v)->n++] = (__VA_ARGS__), true) : false)

static inline size_t vec_next_cap(size_t cap)
{
    return cap < 8 ? 8 : cap + cap / 2;
}

#endif
