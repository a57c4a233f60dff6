/* SPDX-License-Identifier: MIT
 *
 * The door for the text of `perf script`; see docs/formats.md. */
#ifndef INGEST_PERF_SCRIPT_H
#define INGEST_PERF_SCRIPT_H

#include "ingest/door.h"

extern const struct door door_perf_script;

#endif
