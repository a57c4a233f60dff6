/* SPDX-License-Identifier: MIT
 *
 * Whole small texts through the door: what comes out as samples, stacks, threads, counts and messages. */
#include "through_door.h"

#include "ingest/perf_script.h"
#include "model/check.h"

struct world {
    struct arena *arena;
    struct diag *d;
    struct profile_spec spec;
    struct profile p;
    bool ok;
};

static struct world read_text(struct str text, size_t step)
{
    struct world w = {.arena = arena_new((struct arena_hook){0})};
    w.d = diag_new(w.arena);
    w.spec = (struct profile_spec){.source = {.s = STR("t")},
                                   .filter = {.from_ns = INT64_MIN, .to_ns = INT64_MAX}};
    w.spec.step_ns = 1;
    struct text m = {{.read = text_read, .file = diag_file(w.d, STR("t")), .name = STR("t"), .spec = &w.spec}, text, step};
    struct builder *b = builder_new(&w.spec, 100000, m.source.file, w.d, w.arena);
    w.ok = door_perf_script.read(&m.source, b, w.d, w.arena);
    if (!w.ok)
        builder_drop(b);
    else
        w.ok = builder_freeze(b, &w.p);
    if (w.ok && profile_check(&w.p))
        fail_msg("%s", profile_check(&w.p));
    return w;
}

/* "comm;root;leaf@nanoseconds-since-origin event", one line a sample. */
static const char *dump(struct world *w)
{
    struct buf b = buf_new(1 << 20, w->arena);
    for (uint32_t i = 0; w->ok && i < w->p.n_points; i++) {
        uint32_t path[64], n = 0;
        for (uint32_t node = point_node(&w->p, i); node && n < 64; node = w->p.node_parent[node])
            path[n++] = node;
        while (n--) {
            const struct frame *f = &w->p.frames[w->p.node_frame[path[n]]];
            buf_str(&b, w->p.names[f->name]);
            buf_char(&b, n ? ';' : '@');
        }
        buf_fmt(&b, "%lld %.*s\n", (long long)point_time(&w->p, i) * w->p.step_ns,
                STR_ARG(w->p.events[w->p.lanes[point_lane(&w->p, i)].event].name));
    }
    buf_char(&b, 0);
    return b.p;
}

static const char *said(struct world *w)
{
    struct buf b = buf_new(1 << 20, w->arena);
    diag_print(w->d, &b);
    buf_char(&b, 0);
    return b.p;
}

#define F(sym) "\t    7f00 " sym "+0x1 (/x)\n"

