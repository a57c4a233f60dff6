/* SPDX-License-Identifier: MIT
 *
 * Maps keyed by stacks, as bpftrace prints them:
 *
 *     12:26:27                  of time("%H:%M:%S\n"), in front of what was counted up to then
 *     @[                        a stack begins here, or ends where a line begins with ","
 *         func+offset           bpftrace's own form; or "address func+offset (module)", that of perf
 *     , comm, 4711]: 12
 *
 * In: text. Out: a point per entry, weighed by its count or sum; without times a flat profile. Of two stacks
 * in a key one is the kernel's, and stands towards the leaf. */
#include "ingest/bpftrace.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "ingest/bad_lines.h"
#include "ingest/bpftrace_json.h"
#include "ingest/perf_frame.h"

#define LOOKED_AT 1000
/* Stacks in one key: kernel and user. More are of no use to a flame graph. */
#define STACKS 2

struct map_stack {
    struct perf_frame *frame; /* leaf first */
    uint32_t n;
};

struct bpftrace {
    struct builder *b;
    struct arena *arena;
    uint32_t file;
    bool timed, in_entry;
    int64_t time_ns;
    struct str name; /* of the map, without '@' */
    struct map_stack stack[STACKS];
    uint32_t n_stacks; /* begun in this key; more than STACKS are not kept */
    bool in_stack;
    struct str comm;
    uint32_t pid, tid;
    uint32_t *frames;
    uint64_t n_read, n_other; /* entries with stacks; maps of other kinds */
    struct bad_lines bad;
};

/* ---- frames */

/* Functions that end a stack of the kernel, or stand next to its end. */
static bool is_kernel_end(struct str name)
{
    static const char *const starts[] = {"entry_SYSCALL",  "do_syscall_64",   "asm_",
                                         "ret_from_fork",  "kthread",         "secondary_startup",
                                         "common_startup", "start_secondary", "cpu_startup_entry",
                                         "el0t_",          "el1h_",           "x86_64_start_kernel"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(name, str_of(starts[i])))
            return true;
    return false;
}

/* "func+131" -> "func" */
static struct str without_offset(struct str name)
{
    size_t at = str_rfind_char(name, '+');
    uint64_t n;
    return at != SIZE_MAX && at > 0 && str_u64(str_sub(name, at + 1, name.n), &n) ? str_sub(name, 0, at)
                                                                                  : name;
}

