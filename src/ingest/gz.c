/* SPDX-License-Identifier: MIT
 *
 * zlib's inflate, fed from read(2). The only states are: first bytes (plain or packed?), plain, inside a
 * member, between members, over. */
#include "ingest/gz.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"

/* Bytes asked of the system at once: from 64 KB on it makes no difference. */
#define INPUT_BYTES (256u << 10)
/* Below this the ratio says nothing: a short member of one repeated sample may well pass it. */
#define RATIO_FROM_BYTES (1u << 20)

enum state { STATE_START, STATE_PLAIN, STATE_MEMBER, STATE_BETWEEN, STATE_OVER };

struct gz {
    struct source source; /* first: the two share an address */
    int fd;
    enum state state;
    bool packed, at_end;
    z_stream z;
    unsigned char *input;
    uint64_t n_in, n_out, total;
    ingest_progress progress;
    void *ctx;
    struct diag *d;
    struct arena *arena;
};

static void *take(void *arena, uInt n, uInt size)
{
    return arena_alloc(arena, n, size);
}
static void give(void *arena, void *p)
{
    (void)arena;
    (void)p;
}

/* Adds to what is left of the input; false at the end of the file or on failure. */
static bool more(struct gz *g)
{
    if (g->at_end || g->source.failed)
        return false;
    if (g->z.avail_in)
        memmove(g->input, g->z.next_in, g->z.avail_in);
    g->z.next_in = g->input;
    for (;;) {
        ssize_t k = os->read(g->fd, g->input + g->z.avail_in, INPUT_BYTES - g->z.avail_in);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0) {
            diag_say(g->d, errno == EISDIR ? DIAG_ERROR : DIAG_SYSTEM, g->source.file, "cannot read: %s",
                     errno == EISDIR ? "it is a directory" : strerror(errno));
            g->source.failed = true;
            return false;
        }
        g->at_end = k == 0;
        g->z.avail_in += (uInt)k;
        g->n_in += (uint64_t)k;
        if (g->progress)
            g->progress(g->ctx, g->n_in, g->total);
        return k > 0;
    }
}

/* Two bytes of input are there, unless the file ends before. */
static bool has_two(struct gz *g)
{
    while (g->z.avail_in < 2 && more(g))
        ;
    return g->z.avail_in >= 2;
}

static bool begin_member(struct gz *g)
{
    int status = g->packed ? inflateReset(&g->z) : inflateInit2(&g->z, 15 + 16);
    g->packed = true;
    g->state = STATE_MEMBER;
    return status == Z_OK;
}

static void cut_short(struct gz *g, const char *why)
{
    diag_say(g->d, DIAG_WARNING, g->source.file, "%s: what was read before it is used", why);
    g->source.truncated = true;
    g->state = STATE_OVER;
}

/* After a member: another one, padding with zeros (tapes, some backup tools), or something else. */
static void between(struct gz *g)
{
    for (;;) {
        if (!has_two(g) && !g->z.avail_in) {
            g->state = STATE_OVER;
            return;
        }
        if (g->z.avail_in >= 2 && g->z.next_in[0] == 0x1f && g->z.next_in[1] == 0x8b) {
            (void)begin_member(g);
            return;
        }
        if (g->z.next_in[0] != 0) {
            diag_say(g->d, DIAG_WARNING, g->source.file, "bytes after the end of the gzip data are ignored");
            g->state = STATE_OVER;
            return;
        }
        g->z.next_in++;
        g->z.avail_in--;
    }
}

static bool within_limits(struct gz *g)
{
    const char *limit = NULL;
    if (g->n_out > LIMIT_INFLATED_BYTES)
        limit = "the limit of inflated bytes, 64 GiB";
    if (g->n_out > RATIO_FROM_BYTES && g->n_out / LIMIT_INFLATE_RATIO > g->n_in)
        limit = "1000 times the size of the file";
    if (!limit)
        return true;
    diag_say(g->d, DIAG_LIMIT, g->source.file, "the gzip data inflates to more than %s", limit);
    g->source.failed = true;
    g->state = STATE_OVER;
    return false;
}

static size_t inflate_some(struct gz *g, void *to, size_t n)
{
    g->z.next_out = to;
    g->z.avail_out = (uInt)(n < (1u << 30) ? n : 1u << 30);
    uInt room = g->z.avail_out;
    while (g->z.avail_out && g->state == STATE_MEMBER) {
        if (!g->z.avail_in && !more(g)) {
            if (!g->source.failed)
                cut_short(g, "the gzip data ends in the middle");
            break;
        }
        int status = inflate(&g->z, Z_NO_FLUSH);
        if (status == Z_STREAM_END)
            g->state = STATE_BETWEEN;
        else if (status != Z_OK && status != Z_BUF_ERROR)
            cut_short(g, "the gzip data is damaged");
    }
    size_t got = room - g->z.avail_out;
    g->n_out += got;
    return within_limits(g) ? got : 0;
}

static size_t copy_some(struct gz *g, void *to, size_t n)
{
    if (!g->z.avail_in && !more(g))
        return 0;
    size_t k = n < g->z.avail_in ? n : g->z.avail_in;
    memcpy(to, g->z.next_in, k);
    g->z.next_in += k;
    g->z.avail_in -= (uInt)k;
    return k;
}

static size_t gz_read(struct source *s, void *to, size_t n)
{
    struct gz *g = (struct gz *)s;
    if (g->state == STATE_START) {
        g->state = STATE_PLAIN;
        if (has_two(g) && g->z.next_in[0] == 0x1f && g->z.next_in[1] == 0x8b && !begin_member(g))
            g->state = STATE_PLAIN;
    }
    while (n && g->state != STATE_OVER && !s->failed) {
        if (g->state == STATE_PLAIN)
            return copy_some(g, to, n);
        if (g->state == STATE_BETWEEN)
            between(g);
        if (g->state == STATE_MEMBER) {
            size_t k = inflate_some(g, to, n);
            if (k)
                return k;
        }
    }
    return 0;
}

struct source *gz_open(struct str path, uint32_t file, ingest_progress progress, void *ctx, struct diag *d,
                       struct arena *arena)
{
    struct gz *g = NEW(arena, struct gz);
    const char *name = str_c(path, arena);
    bool standard = str_eq(path, STR("-"));
    if (!standard && os_kind(name, NULL) == OS_DIRECTORY) {
        diag_say(d, DIAG_ERROR, file, "cannot read: it is a directory");
        return NULL;
    }
    g->fd = standard ? 0 : os->open_read(name);
    if (g->fd < 0) {
        diag_say(d, errno == ENOENT || errno == ENOTDIR ? DIAG_ERROR : DIAG_SYSTEM, file, "cannot open: %s",
                 strerror(errno));
        return NULL;
    }
    g->source.read = gz_read;
    g->source.file = file;
    g->total = standard ? 0 : os_size(name);
    g->input = NEW_N(arena, unsigned char, INPUT_BYTES);
    g->z.zalloc = take;
    g->z.zfree = give;
    g->z.opaque = arena;
    g->progress = progress;
    g->ctx = ctx;
    g->d = d;
    g->arena = arena;
    return &g->source;
}

void gz_close(struct source *s)
{
    struct gz *g = (struct gz *)s;
    if (g->packed)
        inflateEnd(&g->z);
    if (g->fd > 0 && os->close(g->fd) != 0 && !s->failed) {
        diag_say(g->d, DIAG_SYSTEM, s->file, "cannot close: %s", strerror(errno));
        s->failed = true;
    }
}

bool gz_was_packed(const struct source *s)
{
    return ((const struct gz *)s)->packed;
}
