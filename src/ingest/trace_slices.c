/* SPDX-License-Identifier: MIT
 *
 * 24 bytes a slice, until the trace is read: writers of traces put slices into the file as they end, so children may
 * come before their parents. Then they are sorted by their begin, the longer first, and laid onto a stack for each
 * thread; whatever is on top runs itself until the next begin or end. */
#include "ingest/trace_slices.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/sort.h"
#include "base/vec.h"

#define NO_END INT64_MAX
/* Slices between two times that memory is given back. */
#define FORGET_ROWS (1u << 18)

struct slice {
    int64_t at_ns, end_ns; /* NO_END: not yet */
    uint32_t thread, frame;
};

/* Of a thread, or of one row of asynchronous work: what began and did not end. */
struct opened {
    VEC(uint32_t) slice;
    uint32_t thread;
};

/* A slice that runs, while they are laid out. */
struct level {
    int64_t end_ns;
    uint32_t frame;
};

struct lane_of_thread {
    VEC(struct level) stack;
    int64_t now_ns;
};

struct slices {
    struct builder *b;
    VEC(struct slice) all;
    VEC(struct slice) async; /* frame: of the name; thread: where it began */
    VEC(uint32_t) async_category;
    VEC(struct opened) by_thread, by_key;
    struct intern keys;
    int64_t last_ns;
    uint32_t event;
    uint32_t *leaf_first;
    struct slices_odd odd;
    struct arena *arena;
};

struct slices *slices_new(struct builder *b, struct arena *arena)
{
    struct slices *s = NEW(arena, struct slices);
    s->b = b;
    s->keys = intern_new(LIMIT_TRACE_KEYS, LIMIT_NAME_BYTES, arena);
    s->last_ns = INT64_MIN;
    s->arena = arena;
    return s;
}

struct slices_odd slices_odd(const struct slices *s)
{
    return s->odd;
}

static void note(struct slices *s, int64_t at_ns)
{
    s->last_ns = at_ns > s->last_ns ? at_ns : s->last_ns;
}

static uint32_t frame_of(struct slices *s, struct str name)
{
    return builder_frame(s->b, name.n ? name : STR("[unknown]"), STR(""), FRAME_USER);
}

void slices_complete(struct slices *s, uint32_t thread, int64_t at_ns, int64_t duration_ns, struct str name)
{
    note(s, at_ns + duration_ns);
    (void)vec_push(&s->all, LIMIT_SAMPLES, s->arena,
                   (struct slice){at_ns, at_ns + duration_ns, thread, frame_of(s, name)});
}

static struct opened *of_thread(struct slices *s, uint32_t thread)
{
    while (s->by_thread.n <= thread)
        (void)vec_push(&s->by_thread, SIZE_MAX, s->arena, (struct opened){{NULL, 0, 0}, 0});
    return &s->by_thread.p[thread];
}

void slices_begin(struct slices *s, uint32_t thread, int64_t at_ns, struct str name)
{
    struct opened *o = of_thread(s, thread);
    note(s, at_ns);
    if (o->slice.n >= LIMIT_STACK_DEPTH ||
        !vec_push(&s->all, LIMIT_SAMPLES, s->arena, (struct slice){at_ns, NO_END, thread, frame_of(s, name)}))
        return;
    (void)vec_push(&o->slice, SIZE_MAX, s->arena, (uint32_t)s->all.n - 1);
}

void slices_end(struct slices *s, uint32_t thread, int64_t at_ns)
{
    struct opened *o = of_thread(s, thread);
    note(s, at_ns);
    if (!o->slice.n || at_ns < s->all.p[o->slice.p[o->slice.n - 1]].at_ns) {
        s->odd.n_without_begin++;
        return;
    }
    s->all.p[o->slice.p[--o->slice.n]].end_ns = at_ns;
}

static struct opened *of_key(struct slices *s, struct str key)
{
    uint32_t id = intern_id(&s->keys, key);
    if (id == INTERN_NONE)
        return NULL;
    if (id == s->by_key.n)
        (void)vec_push(&s->by_key, SIZE_MAX, s->arena, (struct opened){{NULL, 0, 0}, 0});
    return &s->by_key.p[id];
}

void slices_async_begin(struct slices *s, uint32_t thread, struct str key, int64_t at_ns, struct str category,
                        struct str name)
{
    struct opened *o = of_key(s, key);
    note(s, at_ns);
    if (!o || o->slice.n >= LIMIT_STACK_DEPTH)
        return;
    (void)vec_push(&s->async, LIMIT_SAMPLES, s->arena, (struct slice){at_ns, NO_END, thread, frame_of(s, name)});
    (void)vec_push(&s->async_category, LIMIT_SAMPLES, s->arena, frame_of(s, category.n ? category : STR("async")));
    (void)vec_push(&o->slice, SIZE_MAX, s->arena, (uint32_t)s->async.n - 1);
}

