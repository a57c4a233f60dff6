/* SPDX-License-Identifier: MIT
 *
 * A report as data: what pack writes and unpack gives back. Panels are what the reader sees as tabs, one per
 * profile of the spec. */
#ifndef PACK_REPORT_H
#define PACK_REPORT_H

#include "model/profile.h"
#include "pack/comparison.h"

/* Counts ahead of time, for one event: sums of weights per bucket, idle apart. Level 0 has base buckets; each
 * level above sums `factor` buckets of the one below (the last may be partial). */
#define COUNT_LEVELS 3

struct count_level {
    int64_t bucket_ns;
    uint32_t n_buckets;
    uint64_t *busy, *idle; /* idle is NULL when the event has no idle samples */
};

struct event_counts {
    struct count_level
        level[COUNT_LEVELS]; /* [0]: base buckets; then 1 s; then 1 min (each at least the one below) */
};

struct mark {
    int64_t from_ns, to_ns; /* since the origin, multiples of the step */
    struct str label;
    struct str note; /* plain text of the note, may be empty */
};

struct panel {
    struct str id, title;
    struct profile *profile;
    struct event_counts *counts; /* per event of the profile */
    uint32_t main_event; /* shown first */
    double rate_hz;              /* of the sampler of one lane; 0 when not known */
    struct heatmap_spec heatmap; /* period and rows filled in */
    enum idle_mode idle;
    struct mark *marks;
    uint32_t n_marks;
};

struct report {
    struct str title;
    struct str generator; /* "flamepress 0.1.0" */
    struct meta_spec *meta;
    uint32_t n_meta;
    struct panel *panels;
    uint32_t n_panels;
    struct comparison *comparisons;
    uint32_t n_comparisons;
};

#endif
