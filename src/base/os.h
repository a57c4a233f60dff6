/* SPDX-License-Identifier: MIT
 *
 * The only door to the system: files and threads. A table, so that tests can make the nth read,
 * write or close fail. All calls return -1 (or a short count) and set errno, as their POSIX models do. */
#ifndef BASE_OS_H
#define BASE_OS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

struct diag;

enum os_kind { OS_MISSING, OS_FILE, OS_DIRECTORY, OS_OTHER };

struct os {
    int (*open_read)(const char *path);
    int (*open_write)(const char *path);            /* existing target, not truncated */
    int (*create)(const char *path, unsigned mode); /* fails if it exists */
    ssize_t (*read)(int fd, void *to, size_t n);
    ssize_t (*read_at)(int fd, void *to, size_t n, uint64_t offset); /* moves nothing */
    int (*seek)(int fd, uint64_t offset);                            /* from the beginning */
    ssize_t (*write)(int fd, const void *from, size_t n);
    int (*sync)(int fd);
    int (*close)(int fd);
    int (*rename)(const char *from, const char *to);
    int (*remove)(const char *path);
    int (*start_thread)(pthread_t *thread, void *(*fn)(void *arg), void *arg); /* 0, or what is wrong */
};

extern const struct os os_real;
/* The table in use: &os_real unless a test replaced it. */
extern const struct os *os;

enum os_kind os_kind(const char *path,
                     unsigned *mode); /* follows symlinks; *mode (if not NULL): permission bits */
/* Bytes of a regular file; 0 when that cannot be told. */
uint64_t os_size(const char *path);
bool os_is_terminal(int fd);
/* Processors that this process may use, at least 1. */
unsigned os_processors(void);
/* Memory that is given back is kept for what asks next, by whichever thread: fresh pages cost a build on two threads a sixth of its
 * time. For the program to say, before it starts threads: it holds for all of the process. Only glibc is told. */
void os_keep_memory(void);
/* Whole pages of memory that will not be read again; they are zeros from now on, if at all. */
void os_forget(void *pages, size_t bytes);
/* The paths that match a pattern with * ? [, in the order of their bytes. Returns how many. */
size_t os_glob(const char *pattern, struct str **paths, struct arena *arena);
/* Paths of the regular files below a folder whose names end with one of `ends` (NULL after the last), relative to it,
 * sorted by their bytes: hidden ones and links to folders are left out. False with errno when the folder cannot be
 * read; folders inside it that cannot be read are as if they were empty. */
bool os_walk(const char *folder, const char *const *ends, struct str **paths, size_t *n, struct arena *arena);
/* The first bytes of a file, and its last ones, as many as there is room for; false with errno. */
bool os_read_ends(const char *path, char *head, size_t *n_head, char *tail, size_t *n_tail, uint64_t *size);
/* Makes a folder (its parent is there); true when it is there already. */
bool os_make_folder(const char *path);
/* Whether two paths lead to the same existing file. */
bool os_same_file(const char *a, const char *b);
/* Follows symlinks of the last part, dangling ones too, into `out` (at least 4096 bytes). False with errno on
 * a loop. */
bool os_resolve(const char *path, char *out, size_t n);

/* The whole file ("-": stdin) on the arena; false when it cannot be read or is larger than `ceiling`, said in
 * d. */
bool os_read_all(struct str path, size_t ceiling, struct diag *d, struct str *out, struct arena *arena);
/* Writes all of s to fd; false with errno. */
bool os_write_all(int fd, struct str s);

/* The temporary file to remove if a signal ends the program; NULL for none. os_remove_pending is safe in a
 * handler. */
void os_set_pending(const char *path);
void os_remove_pending(void);

#endif