static const struct {
    const char *what, *text, *samples, *said;
    uint64_t n_unreadable, n_lost, truncated;
} texts[] = {
    {"two samples", "a 1 1.000001: e:\n" F("leaf") F("main") "\na 1 1.000002: e:\n" F("main") "\n",
     "a;main;leaf@1000 e\na;main@2000 e\n", "", 0, 0, 0},
    {"no blank line at the end", "a 1 1.000001: e:\n" F("main") "\na 1 1.000002: e:\n\t7f00 main+0x1 (/x)",
     "a;main@1000 e\na;main@2000 e\n", "", 0, 0, 0},
    {"no blank lines at all", "a 1 1.000001: e:\n" F("x") "a 1 1.000002: e:\n" F("y"),
     "a;x@1000 e\na;y@2000 e\n", "", 0, 0, 0},
    {"CRLF", "a 1 1.000001: e:\r\n\t7f00 main (/x)\r\n\r\na 1 1.000002: e:\r\n\t7f00 main (/x)\r\n",
     "a;main@1000 e\na;main@2000 e\n", "", 0, 0, 0},
    {"events apart", "a 1 1.0: cycles:u:\n" F("x") "\na 1 1.1: instructions:\n" F("x") "\n",
     "a;x@0 cycles:u\na;x@100000000 instructions\n", "", 0, 0, 0},
    {"samples without a stack", "a 1 1.0: e:\na 1 1.1: e:\n\na 1 1.2: e:\n\n",
     "a@0 e\na@100000000 e\na@200000000 e\n", "", 0, 0, 0},
    {"blank line before the frames", "a 1 1.0: e:\n\n" F("x") "\na 1 1.1: e:\n\n" F("y"),
     "a;x@0 e\na;y@100000000 e\n", "", 0, 0, 0},
    {"kernel and user stack with a blank line between", "a 1 1.0: e:\n" F("k") "\n" F("u") "\na 1 1.1: e:\n",
     "a;u;k@0 e\na@100000000 e\n", "", 0, 0, 0},
    {"out of order", "a 1 2.0: e:\n" F("x") "\na 1 1.0: e:\n" F("y") "\n", "a;y@0 e\na;x@1000000000 e\n", "",
     0, 0, 0},
    {"a stack on the header line",
     "           false 39 1.000001:          1 cycles:u:  ffffffff9b201293 [unknown] ([unknown])\n"
     "              dd 39 1.000002:          1 cycles:      7fa68b1f2d84 _dl_start+0x4 (/usr/lib/ld.so)\n",
     "false;[unknown]@1000 cycles:u\ndd;_dl_start@2000 cycles\n", "", 0, 0, 0},
    {"weight and data source before the frame",
     "            cens 20 [028] 1.0: 10009 MEM:ldlat=64:     55ffba5cda08     11868100242 |OP LOAD|LVL LFB|  "
     "225        "
     "       "
     "0 ffffffffa4470d46 load ([kernel.kallsyms])\n",
     "cens;load@0 MEM:ldlat=64\n", "", 0, 0, 0},
    {"payload is no frame", "a 1 1.0: syscalls:sys_exit: 0x3\n" F("x") "\na 1 1.1: sc:x: NR 12 (0, ffff)\n",
     "a;x@0 syscalls:sys_exit\na@100000000 sc:x\n", "", 0, 0, 0},
    {"source lines, registers, branches",
     "a 1 1.0: e:\n\t7f00 inl\n  a.c:3 (inlined)\n" F(
         "x") "  a.c:12\n ABI:2    AX:0x1\n 0x1/0x2/P/-/-/0\n insn: 83\n",
     "a;x;inl@0 e\n", "", 0, 0, 0},
    {"records",
     "a 1/1 0.5: PERF_RECORD_COMM exec: a:1/1\na 1 1.0: e:\n" F(
         "x") "a 1/1 1.5: PERF_RECORD_NAMESPACES 1/1 - nr_namespaces: 7\n\t\t[0/net: 3/0xf0]\n\t\t[1/uts: "
              "3/0xf1]\n"
              "a 1 1.6: PERF_RECORD_LOST lost 123\nPERF_RECORD_LOST_SAMPLES\na 1 2.0: e:\n" F("y") "\n",
     "a;x@0 e\na;y@1000000000 e\n", "", 0, 124, 0},
    {"header blocks anywhere",
     "# ========\n# hostname : h\n# ========\n#\na 1 1.0: e:\n" F(
         "x") "\n# ========\n# hostname : i\n# ========\n#\n#c 1 1.5: e:\n" F("y") "\n",
     "a;x@0 e\n#c;y@500000000 e\n", "", 0, 0, 0},
    {"a comm with newlines", "new\nline 7 1.0: e:\n" F("x") "\na\n\nb 7 1.5: e:\n" F("x") "\n",
     "new\nline;x@0 e\nb;x@500000000 e\n",
     "t:5:1: warning: not a sample's header (1 unreadable in all, left out)\n  a\n  ^\n", 1, 0, 0},
    {"a frame that is none", "a 1 1.0: e:\n\tWEIRD\n" F("x") "\na 1 1.5: e:\n\tWEIRD",
     "a;x@0 e\na@500000000 e\n",
     "t:2:1: warning: not a frame (2 unreadable in all, left out)\n  \tWEIRD\n  ^\n", 2, 0, 1},
    {"cut in the last frame", "a 1 1.0: e:\n" F("x") "\na 1 1.5: e:\n" F("x") "\t7f00 ma",
     "a;x@0 e\na;x@500000000 e\n",
     "t:6:1: warning: cut off at the end (1 unreadable in all, left out)\n  \t7f00 ma\n  ^\n", 1, 0, 1},
    {"frames of a header that cannot be read",
     "a 1 1.0: e:\n" F("x") "\nthis is no header at all\n" F("y") "\na 1 1.5: e:\n",
     "a;x@0 e\na@500000000 e\n",
     "t:4:1: warning: not a sample's header (2 unreadable in all, left out)\n  this is no header at all\n  "
     "^\n",
     2, 0, 0},
    {"no times", "java  3244 cpu-clock: \n" F("x") "\njava  3244 cpu-clock: \n\n",
     "java;x@0 cpu-clock\njava@0 cpu-clock\n", "", 0, 0, 0},
    {"no event", "a 1 1.0: \n" F("x") "\n", "a;x@0 samples\n", "", 0, 0, 0},
    {"frames without indent", "a 1 1.0: e:\n7f00 x (/x)\n7f01 y (/x)\n\n", "a;y;x@0 e\n", "", 0, 0, 0},
    {"Java inlined into each other", "a 1 1.0: e:\n\t7f La/B;::m->Lc/D;::n (/tmp/perf-1.map)\n" F("x") "\n",
     "a;x;a/B;::m;c/D;::n@0 e\n", "", 0, 0, 0},
    {"simpleperf", "a\t1 [0] 1.900:\t\t1 e:\n  7f\tx() (/x)\n\na\t1 [0] 1.1000:\t\t1 e:\n  7f\tx() (/x)\n",
     "a;x()@900000 e\na;x()@1000000 e\n", "", 0, 0, 0},
    {"differences instead of times",
     "a 1 0.0: e:\n\na 1 0.5: e:\n\na 1 0.1: e:\n\na 1 0.6: e:\n\na 1 0.2: e:\n", "",
     "t: error: the times are differences ('perf script --deltatime'), not times (run 'perf script' without "
     "it)\n",
     0, 0, 0},
    {"nothing that can be read", "hello\nworld is a long line, longer than a comm\n", "",
     "t:1:1: error: no sample in it; the first line that is not a sample's header\n  hello\n  ^\n", 2, 0, 0},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t step = 0; step < 12; step += 5) {
            struct world w = read_text(str_of(texts[i].text), step);
            const char *got = dump(&w), *message = said(&w);
            if (strcmp(got, texts[i].samples) != 0)
                fail_msg("%s (reads of %zu):\n%s\nexpected:\n%s\nsaid: %s", texts[i].what, step, got,
                         texts[i].samples, message);
            if (strcmp(message, texts[i].said) != 0)
                fail_msg("%s: said\n%s\nexpected\n%s", texts[i].what, message, texts[i].said);
            if (w.ok && (w.p.tally.n_unreadable != texts[i].n_unreadable ||
                         w.p.tally.n_lost != texts[i].n_lost || w.p.tally.truncated != texts[i].truncated))
                fail_msg("%s: %llu unreadable, %llu lost, truncated %llu", texts[i].what,
                         (unsigned long long)w.p.tally.n_unreadable, (unsigned long long)w.p.tally.n_lost,
                         (unsigned long long)w.p.tally.truncated);
            arena_free(w.arena);
        }
}

