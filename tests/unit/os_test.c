/* SPDX-License-Identifier: MIT
 *
 * The door to the system: whole files in, with every failure of it and under a ceiling; links; kinds. */
#include "support.h"

#include <errno.h>
#include <limits.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <unistd.h>

#include "base/os.h"

static const char text[] = "some bytes of a file, read in small parts";
static int reads, fail_read, fail_close;
static size_t at, part, end;

static int fake_open(const char *path)
{
    errno = ENOENT;
    at = 0;
    reads = 0;
    return strcmp(path, "there") == 0 ? 100 : -1;
}

static ssize_t fake_read(int fd, void *to, size_t n)
{
    assert_int_equal(fd, 100);
    if (++reads % 3 == 0) {
        errno = EINTR;
        return -1;
    }
    if (reads == fail_read) {
        errno = EIO;
        return -1;
    }
    size_t k = end - at < part ? end - at : part;
    k = k < n ? k : n;
    for (size_t i = 0; i < k; i++)
        ((char *)to)[i] = text[(at + i) % (sizeof text - 1)];
    at += k;
    return (ssize_t)k;
}

static int fake_close(int fd)
{
    errno = EIO;
    assert_int_equal(fd, 100);
    return fail_close ? -1 : 0;
}

static int pretend(void **state)
{
    static struct os fake;
    (void)state;
    fake = os_real;
    fake.open_read = fake_open;
    fake.read = fake_read;
    fake.close = fake_close;
    os = &fake;
    fail_read = fail_close = 0;
    part = 7;
    end = sizeof text - 1;
    return 0;
}

static int be_real(void **state)
{
    (void)state;
    os = &os_real;
    return 0;
}

static bool read_all(const char *path, size_t ceiling, const char *want, const char *message,
                     uint32_t system_errors)
{
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct str got;
    bool ok = os_read_all(str_of(path), ceiling, d, &got, a);
    if (ok)
        EXPECT_STR(got, want);
    EXPECT_STR(printed(d, a), message);
    assert_int_equal(diag_system_errors(d), system_errors);
    arena_free(a);
    return ok;
}

static void a_file_in_parts_and_interrupted(void **state)
{
    (void)state;
    for (part = 1; part < 50; part++)
        assert_true(read_all("there", 1000, text, "", 0));
    end = 0;
    assert_true(read_all("there", 1000, "", "", 0));
}

static void every_read_may_fail(void **state)
{
    (void)state;
    for (fail_read = 1; fail_read < 9; fail_read++)
        if (fail_read % 3)
            assert_false(read_all("there", 1000, "", "there: error: cannot read: Input/output error\n", 1));
    fail_read = 0;
    fail_close = 1;
    assert_false(read_all("there", 1000, "", "there: error: cannot close: Input/output error\n", 1));
}

static void a_missing_file_is_bad_input(void **state)
{
    (void)state;
    assert_false(read_all("absent", 1000, "", "absent: error: cannot open: No such file or directory\n", 0));
}

static void the_ceiling_is_exact_and_ends_an_endless_file(void **state)
{
    (void)state;
    assert_true(read_all("there", sizeof text - 1, text, "", 0));
    assert_false(read_all("there", sizeof text - 2, "", "there: error: larger than 40 bytes\n", 0));
    end = SIZE_MAX; /* as /dev/zero: without stopping at the ceiling this would never return */
    assert_false(read_all("there", 100000, "", "there: error: larger than 100000 bytes\n", 0));
    assert_true(at < 200000);
}

static void a_folder_is_bad_input(void **state)
{
    (void)state;
    assert_false(read_all("/tmp", 1000, "", "/tmp: error: cannot read: Is a directory\n", 0));
}

static void kinds_and_same_files(void **state)
{
    (void)state;
    char dir[] = "/tmp/flamepress-os-XXXXXX", resolved[4096];
    unsigned mode = 0;
    assert_true(mkdtemp(dir) && chdir(dir) == 0);
    FILE *f = fopen("file", "w");
    fputs("12345", f);
    fclose(f);
    assert_int_equal(symlink("file", "to-file"), 0);
    assert_int_equal(symlink("to-file", "to-link"), 0);
    assert_int_equal(symlink("nothing", "dangling"), 0);
    assert_int_equal(os_kind("file", &mode), OS_FILE);
    assert_true(mode & 0200);
    assert_int_equal(os_kind("to-link", NULL), OS_FILE);
    assert_int_equal(os_kind(".", NULL), OS_DIRECTORY);
    assert_int_equal(os_kind("/dev/null", NULL), OS_OTHER);
    assert_int_equal(os_kind("dangling", NULL), OS_MISSING);
    assert_int_equal(os_size("to-link"), 5);
    assert_int_equal(os_size("."), 0);
    assert_int_equal(os_size("dangling"), 0);
    assert_true(os_same_file("file", "./to-link"));
    assert_false(os_same_file("file", "dangling"));
    assert_false(os_same_file("dangling", "dangling")); /* no existing file */
    assert_true(os_resolve("to-link", resolved, sizeof resolved));
    assert_string_equal(resolved, "file");
    assert_true(os_resolve("dangling", resolved, sizeof resolved));
    assert_string_equal(resolved, "nothing");
    static char too_long[5000];
    memset(too_long, 'x', sizeof too_long - 1);
    assert_false(os_resolve(too_long, resolved, sizeof resolved));
    unlink("file"), unlink("to-file"), unlink("to-link"), unlink("dangling");
    assert_true(chdir("/") == 0 && rmdir(dir) == 0);
}

/* ---- what is said to glibc */

#ifdef __GLIBC__
static int least_refused, threshold;

int mallopt(int what, int value)
{
    if (what != M_MMAP_THRESHOLD)
        return 1;
    if (value >= least_refused)
        return 0;
    threshold = value;
    return 1;
}

static void memory_is_kept_where_much_is_refused(void **state)
{
    (void)state;
    least_refused = INT_MAX;
    os_keep_memory();
    int wanted = threshold;
    assert_true(wanted > 32 << 20);
    least_refused = (32 << 20) + 1; /* glibc before 2.35, with 64 bits */
    threshold = 0;
    os_keep_memory();
    assert_int_equal(threshold, 32 << 20);
}
#endif

#define FAKE(f) cmocka_unit_test_setup_teardown(f, pretend, be_real)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKE(a_file_in_parts_and_interrupted),   FAKE(every_read_may_fail),
        FAKE(a_missing_file_is_bad_input),       FAKE(the_ceiling_is_exact_and_ends_an_endless_file),
        cmocka_unit_test(a_folder_is_bad_input), cmocka_unit_test(kinds_and_same_files),
#ifdef __GLIBC__
        cmocka_unit_test(memory_is_kept_where_much_is_refused),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
