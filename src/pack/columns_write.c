/* SPDX-License-Identifier: MIT
 *
 * A lane's sampler ticks regularly, so times are distances from the commonest tick; the threads of a lane
 * and the stacks of a thread recur, so both are ranks in move-to-front lists. The lists and the last time of
 * each lane live on from chunk to chunk. */
#include "pack/columns.h"

#include "base/limits.h"
#include "pack/order.h"
#include "pack/recent.h"

const char *const samples_column_name[SAMPLES_COLUMNS] = {
    "run",    "tick",           "time",           "time escape",    "thread",         "thread escape",
    "stack",  "stack escape 0", "stack escape 1", "stack escape 2", "stack escape 3", "weight new",
    "weight", "span start",     "span duration",  "span stack",     "span thread",    "span lane",
};

struct writing {
    const struct profile *p;
    const uint32_t *stack_of_node;
    struct buf *columns;
    struct arena *work;
    uint32_t *tick, *last_time; /* by lane */
    uint64_t *last_weight;      /* by lane */
    struct recent *threads;     /* by lane */
    struct recent *stacks;      /* by thread */
    uint32_t n_escapes;
    uint8_t weight_bits;
    uint32_t n_weight_bits;
};

/* Distances of a lane that are looked at for its tick: any tick is right, a common one is short. */
#define TICK_SAMPLE 65536u

/* The commonest distance between neighbours of a lane; the smallest of several. `room` holds two arrays of n. */
static uint32_t commonest(const uint32_t *delta, uint32_t n, uint32_t *room)
{
    uint32_t best = 0, best_n = 0, *order = room;
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    order_by(delta, order, room + n, n);
    for (uint32_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && delta[order[i + run]] == delta[order[i]]; run++)
            ;
        if (run > best_n) {
            best_n = run;
            best = delta[order[i]];
        }
    }
    return best;
}

static void find_ticks(struct writing *w)
{
    const struct profile *p = w->p;
    uint32_t *n_in = NEW_N(w->work, uint32_t, (size_t)p->n_lanes + 1),
             *last = NEW_N(w->work, uint32_t, p->n_lanes);
    uint32_t **delta = NEW_N(w->work, uint32_t *, p->n_lanes);
    for (uint32_t i = 0; i < p->n_points; i++)
        n_in[point_lane(p, i)]++;
    for (uint32_t l = 0; l < p->n_lanes; l++) {
        delta[l] = NEW_N(w->work, uint32_t, (size_t)(n_in[l] < TICK_SAMPLE ? n_in[l] : TICK_SAMPLE) + 1);
        n_in[l] = 0;
    }
    for (uint32_t i = 0; i < p->n_points; i++) {
        uint32_t l = point_lane(p, i), time = point_time(p, i);
        if (n_in[l] < TICK_SAMPLE)
            delta[l][n_in[l]++] = time - last[l];
        last[l] = time;
    }
    uint32_t *room = NEW_N(w->work, uint32_t, 2 * (size_t)TICK_SAMPLE);
    for (uint32_t l = 0; l < p->n_lanes; l++)
        w->tick[l] = n_in[l] ? commonest(delta[l] + 1, n_in[l] - 1, room) : 0;
}

/* These three give the byte of a point; what does not fit into it they write. */
static uint8_t time_byte(struct writing *w, uint32_t lane, uint32_t time)
{
    uint64_t v = zigzag((int64_t)time - w->last_time[lane] - w->tick[lane]);
    w->last_time[lane] = time;
    if (v < PACK_TIME_ESCAPE)
        return (uint8_t)v;
    varint_put(&w->columns[SAMPLES_TIME_ESCAPE], v);
    return PACK_TIME_ESCAPE;
}

static uint8_t thread_byte(struct writing *w, uint32_t lane, uint32_t thread)
{
    struct recent *list = &w->threads[lane];
    if (list->n && list->value[0] == thread)
        return 0;
    uint32_t rank = recent_rank(list, thread);
    if (rank == PACK_LIST)
        varint_put(&w->columns[SAMPLES_THREAD_ESCAPE], thread);
    recent_move(list, rank, thread, w->work);
    return (uint8_t)rank;
}

