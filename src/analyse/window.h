/* SPDX-License-Identifier: MIT
 *
 * Ranges and the edges of cells, in whole steps. A column k covers [origin + k*period, origin +
 * (k+1)*period); row j of a column begins ceil(j*period/rows) steps into it. Every point is in exactly one
 * cell. The page computes the same edges (assets/js/cells.js). */
#ifndef ANALYSE_WINDOW_H
#define ANALYSE_WINDOW_H

#include <stdint.h>

#include "model/profile.h"

/* Half-open, in steps. */
struct range {
    uint32_t from, to;
};

/* Steps for [from_ns, to_ns): each edge rounded up to the step (a point at step t belongs to times >=
 * t*step). */
struct range window_range(const struct profile *p, int64_t from_ns, int64_t to_ns);
/* First step of row j (0..rows) of a column of period_steps. */
uint32_t window_row_edge(uint32_t j, uint32_t period_steps, uint32_t rows);
/* The row that a step offset inside a column belongs to. */
uint32_t window_row_of(uint32_t offset, uint32_t period_steps, uint32_t rows);
/* The points of the range are [*first, *last). */
void window_points(const struct profile *p, struct range r, uint32_t *first, uint32_t *last);

#endif
