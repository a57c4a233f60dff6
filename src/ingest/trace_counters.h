/* SPDX-License-Identifier: MIT
 *
 * Counters of a trace ("ph": "C"): each number in an event's args is a value of a series of its own, told apart by
 * process, name, id and key. */
#ifndef INGEST_TRACE_COUNTERS_H
#define INGEST_TRACE_COUNTERS_H

#include "model/builder.h"

struct trace_counters;

struct trace_counters *trace_counters_new(struct builder *b, struct arena *arena);
/* `args` as it is written. False when there is no number in it. */
bool trace_counters_add(struct trace_counters *c, uint32_t pid, struct str name, struct str id, struct str args,
                        int64_t at_ns, struct arena *scratch);
/* Those of several processes or ids under one name are told apart in their titles; `name_of` names a process. */
void trace_counters_settle(struct trace_counters *c, struct str (*name_of)(void *, uint32_t pid), void *of,
                           struct arena *scratch);

#endif