static void write_weight(struct writing *w, uint32_t lane, uint64_t weight)
{
    bool changed = weight != w->last_weight[lane];
    w->weight_bits |= (uint8_t)(changed << w->n_weight_bits % 8);
    if (++w->n_weight_bits % 8 == 0) {
        buf_char(&w->columns[SAMPLES_WEIGHT_NEW], (char)w->weight_bits);
        w->weight_bits = 0;
    }
    if (changed)
        varint_put(&w->columns[SAMPLES_WEIGHT], weight);
    w->last_weight[lane] = weight;
}

/* A plane gets bytes only once one of them is not 0. */
static void write_plane(struct writing *w, unsigned plane, uint8_t byte)
{
    struct buf *c = &w->columns[SAMPLES_STACK_ESCAPE + plane];
    if (!byte && !c->n)
        return;
    while (c->n < w->n_escapes && !c->over)
        buf_char(c, 0);
    buf_char(c, (char)byte);
}

static uint8_t stack_byte(struct writing *w, uint32_t thread, uint32_t stack)
{
    struct recent *list = &w->stacks[thread];
    if (list->n && list->value[0] == stack)
        return 0;
    uint32_t rank = recent_rank(list, stack);
    if (rank == PACK_LIST) {
        uint64_t v = zigzag((int64_t)stack - recent_front(list));
        for (unsigned plane = 0; plane < 4; plane++)
            write_plane(w, plane, (uint8_t)(v >> 8 * plane));
        w->n_escapes++;
    }
    recent_move(list, rank, stack, w->work);
    return (uint8_t)rank;
}

/* The runs of a chunk: lanes as gaps, each with its number of points. */
static void write_runs(struct writing *w, const uint32_t *lane, const uint32_t *order, uint32_t n)
{
    uint32_t next = 0;
    for (uint32_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && lane[order[i + run]] == lane[order[i]]; run++)
            ;
        varint_put(&w->columns[SAMPLES_RUN], lane[order[i]] - next);
        varint_put(&w->columns[SAMPLES_RUN], run);
        next = lane[order[i]] + 1;
    }
}

/* `room` holds CHUNK_ARRAYS arrays of PACK_CHUNK. */
#define CHUNK_ARRAYS 6u
static void write_chunk(struct writing *w, uint32_t first, uint32_t n, uint32_t *room)
{
    const struct profile *p = w->p;
    uint32_t *order = room, *spare = room + PACK_CHUNK, *lane = room + 2 * PACK_CHUNK;
    uint32_t *time = room + 3 * PACK_CHUNK, *thread = room + 4 * PACK_CHUNK, *stack = room + 5 * PACK_CHUNK;
    char *times = p->has_time ? buf_room(&w->columns[SAMPLES_TIME], n) : NULL;
    char *threads = buf_room(&w->columns[SAMPLES_THREAD], n), *stacks = buf_room(&w->columns[SAMPLES_STACK], n);
    if (!threads || !stacks || (p->has_time && !times))
        return; /* over the ceiling: noted in the column */
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    column_copy(&p->points.lane, first, n, lane);
    column_copy(&p->points.time, first, n, time);
    column_copy(&p->points.thread, first, n, thread);
    column_copy(&p->points.node, first, n, stack);
    for (uint32_t i = 0; i < n; i++) /* at once, since each waits for memory */
        stack[i] = w->stack_of_node[stack[i]];
    order_by(lane, order, spare, n);
    write_runs(w, lane, order, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = order[i];
        if (p->has_time)
            times[i] = (char)time_byte(w, lane[at], time[at]);
        threads[i] = (char)thread_byte(w, lane[at], thread[at]);
        if (p->weight != WEIGHT_SAMPLES)
            write_weight(w, lane[at], point_weight(p, first + at));
    }
    order_by(time, order, spare, n);
    order_by(thread, order, spare, n);
    for (uint32_t i = 0; i < n; i++)
        stacks[i] = (char)stack_byte(w, thread[order[i]], stack[order[i]]);
}

