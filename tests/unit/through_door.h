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
    size_t step; /* bytes of one read, at most; 0: as many as are asked for */
};

static inline size_t text_read(struct source *s, void *to, size_t n)
{
    struct text *t = (struct text *)s;
    size_t k = t->rest.n < n ? t->rest.n : n;
    k = t->step && t->step < k ? t->step : k;
    if (k)
        memcpy(to, t->rest.p, k);
    t->rest = str_sub(t->rest, k, t->rest.n);
    return k;
}

/* False when the door or the builder refuses it (said in d, about file "f"). */
static inline bool through_door_as(const struct door *door, struct str text, const struct profile_spec *asked,
                                   struct diag *d, struct profile *p, struct arena *a)
{
    struct profile_spec *spec = NEW(a, struct profile_spec);
    *spec = *asked;
    spec->source.s = STR("f");
    struct text t = {{.read = text_read, .file = diag_file(d, STR("f")), .name = STR("f"), .spec = spec}, .rest = text};
    struct builder *b = builder_new(spec, door->default_step_ns, t.source.file, d, a);
    if (door->read(&t.source, b, d, a))
        return builder_freeze(b, p);
    builder_drop(b);
    return false;
}

static inline bool through_door(const struct door *door, const char *text, struct diag *d, struct profile *p,
                                struct arena *a)
{
    struct profile_spec spec = spec_default_profile();
    return through_door_as(door, str_of(text), &spec, d, p, a);
}

/* Leaf first: "read<main". */
static inline struct str stack_of(const struct profile *p, uint32_t node, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t n = node; n; n = p->node_parent[n])
        out = str_fmt(a, "%.*s%s%.*s", STR_ARG(out), out.n ? "<" : "",
                      STR_ARG(p->names[p->frames[p->node_frame[n]].name]));
    return out;
}

/* A text, whether it is taken, and all that is said about it. */
struct said_row {
    const char *text;
    bool ok;
    const char *said;
};

static inline void expect_said(const struct door *door, const struct said_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (through_door(door, rows[i].text, d, &p, a) != rows[i].ok)
            fail_msg("case %zu is %s: %s", i, rows[i].ok ? "refused" : "taken", rows[i].text);
        EXPECT_STR(printed(d, a), rows[i].said);
        arena_free(a);
    }
}

/* A text, and whether the door says it is its own. */
struct sniff_row {
    const char *text;
    bool ours;
};

static inline void expect_sniff(const struct door *door, const struct sniff_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((door->sniff(str_of(rows[i].text)) > 0) != rows[i].ours)
            fail_msg("'%s': %s", rows[i].text, rows[i].ours ? "not known" : "taken");
}

/* "title in unit: step=value step=value|…" of the profile's counters. */
static inline struct str counters_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t k = 0; k < p->n_series; k++) {
        const struct counter_series *s = &p->series[k];
        out = str_fmt(a, "%.*s%s%.*s%s%.*s:", STR_ARG(out), k ? "|" : "", STR_ARG(s->title), s->unit.n ? " in " : "", STR_ARG(s->unit));
        for (uint32_t i = 0; i < s->n; i++)
            out = str_fmt(a, "%.*s %u=%g", STR_ARG(out), s->time[i], s->value[i]);
    }
    return out;
}

#endif
