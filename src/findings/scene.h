/* SPDX-License-Identifier: MIT
 *
 * A profile as the detectors see it: the busy samples of one event in the order of time. Times are seconds since the first sample.
 * A *bin* is one sampling interval, told from the data, and has nothing to do with the rows of
 * the heatmap: 49 samples a second in 50 bins make a beat that every periodogram takes for a timer.
 *
 * Memory: four bytes a sample for its time. Threads and stacks are read from the columns of the profile; where some of its samples
 * are not seen, from columns of those that are. */
#ifndef FINDINGS_SCENE_H
#define FINDINGS_SCENE_H

#include "findings/times.h"
#include "pack/report.h"

struct spectrum_bench;
struct census;

struct scene {
    const struct profile *p;
    uint32_t event;
    double rate, interval;              /* of the sampler of one CPU; 0 when not known */
    double cpus;                        /* 0 when not known */
    double begin_steps, step_s, length; /* seconds from the first sample to the last */
    double lost;                        /* samples taken for each one kept: 1 when none was lost */
    uint32_t n;                         /* busy samples */
    struct times times;                 /* of all of them */
    const struct column *thread, *node; /* of each */
    struct column own[2];               /* what those are where samples were left out */
    uint32_t *samples_of;               /* by thread */
    uint32_t *place;                    /* first sample of each stretch of time: scene_at begins there */
    unsigned place_shift;
    double bin_s;
    const struct census *census;  /* census.h; NULL: not taken yet */
    struct spectrum_bench *bench; /* of find_trains.c */
    struct arena *arena;
};

/* False when there is nothing to look at: no times, no points, spans. *out must not move afterwards. */
bool scene_of(const struct profile *p, uint32_t event, double rate_hz, bool with_idle, struct scene *out,
              struct arena *arena);
uint32_t scene_step(const struct scene *s, double seconds);
/* Counts per bin of bin_s for n_bins bins; what comes later counts for the last. */
float *scene_bins(const struct times *times, double bin_s, uint32_t n_bins, struct arena *arena);
/* Index of the first sample at or after the time. */
uint32_t scene_at(const struct scene *s, double seconds);
/* The samples of each group of threads, listed in `room`, which has some for all that are in groups. group_of: by thread, ID_NONE for
 * none. out: not 0 for samples that are left out, or NULL. */
struct times *scene_groups(const struct scene *s, const uint32_t *group_of, const uint8_t *out, uint32_t n_groups, uint32_t *room);

static inline double scene_time(const struct scene *s, uint32_t i)
{
    return time_at(&s->times, i);
}
static inline uint32_t scene_thread(const struct scene *s, uint32_t i)
{
    return (uint32_t)column_at(s->thread, i);
}
static inline uint32_t scene_node(const struct scene *s, uint32_t i)
{
    return (uint32_t)column_at(s->node, i);
}

/* A column read from front to back, a block at a time. What it leads to (an array by what is in the column: `rows` of `size` bytes) is
 * fetched meanwhile: of a trie of millions of nodes hardly anything is near. */
struct reader {
    const struct column *column;
    const void *rows; /* NULL: nothing */
    size_t size;
    uint32_t from, n;
    uint32_t block[COLUMN_BLOCK];
};
static inline struct reader reader_of(const struct column *column)
{
    return (struct reader){.column = column};
}
static inline struct reader reader_to(const struct column *column, const void *rows, size_t size)
{
    return (struct reader){.column = column, .rows = rows, .size = size};
}
void reader_fill(struct reader *r, uint32_t i);
static inline uint32_t read_at(struct reader *r, uint32_t i)
{
    if (i - r->from >= r->n)
        reader_fill(r, i);
    return r->block[i - r->from];
}

#endif
