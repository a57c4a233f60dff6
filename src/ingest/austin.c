/* SPDX-License-Identifier: MIT
 *
 * austin's text: stacks like folded ones, each line a sample with the microseconds since the sample of that
 * thread before. Lines stand in the order of time, so the time of each is the sum of its thread's so far; a
 * thread that appears later begins where the others are.
 *
 *     Thread 7fdf;main (app.py);L34;work (app.py);L25 1103             austin 1 and 2; with memory: 1103 192
 * 0 P6360;T6361;app.py:main:34;app.py:work:25 1103                   austin 3, behind "# austin: 3.3.0"
 */
#include "ingest/austin.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"
#include "ingest/bad_lines.h"
#include "ingest/folded_line.h"

#define SNIFFED_LINES 50

struct austin_line {
    struct str stack; /* behind the thread */
    struct str thread;
    uint32_t pid, tid;
    bool is_new; /* austin 3 */
    uint64_t time_us;
};

struct austin {
    struct builder *b;
    struct arena *arena;
    uint32_t event;
    struct intern threads;
    VEC(int64_t) clock_us; /* by thread */
    int64_t latest_us;
    uint32_t *ring, *frames; /* as they are read; leaf first */
    uint64_t n_read;
    struct bad_lines bad;
};

/* ---- one line */

/* Cuts a number off the end, "-800" as well. */
static bool cut_number(struct str *line, int64_t *out)
{
    size_t at = str_rfind_char(*line, ' ');
    if (at == SIZE_MAX || !str_i64(str_sub(*line, at + 1, line->n), out))
        return false;
    *line = str_trim(str_sub(*line, 0, at));
    return true;
}

/* "P6360", "T6360", "T0:6360": the number. */
static bool id_of(struct str part, char letter, uint32_t *out)
{
    size_t colon = str_rfind_char(part, ':');
    uint64_t id;
    if (!part.n || part.p[0] != letter ||
        !str_u64(str_sub(part, colon == SIZE_MAX ? 1 : colon + 1, part.n), &id) || id >= ID_NONE)
        return false;
    *out = (uint32_t)id;
    return true;
}

static bool parse(struct str line, struct austin_line *out)
{
    int64_t numbers[3];
    unsigned n = 0;
    struct str head, rest;
    line = str_trim(line);
    while (n < 3 && cut_number(&line, &numbers[n]))
        n++;
    if ((n != 1 && n != 3) || numbers[n - 1] < 0 || numbers[n - 1] > LIMIT_TIME_NS / 1000)
        return false;
    *out = (struct austin_line){.time_us = (uint64_t)numbers[n - 1], .pid = ID_NONE, .tid = ID_NONE};
    (void)str_cut(line, ';', &head, &rest);
    if (id_of(head, 'P', &out->pid)) {
        out->is_new = true;
        (void)str_cut(rest, ';', &out->thread, &out->stack);
        return id_of(out->thread, 'T', &out->tid);
    }
    out->thread = head;
    out->stack = rest;
    return str_starts(head, STR("Thread ")) && head.n > 7;
}

/* "work (app.py)": function and file. */
static void old_frame(struct str part, struct str *name, struct str *file)
{
    size_t open = str_rfind_char(part, '(');
    *name = part;
    *file = STR("");
    if (str_ends(part, STR(")")) && open != SIZE_MAX && open > 1) {
        *name = str_trim(str_sub(part, 0, open));
        *file = str_sub(part, open + 1, part.n - 1);
    }
}

/* "app.py:work:25", also "C:\app.py:work:25". */
static void new_frame(struct str part, struct str *name, struct str *file)
{
    size_t line = str_rfind_char(part, ':');
    struct str rest = str_sub(part, 0, line == SIZE_MAX ? part.n : line);
    size_t colon = str_rfind_char(rest, ':');
    *name = colon == SIZE_MAX ? rest : str_sub(rest, colon + 1, rest.n);
    *file = colon == SIZE_MAX ? STR("") : str_sub(rest, 0, colon);
}

/* "L34", the line in the frame before: functions are told apart, lines are not. */
static bool is_line_number(struct str part)
{
    uint64_t n;
    return part.n > 1 && part.p[0] == 'L' && str_u64(str_sub(part, 1, part.n), &n);
}

/* ---- the text */

