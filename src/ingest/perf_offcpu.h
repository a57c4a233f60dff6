/* SPDX-License-Identifier: MIT
 *
 * Off-CPU time from switches of threads: the stack where a thread left its CPU, for as long as it was away. */
#ifndef INGEST_PERF_OFFCPU_H
#define INGEST_PERF_OFFCPU_H

#include "ingest/perf_payload.h"
#include "model/builder.h"

struct offcpu;

struct offcpu *offcpu_new(struct builder *b, struct arena *arena);
/* A switch at s->time_ns, with the stack and thread of who left. `event` is the tracepoint's name. */
void offcpu_switch(struct offcpu *o, const struct sample *s, const struct perf_switch *sw, struct str event);
/* A wait that sched:sched_stat_* tells of, as whoever woke the thread `tid` has it: gets the thread's own stack, where it
 * left. False when it is not known where it left. */
bool offcpu_stat(struct offcpu *o, struct sample *s, uint32_t tid);
/* Counts who is still away. */
void offcpu_end(struct offcpu *o);

#endif
