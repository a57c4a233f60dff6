/* SPDX-License-Identifier: MIT
 *
 * Folded stacks: a stack and how often it was seen on each line. Without times a flat profile; with a time in
 * front of each line (all lines or none) a profile like any other. The first name is taken for the process or
 * thread, as stackcollapse-perf.pl and bcc print it, unless it is marked as a frame. */
#include "ingest/folded.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "ingest/bad_lines.h"
#include "ingest/folded_line.h"

/* What the door looks at before it says that a text is its own. */
#define SNIFFED_LINES 50
/* Whole numbers in front from here on are milliseconds, then micro-, then nanoseconds since 1970: 1e11 s are
 * 3,000 years, 1e11 ms are three. */
#define EPOCH_MS 100000000000ull
#define EPOCH_US 100000000000000ull
#define EPOCH_NS 100000000000000000ull
/* Seconds from here on are since 1970 (September 2001), below since anything else. */
#define EPOCH_S 1000000000ull

struct folded {
    struct builder *b;
    struct diag *d;
    uint32_t file, event;
    bool timed, any_clock;
    uint32_t *ring, *frames; /* as they are read; leaf first */
    unsigned digits;
    uint64_t n_read, n_twice, n_rounded;
    struct bad_lines bad;
    const char *first_why;
};

static bool is_blank(struct str line)
{
    return !str_trim(line).n || line.p[0] == '#';
}

/* The separator that bcc's -d puts between user and kernel stack. */
static bool is_separator(struct str name)
{
    return str_eq(name, STR("-")) || str_eq(name, STR("--"));
}

/* Frames leaf first into f->frames; *comm is the first name where it is no marked frame. */
static uint32_t split(struct folded *f, struct str stack, struct str *comm)
{
    uint32_t n = 0;
    bool first = true, in_kernel = false, annotated;
    struct str name;
    while (folded_next(&stack, &name)) {
        enum frame_kind kind = in_kernel ? FRAME_KERNEL : FRAME_USER;
        struct str plain = folded_frame(name, &kind, &annotated), file = STR("");
        annotated |= folded_python(plain, &plain, &file);
        if (first && !annotated)
            *comm = name;
        else if (is_separator(name))
            in_kernel = true;
        else if (name.n)
            f->ring[n++ % FOLDED_RING] = builder_frame(f->b, plain, file, kind);
        first = false;
    }
    return folded_turn(f->ring, n, f->frames);
}

/* The line's time in nanoseconds; false when it is out of range. */
static bool time_of(struct folded *f, const struct folded_line *l, int64_t *out)
{
    const uint64_t second = (uint64_t)NS_PER_S;
    uint64_t unit = second, s = l->seconds;
    if (!l->digits)
        unit = s >= EPOCH_NS ? 1 : s >= EPOCH_US ? 1000 : s >= EPOCH_MS ? 1000000 : second;
    if (s > (uint64_t)LIMIT_TIME_NS / unit)
        return false;
    unsigned digits = unit == 1 ? 9 : unit == 1000 ? 6 : unit == 1000000 ? 3 : l->digits;
    f->digits = digits > f->digits ? digits : f->digits;
    f->any_clock |= unit < second || s >= EPOCH_S;
    *out = (int64_t)(s * unit + l->fraction_ns);
    return true;
}

static void take(struct folded *f, const struct lines *lines, struct str line, struct arena *arena)
{
    struct folded_line l;
    const char *why;
    struct sample s = {.event = f->event, .cpu = ID_NONE};
    bool ok = folded_parse(line, f->timed, &l, &why);
    if (ok && f->timed && !time_of(f, &l, &s.time_ns)) {
        ok = false;
        why = "a time out of range";
    }
    if (!ok) {
        if (!f->bad.n)
            f->first_why = why;
        bad_lines_add(&f->bad, lines, line, f->b, arena);
        return;
    }
    struct str comm = STR("");
    uint32_t n = split(f, l.stack, &comm);
    uint32_t tid = ID_NONE;
    (void)folded_thread(comm, &comm, &tid);
    s.thread = builder_thread(f->b, ID_NONE, tid, comm);
    s.stack = builder_stack(f->b, s.thread, f->frames, n);
    s.period = l.count;
    f->n_read++;
    f->n_twice += l.is_twice;
    f->n_rounded += l.is_rounded;
    builder_sample(f->b, &s);
}

static bool verdict(struct folded *f, struct arena *arena)
{
    if (f->n_read && f->n_twice == f->n_read) {
        diag_say(
            f->d, DIAG_ERROR, f->file,
            "two counts on each line: the difference of two profiles (give the two profiles themselves)");
        return false;
    }
    if (!f->n_read && f->bad.n) {
        diag_line(f->d, DIAG_ERROR, f->bad.first, "not a folded stack: %s (expected 'root;caller;leaf 12')",
                  f->first_why);
        return false;
    }
    if (f->bad.n)
        bad_lines_say(&f->bad, str_fmt(arena, "not a folded stack: %s", f->first_why).p, true, f->d);
    if (f->n_rounded)
        diag_say(f->d, DIAG_WARNING, f->file, "%llu counts are no whole numbers: rounded",
                 (unsigned long long)f->n_rounded);
    if (f->timed) {
        int64_t step_ns = NS_PER_S;
        for (unsigned i = 0; i < f->digits; i++)
            step_ns /= 10;
        builder_source_step(f->b, step_ns);
        if (f->any_clock)
            builder_clock(f->b, 0, 0);
    }
    return true;
}

/* Whether the first line of the text has a time in front. Without one its first word is part of the stack. */
static bool is_timed(struct str head)
{
    struct str line;
    struct folded_line l;
    const char *why;
    while (head.n) {
        (void)str_cut(head, '\n', &line, &head);
        if (!is_blank(line))
            return folded_parse(line, true, &l, &why);
    }
    return false;
}

static bool folded_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct folded f = {.b = b, .d = d, .file = in->file};
    struct lines lines = lines_new(in, arena);
    struct str line;
    f.ring = NEW_N(arena, uint32_t, FOLDED_RING);
    f.frames = NEW_N(arena, uint32_t, FOLDED_RING);
    f.timed = lines_fill(&lines) && is_timed((struct str){lines.at, (size_t)(lines.stop - lines.at)});
    f.event = builder_event(b, in->spec->unit.s.n ? in->spec->unit.s : STR("samples"));
    builder_weigh(b, WEIGHT_COUNT);
    if (!f.timed)
        builder_flat(b);
    while (lines_next(&lines, &line))
        if (!is_blank(line))
            take(&f, &lines, line, arena);
    builder_tally(b)->truncated |= in->truncated;
    return !in->failed && verdict(&f, arena);
}

/* Stacks of more than one name, and counts behind nearly all of them. */
static int folded_sniff(struct str head)
{
    struct str line, rest = head;
    uint32_t n = 0, n_good = 0, n_deep = 0;
    bool timed = is_timed(head);
    while (rest.n && n < SNIFFED_LINES) {
        struct folded_line l;
        const char *why;
        bool whole = str_cut(rest, '\n', &line, &rest);
        if (is_blank(line) || (!whole && n))
            continue;
        bool good = folded_parse(line, timed, &l, &why);
        n++;
        n_good += good;
        n_deep += good && str_find_char(l.stack, ';') != SIZE_MAX;
    }
    return n_deep && n_good * 5 >= n * 4 ? 50 : n_deep * 2 > n ? 30 : 0;
}

const struct door door_folded = {
    .name = {"folded", 6},
    .description = {"folded stacks", 13},
    .default_step_ns = 100000,
    .sniff = folded_sniff,
    .read = folded_read,
};
