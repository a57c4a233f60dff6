/* SPDX-License-Identifier: MIT
 *
 * The same comes out of a text for any number of threads and wherever it is cut: everything that a profile holds and all that is
 * said, against one thread that reads it in one piece. */
#include "support.h"

#include <setjmp.h>
#include <zlib.h>

#include "base/crew.h"
#include "base/limits.h"
#include "base/os.h"
#include "ingest/perf_script.h"
#include "model/check.h"
#include "model/tally.h"

struct text {
    struct source source;
    struct str rest;
    size_t step;
    struct str all;
    size_t cut_at; /* what is behind it vanishes once somebody has asked for an offset there; 0: nothing does */
};

static size_t text_read(struct source *s, void *to, size_t n)
{
    struct text *t = (struct text *)s;
    size_t k = t->rest.n < n ? t->rest.n : n;
    k = t->step && t->step < k ? t->step : k;
    if (k)
        memcpy(to, t->rest.p, k);
    t->rest = str_sub(t->rest, k, t->rest.n);
    return k;
}

static bool text_seek(struct source *s, uint64_t offset)
{
    struct text *t = (struct text *)s;
    t->rest = str_sub(t->all, (size_t)offset, t->all.n);
    return true;
}

static size_t text_read_at(struct source *s, void *to, size_t n, uint64_t offset)
{
    const struct text *t = (const struct text *)s;
    size_t end = t->cut_at && n > 8192 ? t->cut_at : t->all.n; /* a chunk is asked for, not a look at where one ends */
    size_t k = offset >= end ? 0 : end - offset < n ? end - offset : n;
    if (k)
        memcpy(to, t->all.p + offset, k);
    return k;
}

struct way {
    unsigned n_threads;
    size_t chunk_bytes, step;
    enum weigh_by weight;
    bool in_file;
    size_t cut_at;
};

static void write_profile(const struct profile *p, struct buf *out)
{
    buf_fmt(out, "time %d origin %lld step %lld steps %llu clock %d %lld\n", p->has_time, (long long)p->origin_ns, (long long)p->step_ns,
            (unsigned long long)p->n_steps, p->has_clock, (long long)p->clock_epoch_ns);
    for (uint32_t i = 0; i < tally_rows(); i++)
        buf_fmt(out, "%s %llu\n", tally_name(i), (unsigned long long)tally_value(&p->tally, i));
    for (uint32_t i = 0; i < p->n_facts; i++)
        buf_fmt(out, "%.*s=%.*s\n", STR_ARG(p->facts[i].key), STR_ARG(p->facts[i].value));
    for (uint32_t i = 0; i < p->n_events; i++)
        buf_fmt(out, "event %.*s\n", STR_ARG(p->events[i].name));
    for (uint32_t i = 0; i < p->n_frames; i++)
        buf_fmt(out, "frame %.*s in %.*s, %d\n", STR_ARG(p->names[p->frames[i].name]), STR_ARG(p->modules[p->frames[i].module]), p->frames[i].kind);
    for (uint32_t i = 0; i < p->n_threads; i++)
        buf_fmt(out, "thread %u/%u %.*s\n", p->threads[i].pid, p->threads[i].tid, STR_ARG(p->names[p->threads[i].comm]));
    for (uint32_t i = 1; i < p->n_nodes; i++)
        buf_fmt(out, "node %u %u %d\n", p->node_parent[i], p->node_frame[i], p->node_idle[i]);
    for (uint32_t i = 0; i < p->n_points; i++)
        buf_fmt(out, "%u %u %u %u %llu\n", point_time(p, i), point_node(p, i), point_thread(p, i), point_lane(p, i),
                (unsigned long long)point_weight(p, i));
    for (uint32_t i = 0; i < p->n_spans; i++)
        buf_fmt(out, "%llu %llu %llu\n", (unsigned long long)column_at(&p->spans.start, i), (unsigned long long)column_at(&p->spans.duration, i),
                (unsigned long long)column_at(&p->spans.node, i));
}

/* All of it as text, on the arena. */
static struct str read_so(struct str text, struct way way, struct arena *arena)
{
    struct diag *d = diag_new(arena);
    struct profile_spec spec = spec_default_profile();
    spec.source.s = STR("t");
    spec.weight = way.weight;
    struct text t = {{.read = text_read, .file = diag_file(d, STR("t")), .name = STR("t"), .spec = &spec}, text, way.step, text, way.cut_at};
    if (way.in_file) {
        t.source.seek = text_seek;
        t.source.read_at = text_read_at;
    }
    t.source.n_threads = way.n_threads;
    t.source.chunk_bytes = way.chunk_bytes;
    struct builder *b = builder_new(&spec, door_perf_script.default_step_ns, t.source.file, d, arena);
    struct buf out = buf_new(SIZE_MAX, arena);
    struct profile p;
    bool ok = door_perf_script.read(&t.source, b, d, arena);
    if (!ok)
        builder_drop(b);
    else
        ok = builder_freeze(b, &p);
    if (ok && profile_check(&p))
        fail_msg("%s", profile_check(&p));
    if (ok)
        write_profile(&p, &out);
    diag_print(d, &out);
    return buf_view(&out);
}

