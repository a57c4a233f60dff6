/* SPDX-License-Identifier: MIT
 *
 * Open addressing, at most half full. A run of more than LONGEST_RUN slots is not searched to its end: lines
 * made to collide cost a parse each, not a walk over all others. */
#include "ingest/frame_memo.h"

#include "base/limits.h"

#define FIRST_LINES 4096u
#define FIRST_POOL 1024u
#define LONGEST_RUN 64u

static void start(struct frame_memo *m)
{
    m->cap = FIRST_LINES;
    m->n_slots = 2 * FIRST_LINES;
    m->cap_pool = FIRST_POOL;
    m->lines = NEW_N(m->arena, struct memo_line, m->cap);
    m->slots = NEW_N(m->arena, uint32_t, m->n_slots);
    m->pool = NEW_N(m->arena, uint32_t, m->cap_pool);
    m->n = 1;
    m->n_pool = 0;
}

struct frame_memo *frame_memo_new(struct arena *arena)
{
    struct frame_memo *m = NEW(arena, struct frame_memo);
    m->arena = arena_like(arena);
    start(m);
    return m;
}

void frame_memo_free(struct frame_memo *m)
{
    arena_free(m->arena);
    m->arena = NULL;
}

uint32_t frame_memo_find(const struct frame_memo *m, const char *text, size_t n_bytes, uint32_t hash)
{
    uint32_t mask = m->n_slots - 1, i = hash & mask;
    for (uint32_t run = 0; run < LONGEST_RUN && m->slots[i]; run++, i = (i + 1) & mask) {
        const struct memo_line *l = &m->lines[m->slots[i]];
        if (l->hash == hash && l->n_bytes == n_bytes && memcmp(l->text, text, n_bytes) == 0)
            return m->slots[i];
    }
    return 0;
}

static void put(struct frame_memo *m, uint32_t line)
{
    uint32_t mask = m->n_slots - 1, i = m->lines[line].hash & mask;
    for (uint32_t run = 0; run < LONGEST_RUN; run++, i = (i + 1) & mask)
        if (!m->slots[i]) {
            m->slots[i] = line;
            return;
        }
}

static void grow(struct frame_memo *m)
{
    m->lines = arena_grow(m->arena, m->lines, m->cap, m->cap * 2, sizeof *m->lines);
    m->cap *= 2;
    arena_drop(m->arena, m->slots, m->n_slots, sizeof *m->slots);
    m->n_slots *= 2;
    m->slots = NEW_N(m->arena, uint32_t, m->n_slots);
    for (uint32_t i = 1; i < m->n; i++)
        put(m, i);
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

uint32_t frame_memo_add(struct frame_memo *m, const char *text, size_t n_bytes, uint32_t hash,
                        const uint32_t *frames, uint32_t n_frames, bool *emptied)
{
    *emptied = arena_bytes(m->arena) > LIMIT_FRAME_MEMO_BYTES;
    if (*emptied) {
        struct arena *again = arena_like(m->arena);
        arena_free(m->arena);
        m->arena = again;
        m->n_emptied++;
        start(m);
    }
    if (m->n == m->cap)
        grow(m);
    struct memo_line l = {.n_bytes = (uint32_t)n_bytes, .hash = hash, .n_frames = n_frames};
    l.text = str_dup((struct str){text, n_bytes}, m->arena).p;
    if (n_frames == 1)
        l.frame = frames[0];
    else
        l.frames = keep_frames(m, frames, n_frames);
    m->lines[m->n] = l;
    put(m, m->n);
    return m->n++;
}
