/* SPDX-License-Identifier: MIT
 *
 * How long block I/O took: from block:block_rq_issue to block:block_rq_complete of the same device and sector, with the
 * thread and stack that issued it. */
#ifndef INGEST_PERF_BLOCKIO_H
#define INGEST_PERF_BLOCKIO_H

#include "ingest/perf_payload.h"
#include "model/builder.h"

struct blockio;

struct blockio *blockio_new(struct builder *b, struct arena *arena);
void blockio_issue(struct blockio *io, const struct sample *s, struct perf_request request, struct str event);
void blockio_complete(struct blockio *io, int64_t time_ns, struct perf_request request);
/* Counts what was not completed. */
void blockio_end(struct blockio *io);

#endif
