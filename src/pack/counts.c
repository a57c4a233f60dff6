/* SPDX-License-Identifier: MIT
 *
 * Both directions of counts.h: one varint a bucket. */
#include "pack/counts.h"

#include "base/arena.h"

static void write_one(const uint64_t *sums, uint32_t n, struct buf *column)
{
    for (uint32_t i = 0; i < n; i++)
        varint_put(column, sums[i]);
}

void counts_write(const struct profile *p, const struct event_counts *counts, struct buf *columns)
{
    for (uint32_t e = 0; e < p->n_events; e++) {
        const struct count_level *base = &counts[e].level[0];
        write_one(base->busy, base->n_buckets, &columns[2 * e]);
        if (base->idle)
            write_one(base->idle, base->n_buckets, &columns[2 * e + 1]);
    }
}

static uint64_t *read_one(struct section *s, uint32_t column, uint32_t n, uint64_t expected,
                          struct arena *arena)
{
    struct varint_reader *r = section_take(s, column, n, (uint64_t)n * VARINT_BYTES);
    if (!r)
        return NULL;
    uint64_t *sums = NEW_N(arena, uint64_t, (size_t)n + 1), total = 0;
    for (uint32_t i = 0; i < n; i++) {
        sums[i] = varint_get(r);
        if (sums[i] > expected - total) {
            section_fault(s, column, "counts add up to more than the event has");
            return NULL;
        }
        total += sums[i];
    }
    if (!section_done(s, column, column + 1))
        return NULL;
    if (total != expected) {
        section_fault(s, column, "counts add up to less than the event has");
        return NULL;
    }
    return sums;
}

/* Bucket i of the level below lies in bucket i * below / above of the one above. */
static uint64_t *sum_up(const struct count_level *below, const struct count_level *above,
                        const uint64_t *sums, struct arena *arena)
{
    if (!sums)
        return NULL;
    uint64_t *out = NEW_N(arena, uint64_t, (size_t)above->n_buckets + 1);
    uint64_t factor = (uint64_t)(above->bucket_ns / below->bucket_ns);
    for (uint32_t i = 0; i < below->n_buckets; i++)
        out[i / factor] += sums[i];
    return out;
}

struct event_counts *counts_read(struct section *s, const struct profile *p,
                                 const struct count_level levels[COUNT_LEVELS], struct arena *arena)
{
    struct event_counts *counts = NEW_N(arena, struct event_counts, p->n_events);
    for (uint32_t e = 0; e < p->n_events; e++) {
        const struct event *event = &p->events[e];
        struct count_level *level = counts[e].level;
        for (uint32_t k = 0; k < COUNT_LEVELS; k++)
            level[k] = levels[k];
        level[0].busy = read_one(s, 2 * e, levels[0].n_buckets, event->weight - event->idle_weight, arena);
        bool has_idle = level[0].busy && s->column[2 * e + 1].raw_bytes;
        if (has_idle)
            level[0].idle = read_one(s, 2 * e + 1, levels[0].n_buckets, event->idle_weight, arena);
        if (!level[0].busy || (has_idle && !level[0].idle))
            return NULL;
        if (!has_idle && event->idle_weight) {
            section_fault(s, 2 * e + 1, "is empty though the event has idle samples");
            return NULL;
        }
        for (uint32_t k = 1; k < COUNT_LEVELS; k++) {
            level[k].busy = sum_up(&level[k - 1], &level[k], level[k - 1].busy, arena);
            level[k].idle = sum_up(&level[k - 1], &level[k], level[k - 1].idle, arena);
        }
    }
    return counts;
}
