/* SPDX-License-Identifier: MIT
 *
 * Files through the front door: real profiles when they are there (FLAMEPRESS_SHARED), small ones always. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "analyse/heatmap.h"
#include "base/arena.h"
#include "base/crew.h"
#include "base/os.h"
#include "ingest/ingest.h"
#include "model/check.h"

static const char *shared_folder(void)
{
    const char *given = getenv("FLAMEPRESS_SHARED");
    const char *folder = given ? given : "../shared";
    char probe[4096];
    snprintf(probe, sizeof probe, "%s/profiles/MANIFEST.tsv", folder);
    return os_kind(probe, NULL) == OS_FILE ? folder : NULL;
}

struct world {
    struct arena *arena;
    struct diag *d;
    struct profile_spec spec;
    struct profile p;
};

static struct world world_new(void)
{
    struct world w = {.arena = arena_new((struct arena_hook){0})};
    w.d = diag_new(w.arena);
    w.spec.filter.from_ns = INT64_MIN;
    w.spec.filter.to_ns = INT64_MAX;
    return w;
}

static bool ingest(struct world *w, const char *path)
{
    w->spec.source.s = str_of(path);
    struct source_file *file = NEW(w->arena, struct source_file);
    *file = (struct source_file){.name = str_of(path), .path = str_of(path)};
    w->spec.files = file;
    w->spec.n_files = 1;
    return ingest_profile(&w->spec, NULL, w->d, &w->p, w->arena);
}

static const char *said(struct world *w)
{
    struct buf b = buf_new(1 << 20, w->arena);
    diag_print(w->d, &b);
    buf_char(&b, 0);
    return b.p;
}

/* Frames with the thread's own, as one sum over all samples. */
static uint64_t frames_of(const struct profile *p)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < p->n_points; i++)
        for (uint32_t node = point_node(p, i); node; node = p->node_parent[node])
            n++;
    return n - p->n_points;
}

/* The number after 'key': in a row of the manifest, or -1. */
static long measured(const char *row, const char *key)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "'%s': ", key);
    const char *hit = strstr(row, quoted);
    return hit ? strtol(hit + strlen(quoted), NULL, 10) : -1;
}

static long samples_told(const char *row)
{
    long n = measured(row, "samples");
    if (n >= 0)
        return n;
    const char *hit = strstr(row, "samples");
    if (!hit)
        return -1;
    while (hit > row && (hit[-1] == ' ' || hit[-1] == ',' || (hit[-1] >= '0' && hit[-1] <= '9')))
        hit--;
    for (n = 0; *hit != 's'; hit++)
        if (*hit >= '0' && *hit <= '9')
            n = n * 10 + (*hit - '0');
    return n ? n : -1;
}

/* Where the manifest's simple count is not ours, and why. */
static void explain(const char *name, long *frames, long *bare)
{
    static const struct {
        const char *name;
        long frames, bare;
    } rows[] = {
        {"flamescope__perf.test01", 418, 0},       /* 240 lines, and the Java methods inlined into them */
        {"inferno__single-line-stacks.txt", 2, 0}, /* the frames stand on the header lines */
        {"inferno__weird-stack-line.txt", 1, 1},   /* the one line of the second stack is no frame */
        {"inferno__empty-line.txt", 2, 0},         /* the stack behind the blank line counts */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(name, rows[i].name) == 0) {
            *frames = rows[i].frames;
            *bare = rows[i].bare;
        }
}

static void test_manifest(void **state)
{
    (void)state;
    const char *folder = shared_folder();
    if (!folder) {
        print_message("SKIP: no folder of real profiles (set FLAMEPRESS_SHARED)\n");
        skip();
    }
    char path[4096], row[8192];
    snprintf(path, sizeof path, "%s/profiles/MANIFEST.tsv", folder);
    FILE *manifest = fopen(path, "r");
    assert_non_null(manifest);
    unsigned n_files = 0, n_wrong = 0;
    while (fgets(row, sizeof row, manifest)) {
        char *format = row;
        for (int tabs = 0; format && tabs < 6; tabs++)
            format = strchr(format, '\t') ? strchr(format, '\t') + 1 : NULL;
        bool counted =
            format && ((strncmp(format, "perf-script", 11) == 0 && strncmp(format + 11, ".zst", 4) != 0) ||
                       strncmp(format, "cpuprofile", 10) == 0);
        if (!counted)
            continue;
        snprintf(path, sizeof path, "%s/profiles/%.*s", folder, (int)strcspn(row, "\t"), row);
        struct world w = world_new();
        bool ok = ingest(&w, path);
        long samples = samples_told(row), frames = measured(row, "frames"), bare = measured(row, "nostack");
        if (!ok || profile_check(&w.p) || (samples >= 0 && (long)w.p.n_points != samples)) {
            print_message("%s: %u samples, expected %ld; %s\n%s", path, ok ? w.p.n_points : 0, samples,
                          ok ? "" : "refused", said(&w));
            n_wrong++;
        }
        explain(strrchr(path, '/') + 1, &frames, &bare);
        if (ok && frames >= 0 && ((long)frames_of(&w.p) != frames || (long)w.p.tally.n_no_stack != bare)) {
            print_message("%s: %llu frames, expected %ld; %llu without, expected %ld\n", path,
                          (unsigned long long)frames_of(&w.p), frames,
                          (unsigned long long)w.p.tally.n_no_stack, bare);
            n_wrong++;
        }
        n_files++;
        arena_free(w.arena);
    }
    fclose(manifest);
    assert_int_not_equal(n_files, 0);
    assert_int_equal(n_wrong, 0);
}