/* Where two texts part, for the message. */
static void expect_same(struct str came, struct str expected, const char *what, struct way way)
{
    size_t i = 0;
    if (str_eq(came, expected))
        return;
    while (i < came.n && i < expected.n && came.p[i] == expected.p[i])
        i++;
    i = i > 80 ? i - 80 : 0;
    fail_msg("%s, %u threads, chunks of %zu, reads of %zu: …%.*s… expected …%.*s…", what, way.n_threads, way.chunk_bytes, way.step,
             STR_ARG(str_sub(came, i, i + 160)), STR_ARG(str_sub(expected, i, i + 160)));
}

static void try_all_ways(const char *what, struct str text, enum weigh_by weight)
{
    static const struct way ways[] = {{1, 1, 0, 0, false, 0},    {1, 300, 7, 0, false, 0},  {1, 4096, 0, 0, false, 0}, {2, 1, 7, 0, false, 0},      {2, 300, 1000, 0, false, 0},
                                      {2, 70000, 0, 0, false, 0}, {3, 300, 0, 0, false, 0},  {3, 4096, 7, 0, false, 0}, {3, 0, 0, 0, false, 0},      {8, 1, 0, 0, false, 0},
                                      {8, 300, 7, 0, false, 0},  {8, 4096, 0, 0, false, 0}, {2, 9000, 0, 0, false, 0}, {3, 30000, 1000, 0, false, 0}};
    struct arena *arena = test_arena();
    struct str expected = read_so(text, (struct way){.n_threads = 1, .weight = weight}, arena);
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct arena *own = test_arena();
        struct way way = ways[i];
        way.weight = weight;
        if (text.n < 300000 || way.chunk_bytes >= 4096) /* the small ones are for small texts */
            expect_same(read_so(text, way, own), expected, what, way);
        way.in_file = true;
        if (text.n < 300000 || way.chunk_bytes >= 4096)
            expect_same(read_so(text, way, own), expected, what, way);
        arena_free(own);
    }
    arena_free(arena);
}

/* ---- texts */

enum { CRLF = 1, DISORDER = 2, ODD = 4, STACKLESS = 8, UNTIMED_FIRST = 16, SWITCHES = 32, LONG = 64 };

static void odd_lines(struct buf *b, uint64_t *random)
{
    switch (test_dice(random, 12)) {
    case 0:
        buf_lit(b, "# hostname : other\n");
        break;
    case 1:
        buf_lit(b, "swapper     0 [000]  5.000001: PERF_RECORD_LOST lost 3\n");
        break;
    case 2:
        buf_lit(b, "two\nlines  12 [001]  5.5: cycles: \n\t    1234 f (/bin/x)\n\n");
        break;
    case 3:
        buf_lit(b, "\t    77 frame of nobody (/lib/y)\n");
        break;
    case 4:
        buf_lit(b, "what is this\n");
        break;
    case 5:
        buf_lit(b, "\n\n");
        break;
    case 6:
        buf_lit(b, "a    12 [001]  6.5: cycles: \n\n\t    12 [001]  7.5: x (/bin/y)\n\t 9 g (/bin/x)\n");
        break;
    case 7:
        buf_lit(b, "a    12 [001]  6.6: cycles: \n\t    12 [001]  7.5: x (/bin/y)\n\t    5555 main+0x1 (inlined)\n  main.c:12\n");
        break;
    case 8:
        buf_lit(b, "b    13 [002]  6.7: cycles: \n5555 at the margin (/bin/z)\n\n5555 at the margin (/bin/z)\n");
        break;
    default:
        break;
    }
}

