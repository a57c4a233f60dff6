/* SPDX-License-Identifier: MIT
 *
 * Files through the front door: real profiles when they are there (FLAMEPRESS_SHARED), small ones always. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/arena.h"
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
    return ingest_profile(&w->spec, str_of(path), NULL, NULL, w->d, &w->p, w->arena);
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
        for (uint32_t node = p->point_node[i]; node; node = p->node_parent[node])
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
        if (!format || strncmp(format, "perf-script", 11) != 0 || strncmp(format, "perf-script.zst", 15) == 0)
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_manifest)};
    return cmocka_run_group_tests_name("ingest", tests, NULL, NULL);
}
