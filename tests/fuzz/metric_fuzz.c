/* SPDX-License-Identifier: MIT
 *
 * Any bytes as the CSV file of a metric, cut to a profile. What is read is in order and finite; what is refused is
 * said. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "ingest/metric.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct str text = {(const char *)data, n};
    struct metric_spec spec = {0};
    struct metric m;
    struct counter_series room;
    struct profile p = {.has_time = true, .has_clock = n & 1, .clock_epoch_ns = 1795174141000000000, .step_ns = 100000, .n_steps = 40000, .series = &room};
    bool ok = metric_parse(&spec, text, diag_text(d, STR("x.csv"), text), d, &m, arena);
    if (ok != (diag_errors(d) == 0) || (ok && !m.n))
        abort();
    for (uint32_t i = 0; ok && i < m.n; i++)
        if (!isfinite(m.value[i]) || (i && m.time_ns[i] < m.time_ns[i - 1]))
            abort();
    if (ok && metric_add(&m, &p, arena))
        for (uint32_t i = 0; i < room.n; i++)
            if (room.time[i] >= p.n_steps || (i && room.time[i] < room.time[i - 1]))
                abort();
    arena_free(arena);
    return 0;
}