/* ---- FlameScope's own answers */

struct json {
    const char *at;
};

static void blanks(struct json *j)
{
    while (*j->at == ' ' || *j->at == '\n' || *j->at == ',')
        j->at++;
}

static void word(struct json *j, char *to, size_t room)
{
    size_t n = 0;
    assert_int_equal(*j->at, '"');
    for (j->at++; *j->at != '"'; j->at++)
        if (n + 1 < room)
            to[n++] = *j->at;
    to[n] = 0;
    j->at++;
}

/* The paths of a flame graph as sorted lines "comm;name:kind;name:kind weight". The keys come in the order c,
 * l, n, v, so children are read before the name: `paths` of the children get the own name in front. */
struct paths {
    char *line[512];
    unsigned n;
};

static void add_path(struct paths *p, const char *front, const char *back)
{
    assert_true(p->n < 512);
    size_t room = strlen(front) + strlen(back) + 1;
    p->line[p->n] = malloc(room);
    snprintf(p->line[p->n++], room, "%s%s", front, back);
}

static void node(struct json *j, struct paths *out, int depth)
{
    struct paths below = {.n = 0};
    char key[8], name[4096] = "", kind[16] = "", front[5000], weight[32];
    long value = 0;
    assert_int_equal(*j->at++, '{');
    for (blanks(j); *j->at != '}'; blanks(j)) {
        word(j, key, sizeof key);
        assert_int_equal(*j->at++, ':');
        if (*key == 'c') {
            assert_int_equal(*j->at++, '[');
            for (blanks(j); *j->at != ']'; blanks(j))
                node(j, &below, depth + 1);
            j->at++;
        } else if (*key == 'v') {
            value = strtol(j->at, (char **)(uintptr_t)&j->at, 10);
        } else {
            word(j, *key == 'l' ? kind : name, *key == 'l' ? sizeof kind : sizeof name);
        }
    }
    j->at++;
    snprintf(front, sizeof front, "%s%s%s%s", depth > 1 ? ";" : "", name, depth > 1 ? ":" : "", kind);
    if (depth == 0)
        *front = 0;
    for (unsigned i = 0; i < below.n; i++) {
        add_path(out, front, below.line[i]);
        free(below.line[i]);
    }
    snprintf(weight, sizeof weight, " %ld", value);
    if (value)
        add_path(out, front, weight);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void our_path(const struct profile *p, uint32_t at, struct paths *out)
{
    static const char *const kinds[] = {"user", "kernel", "jit", "inlined", "thread"};
    char line[65536] = " 1", front[65536];
    for (; at; at = p->node_parent[at]) {
        const struct frame *f = &p->frames[p->node_frame[at]];
        bool thread = f->kind == FRAME_THREAD;
        if (f->kind == FRAME_USER && !f->module) /* one line is cut inside its dso: theirs drops the frame */
            continue;
        snprintf(front, sizeof front, "%s%.*s%s%s%s", thread ? "" : ";", STR_ARG(p->names[f->name]),
                 thread ? "" : ":", thread ? "" : kinds[f->kind], line);
        memcpy(line, front, sizeof line);
    }
    add_path(out, "", line);
}

/* Their end is inclusive, and the last stack of the file skips the idle filter (peers' fault): so here the
 * last sample counts although it is idle. */
static void compare_flame(const struct profile *p, const char *folder, const char *file, double from,
                          double to)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/profiles/oracle/%s", folder, file);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *text = calloc(1 << 20, 1);
    assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
    fclose(f);
    struct json j = {text};
    struct paths theirs = {.n = 0}, ours = {.n = 0};
    node(&j, &theirs, 0);
    for (uint32_t i = 0; i < p->n_points; i++) {
        double at = (double)point_time(p, i) * (double)p->step_ns / 1e9;
        bool counts = !p->node_idle[point_node(p, i)] || i + 1 == p->n_points;
        if (counts && at >= from && at <= to)
            our_path(p, point_node(p, i), &ours);
    }
    qsort(theirs.line, theirs.n, sizeof *theirs.line, by_text);
    qsort(ours.line, ours.n, sizeof *ours.line, by_text);
    for (unsigned i = 0; i < theirs.n && i < ours.n; i++)
        if (strcmp(theirs.line[i], ours.line[i]) != 0) {
            size_t same = 0;
            while (theirs.line[i][same] == ours.line[i][same])
                same++;
            fail_msg("%s: %.60s..., from byte %zu: ours\n%.200s\ntheirs\n%.200s", file, ours.line[i], same,
                     ours.line[i] + same, theirs.line[i] + same);
        }
    if (theirs.n != ours.n)
        fail_msg("%s: %u stacks, theirs %u", file, ours.n, theirs.n);
    for (unsigned i = 0; i < theirs.n; i++) {
        free(theirs.line[i]);
        free(ours.line[i]);
    }
    free(text);
}

