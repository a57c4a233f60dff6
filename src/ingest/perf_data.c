/* SPDX-License-Identifier: MIT
 *
 * perf.data, read by the `perf script` of this machine: only perf knows its own format and finds the symbols.
 * In: the recording (a file, or bytes that are put into one). Out: what the text door makes of perf's output,
 * which comes through a pipe and is never kept.
 *
 * perf refuses a field that the recording does not have before it prints the first sample: that field is left
 * out and perf is asked again. */
#include "ingest/perf_data.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/child.h"
#include "base/limits.h"
#include "base/os.h"
#include "ingest/perf_script.h"

#define HEADER_BYTES (64u << 10)

static const char *const all_fields[] = {"comm",   "pid",   "tid", "cpu", "time",
                                         "period", "event", "ip",  "sym", "dso", "trace"};
#define N_FIELDS (sizeof all_fields / sizeof *all_fields)
#define FIELD_TRACE (N_FIELDS - 1) /* what tracepoints print: long, and only of use for some weights */

/* perf's own settings, downloads of symbols and translations would make a report depend on the user. */
static const char *const environment[] = {"PERF_CONFIG=/dev/null", "DEBUGINFOD_URLS=", "LC_ALL=C",
                                          "PERF_PAGER=cat", NULL};

struct recording {
    struct source source; /* perf's output; first: the two share an address */
    struct source *in;
    const char *path; /* what perf is given */
    int fd;           /* of a copy, else -1 */
    bool left_out[N_FIELDS];
    struct child *child;
    struct buf head; /* read while looking for the first sample */
    size_t n_head;   /* of it given away */
    struct diag *d;
    struct arena *arena;
};

static size_t recording_read(struct source *s, void *to, size_t n)
{
    struct recording *r = (struct recording *)s;
    size_t k = r->head.n - r->n_head;
    if (k) {
        k = k < n ? k : n;
        memcpy(to, r->head.p + r->n_head, k);
        r->n_head += k;
        return k;
    }
    ssize_t got = child_read(r->child, to, n);
    if (got < 0) {
        diag_say(r->d, DIAG_SYSTEM, s->file, "cannot read from perf: %s", strerror(errno));
        s->failed = true;
    }
    return got > 0 ? (size_t)got : 0;
}

/* perf wants a file it can seek in: bytes that are none (stdin, packed) are written to one without a name. */
static bool copy_input(struct recording *r)
{
    char *buffer = NEW_N(r->arena, char, HEADER_BYTES);
    size_t k;
    r->fd = child_temporary(r->arena);
    bool ok = r->fd >= 0;
    while (ok && (k = r->in->read(r->in, buffer, HEADER_BYTES)) > 0)
        ok = os_write_all(r->fd, (struct str){buffer, k});
    if (!ok)
        diag_say(r->d, DIAG_SYSTEM, r->source.file,
                 "cannot copy the recording for perf: %s (TMPDIR names the "
                 "folder)",
                 strerror(errno));
    r->path = "/proc/self/fd/3";
    return ok && !r->in->failed;
}

static bool start(struct recording *r)
{
    struct buf fields = buf_new(200, r->arena);
    for (size_t i = 0; i < N_FIELDS; i++)
        if (!r->left_out[i])
            buf_fmt(&fields, "%s%s", fields.n ? "," : "", all_fields[i]);
    const char *const argv[] = {"perf",
                                "script",
                                "-i",
                                r->path,
                                "-f",
                                "--header",
                                "--ns",
                                "--show-lost-events",
                                r->in->spec->inlined == INLINE_YES ? "--inline"
                                                                                  : "--no-inline",
                                "-F",
                                str_c(buf_view(&fields), r->arena),
                                NULL};
    r->child = child_start(argv, environment, r->fd, r->arena);
    if (r->child)
        return true;
    if (errno == ENOENT)
        diag_say(
            r->d, DIAG_ERROR, r->source.file,
            "a recording of perf, and there is no perf here to read it (install linux-perf, or run 'perf "
            "script --header' where it was made and give that text)");
    else
        diag_say(r->d, DIAG_SYSTEM, r->source.file, "cannot run perf: %s", strerror(errno));
    return false;
}

/* Whether a line that is no comment of the header begins in what was read. */
static bool has_sample(struct str head)
{
    struct str line;
    while (head.n) {
        if (head.p[0] != '#' && head.p[0] != '\n')
            return true;
        if (!str_cut(head, '\n', &line, &head))
            return false;
    }
    return false;
}

