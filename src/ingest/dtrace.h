/* SPDX-License-Identifier: MIT
 *
 * The door for stacks that DTrace prints; see docs/formats.md. */
#ifndef INGEST_DTRACE_H
#define INGEST_DTRACE_H

#include "ingest/door.h"

extern const struct door door_dtrace;

#endif
