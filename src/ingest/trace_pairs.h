/* SPDX-License-Identifier: MIT
 *
 * Beginnings and ends become slices. A row is a thread, or one id of asynchronous work; within a row an end belongs to
 * what began last. Files are written by many threads at once: where a row is not in the order of time, it is put in
 * order before its pairs are made. */
#ifndef INGEST_TRACE_PAIRS_H
#define INGEST_TRACE_PAIRS_H

#include <stdbool.h>

#include "base/vec.h"

/* 24 bytes each. */
struct slice {
    int64_t at_ns, end_ns;
    uint32_t row, frame;
};
#define SLICE_NO_END INT64_MAX
#define SLICE_NO_BEGIN INT64_MIN /* an end alone: no slice */
#define SLICE_NO_FRAME 0x7fffffffu

struct pairs_row;

struct pairs {
    VEC(struct slice) all;
    VEC(struct pairs_row) rows;
    bool by_name; /* an end belongs to what began last under its name */
    bool any_disorder;
    int64_t last_ns; /* of all moments */
    uint64_t n_without_end, n_without_begin, n_deep;
    struct arena *arena;
};

void pairs_init(struct pairs *p, bool by_name, struct arena *arena);
/* A slice as a whole, or a beginning: true when it is the last of p->all now (else it nests too deep, n_deep). */
bool pairs_complete(struct pairs *p, uint32_t row, int64_t at_ns, int64_t end_ns, uint32_t frame);
bool pairs_begin(struct pairs *p, uint32_t row, int64_t at_ns, uint32_t frame);
/* `frame`: SLICE_NO_FRAME when the end has no name. */
void pairs_end(struct pairs *p, uint32_t row, int64_t at_ns, uint32_t frame);
/* Now all is there: what does not end ends at `last_ns`; what does not begin keeps SLICE_NO_BEGIN. */
void pairs_settle(struct pairs *p, int64_t last_ns);

#endif