static struct str make(uint32_t n, unsigned how, uint64_t seed, struct arena *arena)
{
    static const char *const comms[] = {"java", "swapper", "a b", "kworker/3:1", "x [000] 1.5:"};
    uint64_t random = seed, time_us = 5000000;
    struct buf b = buf_new(SIZE_MAX, arena);
    const char *end = how & CRLF ? "\r\n" : "\n";
    buf_lit(&b, "# hostname : box\n# arch : x86_64\n# nrcpus online : 4\n");
    for (uint32_t i = 0; how & UNTIMED_FIRST && i < 5; i++)
        buf_fmt(&b, "old 12 cycles: %s\t 12%u f%u (/bin/old)%s%s", end, i, i, end, end);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t who = test_dice(&random, 5), cpu = test_dice(&random, 4), depth = test_dice(&random, 20);
        time_us += test_dice(&random, 2000);
        uint64_t at = how & DISORDER && test_dice(&random, 5) == 0 ? time_us - 3000000 : time_us;
        if (how & STACKLESS) {
            buf_fmt(&b, "%16s %5u [%03u] %5llu.%06llu:     %u cycles:  %16x fn%u+0x%x (/usr/bin/x)%s", comms[who], 100 + who, cpu,
                    (unsigned long long)(at / 1000000), (unsigned long long)(at % 1000000), 1 + test_dice(&random, 9), 4096 + depth, depth, depth, end);
            continue;
        }
        buf_fmt(&b, "%s %5u/%-5u [%03u] %5llu.%06llu: %10u %s: ", comms[who], 100 + who, 200 + who, cpu, (unsigned long long)(at / 1000000),
                (unsigned long long)(at % 1000000), 1 + test_dice(&random, 999), how & SWITCHES ? "sched:sched_switch" : test_dice(&random, 9) ? "cycles" : "cpu-clock");
        if (how & SWITCHES)
            buf_fmt(&b, "prev_comm=a prev_pid=%u prev_prio=120 prev_state=S ==> next_comm=b next_pid=%u next_prio=120", 200 + who,
                    200 + test_dice(&random, 5));
        buf_fmt(&b, "%s", end);
        for (uint32_t f = 0; f < depth; f++) {
            uint32_t g = f * 3 + test_dice(&random, f < 4 ? 40 : 3);
            buf_fmt(&b, "\t%16x %s%u+0x%x (%s)%s", 0x400000 + g * 16, g % 11 == 0 ? "Lorg/A;::m->Lorg/B;::n" : "function_", g, g,
                    g % 11 == 0 ? "/tmp/perf-12.map" : g % 5 ? "/usr/lib/libx.so" : "[kernel.kallsyms]", end);
        }
        buf_fmt(&b, "%s", end);
        if (how & ODD)
            odd_lines(&b, &random);
        if (how & LONG && i % 50 == 49) {
            for (uint32_t k = 0; k < LIMIT_LINE_BYTES + 5000; k++)
                buf_char(&b, 'y');
            buf_lit(&b, "\n");
        }
    }
    return buf_view(&b);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        unsigned how;
        enum weigh_by weight;
    } rows[] = {
        {"plain", 0, BY_SAMPLES},
        {"by period", 0, BY_PERIOD},
        {"CRLF", CRLF, BY_SAMPLES},
        {"out of order", DISORDER, BY_SAMPLES},
        {"odd lines", ODD | DISORDER, BY_SAMPLES},
        {"odd lines, CRLF", ODD | CRLF, BY_SAMPLES},
        {"no stacks", STACKLESS, BY_SAMPLES},
        {"no times at first", UNTIMED_FIRST | ODD, BY_SAMPLES},
        {"switches", SWITCHES, BY_DURATION},
        {"bytes that are not there", ODD, BY_BYTES},
        {"long lines", LONG | ODD, BY_SAMPLES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint64_t seed = 1; seed < 3; seed++) {
            struct arena *arena = test_arena();
            struct str text = make(seed == 2 ? 300 : 60, rows[i].how, seed, arena);
            try_all_ways(rows[i].what, text, rows[i].weight);
            arena_free(arena);
        }
}

/* Wherever the text ends. */
static void test_cut_short(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct str text = make(8, ODD, 5, arena);
    for (size_t n = 0; n <= text.n; n += n > 1500 ? 14 : 1) {
        struct arena *own = test_arena();
        struct str part = str_sub(text, 0, n), expected = read_so(part, (struct way){.n_threads = 1, .weight = BY_SAMPLES}, own);
        for (unsigned threads = 1; threads < 4; threads++) {
            struct way way = {threads, 200, 50, BY_SAMPLES, threads == 3, 0};
            expect_same(read_so(part, way, own), expected, "cut short", way);
        }
        arena_free(own);
    }
    arena_free(arena);
}

/* A text that ends in a line which was whole before: half of it, as of any other. */
static void test_last_half_was_whole_before(void **state)
{
    (void)state;
    static const char *const halves[] = {"\t    1234 half", "a 12 [001] 9.5:  1 cycles:      7fff00001234 half"};
    for (size_t k = 0; k < COUNT(halves); k++) {
        struct arena *arena = test_arena();
        struct buf b = buf_new(SIZE_MAX, arena);
        for (int i = 0; i < 60; i++)
            buf_fmt(&b, "a 12 [001] %d.5:  1 cycles:\n\t    %d f%d (/bin/x)\n%s\n\n", 5 + i, 1000 + i, i, i == 2 ? halves[k] : "");
        buf_fmt(&b, "a 12 [001] 70.5:  1 cycles:\n\t    1000 f0 (/bin/x)\n%s", halves[k]);
        struct str came = read_so(buf_view(&b), (struct way){.n_threads = 1, .weight = BY_SAMPLES}, arena);
        assert_true(str_find(came, STR("truncated 1")) != SIZE_MAX);
        try_all_ways("last half", buf_view(&b), BY_SAMPLES);
        arena_free(arena);
    }
}

