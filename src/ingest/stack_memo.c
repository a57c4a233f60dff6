/* SPDX-License-Identifier: MIT
 *
 * A stack in the ring is BEGIN, its lines, and 0. It begins at a multiple of STEP, which is its number. When it is overwritten its
 * BEGIN goes first; what may be left of its end can still be followed, but has no number. */
#include "ingest/stack_memo.h"

#include "base/limits.h"

#define STEP 8u
#define RING (STEP * STACK_MEMO_NUMBERS)
/* No number of a line. */
#define BEGIN UINT32_MAX

struct stack_memo *stack_memo_new(struct arena *arena)
{
    struct stack_memo *m = NEW(arena, struct stack_memo);
    m->ring = NEW_N(arena, uint32_t, RING);
    m->lines = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    return m;
}

/* ---- the stack at hand */

bool stack_memo_takes(const struct stack_memo *m, const char *text)
{
    return m->n < LIMIT_STACK_DEPTH && (!m->n || text == m->end);
}

/* Takes lines from the ring as long as they are those of the text; where that goes on. */
static const char *follow(struct stack_memo *m, const struct frame_memo *lines, const uint32_t *next, const char *text, const char *stop)
{
    uint32_t *to = m->lines + m->n, *most = m->lines + LIMIT_STACK_DEPTH;
    for (; *next && *next != BEGIN && to < most; next++) {
        const struct memo_line *l = memo_line(lines, *next);
        if (!memo_is(l, text, stop))
            break;
        *to++ = *next;
        text += l->n_bytes;
    }
    m->n = (uint32_t)(to - m->lines);
    m->is_to_end = !*next;
    return text;
}

const char *stack_memo_add(struct stack_memo *m, const struct frame_memo *lines, uint32_t line, const char *text, const char *stop)
{
    const struct memo_line *l = memo_line(lines, line);
    const uint32_t *place = m->ring + l->place;
    m->n_before = m->n;
    m->lines[m->n++] = line;
    m->end = text + l->n_bytes;
    m->is_to_end = false;
    m->place = *place == line ? l->place : 0; /* it may have been overwritten */
    if (m->place)
        m->end = follow(m, lines, place + 1, m->end, stop);
    return m->end;
}

uint32_t stack_memo_number(const struct stack_memo *m)
{
    bool is_kept = m->n && m->n_before == 0 && m->is_to_end && m->ring[m->place - 1] == BEGIN;
    return is_kept ? m->place / STEP : STACK_MEMO_NONE;
}

/* ---- keeping */

uint32_t stack_memo_keep(struct stack_memo *m, const struct frame_memo *lines)
{
    if (RING - m->head < m->n + 2)
        m->head = 0;
    uint32_t *stack = m->ring + m->head, number = m->head / STEP;
    stack[0] = BEGIN;
    memcpy(stack + 1, m->lines, m->n * sizeof *stack);
    stack[m->n + 1] = 0;
    for (uint32_t i = 0; i <= m->n_before; i++) /* what follows in the last run has places that are as good */
        memo_line(lines, m->lines[i])->place = m->head + 1 + i;
    m->head = (m->head + m->n + 2 + STEP - 1) / STEP * STEP;
    return number;
}
