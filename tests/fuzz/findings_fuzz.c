/* SPDX-License-Identifier: MIT
 *
 * The first byte as options, then a sample for each three bytes: time since the last one (of any magnitude),
 * thread and CPU, stack. Whatever comes out stands inside the profile and is valid text, and none of it takes
 * for ever. */
#include <stdlib.h>

#include "analyse/heatmap.h"
#include "base/arena.h"
#include "findings/findings.h"
#include "model/builder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void add_samples(struct builder *b, const uint8_t *data, size_t n, bool on_ticks)
{
    uint32_t event = builder_event(b, STR("cpu-clock")), frames[4];
    static const char *const names[4] = {"main", "work", "[unknown]", "\xff"};
    for (uint32_t i = 0; i < 4; i++)
        frames[i] = builder_frame(b, str_of(names[i]), STR(""), FRAME_USER);
    int64_t now = 0;
    for (size_t i = 0; i + 3 <= n; i += 3) {
        now += on_ticks ? data[i] * 10000000ll : (int64_t)(data[i] & 15) << (data[i] >> 4) * 3;
        uint32_t thread = builder_thread(b, 1, data[i + 1] >> 3, str_of(names[data[i + 1] & 3]));
        struct sample s = {
            .time_ns = now, .thread = thread, .event = event, .cpu = data[i + 1] >> 5, .period = 1};
        s.stack = builder_stack(b, thread, frames, data[i + 2] & 3);
        for (uint32_t k = 0; k < 1u + (data[i + 2] >> 6) * 5u; k++)
            builder_sample(b, &s);
    }
}

static void check(const struct profile *p, const struct findings *all)
{
    for (uint32_t i = 0; i < all->n; i++) {
        const struct finding *f = &all->list[i];
        if (!f->title.n || !str_is_utf8(f->title) || !str_is_utf8(f->why) || f->kind >= FINDING_KINDS)
            abort();
        for (uint32_t r = 0; r < f->n_ranges; r++)
            if (f->ranges[r].from >= f->ranges[r].to || f->ranges[r].to > p->n_steps)
                abort();
        for (uint32_t k = 0; k < f->n_frames; k++)
            if (f->frames[k].frame >= p->n_frames || !(f->frames[k].inside <= 1))
                abort();
        for (uint32_t t = 0; t < f->n_threads; t++)
            if (f->threads[t] >= p->n_threads)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 4)
        return 0;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct profile_spec spec = {.source = {STR("fuzz"), {0, 0}}};
    spec.filter.from_ns = INT64_MIN;
    spec.filter.to_ns = INT64_MAX;
    struct builder *b =
        builder_new(&spec, data[0] & 1 ? 100000 : 1000000, diag_file(d, STR("fuzz")), d, arena);
    if (data[0] & 2)
        builder_fact(b, STR("cpus"), STR("4"));
    if (data[0] & 4)
        builder_fact(b, STR("command"), STR("perf record -F 99 -a"));
    add_samples(b, data + 1, n - 1, data[0] & 8);
    struct profile p;
    if (builder_freeze(b, &p)) {
        struct panel panel = {.profile = &p, .rate_hz = heatmap_rate(&p, arena)};
        panel.heatmap = heatmap_defaults(&p, (struct heatmap_spec){0});
        struct findings all = findings_find(&panel, NULL, NULL, NULL, arena);
        check(&p, &all);
    }
    arena_free(arena);
    return 0;
}
