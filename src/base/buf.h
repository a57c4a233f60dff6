/* SPDX-License-Identifier: MIT
 *
 * Growable bytes with a ceiling. Past the ceiling nothing more is added and `over` stays set: the writer runs
 * to its end and the caller checks once. Bytes live on the arena given at the start. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
    char *p;
    size_t n, cap, ceiling;
    bool over;
    struct arena *arena;
};

struct buf buf_new(size_t ceiling, struct arena *arena);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* n bytes to be filled by the caller, or NULL past the ceiling. */
char *buf_room(struct buf *b, size_t n);
/* Room for n bytes and not more, so that a large one need not grow; none past the ceiling. */
void buf_reserve(struct buf *b, size_t n);
/* Gives its bytes back; it is empty and can be filled again. */
void buf_drop(struct buf *b);
struct str buf_view(const struct buf *b);

#define buf_lit(b, literal) buf_add((b), literal, sizeof(literal) - 1)

#endif
