/* SPDX-License-Identifier: MIT
 *
 * Frame lines seen before, and what they stood for: perf prints the same few ten thousand lines over and
 * over, so a line is parsed once and then only compared. Each line also remembers the line that followed it
 * last time: stacks share their callers, and comparing there first saves looking for the end of the line and
 * hashing it in three of four cases.
 *
 * Memory is bounded, whatever the text: a full memo is emptied and starts again. */
#ifndef INGEST_FRAME_MEMO_H
#define INGEST_FRAME_MEMO_H

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

struct memo_line {
    const char *text; /* with its '\n' */
    uint32_t n_bytes; /* of text */
    uint32_t next;    /* the line that followed last time; 0: none */
    uint32_t hash;
    uint32_t n_frames;
    uint32_t frame;  /* when n_frames is 1 */
    uint32_t frames; /* else the first in `pool` */
};

struct frame_memo {
    struct memo_line *lines; /* [0] stands for "before the first frame of a stack" and has no text */
    uint32_t n, cap;
    uint32_t *slots, n_slots;
    uint32_t *pool;
    uint32_t n_pool, cap_pool;
    uint64_t n_emptied;
    struct arena *arena; /* ours */
};

struct frame_memo *frame_memo_new(struct arena *arena);
void frame_memo_free(struct frame_memo *m);

/* The line [text, text + n_bytes), '\n' included, or 0 when it is new. */
uint32_t frame_memo_find(const struct frame_memo *m, const char *text, size_t n_bytes, uint32_t hash);
/* Adds a line that find did not know; may empty the memo first, so that older numbers are dead (*emptied). */
uint32_t frame_memo_add(struct frame_memo *m, const char *text, size_t n_bytes, uint32_t hash,
                        const uint32_t *frames, uint32_t n_frames, bool *emptied);

/* The line that begins at `text` if it is the one that followed `last` before, else 0. */
static inline uint32_t frame_memo_guess(const struct frame_memo *m, uint32_t last, const char *text,
                                        const char *stop)
{
    uint32_t guess = m->lines[last].next;
    const struct memo_line *l = &m->lines[guess];
    return guess && l->n_bytes <= (size_t)(stop - text) && memcmp(l->text, text, l->n_bytes) == 0 ? guess : 0;
}

#endif
