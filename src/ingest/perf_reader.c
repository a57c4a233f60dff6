/* SPDX-License-Identifier: MIT
 *
 * One pass over whole lines. Frame lines that were seen before are found (frame_memo.h) and take with them what followed them
 * before (stack_memo.h); a line that is new is looked at from all sides, once. */
#include "ingest/perf_reader.h"

#include <string.h>

#include "base/limits.h"
#include "ingest/lines.h"
#include "ingest/perf_facts.h"
#include "ingest/perf_reader_state.h"

/* Numbers of frames that a reader gives before it begins anew: some lines get a new one each time. */
#define MOST_FRAMES (1u << 22)
/* How far back a border is looked for, and at how many lines: text without any must not cost more than this. */
#define BORDER_BYTES (256u << 10)
#define BORDER_TRIES 64

/* ---- lines that may be the front of a comm */

/* The front of a comm with a newline in it turned out to be nothing of the kind. */
static void drop_broken_comm(struct perf_reader *r)
{
    struct str left = {r->broken_comm, r->n_broken_comm}, line;
    for (uint64_t number = r->broken_line; left.n; number++) {
        str_cut(left, '\n', &line, &left);
        reader_unreadable(r, number, line, "not a sample's header");
    }
    r->n_broken_comm = 0;
}

static void maybe_broken_comm(struct perf_reader *r, struct str line)
{
    if (r->n_broken_comm + line.n + 1 > PERF_COMM_BYTES || reader_is_last_half(r)) {
        drop_broken_comm(r);
        reader_unreadable(r, r->number, line, "not a sample's header");
        return;
    }
    if (!r->n_broken_comm)
        r->broken_line = r->number;
    memcpy(r->broken_comm + r->n_broken_comm, line.p, line.n);
    r->n_broken_comm += line.n;
    r->broken_comm[r->n_broken_comm++] = '\n';
}

/* ---- header lines */

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
    reader_finish_sample(r);
    r->at = h.end;
    r->number++;
    open_sample(r, true);
    reader_note_time(r, h.time_ns, h.digits);
    r->sample = (struct batch_sample){.time_ns = h.time_ns, .cpu = h.cpu, .period = h.period, .thread = h.thread, .event = h.event};
    return true;
}

/* The frame that stands on the header line. */
static void push_of_header(struct perf_reader *r, struct str line, const char *end)
{
    uint32_t known = reader_is_last_half(r) ? 0 : frame_memo_find(r->memo, line.p, r->stop);
    size_t regs = known ? 0 : str_find(line, STR(" ABI:"));
    reader_leave_plain(r); /* one line is no stack to look for */
    if (known)
        (void)reader_push_known(r, known, line.p);
    else
        (void)reader_push_new(r, (struct str){line.p, (size_t)(end - line.p)}, str_sub(line, 0, regs), true);
}

/* `raw`: what h was read from, with its '\n'. */
static void begin_sample(struct perf_reader *r, const struct perf_header *h, struct str raw)
{
    reader_finish_sample(r);
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
        reader_note_time(r, h->time_ns, h->digits);
    r->sample = (struct batch_sample){.time_ns = h->time_ns, .cpu = h->cpu, .period = h->period};
    r->sample.thread = reader_give_thread(r, h, comm);
    reader_weigh(r, h);
    struct str line = frame_of_header(h->rest);
    if (line.n)
        push_of_header(r, line, raw.p + raw.n);
    else if (is_whole && (r->asked == BY_SAMPLES || r->asked == BY_PERIOD))
        header_memo_add(r->headers, raw, h, r->sample.thread, r->sample.event);
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
    reader_leave_plain(r);
    if (!r->n_frames)
        return;
    const struct memo_line *l = memo_line(r->memo, r->last);
    if (!perf_frame_parse(str_trim((struct str){l->text, l->n_bytes}), &f) || f.module.n)
        return;
    f.kind = FRAME_INLINED;
    r->frames[r->n_frames - 1] = reader_give_frame(r, &f);
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
    else if (reader_push_new(r, raw, line, !is_header))
        ;
    else if (is_extra(line))
        extra(r, line);
    else
        reader_unreadable(r, r->number, line, reader_is_last_half(r) ? "cut off at the end" : "not a frame");
}

static void other_line(struct perf_reader *r, struct str raw, struct str line)
{
    struct perf_header h;
    bool indented = line.p[0] == ' ' || line.p[0] == '\t';
    if (line.p[0] == '#' && perf_is_comment(line)) {
        reader_finish_sample(r);
        drop_broken_comm(r);
        reader_comment(r, line);
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
    if (r->open && ((!r->had_blank && reader_push_new(r, raw, line, false)) || is_extra(line)))
        return;
    if (indented && r->in_record)
        return;
    reader_finish_sample(r);
    if (indented)
        reader_unreadable(r, r->number, line, "a frame outside of any sample");
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
        reader_unreadable(r, r->number, line, "longer than 1 MiB");
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
        r->at = reader_push_known(r, known, r->at);
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

/* Numbers must stay what they are while a sample is open, and within a batch. */
static void begin_chunk(struct perf_reader *r, const struct perf_chunk *c, struct perf_batch *batch)
{
    if (c->is_fresh)
        r->open = r->in_record = false;
    bool is_full = arena_bytes(r->memory) + arena_bytes(r->memo_memory) > LIMIT_FRAME_MEMO_BYTES;
    if (!r->open && !c->is_more && (is_full || r->n_given > MOST_FRAMES))
        restart(r);
    else if (is_full)
        forget_lines(r);
    if (!c->is_more) {
        batch->restarted = r->restarted;
        r->restarted = false;
    }
    r->batch = batch;
    r->at = c->at;
    r->stop = c->stop;
    r->number = c->lines_before;
    r->no_newline = false;
}

static void read_lines(struct perf_reader *r)
{
    while (r->at < r->stop) {
        if (r->open)
            known_lines(r);
        if (r->at < r->stop && !begin_known(r))
            one_line(r);
    }
}

/* Looked at by itself: half of a line is not what a whole one like it was taken for, by whichever reader met that. */
static void read_last_half(struct perf_reader *r, char *stop)
{
    r->stop = stop;
    r->no_newline = true;
    one_line(r);
}

void perf_reader_chunk(struct perf_reader *r, const struct perf_chunk *c, struct perf_batch *batch)
{
    bool has_half = c->no_newline && c->at < c->stop;
    begin_chunk(r, c, batch);
    if (has_half)
        r->stop = lines_end(c->at, c->stop - 1);
    read_lines(r);
    if (has_half)
        read_last_half(r, c->stop);
    if (c->is_closed) {
        reader_finish_sample(r);
        drop_broken_comm(r);
    }
    reader_leave_plain(r);
    batch->n_lines += r->number - c->lines_before;
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