static void test_facts_and_clock(void **state)
{
    (void)state;
    struct world w = read_text(
        STR("# ========\n# captured on    : Fri Nov 20 12:11:58 2026\n# hostname : h\n# os release : 6.1.0\n"
            "# perf version : 6.1.192\n# arch : x86_64\n# nrcpus online : 12\n# cpudesc : Some: CPU\n"
            "# total memory : 24684092 kB\n# cmdline : /usr/bin/perf record -a \n"
            "# reference time: 2020-06-18 12:45:51.123456 = 1592477151.123456 (TOD) = 14.300000000 "
            "(CLOCK_MONOTONIC)\n# ========\n#\na 1 15.300001: e:\n\t7f x (/x)\n\n"),
        0);
    assert_true(w.ok);
    static const char *const expected[][2] = {
        {"captured", "Fri Nov 20 12:11:58 2026"},
        {"host", "h"},
        {"os", "6.1.0"},
        {"tool", "perf 6.1.192"},
        {"arch", "x86_64"},
        {"cpus", "12"},
        {"cpu", "Some: CPU"},
        {"memory", "24684092 kB"},
        {"command", "/usr/bin/perf record -a"},
    };
    assert_int_equal(w.p.n_facts, sizeof expected / sizeof *expected);
    for (uint32_t i = 0; i < w.p.n_facts; i++)
        if (!str_eq(w.p.facts[i].key, str_of(expected[i][0])) ||
            !str_eq(w.p.facts[i].value, str_of(expected[i][1])))
            fail_msg("fact %u: %.*s = '%.*s'", i, STR_ARG(w.p.facts[i].key), STR_ARG(w.p.facts[i].value));
    assert_int_equal(w.p.n_cpus, 12);
    assert_true(w.p.has_clock);
    assert_int_equal(w.p.clock_epoch_ns, 1592477151823456000); /* at the origin, 15 s */
    assert_int_equal(w.p.source_step_ns, 1000);
    arena_free(w.arena);

    w = read_text(
        STR("# reference time: 2020-06-18 12:45:51.1 = 1592477151.1 (TOD) = 14.3 (CLOCK_MONOTONIC)\n"
            "a 1 0.000000000: e:\n\na 1 1.000000000: e:\n\n"),
        0);
    assert_true(w.ok);
    assert_false(w.p.has_clock); /* --reltime: the clock says nothing about these */
    assert_int_equal(w.p.source_step_ns, 1);
    arena_free(w.arena);
}