static uint32_t add_frames(struct austin *t, const struct austin_line *l)
{
    struct str rest = l->stack, part, name, file;
    uint32_t n = 0;
    while (folded_next(&rest, &part)) {
        if (!part.n || (!l->is_new && is_line_number(part)))
            continue;
        (l->is_new ? new_frame : old_frame)(part, &name, &file);
        t->ring[n++ % FOLDED_RING] = builder_frame(t->b, name, file, FRAME_USER);
    }
    return folded_turn(t->ring, n, t->frames);
}

/* Where the thread's time is after this line. */
static int64_t advance(struct austin *t, const struct austin_line *l, struct str key)
{
    uint32_t id = intern_id(&t->threads, key);
    if (id == INTERN_NONE)
        return t->latest_us;
    if (id == t->clock_us.n)
        (void)vec_push(&t->clock_us, SIZE_MAX, t->arena, t->latest_us);
    int64_t now = t->clock_us.p[id];
    if (__builtin_add_overflow(now, (int64_t)l->time_us, &now) || now > LIMIT_TIME_NS / 1000)
        now = LIMIT_TIME_NS / 1000;
    t->clock_us.p[id] = now;
    if (now > t->latest_us)
        t->latest_us = now;
    return now;
}

static void take(struct austin *t, const struct lines *lines, struct str line, struct arena *scratch)
{
    struct austin_line l;
    if (!parse(line, &l)) {
        bad_lines_add(&t->bad, lines, line, t->b, t->arena);
        return;
    }
    struct str comm = l.is_new ? str_fmt(scratch, "Thread %u", l.tid) : l.thread;
    struct str key = l.is_new ? str_fmt(scratch, "%u;%u", l.pid, l.tid) : l.thread;
    struct sample s = {.event = t->event, .cpu = ID_NONE, .period = l.time_us};
    uint32_t n = add_frames(t, &l);
    s.time_ns = advance(t, &l, key) * 1000;
    s.thread = builder_thread(t->b, l.pid, l.tid, comm);
    s.stack = builder_stack(t->b, s.thread, t->frames, n);
    builder_sample(t->b, &s);
    t->n_read++;
}

/* "# mode: memory" */
static bool says(struct str line, const char *key, struct str *value)
{
    struct str name, rest;
    (void)str_cut(str_sub(line, 1, line.n), ':', &name, &rest);
    *value = str_trim(rest);
    return str_eq(str_trim(name), str_of(key));
}

static bool austin_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct austin t = {.b = b, .arena = arena};
    struct lines lines = lines_new(in, arena);
    struct arena *scratch = arena_like(arena);
    struct arena_mark mark = arena_mark(scratch);
    struct str line, value;
    t.threads = intern_new(LIMIT_THREADS, LIMIT_NAME_BYTES, arena);
    t.ring = NEW_N(arena, uint32_t, FOLDED_RING);
    t.frames = NEW_N(arena, uint32_t, FOLDED_RING);
    t.event = builder_event(b, STR("microseconds"));
    builder_weigh(b, WEIGHT_COUNT);
    builder_source_step(b, 1000);
    while (lines_next(&lines, &line)) {
        arena_reset(scratch, mark);
        if (line.n && line.p[0] == '#') {
            if (says(line, "austin", &value))
                builder_fact(b, STR("tool"), str_fmt(scratch, "austin %.*s", STR_ARG(value)));
        } else if (str_trim(line).n) {
            take(&t, &lines, line, scratch);
        }
    }
    builder_tally(b)->truncated |= in->truncated;
    bad_lines_say(&t.bad, "no sample of austin", t.n_read > 0, d);
    arena_free(scratch);
    return !in->failed && (t.n_read || !t.bad.n);
}

static int austin_sniff(struct str head)
{
    struct str line;
    struct austin_line l;
    uint32_t n = 0, n_good = 0;
    if (str_starts(head, STR("# austin: ")))
        return 90;
    while (head.n && n < SNIFFED_LINES) {
        bool whole = str_cut(head, '\n', &line, &head);
        if (!whole || !str_trim(line).n || line.p[0] == '#')
            continue;
        n++;
        n_good += parse(line, &l);
    }
    return n && n_good * 5 >= n * 4 ? 70 : 0;
}

const struct door door_austin = {
    .name = {"austin", 6},
    .description = {"samples of austin", 17},
    .default_step_ns = 100000,
    .sniff = austin_sniff,
    .read = austin_read,
};
