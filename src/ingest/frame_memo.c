/* SPDX-License-Identifier: MIT
 *
 * Open addressing, at most half full. A run of more than LONGEST_RUN slots is not searched to its end: lines
 * made to collide cost a parse each, not a walk over all others.
 *
 * The text that is kept has its '\n', and comparing with it finds the end of a line. */
#include "ingest/frame_memo.h"

#define FIRST_SLOTS 8192u
#define FIRST_POOL 1024u
#define FIRST_BYTES (512u << 10)
#define MOST_BYTES (1u << 30)
#define LONGEST_RUN 64u
/* "\t" and "%16lx", and what comes after up to a multiple of eight: lines of one address are mostly one. */
#define HASHED 24u

struct frame_memo *frame_memo_new(struct arena *arena)
{
    struct frame_memo *m = NEW(arena, struct frame_memo);
    m->arena = arena;
    m->n_slots = FIRST_SLOTS;
    m->cap_pool = FIRST_POOL;
    m->cap = FIRST_BYTES;
    m->slots = NEW_N(arena, struct memo_slot, m->n_slots);
    m->pool = NEW_N(arena, uint32_t, m->cap_pool);
    m->lines = NEW_N(arena, char, m->cap);
    m->n_bytes = 8;
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

/* Whether one of its bytes is '\n'. */
static inline uint64_t has_newline(uint64_t w)
{
    w ^= 0x0a0a0a0a0a0a0a0au;
    return (w - 0x0101010101010101u) & ~w & 0x8080808080808080u;
}

static inline uint32_t hash_at(const char *text, const char *stop)
{
    size_t there = (size_t)(stop - text);
    uint64_t w[HASHED / 8];
    if (there >= HASHED) {
        memcpy(w, text, HASHED);
        if (!(has_newline(w[0]) | has_newline(w[1]) | has_newline(w[2])))
            return mix(w[0], w[1], w[2]);
    }
    const char *newline = memchr(text, '\n', there < HASHED ? there : HASHED);
    return hash_of(text, newline ? (size_t)(newline + 1 - text) : there);
}

uint32_t frame_memo_find(const struct frame_memo *m, const char *text, const char *stop)
{
    uint32_t hash = hash_at(text, stop), mask = m->n_slots - 1, i = hash & mask;
    for (uint32_t run = 0; run < LONGEST_RUN && m->slots[i].line; run++, i = (i + 1) & mask)
        if (m->slots[i].hash == hash && memo_is(memo_line(m, m->slots[i].line), text, stop))
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

static void grow_slots(struct frame_memo *m)
{
    struct memo_slot *old = m->slots;
    uint32_t n_old = m->n_slots;
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

/* Room for a line, in units of 8 bytes. */
static uint32_t room_for(struct frame_memo *m, size_t n_text)
{
    uint32_t n = (uint32_t)((sizeof(struct memo_line) + n_text + 7) / 8 * 8), line = m->n_bytes / 8;
    while (m->cap - m->n_bytes < n) {
        m->lines = arena_grow(m->arena, m->lines, m->cap, (size_t)m->cap * 2, 1);
        m->cap *= 2;
    }
    m->n_bytes += n;
    return line;
}

uint32_t frame_memo_add(struct frame_memo *m, const char *text, size_t n_bytes, const uint32_t *frames, uint32_t n_frames)
{
    if (n_bytes + sizeof(struct memo_line) + 7 > MOST_BYTES - m->n_bytes)
        return 0;
    if (m->n == m->n_slots / 2)
        grow_slots(m);
    uint32_t line = room_for(m, n_bytes), frame = n_frames == 1 ? frames[0] : keep_frames(m, frames, n_frames);
    struct memo_line *l = memo_line(m, line);
    *l = (struct memo_line){.n_bytes = (uint32_t)n_bytes, .frame = frame, .n_frames = n_frames};
    memcpy(l->text, text, n_bytes);
    put(m, (struct memo_slot){hash_of(text, n_bytes), line});
    m->n++;
    return line;
}
