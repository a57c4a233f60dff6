/* SPDX-License-Identifier: MIT
 *
 * One growing block, read in pieces. */
#include "ingest/whole.h"

#include "base/arena.h"
#include "base/buf.h"

#define CHUNK_BYTES (1u << 20)

bool whole_read(struct source *in, size_t ceiling, const char *what, struct diag *d, struct str *out,
                struct arena *arena)
{
    struct buf text = buf_new(ceiling + 1, arena);
    char *chunk = NEW_N(arena, char, CHUNK_BYTES);
    size_t k;
    while ((k = in->read(in, chunk, CHUNK_BYTES)) > 0) {
        if (text.n + k > ceiling) {
            diag_say(d, DIAG_LIMIT, in->file, "more than %zu MB of %s", ceiling >> 20, what);
            return false;
        }
        buf_add(&text, chunk, k);
    }
    buf_char(&text, '\0');
    *out = buf_view(&text);
    out->n--;
    return !in->failed;
}
