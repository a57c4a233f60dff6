/* SPDX-License-Identifier: MIT
 *
 * Any bytes pressed and read again; and any bytes read as if they were pressed. */
#include <stdlib.h>
#include <string.h>

#include "../unit/unpressed.h"
#include "render/pressed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct str bytes = {(const char *)data, n}, text = pressed_text(bytes, arena), got;
    if (!unpressed(text, n, &got, arena) || got.n != n || (n && memcmp(got.p, data, n) != 0))
        abort();
    unpressed(bytes, 20 * n, &got, arena);
    arena_free(arena);
    return 0;
}