/* Their "values": per second, the rows from the top. Doubles put samples at exactly 200 and 400 ms one row
 * early (peers' fault): `early` names those columns. */
static void compare_heatmap(const struct profile *p, const char *folder, uint32_t rows, const uint32_t *early)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/profiles/oracle/perf.test01.heatmap.rows%u.json", folder, rows);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *text = calloc(1 << 20, 1);
    assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
    fclose(f);
    struct arena *scratch = arena_new((struct arena_hook){0});
    struct heatmap h = heatmap_cells(p, 0, false, 1000000000, rows, scratch);
    char *at = strstr(text, "\"values\":[");
    assert_non_null(at);
    at += strlen("\"values\":[");
    for (uint32_t column = 0; column < h.columns; column++) {
        bool is_early = column == early[0] || column == early[1];
        for (uint32_t up = 0; up < rows; up++) {
            at += strcspn(at, "0123456789");
            uint64_t theirs = strtoull(at, &at, 10);
            uint32_t row = rows - 1 - up + is_early;
            uint64_t ours = row < rows ? h.cell[(size_t)column * rows + row] : 0;
            if (ours != theirs)
                fail_msg("%u rows, second %u, row %u: %llu, theirs %llu", rows, column, row,
                         (unsigned long long)ours, (unsigned long long)theirs);
        }
    }
    assert_null(strpbrk(at, "0123456789"));
    arena_free(scratch);
    free(text);
}

static void test_flamescope(void **state)
{
    (void)state;
    const char *folder = shared_folder();
    if (!folder) {
        print_message("SKIP: no folder of real profiles (set FLAMEPRESS_SHARED)\n");
        skip();
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/profiles/flamescope__perf.test01", folder);
    struct world w = world_new();
    assert_true(ingest(&w, path));
    compare_flame(&w.p, folder, "perf.test01.flame.0-1.json", 0, 1);
    compare_flame(&w.p, folder, "perf.test01.flame.0.1-0.12.json", 0.1, 0.12);
    compare_flame(&w.p, folder, "perf.test01.flame.41-42.json", 41, 42);
    compare_flame(&w.p, folder, "perf.test01.flame.whole.json", 0, 100);
    compare_heatmap(&w.p, folder, 10, (const uint32_t[]){10, 30});
    compare_heatmap(&w.p, folder, 50, (const uint32_t[]){10, 30});
    compare_heatmap(&w.p, folder, 99, (const uint32_t[]){UINT32_MAX, UINT32_MAX});
    arena_free(w.arena);
}

/* ---- what is refused, and in which words */

static struct {
    const char *p;
    size_t n;
} served;

static int fake_open(const char *path)
{
    (void)path;
    return 7;
}
static int fake_close(int fd)
{
    (void)fd;
    return 0;
}
static ssize_t fake_read(int fd, void *to, size_t n)
{
    (void)fd;
    size_t k = served.n < n ? served.n : n;
    memcpy(to, served.p, k);
    served.p += k;
    served.n -= k;
    return (ssize_t)k;
}

#define BYTES(literal) literal, sizeof(literal) - 1

#define KNOWN                                                                                                \
    "perf-data, perf-script, folded, cpuprofile, heapprofile, report, dtrace, austin, bpftrace, "            \
    "speedscope, trace-event, firefox, pprof, "                                                                                    \
    "nflxprofile"

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *format, *said;
    } rows[] = {
        {BYTES(""), "", "f: error: empty: no samples in it\n"},
        {BYTES("\x28\xb5\x2f\xfd...."), "",
         "f: warning: the zstd data is damaged: what was read before it is used\nf: error: empty: no samples "
         "in "
         "it\n"},
        {BYTES("PERFILE2...."), "perf-script",
         "f: error: not a format that can be read: it looks like a recording of perf (perf.data) (perf "
         "script -i "
         "FILE | flamepress -)\n"},
        {BYTES("\xff\xfe"
               "a\0"),
         "",
         "f:1:1: error: not a format that can be read: it looks like text of another kind (known: " KNOWN ")\n  a\n  ^\n"},
        {BYTES("\x01\0\0\0\x02\0\0\0"), "",
         "f: error: not a format that can be read: it looks like binary data (known: " KNOWN ")\n"},
        {BYTES("{\"traceEvents\": []}"), "auto", "f: error: no samples in it\n"},
        {BYTES("{\"json\": []}"), "auto",
         "f:1:1: error: not a format that can be read: it looks like JSON (known: " KNOWN ")\n  {\"json\": []}\n  ^\n"},
        {BYTES("main;work;more;stacks 12\n"), "perf-script",
         "f:1:1: error: no sample in it; the first line that is not a sample's header\n  "
         "main;work;more;stacks 12\n  "
         "^\nf: note: it looks like folded stacks, not like Linux perf script text\n"},
        {BYTES("# ========\n# hostname : h\n"), "", "f: error: no samples in it\n"},
    };
    static struct os fake;
    fake = os_real;
    fake.open_read = fake_open;
    fake.close = fake_close;
    fake.read = fake_read;
    os = &fake;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = world_new();
        served.p = rows[i].bytes;
        served.n = rows[i].n;
        w.spec.format.s = str_of(rows[i].format);
        bool ok = ingest(&w, "f");
        if (ok || strcmp(said(&w), rows[i].said) != 0)
            fail_msg("case %zu: %s said\n%s\nexpected\n%s", i, ok ? "taken," : "", said(&w), rows[i].said);
        arena_free(w.arena);
    }
    os = &os_real;
}

