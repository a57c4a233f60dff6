/* SPDX-License-Identifier: MIT
 *
 * Whether times come at a period: they are folded at it, the best window of phases is looked for, and each
 * cycle is asked whether its samples lie there more than anywhere else in the same cycle. */
#ifndef FINDINGS_FOLD_H
#define FINDINGS_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "findings/times.h"

struct arena;

struct fold {
    double period_s, period_se;
    double begin_s, width_s; /* the window in cycle 0 */
    double nepers;           /* evidence: -ln of the chance, for this one period and window */
    double signal, outside;  /* samples in the window above what is outside; those outside, a second */
    double per_cycle, per_cycle_se;
    uint32_t n_cycles, n_quarters; /* quarters of the profile that agree by themselves */
};

/* What is folded; nothing of `times` is left out. */
struct folded {
    struct times times;
    double length, interval;
    double longest; /* windows longer than this are of no interest */
    double cluster; /* how many samples come together and tell no more than one; 1 or more */
};

/* No bin of phases is narrower than `interval`: the sampler's own comb is no pattern.
 * False: too few cycles or samples to try. */
bool fold_try(const struct folded *what, double period_s, struct fold *out, struct arena *arena);
/* The cycle of a time, and its phase in seconds since the window began (0 to the period). */
int64_t fold_cycle(const struct fold *f, double time, double *phase_s);

#endif
