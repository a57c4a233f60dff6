/* SPDX-License-Identifier: MIT
 *
 * Whatever the bytes say, unpack_read refuses them or gives a profile that passes profile_check (which it
 * runs itself) and that packs and unpacks again.
 *
 * The first byte chooses: 'B' is a bare report, parts of u32 length and bytes: the head's JSON, then the
 * three sections without magic and checksum, which are put around them here, since no fuzzer guesses a CRC.
 * Bare seeds have their columns stored, so that a changed byte is a changed value. Anything else is the text
 * of a report. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "pack/deflate.h"
#include "pack/format.h"
#include "pack/pack.h"
#include "pack/section.h"
#include "pack/text.h"
#include "pack/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str next_part(struct str *rest)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < 4 && i < rest->n; i++)
        n |= (uint32_t)(uint8_t)rest->p[i] << 8 * i;
    *rest = str_sub(*rest, 4, rest->n);
    struct str part = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, part.n, rest->n);
    return part;
}

static struct str dress(struct str bare, struct arena *arena)
{
    struct buf out = buf_new(1u << 26, arena);
    buf_lit(&out, PACK_HEAD_TAG);
    buf_str(&out, next_part(&bare));
    buf_lit(&out, PACK_END_TAG);
    for (uint32_t kind = 0; kind < PACK_SECTIONS; kind++) {
        struct str part = next_part(&bare);
        struct buf section = buf_new(1u << 26, arena);
        uint32_t crc = deflate_crc32((const uint8_t *)part.p, part.n);
        buf_lit(&section, PACK_MAGIC);
        for (unsigned i = 0; i < 4; i++)
            buf_char(&section, (char)(crc >> 8 * i));
        buf_str(&section, part);
        buf_lit(&out, PACK_SECTION_TAG);
        buf_str(&out, section_name(0, kind, arena));
        buf_lit(&out, "\">");
        text_encode((const uint8_t *)section.p, section.n, &out);
        buf_lit(&out, PACK_END_TAG);
    }
    return buf_view(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct str text = {(const char *)data, n};
    struct report r, again;
    if (n && data[0] == 'B')
        text = dress(str_sub(text, 1, n), arena);
    if (unpack_read(text, diag_file(d, STR("report.html")), d, &r, arena)) {
        struct buf whole = buf_new(1u << 28, arena);
        if (!pack_early(&r, &whole, d, arena) || !pack_late(&r, &whole, d, arena))
            abort();
        if (!unpack_read(buf_view(&whole), diag_file(d, STR("again")), d, &again, arena))
            abort();
        for (uint32_t i = 0; i < r.n_panels; i++)
            if (r.panels[i].profile->n_points != again.panels[i].profile->n_points)
                abort();
    } else if (!diag_errors(d)) {
        abort(); /* refused without a word */
    }
    arena_free(arena);
    return 0;
}
