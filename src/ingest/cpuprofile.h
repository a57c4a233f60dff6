/* SPDX-License-Identifier: MIT
 *
 * The door for .cpuprofile files of V8 (node, Chrome, VS Code); see docs/formats.md. */
#ifndef INGEST_CPUPROFILE_H
#define INGEST_CPUPROFILE_H

#include "ingest/door.h"

extern const struct door door_cpuprofile;

#endif
