/* SPDX-License-Identifier: MIT
 *
 * The door for Google's Trace Event Format (Chrome, node, Perfetto's export, Bazel, clang -ftime-trace); see
 * docs/formats.md. */
#ifndef INGEST_TRACE_EVENT_H
#define INGEST_TRACE_EVENT_H

#include "ingest/door.h"

extern const struct door door_trace_event;

#endif
