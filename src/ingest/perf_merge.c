/* SPDX-License-Identifier: MIT
 *
 * Numbers are given in the order in which things are first met in the text, whichever reader met them: so the builder sees the
 * same calls however the text was cut.
 *
 * Interning a stack is a walk through memory that nobody has looked at for a while. So samples wait in a short queue, in
 * which each step asks for what the next one will need. */
#include "ingest/perf_merge.h"

#include <string.h>

#include "base/limits.h"
#include "ingest/perf_blockio.h"
#include "ingest/perf_offcpu.h"

#define QUEUE 16u /* a power of two */

/* A stack of a reader: the builder's, under the root that it had the last time. */
struct known_stack {
    uint32_t root, stack;
};

struct map {
    VEC(uint32_t) frames, threads;
    VEC(uint32_t) events;
    struct known_stack *stacks; /* by the reader's numbers */
};

struct waiting {
    const struct batch_sample *sample;
    uint32_t *stack; /* root first */
    uint32_t n, hash, thread;
};

struct merging {
    struct builder *b;
    struct map *maps; /* by reader */
    struct offcpu *offcpu;
    struct blockio *blockio;
    struct waiting queue[QUEUE];
    uint32_t n_in, n_out;
    struct arena *arena;
};

struct perf_merge *perf_merge_new(struct builder *b, unsigned n_readers, struct arena *arena)
{
    struct perf_merge *m = NEW(arena, struct perf_merge);
    m->inside = NEW(arena, struct merging);
    m->inside->b = b;
    m->inside->maps = NEW_N(arena, struct map, n_readers);
    for (unsigned i = 0; i < n_readers; i++)
        m->inside->maps[i].stacks = NEW_N(arena, struct known_stack, STACK_MEMO_NUMBERS);
    m->inside->offcpu = offcpu_new(b, arena);
    m->inside->blockio = blockio_new(b, arena);
    m->inside->arena = arena;
    for (unsigned i = 0; i < QUEUE; i++)
        m->inside->queue[i].stack = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 2);
    return m;
}

static void take_names(struct merging *x, const struct perf_batch *batch, struct map *map)
{
    if (batch->restarted)
        map->frames.n = map->threads.n = map->events.n = 0;
    for (size_t i = 0; i < batch->events.n; i++) {
        const struct batch_event *e = &batch->events.p[i];
        uint32_t id = e->source.n ? builder_event_from(x->b, e->name, e->source) : builder_event(x->b, e->name);
        (void)vec_push(&map->events, SIZE_MAX, x->arena, id);
    }
    for (size_t i = 0; i < batch->threads.n; i++) {
        const struct batch_thread *t = &batch->threads.p[i];
        (void)vec_push(&map->threads, SIZE_MAX, x->arena, builder_thread(x->b, t->pid, t->tid, t->comm));
    }
    for (size_t i = 0; i < batch->frames.n; i++) {
        const struct batch_frame *f = &batch->frames.p[i];
        (void)vec_push(&map->frames, SIZE_MAX, x->arena, builder_frame(x->b, f->name, f->module, f->kind));
    }
}

static void add_sample(struct merging *x, const struct batch_sample *from, struct sample *s)
{
    if (from->kind == BATCH_SWITCH) {
        offcpu_switch(x->offcpu, s, &from->sw, builder_event_name(x->b, s->event));
    } else if (from->kind == BATCH_STAT) {
        (void)offcpu_stat(x->offcpu, s, from->sw.prev_tid);
        builder_sample(x->b, s);
    } else if (from->kind == BATCH_ISSUE) {
        blockio_issue(x->blockio, s, from->request, builder_event_name(x->b, s->event));
    } else if (from->kind == BATCH_COMPLETE) {
        blockio_complete(x->blockio, s->time_ns, from->request);
    } else if (from->kind == BATCH_NO_WEIGHT) {
        builder_tally(x->b)->n_read++;
        builder_tally(x->b)->n_other_event++;
    } else {
        builder_sample(x->b, s);
    }
}

/* A stack that the builder has, under another root. */
static uint32_t stack_under(struct merging *x, uint32_t thread, struct waiting *w, uint32_t stack)
{
    w->n = builder_stack_frames(x->b, stack, w->stack);
    w->stack[0] = builder_root(x->b, thread);
    return builder_stack_rooted(x->b, thread, w->stack, w->n, builder_stack_hash(w->stack, w->n));
}

