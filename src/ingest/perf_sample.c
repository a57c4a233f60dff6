/* SPDX-License-Identifier: MIT
 *
 * What lines were read as, into the batch: numbers for names that are new, frames into the stack at hand, the sample when it is
 * over. */
#include <string.h>

#include "base/limits.h"
#include "ingest/perf_facts.h"
#include "ingest/perf_reader_state.h"

/* Methods inlined into one Java frame; HotSpot stops at 15 levels. */
#define INLINED_PARTS 128
/* Of a name: enough for whoever cuts it to see that it is too long. */
#define MOST_NAME (LIMIT_ONE_NAME + 4)

/* ---- what cannot be read */

bool reader_is_last_half(const struct perf_reader *r)
{
    return r->no_newline && r->at == r->stop;
}

void reader_unreadable(struct perf_reader *r, uint64_t number, struct str line, const char *why)
{
    r->batch->tally.n_unreadable++;
    if (reader_is_last_half(r))
        r->batch->tally.truncated = 1;
    perf_batch_unreadable(&r->batch->unreadable, number, line, why);
}

/* ---- numbers for what is met, told to whoever takes the batch when they are new */

uint32_t reader_give_frame(struct perf_reader *r, const struct perf_frame *f)
{
    struct batch_frame frame = {perf_batch_text(r->batch, f->name), perf_batch_text(r->batch, f->module), f->kind};
    (void)vec_push(&r->batch->frames, SIZE_MAX, r->batch->rows, frame);
    return r->n_given++;
}

uint32_t reader_give_thread(struct perf_reader *r, const struct perf_header *h, struct str comm)
{
    char key[8 + MOST_NAME];
    comm = str_sub(comm, 0, MOST_NAME);
    memcpy(key, &h->pid, 4);
    memcpy(key + 4, &h->tid, 4);
    memcpy(key + 8, comm.p, comm.n);
    uint32_t before = r->threads.n, id = intern_id(&r->threads, (struct str){key, 8 + comm.n});
    if (r->threads.n > before) {
        struct batch_thread thread = {h->pid, h->tid, perf_batch_text(r->batch, comm)};
        (void)vec_push(&r->batch->threads, SIZE_MAX, r->batch->rows, thread);
    }
    return id;
}

/* `source`: the event that it was made of, or empty. */
static uint32_t give_event(struct perf_reader *r, struct str name, struct str source)
{
    char key[1 + MOST_NAME];
    name = str_sub(name, 0, MOST_NAME);
    key[0] = source.n ? 's' : 'p';
    memcpy(key + 1, name.p, name.n);
    uint32_t before = r->events.n, id = intern_id(&r->events, (struct str){key, 1 + name.n});
    if (r->events.n > before) {
        struct batch_event event = {perf_batch_text(r->batch, name), perf_batch_text(r->batch, source)};
        (void)vec_push(&r->batch->events, SIZE_MAX, r->batch->rows, event);
    }
    return id;
}

/* ---- stacks */

static void push(struct perf_reader *r, const uint32_t *frames, uint32_t n)
{
    for (uint32_t i = 0; i < n && r->n_frames <= LIMIT_STACK_DEPTH; i++)
        r->frames[r->n_frames++] = frames[i];
}

static void push_frames_of(struct perf_reader *r, const uint32_t *lines, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct memo_line *l = memo_line(r->memo, lines[i]);
        if (l->n_frames == 1 && r->n_frames <= LIMIT_STACK_DEPTH)
            r->frames[r->n_frames++] = l->frame;
        else
            push(r, r->memo->pool + l->frame, l->n_frames == 1 ? 0 : l->n_frames);
    }
}

void reader_leave_plain(struct perf_reader *r)
{
    if (r->is_plain)
        push_frames_of(r, r->stacks->lines, r->stacks->n);
    r->is_plain = false;
}

const char *reader_push_known(struct perf_reader *r, uint32_t line, const char *text)
{
    if (r->is_plain && stack_memo_takes(r->stacks, text)) {
        text = stack_memo_add(r->stacks, r->memo, line, text, r->stop);
        r->last = r->stacks->lines[r->stacks->n - 1];
        return text;
    }
    reader_leave_plain(r);
    push_frames_of(r, &line, 1);
    r->last = line;
    return text + memo_line(r->memo, line)->n_bytes;
}

/* ---- samples */

/* The stack at hand, as frames or as the number of one before. */
static void settle_stack(struct perf_reader *r)
{
    bool was_plain = r->is_plain;
    r->sample.stack = was_plain ? stack_memo_number(r->stacks) : STACK_MEMO_NONE;
    if (r->sample.stack != STACK_MEMO_NONE)
        return;
    reader_leave_plain(r);
    if (was_plain && r->n_frames && r->n_frames <= LIMIT_STACK_DEPTH)
        r->sample.stack = stack_memo_keep(r->stacks, r->memo);
}

