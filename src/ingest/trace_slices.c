/* SPDX-License-Identifier: MIT
 *
 * Writers of traces put slices into the file as they end, so children may come before their parents. So all
 * wait until the trace is read, then go by their begin, the longer first, and are laid onto a stack for each
 * thread; whatever is on top runs itself until the next begin or end. */
#include "ingest/trace_slices.h"

#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"
#include "ingest/trace_pairs.h"

/* A slice that runs, while they are laid out. */
struct level {
    int64_t end_ns;
    uint32_t frame;
};

/* `piece`: what ran last, kept until it is known where it ends. */
struct lane_of_thread {
    VEC(struct level) stack;
    int64_t now_ns;
    struct sample piece;
};

struct slices {
    struct builder *b;
    struct pairs threads, async;
    VEC(uint32_t) async_category; /* by row: a frame */
    struct intern keys;
    uint32_t event;
    uint32_t *leaf_first;
    uint64_t n_crossing, n_deep;
    struct arena *arena;
};

struct slices *slices_new(struct builder *b, struct arena *arena)
{
    struct slices *s = NEW(arena, struct slices);
    s->b = b;
    s->keys = intern_new(LIMIT_TRACE_KEYS, LIMIT_NAME_BYTES, arena);
    s->arena = arena;
    pairs_init(&s->threads, false, arena);
    pairs_init(&s->async, true, arena);
    return s;
}

struct slices_odd slices_odd(const struct slices *s)
{
    return (struct slices_odd){
        .n_without_end = s->threads.n_without_end + s->async.n_without_end,
        .n_without_begin = s->threads.n_without_begin + s->async.n_without_begin,
        .n_crossing = s->n_crossing,
        .n_deep = s->threads.n_deep + s->async.n_deep + s->n_deep,
    };
}

static uint32_t frame_of(struct slices *s, struct str name)
{
    return builder_frame(s->b, name.n ? name : STR("[unknown]"), STR(""), FRAME_USER);
}

/* The first of its categories is its package, without what only says that somebody has to ask for it. */
static uint32_t frame_of_category(struct slices *s, struct slice_name name)
{
    uint32_t frame = frame_of(s, name.name);
    struct str category = str_sub(name.category, 1, name.category.n), rest;
    (void)str_cut(category, '"', &category, &rest);
    (void)str_cut(category, ',', &category, &rest);
    if (str_starts(category, STR("disabled-by-default-")))
        category = str_sub(category, strlen("disabled-by-default-"), category.n);
    if (name.category.n && name.category.p[0] == '"')
        builder_frame_package(s->b, frame, category);
    return frame;
}

void slices_complete(struct slices *s, uint32_t thread, int64_t at_ns, int64_t duration_ns, struct slice_name name)
{
    pairs_complete(&s->threads, thread, at_ns, at_ns + duration_ns, frame_of_category(s, name));
}

void slices_instant(struct slices *s, uint32_t thread, int64_t at_ns, struct slice_name name)
{
    pairs_instant(&s->threads, thread, thread, at_ns, frame_of_category(s, name));
}

void slices_begin(struct slices *s, uint32_t thread, int64_t at_ns, struct slice_name name)
{
    pairs_begin(&s->threads, thread, 0, at_ns, frame_of_category(s, name));
}

void slices_end(struct slices *s, uint32_t thread, int64_t at_ns)
{
    pairs_end(&s->threads, thread, at_ns, SLICE_NO_FRAME);
}

/* INTERN_NONE when there are too many rows. */
static uint32_t row_of_key(struct slices *s, struct str key, struct str category)
{
    uint32_t row = intern_id(&s->keys, key);
    if (row == s->async_category.n)
        (void)vec_push(&s->async_category, SIZE_MAX, s->arena,
                       frame_of(s, category.n ? category : STR("async")));
    if (row == INTERN_NONE)
        s->n_deep++;
    return row;
}

void slices_async_begin(struct slices *s, uint32_t thread, struct str key, int64_t at_ns, struct str category,
                        struct str name)
{
    uint32_t row = row_of_key(s, key, category);
    if (row != INTERN_NONE)
        pairs_begin(&s->async, row, thread, at_ns, frame_of(s, name));
}

void slices_async_instant(struct slices *s, uint32_t thread, struct str key, int64_t at_ns, struct str category,
                          struct str name)
{
    uint32_t row = row_of_key(s, key, category);
    if (row != INTERN_NONE)
        pairs_instant(&s->async, row, thread, at_ns, frame_of(s, name));
}

void slices_async_end(struct slices *s, struct str key, int64_t at_ns, struct str category, struct str name)
{
    uint32_t row = row_of_key(s, key, category);
    if (row != INTERN_NONE)
        pairs_end(&s->async, row, at_ns, name.n ? frame_of(s, name) : SLICE_NO_FRAME);
}

