/* SPDX-License-Identifier: MIT
 *
 * Deflate, then base64. */
#include "render/pressed.h"

#include "base/buf.h"
#include "base/limits.h"
#include "pack/deflate.h"
#include "pack/text.h"

struct str pressed_text(struct str bytes, struct arena *arena)
{
    struct arena *scratch = arena_like(arena), *middle = arena_like(arena);
    struct buf deflated = buf_new(LIMIT_COLUMN_BYTES, middle), text = buf_new(LIMIT_COLUMN_BYTES, arena);
    deflate_write((const uint8_t *)bytes.p, bytes.n, &deflated, scratch);
    struct str view = buf_view(&deflated);
    text_encode((const uint8_t *)view.p, view.n, &text);
    arena_free(scratch);
    arena_free(middle);
    return buf_view(&text);
}
