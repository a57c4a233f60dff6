/* SPDX-License-Identifier: MIT
 *
 * Any bytes through a door, the builder and the check of the frozen profile. The first byte chooses how many
 * bytes a read gives and how samples are weighed. */
#ifndef TESTS_FUZZ_DOOR_H
#define TESTS_FUZZ_DOOR_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ingest/door.h"
#include "model/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct memory {
    struct source source;
    const uint8_t *p;
    size_t n, step;
};

static inline size_t memory_read(struct source *s, void *to, size_t n)
{
    struct memory *m = (struct memory *)s;
    size_t k = m->n < n ? m->n : n;
    k = m->step && m->step < k ? m->step : k;
    if (k)
        memcpy(to, m->p, k);
    m->p += k;
    m->n -= k;
    return k;
}

static inline int fuzz_door(const struct door *door, const uint8_t *data, size_t n)
{
    if (n < 1)
        return 0;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct profile_spec spec = {.source = {.s = STR("fuzz")},
                                .filter = {.from_ns = INT64_MIN, .to_ns = INT64_MAX}};
    spec.weight = data[0] & 0x80 ? (enum weigh_by)(1 + data[0] % 3) : BY_SAMPLES;
    struct memory m = {{.read = memory_read, .file = diag_file(d, STR("fuzz")), .name = STR("fuzz"), .spec = &spec},
                       data + 1,
                       n - 1,
                       data[0] & 0x7f};
    (void)door->sniff((struct str){(const char *)data + 1, n - 1});
    struct builder *b = builder_new(&spec, door->default_step_ns, m.source.file, d, arena);
    struct profile p;
    if (!door->read(&m.source, b, d, arena))
        builder_drop(b);
    else if (builder_freeze(b, &p) && profile_check(&p))
        abort();
    else if (!diag_errors(d) && !p.n_points && !p.n_spans)
        abort(); /* nothing there, and nobody said so */
    arena_free(arena);
    return 0;
}

#endif