/* Reads up to the first sample; false at the end of the output before it. */
static bool read_head(struct recording *r)
{
    char *chunk = NEW_N(r->arena, char, HEADER_BYTES);
    r->head = buf_new(LIMIT_PERF_HEADER, r->arena);
    r->n_head = 0;
    while (!has_sample(buf_view(&r->head))) {
        ssize_t k = child_read(r->child, chunk, HEADER_BYTES);
        if (k <= 0)
            return false;
        buf_add(&r->head, chunk, (size_t)k);
        if (r->head.n > LIMIT_PERF_HEADER / 2)
            return true; /* the text door will say what this is */
    }
    return true;
}

/* "Samples for 'x' event do not have CPU attribute set. Cannot print 'cpu' field." */
static bool leave_out(struct recording *r, struct str said)
{
    size_t at = str_find(said, STR("Cannot print '"));
    if (at == SIZE_MAX)
        return false;
    struct str field, rest = str_sub(said, at + strlen("Cannot print '"), said.n);
    (void)str_cut(rest, '\'', &field, &rest);
    for (size_t i = 0; i < N_FIELDS; i++)
        if (str_eq(str_of(all_fields[i]), field) && !r->left_out[i])
            return r->left_out[i] = true;
    return false;
}

/* The last line perf said: what it says before is about symbols it did not find. */
static struct str last_line(struct str said)
{
    said = str_trim(said);
    size_t at = str_rfind_char(said, '\n');
    return at == SIZE_MAX ? said : str_sub(said, at + 1, said.n);
}

static struct str how(const struct child_end *end, struct arena *arena)
{
    struct str why = last_line(end->said);
    if (end->signal)
        return str_fmt(arena, "signal %d", end->signal);
    return str_fmt(arena, "exit code %d%s%.*s", end->exit_code, why.n ? ", " : "", STR_ARG(why));
}

/* Asks perf with fewer fields until it prints a sample; false when it cannot (said). */
static bool begin(struct recording *r)
{
    for (;;) {
        if (!start(r))
            return false;
        if (read_head(r))
            return true;
        struct child_end end = child_finish(r->child, r->arena);
        r->child = NULL;
        if (end.exit_code == 0) {
            diag_say(r->d, DIAG_ERROR, r->source.file, "perf finds no samples in it");
            return false;
        }
        if (!leave_out(r, end.said)) {
            struct str why = how(&end, r->arena);
            diag_say(r->d, DIAG_ERROR, r->source.file, "perf cannot read it: %.*s", STR_ARG(why));
            return false;
        }
    }
}

static bool finish(struct recording *r, struct builder *b, bool read)
{
    struct child_end end = child_finish(r->child, r->arena);
    if (!read || (end.exit_code == 0 && !end.signal))
        return read;
    struct str why = how(&end, r->arena);
    diag_say(r->d, DIAG_WARNING, r->source.file, "perf stopped early (%.*s): what it printed before is used",
             STR_ARG(why));
    builder_tally(b)->truncated = true;
    return true;
}

static bool perf_data_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct recording r = {.source = {.read = recording_read, .file = in->file, .name = in->name, .spec = in->spec, .n_threads = in->n_threads},
                          .in = in,
                          .path = in->path,
                          .fd = -1,
                          .d = d,
                          .arena = arena};
    r.left_out[FIELD_TRACE] = in->spec->weight != BY_DURATION && in->spec->weight != BY_BYTES;
    bool ok = (in->path || copy_input(&r)) && begin(&r);
    if (ok)
        ok = finish(&r, b, door_perf_script.read(&r.source, b, d, arena));
    if (r.fd >= 0)
        (void)os->close(r.fd);
    return ok;
}

/* The magic of perf.data in either byte order, and of its first version. */
static int perf_data_sniff(struct str head)
{
    static const char *const magic[] = {"PERFILE2", "2ELIFREP", "PERFFILE"};
    for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
        if (str_starts(head, str_of(magic[i])))
            return 100;
    return 0;
}

const struct door door_perf_data = {
    .name = {"perf-data", 9},
    .description = {"a recording of perf (perf.data)", 31},
    .is_binary = true,
    .default_step_ns = 100000,
    .sniff = perf_data_sniff,
    .read = perf_data_read,
};
