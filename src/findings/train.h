/* SPDX-License-Identifier: MIT
 *
 * Trains: one thread (or threads of one name, or everything) that works at a period. In: the times of its
 * samples. Out: the period, how long it works each time with a 95 % interval, and whether it is a timer or
 * sleeps between. */
#ifndef FINDINGS_TRAIN_H
#define FINDINGS_TRAIN_H

#include "findings/scene.h"

#define TRAIN_ALIASES 6

struct train {
    bool sleeps; /* works, then sleeps for sleep_s; else wakes at fixed times */
    bool strong;
    double period_s, period_se, sleep_s;
    double busy_s, busy_low, busy_high;
    double phase_s;   /* the first wake, in the scene's time */
    double scatter_s; /* of the wakes around the schedule, or of the sleeps */
    double signal;    /* samples of it */
    double nepers;    /* evidence, after all that was tried */
    uint32_t n_cycles;
    double alias_hz[TRAIN_ALIASES]; /* what the rate cannot tell from it */
    uint32_t n_aliases;
    struct finding_range *wakes;
    uint32_t n_wakes;
};

/* Nothing of `times` is left out; at most n_bins bins for the periodogram; `tried`: how many groups of samples are. */
bool train_find(const struct scene *s, const struct times *times, uint32_t n_bins, double tried, struct train *out);

#endif