static void test_no_file(void **state)
{
    (void)state;
    struct world w = world_new();
    assert_false(ingest(&w, "tests/unit/no-such-file"));
    assert_string_equal(said(&w), "tests/unit/no-such-file: error: cannot open: No such file or directory\n");
    assert_int_equal(diag_system_errors(w.d), 0);
    arena_free(w.arena);
    w = world_new();
    assert_false(ingest(&w, "/"));
    assert_string_equal(said(&w), "/: error: cannot read: it is a directory\n");
    assert_int_equal(diag_system_errors(w.d), 0);
    arena_free(w.arena);
}

/* ---- a jump out of the middle, while threads read */

static ssize_t late_read_at(int fd, void *to, size_t n, uint64_t offset)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    return os_real.read_at(fd, to, n, offset);
}

static void jump_on_progress(void *ctx, const char *name, uint64_t done, uint64_t total)
{
    (void)name;
    (void)total;
    if (done > 3000000) /* readers have chunks by now */
        longjmp(*(jmp_buf *)ctx, 1);
}

/* Over what lay on the stack when it was jumped out of. */
static void overwrite_stack(void)
{
    volatile char frames[20000];
    for (size_t i = 0; i < sizeof frames; i++)
        frames[i] = (char)0xa5;
}

static void test_jump(void **state)
{
    (void)state;
    char path[] = "/tmp/flamepress-test-XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    assert_non_null(f);
    for (int i = 0; i < 50000; i++)
        fprintf(f, "java 10/%d [000] %d.%06d: 10 cycles:\n\t  55d0c0de main+0x10 (/usr/bin/java)\n\t  55d0c0d0 start (/usr/bin/java)\n\n",
                11 + i % 7, 5 + i / 1000, i % 1000 * 1000);
    assert_int_equal(fclose(f), 0);
    static struct os slow;
    slow = os_real;
    slow.read_at = late_read_at;
    os = &slow;
    struct world w = world_new();
    jmp_buf way_out;
    if (setjmp(way_out) == 0) {
        struct source_file *file = NEW(w.arena, struct source_file);
        *file = (struct source_file){.name = str_of(path), .path = str_of(path)};
        w.spec.files = file;
        w.spec.n_files = 1;
        (void)ingest_profile(&w.spec, &(struct ingest_watch){jump_on_progress, &way_out, 3}, w.d, &w.p, w.arena);
        fail_msg("nobody jumped");
    }
    overwrite_stack();
    crew_abandon();
    os = &os_real;
    arena_free(w.arena);
    assert_int_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_manifest), cmocka_unit_test(test_flamescope),
                                       cmocka_unit_test(test_refusals), cmocka_unit_test(test_no_file),
                                       cmocka_unit_test(test_jump)};
    return cmocka_run_group_tests_name("ingest", tests, NULL, NULL);
}
