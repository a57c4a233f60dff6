/* SPDX-License-Identifier: MIT
 *
 * One pass over whole lines. Frame lines that were seen before are found (frame_memo.h) and take with them what followed them
 * before (stack_memo.h); a line that is new is looked at from all sides, once. */
#include "ingest/perf_reader.h"

#include <string.h>

#include "base/limits.h"
#include "ingest/header_memo.h"
#include "ingest/perf_facts.h"
#include "ingest/perf_frame.h"
#include "ingest/perf_header.h"

/* Methods inlined into one Java frame; HotSpot stops at 15 levels. */
#define INLINED_PARTS 128
/* Numbers of frames that a reader gives before it begins anew: some lines get a new one each time. */
#define MOST_FRAMES (1u << 22)
/* Of a name: enough for whoever cuts it to see that it is too long. */
#define MOST_NAME (LIMIT_ONE_NAME + 4)
/* How far back a border is looked for, and at how many lines: text without any must not cost more than this. */
#define BORDER_BYTES (256u << 10)
#define BORDER_TRIES 64

struct perf_reader {
    const char *at, *stop; /* of the chunk */
    uint64_t number;       /* of the line that ended before `at` */
    bool no_newline;
    struct perf_batch *batch;
    struct perf_so_far so_far;

    bool open;      /* a sample is open: */
    bool timed;     /*   its header had a time */
    bool had_blank; /*   a blank line came since its header */
    struct batch_sample sample;
    uint64_t header_line;
    bool is_plain;    /*   its lines were all known, one behind the other: they are at hand in `stacks`, else in `frames` */
    uint32_t *frames; /* leaf first */
    uint32_t n_frames;
    uint32_t last; /* memo line of the last frame; 0 at the start of a stack */

    enum weigh_by asked; /* of the spec */
    bool in_record;      /* TAB lines continue a PERF_RECORD_ */
    char broken_comm[PERF_COMM_BYTES + 1]; /* lines that may be the front of a comm with a newline in it */
    size_t n_broken_comm;
    uint64_t broken_line;

    /* What is remembered, on `memory` above `empty`; lines by themselves. */
    struct arena *memory, *memo_memory;
    struct arena_mark empty;
    struct frame_memo *memo;
    struct stack_memo *stacks;
    struct header_memo *headers;
    struct intern threads, events;
    uint32_t n_given; /* numbers of frames */
    bool restarted;
};

/* ---- what cannot be read */

static bool is_last_half(const struct perf_reader *r)
{
    return r->no_newline && r->at == r->stop;
}

static void unreadable(struct perf_reader *r, uint64_t number, struct str line, const char *why)
{
    r->batch->tally.n_unreadable++;
    if (is_last_half(r))
        r->batch->tally.truncated = 1;
    perf_batch_unreadable(&r->batch->unreadable, number, line, why);
}

/* The front of a comm with a newline in it turned out to be nothing of the kind. */
static void drop_broken_comm(struct perf_reader *r)
{
    struct str left = {r->broken_comm, r->n_broken_comm}, line;
    for (uint64_t number = r->broken_line; left.n; number++) {
        str_cut(left, '\n', &line, &left);
        unreadable(r, number, line, "not a sample's header");
    }
    r->n_broken_comm = 0;
}

static void maybe_broken_comm(struct perf_reader *r, struct str line)
{
    if (r->n_broken_comm + line.n + 1 > PERF_COMM_BYTES || is_last_half(r)) {
        drop_broken_comm(r);
        unreadable(r, r->number, line, "not a sample's header");
        return;
    }
    if (!r->n_broken_comm)
        r->broken_line = r->number;
    memcpy(r->broken_comm + r->n_broken_comm, line.p, line.n);
    r->n_broken_comm += line.n;
    r->broken_comm[r->n_broken_comm++] = '\n';
}

/* ---- numbers for what is met, told to whoever takes the batch when they are new */

static uint32_t give_frame(struct perf_reader *r, const struct perf_frame *f)
{
    struct batch_frame frame = {perf_batch_text(r->batch, f->name), perf_batch_text(r->batch, f->module), f->kind};
    (void)vec_push(&r->batch->frames, SIZE_MAX, r->batch->rows, frame);
    return r->n_given++;
}

