/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a mangled name: what comes out is bounded, NUL or not, and soon. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "names/demangle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct str name = str_dup((struct str){(const char *)data, n}, arena), got = name_demangle(name, arena);
    if ((got.p != name.p && got.n > LIMIT_ONE_NAME) || (got.p == name.p && got.n != name.n) || (n && !got.n))
        abort();
    arena_free(arena);
    return 0;
}
