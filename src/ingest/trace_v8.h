/* SPDX-License-Identifier: MIT
 *
 * Profiles of V8 inside a trace: cut into chunks ("Profile", then "ProfileChunk"s with new nodes and samples), or whole
 * ("CpuProfile"). */
#ifndef INGEST_TRACE_V8_H
#define INGEST_TRACE_V8_H

#include "ingest/json_doc.h"

struct trace_v8;

struct trace_v8 *trace_v8_new(struct builder *b, struct arena *arena);
/* `key` tells profiles apart: process and id. `args` is the event's args. What is wrong is said in j. */
void trace_v8_begin(struct trace_v8 *v, struct json_doc *j, const struct json_at *args, struct str key, uint32_t thread);
/* `at_us`: when the chunk was written. It may stand before the beginning. */
void trace_v8_chunk(struct trace_v8 *v, struct json_doc *j, const struct json_at *args, struct str key, uint32_t thread,
                    int64_t at_us);
void trace_v8_whole(struct trace_v8 *v, struct json_doc *j, const struct json_at *args, uint32_t thread);

/* Profiles whose beginning never came count from when their first chunk was written. */
void trace_v8_settle(struct trace_v8 *v);

#endif
