/* SPDX-License-Identifier: MIT
 *
 * One recording (a profile, or a range of it) -> the weight of each function and package, self and total, and
 * how it waves in time.
 *
 * Samples are not independent: load goes on and off, requests come in bursts, threads have phases. So noise
 * is told from blocks of one second, not from counts: the weights of the blocks are projected on the slowest
 * cosines of the recording, and how much is found there says how far the mean can be off (noise.c). The
 * projection is linear, so one pass over the samples does. */
#ifndef COMPARE_MEASURE_H
#define COMPARE_MEASURE_H

#include "analyse/window.h"
#include "base/intern.h"
#include "model/profile.h"

/* Functions and packages of all recordings of a comparison, by name. */
struct things {
    struct intern functions, packages;
};

/* The same for one profile: the thing of each frame; ID_NONE: no function, no package known. */
struct thing_of {
    uint32_t *function, *package; /* by frame */
    struct str *module;           /* by function: where most of its weight is */
};

struct measured {
    uint32_t n_blocks, n_waves; /* waves: cosines looked at, 0 without times */
    uint64_t n_samples;
    double weight, seconds;
    double
        n_independent; /* samples of equal weight that would scatter as these do if they were independent */
    double unresolved; /* weight of samples whose leaf has no name */
    double *self[2], *total[2]; /* [0]: by function, [1]: by package */
    /* Of the kept things, by place in the list: n_waves sums of weight times cosine each. */
    double *self_wave, *total_wave;
    double *weight_wave; /* of all weight */
    double *time_wave;   /* of the length of the blocks */
};

struct things things_new(struct arena *arena);
/* Adds the names of p. */
struct thing_of things_add(struct things *t, const struct profile *p, struct arena *arena);

/* Weights alone, and of->module; `event` is of p, idle samples are left out. */
void measure_weights(const struct profile *p, struct thing_of *of, struct range r, uint32_t event,
                     const struct things *t, struct measured *out, struct arena *arena);
/* The waves of the n_kept things: kept_function[] and kept_package[] give the place of each, or ID_NONE. */
void measure_waves(const struct profile *p, const struct thing_of *of, struct range r, uint32_t event,
                   const uint32_t *kept_function, const uint32_t *kept_package, uint32_t n_kept,
                   struct measured *m, struct arena *arena);

#endif
