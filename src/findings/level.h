/* SPDX-License-Identifier: MIT
 *
 * How many samples are usual at a moment, and how much that varies: what bursts and silences are measured
 * against. */
#ifndef FINDINGS_LEVEL_H
#define FINDINGS_LEVEL_H

#include <stdint.h>

#include "findings/list.h"

struct level {
    double block_s;
    uint32_t n;
    double *around;    /* samples a second, typical of the blocks around: bursts and stalls do not move it */
    double dispersion; /* variance over mean of counts, from neighbours a second or less apart; 1 or more */
    double top;        /* samples a second in the busiest tenth of a second */
};

/* Of the samples that are left. Stretches of a single thread (FINDING_SINGLE) say nothing of what is usual. */
struct level level_of(const struct scene *s, const struct found *found, struct arena *arena);
/* So many tenths of a second (longer ones, where the profile is of days): in the fullest of them the level is at its top. */
struct tenths {
    double length_s;
    uint32_t n;
};
struct tenths level_tenths(const struct scene *s);
/* The block that a time is in. */
uint32_t level_block(const struct level *l, double time);
double level_at(const struct level *l, double time);
/* The lowest and the highest level some seconds before, at and after: where a phase ends, both are usual. */
double level_low(const struct level *l, double time);
double level_high(const struct level *l, double time);

#endif