static bool is_address(struct str s)
{
    if (!str_starts(s, STR("0x")) || s.n < 3)
        return false;
    for (size_t i = 2; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return true;
}

static struct perf_frame frame_of(struct str line, struct arena *scratch)
{
    struct perf_frame f = {.name = STR("[unknown]"), .module = STR(""), .kind = FRAME_USER};
    struct str text = str_trim(line);
    if (!is_address(text) && !(str_ends(text, STR(")")) && perf_frame_parse(line, &f)))
        f.name = without_offset(text);
    if (is_address(f.name))
        f.name = STR("[unknown]");
    f.name = str_dup(f.name, scratch); /* the line's buffer moves on */
    f.module = str_dup(f.module, scratch);
    return f;
}

/* ---- entries */

static bool is_kernel(const struct map_stack *s)
{
    for (uint32_t i = s->n > 2 ? s->n - 2 : 0; i < s->n; i++)
        if (is_kernel_end(s->frame[i].name) || s->frame[i].kind == FRAME_KERNEL)
            return true;
    return false;
}

static void add_entry(struct bpftrace *t, uint64_t count)
{
    uint32_t first = t->n_stacks > 1 && is_kernel(&t->stack[1]) && !is_kernel(&t->stack[0]), n = 0;
    for (uint32_t k = 0; k < STACKS; k++) {
        const struct map_stack *s = &t->stack[k ^ first];
        bool kernel = (k == 0 && t->n_stacks > 1) || is_kernel(s);
        for (uint32_t i = 0; i < s->n && n <= LIMIT_STACK_DEPTH; i++)
            t->frames[n++] = builder_frame(t->b, s->frame[i].name, s->frame[i].module,
                                           kernel ? FRAME_KERNEL : s->frame[i].kind);
    }
    struct sample s = {.cpu = ID_NONE, .period = count, .time_ns = t->time_ns};
    s.event = builder_event(t->b, t->name.n ? t->name : STR("samples"));
    s.thread = builder_thread(t->b, t->pid, t->tid, t->comm);
    s.stack = builder_stack(t->b, s.thread, t->frames, n);
    builder_sample(t->b, &s);
    t->n_read++;
}

static void begin_stack(struct bpftrace *t)
{
    t->in_stack = true;
    if (t->n_stacks++ < STACKS)
        t->stack[t->n_stacks - 1].n = 0;
}

/* Elements of the key that are no stacks: the first text is the thread's name, numbers are pid and tid. */
static void add_scalars(struct bpftrace *t, struct str list, struct arena *scratch)
{
    while (list.n) {
        size_t at = str_find(list, STR(", "));
        struct str part = str_trim(str_sub(list, 0, at));
        uint64_t id;
        list = at == SIZE_MAX ? STR("") : str_sub(list, at + 2, list.n);
        if (!part.n || str_eq(part, STR(","))) /* where a stack begins or ended */
            continue;
        if (!str_u64(part, &id)) {
            if (!t->comm.n)
                t->comm = str_dup(part, scratch);
        } else if (id < ID_NONE) {
            *(t->pid == ID_NONE ? &t->pid : &t->tid) = (uint32_t)id;
        }
    }
}

/* What follows '@name[' or stands behind a stack: ", " and a stack, scalars, the end with its value. */
static void take_key(struct bpftrace *t, struct str text, struct arena *scratch)
{
    size_t end = str_find(text, STR("]: ")), at;
    for (size_t from = 0;
         end != SIZE_MAX && (at = str_find(str_sub(text, from, text.n), STR("]: "))) != SIZE_MAX;
         from = end + 1)
        end = from + at; /* the last one */
    t->in_stack = false;
    if (end == SIZE_MAX && str_ends(text, STR("]:")))
        end = text.n - 2;
    if (end == SIZE_MAX) { /* the line ends where a stack begins */
        add_scalars(t, text, scratch);
        begin_stack(t);
        return;
    }
    add_scalars(t, str_sub(text, 0, end), scratch);
    uint64_t count;
    t->in_entry = false;
    if (t->n_stacks && str_u64(str_trim(str_sub(text, end + 2, text.n)), &count) && count <= 1ull << 53)
        add_entry(t, count);
    else
        t->n_other++; /* a histogram, a map without stacks */
}

static void begin_entry(struct bpftrace *t, struct str text, struct arena *scratch)
{
    struct str key;
    t->in_entry = str_cut(str_sub(text, 1, text.n), '[', &t->name, &key);
    t->n_stacks = 0;
    t->stack[0].n = t->stack[1].n = 0;
    t->comm = STR("");
    t->pid = t->tid = ID_NONE;
    if (!t->in_entry) { /* "@total: 5" */
        t->n_other++;
        return;
    }
    t->name = str_dup(t->name, scratch);
    /* Empty stacks are printed as nothing: "@[, , comm]: 1". */
    for (struct str rest = str_trim(key); str_starts(rest, STR(","));
         rest = str_trim(str_sub(rest, 1, rest.n)))
        t->n_stacks++;
    take_key(t, key, scratch);
}

/* "12:26:27" */
static bool time_of_day(struct str line, int64_t *seconds)
{
    uint64_t part[3];
    struct str head, rest = str_trim(line);
    if (rest.n != 8)
        return false;
    for (int i = 0; i < 3; i++) {
        bool more = str_cut(rest, ':', &head, &rest);
        if (more != (i < 2) || head.n != 2 || !str_u64(head, &part[i]) || part[i] >= (i ? 60 : 24))
            return false;
    }
    *seconds = (int64_t)(part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

/* Past midnight it goes on. */
static void set_time(struct bpftrace *t, int64_t seconds)
{
    int64_t days = t->time_ns / (86400 * NS_PER_S), at = (days * 86400 + seconds) * NS_PER_S;
    t->time_ns = at + (at + 43200 * NS_PER_S < t->time_ns ? 86400 * NS_PER_S : 0);
}

/* Rows of a histogram, and what bpftrace says of itself. */
static bool is_noise(struct str text)
{
    return str_starts(text, STR("Attach")) || str_ends(text, STR("|")) || str_starts(text, STR("WARNING")) ||
           str_starts(text, STR("Lost "));
}

static void take(struct bpftrace *t, const struct lines *lines, struct str line, struct arena *scratch)
{
    struct str text = str_trim(line);
    int64_t seconds;
    bool indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
    if (!text.n)
        return;
    if (t->in_entry && t->in_stack && indented) {
        struct map_stack *s = t->n_stacks <= STACKS ? &t->stack[t->n_stacks - 1] : NULL;
        if (s && s->n <= LIMIT_STACK_DEPTH)
            s->frame[s->n++] = frame_of(line, scratch);
    } else if (t->in_entry && (text.p[0] == ',' || text.p[0] == ']')) {
        take_key(t, text, scratch);
    } else if (text.p[0] == '@') {
        begin_entry(t, text, scratch);
    } else if (time_of_day(text, &seconds)) {
        t->in_entry = false;
        set_time(t, seconds);
    } else if (!is_noise(text)) {
        t->in_entry = false;
        bad_lines_add(&t->bad, lines, line, t->b, t->arena);
    }
}

/* ---- the text */

static bool is_timed(struct str head)
{
    struct str line;
    int64_t seconds;
    for (uint32_t n = 0; head.n && n < LOOKED_AT; n++) {
        (void)str_cut(head, '\n', &line, &head);
        if (time_of_day(line, &seconds))
            return true;
        if (line.n && line.p[0] == '@')
            return false; /* a time after the first map is that of its end */
    }
    return false;
}

static bool verdict(struct bpftrace *t, struct diag *d)
{
    if (!t->n_read && t->n_other) {
        diag_say(d, DIAG_ERROR, t->file,
                 "maps of bpftrace, but none by stack (count() or sum() by kstack or ustack)");
        return false;
    }
    if (t->n_other)
        diag_say(d, DIAG_WARNING, t->file, "%llu maps or entries without a stack and a count are left out",
                 (unsigned long long)t->n_other);
    bad_lines_say(&t->bad, "no map of bpftrace", t->n_read > 0, d);
    return t->n_read || !t->bad.n;
}

static bool read_text(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct bpftrace t = {
        .b = b, .arena = arena, .file = in->file, .comm = STR(""), .pid = ID_NONE, .tid = ID_NONE};
    struct lines lines = lines_new(in, arena);
    struct arena *scratch = arena_like(arena);
    struct arena_mark mark = arena_mark(scratch);
    struct str line;
    for (uint32_t k = 0; k < STACKS; k++)
        t.stack[k].frame = NEW_N(arena, struct perf_frame, LIMIT_STACK_DEPTH + 1);
    t.frames = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    t.timed = lines_fill(&lines) && is_timed((struct str){lines.at, (size_t)(lines.stop - lines.at)});
    builder_weigh(b, WEIGHT_COUNT);
    if (t.timed)
        builder_source_step(b, NS_PER_S);
    else
        builder_flat(b);
    while (lines_next(&lines, &line)) {
        if (!t.in_entry) /* nothing points into it */
            arena_reset(scratch, mark);
        take(&t, &lines, line, scratch);
    }
    builder_tally(b)->truncated |= in->truncated || (t.in_entry && t.in_stack);
    arena_free(scratch);
    return !in->failed && verdict(&t, d);
}

/* The bytes that were looked at, then the rest. */
struct begun {
    struct source source; /* first: the two share an address */
    struct source *rest;
    char head[256];
    size_t at, n;
};

static size_t begun_read(struct source *s, void *to, size_t n)
{
    struct begun *g = (struct begun *)s;
    size_t k = g->n - g->at < n ? g->n - g->at : n;
    if (!k) {
        k = g->rest->read(g->rest, to, n);
        s->truncated = g->rest->truncated;
        s->failed = g->rest->failed;
        return k;
    }
    memcpy(to, g->head + g->at, k);
    g->at += k;
    return k;
}

static bool bpftrace_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct begun *g = NEW(arena, struct begun);
    size_t k;
    g->source = *in;
    g->source.read = begun_read;
    g->source.seek = NULL;
    g->rest = in;
    while (g->n < sizeof g->head && (k = in->read(in, g->head + g->n, sizeof g->head - g->n)) > 0)
        g->n += k;
    struct source *text = &g->source;
    if (bpftrace_is_json((struct str){g->head, g->n}))
        text = bpftrace_json_open(text, d, arena);
    bool ok = text && read_text(text, b, d, arena);
    in->truncated |= text && text->truncated;
    return ok && !in->failed;
}

/* A map at the beginning of a line, and a key that ends with its value. */
static int bpftrace_sniff(struct str head)
{
    struct str line;
    uint32_t n_maps = 0, n_ends = 0;
    if (bpftrace_is_json(head))
        return 80;
    for (uint32_t n = 0; head.n && n < LOOKED_AT; n++) {
        (void)str_cut(head, '\n', &line, &head);
        n_maps += line.n && line.p[0] == '@' && str_find_char(line, '[') != SIZE_MAX;
        n_ends += str_find(line, STR("]: ")) != SIZE_MAX;
    }
    return n_maps && n_ends ? 75 : 0;
}

const struct door door_bpftrace = {
    .name = {"bpftrace", 8},
    .description = {"stack maps of bpftrace", 22},
    .default_step_ns = 100000,
    .sniff = bpftrace_sniff,
    .read = bpftrace_read,
};
