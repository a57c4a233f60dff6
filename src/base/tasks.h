/* SPDX-License-Identifier: MIT
 *
 * Pieces of work that go on beside whoever gives them, on the threads of a crew. A task works on an arena of its own and reads what
 * nobody writes meanwhile; it says nothing to a diag and opens no file. What comes of it lies on that arena, which lives as long as the
 * family of the arena that the tasks began on (arena_apart), or until task_free. Same results for any number of threads: only who does
 * the work differs. */
#ifndef BASE_TASKS_H
#define BASE_TASKS_H

struct arena;
struct tasks;
struct task;

/* What is made on `arena` must not grow any more once this has returned. */
typedef void (*task_work)(void *ctx, struct arena *arena);

/* n_threads: all that may work, the caller's among them. One, or no more to be had: a task is done when it is waited for. Lives on
 * the arena; ended by crew_abandon, too. */
struct tasks *tasks_begin(unsigned n_threads, struct arena *arena);
struct task *task_give(struct tasks *t, task_work work, void *ctx);
/* Begun before those that nobody has begun: for what its giver will soon wait for. */
struct task *task_give_urgent(struct tasks *t, task_work work, void *ctx);
/* Returns when it is done: does it here and now if nobody has begun it. Where it ran out of memory, so does this. By the thread that
 * gave it; again is harmless. */
void task_wait(struct task *task);
/* Waits, and gives back what it made. */
void task_free(struct task *task);
/* Ends the threads. A task that nobody waited for may not have been done. */
void tasks_end(struct tasks *t);

#endif
