/* SPDX-License-Identifier: MIT
 *
 * Gives names, modules and frames their final numbers: sorted by bytes, so that comparing frame ids compares
 * names, and a trie whose siblings are in id order has them in name order. Only what kept samples use
 * survives: a filtered profile holds no name of what was filtered out. Afterwards the pool holds final frame
 * ids. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/tasks.h"
#include "model/builder_state.h"

struct named {
    struct str s;
    uint32_t old;
};

static int by_bytes(const void *a, const void *b)
{
    return str_cmp(((const struct named *)a)->s, ((const struct named *)b)->s);
}

/* Sorts the used strings; new_id[old] is filled for those. Returns how many. */
static uint32_t sort_strings(const struct intern *table, const uint8_t *used, uint32_t *new_id,
                             struct str **sorted, struct arena *work, struct arena *arena)
{
    struct named *list = NEW_N(work, struct named, (size_t)table->n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < table->n; i++)
        if (used[i])
            list[n++] = (struct named){table->at[i], i};
    qsort(list, n, sizeof *list, by_bytes);
    *sorted = NEW_N(arena, struct str, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++) {
        (*sorted)[i] = str_dup(list[i].s, arena);
        new_id[list[i].old] = i;
    }
    return n;
}

struct numbered {
    struct frame f;
    uint32_t old;
};

static int by_frame(const void *a, const void *b)
{
    const struct frame *x = &((const struct numbered *)a)->f, *y = &((const struct numbered *)b)->f;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

/* The package of each frame, and the sorted list of those there are. */
static void settle_packages(struct builder *b, const struct numbered *frames, struct profile *out)
{
    struct intern seen = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, b->work);
    struct arena *scratch = arena_like(b->work);
    (void)intern_id(&seen, STR(""));
    for (uint32_t i = 0; i < out->n_frames; i++) {
        struct frame *f = &out->frames[i];
        struct arena_mark mark = arena_mark(scratch);
        if (f->kind != FRAME_THREAD) {
            uint32_t id = intern_id(&seen, builder_package(b, frames[i].old, scratch));
            f->package = id == INTERN_NONE ? 0 : id;
        }
        arena_reset(scratch, mark);
    }
    uint8_t *used = NEW_N(b->work, uint8_t, (size_t)seen.n + 1);
    uint32_t *new_id = NEW_N(b->work, uint32_t, (size_t)seen.n + 1);
    memset(used, 1, seen.n);
    out->n_packages = sort_strings(&seen, used, new_id, &out->packages, b->work, b->arena);
    for (uint32_t i = 0; i < out->n_frames; i++)
        out->frames[i].package = new_id[out->frames[i].package];
    arena_free(scratch);
}

/* Some of the stacks, for a task. */
#define PARTS 8u
struct stacks_part {
    struct builder *b;
    size_t from, end;
    const uint32_t *to; /* what becomes of a frame */
    uint8_t *used;      /* by frame */
    struct task *task;
};

static void give_parts(struct builder *b, task_work work, const uint32_t *to, struct stacks_part parts[PARTS])
{
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = (struct stacks_part){b, b->stacks.n * i / PARTS, b->stacks.n * (i + 1) / PARTS, to, NULL, NULL};
        parts[i].task = task_give(b->tasks, work, &parts[i]);
    }
}

static void mark_used(void *ctx, struct arena *arena)
{
    struct stacks_part *x = ctx;
    const struct builder *b = x->b;
    x->used = NEW_N(arena, uint8_t, (size_t)b->frames.n + 1);
    for (size_t s = x->from; s < x->end; s++) {
        const uint32_t *f = b->pool.p + b->stacks.p[s].begin, *end = f + (b->used.stack.p[s] ? b->stacks.p[s].n : 0);
        for (; f < end; f++)
            x->used[*f] = 1;
    }
}

uint8_t *used_frames(struct builder *b)
{
    uint8_t *used = NEW_N(b->work, uint8_t, (size_t)b->frames.n + 1);
    struct stacks_part *parts = NEW_N(b->work, struct stacks_part, PARTS);
    give_parts(b, mark_used, NULL, parts);
    for (size_t i = 0; i < PARTS; i++) {
        task_wait(parts[i].task);
        for (uint32_t f = 0; f < b->frames.n; f++)
            used[f] |= parts[i].used[f];
        task_free(parts[i].task);
    }
    return used;
}

