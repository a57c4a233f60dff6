/* SPDX-License-Identifier: MIT
 *
 * A lane's sampler ticks regularly, so times are distances from the commonest tick; the threads of a lane
 * and the stacks of a thread recur, so both are ranks in move-to-front lists. The lists and the last time of
 * each lane live on from chunk to chunk. */
#include "pack/columns.h"

#include <stdlib.h>

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

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The commonest distance between neighbours of a lane; the smallest of several. */
static uint32_t commonest(uint32_t *delta, uint32_t n)
{
    uint32_t best = 0, best_n = 0;
    qsort(delta, n, sizeof *delta, by_value);
    for (uint32_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && delta[i + run] == delta[i]; run++)
            ;
        if (run > best_n) {
            best_n = run;
            best = delta[i];
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
    for (uint32_t l = 0; l < p->n_lanes; l++)
        w->tick[l] = n_in[l] ? commonest(delta[l] + 1, n_in[l] - 1) : 0;
}

static void write_time(struct writing *w, uint32_t lane, uint32_t time)
{
    uint64_t v = zigzag((int64_t)time - w->last_time[lane] - w->tick[lane]);
    w->last_time[lane] = time;
    buf_char(&w->columns[SAMPLES_TIME], (char)(v < PACK_TIME_ESCAPE ? v : PACK_TIME_ESCAPE));
    if (v >= PACK_TIME_ESCAPE)
        varint_put(&w->columns[SAMPLES_TIME_ESCAPE], v);
}

static void write_thread(struct writing *w, uint32_t lane, uint32_t thread)
{
    uint32_t rank = recent_rank(&w->threads[lane], thread);
    buf_char(&w->columns[SAMPLES_THREAD], (char)rank);
    if (rank == PACK_LIST)
        varint_put(&w->columns[SAMPLES_THREAD_ESCAPE], thread);
    recent_move(&w->threads[lane], rank, thread, w->work);
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

static void write_stack(struct writing *w, uint32_t thread, uint32_t stack)
{
    struct recent *list = &w->stacks[thread];
    uint32_t rank = recent_rank(list, stack);
    buf_char(&w->columns[SAMPLES_STACK], (char)rank);
    if (rank == PACK_LIST) {
        uint64_t v = zigzag((int64_t)stack - recent_front(list));
        for (unsigned plane = 0; plane < 4; plane++)
            write_plane(w, plane, (uint8_t)(v >> 8 * plane));
        w->n_escapes++;
    }
    recent_move(list, rank, stack, w->work);
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
#define CHUNK_ARRAYS 5u
static void write_chunk(struct writing *w, uint32_t first, uint32_t n, uint32_t *room)
{
    const struct profile *p = w->p;
    uint32_t *order = room, *spare = room + PACK_CHUNK, *lane = room + 2 * PACK_CHUNK;
    uint32_t *time = room + 3 * PACK_CHUNK, *thread = room + 4 * PACK_CHUNK;
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    column_copy(&p->points.lane, first, n, lane);
    column_copy(&p->points.time, first, n, time);
    column_copy(&p->points.thread, first, n, thread);
    order_by(lane, order, spare, n);
    write_runs(w, lane, order, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = order[i];
        if (p->has_time)
            write_time(w, lane[at], time[at]);
        write_thread(w, lane[at], thread[at]);
        if (p->weight != WEIGHT_SAMPLES)
            write_weight(w, lane[at], point_weight(p, first + at));
    }
    order_by(time, order, spare, n);
    order_by(thread, order, spare, n);
    for (uint32_t i = 0; i < n; i++)
        write_stack(w, thread[order[i]], w->stack_of_node[point_node(p, first + order[i])]);
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

struct reading {
    struct section *s;
    struct profile *p;
    struct arena *work;
    const uint32_t *node_of_stack;
    uint32_t n_stacks;
    struct varint_reader *run, *tick_column, *time, *time_escape, *thread, *thread_escape, *stack, *plane[4],
        *weight_new, *weight;
    uint32_t *tick, *last_time;
    uint64_t *last_weight;
    struct recent *threads, *stacks;
    uint32_t n_read;        /* points whose weight bit was read */
    uint32_t last_of_chunk; /* time */
    /* Of the chunk, in (lane, time) order. */
    uint32_t *c_time, *c_thread, *c_node, *c_lane, *order, *spare;
    uint64_t *c_weight;
};

static bool read_runs(struct reading *r, uint32_t n)
{
    uint64_t lane = 0;
    for (uint32_t i = 0; i < n;) {
        uint64_t gap = varint_get(r->run), run = varint_get(r->run);
        if (gap >= r->p->n_lanes || (lane += gap) >= r->p->n_lanes)
            return section_fault(r->s, SAMPLES_RUN, "a lane is out of range");
        if (run == 0 || run > n - i)
            return section_fault(r->s, SAMPLES_RUN,
                                 "a run is empty or longer than what is left of its chunk");
        for (uint64_t k = 0; k < run; k++)
            r->c_lane[i++] = (uint32_t)lane;
        lane++;
    }
    return true;
}

static bool read_time(struct reading *r, uint32_t i)
{
    uint32_t lane = r->c_lane[i];
    uint64_t v = varint_byte(r->time);
    if (v == PACK_TIME_ESCAPE)
        v = varint_get(r->time_escape);
    if (v > UINT64_C(0x1ffffffff))
        return section_fault(r->s, SAMPLES_TIME_ESCAPE, "a time is out of range");
    int64_t time = (int64_t)r->last_time[lane] + r->tick[lane] + unzigzag(v);
    if (time < r->last_time[lane])
        return section_fault(r->s, SAMPLES_TIME, "times of a lane go back");
    if (time >= r->p->n_steps)
        return section_fault(r->s, SAMPLES_TIME, "a time is past the end");
    r->c_time[i] = r->last_time[lane] = (uint32_t)time;
    return true;
}

/* A rank in the list, or what `escape` gives for one that is not there. */
static bool read_thread(struct reading *r, uint32_t i)
{
    struct recent *list = &r->threads[r->c_lane[i]];
    uint8_t rank = varint_byte(r->thread);
    uint64_t thread = 0;
    if (rank == PACK_LIST)
        thread = varint_get(r->thread_escape);
    else if (rank < list->n)
        thread = list->value[rank];
    else
        return section_fault(r->s, SAMPLES_THREAD, "a rank is past the end of its list");
    if (thread >= r->p->n_threads)
        return section_fault(r->s, SAMPLES_THREAD_ESCAPE, "a thread is out of range");
    recent_move(list, rank, (uint32_t)thread, r->work);
    r->c_thread[i] = (uint32_t)thread;
    return true;
}

static bool read_weight(struct reading *r, uint32_t i)
{
    uint32_t lane = r->c_lane[i];
    if (r->weight_new->p[r->n_read / 8] >> r->n_read % 8 & 1)
        r->last_weight[lane] = varint_get(r->weight);
    r->n_read++;
    r->c_weight[i] = r->last_weight[lane];
    return r->c_weight[i] <= LIMIT_WEIGHT_SUM
               ? true
               : section_fault(r->s, SAMPLES_WEIGHT, "a weight is out of range");
}

static bool read_stack(struct reading *r, uint32_t i)
{
    struct recent *list = &r->stacks[r->c_thread[i]];
    uint8_t rank = varint_byte(r->stack);
    int64_t stack;
    if (rank == PACK_LIST) {
        uint32_t v = 0;
        for (unsigned plane = 0; plane < 4; plane++)
            if (r->plane[plane]->n)
                v |= (uint32_t)varint_byte(r->plane[plane]) << 8 * plane;
        stack = (int64_t)recent_front(list) + unzigzag(v);
    } else if (rank < list->n) {
        stack = list->value[rank];
    } else {
        return section_fault(r->s, SAMPLES_STACK, "a rank is past the end of its list");
    }
    if (stack < 0 || stack >= r->n_stacks)
        return section_fault(r->s, SAMPLES_STACK_ESCAPE, "a stack is out of range");
    recent_move(list, rank, (uint32_t)stack, r->work);
    r->c_node[i] = r->node_of_stack[stack];
    return true;
}

/* From the chunk's arrays to those of the profile, in the order of time. */
static void put_chunk(struct reading *r, uint32_t n)
{
    struct profile *p = r->p;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from = r->order[i];
        column_add(&p->points.time, r->c_time[from]);
        column_add(&p->points.node, r->c_node[from]);
        column_add(&p->points.thread, r->c_thread[from]);
        column_add(&p->points.lane, r->c_lane[from]);
        if (p->weight != WEIGHT_SAMPLES)
            column_add(&p->points.weight, r->c_weight[from]);
    }
    r->last_of_chunk = r->c_time[r->order[n - 1]];
}

static bool read_chunk(struct reading *r, uint32_t n)
{
    if (!read_runs(r, n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        r->c_time[i] = 0;
        if (r->p->has_time && !read_time(r, i))
            return false;
        if (!read_thread(r, i) || (r->p->weight != WEIGHT_SAMPLES && !read_weight(r, i)))
            return false;
        r->order[i] = i;
    }
    order_by(r->c_time, r->order, r->spare, n);
    order_by(r->c_thread, r->order, r->spare, n);
    for (uint32_t i = 0; i < n; i++)
        if (!read_stack(r, r->order[i]))
            return false;
    for (uint32_t i = 0; i < n; i++)
        r->order[i] = i;
    order_by(r->c_time, r->order, r->spare, n);
    if (r->c_time[r->order[0]] < r->last_of_chunk)
        return section_fault(r->s, SAMPLES_TIME, "a chunk begins before the end of the one before");
    put_chunk(r, n);
    return true;
}

/* Checks every column's size against n_points before anything is allocated by it. */
static bool take_columns(struct reading *r)
{
    struct profile *p = r->p;
    uint64_t n = p->n_points, timed = p->has_time ? n : 0, ticks = p->has_time ? p->n_lanes : 0,
             weighed = p->weight == WEIGHT_SAMPLES ? 0 : n;
    struct section *s = r->s;
    if (!(r->run = section_take(s, SAMPLES_RUN, 0, n * 2 * VARINT_BYTES)) ||
        !(r->tick_column = section_take(s, SAMPLES_TICK, ticks, ticks * VARINT_BYTES)) ||
        !(r->time = section_take(s, SAMPLES_TIME, timed, timed)) ||
        !(r->time_escape = section_take(s, SAMPLES_TIME_ESCAPE, 0, timed * VARINT_BYTES)) ||
        !(r->thread = section_take(s, SAMPLES_THREAD, n, n)) ||
        !(r->thread_escape = section_take(s, SAMPLES_THREAD_ESCAPE, 0, n * VARINT_BYTES)) ||
        !(r->stack = section_take(s, SAMPLES_STACK, n, n)) ||
        !(r->weight_new = section_take(s, SAMPLES_WEIGHT_NEW, (weighed + 7) / 8, (weighed + 7) / 8)) ||
        !(r->weight = section_take(s, SAMPLES_WEIGHT, 0, weighed * VARINT_BYTES)))
        return false;
    uint64_t n_escapes = 0;
    for (uint64_t i = 0; i < n; i++)
        n_escapes += r->stack->p[i] == PACK_LIST;
    for (unsigned plane = 0; plane < 4; plane++) {
        uint32_t column = SAMPLES_STACK_ESCAPE + plane;
        r->plane[plane] = section_take(s, column, 0, n_escapes);
        if (!r->plane[plane])
            return false;
        if (r->plane[plane]->n && r->plane[plane]->n != n_escapes)
            return section_fault(s, column, "is neither empty nor as long as there are escapes");
    }
    return true;
}

static bool read_points(struct reading *r)
{
    struct profile *p = r->p;
    if (!take_columns(r))
        return false;
    r->tick = NEW_N(r->work, uint32_t, p->n_lanes);
    r->last_time = NEW_N(r->work, uint32_t, p->n_lanes);
    r->last_weight = NEW_N(r->work, uint64_t, p->n_lanes);
    r->threads = NEW_N(r->work, struct recent, p->n_lanes);
    r->stacks = NEW_N(r->work, struct recent, p->n_threads);
    for (uint32_t l = 0; l < p->n_lanes; l++) {
        uint64_t tick = p->has_time ? varint_get(r->tick_column) : 0;
        if (tick > UINT32_MAX)
            return section_fault(r->s, SAMPLES_TICK, "a tick is out of range");
        r->tick[l] = (uint32_t)tick;
        r->last_weight[l] = 1;
    }
    uint32_t room = p->n_points < PACK_CHUNK ? p->n_points : PACK_CHUNK;
    uint32_t **array[] = {&r->c_time, &r->c_thread, &r->c_node, &r->c_lane, &r->order, &r->spare};
    for (size_t i = 0; i < sizeof array / sizeof *array; i++)
        *array[i] = NEW_N(r->work, uint32_t, room);
    r->c_weight = NEW_N(r->work, uint64_t, room);
    for (uint32_t first = 0; first < p->n_points; first += PACK_CHUNK)
        if (!read_chunk(r, p->n_points - first < PACK_CHUNK ? p->n_points - first : PACK_CHUNK))
            return false;
    r->weight_new->at = r->weight_new->n; /* read by bits, not by bytes */
    return section_done(r->s, 0, SAMPLES_SPAN_START);
}

static bool read_spans(struct section *s, struct profile *p, const uint32_t *node_of_stack, uint32_t n_stacks)
{
    struct varint_reader *column[SAMPLES_COLUMNS - SAMPLES_SPAN_START];
    uint32_t n = p->n_spans;
    for (uint32_t c = 0; c < SAMPLES_COLUMNS - SAMPLES_SPAN_START; c++)
        if (!(column[c] = section_take(s, SAMPLES_SPAN_START + c, n, (uint64_t)n * VARINT_BYTES)))
            return false;
    uint64_t start = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t step = varint_get(column[0]), duration = varint_get(column[1]),
                 stack = varint_get(column[2]), thread = varint_get(column[3]), lane = varint_get(column[4]);
        if (step >= p->n_steps || (start += step) >= p->n_steps)
            return section_fault(s, SAMPLES_SPAN_START, "a span begins past the end");
        if (duration > p->n_steps - start)
            return section_fault(s, SAMPLES_SPAN_DURATION, "a span ends past the end");
        if (stack >= n_stacks)
            return section_fault(s, SAMPLES_SPAN_STACK, "a stack is out of range");
        if (thread >= p->n_threads)
            return section_fault(s, SAMPLES_SPAN_THREAD, "a thread is out of range");
        if (lane >= p->n_lanes)
            return section_fault(s, SAMPLES_SPAN_LANE, "a lane is out of range");
        column_add(&p->spans.start, start);
        column_add(&p->spans.duration, duration);
        column_add(&p->spans.node, node_of_stack[stack]);
        column_add(&p->spans.thread, thread);
        column_add(&p->spans.lane, lane);
    }
    return section_done(s, SAMPLES_SPAN_START, SAMPLES_COLUMNS);
}

bool columns_read(struct section *s, struct profile *p, const uint32_t *node_of_stack, uint32_t n_stacks,
                  struct arena *arena)
{
    struct reading r = {
        .s = s, .p = p, .work = s->work, .node_of_stack = node_of_stack, .n_stacks = n_stacks};
    samples_open(p, arena);
    bool ok = read_points(&r) && read_spans(s, p, node_of_stack, n_stacks);
    samples_close(p);
    return ok;
}
