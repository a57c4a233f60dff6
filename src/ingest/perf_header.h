/* SPDX-License-Identifier: MIT
 *
 * The header line of one sample of `perf script` (and of simpleperf and bpftrace's perf mode, which follow
 * it):
 *
 *     comm pid[/tid] [cpu] misc date time: period event: payload
 *
 * Every part may be missing, the comm may hold anything at all, and a payload may look like a header. The
 * time is therefore found from the columns around it, never as "the first number". */
#ifndef INGEST_PERF_HEADER_H
#define INGEST_PERF_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct perf_header {
    struct str comm;   /* as printed, without padding */
    uint32_t pid, tid; /* ID_NONE: not printed, or -1. One number alone is the tid: that is perf's default */
    uint32_t cpu;      /* ID_NONE: not printed */
    bool has_time;
    int64_t time_ns;
    unsigned digits;  /* of the fraction, 1 to 9: how fine the times are */
    uint64_t period;  /* 0: not printed */
    struct str event; /* without the final colon; empty when not printed */
    struct str rest;  /* what follows the event: payload, or the frame of a stackless sample */
    bool is_record;   /* no sample but a PERF_RECORD_ line; `rest` starts with that word */
};

/* `timeless` also accepts lines without a time ("java 3244 cpu-clock:"). False: no header. Linear in the
 * length of the line. */
bool perf_header_parse(struct str line, bool timeless, struct perf_header *out);

#endif
