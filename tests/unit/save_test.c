/* SPDX-License-Identifier: MIT
 *
 * Saving: whole or untouched. The nth create, write, sync, close or rename fails, for all n and after short
 * writes; whatever happens, the old bytes stay and no temporary file is left. */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"
#include "base/save.h"

/* ---- a folder of its own for each test */

static char folder[64];

static int enter(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/flamepress-save-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    os = &os_real;
    DIR *all = opendir(".");
    for (struct dirent *e; all && (e = readdir(all));)
        if (unlink(e->d_name) != 0)
            rmdir(e->d_name);
    closedir(all);
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void expect_file(const char *path, const char *want)
{
    char text[200] = {0};
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("'%s' is not there", path);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    if (n != strlen(want) || memcmp(text, want, n) != 0)
        fail_msg("'%s' holds '%s', expected '%s'", path, text, want);
}

static int entries(void)
{
    int n = 0;
    DIR *all = opendir(".");
    while (readdir(all))
        n++;
    closedir(all);
    return n - 2;
}

static bool save(const char *path, const char *text, const char *message)
{
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    bool ok = save_bytes(str_of(path), str_of(text), d, a);
    if (ok == (diag_errors(d) > 0))
        fail_msg("came %d with %u errors", ok, diag_errors(d));
    if (message)
        EXPECT_STR(printed(d, a), message);
    arena_free(a);
    return ok;
}

/* ---- a system that fails */

enum call { CREATE, WRITE, SYNC, CLOSE, RENAME, N_CALLS };
static const char *const call_names[] = {"create", "write", "sync", "close", "rename"};

static struct {
    int n[N_CALLS], fail_nth[N_CALLS];
    bool is_short, interrupted;
} sick;

static bool fails(enum call c)
{
    errno = ENOSPC;
    return ++sick.n[c] == sick.fail_nth[c];
}

static int sick_create(const char *path, unsigned mode)
{
    return fails(CREATE) ? -1 : os_real.create(path, mode);
}

static ssize_t sick_write(int fd, const void *from, size_t n)
{
    if (fails(WRITE))
        return -1;
    if (sick.interrupted && sick.n[WRITE] % 2) {
        errno = EINTR;
        return -1;
    }
    return os_real.write(fd, from, sick.is_short && n > 1 ? 1 : n);
}

static int sick_sync(int fd)
{
    return fails(SYNC) ? -1 : os_real.sync(fd);
}

static int sick_close(int fd)
{
    int r = os_real.close(fd); /* gone either way, as in Linux */
    return fails(CLOSE) ? -1 : r;
}

static int sick_rename(const char *from, const char *to)
{
    return fails(RENAME) ? -1 : os_real.rename(from, to);
}

static void fall_sick(void)
{
    static struct os table;
    table = os_real;
    table.create = sick_create;
    table.write = sick_write;
    table.sync = sick_sync;
    table.close = sick_close;
    table.rename = sick_rename;
    os = &table;
    memset(&sick, 0, sizeof sick);
}

static void every_failure_leaves_the_old_bytes(void **state)
{
    (void)state;
    int failures = 0;
    for (int existing = 0; existing < 2; existing++)
        for (int c = 0; c < N_CALLS; c++)
            for (int nth = 1; nth < 20; nth++) {
                os = &os_real;
                unlink("out");
                if (existing)
                    put("out", "old");
                fall_sick();
                sick.is_short = true; /* eight bytes are eight writes */
                sick.fail_nth[c] = nth;
                bool ok = save("out", "new text", NULL);
                if (ok != (sick.n[c] < nth))
                    fail_msg("%s number %d failed, and saving came to %d", call_names[c], nth, ok);
                failures += !ok;
                os = &os_real;
                if (ok || existing)
                    expect_file("out", ok ? "new text" : "old");
                if (entries() != (ok || existing ? 1 : 0))
                    fail_msg("%s number %d left %d files", call_names[c], nth, entries());
            }
    assert_int_equal(failures, 2 * (8 + 4)); /* all eight writes, and each of the others once */
}

static void interrupted_writes_go_on(void **state)
{
    (void)state;
    fall_sick();
    sick.is_short = sick.interrupted = true;
    assert_true(save("out", "new text", NULL));
    expect_file("out", "new text");
}

static void messages_say_the_step(void **state)
{
    (void)state;
    static const char *const step[] = {"create a file beside it", "write", "flush", "close",
                                       "rename the finished file"};
    for (int c = 0; c < N_CALLS; c++) {
        char want[200];
        fall_sick();
        sick.fail_nth[c] = 1;
        sprintf(want, "out: error: cannot %s: No space left on device (the old file, if any, is as it was)\n",
                step[c]);
        assert_false(save("out", "x", want));
    }
}

/* ---- targets of every kind */

static void links_are_followed_and_stay_links(void **state)
{
    (void)state;
    struct stat st;
    mkdir("d", 0777);
    put("d/real", "old");
    assert_int_equal(symlink("d/real", "out"), 0);
    assert_int_equal(symlink("out", "outer"), 0);
    assert_true(save("outer", "new", NULL));
    expect_file("d/real", "new");
    assert_true(lstat("out", &st) == 0 && S_ISLNK(st.st_mode));
    assert_true(lstat("outer", &st) == 0 && S_ISLNK(st.st_mode));
    unlink("d/real"); /* now it dangles */
    assert_true(save("out", "again", NULL));
    expect_file("d/real", "again");
    assert_true(lstat("out", &st) == 0 && S_ISLNK(st.st_mode));
    assert_int_equal(entries(), 3);
    unlink("d/real");
}

static void a_circle_of_links_is_refused(void **state)
{
    (void)state;
    assert_int_equal(symlink("b", "a"), 0);
    assert_int_equal(symlink("a", "b"), 0);
    assert_false(save("a", "x",
                      "a: error: cannot follow the link: Too many levels of symbolic links (the old file, "
                      "if any, is as it was)\n"));
    assert_int_equal(entries(), 2);
}

static void permissions_are_kept(void **state)
{
    (void)state;
    static const mode_t modes[] = {0600, 0640, 0664, 0666, 0755, 0444};
    mode_t old_mask = umask(027);
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct stat st;
        unlink("out");
        put("out", "old");
        assert_int_equal(chmod("out", modes[i]), 0);
        assert_true(save("out", "new", NULL));
        assert_int_equal(stat("out", &st), 0);
        if ((st.st_mode & 07777) != modes[i])
            fail_msg("0%o became 0%o", (unsigned)modes[i], (unsigned)st.st_mode & 07777);
    }
    struct stat st;
    unlink("out");
    assert_true(save("out", "new", NULL));
    assert_int_equal(stat("out", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640); /* a new file: as the mask says */
    assert_int_equal(umask(old_mask), 027);
}

static void no_regular_file_is_written_directly(void **state)
{
    (void)state;
    assert_true(save("/dev/null", "x", NULL));
    assert_false(save("/dev/full", "x", "/dev/full: error: cannot write: No space left on device\n"));
    assert_int_equal(symlink("/dev/full", "out"), 0);
    assert_false(save("out", "x", "out: error: cannot write: No space left on device\n"));
    struct stat st;
    assert_true(stat("/dev/full", &st) == 0 && S_ISCHR(st.st_mode));

    char got[10] = {0};
    assert_int_equal(mkfifo("pipe", 0600), 0);
    int fd = open("pipe", O_RDONLY | O_NONBLOCK);
    assert_true(save("pipe", "through", NULL));
    assert_int_equal(read(fd, got, sizeof got), 7);
    assert_string_equal(got, "through");
    close(fd);
    assert_int_equal(entries(), 2);
}

static void folders_and_missing_folders_are_refused(void **state)
{
    (void)state;
    mkdir("d", 0777);
    assert_false(
        save("d", "x", "d: error: cannot write: Is a directory (the old file, if any, is as it was)\n"));
    assert_false(save("none/out", "x",
                      "none/out: error: cannot create a file beside it: No such file or "
                      "directory (the old file, if any, is as it was)\n"));
    assert_int_equal(entries(), 1);
}

static void the_longest_names_work(void **state)
{
    (void)state;
    char name[256];
    memset(name, 'n', 255);
    name[255] = 0;
    assert_true(save(name, "x", NULL));
    expect_file(name, "x");
    assert_int_equal(entries(), 1);
}

static void a_file_left_by_a_killed_run_is_no_obstacle(void **state)
{
    (void)state;
    char left[64];
    sprintf(left, ".out.%ld.tmp", (long)getpid());
    put(left, "half");
    assert_true(save("out", "new", NULL));
    expect_file("out", "new");
    assert_int_equal(entries(), 1);
}

static void a_signal_removes_what_is_pending(void **state)
{
    (void)state;
    put("temp", "half");
    os_set_pending("temp");
    os_set_pending(NULL);
    os_remove_pending();
    expect_file("temp", "half");
    os_set_pending("temp");
    os_remove_pending();
    assert_int_equal(entries(), 0);
    os_set_pending(NULL);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_failure_leaves_the_old_bytes),
        CASE(interrupted_writes_go_on),
        CASE(messages_say_the_step),
        CASE(links_are_followed_and_stay_links),
        CASE(a_circle_of_links_is_refused),
        CASE(permissions_are_kept),
        CASE(no_regular_file_is_written_directly),
        CASE(folders_and_missing_folders_are_refused),
        CASE(the_longest_names_work),
        CASE(a_file_left_by_a_killed_run_is_no_obstacle),
        CASE(a_signal_removes_what_is_pending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
