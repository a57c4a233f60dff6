/* SPDX-License-Identifier: MIT
 *
 * Small requests are cut from chunks; requests from BIG on get a block of their own from malloc, so that
 * arena_grow can use realloc, which moves pages instead of bytes for large blocks. Both kinds are stacks: a
 * mark remembers the chunk, its fill, and the sequence number of the newest big block. */
#include "base/arena.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/os.h"

/* Watched builds see a byte written past the end of a slice of a chunk, or one read after its reset. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif
#ifdef WATCHED
#include <sanitizer/asan_interface.h>
#define GAP ((size_t)ALIGN)
#else
#define GAP ((size_t)0)
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define CHUNK                                                                                                \
    ((size_t)64 << 10) /* smaller: more mallocs; larger: waste for the many short-lived arenas of tests */
#define BIG ((size_t)32 << 10)
#define ALIGN 16u

struct chunk {
    struct chunk *below;
    size_t used, cap;
    _Alignas(ALIGN) unsigned char bytes[];
};

struct big {
    struct big *older, *newer;
    uint64_t seq;
    size_t size;
    _Alignas(ALIGN) unsigned char bytes[];
};

/* Arenas made by arena_like belong to the family of the first one, its root, so that a jump out of the middle of a
 * stage loses none of them. The root of a family may belong to another one (arena_apart). */
struct arena {
    struct arena *root;
    struct arena *youngest;             /* of the family, where this is the root of one */
    struct arena *of, *elder, *younger; /* root of the family that it goes with, and its neighbours there */
    struct chunk *top, *spare; /* spare: not in use; loops that reset to nothing take it again and again */
    struct big *newest;
    uint64_t seq;
    size_t held;
    struct arena_hook hook;
};

static atomic_uint_fast64_t fail_countdown; /* workers of a crew ask, too */

void arena_fail_nth(uint64_t n)
{
    fail_countdown = n;
}

static void out_of_memory(const struct arena_hook *hook, size_t bytes)
{
    if (hook->fn)
        hook->fn(hook->ctx, bytes);
    fprintf(stderr, "flamepress: error: out of memory (%zu bytes asked for)\n", bytes);
    abort();
}

static void *from_system(const struct arena_hook *hook, void *old, size_t bytes)
{
    void *p = NULL;
    if (!(fail_countdown && atomic_fetch_sub(&fail_countdown, 1) == 1))
        p = old ? realloc(old, bytes) : calloc(1, bytes);
    if (!p)
        out_of_memory(hook, bytes);
    return p;
}

struct arena *arena_new(struct arena_hook hook)
{
    struct arena *a = from_system(&hook, NULL, sizeof *a);
    a->hook = hook;
    a->root = a;
    return a;
}

void arena_set_hook(struct arena *a, struct arena_hook hook)
{
    a->hook = hook;
}

struct arena *arena_apart(const struct arena *a)
{
    struct arena *made = arena_new(a->hook), *of = a->root;
    made->of = of;
    made->elder = of->youngest;
    if (made->elder)
        made->elder->younger = made;
    of->youngest = made;
    return made;
}

struct arena *arena_like(const struct arena *a)
{
    struct arena *made = arena_apart(a);
    made->root = a->root;
    return made;
}

static void pop_chunks(struct arena *a, const struct chunk *keep)
{
    while (a->top && a->top != keep) {
        free(a->spare);
        a->spare = a->top;
        a->top = a->top->below;
        a->held -= sizeof *a->spare + a->spare->cap;
        ASAN_POISON_MEMORY_REGION(a->spare->bytes, CHUNK);
    }
}

static void push_chunk(struct arena *a)
{
    struct chunk *c = a->spare;
    a->spare = NULL;
    if (!c) {
        c = from_system(&a->hook, NULL, sizeof *c + CHUNK);
        c->cap = CHUNK;
        ASAN_POISON_MEMORY_REGION(c->bytes, CHUNK);
    }
    a->held += sizeof *c + CHUNK;
    c->below = a->top;
    c->used = 0;
    a->top = c;
}

