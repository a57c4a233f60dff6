/* SPDX-License-Identifier: MIT
 *
 * What tracepoints say behind their names, as far as a weight asks for it: who left a CPU to whom, how long something
 * took, how many bytes it was about. */
#ifndef INGEST_PERF_PAYLOAD_H
#define INGEST_PERF_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* sched:sched_switch, in both forms that perf prints:
 *   prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=2 next_prio=120
 *   a:1 [120] S ==> b:2 [120] */
struct perf_switch {
    uint32_t prev_tid, next_tid;
    char state; /* 'S', 'D', 'R'… : the first letter of what perf prints */
};

bool perf_payload_switch(struct str payload, struct perf_switch *out);

/* block:block_rq_issue and block:block_rq_complete: "254,0 WS 4096 () 12654416 + 8 0x2,0,4 [dd]". */
struct perf_request {
    uint32_t major, minor; /* of the device */
    uint64_t sector;
};

bool perf_payload_request(struct str payload, struct perf_request *out);
/* sched:sched_stat_*: "… delay=1234 [ns]", "… runtime=1234 [ns]"; and anything with "duration=" or "dur=". */
bool perf_payload_duration(struct str payload, int64_t *ns);
/* sched:sched_stat_*: "comm=java pid=77 …", the thread it is about, which need not be the one that ran. */
bool perf_payload_thread(struct str payload, struct str *comm, uint32_t *tid);
/* "bytes_alloc=", "bytes=", "size=", "len=", "length=", "count=", decimal or hexadecimal, or the sectors of block I/O
 * ("… 1234 + 8 [comm]"). */
bool perf_payload_bytes(struct str payload, uint64_t *bytes);

#endif
