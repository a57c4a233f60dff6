/* SPDX-License-Identifier: MIT
 *
 * A task is a job of a crew. One that is waited for and not begun is taken back, so that whoever waits works. */
#include "base/tasks.h"

#include <setjmp.h>

#include "base/arena.h"
#include "base/crew.h"

struct task {
    struct crew_job job; /* first: the two share an address */
    struct tasks *tasks;
    task_work work;
    void *ctx;
    struct arena *arena;
    bool is_waited_for, no_memory;
};

struct tasks {
    struct crew *crew; /* NULL: none */
    struct arena *arena;
};

static void jump(void *ctx, size_t bytes)
{
    (void)bytes;
    longjmp(*(jmp_buf *)ctx, 1);
}

static void run(struct task *task)
{
    jmp_buf way_out;
    arena_set_hook(task->arena, (struct arena_hook){jump, &way_out});
    if (setjmp(way_out))
        task->no_memory = true;
    else
        task->work(task->ctx, task->arena);
}

static void run_job(void *ctx, struct crew_job *job, unsigned worker)
{
    (void)ctx;
    (void)worker;
    run((struct task *)job);
}

struct tasks *tasks_begin(unsigned n_threads, struct arena *arena)
{
    struct tasks *t = NEW(arena, struct tasks);
    t->arena = arena;
    if (n_threads > 1)
        t->crew = crew_begin(n_threads - 1, run_job, NULL, arena);
    return t;
}

static struct task *give(struct tasks *t, task_work work, void *ctx, bool is_urgent)
{
    struct task *task = NEW(t->arena, struct task);
    *task = (struct task){.tasks = t, .work = work, .ctx = ctx, .arena = arena_apart(t->arena)};
    if (t->crew)
        crew_give(t->crew, &task->job, is_urgent);
    return task;
}

struct task *task_give(struct tasks *t, task_work work, void *ctx)
{
    return give(t, work, ctx, false);
}

struct task *task_give_urgent(struct tasks *t, task_work work, void *ctx)
{
    return give(t, work, ctx, true);
}

void task_wait(struct task *task)
{
    struct tasks *t = task->tasks;
    if (task->is_waited_for)
        return;
    task->is_waited_for = true;
    if (!t->crew || crew_take_back(t->crew, &task->job))
        run(task);
    else
        crew_wait(t->crew, &task->job);
    if (task->no_memory)
        (void)arena_alloc(t->arena, SIZE_MAX, 2); /* runs out of memory, here where somebody can say so */
}

void task_free(struct task *task)
{
    task_wait(task);
    arena_free(task->arena);
    task->arena = NULL;
}

void tasks_end(struct tasks *t)
{
    if (t->crew)
        crew_end(t->crew);
    t->crew = NULL;
}
