/* SPDX-License-Identifier: MIT
 *
 * Grows by half its size, at least 256 bytes, never past the ceiling. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct buf buf_new(size_t ceiling, struct arena *arena)
{
    return (struct buf){.ceiling = ceiling, .arena = arena};
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->over || n > b->ceiling - b->n) {
        b->over = true;
        return NULL;
    }
    if (n > b->cap - b->n) {
        size_t want = b->n + n, half = b->cap + b->cap / 2;
        size_t cap = want > half ? want : half;
        if (cap < 256)
            cap = 256;
        if (cap > b->ceiling) /* so that room that is there is never past it: buf_char asks no further */
            cap = b->ceiling;
        b->p = arena_grow(b->arena, b->p, b->cap, cap, 1);
        b->cap = cap;
    }
    char *at = b->p + b->n;
    b->n += n;
    return at;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
    char *at = n ? buf_room(b, n) : NULL;
    if (at)
        memcpy(at, bytes, n);
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}

void buf_char(struct buf *b, char c)
{
    if (b->n < b->cap && !b->over)
        b->p[b->n++] = c;
    else
        buf_add(b, &c, 1);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
    } else if (n >= 0) {
        char *at = buf_room(b, (size_t)n);
        if (at && b->n < b->cap) {
            vsnprintf(at, (size_t)n + 1, fmt, again); /* the NUL lands in spare room */
        } else if (at) {
            struct arena_mark m = arena_mark(b->arena);
            char *whole = NEW_N(b->arena, char, (size_t)n + 1);
            vsnprintf(whole, (size_t)n + 1, fmt, again);
            memcpy(at, whole, (size_t)n);
            arena_reset(b->arena, m);
        }
    }
    va_end(again);
}

void buf_reserve(struct buf *b, size_t n)
{
    if (n <= b->cap || n > b->ceiling)
        return;
    b->p = arena_grow(b->arena, b->p, b->cap, n, 1);
    b->cap = n;
}

void buf_drop(struct buf *b)
{
    arena_drop(b->arena, b->p, b->cap, 1);
    *b = buf_new(b->ceiling, b->arena);
}

struct str buf_view(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}
