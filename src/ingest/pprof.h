/* SPDX-License-Identifier: MIT
 *
 * The door for pprof. */
#ifndef INGEST_PPROF_H
#define INGEST_PPROF_H

#include "ingest/door.h"

extern const struct door door_pprof;

#endif
