/* SPDX-License-Identifier: MIT
 *
 * The whole of a `perf script` text into a builder: cut into chunks where samples begin, read by one thread or several, merged
 * in the order of the text. What comes out is the same for any number of threads. */
#ifndef INGEST_PERF_CHUNKS_H
#define INGEST_PERF_CHUNKS_H

#include "ingest/door.h"
#include "ingest/perf_merge.h"

/* What the text as a whole says. */
struct perf_text {
    struct batch_times times;
    struct batch_unreadable unreadable;
    bool has_clock;
    int64_t clock_time_ns, clock_epoch_ns;
};

void perf_chunks_read(struct source *in, struct builder *b, struct perf_text *out, struct arena *arena);

#endif
