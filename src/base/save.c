/* SPDX-License-Identifier: MIT
 *
 * The temporary name is .NAME.PID.tmp in the target's own folder: rename works only inside one file system.
 */
#include "base/save.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/os.h"

static bool failed(struct diag *d, struct str path, const char *what, int why)
{
    diag_say(d, DIAG_SYSTEM, diag_file(d, path), "cannot %s: %s (the old file, if any, is as it was)", what,
             strerror(why));
    return false;
}

static bool write_directly(struct str path, const char *target, struct str bytes, struct diag *d)
{
    bool standard = str_eq(path, STR("-"));
    int fd = standard ? 1 : os->open_write(target);
    uint32_t file = diag_file(d, standard ? STR("standard output") : path);
    if (fd < 0) {
        diag_say(d, DIAG_SYSTEM, file, "cannot open for writing: %s", strerror(errno));
        return false;
    }
    bool ok = os_write_all(fd, bytes);
    int why = errno;
    if (os->close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (!ok)
        diag_say(d, DIAG_SYSTEM, file, "cannot write: %s", strerror(why));
    return ok;
}

/* A new file gets what the mask leaves; one that replaces another gets the other's mode, mask or not. */
static int create_as(const char *path, enum os_kind target, unsigned mode)
{
    if (target == OS_MISSING)
        return os->create(path, 0666u);
    mode_t mask = umask(0);
    int fd = os->create(path, mode), why = errno;
    umask(mask);
    errno = why;
    return fd;
}

bool save_bytes(struct str path, struct str bytes, struct diag *d, struct arena *arena)
{
    char target[4096];
    if (str_eq(path, STR("-")))
        return write_directly(path, NULL, bytes, d);
    if (!os_resolve(str_c(path, arena), target, sizeof target))
        return failed(d, path, "follow the link", errno);
    unsigned mode = 0;
    enum os_kind kind = os_kind(target, &mode);
    if (kind == OS_OTHER)
        return write_directly(path, target, bytes, d);
    if (kind == OS_DIRECTORY)
        return failed(d, path, "write", EISDIR);

    struct str t = str_of(target);
    size_t slash = str_rfind_char(t, '/');
    size_t leaf = slash == SIZE_MAX ? 0 : slash + 1;
    struct str short_leaf = str_sub(str_sub(t, leaf, t.n), 0, 200); /* NAME_MAX is 255 */
    struct str temp =
        str_fmt(arena, "%.*s.%.*s.%ld.tmp", (int)leaf, t.p, STR_ARG(short_leaf), (long)getpid());

    os->remove(temp.p); /* left by a process of the same number that was killed */
    int fd = create_as(temp.p, kind, mode);
    if (fd < 0)
        return failed(d, path, "create a file beside it", errno);
    os_set_pending(temp.p);
    const char *step = "write";
    bool ok = os_write_all(fd, bytes) && (step = "flush", os->sync(fd) == 0);
    int why = errno;
    if (os->close(fd) != 0 && ok) {
        ok = false;
        step = "close";
        why = errno;
    }
    if (ok && os->rename(temp.p, target) != 0) {
        ok = false;
        step = "rename the finished file";
        why = errno;
    }
    if (!ok)
        os->remove(temp.p);
    os_set_pending(NULL);
    return ok ? true : failed(d, path, step, why);
}
