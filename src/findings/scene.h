/* SPDX-License-Identifier: MIT
 *
 * A profile as the detectors see it: the busy samples of one event in the order of time, and how many fall
 * into each *bin*. A bin is one sampling interval, told from the data, and has nothing to do with the rows of
 * the heatmap: 49 samples a second in 50 bins make a beat that every periodogram takes for a timer. Times are
 * seconds since the first sample. */
#ifndef FINDINGS_SCENE_H
#define FINDINGS_SCENE_H

#include "pack/report.h"

struct spectrum_bench;

struct scene {
    const struct profile *p;
    uint32_t event;
    double rate, interval;              /* of the sampler of one CPU; 0 when not known */
    double cpus;                        /* 0 when not known */
    double begin_steps, step_s, length; /* seconds from the first sample to the last */
    double lost;                        /* samples taken for each one kept: 1 when none was lost */
    uint32_t n;                         /* busy samples */
    double *time;
    uint32_t *thread, *node;
    uint32_t *thread_first, *thread_sample; /* samples of thread t: thread_sample[thread_first[t] …] */
    double bin_s;
    uint32_t n_bins;
    float *load; /* samples in each bin */
    struct spectrum_bench *bench; /* of find_trains.c */
    struct arena *arena;
};

/* False when there is nothing to look at: no times, no points, spans. */
bool scene_of(const struct profile *p, uint32_t event, double rate_hz, bool with_idle, struct scene *out,
              struct arena *arena);
uint32_t scene_step(const struct scene *s, double seconds);
/* Counts per bin of bin_s for n_bins bins, of the times given. */
float *scene_bins(const double *time, uint32_t n, double bin_s, uint32_t n_bins, struct arena *arena);
uint32_t scene_samples_of(const struct scene *s, uint32_t thread);
/* Index of the first sample at or after the time. */
uint32_t scene_at(const struct scene *s, double seconds);

#endif
