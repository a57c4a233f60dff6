/* SPDX-License-Identifier: MIT
 *
 * The door for recordings of perf (perf.data); see docs/formats.md. */
#ifndef INGEST_PERF_DATA_H
#define INGEST_PERF_DATA_H

#include "ingest/door.h"

extern const struct door door_perf_data;

#endif
