/* SPDX-License-Identifier: MIT
 *
 * Random reports for the tests of pack and unpack, from a seed, through the builder; and the comparison of
 * two profiles field by field. */
#ifndef PACK_FIXTURE_H
#define PACK_FIXTURE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/heatmap.h"
#include "base/arena.h"
#include "model/builder.h"
#include "model/check.h"
#include "pack/pack.h"
#include "pack/unpack.h"

struct shape {
    const char *name;
    uint32_t n_samples, n_cpus, n_events, n_threads, n_names, depth;
    enum weight_mode weight;
    uint32_t span_percent, idle_percent;
    bool flat, hostile, no_ids;
    int64_t gap_ns;
};

static const struct shape shapes[] = {
    {.name = "one",
     .n_samples = 1,
     .n_cpus = 1,
     .n_events = 1,
     .n_threads = 1,
     .n_names = 3,
     .depth = 3,
     .gap_ns = 1000000},
    {.name = "plain",
     .n_samples = 3000,
     .n_cpus = 4,
     .n_events = 1,
     .n_threads = 20,
     .n_names = 60,
     .depth = 12,
     .gap_ns = 300000},
    {.name = "events",
     .n_samples = 2000,
     .n_cpus = 3,
     .n_events = 5,
     .n_threads = 9,
     .n_names = 40,
     .depth = 6,
     .gap_ns = 700000,
     .weight = WEIGHT_PERIOD},
    {.name = "cpus",
     .n_samples = 9000,
     .n_cpus = 64,
     .n_events = 2,
     .n_threads = 400,
     .n_names = 200,
     .depth = 9,
     .gap_ns = 9000,
     .idle_percent = 30},
    {.name = "deep",
     .n_samples = 60,
     .n_cpus = 1,
     .n_events = 1,
     .n_threads = 2,
     .n_names = 5,
     .depth = 9000,
     .gap_ns = 50000000},
    {.name = "hostile",
     .n_samples = 500,
     .n_cpus = 2,
     .n_events = 2,
     .n_threads = 7,
     .n_names = 30,
     .depth = 5,
     .gap_ns = 100000,
     .hostile = true,
     .no_ids = true},
    {.name = "flat",
     .n_samples = 800,
     .n_cpus = 2,
     .n_events = 1,
     .n_threads = 5,
     .n_names = 50,
     .depth = 8,
     .gap_ns = 1,
     .flat = true},
    {.name = "spans",
     .n_samples = 700,
     .n_cpus = 2,
     .n_events = 2,
     .n_threads = 5,
     .n_names = 50,
     .depth = 8,
     .gap_ns = 900000,
     .span_percent = 50},
    {.name = "slow",
     .n_samples = 40,
     .n_cpus = 2,
     .n_events = 1,
     .n_threads = 3,
     .n_names = 9,
     .depth = 4,
     .gap_ns = 90000000000,
     .weight = WEIGHT_PERIOD},
    {.name = "chunks",
     .n_samples = 300000,
     .n_cpus = 16,
     .n_events = 1,
     .n_threads = 300,
     .n_names = 300,
     .depth = 14,
     .gap_ns = 12000},
};
#define SHAPES (sizeof shapes / sizeof *shapes)

static inline uint64_t dice(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * 0x2545f4914f6cdd1dull;
}

static inline uint32_t below(uint64_t *state, uint32_t n)
{
    return (uint32_t)((dice(state) >> 33) % (n ? n : 1));
}

static const char *const hostile_name[] = {"</script><script>alert(1)</script>",
                                           "<!--",
                                           "a;b;c",
                                           "x\\y\"z",
                                           "tab\tand\nline",
                                           "\xff\xfe no utf-8",
                                           "\xe2\x80\xa8",
                                           "",
                                           " ",
                                           "\x7f\x1b[31m",
                                           "\xf0\x9f\x94\xa5",
                                           "&amp;",
                                           "data-fp=\"head\""};

static inline struct str fixture_name(const struct shape *s, const char *what, uint32_t i,
                                      struct arena *arena)
{
    size_t n = sizeof hostile_name / sizeof *hostile_name;
    if (s->hostile && i < n)
        return str_of(hostile_name[i]);
    return str_fmt(arena, "%s/package%u/Class.method%u", what, i % 7, i);
}

/* A stack that shares prefixes with others, as real ones do. */
static inline uint32_t fixture_stack(struct builder *b, const struct shape *s, uint32_t thread,
                                     const uint32_t *frame, uint64_t *state, struct arena *arena)
{
    uint32_t n = below(state, s->depth + 1), *leaf_first = NEW_N(arena, uint32_t, (size_t)n + 1),
             at = below(state, 3);
    for (uint32_t i = 0; i < n; i++) {
        leaf_first[n - 1 - i] = frame[at % s->n_names];
        at = at * 2 + (below(state, 8) == 0 ? 1 + below(state, 3) : i < 3);
    }
    return builder_stack(b, thread, leaf_first, n);
}

