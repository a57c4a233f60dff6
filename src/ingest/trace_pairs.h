/* SPDX-License-Identifier: MIT
 *
 * Beginnings and ends become slices. A row is a thread, or one id of asynchronous work; within a row an end
 * belongs to what began last. Files are written by many threads at once: where a row is not in the order of
 * time, it is put in order before its pairs are made. Slices wait packed (base/rows.h), since a trace has
 * millions of them. */
#ifndef INGEST_TRACE_PAIRS_H
#define INGEST_TRACE_PAIRS_H

#include <stdbool.h>

#include "base/rows.h"

/* `place`: in the order in which slices began, or came whole. */
struct slice {
    int64_t at_ns, end_ns;
    uint64_t place;
    uint32_t row, frame, thread;
    bool is_instant;
};
#define SLICE_NO_FRAME 0x7fffffffu

struct pairs_row;
struct open_slice;

struct pairs {
    struct rows made;
    VEC(struct pairs_row) rows;
    VEC(struct open_slice) open; /* of all rows; linked */
    uint32_t free;               /* the first one of `open` that is not in use, + 1 */
    uint64_t n;                  /* slices, instants, and ends alone */
    uint64_t n_instants;
    bool by_name;                /* an end belongs to what began last under its name */
    bool any_disorder;
    int64_t last_ns; /* of all moments */
    uint64_t n_without_end, n_without_begin, n_deep;
    struct arena *arena;
};

void pairs_init(struct pairs *p, bool by_name, struct arena *arena);
void pairs_complete(struct pairs *p, uint32_t row, int64_t at_ns, int64_t end_ns, uint32_t frame);
/* Something that takes no time. A row need not be in order for it. */
void pairs_instant(struct pairs *p, uint32_t row, uint32_t thread, int64_t at_ns, uint32_t frame);
/* `thread` is kept with the slice. */
void pairs_begin(struct pairs *p, uint32_t row, uint32_t thread, int64_t at_ns, uint32_t frame);
/* `frame`: SLICE_NO_FRAME when the end has no name. */
void pairs_end(struct pairs *p, uint32_t row, int64_t at_ns, uint32_t frame);
/* Now all is there: what does not end ends at `last_ns`, what does not begin is left out. */
void pairs_settle(struct pairs *p, int64_t last_ns);
/* Goes through all slices, once: `by_time`, by their begin, the longer first; else by their places. */
struct rows_walk pairs_walk(struct pairs *p, bool by_time);
bool pairs_next(struct rows_walk *w, struct slice *s);

#endif