/* What the frames of the pool are to become. */
static uint8_t *shaped_frames(const struct builder *b)
{
    uint8_t *used = NEW_N(b->work, uint8_t, (size_t)b->frames.n + 1);
    for (uint32_t f = 0; f < b->n_unshaped; f++)
        if (b->in_pool[f])
            used[b->shaped[f]] = 1;
    return used;
}

static void renumber_part(void *ctx, struct arena *arena)
{
    const struct stacks_part *x = ctx;
    const struct builder *b = x->b;
    (void)arena;
    for (size_t s = x->from; s < x->end; s++) {
        uint32_t *f = b->pool.p + b->stacks.p[s].begin, *end = f + (b->used.stack.p[s] ? b->stacks.p[s].n : 0);
        for (; f < end; f++)
            *f = x->to[*f];
    }
}

/* Final numbers into the pool, beside what else is done with names. */
static void renumber_pool(struct builder *b, uint32_t *new_frame, struct stacks_part parts[PARTS])
{
    for (uint32_t f = 0; b->shaped && f < b->n_unshaped; f++)
        b->shaped[f] = new_frame[b->shaped[f]];
    give_parts(b, renumber_part, b->shaped ? b->shaped : new_frame, parts);
}

void settle_names(struct builder *b, const uint32_t *host_of, struct profile *out)
{
    struct arena *work = b->work;
    uint8_t *used_frame = b->shaped ? shaped_frames(b) : used_frames(b);
    uint8_t *used_name = NEW_N(work, uint8_t, (size_t)b->names.n + 1);
    uint8_t *used_module = NEW_N(work, uint8_t, (size_t)b->modules.n + 1);
    struct frame_key key;
    for (uint32_t f = 0; f < b->frames.n; f++)
        if (used_frame[f]) {
            memcpy(&key, b->frames.at[f].p, sizeof key);
            used_name[key.name] = used_module[key.module] = 1;
        }
    for (uint32_t t = 0; t < b->threads.n; t++)
        used_name[b->comm_of[t]] |= b->used.thread[t];
    used_module[0] = 1; /* the empty one is always there, and sorts first */

    uint32_t *new_name = NEW_N(work, uint32_t, (size_t)b->names.n + 1);
    uint32_t *new_module = NEW_N(work, uint32_t, (size_t)b->modules.n + 1);
    out->n_names = sort_strings(&b->names, used_name, new_name, &out->names, work, b->arena);
    out->n_modules = sort_strings(&b->modules, used_module, new_module, &out->modules, work, b->arena);

    struct numbered *list = NEW_N(work, struct numbered, (size_t)b->frames.n + 1);
    uint32_t n = 0;
    for (uint32_t f = 0; f < b->frames.n; f++)
        if (used_frame[f]) {
            memcpy(&key, b->frames.at[f].p, sizeof key);
            list[n++] = (struct numbered){{new_name[key.name], new_module[key.module], (uint8_t)key.kind, 0}, f};
        }
    qsort(list, n, sizeof *list, by_frame);
    uint32_t *new_frame = NEW_N(work, uint32_t, (size_t)b->frames.n + 1);
    out->frames = NEW_N(b->arena, struct frame, (size_t)n + 1);
    out->n_frames = n;
    for (uint32_t i = 0; i < n; i++) {
        out->frames[i] = list[i].f;
        new_frame[list[i].old] = i;
    }
    struct stacks_part *parts = NEW_N(work, struct stacks_part, PARTS);
    renumber_pool(b, new_frame, parts);
    settle_packages(b, list, out);
    /* Threads keep builder numbers until their samples are known; only their comm changes here. */
    out->threads = NEW_N(b->arena, struct thread, (size_t)b->threads.n + 1);
    out->n_threads = b->threads.n;
    for (uint32_t t = 0; t < b->threads.n; t++) {
        struct thread_key tk;
        memcpy(&tk, b->threads.at[t].p, sizeof tk);
        out->threads[t] = (struct thread){tk.pid, tk.tid, new_name[b->comm_of[t]], host_of[t]};
    }
    for (size_t i = 0; i < PARTS; i++)
        task_free(parts[i].task);
}
