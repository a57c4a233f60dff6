/* SPDX-License-Identifier: MIT
 *
 * A metric of the spec -> a series of each profile that it belongs to.
 *
 * Times are seconds since the origin (below 1e8), seconds, milliseconds, microseconds or nanoseconds since 1970 (from 1e8,
 * 1e11, 1e14, 1e17 on), or dates with their zone. What is not since the origin needs the profile's wall clock. Like every
 * time they are floored to the profile's step; what lies outside of a profile is left out. */
#ifndef INGEST_METRIC_H
#define INGEST_METRIC_H

#include "base/diag.h"
#include "model/profile.h"
#include "spec/spec.h"

/* The file, read once: times and values as they stand. */
struct metric {
    struct str title, unit;
    uint32_t n;
    bool is_epoch;   /* time_ns counts from 1970, else from the origin */
    int64_t *time_ns; /* ascending */
    double *value;
};

/* m->file is there. False when it cannot be read or a line of it is wrong (all of them are said). */
bool metric_read(const struct metric_spec *m, struct diag *d, struct metric *out, struct arena *arena);
/* The same of a text that is there; `file` is its id of diag_text. */
bool metric_parse(const struct metric_spec *m, struct str text, uint32_t file, struct diag *d, struct metric *out,
                  struct arena *arena);
/* Appends what lies inside the profile to its series (room for one more is the caller's). False when nothing does. */
bool metric_add(const struct metric *m, struct profile *p, struct arena *arena);

#endif
