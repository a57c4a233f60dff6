/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a spec: the YAML tree, the table of keys, and every message printed. A spec without errors has
 * something to read; one with errors says where. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ingest/ingest.h"
#include "spec/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct spec spec;
    const struct str *formats;
    uint32_t n_formats = ingest_formats(&formats);
    bool ok = spec_parse(STR("folder/report.yaml"), (struct str){(const char *)data, n}, formats, n_formats,
                         d, &spec, arena);
    if (ok != (diag_errors(d) == 0) || (ok && !spec.n_profiles))
        abort();
    for (uint32_t i = 0; i < spec.n_profiles; i++) {
        const struct profile_spec *p = &spec.profiles[i];
        if (!p->source.s.n || !p->id.s.n || (ok && (p->faulty || p->filter.from_ns >= p->filter.to_ns)))
            abort();
    }
    struct buf out = buf_new(1u << 26, arena);
    diag_print(d, &out);
    if (!ok && !out.n)
        abort();
    arena_free(arena);
    return 0;
}
