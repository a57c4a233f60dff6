/* SPDX-License-Identifier: MIT
 *
 * The door for .heapprofile files of V8 (node, Chrome); see docs/formats.md. */
#ifndef INGEST_HEAPPROFILE_H
#define INGEST_HEAPPROFILE_H

#include "ingest/door.h"

extern const struct door door_heapprofile;

#endif
