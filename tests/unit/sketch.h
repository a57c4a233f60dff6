/* SPDX-License-Identifier: MIT
 *
 * Small profiles for tests, made through the builder like every other. */
#ifndef TESTS_SKETCH_H
#define TESTS_SKETCH_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/builder.h"
#include "model/check.h"

struct sketch {
    struct arena *arena;
    struct diag *d;
    struct profile_spec spec;
    struct builder *b;
    struct profile p;
};

/* To be filled further (spec.weight, …) before sketch_begin. */
static inline struct sketch sketch_new(void)
{
    struct sketch s = {.arena = arena_new((struct arena_hook){0})};
    s.d = diag_new(s.arena);
    s.spec.source.s = STR("sketch.perf");
    s.spec.filter.from_ns = INT64_MIN;
    s.spec.filter.to_ns = INT64_MAX;
    return s;
}

static inline void sketch_begin(struct sketch *s, int64_t step_ns)
{
    s->b = builder_new(&s->spec, step_ns, diag_file(s->d, STR("sketch.perf")), s->d, s->arena);
}

struct dab {
    int64_t time_ns, duration_ns;
    const char *comm, *stack; /* "main;work;leaf", root first; NULL: "java", "main" */
    const char *event;        /* NULL: "cpu-clock" */
    uint32_t cpu, tid;
    uint64_t period;
};

static inline void sketch_add(struct sketch *s, struct dab a)
{
    uint32_t frames[64], leaf_first[64], n = 0;
    uint32_t thread = builder_thread(s->b, 7, a.tid, str_of(a.comm ? a.comm : "java"));
    struct str rest = str_of(a.stack ? a.stack : "main"), head;
    while (rest.n && n < 64) {
        str_cut(rest, ';', &head, &rest);
        frames[n++] = builder_frame(s->b, head, STR("lib.so"), FRAME_USER);
    }
    for (uint32_t i = 0; i < n; i++)
        leaf_first[i] = frames[n - 1 - i];
    struct sample x = {.time_ns = a.time_ns,
                       .duration_ns = a.duration_ns,
                       .thread = thread,
                       .cpu = a.cpu,
                       .event = builder_event(s->b, str_of(a.event ? a.event : "cpu-clock")),
                       .period = a.period};
    x.stack = builder_stack(s->b, thread, leaf_first, n);
    builder_sample(s->b, &x);
}

/* NULL, or what is wrong. */
static inline const char *sketch_end(struct sketch *s)
{
    return builder_freeze(s->b, &s->p) ? profile_check(&s->p) : "nothing left";
}

#endif
