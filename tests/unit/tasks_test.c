/* SPDX-License-Identifier: MIT
 *
 * Tasks: each is done once, on an arena of its own, whoever does it; what they make stays until it is given back; one that runs out of
 * memory makes whoever waits for it run out. */
#include "support.h"

#include <setjmp.h>
#include <stdatomic.h>

#include "base/crew.h"
#include "base/tasks.h"

enum { N_TASKS = 200, N_NUMBERS = 20000 };

struct sum {
    uint32_t from;
    uint32_t *numbers; /* on the task's arena */
    uint64_t sum;
    atomic_uint times;
};

static void add_up(void *ctx, struct arena *arena)
{
    struct sum *s = ctx;
    struct arena *scratch = arena_like(arena);
    uint32_t *copy = NEW_N(scratch, uint32_t, N_NUMBERS);
    s->numbers = NEW_N(arena, uint32_t, N_NUMBERS);
    for (uint32_t i = 0; i < N_NUMBERS; i++)
        s->numbers[i] = copy[i] = s->from + i;
    for (uint32_t i = 0; i < N_NUMBERS; i++)
        s->sum += copy[i];
    arena_free(scratch);
    atomic_fetch_add(&s->times, 1);
}

static void test_each_once(void **state)
{
    (void)state;
    static const unsigned threads[] = {1, 2, 3, 8};
    for (size_t k = 0; k < 4; k++) {
        struct arena *arena = test_arena();
        struct tasks *t = tasks_begin(threads[k], arena);
        struct sum *sums = NEW_N(arena, struct sum, N_TASKS);
        struct task *task[N_TASKS];
        for (uint32_t i = 0; i < N_TASKS; i++) {
            sums[i].from = i;
            task[i] = task_give(t, add_up, &sums[i]);
        }
        for (uint32_t i = N_TASKS; i-- > 0;) { /* from the end on: these are taken back, some of them */
            task_wait(task[i]);
            task_wait(task[i]);
            assert_int_equal(sums[i].times, 1);
            assert_int_equal(sums[i].sum, (uint64_t)N_NUMBERS * i + (uint64_t)N_NUMBERS * (N_NUMBERS - 1) / 2);
            assert_int_equal(sums[i].numbers[N_NUMBERS - 1], i + N_NUMBERS - 1);
            if (i % 2)
                task_free(task[i]);
        }
        tasks_end(t);
        arena_free(arena);
    }
}

static void take_everything(void *ctx, struct arena *arena)
{
    (void)ctx;
    (void)arena_alloc(arena_like(arena), SIZE_MAX, 2);
}

static void out_of_memory(void *ctx, size_t bytes)
{
    (void)bytes;
    longjmp(*(jmp_buf *)ctx, 1);
}

static void test_no_memory(void **state)
{
    (void)state;
    for (volatile unsigned threads = 1; threads <= 3; threads++) {
        jmp_buf way_out;
        struct arena *volatile arena = NULL;
        volatile bool is_out = false;
        if (setjmp(way_out)) {
            is_out = true;
        } else {
            arena = arena_new((struct arena_hook){out_of_memory, &way_out});
            struct tasks *t = tasks_begin(threads, arena);
            struct sum *sum = NEW(arena, struct sum);
            struct task *bad = task_give(t, take_everything, NULL);
            (void)task_give(t, add_up, sum);
            task_wait(bad);
        }
        assert_true(is_out);
        crew_abandon();
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_once), cmocka_unit_test(test_no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
