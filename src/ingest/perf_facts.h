/* SPDX-License-Identifier: MIT
 *
 * What the '#' lines of `perf script --header` say about the recording. */
#ifndef INGEST_PERF_FACTS_H
#define INGEST_PERF_FACTS_H

#include "base/str.h"

struct perf_fact {
    struct str key;            /* one of builder_fact's keys; "clock" for the reference time */
    struct str value;          /* a slice of the line */
    struct str prefix;         /* to be put before the value: "perf " for the version */
    int64_t time_ns, epoch_ns; /* of "clock" */
};

/* True when the line is one that perf writes into its header, or an empty comment: surely no sample. */
bool perf_is_comment(struct str line);
/* A fact the report wants. */
bool perf_fact_parse(struct str line, struct perf_fact *out);

#endif