/* ---- laying them out */

static void flush(struct slices *s, struct lane_of_thread *l)
{
    if (l->piece.duration_ns)
        builder_sample(s->b, &l->piece);
    l->piece.duration_ns = 0;
}

/* The stack at hand, leaf first, behind `from` frames that are there already. */
static uint32_t stack_of_levels(struct slices *s, const struct lane_of_thread *l, uint32_t from)
{
    uint32_t n = (uint32_t)l->stack.n;
    for (uint32_t i = 0; i < n; i++)
        s->leaf_first[from + i] = l->stack.p[n - 1 - i].frame;
    return from + n;
}

static void add_instant(struct slices *s, uint32_t thread, int64_t at_ns, uint32_t n)
{
    struct sample point = {.time_ns = at_ns, .thread = thread, .cpu = ID_NONE, .period = 1};
    point.event = builder_event(s->b, STR("instants"));
    point.stack = builder_stack(s->b, thread, s->leaf_first, n);
    builder_sample(s->b, &point);
}

/* The time from `now` to `to_ns`, which the top of the stack ran itself. */
static void run_to(struct slices *s, struct lane_of_thread *l, uint32_t thread, int64_t to_ns)
{
    uint32_t n = (uint32_t)l->stack.n;
    if (n && to_ns > l->now_ns) {
        uint32_t stack = builder_stack(s->b, thread, s->leaf_first, stack_of_levels(s, l, 0));
        if (!l->piece.duration_ns || l->piece.stack != stack || l->piece.time_ns + l->piece.duration_ns != l->now_ns) {
            flush(s, l);
            l->piece = (struct sample){
                .time_ns = l->now_ns, .thread = thread, .stack = stack, .event = s->event, .cpu = ID_NONE};
        }
        l->piece.duration_ns += to_ns - l->now_ns;
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
    advance(s, l, slice->row, slice->at_ns);
    if (l->stack.n && end_ns > l->stack.p[l->stack.n - 1].end_ns) {
        s->n_crossing++;
        end_ns = l->stack.p[l->stack.n - 1].end_ns;
    }
    l->now_ns = slice->at_ns;
    if (l->stack.n >= LIMIT_STACK_DEPTH) {
        s->n_deep++;
    } else if (end_ns <= slice->at_ns) {
        s->leaf_first[0] = slice->frame;
        add_instant(s, slice->row, slice->at_ns, stack_of_levels(s, l, 1));
    } else {
        (void)vec_push(&l->stack, SIZE_MAX, s->arena, (struct level){end_ns, slice->frame});
    }
}

static void lay_threads(struct slices *s)
{
    VEC(struct lane_of_thread) lanes = {0};
    struct rows_walk all = pairs_walk(&s->threads, true);
    for (struct slice one; pairs_next(&all, &one);) {
        while (lanes.n <= one.row)
            (void)vec_push(&lanes, SIZE_MAX, s->arena, (struct lane_of_thread){.now_ns = INT64_MIN});
        lay(s, &lanes.p[one.row], &one);
    }
    for (uint32_t t = 0; t < lanes.n; t++) {
        advance(s, &lanes.p[t], t, INT64_MAX);
        flush(s, &lanes.p[t]);
    }
    rows_drop(&s->threads.made);
}

static void lay_async(struct slices *s, uint32_t event)
{
    struct rows_walk all = pairs_walk(&s->async, false);
    for (struct slice a; pairs_next(&all, &a);) {
        uint32_t leaf_first[2] = {a.frame, s->async_category.p[a.row]};
        if (a.end_ns == a.at_ns) {
            memcpy(s->leaf_first, leaf_first, sizeof leaf_first);
            add_instant(s, a.thread, a.at_ns, 2);
            continue;
        }
        struct sample sample = {.time_ns = a.at_ns, .duration_ns = a.end_ns - a.at_ns, .thread = a.thread};
        sample.cpu = ID_NONE;
        sample.event = event;
        sample.stack = builder_stack(s->b, a.thread, leaf_first, 2);
        builder_sample(s->b, &sample);
    }
    rows_drop(&s->async.made);
}

void slices_settle(struct slices *s)
{
    int64_t last_ns = s->threads.last_ns > s->async.last_ns ? s->threads.last_ns : s->async.last_ns;
    pairs_settle(&s->threads, last_ns);
    pairs_settle(&s->async, last_ns);
    s->leaf_first = NEW_N(s->arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    /* In the order in which a report offers them. */
    if (s->threads.n > s->threads.n_instants)
        s->event = builder_event(s->b, STR("slices"));
    uint32_t async = s->async.n > s->async.n_instants ? builder_event(s->b, STR("async")) : 0;
    lay_threads(s);
    lay_async(s, async);
}
