/* SPDX-License-Identifier: MIT
 *
 * Stacks of DTrace, in its two forms: aggregations, where a stack is followed by how often it was seen (no
 * times: a flat profile), and single stacks, each under a header with a time.
 *
 * The unit of the time is the script's choice and nowhere said; the probe's own interval ("profile-1ms") and
 * the commonest step between two times tell it. */
#include "ingest/dtrace.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "ingest/bad_lines.h"
#include "ingest/dtrace_line.h"

/* Headers looked at for the unit, and lines for what the text is. */
#define LOOKED_AT 1000

struct dtrace {
    struct builder *b;
    struct arena *arena;
    uint32_t event;
    bool timed;
    int64_t unit_ns;
    struct dtrace_frame *stack; /* leaf first */
    uint32_t *frames;
    uint32_t n;
    struct str comm; /* of the open stack */
    char comm_text[64];
    size_t n_comm; /* of it; the last one said stays there */
    uint32_t pid;
    int64_t time_ns;
    bool open; /* a header was seen */
    uint64_t n_read;
    struct bad_lines bad;
};

/* The stack so far, seen `count` times. Towards the leaf from the last frame of the kernel all is kernel. */
static void finish(struct dtrace *t, uint64_t count)
{
    uint32_t n_kernel = 0;
    for (uint32_t i = 0; i < t->n; i++)
        if (dtrace_is_kernel(t->stack[i].module))
            n_kernel = i + 1;
    for (uint32_t i = 0; i < t->n; i++)
        t->frames[i] = builder_frame(t->b, t->stack[i].name, t->stack[i].module,
                                     i < n_kernel ? FRAME_KERNEL : t->stack[i].kind);
    struct sample s = {.event = t->event, .cpu = ID_NONE, .period = count, .time_ns = t->time_ns};
    s.thread = builder_thread(t->b, t->pid, ID_NONE, t->comm);
    s.stack = builder_stack(t->b, s.thread, t->frames, t->n);
    builder_sample(t->b, &s);
    t->n_read++;
    t->n = 0;
    t->open = false;
    t->comm = STR("");
    t->pid = ID_NONE;
}

static void set_comm(struct dtrace *t, struct str comm)
{
    size_t n = comm.n < sizeof t->comm_text ? comm.n : sizeof t->comm_text;
    for (size_t i = 0; i < n; i++) /* the line's buffer moves on */
        t->comm_text[i] = comm.p[i];
    t->n_comm = n;
    t->comm = (struct str){t->comm_text, n};
}

/* Two CPUs printing at once glue a header to half a frame: "node`v8::interiojs 86454 …". */
static struct str unglued(const struct dtrace *t, struct str comm)
{
    struct str last = {t->comm_text, t->n_comm};
    return last.n && str_find_char(comm, '`') != SIZE_MAX && str_ends(comm, last) ? last : comm;
}

/* Names point into the line's buffer, which moves: they are the builder's from here on. */
static void push(struct dtrace *t, struct dtrace_frame f, struct arena *arena)
{
    if (t->n > LIMIT_STACK_DEPTH)
        return;
    f.name = str_dup(f.name, arena);
    f.module = str_dup(f.module, arena);
    t->stack[t->n++] = f;
}

/* "CPU     ID                    FUNCTION:NAME" and "  0  64091      :tick-60s" */
static bool is_noise(struct str text)
{
    return str_starts(text, STR("CPU ")) || str_starts(text, STR("dtrace: ")) ||
           (str_ends(text, STR(":END")) || str_find(text, STR(":tick-")) != SIZE_MAX ||
            str_ends(text, STR(":BEGIN")));
}

