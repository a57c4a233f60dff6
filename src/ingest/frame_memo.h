/* SPDX-License-Identifier: MIT
 *
 * Frame lines seen before, and what they stood for: perf prints the same few ten thousand lines over and
 * over, so a line is parsed once and then only compared. Most are expected where they come (stack_memo.h); the others are found by
 * their beginning.
 *
 * Everything lives on the arena given; whoever wants to forget resets that. */
#ifndef INGEST_FRAME_MEMO_H
#define INGEST_FRAME_MEMO_H

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

/* Its text stands behind it, so that who has the one has the other in the processor's cache. */
struct memo_line {
    uint32_t n_bytes;  /* with its '\n' */
    uint32_t frame;    /* when n_frames is 1, else the first in `pool` */
    uint32_t n_frames;
    uint32_t place; /* where it stood in a stack the last time: stack_memo.h's */
    char text[];
};

struct memo_slot {
    uint32_t hash, line;
};

/* A line's number is where it stands in `lines`, in units of 8 bytes; 0 is none. */
struct frame_memo {
    char *lines;
    uint32_t n_bytes, cap; /* of lines */
    struct memo_slot *slots;
    uint32_t n, n_slots;
    uint32_t *pool;
    uint32_t n_pool, cap_pool;
    struct arena *arena;
};

struct frame_memo *frame_memo_new(struct arena *arena);

/* The line that begins at `text`, where whole lines lie before `stop`; 0 when it is new. It is found by its first bytes, which hold
 * perf's address column, so that its end need not be known. */
uint32_t frame_memo_find(const struct frame_memo *m, const char *text, const char *stop);
/* Adds a line that find did not know; pointers to others die. At most 1 GB of them fit; 0 past that. */
uint32_t frame_memo_add(struct frame_memo *m, const char *text, size_t n_bytes, const uint32_t *frames, uint32_t n_frames);

static inline struct memo_line *memo_line(const struct frame_memo *m, uint32_t line)
{
    return (struct memo_line *)(m->lines + (size_t)line * 8);
}

static inline bool memo_is(const struct memo_line *l, const char *text, const char *stop)
{
    return l->n_bytes <= (size_t)(stop - text) && memcmp(l->text, text, l->n_bytes) == 0;
}

#endif
