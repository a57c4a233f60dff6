/* SPDX-License-Identifier: MIT
 *
 * libdeflate where the build found it (5 to 6 % smaller, and no slower), else zlib. zlib's
 * memory comes from the arena, so running out of it ends where all running out ends; libdeflate takes no
 * allocator with a context, so when it gets none, zlib does the work. */
#include "pack/deflate.h"

#include <assert.h>
#include <zlib.h>
#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#include "base/limits.h"

static voidpf give(voidpf arena, uInt n, uInt size)
{
    return arena_alloc(arena, n, size);
}
static void keep(voidpf arena, voidpf p)
{
    (void)arena;
    (void)p;
}

enum effort { DENSEST, QUICK };

#ifdef HAVE_LIBDEFLATE
static const int level_of_denser[] = {[DENSEST] = 12, [QUICK] = 6};

static bool write_denser(const uint8_t *bytes, size_t n, enum effort effort, struct buf *out)
{
    size_t room = libdeflate_deflate_compress_bound(NULL, n), before = out->n;
    char *to = buf_room(out, room); /* first: a jump out of here would lose the compressor */
    if (!to)
        return true;
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(level_of_denser[effort]);
    out->n = before + (c ? libdeflate_deflate_compress(c, bytes, n, to, room) : 0);
    libdeflate_free_compressor(c);
    return c != NULL;
}
#else
static bool write_denser(const uint8_t *bytes, size_t n, enum effort effort, struct buf *out)
{
    (void)bytes;
    (void)n;
    (void)effort;
    (void)out;
    return false;
}
#endif

static void write_with(const uint8_t *bytes, size_t n, enum effort effort, struct buf *out, struct arena *scratch)
{
    assert(n <= LIMIT_COLUMN_BYTES);
    if (write_denser(bytes, n, effort, out))
        return;
    struct arena_mark mark = arena_mark(scratch);
    z_stream z = {.zalloc = give, .zfree = keep, .opaque = scratch};
    int ok = deflateInit2(&z, effort == DENSEST ? 9 : 6, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    assert(ok == Z_OK);
    size_t room = deflateBound(&z, (uLong)n), before = out->n;
    char *to = buf_room(out, room);
    if (to) {
        z.next_in = (Bytef *)(uintptr_t)bytes;
        z.avail_in = (uInt)n;
        z.next_out = (Bytef *)to;
        z.avail_out = (uInt)room;
        ok = deflate(&z, Z_FINISH);
        assert(ok == Z_STREAM_END);
        out->n = before + (room - z.avail_out);
    }
    (void)ok;
    deflateEnd(&z);
    arena_reset(scratch, mark);
}

void deflate_write(const uint8_t *bytes, size_t n, struct buf *out, struct arena *scratch)
{
    write_with(bytes, n, DENSEST, out, scratch);
}

void deflate_write_quickly(const uint8_t *bytes, size_t n, struct buf *out, struct arena *scratch)
{
    write_with(bytes, n, QUICK, out, scratch);
}

bool deflate_read(const uint8_t *bytes, size_t n, uint8_t *out, size_t n_out, struct arena *scratch)
{
    if (n > UINT32_MAX || n_out > LIMIT_COLUMN_BYTES)
        return false;
    struct arena_mark mark = arena_mark(scratch);
    uint8_t none; /* zlib wants a pointer even for no bytes */
    z_stream z = {.zalloc = give, .zfree = keep, .opaque = scratch};
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)n;
    z.next_out = n_out ? out : &none;
    z.avail_out = (uInt)n_out;
    bool exact = inflateInit2(&z, -MAX_WBITS) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END &&
                 !z.avail_in && !z.avail_out;
    inflateEnd(&z);
    arena_reset(scratch, mark);
    return exact;
}

uint32_t deflate_crc32(const uint8_t *bytes, size_t n)
{
    return (uint32_t)crc32_z(0, bytes, n);
}
