/* SPDX-License-Identifier: MIT
 *
 * Another program whose output is read: no shell, a clean environment, what it says on stderr kept for the
 * message if it fails. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/str.h"

struct child;

struct child_end {
    int exit_code;   /* -1 when a signal ended it */
    int signal;      /* 0 when it ended by itself */
    struct str said; /* the beginning of its stderr, on the arena */
};

/* Starts argv[0] (looked for in PATH) with stdin from /dev/null and, where `input` is not -1, that file as
 * descriptor 3. Its environment is PATH, HOME and TMPDIR of ours and `env` ("NAME=value", ended by NULL).
 * NULL with errno: ENOENT when there is no such program. */
struct child *child_start(const char *const *argv, const char *const *env, int input, struct arena *arena);
/* Its stdout, as read(2). */
ssize_t child_read(struct child *c, void *to, size_t n);
/* Closes its stdout, ends it if it still runs, and waits for it. To be called once. */
struct child_end child_finish(struct child *c, struct arena *arena);

/* What the three do. A table, so that tests and fuzzers can be the program. */
struct child_calls {
    struct child *(*start)(const char *const *argv, const char *const *env, int input, struct arena *arena);
    ssize_t (*read)(struct child *c, void *to, size_t n);
    struct child_end (*finish)(struct child *c, struct arena *arena);
};
extern const struct child_calls child_real;
/* The table in use: &child_real unless a test replaced it. */
extern const struct child_calls *child_calls;

/* An empty file without a name, to be read and written, gone when closed; -1 with errno. In TMPDIR. */
int child_temporary(struct arena *arena);

#endif