/* Lines that are new every time, lines that collide in nothing but their start, a long stack: bounded memory,
 * and counts that add up. */
static void test_large(void **state)
{
    (void)state;
    size_t room = 64u << 20, n = 0;
    char *text = malloc(room);
    unsigned n_samples = 20000, depth = 20;
    for (unsigned i = 0; i < n_samples; i++) {
        n += (size_t)snprintf(text + n, room - n, "a 1 %u.%06u: e:\n", i / 1000, i % 1000);
        for (unsigned k = 0; k < depth; k++)
            n += (size_t)snprintf(text + n, room - n,
                                  "\t    7f0000000000 symbol_%u+0x%x (/usr/lib/some/library.so)\n", k,
                                  i * depth + k);
        n += (size_t)snprintf(text + n, room - n, "\n");
    }
    struct world w = read_text((struct str){text, n}, 0);
    assert_true(w.ok);
    assert_int_equal(w.p.n_points, n_samples);
    assert_int_equal(w.p.n_nodes, depth + 2);
    assert_int_equal(w.p.tally.n_unreadable, 0);
    if (arena_bytes(w.arena) > 64u << 20)
        fail_msg("%zu bytes held for %zu bytes of text", arena_bytes(w.arena), n);
    arena_free(w.arena);

    n = (size_t)snprintf(text, room, "a 1 1.5: e:\n");
    for (unsigned k = 0; k < 10000; k++)
        n += (size_t)snprintf(text + n, room - n, "\t7f f%u (/x)\n", k);
    w = read_text((struct str){text, n}, 0);
    assert_true(w.ok);
    assert_int_equal(w.p.tally.n_cut_stacks, 1);
    arena_free(w.arena);
    free(text);
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        int least, most;
    } rows[] = {
        {"a 1 1.0: e:\n\t7f x (/x)\n", 90, 100},
        {"java 3244 cpu-clock: \n\t7f x (/x)\n", 60, 80},
        {"# ========\n# hostname : h\n", 50, 70},
        {"a;b;c 12\n", 0, 0},
        {"{\"traceEvents\": []}", 0, 0},
        {"iojs 86454 181012024: profile-1ms:\n              node`x+0x1\n", 0, 0},
        {"# austin: 3.3.0\nP1;T2;a.py:f:1 12\n", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int score = door_perf_script.sniff(str_of(rows[i].head));
        if (score < rows[i].least || score > rows[i].most)
            fail_msg("%s: %d", rows[i].head, score);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_facts_and_clock),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_sniff),
    };
    return cmocka_run_group_tests_name("perf_script", tests, NULL, NULL);
}
