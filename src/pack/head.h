/* SPDX-License-Identifier: MIT
 *
 * The head of a report, JSON, both ways: everything small enough to be text. What needs the sections to be
 * understood (names of threads, sums of counts) comes back beside the report, in struct head_profile. */
#ifndef PACK_HEAD_H
#define PACK_HEAD_H

#include "base/diag.h"
#include "pack/report.h"

struct head_profile {
    struct str *comm;                       /* by thread */
    bool has_counts;                        /* false: flat */
    struct count_level level[COUNT_LEVELS]; /* bucket_ns and n_buckets */
};

/* The words of the head, by enum value. */
extern const char *const head_compared[4], *const head_verdict[3], *const head_alarm[3], *const head_outcome[3];
extern const char *const head_weight[3], *const head_idle[3], *const head_palette[3], *const head_scale[2],
    *const head_finding_kind[FINDING_KINDS], *const head_finding_tier[FINDING_TIERS];

/* What the weight of an event counts: a word of head_weight, or "time" where it has spans. */
const char *head_weight_of(const struct profile *p, const struct event *e);

/* The JSON alone, with '<' as \u003c, so that it may stand in a <script> element. */
void head_write(const struct report *r, struct buf *out);

/* Fills everything of `out` but what the sections hold; n_names, n_frames, … of each profile are set, the
 * arrays are not. `at` is the offset of `json` in the file. */
bool head_read(struct str json, uint64_t at, uint32_t file, struct diag *d, struct report *out,
               struct head_profile **profiles, struct arena *arena);

#endif
