/* SPDX-License-Identifier: MIT
 *
 * Zstandard through libzstd, a frame at a time. Windows up to 128 MB, which is what `zstd --long` makes; the
 * library's own ceiling. */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/limits.h"
#include "ingest/codec.h"

/* RFC 8878: 0xFD2FB528, and the skippable frames 0x184D2A50 to 0x184D2A5F, little-endian. */
static bool zst_begins(const unsigned char *p, size_t n)
{
    bool frame = n >= 4 && p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd;
    return frame || (n >= 4 && (p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18);
}

static bool zst_begin(void **state, struct arena *arena)
{
    (void)arena; /* the library's windows come and go: they are its own */
    if (!*state)
        *state = ZSTD_createDStream();
    return *state && !ZSTD_isError(ZSTD_DCtx_reset(*state, ZSTD_reset_session_only));
}

static enum codec_step zst_step(void *state, struct codec_io *io)
{
    ZSTD_inBuffer in = {io->in, io->n_in, 0};
    ZSTD_outBuffer out = {io->out, io->n_out, 0};
    size_t left = ZSTD_decompressStream(state, &out, &in);
    io->in += in.pos;
    io->n_in -= in.pos;
    io->out += out.pos;
    io->n_out -= out.pos;
    if (ZSTD_isError(left))
        return ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge ? CODEC_WINDOW
                                                                                   : CODEC_DAMAGED;
    return left == 0 ? CODEC_END : CODEC_MORE;
}

static void zst_end(void *state)
{
    ZSTD_freeDStream(state);
}

const struct codec codec_zst = {
    "zstd", LIMIT_ZST_RATIO, "10000 times the size of the file", zst_begins, zst_begin, zst_step, zst_end};
