/* SPDX-License-Identifier: MIT
 *
 * A trace of 1 GB is read in less than 256 MB. A smaller one is built in a process of its own, and may take
 * the same share: what every build takes, and of the rest as much as its size is of 1 GB. Peaks are the
 * system's own (ru_maxrss), since arenas do not see what the compressor and the allocator take. */
#include "support.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flamepress.h"

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

enum { N_THREADS = 12, BATCH = 100, TRACE_BYTES = 48000000 };
/* The program, its page, its buffers, the compressor, and what is packed beside it: 9 MB were seen for a trace of 2 MB with one thread, and 4 MB
 * more with two, by how they happen to meet. */
#define FIXED_KB (22 * 1024.0)
#define MOST_KB (FIXED_KB + (256 * 1024 - FIXED_KB) * (TRACE_BYTES / 1e9))

struct making {
    FILE *out;
    uint64_t random, now[N_THREADS];
    size_t bytes;
};

static void event(struct making *m, char phase, uint32_t name, uint64_t at, uint32_t length, uint32_t thread)
{
    int n = fprintf(m->out, "%s{\"name\":\"fn%u\",\"cat\":\"app\",\"ph\":\"%c\",\"ts\":%llu.%03u,",
                    m->bytes ? ",\n" : "[", name, phase, (unsigned long long)at, test_dice(&m->random, 1000));
    if (phase == 'X')
        n += fprintf(m->out, "\"dur\":%u,", length);
    n += fprintf(m->out, "\"pid\":1,\"tid\":%u}", thread);
    m->bytes += (size_t)n;
}

/* Threads write their buffers in turn; a third of the slices has one inside, which ends and is written first.
 */
static void whole_slices(struct making *m, uint32_t thread)
{
    for (int i = 0; i < BATCH; i++) {
        uint32_t length = 5 + test_dice(&m->random, 30);
        uint64_t at = m->now[thread] += test_dice(&m->random, 40);
        if (test_dice(&m->random, 3) == 0)
            event(m, 'X', test_dice(&m->random, 50), at + 2, length / 2, thread);
        event(m, 'X', test_dice(&m->random, 300), at, length, thread);
        m->now[thread] += length + 1;
    }
}

static void begins_and_ends(struct making *m, uint32_t thread)
{
    for (int i = 0; i < BATCH; i++) {
        uint32_t length = 5 + test_dice(&m->random, 30);
        uint64_t at = m->now[thread] += 1 + test_dice(&m->random, 40);
        bool has_inner = test_dice(&m->random, 3) == 0;
        event(m, 'B', test_dice(&m->random, 300), at, 0, thread);
        if (has_inner) {
            event(m, 'B', test_dice(&m->random, 50), at + 1, 0, thread);
            event(m, 'E', 0, at + 2 + length / 2, 0, thread);
        }
        event(m, 'E', 0, at + length + 2, 0, thread);
        m->now[thread] += length + 3;
    }
}

static void make(const char *path, size_t bytes, void (*batch)(struct making *m, uint32_t thread))
{
    struct making m = {.out = fopen(path, "w"), .random = 1};
    assert_non_null(m.out);
    while (m.bytes < bytes)
        batch(&m, test_dice(&m.random, N_THREADS));
    fputs("]\n", m.out);
    assert_int_equal(fclose(m.out), 0);
}

/* The peak of a process that builds a report of it. */
static double build_kb(const char *path)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct rusage use;
        fp_session *s = fp_open();
        bool ok = fp_add_input(s, path) == FP_OK && fp_build(s, "/dev/null") == FP_OK;
        ok = ok && getrusage(RUSAGE_SELF, &use) == 0;
        ok = ok && write(ends[1], &use.ru_maxrss, sizeof use.ru_maxrss) == (ssize_t)sizeof use.ru_maxrss;
        _exit(!ok);
    }
    long kb = 0;
    int status = -1;
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(read(ends[0], &kb, sizeof kb), sizeof kb);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return (double)kb;
}

static void is_small(const char *what, void (*batch)(struct making *m, uint32_t thread))
{
    char folder[] = "/tmp/flamepress-memory-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/t.json", folder);
    make(path, TRACE_BYTES, batch);
    double kb = build_kb(path);
    (void)remove(path);
    (void)rmdir(folder);
    if (kb > MOST_KB || kb < 1000)
        fail_msg("%s: %.0f kB for %d bytes of trace, expected at most %.0f", what, kb, TRACE_BYTES, MOST_KB);
    print_message("%s: %.0f kB, of %.0f\n", what, kb, MOST_KB);
}

static void test_trace(void **state)
{
    (void)state;
    if (WATCHED) {
        print_message("SKIP: a watched build holds what it has freed\n");
        return;
    }
    is_small("begins and ends", begins_and_ends);
    is_small("whole slices", whole_slices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_trace)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
