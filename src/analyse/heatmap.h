/* SPDX-License-Identifier: MIT
 *
 * Samples -> counts per cell and per bucket. */
#ifndef ANALYSE_HEATMAP_H
#define ANALYSE_HEATMAP_H

#include "analyse/window.h"
#include "pack/report.h"

struct heatmap {
    uint32_t period_steps, rows, columns;
    uint64_t *cell; /* [column * rows + row], sums of weights */
    uint64_t max;
};

/* Counts of one event; idle samples are in when with_idle. Spans spread their overlap, in nanoseconds. */
struct heatmap heatmap_cells(const struct profile *p, uint32_t event, bool with_idle, int64_t period_ns,
                             uint32_t rows, struct arena *arena);
/* The same with `fold` neighbouring columns summed into one, row by row, for maps of few columns: fractions
 * of the period stay what they are. Memory follows the folded columns. */
struct heatmap heatmap_folded(const struct profile *p, uint32_t event, bool with_idle, int64_t period_ns,
                              uint32_t rows, uint32_t fold, struct arena *arena);
/* The same of some lanes and threads: 1 for each that counts; threads NULL: all of them. */
struct heatmap heatmap_taken(const struct profile *p, const uint8_t *lanes, const uint8_t *threads, bool with_idle,
                             int64_t period_ns, uint32_t rows, uint32_t fold, struct arena *arena);
/* The levels of report.h for each event of the profile. The base bucket is 20 ms, or the step when that is
 * coarser, or coarser still where LIMIT_BASE_BUCKETS asks for it; always a multiple of the step. */
struct event_counts *heatmap_counts(const struct profile *p, struct arena *arena);
/* Fills in what the spec leaves open: period 1 s up to 2,000 columns, then 1 min, 1 h; 50 rows, fewer when a
 * row would be finer than the source's times. */
struct heatmap_spec heatmap_defaults(const struct profile *p, struct heatmap_spec wanted);
/* The event a reader sees first: the one with most weight, the first of equals. */
uint32_t heatmap_main_event(const struct profile *p);
/* The count that gets the darkest colour: robust, the 99.5th percentile of the n non-empty cells (in rising
 * order the one at index floor((n - 1) * 995 / 1000); the maximum when n < 20), or the maximum. Same rule as
 * the page. */
uint64_t heatmap_top(const struct heatmap *h, enum scale scale, struct arena *scratch);
/* Sampling rate of one lane in Hz from the commonest distance between its samples; 0 when it cannot be told.
 */
double heatmap_rate(const struct profile *p, struct arena *scratch);

#endif
