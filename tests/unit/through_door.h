/* SPDX-License-Identifier: MIT
 *
 * A text through one door and the builder, with the defaults of a spec. */
#ifndef TESTS_THROUGH_DOOR_H
#define TESTS_THROUGH_DOOR_H

#include "support.h"

#include "ingest/door.h"

struct text {
    struct source source;
    struct str rest;
};

static inline size_t text_read(struct source *s, void *to, size_t n)
{
    struct text *t = (struct text *)s;
    size_t k = t->rest.n < n ? t->rest.n : n;
    if (k)
        memcpy(to, t->rest.p, k);
    t->rest = str_sub(t->rest, k, t->rest.n);
    return k;
}

/* False when the door or the builder refuses it (said in d, about file "f"). */
static inline bool through_door(const struct door *door, const char *text, struct diag *d, struct profile *p,
                                struct arena *a)
{
    struct profile_spec *spec = NEW(a, struct profile_spec);
    *spec = spec_default_profile();
    spec->source.s = STR("f");
    struct text t = {{.read = text_read, .file = diag_file(d, STR("f")), .spec = spec}, str_of(text)};
    struct builder *b = builder_new(spec, door->default_step_ns, t.source.file, d, a);
    if (door->read(&t.source, b, d, a))
        return builder_freeze(b, p);
    builder_drop(b);
    return false;
}

#endif