void reader_finish_sample(struct perf_reader *r)
{
    if (!r->open)
        return;
    r->open = false;
    settle_stack(r);
    if (!r->timed && !r->so_far.any_flat) {
        if (!r->n_frames && r->sample.stack == STACK_MEMO_NONE) {
            reader_unreadable(r, r->header_line, STR(""), "a header without a time and without a stack");
            return;
        }
        r->so_far.any_flat = r->batch->flat = true;
    }
    struct perf_batch *batch = r->batch;
    r->sample.n_frames = r->n_frames;
    while (batch->pool.cap - batch->pool.n < r->n_frames) {
        size_t cap = vec_next_cap(batch->pool.cap + LIMIT_STACK_DEPTH);
        batch->pool.p = arena_grow(batch->rows, batch->pool.p, batch->pool.cap, cap, sizeof *batch->pool.p);
        batch->pool.cap = cap;
    }
    if (r->n_frames)
        memcpy(batch->pool.p + batch->pool.n, r->frames, r->n_frames * sizeof *r->frames);
    batch->pool.n += r->n_frames;
    (void)vec_push(&batch->samples, SIZE_MAX, batch->rows, r->sample);
}

static void of_who_waited(struct perf_reader *r, const struct perf_header *h)
{
    struct perf_header waited = {.pid = ID_NONE};
    struct str comm;
    if (!perf_payload_thread(h->rest, &comm, &waited.tid) || waited.tid == h->tid)
        return;
    r->sample.kind = BATCH_STAT;
    r->sample.sw.prev_tid = waited.tid;
    r->sample.thread = reader_give_thread(r, &waited, comm);
}

void reader_weigh(struct perf_reader *r, const struct perf_header *h)
{
    struct str event = h->event.n ? h->event : STR("samples");
    struct batch_sample *s = &r->sample;
    s->event = give_event(r, event, STR(""));
    if (r->asked == BY_DURATION) {
        bool issue = str_eq(event, STR("block:block_rq_issue")), complete = str_eq(event, STR("block:block_rq_complete"));
        if (perf_payload_switch(h->rest, &s->sw))
            s->kind = BATCH_SWITCH;
        else if ((issue || complete) && perf_payload_request(h->rest, &s->request))
            s->kind = issue ? BATCH_ISSUE : BATCH_COMPLETE;
        else if (perf_payload_duration(h->rest, &s->duration_ns))
            s->time_ns -= s->duration_ns;
        if (str_starts(event, STR("sched:sched_stat_")))
            of_who_waited(r, h);
    } else if (r->asked == BY_BYTES) {
        char room[LIMIT_ONE_NAME];
        struct str name = {room, 0};
        if (!perf_payload_bytes(h->rest, &s->period))
            s->kind = BATCH_NO_WEIGHT;
        if (event.n + sizeof "/bytes" <= sizeof room) {
            memcpy(room, event.p, event.n);
            memcpy(room + event.n, "/bytes", sizeof "/bytes" - 1);
            name.n = event.n + sizeof "/bytes" - 1;
        }
        s->event = give_event(r, name.n ? name : event, event);
    }
}

bool reader_push_new(struct perf_reader *r, struct str raw, struct str line, bool is_kept)
{
    struct perf_frame whole, parts[INLINED_PARTS];
    uint32_t frames[INLINED_PARTS];
    if (!perf_frame_parse(line, &whole))
        return false;
    if (reader_is_last_half(r) && r->so_far.any_module && (!whole.module.n || whole.is_cut) &&
        whole.kind != FRAME_INLINED && !str_ends(line, STR(")"))) {
        r->batch->tally.truncated = 1;
        return false;
    }
    r->so_far.any_module |= whole.module.n > 0;
    uint32_t n = (uint32_t)perf_frame_parts(&whole, parts, INLINED_PARTS);
    for (uint32_t i = 0; i < n; i++)
        frames[i] = reader_give_frame(r, &parts[i]);
    uint32_t known = is_kept ? frame_memo_add(r->memo, raw.p, raw.n, frames, n) : 0;
    if (known) {
        (void)reader_push_known(r, known, raw.p);
    } else {
        reader_leave_plain(r);
        push(r, frames, n);
    }
    return true;
}

void reader_note_time(struct perf_reader *r, int64_t time_ns, unsigned digits)
{
    struct batch_times *t = &r->batch->times;
    if (!t->any) {
        t->first_ns = t->max_ns = time_ns;
    } else {
        t->n_pairs++;
        t->n_down += time_ns < t->latest_ns;
    }
    t->latest_ns = time_ns;
    if (time_ns > t->max_ns)
        t->max_ns = time_ns;
    if (digits > t->digits)
        t->digits = digits;
    t->any = r->so_far.any_timed = true;
}

void reader_comment(struct perf_reader *r, struct str line)
{
    struct perf_fact fact;
    char room[LIMIT_ONE_NAME];
    if (!perf_fact_parse(line, &fact))
        return;
    if (str_eq(fact.key, STR("clock"))) {
        r->batch->has_clock = true;
        r->batch->clock_time_ns = fact.time_ns;
        r->batch->clock_epoch_ns = fact.epoch_ns;
        return;
    }
    struct str value = str_sub(fact.value, 0, sizeof room - fact.prefix.n);
    memcpy(room, fact.prefix.p, fact.prefix.n);
    memcpy(room + fact.prefix.n, value.p, value.n);
    value = (struct str){room, fact.prefix.n + value.n};
    (void)vec_push(&r->batch->facts, SIZE_MAX, r->batch->rows,
                   (struct fact){perf_batch_text(r->batch, fact.key), perf_batch_text(r->batch, value)});
}
