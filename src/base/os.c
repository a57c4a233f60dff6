/* SPDX-License-Identifier: MIT
 *
 * POSIX, wrapped thinly: EINTR is retried, everything else is the caller's to say. */
#define _GNU_SOURCE /* madvise: POSIX has only one that may do nothing, and does; sched_getaffinity */
#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/vec.h"

static int real_open_read(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}
static int real_open_write(const char *path)
{
    return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}
static int real_create(const char *path, unsigned mode)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
}
static ssize_t real_read(int fd, void *to, size_t n)
{
    return read(fd, to, n);
}

static ssize_t real_read_at(int fd, void *to, size_t n, uint64_t offset)
{
    return pread(fd, to, n, (off_t)offset);
}

static int real_seek(int fd, uint64_t offset)
{
    return lseek(fd, (off_t)offset, SEEK_SET) < 0 ? -1 : 0;
}
static ssize_t real_write(int fd, const void *from, size_t n)
{
    return write(fd, from, n);
}
static int real_sync(int fd)
{
    return fsync(fd);
}
static int real_close(int fd)
{
    return close(fd);
}
static int real_rename(const char *from, const char *to)
{
    return rename(from, to);
}
static int real_remove(const char *path)
{
    return unlink(path);
}
/* Signals are the main thread's: its handler removes what is half written. */
static int real_start_thread(pthread_t *thread, void *(*fn)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, fn, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

const struct os os_real = {real_open_read, real_open_write, real_create, real_read,   real_read_at, real_seek,
                           real_write,     real_sync,       real_close,  real_rename, real_remove,  real_start_thread};
const struct os *os = &os_real;

unsigned os_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

enum os_kind os_kind(const char *path, unsigned *mode)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return OS_MISSING;
    if (mode)
        *mode = (unsigned)st.st_mode & 07777;
    return S_ISREG(st.st_mode) ? OS_FILE : S_ISDIR(st.st_mode) ? OS_DIRECTORY : OS_OTHER;
}

bool os_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

uint64_t os_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

void os_forget(void *pages, size_t bytes)
{
    (void)madvise(pages, bytes, MADV_DONTNEED);
}

size_t os_glob(const char *pattern, struct str **paths, struct arena *arena)
{
    glob_t found;
    size_t n = 0;
    *paths = NULL;
    if (glob(pattern, 0, NULL, &found) == 0) { /* sorted by strcoll: of the C locale, since nobody sets another */
        *paths = NEW_N(arena, struct str, found.gl_pathc);
        for (; n < found.gl_pathc; n++)
            (*paths)[n] = str_dup(str_of(found.gl_pathv[n]), arena);
        globfree(&found);
    }
    return n;
}

/* Deeper than this nobody files reports. */
#define WALK_DEPTH 16

struct walk {
    const char *folder;
    const char *const *ends;
    VEC(struct str) found;
    struct arena *arena;
};

static bool ends_with_one(struct str name, const char *const *ends)
{
    for (; *ends; ends++)
        if (str_ends(name, str_of(*ends)))
            return true;
    return false;
}