static void take(struct dtrace *t, const struct lines *lines, struct str line, struct arena *scratch)
{
    struct str text = str_trim(line);
    struct dtrace_header h;
    struct dtrace_frame f;
    uint64_t count;
    if (!text.n) {
        if (t->timed && t->open && t->n)
            finish(t, 1);
    } else if (t->timed && dtrace_header(text, &h)) {
        if (t->open)
            finish(t, 1);
        if (h.time > (uint64_t)(LIMIT_TIME_NS / t->unit_ns)) {
            bad_lines_add(&t->bad, lines, line, t->b, t->arena);
            return;
        }
        t->open = true;
        t->pid = h.pid;
        t->time_ns = (int64_t)h.time * t->unit_ns;
        set_comm(t, unglued(t, h.comm));
    } else if (dtrace_frame(text, &f)) {
        if (!t->timed || t->open)
            push(t, f, scratch);
        else
            bad_lines_add(&t->bad, lines, line, t->b, t->arena);
    } else if (!t->timed && str_u64(text, &count) && count <= 1ull << 53) {
        finish(t, count);
    } else if (!t->timed && !t->n && !is_noise(text) && line.p[0] == ' ') {
        set_comm(t, text); /* @[execname, ustack()] */
    } else if (!is_noise(text)) {
        bad_lines_add(&t->bad, lines, line, t->b, t->arena);
    }
}

/* Nanoseconds per unit of the times; 0 when the text has none. */
static int64_t unit_of(struct str head)
{
    struct str line;
    struct dtrace_header h;
    uint64_t last = 0, least = UINT64_MAX, n = 0;
    int64_t interval = 0;
    while (head.n && n < LOOKED_AT) {
        bool whole = str_cut(head, '\n', &line, &head);
        if (!whole || !dtrace_header(line, &h))
            continue;
        if (n++ && h.time > last && h.time - last < least)
            least = h.time - last;
        last = h.time;
        interval = dtrace_interval(h.probe);
    }
    if (!n)
        return 0;
    if (interval && least != UINT64_MAX)
        for (int64_t unit = 1; unit <= NS_PER_S; unit *= 1000) /* within a factor of thirty */
            if ((double)unit * (double)least * 30 >= (double)interval)
                return unit;
    return last >= 1000000000000000ull ? 1 : last >= 1000000000000ull ? 1000 : 1000000;
}

static bool dtrace_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct dtrace t = {.b = b, .arena = arena, .pid = ID_NONE, .comm = STR("")};
    struct lines lines = lines_new(in, arena);
    struct arena *scratch = arena_like(arena);
    struct str line;
    t.stack = NEW_N(arena, struct dtrace_frame, LIMIT_STACK_DEPTH + 1);
    t.frames = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    if (lines_fill(&lines))
        t.unit_ns = unit_of((struct str){lines.at, (size_t)(lines.stop - lines.at)});
    t.timed = t.unit_ns > 0;
    t.event = builder_event(b, STR("samples"));
    builder_weigh(b, t.timed ? WEIGHT_SAMPLES : WEIGHT_COUNT);
    if (t.timed)
        builder_source_step(b, t.unit_ns);
    else
        builder_flat(b);
    struct arena_mark mark = arena_mark(scratch);
    while (lines_next(&lines, &line)) {
        if (!t.n) /* nothing open points into it */
            arena_reset(scratch, mark);
        take(&t, &lines, line, scratch);
    }
    if (t.timed && t.open)
        finish(&t, 1);
    else if (t.n)
        builder_tally(b)->truncated = true;
    builder_tally(b)->truncated |= in->truncated;
    bad_lines_say(&t.bad, "no stack of DTrace", t.n_read > 0, d);
    arena_free(scratch);
    return !in->failed && (t.n_read || !t.bad.n);
}

/* Indented frames with a backtick, and either headers with a time or lines that are counts. */
static int dtrace_sniff(struct str head)
{
    struct str line;
    struct dtrace_header h;
    struct dtrace_frame f;
    uint32_t n = 0, n_frames = 0, n_ends = 0;
    uint64_t count;
    while (head.n && n < LOOKED_AT) {
        bool whole = str_cut(head, '\n', &line, &head);
        struct str text = str_trim(line);
        if (!whole || !text.n)
            continue;
        n++;
        bool indented = line.p[0] == ' ';
        n_frames += indented && str_find_char(text, '`') != SIZE_MAX && dtrace_frame(text, &f);
        n_ends += (indented && str_u64(text, &count)) || dtrace_header(text, &h);
    }
    return n_ends && n_frames * 4 >= n ? 60 : 0;
}

const struct door door_dtrace = {
    .name = {"dtrace", 6},
    .description = {"stacks of DTrace", 16},
    .default_step_ns = 100000,
    .sniff = dtrace_sniff,
    .read = dtrace_read,
};
