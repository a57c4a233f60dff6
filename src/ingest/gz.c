/* SPDX-License-Identifier: MIT
 *
 * gzip through zlib, a member at a time. */
#include <string.h>
#include <zlib.h>

#include "base/limits.h"
#include "ingest/codec.h"

static void *take(void *arena, uInt n, uInt size)
{
    return arena_alloc(arena, n, size);
}

static void give(void *arena, void *p)
{
    (void)arena;
    (void)p;
}

static bool gz_begins(const unsigned char *p, size_t n)
{
    return n >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

static bool gz_begin(void **state, struct arena *arena)
{
    z_stream *z = *state;
    if (z)
        return inflateReset(z) == Z_OK;
    *state = z = NEW(arena, z_stream);
    z->zalloc = take;
    z->zfree = give;
    z->opaque = arena;
    return inflateInit2(z, 15 + 16) == Z_OK;
}

static uInt at_most(size_t n)
{
    return (uInt)(n < (1u << 30) ? n : 1u << 30);
}

static enum codec_step gz_step(void *state, struct codec_io *io)
{
    z_stream *z = state;
    uInt in = at_most(io->n_in), out = at_most(io->n_out);
    z->next_in = (unsigned char *)(uintptr_t)io->in;
    z->avail_in = in;
    z->next_out = io->out;
    z->avail_out = out;
    int status = inflate(z, Z_NO_FLUSH);
    io->in = z->next_in;
    io->n_in -= in - z->avail_in;
    io->out = z->next_out;
    io->n_out -= out - z->avail_out;
    return status == Z_STREAM_END                    ? CODEC_END
           : status == Z_OK || status == Z_BUF_ERROR ? CODEC_MORE
                                                     : CODEC_DAMAGED;
}

static void gz_end(void *state)
{
    inflateEnd(state);
}

const struct codec codec_gz = {
    "gzip", LIMIT_INFLATE_RATIO, "1000 times the size of the file", gz_begins, gz_begin, gz_step, gz_end};
