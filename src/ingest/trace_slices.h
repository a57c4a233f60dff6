/* SPDX-License-Identifier: MIT
 *
 * What a trace tells of the time that things took: begun and ended, or complete at once, nested on their threads, or
 * across threads by an id. */
#ifndef INGEST_TRACE_SLICES_H
#define INGEST_TRACE_SLICES_H

#include "model/builder.h"

struct slices;

struct slices *slices_new(struct builder *b, struct arena *arena);
/* What a slice shows, and its category as it is written ("\"cc,benchmark\""), which becomes its package. */
struct slice_name {
    struct str name, category;
};

/* In any order of time. */
void slices_complete(struct slices *s, uint32_t thread, int64_t at_ns, int64_t duration_ns, struct slice_name name);
void slices_begin(struct slices *s, uint32_t thread, int64_t at_ns, struct slice_name name);
void slices_end(struct slices *s, uint32_t thread, int64_t at_ns);
/* A moment, inside the slices that run then. */
void slices_instant(struct slices *s, uint32_t thread, int64_t at_ns, struct slice_name name);
/* `key` tells one row of work from another: category and id. */
void slices_async_begin(struct slices *s, uint32_t thread, struct str key, int64_t at_ns, struct str category,
                        struct str name);
void slices_async_instant(struct slices *s, uint32_t thread, struct str key, int64_t at_ns, struct str category,
                          struct str name);
/* Of a name that may be empty. */
void slices_async_end(struct slices *s, struct str key, int64_t at_ns, struct str category, struct str name);

/* Adds everything to the builder: each slice as the time it ran itself, without the slices inside it. */
void slices_settle(struct slices *s);

struct slices_odd {
    uint64_t n_without_end;   /* kept, to the end of the trace */
    uint64_t n_without_begin; /* left out */
    uint64_t n_crossing;      /* cut where the slice around them ends */
    uint64_t n_deep;          /* left out: more of them open at once than a stack may have */
};
struct slices_odd slices_odd(const struct slices *s);

#endif