static inline void fixture_profile(const struct shape *s, uint64_t seed, struct profile *out, struct diag *d,
                                   struct arena *arena)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15ull + 1;
    struct profile_spec *spec = NEW(arena, struct profile_spec);
    spec->source.s = STR("dir/<test>.txt");
    spec->filter.from_ns = INT64_MIN;
    spec->filter.to_ns = INT64_MAX;
    spec->weight = s->weight == WEIGHT_PERIOD ? BY_PERIOD : BY_SAMPLES;
    struct builder *b = builder_new(spec, 100000, diag_file(d, STR("test")), d, arena);
    if (s->flat)
        builder_flat(b);
    else
        builder_clock(b, 5000000000, 1795174141000000000);
    builder_fact(b, STR("host"), STR("build\"host</script>"));
    builder_tally(b)->n_lost = 12;
    uint32_t *frame = NEW_N(arena, uint32_t, s->n_names), *thread = NEW_N(arena, uint32_t, s->n_threads + 1),
             *event = NEW_N(arena, uint32_t, s->n_events);
    for (uint32_t i = 0; i < s->n_names; i++)
        frame[i] = builder_frame(b, fixture_name(s, "java", i, arena),
                                 i % 3 ? str_fmt(arena, "lib%u.so", i % 5) : STR(""),
                                 (enum frame_kind)(i % 5 % FRAME_THREAD));
    for (uint32_t i = 0; i < s->n_threads; i++)
        thread[i] = builder_thread(b, s->no_ids ? ID_NONE : 100 + i / 3, s->no_ids ? ID_NONE : 200 + i,
                                   fixture_name(s, "comm", i / 2, arena));
    thread[s->n_threads] = builder_thread(b, 0, 0, STR("swapper"));
    uint32_t idle = builder_frame(b, STR("cpuidle_enter"), STR("[kernel.kallsyms]"), FRAME_KERNEL);
    for (uint32_t i = 0; i < s->n_events; i++)
        event[i] = builder_event(b, str_fmt(arena, "event%u:u", i));
    int64_t now = 5123456789;
    struct arena *scratch = arena_like(arena);
    for (uint32_t i = 0; i < s->n_samples; i++) {
        struct arena_mark mark = arena_mark(scratch);
        bool is_idle = below(&state, 100) < s->idle_percent;
        uint32_t t = is_idle ? s->n_threads : below(&state, below(&state, s->n_threads) + 1);
        now += below(&state, 2) ? s->gap_ns : below(&state, (uint32_t)(s->gap_ns % 4000000000) * 2);
        struct sample x = {.time_ns = now, .thread = thread[t], .event = event[below(&state, s->n_events)]};
        x.cpu = s->no_ids ? ID_NONE : below(&state, s->n_cpus);
        x.period = below(&state, 3) ? 250000 : dice(&state) >> 30;
        x.duration_ns = below(&state, 100) < s->span_percent ? 1 + (int64_t)below(&state, 30000000) : 0;
        x.stack = is_idle ? builder_stack(b, thread[t], &idle, 1)
                          : fixture_stack(b, s, thread[t], frame, &state, scratch);
        builder_sample(b, &x);
        arena_reset(scratch, mark);
    }
    arena_free(scratch);
    if (!builder_freeze(b, out)) {
        fprintf(stderr, "shape '%s': freeze failed\n", s->name);
        abort();
    }
    out->format = STR("perf-script");
}

static inline void fixture_series(struct profile *p, uint64_t seed, struct arena *arena)
{
    uint64_t state = seed + 77;
    p->n_series = p->has_time ? below(&state, 3) : 0;
    p->series = NEW_N(arena, struct counter_series, p->n_series);
    for (uint32_t k = 0; k < p->n_series; k++) {
        struct counter_series *s = &p->series[k];
        *s = (struct counter_series){.title = STR("</script> \"p99\""), .unit = STR("ms"), .n = 1 + below(&state, 500)};
        s->time = NEW_N(arena, uint32_t, s->n);
        s->value = NEW_N(arena, double, s->n);
        for (uint32_t i = 0; i < s->n; i++) {
            s->time[i] = (uint32_t)((uint64_t)i * p->n_steps / s->n);
            s->value[i] = ((double)below(&state, 1000000) - 500000) / 7;
        }
    }
}

static inline void fixture_report(const struct shape *s, uint64_t seed, struct report *out, struct diag *d,
                                  struct arena *arena)
{
    struct panel *panel = NEW(arena, struct panel);
    panel->profile = NEW(arena, struct profile);
    fixture_profile(s, seed, panel->profile, d, arena);
    fixture_series(panel->profile, seed, arena);
    panel->id = str_of(s->name);
    panel->title = STR("</script> & \"title\"");
    panel->rate_hz = 49.5;
    panel->stripes = (struct stripes){seed % 2 ? 1020000000 : 0, seed % 2 ? 0.25 : 0};
    panel->idle = IDLE_SHOW;
    panel->heatmap = (struct heatmap_spec){1000000000, 50, PALETTE_CIVIDIS, SCALE_FULL};
    panel->counts = heatmap_counts(panel->profile, arena);
    panel->marks = NEW(arena, struct mark);
    *panel->marks = (struct mark){100000, 200000, STR("GC <x>"), STR("note"), false};
    panel->n_marks = 1;
    struct meta_spec *meta = NEW(arena, struct meta_spec);
    *meta = (struct meta_spec){STR("host"), STR("<i-0fce>")};
    *out = (struct report){.title = STR("Title <&>"), .generator = STR("flamepress test"), .meta = meta, .n_meta = 1,
                           .panels = panel, .n_panels = 1};
}

/* The elements as one text, as they stand in a page. */
static inline struct str fixture_pack(const struct report *r, struct diag *d, struct arena *arena)
{
    struct buf early = buf_new(1u << 29, arena), late = buf_new(1u << 29, arena);
    if (!pack_early(r, &early, d, arena) || !pack_late(r, &late, d, arena))
        abort();
    return str_fmt(arena, "<!doctype html>\n<p>\n%.*s<script>1</script>%.*s\n", STR_ARG(buf_view(&early)),
                   STR_ARG(buf_view(&late)));
}

#endif
