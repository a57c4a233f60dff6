/* SPDX-License-Identifier: MIT
 *
 * One pass over whole lines. The fast path, three lines of four, is one compare with the line that followed
 * last time (frame_memo.h); a line that is new is looked at from all sides, once. */
#include "ingest/perf_reader.h"

#include <string.h>

#include "base/limits.h"
#include "ingest/perf_facts.h"
#include "ingest/perf_frame.h"
#include "ingest/perf_header.h"

/* Methods inlined into one Java frame; HotSpot stops at 15 levels. */
#define INLINED_PARTS 128
/* ---- what cannot be read */

static bool is_last_half(const struct perf_reader *r)
{
    return r->lines.no_newline && r->lines.at == r->lines.stop;
}

static void unreadable(struct perf_reader *r, uint64_t number, struct str line, const char *why)
{
    builder_tally(r->b)->n_unreadable++;
    if (is_last_half(r))
        builder_tally(r->b)->truncated = 1;
    if (r->first_line && r->first_line <= number)
        return;
    r->first_line = number;
    r->first_why = why;
    r->n_first_text = line.n < PERF_KEPT_TEXT ? line.n : PERF_KEPT_TEXT;
    memcpy(r->first_text, line.p, r->n_first_text);
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
        unreadable(r, r->lines.number, line, "not a sample's header");
        return;
    }
    if (!r->n_broken_comm)
        r->broken_line = r->lines.number;
    memcpy(r->broken_comm + r->n_broken_comm, line.p, line.n);
    r->n_broken_comm += line.n;
    r->broken_comm[r->n_broken_comm++] = '\n';
}

/* ---- samples */

static void finish_sample(struct perf_reader *r)
{
    if (!r->open)
        return;
    r->open = false;
    if (!r->timed && !r->any_flat) {
        if (!r->n_frames) {
            unreadable(r, r->header_line, STR(""), "a header without a time and without a stack");
            return;
        }
        r->any_flat = true;
        builder_flat(r->b);
    }
    r->sample.stack = builder_stack(r->b, r->sample.thread, r->frames, r->n_frames);
    if (r->is_switch) {
        offcpu_switch(r->offcpu, &r->sample, &r->sw, r->event);
    } else if (r->has_no_weight) {
        builder_tally(r->b)->n_read++;
        builder_tally(r->b)->n_other_event++;
    } else {
        builder_sample(r->b, &r->sample);
    }
}

/* What the spec wants to weigh by, from what the tracepoint prints. */
static void weigh(struct perf_reader *r, const struct perf_header *h)
{
    struct str event = h->event.n ? h->event : STR("samples");
    r->is_switch = r->has_no_weight = false;
    r->sample.event = builder_event(r->b, event);
    r->event = builder_event_name(r->b, r->sample.event);
    if (r->asked == BY_DURATION) {
        r->is_switch = perf_payload_switch(h->rest, &r->sw);
        if (!r->is_switch && perf_payload_duration(h->rest, &r->sample.duration_ns))
            r->sample.time_ns -= r->sample.duration_ns;
    } else if (r->asked == BY_BYTES) {
        char room[LIMIT_ONE_NAME];
        struct str name = {room, 0};
        r->has_no_weight = !perf_payload_bytes(h->rest, &r->sample.period);
        if (event.n + sizeof "/bytes" <= sizeof room) {
            memcpy(room, event.p, event.n);
            memcpy(room + event.n, "/bytes", sizeof "/bytes" - 1);
            name.n = event.n + sizeof "/bytes" - 1;
        }
        r->sample.event = builder_event_from(r->b, name.n ? name : event, event);
    }
}

static void push(struct perf_reader *r, const uint32_t *frames, uint32_t n)
{
    for (uint32_t i = 0; i < n && r->n_frames <= LIMIT_STACK_DEPTH; i++)
        r->frames[r->n_frames++] = frames[i];
}

static void push_known(struct perf_reader *r, uint32_t line)
{
    const struct memo_line *l = &r->memo->lines[line];
    if (l->n_frames == 1)
        push(r, &l->frame, 1);
    else
        push(r, r->memo->pool + l->frames, l->n_frames);
    r->memo->lines[r->last].next = line;
    r->last = line;
}