void slices_async_end(struct slices *s, struct str key, int64_t at_ns)
{
    struct opened *o = of_key(s, key);
    note(s, at_ns);
    if (!o || !o->slice.n || at_ns < s->async.p[o->slice.p[o->slice.n - 1]].at_ns) {
        s->odd.n_without_begin++;
        return;
    }
    s->async.p[o->slice.p[--o->slice.n]].end_ns = at_ns;
}

/* ---- laying them out */

static int by_begin(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return x->end_ns > y->end_ns ? -1 : x->end_ns < y->end_ns;
}

/* The time from `now` to `to_ns`, which the top of the stack ran itself. */
static void run_to(struct slices *s, struct lane_of_thread *l, uint32_t thread, int64_t to_ns)
{
    uint32_t n = (uint32_t)l->stack.n;
    if (n && to_ns > l->now_ns) {
        struct sample sample = {.time_ns = l->now_ns, .duration_ns = to_ns - l->now_ns, .thread = thread, .cpu = ID_NONE};
        for (uint32_t i = 0; i < n; i++)
            s->leaf_first[i] = l->stack.p[n - 1 - i].frame;
        sample.event = s->event;
        sample.stack = builder_stack(s->b, thread, s->leaf_first, n);
        builder_sample(s->b, &sample);
    }
    l->now_ns = to_ns > l->now_ns ? to_ns : l->now_ns;
}

static void advance(struct slices *s, struct lane_of_thread *l, uint32_t thread, int64_t to_ns)
{
    while (l->stack.n && l->stack.p[l->stack.n - 1].end_ns <= to_ns) {
        run_to(s, l, thread, l->stack.p[l->stack.n - 1].end_ns);
        l->stack.n--;
    }
    run_to(s, l, thread, to_ns);
}

static void lay(struct slices *s, struct lane_of_thread *l, const struct slice *slice)
{
    int64_t end_ns = slice->end_ns;
    advance(s, l, slice->thread, slice->at_ns);
    if (l->stack.n && end_ns > l->stack.p[l->stack.n - 1].end_ns) {
        s->odd.n_crossing++;
        end_ns = l->stack.p[l->stack.n - 1].end_ns;
    }
    l->now_ns = slice->at_ns;
    if (l->stack.n < LIMIT_STACK_DEPTH)
        (void)vec_push(&l->stack, SIZE_MAX, s->arena, (struct level){end_ns, slice->frame});
}

static void close_all(struct slices *s, struct slice *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].end_ns == NO_END) {
            p[i].end_ns = s->last_ns > p[i].at_ns ? s->last_ns : p[i].at_ns;
            s->odd.n_without_end++;
        }
}

static void settle_async(struct slices *s)
{
    uint32_t event = s->async.n ? builder_event(s->b, STR("async")) : 0;
    for (size_t i = 0; i < s->async.n; i++) {
        const struct slice *a = &s->async.p[i];
        struct sample sample = {.time_ns = a->at_ns, .duration_ns = a->end_ns - a->at_ns, .thread = a->thread, .cpu = ID_NONE};
        uint32_t leaf_first[2] = {a->frame, s->async_category.p[i]};
        sample.event = event;
        sample.stack = builder_stack(s->b, a->thread, leaf_first, 2);
        if (sample.duration_ns)
            builder_sample(s->b, &sample);
    }
}

void slices_settle(struct slices *s)
{
    VEC(struct lane_of_thread) lanes = {0};
    close_all(s, s->all.p, s->all.n);
    close_all(s, s->async.p, s->async.n);
    sort_stable(s->all.p, s->all.n, sizeof *s->all.p, by_begin, s->arena);
    s->leaf_first = NEW_N(s->arena, uint32_t, LIMIT_STACK_DEPTH);
    if (s->all.n)
        s->event = builder_event(s->b, STR("slices"));
    for (size_t i = 0; i < s->all.n; i++) {
        const struct slice *slice = &s->all.p[i];
        if (i % FORGET_ROWS == 0) /* the builder grows as these go */
            arena_forget(s->all.p, i * sizeof *slice);
        while (lanes.n <= slice->thread)
            (void)vec_push(&lanes, SIZE_MAX, s->arena, (struct lane_of_thread){{NULL, 0, 0}, INT64_MIN});
        lay(s, &lanes.p[slice->thread], slice);
    }
    for (uint32_t t = 0; t < lanes.n; t++)
        advance(s, &lanes.p[t], t, INT64_MAX);
    settle_async(s);
}
