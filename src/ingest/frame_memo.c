/* SPDX-License-Identifier: MIT
 *
 * Open addressing, at most half full. A run of more than LONGEST_RUN slots is not searched to its end: lines
 * made to collide cost a parse each, not a walk over all others.
 *
 * The hash is of the first HASHED bytes, which hold perf's address column, so that a line can be found before its end is
 * known: the text that is kept has its '\n', and comparing with it finds the end. */
#include "ingest/frame_memo.h"

#define FIRST_LINES 4096u
#define FIRST_POOL 1024u
#define FIRST_TEXTS (256u << 10)
#define LONGEST_RUN 64u
/* "\t" and "%16lx", and what comes after up to a multiple of eight: lines of one address are mostly one. */
#define HASHED 24u

struct frame_memo *frame_memo_new(struct arena *arena)
{
    struct frame_memo *m = NEW(arena, struct frame_memo);
    m->arena = arena;
    m->cap = FIRST_LINES;
    m->n_slots = 2 * FIRST_LINES;
    m->cap_pool = FIRST_POOL;
    m->cap_texts = FIRST_TEXTS;
    m->lines = NEW_N(arena, struct memo_line, m->cap);
    m->slots = NEW_N(arena, struct memo_slot, m->n_slots);
    m->pool = NEW_N(arena, uint32_t, m->cap_pool);
    m->texts = NEW_N(arena, char, m->cap_texts);
    m->n = 1;
    return m;
}

static uint32_t mix(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t h = (a ^ 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu ^ (b + 0xd6e8feb86659fd93u) * 0xc4ceb9fe1a85ec53u ^ c;
    h = (h ^ h >> 32) * 0x9fb21c651e98df25u;
    return (uint32_t)(h >> 32);
}

static uint32_t hash_of(const char *text, size_t n_bytes)
{
    uint64_t w[HASHED / 8] = {0};
    memcpy(w, text, n_bytes < HASHED ? n_bytes : HASHED);
    return mix(w[0], w[1], w[2]);
}

uint32_t frame_memo_find(const struct frame_memo *m, const char *text, const char *stop)
{
    size_t there = (size_t)(stop - text), n = there < HASHED ? there : HASHED;
    const char *newline = memchr(text, '\n', n);
    uint32_t hash = hash_of(text, newline ? (size_t)(newline + 1 - text) : n);
    uint32_t mask = m->n_slots - 1, i = hash & mask;
    for (uint32_t run = 0; run < LONGEST_RUN && m->slots[i].line; run++, i = (i + 1) & mask)
        if (m->slots[i].hash == hash && memo_is(m, m->slots[i].line, text, stop))
            return m->slots[i].line;
    return 0;
}

static void put(struct frame_memo *m, struct memo_slot s)
{
    uint32_t mask = m->n_slots - 1, i = s.hash & mask;
    for (uint32_t run = 0; run < LONGEST_RUN; run++, i = (i + 1) & mask)
        if (!m->slots[i].line) {
            m->slots[i] = s;
            return;
        }
}

static void grow(struct frame_memo *m)
{
    struct memo_slot *old = m->slots;
    uint32_t n_old = m->n_slots;
    m->lines = arena_grow(m->arena, m->lines, m->cap, m->cap * 2, sizeof *m->lines);
    m->cap *= 2;
    m->n_slots *= 2;
    m->slots = NEW_N(m->arena, struct memo_slot, m->n_slots);
    for (uint32_t i = 0; i < n_old; i++)
        if (old[i].line)
            put(m, old[i]);
    arena_drop(m->arena, old, n_old, sizeof *old);
}

static uint32_t keep_frames(struct frame_memo *m, const uint32_t *frames, uint32_t n)
{
    while (m->cap_pool - m->n_pool < n) {
        m->pool = arena_grow(m->arena, m->pool, m->cap_pool, m->cap_pool * 2, sizeof *m->pool);
        m->cap_pool *= 2;
    }
    memcpy(m->pool + m->n_pool, frames, n * sizeof *frames);
    m->n_pool += n;
    return m->n_pool - n;
}

static uint32_t keep_text(struct frame_memo *m, const char *text, uint32_t n)
{
    while (m->cap_texts - m->n_texts < n) {
        m->texts = arena_grow(m->arena, m->texts, m->cap_texts, m->cap_texts * 2, 1);
        m->cap_texts *= 2;
    }
    memcpy(m->texts + m->n_texts, text, n);
    m->n_texts += n;
    return m->n_texts - n;
}

uint32_t frame_memo_add(struct frame_memo *m, const char *text, size_t n_bytes, const uint32_t *frames, uint32_t n_frames)
{
    if (n_bytes > (1u << 30) - m->n_texts)
        return 0;
    if (m->n == m->cap)
        grow(m);
    m->lines[m->n] = (struct memo_line){.text = keep_text(m, text, (uint32_t)n_bytes),
                                        .n_bytes = (uint32_t)n_bytes,
                                        .frame = n_frames == 1 ? frames[0] : keep_frames(m, frames, n_frames),
                                        .n_frames = n_frames};
    put(m, (struct memo_slot){hash_of(text, n_bytes), m->n});
    return m->n++;
}