/* ---- memory that runs out, on whichever thread */

static void jump(void *ctx, size_t bytes)
{
    (void)bytes;
    longjmp(*(jmp_buf *)ctx, 1);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct arena *texts = test_arena();
    struct str text = make(400, ODD, 9, texts);
    bool over = false;
    for (uint64_t nth = 1; !over && nth < 2000; nth++) {
        jmp_buf way_out;
        struct arena *volatile arena = arena_new((struct arena_hook){jump, &way_out});
        if (setjmp(way_out) == 0) {
            arena_fail_nth(nth);
            (void)read_so(text, (struct way){3, 2000, 0, BY_SAMPLES, false, 0}, arena);
            over = true;
        }
        crew_abandon();
        arena_fail_nth(0);
        arena_free(arena);
    }
    assert_true(over);
    arena_free(texts);
}

/* ---- a file that becomes shorter while it is read */

static void test_cut_file(void **state)
{
    (void)state;
    for (size_t cut_at = 110000; cut_at < 190000; cut_at += 3997) {
        struct arena *arena = test_arena();
        struct str text = make(2000, 0, 3, arena);
        assert_true(text.n > 250000);
        struct str came = read_so(text, (struct way){3, 40000, 0, BY_SAMPLES, true, cut_at}, arena);
        struct str whole = read_so(text, (struct way){3, 40000, 0, BY_SAMPLES, true, 0}, arena);
        assert_true(came.n && came.n < whole.n);
        assert_true(str_find(came, STR("truncated 1")) != SIZE_MAX);
        assert_true(str_find(whole, STR("truncated 1")) == SIZE_MAX);
        arena_free(arena);
    }
}

/* ---- a system without threads */

static int no_thread(pthread_t *thread, void *(*fn)(void *), void *arg)
{
    (void)thread;
    (void)fn;
    (void)arg;
    return 11; /* EAGAIN */
}

static void test_no_threads(void **state)
{
    (void)state;
    static struct os fake;
    struct arena *arena = test_arena();
    struct str text = make(400, 0, 3, arena), expected = read_so(text, (struct way){.n_threads = 1, .weight = BY_SAMPLES}, arena);
    struct way way = {8, 2000, 0, BY_SAMPLES, false, 0};
    fake = os_real;
    fake.start_thread = no_thread;
    os = &fake;
    struct str came = read_so(text, way, arena);
    os = &os_real;
    expect_same(came, expected, "no threads", way);
    arena_free(arena);
}

/* ---- real recordings */

static struct str inflated(const char *path, struct arena *arena)
{
    struct buf b = buf_new(SIZE_MAX, arena);
    gzFile f = gzopen(path, "rb"); /* reads what is not packed, too */
    int n = 1;
    while (f && n > 0) {
        char part[1 << 14];
        n = gzread(f, part, sizeof part);
        buf_add(&b, part, n > 0 ? (size_t)n : 0);
    }
    if (f)
        gzclose(f);
    return buf_view(&b);
}

static void test_recordings(void **state)
{
    (void)state;
    static const char *const names[] = {"FlameGraph__perf-cycles-instructions-01.txt", "FlameGraph__perf-vertx-stacks-01.txt",
                                        "FlameGraph__perf-js-stacks-01.txt",           "flamescope__perf.test01",
                                        "recorded__odd-comms.perf.txt.gz",             "recorded__syscalls.perf.txt.gz",
                                        "recorded__build-49hz.perf.txt.gz"};
    unsigned n_there = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[200];
        struct arena *arena = test_arena();
        (void)snprintf(path, sizeof path, "../shared/profiles/%s", names[i]);
        struct str text = inflated(path, arena);
        n_there += text.n > 0;
        if (text.n)
            try_all_ways(names[i], text, BY_SAMPLES);
        arena_free(arena);
    }
    if (n_there < sizeof names / sizeof *names)
        print_message("SKIP: recordings: %u of %zu are here\n", n_there, sizeof names / sizeof *names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts), cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_last_half_was_whole_before), cmocka_unit_test(test_no_memory),
                                       cmocka_unit_test(test_cut_file), cmocka_unit_test(test_no_threads), cmocka_unit_test(test_recordings)};
    return cmocka_run_group_tests_name("perf_chunks", tests, NULL, NULL);
}