static void write_points(struct writing *w)
{
    const struct profile *p = w->p;
    w->tick = NEW_N(w->work, uint32_t, p->n_lanes);
    w->last_time = NEW_N(w->work, uint32_t, p->n_lanes);
    w->last_weight = NEW_N(w->work, uint64_t, p->n_lanes);
    w->threads = NEW_N(w->work, struct recent, p->n_lanes);
    w->stacks = NEW_N(w->work, struct recent, p->n_threads);
    for (uint32_t l = 0; l < p->n_lanes; l++)
        w->last_weight[l] = 1;
    if (p->has_time) {
        struct arena_mark mark = arena_mark(w->work);
        find_ticks(w);
        arena_reset(w->work, mark);
        for (uint32_t l = 0; l < p->n_lanes; l++)
            varint_put(&w->columns[SAMPLES_TICK], w->tick[l]);
    }
    uint32_t *room = NEW_N(w->work, uint32_t, CHUNK_ARRAYS * PACK_CHUNK);
    for (uint32_t first = 0; first < p->n_points; first += PACK_CHUNK)
        write_chunk(w, first, p->n_points - first < PACK_CHUNK ? p->n_points - first : PACK_CHUNK, room);
    if (w->n_weight_bits % 8)
        buf_char(&w->columns[SAMPLES_WEIGHT_NEW], (char)w->weight_bits);
    for (unsigned plane = 0; plane < 4; plane++) { /* one that has begun goes on to the end */
        struct buf *c = &w->columns[SAMPLES_STACK_ESCAPE + plane];
        while (c->n && c->n < w->n_escapes && !c->over)
            buf_char(c, 0);
    }
}

static uint64_t span_value(const struct writing *w, enum samples_column column, uint32_t i)
{
    const struct profile *p = w->p;
    switch (column) {
    case SAMPLES_SPAN_START:
        return span_start(p, i) - (i ? span_start(p, i - 1) : 0);
    case SAMPLES_SPAN_DURATION:
        return span_duration(p, i);
    case SAMPLES_SPAN_STACK:
        return w->stack_of_node[span_node(p, i)];
    case SAMPLES_SPAN_THREAD:
        return span_thread(p, i);
    default:
        return span_lane(p, i);
    }
}

static void write_spans(struct writing *w, enum samples_column column)
{
    struct buf *to = &w->columns[column];
    size_t bytes = 0;
    for (uint32_t i = 0; i < w->p->n_spans; i++)
        bytes += varint_bytes(span_value(w, column, i));
    buf_reserve(to, bytes);
    for (uint32_t i = 0; i < w->p->n_spans; i++)
        varint_put(to, span_value(w, column, i));
}

/* Columns of points are made together; those of spans one by one, so that only one at a time is there as it
 * is. */
void columns_write(const struct profile *p, const uint32_t *stack_of_node, bool is_last,
                   struct section_writer *to, struct arena *work)
{
    const struct column *points[] = {&p->points.time, &p->points.node,   &p->points.thread,
                                     &p->points.lane, &p->points.weight, &p->points.ns};
    const struct column *spans[] = {&p->spans.start, &p->spans.duration, &p->spans.node, &p->spans.thread,
                                    &p->spans.lane};
    struct buf columns[SAMPLES_COLUMNS];
    for (uint32_t c = 0; c < SAMPLES_COLUMNS; c++)
        columns[c] = buf_new(LIMIT_COLUMN_BYTES, work);
    struct writing w = {.p = p, .stack_of_node = stack_of_node, .columns = columns, .work = work};
    write_points(&w);
    for (size_t i = 0; is_last && i < sizeof points / sizeof *points; i++)
        column_forget(points[i]);
    for (uint32_t c = 0; c < SAMPLES_COLUMNS; c++) {
        if (c >= SAMPLES_SPAN_START) {
            write_spans(&w, (enum samples_column)c);
            if (is_last)
                column_forget(spans[c - SAMPLES_SPAN_START]);
        }
        section_put(to, &columns[c]);
    }
}
