/* SPDX-License-Identifier: MIT
 *
 * Samples of a trace that refer to `stackFrames`, which may stand behind them: kept until both are there. */
#ifndef INGEST_TRACE_FRAMES_H
#define INGEST_TRACE_FRAMES_H

#include "model/builder.h"

struct trace_frames;

struct trace_frames *trace_frames_new(struct builder *b, struct arena *arena);
/* Frame `key`; `parent` is the key of its caller, empty at the root. False: it is there twice. */
bool trace_frames_define(struct trace_frames *f, struct str key, struct str parent, uint32_t frame);
/* A sample whose leaf is `key` (empty: no stack). `place` is its number in the document. */
void trace_frames_sample(struct trace_frames *f, const struct sample *s, struct str key, uint64_t place);
/* Adds all samples. False with why and where: a frame is missing, or its callers run in a circle. */
bool trace_frames_settle(struct trace_frames *f, const char **why, struct str *key, uint64_t *place);

#endif
