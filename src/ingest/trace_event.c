/* SPDX-License-Identifier: MIT
 *
 * Events come as pieces of a stream and are taken apart by their own members only; a tree is made of an event's args
 * where a profile of V8 is in them. Three sorts of things come out, as events of their own: slices of threads, work
 * across threads ("async"), and samples.
 *
 * Source of the meanings: the "Trace Event Format" document of the Chromium project. */
#include "ingest/trace_event.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"
#include "ingest/json_stream.h"
#include "ingest/trace_counters.h"
#include "ingest/trace_frames.h"
#include "ingest/trace_slices.h"
#include "ingest/trace_v8.h"

/* An event's members, as they are written. */
struct raw_event {
    struct str ph, name, cat, ts, dur, tdur, pid, tid, id, id2, scope, args, sf, stack, cpu, comm, weight;
};

static const struct {
    struct str key;
    size_t at;
} members[] = {
#define MEMBER(field)                                                                                        \
    {                                                                                                        \
        {#field, sizeof #field - 1}, offsetof(struct raw_event, field)                                       \
    }
    MEMBER(ph),  MEMBER(name), MEMBER(cat),   MEMBER(ts),   MEMBER(dur), MEMBER(tdur),  MEMBER(pid),  MEMBER(tid),    MEMBER(id),
    MEMBER(id2), MEMBER(scope), MEMBER(args), MEMBER(sf), MEMBER(stack), MEMBER(cpu), MEMBER(comm), MEMBER(weight),
#undef MEMBER
};

struct thread_key {
    uint32_t pid, tid, name; /* name: of threads that are named instead of numbered; in names, or ID_NONE */
};

struct thread_row {
    uint32_t builder_id;
    struct str name;
};

struct trace {
    struct builder *b;
    struct diag *d;
    struct source *in;
    struct json_piece piece;
    struct intern threads, names, processes;
    VEC(struct thread_row) thread_rows;
    VEC(struct str) process_names;
    struct slices *slices;
    struct trace_v8 *v8;
    struct trace_frames *frames;
    struct trace_counters *counters;
    uint64_t n_moments;
    bool is_wrong, any_fraction;
    struct str first_odd; /* what was said of the first event that could not be read */
    struct arena *arena, *scratch;
};

/* ---- saying what is wrong */

static struct str pointer(const struct trace *t, const char *member, struct arena *arena)
{
    const char *list = t->piece.list;
    struct str place = t->piece.key.n ? t->piece.key : str_fmt(arena, "%llu", (unsigned long long)t->piece.index);
    return str_fmt(arena, "%s%s/%.*s%s%s", list[0] ? "/" : "", list, STR_ARG(place), member[0] ? "/" : "", member);
}

static void wrong(struct trace *t, const char *member, const char *why)
{
    if (!t->is_wrong)
        diag_offset(t->d, DIAG_ERROR, t->in->file, t->piece.at, "%.*s: %s", STR_ARG(pointer(t, member, t->scratch)), why);
    t->is_wrong = true;
}

/* An event that cannot be used, in a trace that can. */
static void odd(struct trace *t, const char *member, const char *why)
{
    if (!builder_tally(t->b)->n_unreadable++)
        t->first_odd = str_fmt(t->arena, "%.*s: %s", STR_ARG(pointer(t, member, t->arena)), why);
}

/* ---- threads */

static bool is_there(struct str raw)
{
    return raw.n && !str_eq(raw, STR("null"));
}

/* A number, in quotes or not; negative ones say that there is none. */
static bool id_of(struct str raw, uint32_t *out)
{
    int64_t v;
    *out = ID_NONE;
    if (!is_there(raw))
        return true;
    if (!json_number(raw, 1, &v))
        return false;
    if (v >= 0 && v < ID_NONE)
        *out = (uint32_t)v;
    return true;
}

static struct thread_row *row_of(struct trace *t, const struct raw_event *e)
{
    struct thread_key key = {ID_NONE, ID_NONE, ID_NONE};
    (void)id_of(e->pid, &key.pid);
    if (!id_of(e->tid, &key.tid))
        key.name = intern_id(&t->names, json_string(e->tid, t->scratch));
    uint32_t id = intern_id(&t->threads, (struct str){(const char *)&key, sizeof key});
    if (id == t->thread_rows.n) {
        struct str stands_for = str_fmt(t->scratch, "\x01%u/%u/%u", key.pid, key.tid, key.name);
        struct thread_row row = {builder_thread_unnamed(t->b, key.pid, key.tid, stands_for), STR("")};
        if (key.name != ID_NONE && key.name != INTERN_NONE)
            row.name = t->names.at[key.name];
        (void)vec_push(&t->thread_rows, SIZE_MAX, t->arena, row);
    }
    return &t->thread_rows.p[id == INTERN_NONE ? 0 : id];
}

static struct str *process_name(struct trace *t, uint32_t pid)
{
    uint32_t id = intern_id(&t->processes, (struct str){(const char *)&pid, sizeof pid});
    if (id == t->process_names.n)
        (void)vec_push(&t->process_names, SIZE_MAX, t->arena, STR(""));
    return &t->process_names.p[id == INTERN_NONE ? 0 : id];
}

static struct str shown_process(void *of, uint32_t pid)
{
    struct trace *t = of;
    struct str name = *process_name(t, pid);
    return name.n ? name : pid == ID_NONE ? STR("no process") : str_fmt(t->scratch, "process %u", pid);
}

/* args.name of a metadata event. */
static struct str name_in_args(struct trace *t, const struct raw_event *e)
{
    struct json_members m = {.rest = e->args};
    struct str key, value;
    while (json_member(&m, &key, &value))
        if (str_eq(key, STR("name")))
            return str_dup(json_string(value, t->scratch), t->arena);
    return STR("");
}

static void metadata(struct trace *t, const struct raw_event *e, struct str name)
{
    uint32_t pid;
    (void)id_of(e->pid, &pid);
    if (str_eq(name, STR("thread_name")))
        row_of(t, e)->name = name_in_args(t, e);
    else if (str_eq(name, STR("process_name")))
        *process_name(t, pid) = name_in_args(t, e);
}

static void name_threads(struct trace *t)
{
    for (uint32_t i = 0; i < t->thread_rows.n; i++) {
        struct thread_key key;
        memcpy(&key, t->threads.at[i].p, sizeof key);
        struct str name = t->thread_rows.p[i].name;
        if (!name.n)
            name = *process_name(t, key.pid);
        if (!name.n && key.tid != ID_NONE)
            name = str_fmt(t->scratch, "thread %u", key.tid);
        builder_thread_name(t->b, t->thread_rows.p[i].builder_id, name);
    }
}

/* ---- times */

static bool nanoseconds(struct trace *t, struct str raw, int64_t *out)
{
    if (!json_number(raw, 1000, out) || *out < -LIMIT_TIME_NS / 2 || *out > LIMIT_TIME_NS / 2)
        return false;
    t->any_fraction |= *out % 1000 != 0;
    return true;
}

/* Of an event that must have one. */
static bool time_of(struct trace *t, const struct raw_event *e, int64_t *out)
{
    if (nanoseconds(t, e->ts, out))
        return true;
    odd(t, "ts", is_there(e->ts) ? "is no time in microseconds" : "is not there");
    return false;
}

/* ---- events */

static struct str label(struct trace *t, struct str raw)
{
    return json_string(raw, t->scratch);
}

/* What tells rows of asynchronous work apart: category, id, its scope, and the process of ids that are its own. */
static struct str async_key(struct trace *t, const struct raw_event *e)
{
    bool is_local = is_there(e->id2) ? str_find(e->id2, STR("\"local\"")) != SIZE_MAX : !is_there(e->id);
    return str_fmt(t->scratch, "%.*s\x01%.*s\x01%.*s\x01%.*s\x01%.*s", STR_ARG(e->cat), STR_ARG(e->id), STR_ARG(e->id2),
                   STR_ARG(e->scope), (int)(is_local ? e->pid.n : 0), e->pid.p);
}

static void complete(struct trace *t, const struct raw_event *e)
{
    int64_t at, duration = 0;
    struct str raw = is_there(e->dur) ? e->dur : e->tdur;
    if (!time_of(t, e, &at))
        return;
    if (is_there(raw) && (!nanoseconds(t, raw, &duration) || duration < 0))
        odd(t, "dur", "is no duration in microseconds");
    else
        slices_complete(t->slices, row_of(t, e)->builder_id, at, duration, (struct slice_name){label(t, e->name), e->cat});
}

static void with_profile(struct trace *t, const struct raw_event *e, struct str name)
{
    struct json_doc j = {.file = t->in->file, .d = t->d, .arena = t->scratch};
    struct str key = str_fmt(t->scratch, "%.*s\x01%.*s", STR_ARG(e->pid), STR_ARG(e->id));
    uint32_t thread = row_of(t, e)->builder_id;
    int64_t at_us;
    uint64_t at = t->piece.at + (uint64_t)(e->args.p - t->piece.text.p);
    if (!is_there(e->args) || !doc_parse(&j, e->args, pointer(t, "args", t->scratch), at)) {
        if (!is_there(e->args))
            odd(t, "args", "is not there");
        t->is_wrong |= j.is_wrong;
        return;
    }
    if (str_eq(name, STR("Profile")))
        trace_v8_begin(t->v8, &j, &j.root, key, thread);
    else if (str_eq(name, STR("ProfileChunk")))
        trace_v8_chunk(t->v8, &j, &j.root, key, thread, json_number(e->ts, 1, &at_us) ? at_us : 0);
    else
        trace_v8_whole(t->v8, &j, &j.root, thread);
    doc_close(&j);
    t->is_wrong |= j.is_wrong;
}

/* `stack` of a sample: names, the root first. */
static void sample_with_stack(struct trace *t, const struct raw_event *e, struct sample *s)
{
    struct json_doc j = {.file = t->in->file, .d = t->d, .arena = t->scratch};
    uint64_t at = t->piece.at + (uint64_t)(e->stack.p - t->piece.text.p);
    if (!doc_parse(&j, e->stack, pointer(t, "stack", t->scratch), at)) {
        t->is_wrong = true;
        return;
    }
    size_t n = doc_length(&j.root), kept = n <= LIMIT_STACK_DEPTH ? n : LIMIT_STACK_DEPTH + 1;
    uint32_t *leaf_first = NEW_N(t->scratch, uint32_t, kept + 1);
    bool ok = doc_kind(&j.root) == JSON_LIST;
    for (size_t i = 0; i < kept && ok; i++) {
        struct json_at item = doc_item(&j.root, n - 1 - i);
        ok = doc_kind(&item) == JSON_TEXT;
        leaf_first[i] = ok ? builder_frame(t->b, doc_text(&item), STR(""), FRAME_USER) : 0;
    }
    if (ok) {
        s->stack = builder_stack(t->b, s->thread, leaf_first, (uint32_t)kept);
        builder_sample(t->b, s);
    } else {
        odd(t, "stack", "is no list of texts");
    }
    doc_close(&j);
}

/* A sample with `stack`, or with `sf`, a stack frame's key, or with neither. */
static void sample(struct trace *t, const struct raw_event *e)
{
    struct sample s = {.cpu = ID_NONE, .thread = row_of(t, e)->builder_id};
    int64_t weight;
    if (!time_of(t, e, &s.time_ns))
        return;
    if (is_there(e->comm) && !row_of(t, e)->name.n)
        row_of(t, e)->name = str_dup(label(t, e->comm), t->arena);
    (void)id_of(e->cpu, &s.cpu);
    s.period = json_number(e->weight, 1, &weight) && weight > 0 ? (uint64_t)weight : 0;
    struct str name = label(t, e->name), sf = is_there(e->sf) ? e->sf : STR("");
    s.event = builder_event(t->b, name.n ? name : STR("samples"));
    if (is_there(e->stack) && !sf.n)
        sample_with_stack(t, e, &s);
    else
        trace_frames_sample(t->frames, &s, sf.n && sf.p[0] == '"' ? json_string(sf, t->scratch) : sf, t->piece.index);
}

static void counter(struct trace *t, const struct raw_event *e, struct str name)
{
    uint32_t pid;
    int64_t at;
    (void)id_of(e->pid, &pid);
    struct str id = is_there(e->id) ? label(t, e->id) : STR("");
    if (time_of(t, e, &at) && !trace_counters_add(t->counters, pid, name, id.n ? id : e->id, e->args, at, t->scratch))
        odd(t, "args", "has no number");
}

static void one_event(struct trace *t, const struct raw_event *e)
{
    struct str ph = label(t, e->ph), name = label(t, e->name);
    bool is_v8 = str_eq(name, STR("ProfileChunk")) || str_eq(name, STR("Profile")) || str_eq(name, STR("CpuProfile"));
    int64_t at;
    char c = ph.n == 1 ? ph.p[0] : 0;
    if (is_v8 && is_there(e->args) && (c == 'P' || c == 'I' || c == 'i')) {
        with_profile(t, e, name);
        return;
    }
    switch (c) {
    case 'X':
        complete(t, e);
        break;
    case 'B':
        if (time_of(t, e, &at))
            slices_begin(t->slices, row_of(t, e)->builder_id, at, (struct slice_name){name, e->cat});
        break;
    case 'E':
        if (time_of(t, e, &at))
            slices_end(t->slices, row_of(t, e)->builder_id, at);
        break;
    case 'b':
    case 'S':
        if (time_of(t, e, &at))
            slices_async_begin(t->slices, row_of(t, e)->builder_id, async_key(t, e), at, label(t, e->cat), name);
        break;
    case 'e':
    case 'F':
        if (time_of(t, e, &at))
            slices_async_end(t->slices, async_key(t, e), at, label(t, e->cat), name);
        break;
    case 'i':
    case 'I':
    case 'R':
        if (time_of(t, e, &at))
            slices_instant(t->slices, row_of(t, e)->builder_id, at, (struct slice_name){name, e->cat});
        break;
    case 'n':
        if (time_of(t, e, &at))
            slices_async_instant(t->slices, row_of(t, e)->builder_id, async_key(t, e), at, label(t, e->cat), name);
        break;
    case 'M':
        metadata(t, e, name);
        break;
    case 'P':
        sample(t, e);
        break;
    case 'C':
        counter(t, e, name);
        break;
    case 0:
        odd(t, "ph", is_there(e->ph) ? "is no phase: one letter" : "is not there");
        break;
    default: /* steps, flows, objects, dumps of memory: they say of other events what belongs together */
        t->n_moments++;
        break;
    }
}

/* ---- pieces */

static bool take_apart(struct trace *t, struct raw_event *e)
{
    struct json_members m = {.rest = t->piece.text};
    struct str key, value;
    *e = (struct raw_event){.ph = {NULL, 0}};
    while (json_member(&m, &key, &value))
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            if (key.n == members[i].key.n && memcmp(key.p, members[i].key.p, key.n) == 0)
                memcpy((char *)e + members[i].at, &value, sizeof value);
    if (m.why)
        wrong(t, "", m.why);
    return !m.why;
}

static void define_frame(struct trace *t)
{
    struct json_members m = {.rest = t->piece.text};
    struct str key, value, name = STR(""), category = STR(""), parent = STR("");
    while (json_member(&m, &key, &value)) {
        if (str_eq(key, STR("name")))
            name = json_string(value, t->scratch);
        else if (str_eq(key, STR("category")))
            category = json_string(value, t->scratch);
        else if (str_eq(key, STR("parent")) && is_there(value))
            parent = value.p[0] == '"' ? json_string(value, t->scratch) : value;
    }
    if (m.why) {
        wrong(t, "", m.why);
        return;
    }
    bool is_kernel = str_find(category, STR("kernel")) != SIZE_MAX;
    uint32_t frame = builder_frame(t->b, name.n ? name : STR("[unknown]"), category, is_kernel ? FRAME_KERNEL : FRAME_USER);
    if (!trace_frames_define(t->frames, t->piece.key, parent, frame))
        wrong(t, "", "this stack frame stands there twice");
}

static void read_pieces(struct trace *t, struct json_stream *s)
{
    struct raw_event e;
    while (!t->is_wrong && json_stream_next(s, &t->piece)) {
        struct arena_mark mark = arena_mark(t->scratch);
        if (t->piece.key.n || str_eq(str_of(t->piece.list), STR("stackFrames")))
            define_frame(t);
        else if (!take_apart(t, &e))
            ;
        else if (str_eq(str_of(t->piece.list), STR("samples")))
            sample(t, &e);
        else
            one_event(t, &e);
        arena_reset(t->scratch, mark);
    }
    t->is_wrong |= json_stream_failed(s);
}

/* ---- the whole */

static void say_what_was_odd(struct trace *t)
{
    struct slices_odd o = slices_odd(t->slices);
    struct tally *tally = builder_tally(t->b);
    tally->n_incomplete += o.n_without_begin;
    if (t->first_odd.n)
        diag_say(t->d, DIAG_WARNING, t->in->file, "%.*s (%llu unreadable in all, left out)", STR_ARG(t->first_odd),
                 (unsigned long long)tally->n_unreadable);
    if (o.n_without_end)
        diag_say(t->d, DIAG_NOTE, t->in->file, "%llu slices do not end: taken as running to the end of the trace",
                 (unsigned long long)o.n_without_end);
    if (o.n_crossing)
        diag_say(t->d, DIAG_WARNING, t->in->file, "%llu slices end after the slice they began in: cut where that ends",
                 (unsigned long long)o.n_crossing);
    if (o.n_deep)
        diag_say(t->d, DIAG_WARNING, t->in->file, "%llu slices are left out: more than %u are open at once",
                 (unsigned long long)o.n_deep, LIMIT_STACK_DEPTH);
    if (t->n_moments)
        diag_say(t->d, DIAG_NOTE, t->in->file, "%llu flows, steps, objects and the like are read over",
                 (unsigned long long)t->n_moments);
}

static void settle(struct trace *t)
{
    const char *why;
    struct str key;
    slices_settle(t->slices);
    trace_v8_settle(t->v8);
    name_threads(t);
    trace_counters_settle(t->counters, shown_process, t, t->scratch);
    t->piece = (struct json_piece){.list = "samples"};
    if (!trace_frames_settle(t->frames, &why, &key, &t->piece.index)) {
        diag_say(t->d, DIAG_ERROR, t->in->file, "%.*s: %s '%.*s'", STR_ARG(pointer(t, "sf", t->scratch)), why, STR_ARG(key));
        t->is_wrong = true;
    }
    builder_source_step(t->b, t->any_fraction ? 1 : 1000);
    say_what_was_odd(t);
}

static bool trace_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    static const char *const open[] = {"traceEvents", "samples", "stackFrames", NULL};
    struct trace t = {.b = b, .d = d, .in = in, .arena = arena, .scratch = arena_like(arena)};
    struct json_stream *s = json_stream_new(in, open, d, arena);
    t.threads = intern_new(LIMIT_THREADS, SIZE_MAX, arena);
    t.names = intern_new(LIMIT_THREADS, LIMIT_NAME_BYTES, arena);
    t.processes = intern_new(LIMIT_THREADS, SIZE_MAX, arena);
    t.slices = slices_new(b, arena);
    t.v8 = trace_v8_new(b, arena);
    t.counters = trace_counters_new(b, arena);
    t.frames = trace_frames_new(b, arena);
    builder_unordered(b);
    read_pieces(&t, s);
    if (!t.is_wrong && !in->failed)
        settle(&t);
    builder_tally(b)->truncated |= in->truncated || json_stream_is_cut(s);
    arena_free(t.scratch);
    return !t.is_wrong && !in->failed;
}

/* A list of maps, or a map with such a list, whose events have a phase. */
static int trace_sniff(struct str head)
{
    struct str text = str_trim(head);
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_trim(str_sub(text, 3, text.n));
    bool has_phase = str_find(head, STR("\"ph\"")) != SIZE_MAX;
    if (str_starts(text, STR("{")))
        return str_find(head, STR("\"traceEvents\"")) != SIZE_MAX ? 90 : 0;
    return str_starts(text, STR("[")) && has_phase ? 80 : 0;
}

const struct door door_trace_event = {
    .name = {"trace-event", 11},
    .description = {"a trace in Chrome's trace event format", 38},
    .default_step_ns = 1000,
    .sniff = trace_sniff,
    .read = trace_read,
};