static void free_big(struct arena *a, struct big *b)
{
    if (b->newer)
        b->newer->older = b->older;
    else
        a->newest = b->older;
    if (b->older)
        b->older->newer = b->newer;
    a->held -= sizeof *b + b->size;
    free(b);
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    while (a->youngest)
        arena_free(a->youngest);
    if (a->elder)
        a->elder->younger = a->younger;
    if (a->younger)
        a->younger->elder = a->elder;
    else if (a->of)
        a->of->youngest = a->elder;
    pop_chunks(a, NULL);
    free(a->spare);
    while (a->newest)
        free_big(a, a->newest);
    free(a);
}

static size_t checked_bytes(const struct arena *a, size_t n, size_t size)
{
    if (size && n > (SIZE_MAX / 2) / size)
        out_of_memory(&a->hook, SIZE_MAX);
    return n * size;
}

static void *big_alloc(struct arena *a, size_t bytes)
{
    struct big *b = from_system(&a->hook, NULL, sizeof *b + bytes);
    b->older = a->newest;
    if (b->older)
        b->older->newer = b;
    a->newest = b;
    b->seq = ++a->seq;
    b->size = bytes;
    a->held += sizeof *b + bytes;
    return b->bytes;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
    size_t bytes = checked_bytes(a, n, size);
    if (bytes >= BIG)
        return big_alloc(a, bytes);
    size_t asked = bytes;
    bytes = ((bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + GAP;
    if (!a->top || a->top->cap - a->top->used < bytes)
        push_chunk(a);
    void *p = a->top->bytes + a->top->used;
    a->top->used += bytes;
    ASAN_UNPOISON_MEMORY_REGION(p, asked);
    memset(p, 0, asked); /* a chunk that was reset holds old bytes */
    return p;
}

void *arena_grow(struct arena *a, void *old, size_t n_old, size_t n_new, size_t size)
{
    size_t bytes = checked_bytes(a, n_new, size), had = n_old * size;
    if (!old || had < BIG) {
        void *p = arena_alloc(a, n_new, size);
        if (old && had)
            memcpy(p, old, had);
        return p;
    }
    struct big *b = (struct big *)((unsigned char *)old - offsetof(struct big, bytes));
    size_t before = b->size;
    b = from_system(&a->hook, b, sizeof *b + bytes);
    b->size = bytes;
    a->held += bytes - before;
    if (b->newer)
        b->newer->older = b;
    else
        a->newest = b;
    if (b->older)
        b->older->newer = b;
    return b->bytes;
}

void arena_forget(const void *p, size_t bytes)
{
    enum { PAGE = 4096 };
    uintptr_t from = ((uintptr_t)p + PAGE - 1) & ~(uintptr_t)(PAGE - 1), to = ((uintptr_t)p + bytes) & ~(uintptr_t)(PAGE - 1);
    if (bytes >= BIG && to > from)
        os_forget((void *)from, to - from);
}

void arena_drop(struct arena *a, void *p, size_t n, size_t size)
{
    if (p && n * size >= BIG)
        free_big(a, (struct big *)((unsigned char *)p - offsetof(struct big, bytes)));
}

struct arena_mark arena_mark(struct arena *a)
{
    return (struct arena_mark){a->top, a->top ? a->top->used : 0, a->seq};
}

void arena_reset(struct arena *a, struct arena_mark m)
{
    pop_chunks(a, m.chunk);
    if (a->top) {
        a->top->used = m.used;
        ASAN_POISON_MEMORY_REGION(a->top->bytes + m.used, a->top->cap - m.used);
    }
    while (a->newest && a->newest->seq > m.big)
        free_big(a, a->newest);
}

size_t arena_bytes(const struct arena *a)
{
    return a->held;
}
