/* SPDX-License-Identifier: MIT
 *
 * Stacks seen before, as the numbers of their lines: programs are in the same places over and over, and stacks that differ at the
 * leaf have the same callers. So once a line was found (frame_memo.h), the lines that followed it the last time, up to the end
 * of that stack, are compared with the text one by one: nobody looks for the end of a line or for what it is. Three or
 * four such runs make a stack of 30 lines. One that was kept, from its first line to its last, is told by its number.
 *
 * All of it is a guess that the text confirms or does not: what is old is overwritten without a trace. */
#ifndef INGEST_STACK_MEMO_H
#define INGEST_STACK_MEMO_H

#include "ingest/frame_memo.h"

/* Numbers of stacks are below this; one is given anew when its stack was overwritten. */
#define STACK_MEMO_NUMBERS (1u << 15)
#define STACK_MEMO_NONE UINT32_MAX

struct stack_memo {
    uint32_t *ring; /* stacks, one behind the other; the newest overwrites the oldest */
    uint32_t head;

    /* The stack at hand, from the leaf on. */
    uint32_t *lines; /* numbers in the frame_memo */
    uint32_t n;
    const char *end;          /* of its text */
    uint32_t n_before, place; /* lines before the last run, and where that is in the ring; 0: nowhere */
    bool is_to_end;           /* the run went to the end of the stack that it is of */
};

struct stack_memo *stack_memo_new(struct arena *arena);

/* A new stack is at hand, without lines. */
static inline void stack_memo_begin(struct stack_memo *m)
{
    m->n = 0;
}
/* Whether a line that begins at `text` can be added: they stand behind each other, and a stack has only so many. */
bool stack_memo_takes(const struct stack_memo *m, const char *text);
/* Adds a line that begins at `text`, and those that follow it there as before. Gives where the text goes on. */
const char *stack_memo_add(struct stack_memo *m, const struct frame_memo *lines, uint32_t line, const char *text, const char *stop);
/* The number of the stack at hand if it is kept, else STACK_MEMO_NONE. */
uint32_t stack_memo_number(const struct stack_memo *m);
/* Keeps the stack at hand and gives its number. */
uint32_t stack_memo_keep(struct stack_memo *m, const struct frame_memo *lines);

#endif