static uint32_t stack_of(struct merging *x, const struct map *map, struct waiting *w)
{
    uint32_t number = w->sample->stack, root = builder_root(x->b, w->thread), stack;
    if (number == STACK_MEMO_NONE)
        return builder_stack_rooted(x->b, w->thread, w->stack, w->n, w->hash);
    struct known_stack *known = &map->stacks[number];
    if (w->sample->n_frames)
        stack = builder_stack_rooted(x->b, w->thread, w->stack, w->n, w->hash);
    else if (known->root == root)
        return known->stack;
    else
        stack = stack_under(x, w->thread, w, known->stack);
    *known = (struct known_stack){root, stack};
    return stack;
}

static void take_one(struct merging *x, const struct map *map)
{
    struct waiting *w = &x->queue[x->n_out++ % QUEUE];
    const struct batch_sample *from = w->sample;
    struct sample s = {.time_ns = from->time_ns, .duration_ns = from->duration_ns, .cpu = from->cpu, .period = from->period};
    s.thread = w->thread;
    s.event = map->events.p[from->event];
    s.stack = stack_of(x, map, w);
    add_sample(x, from, &s);
}

static bool is_known(const struct batch_sample *s)
{
    return s->stack != STACK_MEMO_NONE && !s->n_frames;
}

static void take_frames(struct merging *x, const struct map *map, struct waiting *w, const uint32_t *frames)
{
    uint32_t n = builder_depth(x->b, w->sample->n_frames);
    w->n = n + 1;
    w->stack[0] = builder_root(x->b, w->thread);
    for (uint32_t k = 0; k < n; k++)
        w->stack[n - k] = map->frames.p[frames[k]];
    w->hash = builder_stack_hash(w->stack, w->n);
    builder_stack_soon(x->b, w->hash, 0);
}

/* For the sample that came so many before the last one. */
static void fetch(const struct merging *x, uint32_t before, unsigned step)
{
    const struct waiting *w = &x->queue[(x->n_in - before) % QUEUE];
    if (x->n_in - x->n_out > before && !is_known(w->sample))
        builder_stack_soon(x->b, w->hash, step);
}

static void take_samples(struct merging *x, const struct perf_batch *batch, const struct map *map)
{
    const uint32_t *frames = batch->pool.p;
    for (size_t i = 0; i < batch->samples.n; i++) {
        if (x->n_in - x->n_out == QUEUE)
            take_one(x, map);
        const struct batch_sample *s = &batch->samples.p[i];
        struct waiting *w = &x->queue[x->n_in++ % QUEUE];
        w->sample = s;
        w->thread = map->threads.p[s->thread];
        if (!is_known(s))
            take_frames(x, map, w, frames);
        fetch(x, QUEUE / 2, 1);
        fetch(x, QUEUE * 3 / 4, 2);
        frames += s->n_frames;
    }
    while (x->n_in > x->n_out)
        take_one(x, map);
}

static void take_times(struct batch_times *all, const struct batch_times *t)
{
    if (!t->any)
        return;
    if (!all->any) {
        *all = *t;
        return;
    }
    all->n_pairs += t->n_pairs + 1;
    all->n_down += t->n_down + (t->first_ns < all->latest_ns);
    all->latest_ns = t->latest_ns;
    all->max_ns = t->max_ns > all->max_ns ? t->max_ns : all->max_ns;
    all->digits = t->digits > all->digits ? t->digits : all->digits;
}

void perf_merge_batch(struct perf_merge *m, const struct perf_batch *batch, unsigned reader, uint64_t lines_before)
{
    struct merging *x = m->inside;
    struct map *map = &x->maps[reader];
    struct tally *t = builder_tally(x->b);
    t->n_lost += batch->tally.n_lost;
    t->n_unreadable += batch->tally.n_unreadable;
    t->truncated |= batch->tally.truncated;
    const struct batch_unreadable *u = &batch->unreadable;
    if (u->line)
        perf_batch_unreadable(&m->unreadable, lines_before + u->line, (struct str){u->text, u->n_text}, u->why);
    for (size_t i = 0; i < batch->facts.n; i++)
        builder_fact(x->b, batch->facts.p[i].key, batch->facts.p[i].value);
    if (batch->has_clock) {
        m->has_clock = true;
        m->clock_time_ns = batch->clock_time_ns;
        m->clock_epoch_ns = batch->clock_epoch_ns;
    }
    if (batch->flat)
        builder_flat(x->b);
    take_times(&m->times, &batch->times);
    take_names(x, batch, map);
    take_samples(x, batch, map);
    m->n_lines += batch->n_lines;
}

void perf_merge_end(struct perf_merge *m)
{
    offcpu_end(m->inside->offcpu);
    blockio_end(m->inside->blockio);
}
