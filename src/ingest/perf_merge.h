/* SPDX-License-Identifier: MIT
 *
 * Batches of `perf script` text into a builder, in the order of the text: numbers of each reader become the builder's, times and
 * counts become those of the whole. */
#ifndef INGEST_PERF_MERGE_H
#define INGEST_PERF_MERGE_H

#include "ingest/perf_batch.h"

struct perf_merge {
    struct batch_times times; /* of all so far */
    struct batch_unreadable unreadable;
    uint64_t n_lines;
    bool has_clock;
    int64_t clock_time_ns, clock_epoch_ns;
    struct merging *inside;
};

struct perf_merge *perf_merge_new(struct builder *b, unsigned n_readers, struct arena *arena);
/* `lines_before`: what the batch's line numbers lack to those of the text. */
void perf_merge_batch(struct perf_merge *m, const struct perf_batch *batch, unsigned reader, uint64_t lines_before);
/* Nothing comes any more. */
void perf_merge_end(struct perf_merge *m);

#endif
