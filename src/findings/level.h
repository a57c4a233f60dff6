/* SPDX-License-Identifier: MIT
 *
 * How many samples are usual at a moment, and how much that varies: what bursts and silences are measured
 * against. */
#ifndef FINDINGS_LEVEL_H
#define FINDINGS_LEVEL_H

#include <stdint.h>

#include "findings/scene.h"

struct level {
    double block_s;
    uint32_t n;
    double *around;    /* samples a second, typical of the blocks around: bursts and stalls do not move it */
    double dispersion; /* variance over mean of counts, from neighbours a second apart; 1 or more */
    double top;        /* samples a second in the busiest tenth of a second */
};

struct level level_of(const double *time, uint32_t n, double length, struct arena *arena);
double level_at(const struct level *l, double time);
/* The lowest and the highest level some seconds before, at and after: where a phase ends, both are usual. */
double level_low(const struct level *l, double time);
double level_high(const struct level *l, double time);

#endif