static bool walk_into(struct walk *w, struct str below, int depth)
{
    struct str path = str_fmt(w->arena, "%s/%.*s", w->folder, STR_ARG(below));
    DIR *dir = opendir(path.p);
    if (!dir)
        return false;
    for (struct dirent *e; (e = readdir(dir));) {
        struct stat st;
        if (e->d_name[0] == '.')
            continue;
        struct str name = str_fmt(w->arena, "%.*s%s", STR_ARG(below), e->d_name),
                   full = str_fmt(w->arena, "%s/%.*s", w->folder, STR_ARG(name));
        if (lstat(full.p, &st) == 0 && S_ISLNK(st.st_mode) && (stat(full.p, &st) != 0 || S_ISDIR(st.st_mode)))
            continue; /* a link to a folder may lead round in circles */
        if (stat(full.p, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < WALK_DEPTH)
            (void)walk_into(w, str_fmt(w->arena, "%.*s/", STR_ARG(name)), depth + 1);
        else if (S_ISREG(st.st_mode) && ends_with_one(name, w->ends))
            (void)vec_push(&w->found, SIZE_MAX, w->arena, name);
    }
    return closedir(dir) == 0;
}

static int by_bytes(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

bool os_walk(const char *folder, const char *const *ends, struct str **paths, size_t *n, struct arena *arena)
{
    struct walk w = {.folder = folder, .ends = ends, .arena = arena};
    bool ok = walk_into(&w, STR(""), 0);
    if (w.found.n)
        qsort(w.found.p, w.found.n, sizeof *w.found.p, by_bytes);
    *paths = w.found.p;
    *n = w.found.n;
    return ok;
}

static bool read_up_to(int fd, char *to, size_t *n)
{
    size_t got = 0;
    while (got < *n) {
        ssize_t k = os->read(fd, to + got, *n - got);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        if (k == 0)
            break;
        got += (size_t)k;
    }
    *n = got;
    return true;
}

bool os_read_ends(const char *path, char *head, size_t *n_head, char *tail, size_t *n_tail, uint64_t *size)
{
    struct stat st;
    int fd = os->open_read(path);
    if (fd < 0)
        return false;
    bool ok = fstat(fd, &st) == 0 && read_up_to(fd, head, n_head);
    *size = ok ? (uint64_t)st.st_size : 0;
    off_t from = st.st_size > (off_t)*n_tail ? st.st_size - (off_t)*n_tail : 0;
    ok = ok && lseek(fd, from, SEEK_SET) == from && read_up_to(fd, tail, n_tail);
    int why = errno;
    os->close(fd);
    errno = why;
    return ok;
}

bool os_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || (errno == EEXIST && os_kind(path, NULL) == OS_DIRECTORY);
}

/* Above this a block has pages of its own: one that grows by realloc is then moved without being copied, or being there twice. */
#define OWN_PAGES (64 << 20)

void os_keep_memory(void)
{
#ifdef __GLIBC__
    if (!mallopt(M_MMAP_THRESHOLD, OWN_PAGES)) /* before glibc 2.35; and to say the next alone would leave it at 128 kB */
        (void)mallopt(M_MMAP_THRESHOLD, OWN_PAGES / 2);
    (void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
    (void)mallopt(M_ARENA_MAX, 1);
#endif
}

bool os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

bool os_resolve(const char *path, char *out, size_t n)
{
    if (snprintf(out, n, "%s", path) >= (int)n) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (int hops = 0; hops < 40; hops++) {
        char link[4096];
        ssize_t k = readlink(out, link, sizeof link - 1);
        if (k < 0)
            return true; /* no link (or nothing there yet): this is the target */
        link[k] = 0;
        char *slash = strrchr(out, '/');
        size_t keep = link[0] == '/' || !slash ? 0 : (size_t)(slash - out) + 1;
        if (keep + (size_t)k >= n) {
            errno = ENAMETOOLONG;
            return false;
        }
        memcpy(out + keep, link, (size_t)k + 1);
    }
    errno = ELOOP;
    return false;
}

bool os_read_all(struct str path, size_t ceiling, struct diag *d, struct str *out, struct arena *arena)
{
    uint32_t file = diag_file(d, path);
    bool standard = str_eq(path, STR("-"));
    int fd = standard ? 0 : os->open_read(str_c(path, arena));
    if (fd < 0) {
        diag_say(d, errno == ENOENT || errno == ENOTDIR ? DIAG_ERROR : DIAG_SYSTEM, file, "cannot open: %s",
                 strerror(errno));
        return false;
    }
    struct buf b = buf_new(ceiling, arena);
    char part[65536];
    ssize_t k;
    bool ok = true;
    for (;;) {
        k = os->read(fd, part, sizeof part);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            break;
        buf_add(&b, part, (size_t)k);
        if (b.over)
            break; /* the rest may have no end: /dev/zero */
    }
    if (k < 0) {
        diag_say(d, errno == EISDIR ? DIAG_ERROR : DIAG_SYSTEM, file, "cannot read: %s", strerror(errno));
        ok = false;
    } else if (b.over) {
        diag_say(d, DIAG_LIMIT, file, "larger than %zu bytes", ceiling);
        ok = false;
    }
    if (!standard && os->close(fd) != 0 && ok) {
        diag_say(d, DIAG_SYSTEM, file, "cannot close: %s", strerror(errno));
        ok = false;
    }
    *out = buf_view(&b);
    return ok;
}

bool os_write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t k = os->write(fd, s.p, s.n < (1u << 20) ? s.n : 1u << 20);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            if (k == 0)
                errno = EIO; /* a write of nothing would loop for ever */
            return false;
        }
        s = str_sub(s, (size_t)k, s.n);
    }
    return true;
}

static char pending[4200];
static volatile sig_atomic_t has_pending;

void os_set_pending(const char *path)
{
    has_pending = 0;
    if (path && strlen(path) < sizeof pending) {
        memcpy(pending, path, strlen(path) + 1);
        has_pending = 1;
    }
}

void os_remove_pending(void)
{
    if (has_pending)
        unlink(pending);
}
