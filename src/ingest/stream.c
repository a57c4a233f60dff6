/* SPDX-License-Identifier: MIT
 *
 * read(2), and a codec where the first bytes are one's. The only states are: first bytes (plain or packed?),
 * plain, inside a member, between members, over. */
#include "ingest/stream.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "ingest/codec.h"

/* Bytes asked of the system at once: from 64 KB on it makes no difference. */
#define INPUT_BYTES (256u << 10)
/* Below this the ratio says nothing: a short member of one repeated sample may well pass it. */
#define RATIO_FROM_BYTES (1u << 20)

enum state { STATE_START, STATE_PLAIN, STATE_MEMBER, STATE_BETWEEN, STATE_OVER };

static const struct codec *const codecs[] = {&codec_gz, &codec_zst};

struct stream {
    struct source source; /* first: the two share an address */
    int fd;
    enum state state;
    bool at_end, is_file;
    const struct codec *codec; /* NULL: plain */
    void *codec_state;
    unsigned char *input;
    const unsigned char *at; /* what is there of it */
    size_t n;
    uint64_t n_in, n_out, total;
    struct ingest_watch watch;
    const char *name;
    struct diag *d;
    struct arena *arena;
};

/* From the file; 0 at its end or on failure. */
static size_t read_some(struct stream *s, void *to, size_t n)
{
    ssize_t k;
    if (s->at_end || s->source.failed)
        return 0;
    do
        k = os->read(s->fd, to, n);
    while (k < 0 && errno == EINTR);
    if (k < 0) {
        diag_say(s->d, errno == EISDIR ? DIAG_ERROR : DIAG_SYSTEM, s->source.file, "cannot read: %s",
                 errno == EISDIR ? "it is a directory" : strerror(errno));
        s->source.failed = true;
        return 0;
    }
    s->at_end = k == 0;
    s->n_in += (uint64_t)k;
    if (s->watch.progress)
        s->watch.progress(s->watch.ctx, s->name, s->n_in, s->total);
    return (size_t)k;
}

/* Adds to what is left of the input; false at the end of the file or on failure. */
static bool more(struct stream *s)
{
    memmove(s->input, s->at, s->n);
    s->at = s->input;
    size_t k = read_some(s, s->input + s->n, INPUT_BYTES - s->n);
    s->n += k;
    return k > 0;
}

/* Enough input to tell a codec, unless the file ends before. */
static void look_ahead(struct stream *s)
{
    while (s->n < CODEC_MAGIC_BYTES && more(s))
        ;
}

static bool begin_member(struct stream *s)
{
    if (!s->codec->begin(&s->codec_state, s->arena)) {
        diag_say(s->d, DIAG_SYSTEM, s->source.file, "no memory to unpack the %s data", s->codec->name);
        s->source.failed = true;
        s->state = STATE_OVER;
        return false;
    }
    s->state = STATE_MEMBER;
    return true;
}

static void start(struct stream *s)
{
    look_ahead(s);
    s->state = STATE_PLAIN;
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
        if (codecs[i]->begins(s->at, s->n)) {
            s->codec = codecs[i];
            s->source.path = NULL;
            (void)begin_member(s);
            return;
        }
}

static void cut_short(struct stream *s, const char *why)
{
    diag_say(s->d, DIAG_WARNING, s->source.file, "the %s data %s: what was read before it is used",
             s->codec->name, why);
    s->source.truncated = true;
    s->state = STATE_OVER;
}

/* After a member: another one, padding with zeros (tapes, some backup tools), or something else. */
static void between(struct stream *s)
{
    for (;;) {
        look_ahead(s);
        if (!s->n) {
            s->state = STATE_OVER;
            return;
        }
        if (s->codec->begins(s->at, s->n)) {
            (void)begin_member(s);
            return;
        }
        if (s->at[0] != 0) {
            diag_say(s->d, DIAG_WARNING, s->source.file, "bytes after the end of the %s data are ignored",
                     s->codec->name);
            s->state = STATE_OVER;
            return;
        }
        s->at++;
        s->n--;
    }
}

static bool within_limits(struct stream *s)
{
    const char *limit = NULL;
    if (s->n_out > LIMIT_INFLATED_BYTES)
        limit = "the limit of unpacked bytes, 64 GiB";
    if (s->n_out > RATIO_FROM_BYTES && s->n_out / s->codec->max_ratio > s->n_in)
        limit = s->codec->ratio;
    if (!limit)
        return true;
    diag_say(s->d, DIAG_LIMIT, s->source.file, "the %s data unpacks to more than %s", s->codec->name, limit);
    s->source.failed = true;
    s->state = STATE_OVER;
    return false;
}

