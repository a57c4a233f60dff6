/* SPDX-License-Identifier: MIT
 *
 * See columns.h and columns_write.c: the same the other way, with everything checked before it is believed. */
#include "pack/columns.h"

#include "base/limits.h"
#include "pack/order.h"
#include "pack/recent.h"

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
