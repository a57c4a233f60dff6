/* SPDX-License-Identifier: MIT
 *
 * Deflate, then text of 13 bits in two of 91 characters: 8 % shorter than base64. It is decoded by a loop in the loader, which for
 * tens of kilobytes is quick enough; the data, which is megabytes, stays in base64, which browsers decode themselves. */
#include "render/pressed.h"

#include "base/buf.h"
#include "base/limits.h"
#include "pack/deflate.h"

/* From '#' on, without '<': nothing in the text can look like a tag. */
static char character(uint32_t digit)
{
    return (char)('#' + digit + (digit >= '<' - '#'));
}

/* The lowest bits first; up to 6 that are left over take one character. */
static void dense_write(const uint8_t *bytes, size_t n, struct buf *out)
{
    uint32_t hold = 0, held = 0;
    for (size_t i = 0; i < n; i++) {
        hold |= (uint32_t)bytes[i] << held;
        held += 8;
        if (held < 13)
            continue;
        buf_char(out, character((hold & 8191) % 91));
        buf_char(out, character((hold & 8191) / 91));
        hold >>= 13;
        held -= 13;
    }
    if (held)
        buf_char(out, character(hold % 91));
    if (held > 6)
        buf_char(out, character(hold / 91));
}

struct str pressed_text(struct str bytes, struct arena *arena)
{
    struct arena *scratch = arena_like(arena), *middle = arena_like(arena);
    struct buf deflated = buf_new(LIMIT_COLUMN_BYTES, middle), text = buf_new(LIMIT_COLUMN_BYTES, arena);
    deflate_write((const uint8_t *)bytes.p, bytes.n, &deflated, scratch);
    struct str view = buf_view(&deflated);
    dense_write((const uint8_t *)view.p, view.n, &text);
    arena_free(scratch);
    arena_free(middle);
    return buf_view(&text);
}
