/* SPDX-License-Identifier: MIT
 *
 * How far a share is off by chance: within a recording, and from night to night.
 *
 * Within. The share is a ratio of sums over blocks; its residuals y - p x are projected on the slowest
 * cosines, whose mean square is the long-run variance, so that what lasts for seconds counts as what it is:
 * few independent looks. Each recording gives as many degrees of freedom as waves; what a recording scatters
 * more than independent samples would (the design effect, never below 1) is taken to be the same for a
 * function in all recordings, so that they add up.
 *
 * Between. With several bases their scatter is seen, too. Few nights say little about one function, so what
 * all functions say is added, as in moderated t tests (Smyth 2004): first how much shares move from night to
 * night in proportion, then the scatter of each function around that, drawn towards the common one as far as
 * they agree. */
#ifndef COMPARE_NOISE_H
#define COMPARE_NOISE_H

#include "base/arena.h"
#include "compare/measure.h"

/* One quantity in every recording: the bases, then the target. */
struct series {
    double *share;  /* n + 1 */
    double *noise;  /* the same: variance of each, as its own waves have it */
    double mean;    /* of the bases */
    double chance;  /* variance of share by counting alone is chance / n_independent */
    double within;  /* design effect, all recordings together */
    double scatter; /* variance of the bases' shares */
};

/* What all functions together say of the nights. */
struct nights {
    uint32_t n;          /* bases */
    double proportional; /* variance from night to night, in units of (p (1 - p))^2 */
    double common, df;   /* scatter of the nights as a multiple of what is expected; how surely that holds */
};

struct noise {
    double variance, df; /* of target - mean */
};

/* `part` and its waves against `whole` and its waves, in one recording. */
double noise_of_ratio(double part, const double *part_wave, double whole, const double *whole_wave,
                      uint32_t n_waves);
void noise_within(struct series *s, const struct measured *m, uint32_t n_bases);
struct nights noise_nights(const struct series *s, uint32_t n_series, const struct measured *m,
                           uint32_t n_bases, struct arena *scratch);
struct noise noise_of(const struct series *s, const struct nights *nights, const struct measured *m);

#endif