static uint32_t give_thread(struct perf_reader *r, const struct perf_header *h, struct str comm)
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

/* From here on the stack is more than known lines, or its text goes. */
static void leave_plain(struct perf_reader *r)
{
    if (r->is_plain)
        push_frames_of(r, r->stacks->lines, r->stacks->n);
    r->is_plain = false;
}

/* The known line that begins at `text`, and what follows it as before; gives where the text goes on. */
static const char *push_known(struct perf_reader *r, uint32_t line, const char *text)
{
    if (r->is_plain && stack_memo_takes(r->stacks, text)) {
        text = stack_memo_add(r->stacks, r->memo, line, text, r->stop);
        r->last = r->stacks->lines[r->stacks->n - 1];
        return text;
    }
    leave_plain(r);
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
    leave_plain(r);
    if (was_plain && r->n_frames && r->n_frames <= LIMIT_STACK_DEPTH)
        r->sample.stack = stack_memo_keep(r->stacks, r->memo);
}

static void finish_sample(struct perf_reader *r)
{
    if (!r->open)
        return;
    r->open = false;
    settle_stack(r);
    if (!r->timed && !r->so_far.any_flat) {
        if (!r->n_frames && r->sample.stack == STACK_MEMO_NONE) {
            unreadable(r, r->header_line, STR(""), "a header without a time and without a stack");
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
    r->sample.thread = give_thread(r, &waited, comm);
}

/* What the spec wants to weigh by, from what the tracepoint prints. */
static void weigh(struct perf_reader *r, const struct perf_header *h)
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

/* A frame line that is new: `raw` with its '\n', `line` without line end. False: no frame line. `is_kept`: what it is hangs on
 * nothing else, so that it may be known the next time. */
static bool push_new(struct perf_reader *r, struct str raw, struct str line, bool is_kept)
{
    struct perf_frame whole, parts[INLINED_PARTS];
    uint32_t frames[INLINED_PARTS];
    if (!perf_frame_parse(line, &whole))
        return false;
    if (is_last_half(r) && r->so_far.any_module && (!whole.module.n || whole.is_cut) &&
        whole.kind != FRAME_INLINED && !str_ends(line, STR(")"))) {
        r->batch->tally.truncated = 1;
        return false;
    }
    r->so_far.any_module |= whole.module.n > 0;
    uint32_t n = (uint32_t)perf_frame_parts(&whole, parts, INLINED_PARTS);
    for (uint32_t i = 0; i < n; i++)
        frames[i] = give_frame(r, &parts[i]);
    uint32_t known = is_kept ? frame_memo_add(r->memo, raw.p, raw.n, frames, n) : 0;
    if (known) {
        (void)push_known(r, known, raw.p);
    } else {
        leave_plain(r);
        push(r, frames, n);
    }
    return true;
}

/* Without call chains the one frame stands on the header line, behind data that may look like an address: the
 * last word of 16 columns that is one and has a symbol right behind it. */
static struct str frame_of_header(struct str rest)
{
    size_t from = 0, best = SIZE_MAX;
    while (from < rest.n) {
        size_t at = from;
        while (at < rest.n && (rest.p[at] == ' ' || rest.p[at] == '\t'))
            at++;
        size_t end = at;
        while (end < rest.n && rest.p[end] && strchr("0123456789abcdef", rest.p[end]))
            end++;
        bool whole_word = end > at && (end == rest.n || rest.p[end] == ' ' || rest.p[end] == '\t');
        bool symbol_next = end + 1 < rest.n && rest.p[end + 1] != ' ';
        if (whole_word && end - from >= 16 && (symbol_next || end == rest.n))
            best = at;
        while (end < rest.n && rest.p[end] != ' ' && rest.p[end] != '\t')
            end++;
        from = end;
    }
    return best == SIZE_MAX ? STR("") : str_sub(rest, best, rest.n);
}

/* ---- header lines */

static void lost(struct perf_reader *r, struct str record)
{
    if (!str_starts(record, STR("PERF_RECORD_LOST")))
        return;
    size_t at = str_find(record, STR("lost "));
    uint64_t n = 1;
    if (at != SIZE_MAX) {
        struct str number, tail;
        str_cut(str_sub(record, at + 5, record.n), ' ', &number, &tail);
        if (!str_u64(number, &n))
            n = 1;
    }
    r->batch->tally.n_lost += n;
}

static void note_time(struct perf_reader *r, int64_t time_ns, unsigned digits)
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

static struct str whole_comm(struct perf_reader *r, struct str comm, char room[PERF_COMM_BYTES + 1])
{
    if (r->n_broken_comm && r->n_broken_comm + comm.n <= PERF_COMM_BYTES) {
        memcpy(room, r->broken_comm, r->n_broken_comm);
        memcpy(room + r->n_broken_comm, comm.p, comm.n);
        comm = (struct str){room, r->n_broken_comm + comm.n};
        r->n_broken_comm = 0;
    }
    drop_broken_comm(r);
    return comm;
}

static void open_sample(struct perf_reader *r, bool is_timed)
{
    r->in_record = false;
    r->open = true;
    r->timed = is_timed;
    r->had_blank = false;
    r->header_line = r->number;
    r->is_plain = true;
    stack_memo_begin(r->stacks);
    r->n_frames = 0;
    r->last = 0;
}

/* A header that differs from one before in its numbers only. */
static bool begin_known(struct perf_reader *r)
{
    struct known_header h;
    if (r->n_broken_comm || !header_memo_find(r->headers, r->at, r->stop, &h))
        return false;
    finish_sample(r);
    r->at = h.end;
    r->number++;
    open_sample(r, true);
    note_time(r, h.time_ns, h.digits);
    r->sample = (struct batch_sample){.time_ns = h.time_ns, .cpu = h.cpu, .period = h.period, .thread = h.thread, .event = h.event};
    return true;
}

/* The frame that stands on the header line. */
static void push_of_header(struct perf_reader *r, struct str line, const char *end)
{
    uint32_t known = frame_memo_find(r->memo, line.p, r->stop);
    size_t regs = known ? 0 : str_find(line, STR(" ABI:"));
    leave_plain(r); /* one line is no stack to look for */
    if (known)
        (void)push_known(r, known, line.p);
    else
        (void)push_new(r, (struct str){line.p, (size_t)(end - line.p)}, str_sub(line, 0, regs), true);
}

/* `raw`: what h was read from, with its '\n'. */
static void begin_sample(struct perf_reader *r, const struct perf_header *h, struct str raw)
{
    finish_sample(r);
    if (h->is_record) {
        drop_broken_comm(r);
        lost(r, h->rest);
        r->in_record = true;
        return;
    }
    char room[PERF_COMM_BYTES + 1];
    bool is_whole = !r->n_broken_comm;
    struct str comm = whole_comm(r, h->comm, room);
    open_sample(r, h->has_time);
    if (h->has_time)
        note_time(r, h->time_ns, h->digits);
    r->sample = (struct batch_sample){.time_ns = h->time_ns, .cpu = h->cpu, .period = h->period};
    r->sample.thread = give_thread(r, h, comm);
    weigh(r, h);
    struct str line = frame_of_header(h->rest);
    if (line.n)
        push_of_header(r, line, raw.p + raw.n);
    else if (is_whole && (r->asked == BY_SAMPLES || r->asked == BY_PERIOD))
        header_memo_add(r->headers, raw, h, r->sample.thread, r->sample.event);
}

static void comment(struct perf_reader *r, struct str line)
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

/* ---- lines inside a sample that are no frames */

/* A source line ("  main.c:12", which marks inlined frames only when frames have no dso), registers, branch
 * stacks, instruction bytes. */
static bool is_extra(struct str line)
{
    struct str s = str_trim(line);
    if (line.n > 2 && line.p[0] == ' ' && line.p[1] == ' ' && line.p[2] != ' ')
        return true;
    return str_starts(s, STR("ABI:")) || str_starts(s, STR("0x")) || str_starts(s, STR("insn:")) ||
           str_starts(s, STR("ilen:")) || str_find(s, STR("/P/")) != SIZE_MAX ||
           str_find(s, STR("/M/")) != SIZE_MAX || str_find(s, STR("/-/")) != SIZE_MAX;
}

static void extra(struct perf_reader *r, struct str line)
{
    struct perf_frame f;
    if (!str_ends(line, STR(" (inlined)")) || !r->last)
        return;
    leave_plain(r);
    if (!r->n_frames)
        return;
    const struct memo_line *l = memo_line(r->memo, r->last);
    if (!perf_frame_parse(str_trim((struct str){l->text, l->n_bytes}), &f) || f.module.n)
        return;
    f.kind = FRAME_INLINED;
    r->frames[r->n_frames - 1] = give_frame(r, &f);
}

/* ---- one line */

/* A line that begins with a blank while a sample is open: most likely a frame. What could be a header somewhere else is not
 * remembered as a frame: what is known must not hang on what a reader saw before. */
static void indented_line(struct perf_reader *r, struct str raw, struct str line)
{
    struct perf_header h;
    bool is_header = perf_header_parse(line, false, &h);
    if (is_header && (line.p[0] == ' ' || r->had_blank))
        begin_sample(r, &h, raw);
    else if (push_new(r, raw, line, !is_header))
        ;
    else if (is_extra(line))
        extra(r, line);
    else
        unreadable(r, r->number, line, is_last_half(r) ? "cut off at the end" : "not a frame");
}

static void other_line(struct perf_reader *r, struct str raw, struct str line)
{
    struct perf_header h;
    bool indented = line.p[0] == ' ' || line.p[0] == '\t';
    if (line.p[0] == '#' && perf_is_comment(line)) {
        finish_sample(r);
        drop_broken_comm(r);
        comment(r, line);
        return;
    }
    if (perf_header_parse(line, !r->so_far.any_timed && !indented, &h)) {
        begin_sample(r, &h, raw);
        return;
    }
    if (line.p[0] == '#')
        return;
    if (str_starts(line, STR("PERF_RECORD_"))) {
        h = (struct perf_header){.is_record = true, .rest = line};
        begin_sample(r, &h, raw);
        return;
    }
    if (r->open && ((!r->had_blank && push_new(r, raw, line, false)) || is_extra(line)))
        return;
    if (indented && r->in_record)
        return;
    finish_sample(r);
    if (indented)
        unreadable(r, r->number, line, "a frame outside of any sample");
    else
        maybe_broken_comm(r, line);
}

static void blank_line(struct perf_reader *r)
{
    drop_broken_comm(r);
    r->had_blank = true;
    r->last = 0;
}

static void one_line(struct perf_reader *r)
{
    const char *newline = memchr(r->at, '\n', (size_t)(r->stop - r->at));
    struct str raw = {r->at, (size_t)(newline + 1 - r->at)};
    struct str line = {raw.p, raw.n - 1};
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    r->at = newline + 1;
    r->number++;
    if (line.n == 0) {
        blank_line(r);
        return;
    }
    if (line.n > LIMIT_LINE_BYTES)
        unreadable(r, r->number, line, "longer than 1 MiB");
    else if (r->open && (line.p[0] == ' ' || line.p[0] == '\t'))
        indented_line(r, raw, line);
    else
        other_line(r, raw, line);
}

/* The fast path: frames seen before, and the blank lines behind them. */
static void known_lines(struct perf_reader *r)
{
    while (r->at < r->stop) {
        if (*r->at == '\n') {
            r->at++;
            r->number++;
            blank_line(r);
            continue;
        }
        bool maybe = *r->at == '\t' || *r->at == ' ';
        uint32_t known = maybe ? frame_memo_find(r->memo, r->at, r->stop) : 0, before = r->stacks->n;
        if (!known)
            return;
        r->at = push_known(r, known, r->at);
        r->number += r->is_plain ? r->stacks->n - before : 1;
    }
}

/* ---- chunks */

static void forget_lines(struct perf_reader *r)
{
    arena_reset(r->memo_memory, (struct arena_mark){0});
    r->memo = frame_memo_new(r->memo_memory);
    r->stacks = stack_memo_new(r->memo_memory);
    r->last = 0;
}

/* Forgets all. */
static void restart(struct perf_reader *r)
{
    forget_lines(r);
    arena_reset(r->memory, r->empty);
    r->threads = intern_new(UINT32_MAX, SIZE_MAX, r->memory);
    r->events = intern_new(UINT32_MAX, SIZE_MAX, r->memory);
    r->headers = header_memo_new(r->memory);
    r->n_given = 0;
    r->restarted = true;
}

struct perf_reader *perf_reader_new(enum weigh_by weight, struct arena *arena)
{
    struct arena *memory = arena_like(arena);
    struct perf_reader *r = NEW(memory, struct perf_reader);
    r->memory = memory;
    r->memo_memory = arena_like(arena);
    r->asked = weight;
    r->frames = NEW_N(memory, uint32_t, LIMIT_STACK_DEPTH + 1);
    r->empty = arena_mark(memory);
    restart(r);
    return r;
}

void perf_reader_free(struct perf_reader *r)
{
    arena_free(r->memo_memory);
    arena_free(r->memory); /* r itself lives there */
}

void perf_reader_hook(struct perf_reader *r, struct arena_hook hook)
{
    arena_set_hook(r->memory, hook);
    arena_set_hook(r->memo_memory, hook);
}

struct perf_so_far perf_reader_so_far(const struct perf_reader *r)
{
    return r->so_far;
}

void perf_reader_set(struct perf_reader *r, struct perf_so_far so_far)
{
    r->so_far = so_far;
}

/* Numbers must stay what they are while a sample is open. */
static void begin_chunk(struct perf_reader *r, const struct perf_chunk *c, struct perf_batch *batch)
{
    if (c->is_fresh)
        r->open = r->in_record = false;
    bool is_full = arena_bytes(r->memory) + arena_bytes(r->memo_memory) > LIMIT_FRAME_MEMO_BYTES;
    if (!r->open && (is_full || r->n_given > MOST_FRAMES))
        restart(r);
    else if (is_full)
        forget_lines(r);
    batch->restarted = r->restarted;
    r->restarted = false;
    r->batch = batch;
    r->at = c->at;
    r->stop = c->stop;
    r->number = c->lines_before;
    r->no_newline = c->no_newline;
}

void perf_reader_chunk(struct perf_reader *r, const struct perf_chunk *c, struct perf_batch *batch)
{
    begin_chunk(r, c, batch);
    while (r->at < r->stop) {
        if (r->open)
            known_lines(r);
        if (r->at < r->stop && !begin_known(r))
            one_line(r);
    }
    if (c->is_closed) {
        finish_sample(r);
        drop_broken_comm(r);
    }
    leave_plain(r);
    batch->n_lines = r->number - c->lines_before;
    r->batch = NULL;
}

static bool begins_sample(char *at, char *stop)
{
    struct perf_header h;
    char *newline = memchr(at, '\n', (size_t)(stop - at));
    struct str line = {at, (size_t)(newline - at)};
    return *at != '\t' && *at != '#' && line.n <= LIMIT_LINE_BYTES && perf_header_parse(line, false, &h);
}

static char *line_before(char *at, char *line)
{
    for (line--; line > at && line[-1] != '\n'; line--)
        ;
    return line;
}

/* Behind a blank line or another header nothing is left over from before: neither a comm with a newline in it nor a stack that
 * a line could belong to. */
char *perf_reader_border(char *at, char *stop)
{
    char *least = (size_t)(stop - at) > BORDER_BYTES ? stop - BORDER_BYTES : at;
    int tries = 0;
    for (char *p = stop > at ? line_before(at, stop) : at; p > least && tries < BORDER_TRIES;) {
        char *before = line_before(at, p);
        bool is_blank = *before == '\n' || (*before == '\r' && before[1] == '\n');
        bool maybe = *p != '\t' && *p != '#' && *p != '\n' && *p != '\r';
        if (maybe && (is_blank || *before != '\t')) {
            tries++;
            if (begins_sample(p, stop) && (is_blank || begins_sample(before, stop)))
                return p;
        }
        p = before;
    }
    return NULL;
}
