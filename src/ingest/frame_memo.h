/* SPDX-License-Identifier: MIT
 *
 * Frame lines seen before, and what they stood for: perf prints the same few ten thousand lines over and
 * over, so a line is parsed once and then only compared. Each line also remembers the two lines that followed it
 * last: stacks share their callers, and comparing there first saves looking for the end of the line and
 * hashing it in nine of ten cases. Else the line is found by its beginning, which holds the address.
 *
 * Everything lives on the arena given; whoever wants to forget resets that. */
#ifndef INGEST_FRAME_MEMO_H
#define INGEST_FRAME_MEMO_H

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

/* What a guess looks at, and no more: these are compared with for every line of a text. */
struct memo_line {
    uint32_t text;     /* where it begins in `texts`, with its '\n' */
    uint32_t n_bytes;
    uint32_t next[2];  /* the lines that followed, the last one first; 0: none */
    uint32_t frame;    /* when n_frames is 1, else the first in `pool` */
    uint32_t n_frames;
};

struct memo_slot {
    uint32_t hash, line;
};

struct frame_memo {
    struct memo_line *lines; /* [0] stands for "before the first frame of a stack" and has no text */
    uint32_t n, cap;
    struct memo_slot *slots;
    uint32_t n_slots;
    char *texts;
    uint32_t n_texts, cap_texts;
    uint32_t *pool;
    uint32_t n_pool, cap_pool;
    struct arena *arena;
};

struct frame_memo *frame_memo_new(struct arena *arena);

/* The line that begins at `text`, where whole lines lie before `stop`; 0 when it is new. */
uint32_t frame_memo_find(const struct frame_memo *m, const char *text, const char *stop);
/* Adds a line that find did not know. At most 1 GB of them fit; 0 past that. */
uint32_t frame_memo_add(struct frame_memo *m, const char *text, size_t n_bytes, const uint32_t *frames, uint32_t n_frames);

/* What the processor compares at once (two words of 64 bits everywhere else). */
typedef uint64_t memo_word __attribute__((vector_size(16)));

static inline memo_word memo_differ(const char *a, const char *b)
{
    memo_word x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

/* Of n bytes each, with few branches: that lines are what was guessed is the rule, their length is not. The last words overlap
 * those before. */
static inline bool memo_same(const char *a, const char *b, size_t n)
{
    if (n < 32)
        return memcmp(a, b, n) == 0;
    memo_word differ = memo_differ(a + n - 32, b + n - 32) | memo_differ(a + n - 16, b + n - 16);
    for (size_t i = 0; i + 32 < n; i += 32)
        differ |= memo_differ(a + i, b + i) | memo_differ(a + i + 16, b + i + 16);
    return !(differ[0] | differ[1]);
}

static inline bool memo_is(const struct frame_memo *m, uint32_t line, const char *text, const char *stop)
{
    const struct memo_line *l = &m->lines[line];
    return l->n_bytes <= (size_t)(stop - text) && memo_same(m->texts + l->text, text, l->n_bytes);
}

/* The line that begins at `text` if it is one of those that followed `last` before, else 0. */
static inline uint32_t frame_memo_guess(const struct frame_memo *m, uint32_t last, const char *text,
                                        const char *stop)
{
    const struct memo_line *l = &m->lines[last];
    if (l->next[0] && memo_is(m, l->next[0], text, stop))
        return l->next[0];
    return l->next[1] && memo_is(m, l->next[1], text, stop) ? l->next[1] : 0;
}

/* `line` came after `last`. */
static inline void frame_memo_follow(struct frame_memo *m, uint32_t last, uint32_t line)
{
    struct memo_line *l = &m->lines[last];
    if (l->next[0] != line) {
        l->next[1] = l->next[0];
        l->next[0] = line;
    }
}

#endif