/* A frame line that is new: `raw` with its '\n', `line` without line end. False: no frame line. */
static bool push_new(struct perf_reader *r, struct str raw, struct str line, uint32_t hash)
{
    struct perf_frame whole, parts[INLINED_PARTS];
    uint32_t frames[INLINED_PARTS];
    if (!perf_frame_parse(line, &whole))
        return false;
    if (is_last_half(r) && r->any_module && (!whole.module.n || whole.is_cut) &&
        whole.kind != FRAME_INLINED && !str_ends(line, STR(")"))) {
        builder_tally(r->b)->truncated = 1;
        return false;
    }
    r->any_module |= whole.module.n > 0;
    uint32_t n = (uint32_t)perf_frame_parts(&whole, parts, INLINED_PARTS);
    for (uint32_t i = 0; i < n; i++)
        frames[i] = builder_frame(r->b, parts[i].name, parts[i].module, parts[i].kind);
    bool emptied;
    uint32_t known = frame_memo_add(r->memo, raw.p, raw.n, hash, frames, n, &emptied);
    if (emptied)
        r->last = 0;
    push_known(r, known);
    return true;
}

static uint32_t line_hash(struct str raw)
{
    uint64_t h = str_hash(raw);
    return (uint32_t)(h ^ (h >> 32));
}

static bool push_if_known(struct perf_reader *r, struct str raw, uint32_t hash)
{
    uint32_t known = frame_memo_find(r->memo, raw.p, raw.n, hash);
    if (known)
        push_known(r, known);
    return known != 0;
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
    builder_tally(r->b)->n_lost += n;
}

