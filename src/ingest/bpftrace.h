/* SPDX-License-Identifier: MIT
 *
 * The door for stack maps that bpftrace prints; see docs/formats.md. */
#ifndef INGEST_BPFTRACE_H
#define INGEST_BPFTRACE_H

#include "ingest/door.h"

extern const struct door door_bpftrace;

#endif
