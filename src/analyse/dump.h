/* SPDX-License-Identifier: MIT
 *
 * Every sample as one line of text: what a decoder must agree on with any other. Fields are separated by
 * tabs:
 *
 *     time_ns  event  cpu  pid/tid  weight  comm;root;…;leaf
 *
 * time_ns counts from the origin; '-' stands for what the source does not say. Control bytes, ';' and '\' in
 * names are written \xNN. Points in the order of time; equal times by lane, then as in the source (the order
 * that a report keeps); then spans, whose weight is their duration in ns. */
#ifndef ANALYSE_DUMP_H
#define ANALYSE_DUMP_H

#include "analyse/window.h"
#include "base/buf.h"

/* The samples of the range (spans: those that begin in it). */
void dump_samples(const struct profile *p, struct range r, struct buf *out, struct arena *scratch);

#endif
