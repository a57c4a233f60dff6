/* SPDX-License-Identifier: MIT
 *
 * Stacks of a few lines that call each other at random, through a memory that is overwritten again and again: what comes out is
 * what went in, line by line, and a number stands for the stack that was kept under it last. */
#include "support.h"

#include "ingest/stack_memo.h"

enum { LINES = 300, CALLERS = 280, DEPTH = 400, STACKS = 20000 };

static struct str line_text(uint32_t i, struct arena *arena)
{
    return str_fmt(arena, "\t    7f%06x%.*s%s\n", i * 16, (int)(i * 7 % 150), "                                                                                  a long name                                                                   ",
                   i % 3 ? " (/usr/lib/x.so)" : "");
}

/* A caller is one of two of its callee, mostly the first; the leaf is no caller of any, but for one stack of twenty. */
static uint32_t write_stack(uint64_t *random, uint32_t *stack)
{
    uint32_t n = test_dice(random, 20) ? 9 + test_dice(random, 3) * 9 : 1 + test_dice(random, DEPTH), at = test_dice(random, 20) ? CALLERS + test_dice(random, 20) : test_dice(random, CALLERS);
    for (uint32_t i = 0; i < n; i++) {
        stack[i] = at;
        at = (at * 7 + 3 + (test_dice(random, 15) == 0)) % CALLERS;
    }
    return n;
}

static void test_stacks(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct frame_memo *lines = frame_memo_new(arena);
    struct stack_memo *m = stack_memo_new(arena);
    struct str texts[LINES];
    uint32_t numbers[LINES], stack[DEPTH], n_known = 0, n_runs = 0;
    struct { uint32_t n, lines[DEPTH]; } *kept = arena_alloc(arena, STACK_MEMO_NUMBERS, sizeof *kept);
    uint64_t random = 11;
    for (uint32_t i = 0; i < LINES; i++) {
        texts[i] = line_text(i, arena);
        numbers[i] = frame_memo_add(lines, texts[i].p, texts[i].n, &i, 1);
        assert_int_equal(frame_memo_find(lines, texts[i].p, texts[i].p + texts[i].n), numbers[i]);
    }
    for (uint32_t s = 0; s < STACKS; s++) {
        struct arena *own = test_arena();
        struct buf b = buf_new(SIZE_MAX, own);
        uint32_t n = write_stack(&random, stack);
        for (uint32_t i = 0; i < n; i++)
            buf_add(&b, texts[stack[i]].p, texts[stack[i]].n);
        if (test_dice(&random, 2))
            buf_lit(&b, "\nnext  12 [001] 5.5: cycles: \n\t    7f000010 (/x)\n");
        struct str text = buf_view(&b);
        const char *at = text.p, *stop = text.p + text.n;
        stack_memo_begin(m);
        for (uint32_t known; at < stop && (known = frame_memo_find(lines, at, stop)); n_runs++) {
            assert_true(stack_memo_takes(m, at));
            at = stack_memo_add(m, lines, known, at, stop);
        }
        assert_int_equal(m->n, n);
        for (uint32_t i = 0; i < n; i++)
            assert_int_equal(m->lines[i], numbers[stack[i]]);
        uint32_t number = stack_memo_number(m);
        if (number == STACK_MEMO_NONE) {
            number = stack_memo_keep(m, lines);
            assert_true(number < STACK_MEMO_NUMBERS);
            kept[number].n = n;
            memcpy(kept[number].lines, stack, n * sizeof *stack);
        } else {
            n_known++;
            assert_int_equal(kept[number].n, n);
            assert_memory_equal(kept[number].lines, stack, n * sizeof *stack);
        }
        arena_free(own);
    }
    assert_true(n_known > STACKS / 50);
    assert_true(n_runs < STACKS * 8);
    arena_free(arena);
}

/* Lines that do not stand behind each other are no stack, nor are more than there may be. */
static void test_takes(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct frame_memo *lines = frame_memo_new(arena);
    struct stack_memo *m = stack_memo_new(arena);
    struct str text = STR("\t    7f0010 a (/b)\n\t    7f0010 a (/b)\n");
    uint32_t frame = 0, n = (uint32_t)text.n / 2, line = frame_memo_add(lines, text.p, n, &frame, 1);
    stack_memo_begin(m);
    assert_true(stack_memo_takes(m, text.p));
    (void)stack_memo_add(m, lines, line, text.p, text.p + text.n);
    assert_false(stack_memo_takes(m, text.p));
    assert_false(stack_memo_takes(m, text.p + n + 1));
    assert_true(stack_memo_takes(m, text.p + n));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stacks), cmocka_unit_test(test_takes)};
    return cmocka_run_group_tests_name("stack_memo", tests, NULL, NULL);
}
