/* SPDX-License-Identifier: MIT
 *
 * Memory by lifetime. An arena hands out memory and gives all of it back at once; nothing is freed by itself.
 * A function that returns memory takes the arena it comes from as its last parameter: that is the whole
 * ownership rule. This is the only file that calls malloc.
 *
 * In:  sizes. Out: zeroed, 16-byte aligned memory. Never returns NULL: when the system has no more, the
 * arena's hook runs, and must not return. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/* What to do when memory runs out. `fn` must not return (it exits or jumps). */
struct arena_hook {
    void (*fn)(void *ctx, size_t bytes);
    void *ctx;
};

/* A place to reset to. Valid until an older mark is reset to. */
struct arena_mark {
    void *chunk;
    size_t used;
    uint64_t big;
};

/* `hook.fn` may be NULL: then running out prints one line to stderr and aborts. */
struct arena *arena_new(struct arena_hook hook);
/* From now on. For whoever lives on the arena that its hook points to. */
void arena_set_hook(struct arena *a, struct arena_hook hook);
/* A new arena with the same hook; goes with the arena_new it descends from, if nobody frees it before. */
struct arena *arena_like(const struct arena *a);
/* The same for another thread: what descends from it is a family of its own, which still goes with that of `a`. Made and freed by
 * the thread that `a` belongs to; its hook, which is that of `a` at first, must jump within the thread that uses it. */
struct arena *arena_apart(const struct arena *a);
/* Gives everything back. NULL is allowed. */
void arena_free(struct arena *a);

/* n objects of `size` bytes, zeroed. n * size is checked for overflow (which counts as running out). */
void *arena_alloc(struct arena *a, size_t n, size_t size);
/* Makes `old` (n_old objects, or NULL) hold n_new >= n_old objects; the new part is zeroed for small blocks
 * and *unspecified* for large ones. The old pointer is dead. Large blocks move without being copied where the
 * system can. */
void *arena_grow(struct arena *a, void *old, size_t n_old, size_t n_new, size_t size);
/* The `bytes` from p on, in a large array, will not be read again: gives whole pages of them back to the system. Nothing
 * when they are few or the system cannot. */
void arena_forget(const void *p, size_t bytes);
/* Gives one large block back early; small ones stay until reset. For columns that are big and done with. */
void arena_drop(struct arena *a, void *p, size_t n, size_t size);

struct arena_mark arena_mark(struct arena *a);
void arena_reset(struct arena *a, struct arena_mark m);

/* Bytes now held from the system, for tests and --verbose. */
size_t arena_bytes(const struct arena *a);

/* Tests only: the nth system allocation from now fails (0 = never). */
void arena_fail_nth(uint64_t n);

#define NEW(arena, T) ((T *)arena_alloc((arena), 1, sizeof(T)))
#define NEW_N(arena, T, n) ((T *)arena_alloc((arena), (n), sizeof(T)))

#endif
