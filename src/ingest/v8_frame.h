/* SPDX-License-Identifier: MIT
 *
 * A call frame of V8, as its CPU and heap profiles write it. Source: the type Runtime.CallFrame of the
 * DevTools protocol. */
#ifndef INGEST_V8_FRAME_H
#define INGEST_V8_FRAME_H

#include "ingest/json_doc.h"

/* `call` holds functionName, url and lineNumber. The module is the URL; functions without a name are told
 * apart by where they stand. A frame of the builder; 0 when something was wrong (said). */
uint32_t v8_frame(struct json_doc *j, struct builder *b, const struct json_at *call, struct arena *arena);
/* True for the node above all others, which is no frame. */
bool v8_is_root(const struct json_at *call);

/* The files name no thread: merged ones are told apart by their names. */
struct str v8_thread(const struct source *in);

#endif