static void note_time(struct perf_reader *r, const struct perf_header *h)
{
    if (!r->any_timed) {
        r->first_ns = r->max_ns = h->time_ns;
    } else {
        r->n_pairs++;
        r->n_down += h->time_ns < r->latest_ns;
    }
    r->latest_ns = h->time_ns;
    if (h->time_ns > r->max_ns)
        r->max_ns = h->time_ns;
    if (h->digits > r->digits)
        r->digits = h->digits;
    r->any_timed = true;
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

/* `end` is the '\n' of the line that h was read from. */
static void begin_sample(struct perf_reader *r, const struct perf_header *h, const char *end)
{
    finish_sample(r);
    if (h->is_record) {
        drop_broken_comm(r);
        lost(r, h->rest);
        r->in_record = true;
        return;
    }
    char room[PERF_COMM_BYTES + 1];
    struct str comm = whole_comm(r, h->comm, room);
    r->in_record = false;
    r->open = true;
    r->timed = h->has_time;
    r->had_blank = false;
    r->header_line = r->lines.number;
    r->n_frames = 0;
    r->last = 0;
    if (h->has_time)
        note_time(r, h);
    r->sample = (struct sample){.time_ns = h->time_ns, .cpu = h->cpu, .period = h->period};
    r->sample.thread = builder_thread(r->b, h->pid, h->tid, comm);
    weigh(r, h);
    struct str line = frame_of_header(h->rest);
    if (line.n) {
        struct str raw = {line.p, (size_t)(end + 1 - line.p)};
        uint32_t hash = line_hash(raw);
        size_t regs = str_find(line, STR(" ABI:"));
        if (!push_if_known(r, raw, hash))
            (void)push_new(r, raw, str_sub(line, 0, regs), hash);
    }
}

static void comment(struct perf_reader *r, struct str line)
{
    struct perf_fact fact;
    char room[LIMIT_ONE_NAME];
    if (!perf_fact_parse(line, &fact))
        return;
    if (str_eq(fact.key, STR("clock"))) {
        r->has_clock = true;
        r->clock_time_ns = fact.time_ns;
        r->clock_epoch_ns = fact.epoch_ns;
        return;
    }
    struct str value = str_sub(fact.value, 0, sizeof room - fact.prefix.n);
    memcpy(room, fact.prefix.p, fact.prefix.n);
    memcpy(room + fact.prefix.n, value.p, value.n);
    builder_fact(r->b, fact.key, (struct str){room, fact.prefix.n + value.n});
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
    if (!str_ends(line, STR(" (inlined)")) || !r->last || !r->n_frames)
        return;
    const struct memo_line *l = &r->memo->lines[r->last];
    if (perf_frame_parse(str_trim((struct str){l->text, l->n_bytes}), &f) && !f.module.n)
        r->frames[r->n_frames - 1] = builder_frame(r->b, f.name, STR(""), FRAME_INLINED);
}

/* ---- one line */

/* A line that begins with a blank while a sample is open: most likely a frame. */
static void indented_line(struct perf_reader *r, struct str raw, struct str line)
{
    struct perf_header h;
    uint32_t hash = line_hash(raw);
    if (push_if_known(r, raw, hash))
        return;
    if ((line.p[0] == ' ' || r->had_blank) && perf_header_parse(line, false, &h))
        begin_sample(r, &h, raw.p + raw.n - 1);
    else if (push_new(r, raw, line, hash))
        ;
    else if (is_extra(line))
        extra(r, line);
    else
        unreadable(r, r->lines.number, line, is_last_half(r) ? "cut off at the end" : "not a frame");
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
    if (perf_header_parse(line, !r->any_timed && !indented, &h)) {
        begin_sample(r, &h, raw.p + raw.n - 1);
        return;
    }
    if (line.p[0] == '#')
        return;
    if (str_starts(line, STR("PERF_RECORD_"))) {
        h = (struct perf_header){.is_record = true, .rest = line};
        begin_sample(r, &h, raw.p + raw.n - 1);
        return;
    }
    if (r->open && ((!r->had_blank && push_new(r, raw, line, line_hash(raw))) || is_extra(line)))
        return;
    if (indented && r->in_record)
        return;
    finish_sample(r);
    if (indented)
        unreadable(r, r->lines.number, line, "a frame outside of any sample");
    else
        maybe_broken_comm(r, line);
}

static void one_line(struct perf_reader *r)
{
    char *newline = memchr(r->lines.at, '\n', (size_t)(r->lines.stop - r->lines.at));
    struct str raw = {r->lines.at, (size_t)(newline + 1 - r->lines.at)};
    struct str line = {raw.p, raw.n - 1};
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    r->lines.at = newline + 1;
    r->lines.number++;
    if (line.n == 0) {
        drop_broken_comm(r);
        r->had_blank = true;
        r->last = 0;
        return;
    }
    if (line.n > LIMIT_LINE_BYTES)
        unreadable(r, r->lines.number, line, "longer than 1 MiB");
    else if (r->open && (line.p[0] == ' ' || line.p[0] == '\t'))
        indented_line(r, raw, line);
    else
        other_line(r, raw, line);
}

/* The fast path: frame lines that follow each other as they did before. */
static void known_lines(struct perf_reader *r)
{
    while (r->lines.at < r->lines.stop) {
        uint32_t known = frame_memo_guess(r->memo, r->last, r->lines.at, r->lines.stop);
        if (!known)
            return;
        push_known(r, known);
        r->lines.at += r->memo->lines[known].n_bytes;
        r->lines.number++;
    }
}

/* ---- the whole text */

struct perf_reader *perf_reader_new(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct perf_reader *r = NEW(arena, struct perf_reader);
    r->lines = lines_new(in, arena);
    r->b = b;
    r->d = d;
    r->memo = frame_memo_new(arena);
    r->asked = in->spec->weight;
    r->offcpu = offcpu_new(b, arena);
    r->frames = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    return r;
}

void perf_reader_run(struct perf_reader *r)
{
    while (lines_fill(&r->lines)) {
        if (r->open)
            known_lines(r);
        if (r->lines.at < r->lines.stop)
            one_line(r);
    }
    finish_sample(r);
    offcpu_end(r->offcpu);
    drop_broken_comm(r);
    frame_memo_free(r->memo);
    for (uint64_t i = 0; i < r->lines.n_long; i++)
        unreadable(r, r->lines.first_long, STR(""), "longer than 1 MiB");
    if (r->lines.source->truncated)
        builder_tally(r->b)->truncated = 1;
}
