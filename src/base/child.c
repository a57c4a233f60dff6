/* SPDX-License-Identifier: MIT
 *
 * posix_spawn, a pipe for stdout, and a nameless file for stderr: with two pipes the one not read could fill
 * up and stop both sides. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/os.h"

#define INPUT_FD 3
#define MAX_ENV 16

struct child {
    pid_t pid;
    int out, err;
};

int child_temporary(struct arena *arena)
{
    const char *folder = getenv("TMPDIR");
    struct str template = str_fmt(arena, "%s/flamepress-XXXXXX", folder && *folder ? folder : "/tmp");
    char *name = NEW_N(arena, char, template.n + 1);
    for (size_t i = 0; i < template.n; i++)
        name[i] = template.p[i];
    int fd = mkstemp(name);
    if (fd < 0)
        return -1;
    (void)unlink(name);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* `env` and what a program needs to be found and to find its caches. */
static char **environment(const char *const *env, struct arena *arena)
{
    static const char *const kept[] = {"PATH", "HOME", "TMPDIR"};
    char **list = NEW_N(arena, char *, MAX_ENV + 1);
    size_t n = 0;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *value = getenv(kept[i]);
        if (value) {
            struct str pair = str_fmt(arena, "%s=%s", kept[i], value);
            list[n++] = (char *)(uintptr_t)str_c(pair, arena);
        }
    }
    while (*env && n < MAX_ENV)
        list[n++] = (char *)(uintptr_t)*env++;
    return list;
}

static int spawn(struct child *c, int write_end, int input, const char *const *argv, char **env)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &usual);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, write_end, 1);
    posix_spawn_file_actions_adddup2(&actions, c->err, 2);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, INPUT_FD);
    int failed = posix_spawnp(&c->pid, argv[0], &actions, &attr, (char **)(uintptr_t)argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* At INPUT_FD or above it, so that dup2 to 1, 2 and INPUT_FD overwrites none of the others. */
static int moved_up(int fd)
{
    if (fd < 0 || fd > INPUT_FD)
        return fd;
    int up = fcntl(fd, F_DUPFD_CLOEXEC, INPUT_FD + 1);
    (void)close(fd);
    return up;
}

static struct child *real_start(const char *const *argv, const char *const *env, int input, struct arena *arena)
{
    struct child *c = NEW(arena, struct child);
    char **list = environment(env, arena);
    int ends[2] = {-1, -1}, failed = 0;
    c->err = moved_up(child_temporary(arena));
    if (c->err < 0 || pipe(ends) != 0) {
        failed = errno;
    } else {
        ends[0] = moved_up(ends[0]);
        ends[1] = moved_up(ends[1]);
        (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        if (input == INPUT_FD)
            (void)fcntl(input, F_SETFD, 0); /* dup2 onto itself would keep the flag */
        failed = spawn(c, ends[1], input, argv, list);
    }
    if (ends[1] >= 0)
        (void)close(ends[1]);
    if (failed) {
        if (ends[0] >= 0)
            (void)close(ends[0]);
        if (c->err >= 0)
            (void)close(c->err);
        errno = failed;
        return NULL;
    }
    c->out = ends[0];
    return c;
}

static ssize_t real_read(struct child *c, void *to, size_t n)
{
    for (;;) {
        ssize_t k = read(c->out, to, n);
        if (k >= 0 || errno != EINTR)
            return k;
    }
}

static struct child_end real_finish(struct child *c, struct arena *arena)
{
    struct child_end end = {.exit_code = -1};
    char byte;
    bool over = real_read(c, &byte, 1) == 0; /* it closed its stdout: it will end by itself */
    int status = 0;
    (void)close(c->out);
    if (!over)
        (void)kill(c->pid, SIGTERM);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status))
        end.exit_code = WEXITSTATUS(status);
    else if (WIFSIGNALED(status))
        end.signal = WTERMSIG(status);
    char *said = NEW_N(arena, char, LIMIT_CHILD_STDERR);
    ssize_t n = pread(c->err, said, LIMIT_CHILD_STDERR, 0);
    end.said = (struct str){said, n > 0 ? (size_t)n : 0};
    (void)close(c->err);
    return end;
}

const struct child_calls child_real = {.start = real_start, .read = real_read, .finish = real_finish};
const struct child_calls *child_calls = &child_real;

struct child *child_start(const char *const *argv, const char *const *env, int input, struct arena *arena)
{
    return child_calls->start(argv, env, input, arena);
}

ssize_t child_read(struct child *c, void *to, size_t n)
{
    return child_calls->read(c, to, n);
}

struct child_end child_finish(struct child *c, struct arena *arena)
{
    return child_calls->finish(c, arena);
}