static void too_wide(struct stream *s)
{
    diag_say(s->d, DIAG_LIMIT, s->source.file,
             "the %s data needs a window of more than 128 MB (zstd -dc --long=31 FILE | flamepress -)",
             s->codec->name);
    s->source.failed = true;
    s->state = STATE_OVER;
}

static size_t unpack_some(struct stream *s, void *to, size_t n)
{
    struct codec_io io = {s->at, s->n, to, n};
    while (io.n_out && s->state == STATE_MEMBER) {
        size_t had_in = io.n_in, had_out = io.n_out;
        enum codec_step step = s->codec->step(s->codec_state, &io);
        s->at = io.in;
        s->n = io.n_in;
        if (step == CODEC_END)
            s->state = STATE_BETWEEN;
        else if (step == CODEC_DAMAGED)
            cut_short(s, "is damaged");
        else if (step == CODEC_WINDOW)
            too_wide(s);
        else if (io.n_in == had_in && io.n_out == had_out && !more(s) && !s->source.failed)
            cut_short(s, "ends in the middle");
        if (s->source.failed)
            break;
        io.in = s->at;
        io.n_in = s->n;
    }
    size_t got = n - io.n_out;
    s->n_out += got;
    return s->source.failed || !within_limits(s) ? 0 : got;
}

/* What was read ahead first, then straight from the file. */
static size_t copy_some(struct stream *s, void *to, size_t n)
{
    if (!s->n)
        return read_some(s, to, n);
    size_t k = n < s->n ? n : s->n;
    memcpy(to, s->at, k);
    s->at += k;
    s->n -= k;
    return k;
}

static size_t stream_read(struct source *source, void *to, size_t n)
{
    struct stream *s = (struct stream *)source;
    if (s->state == STATE_START)
        start(s);
    while (n && s->state != STATE_OVER && !source->failed) {
        if (s->state == STATE_PLAIN)
            return copy_some(s, to, n);
        if (s->state == STATE_BETWEEN)
            between(s);
        if (s->state == STATE_MEMBER) {
            size_t k = unpack_some(s, to, n);
            if (k)
                return k;
        }
    }
    return 0;
}

static bool stream_seek(struct source *source, uint64_t offset)
{
    struct stream *s = (struct stream *)source;
    if (!s->is_file || s->state != STATE_PLAIN || source->failed || os->seek(s->fd, offset) != 0)
        return false;
    s->n = 0;
    s->at_end = false;
    s->n_in = offset;
    if (s->watch.progress)
        s->watch.progress(s->watch.ctx, s->name, s->n_in, s->total);
    return true;
}

static size_t stream_read_at(struct source *source, void *to, size_t n, uint64_t offset)
{
    const struct stream *s = (const struct stream *)source;
    size_t got = 0;
    while (s->is_file && s->state == STATE_PLAIN && got < n) {
        ssize_t k = os->read_at(s->fd, (char *)to + got, n - got, offset + got);
        if (k > 0)
            got += (size_t)k;
        else if (k == 0 || errno != EINTR)
            break;
    }
    return got;
}

struct source *stream_open(struct str path, uint32_t file, const struct ingest_watch *watch,
                           struct diag *d, struct arena *arena)
{
    struct stream *s = NEW(arena, struct stream);
    const char *name = str_c(path, arena);
    bool standard = str_eq(path, STR("-"));
    if (!standard && os_kind(name, NULL) == OS_DIRECTORY) {
        diag_say(d, DIAG_ERROR, file, "cannot read: it is a directory");
        return NULL;
    }
    s->fd = standard ? 0 : os->open_read(name);
    if (s->fd < 0) {
        diag_say(d, errno == ENOENT || errno == ENOTDIR ? DIAG_ERROR : DIAG_SYSTEM, file, "cannot open: %s",
                 strerror(errno));
        return NULL;
    }
    s->source.read = stream_read;
    s->source.seek = stream_seek;
    s->source.read_at = stream_read_at;
    s->is_file = !standard && os_kind(name, NULL) == OS_FILE;
    s->source.file = file;
    s->source.path = standard ? NULL : name;
    s->total = standard ? 0 : os_size(name);
    s->at = s->input = NEW_N(arena, unsigned char, INPUT_BYTES);
    if (watch)
        s->watch = *watch;
    s->name = name;
    s->d = d;
    s->arena = arena;
    return &s->source;
}

void stream_close(struct source *source)
{
    struct stream *s = (struct stream *)source;
    if (s->codec_state)
        s->codec->end(s->codec_state);
    if (s->fd > 0 && os->close(s->fd) != 0 && !source->failed) {
        diag_say(s->d, DIAG_SYSTEM, source->file, "cannot close: %s", strerror(errno));
        source->failed = true;
    }
}
