/* SPDX-License-Identifier: MIT
 *
 * Any name through everything that reads names. The first byte chooses what to strip and whether it is of the kernel or
 * made at run time; a newline parts the name from the module. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "names/demangle.h"
#include "names/package.h"
#include "names/plain.h"
#include "names/redact.h"
#include "names/strip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 1)
        return 0;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct redact_spec rules = {.paths = PATHS_STRIP};
    struct str text = {(const char *)data + 1, n - 1}, name, module;
    str_cut(text, '\n', &name, &module);
    name = str_dup(str_sub(name, 0, LIMIT_ONE_NAME), arena);
    module = str_dup(str_sub(module, 0, LIMIT_ONE_NAME), arena);
    name_plain(&name, &module, data[0] & 0x40, arena);
    name = name_demangle(name, arena);
    struct str stripped = name_strip(name, data[0] & 31, arena), again = name_strip(stripped, data[0] & 31, arena);
    if (!stripped.n || again.n > stripped.n + sizeof "[unknown]")
        abort();
    (void)name_package(stripped, module, data[0] & 0x80, data[0] & 0x40, arena);
    struct str redacted = redact(&rules, REDACT_FRAME, stripped, arena);
    if (redacted.n > stripped.n)
        abort();
    arena_free(arena);
    return 0;
}
