/* SPDX-License-Identifier: MIT
 *
 * The section "counts": per event, sums of weights per base bucket, busy and idle apart, both ways. The
 * levels above are sums of the base and are not stored. */
#ifndef PACK_COUNTS_H
#define PACK_COUNTS_H

#include "pack/report.h"
#include "pack/section.h"

/* Fills columns[2 * n_events] (made by the caller): busy and idle of each event. */
void counts_write(const struct profile *p, const struct event_counts *counts, struct buf *columns);

/* In: p with its events, `levels` with bucket_ns and n_buckets. Out: the counts of each event, on `arena`;
 * NULL (said) unless each event's add up to what the event says. */
struct event_counts *counts_read(struct section *s, const struct profile *p,
                                 const struct count_level levels[COUNT_LEVELS], struct arena *arena);

#endif
