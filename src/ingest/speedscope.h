/* SPDX-License-Identifier: MIT
 *
 * The door for speedscope's own JSON; see docs/formats.md. */
#ifndef INGEST_SPEEDSCOPE_H
#define INGEST_SPEEDSCOPE_H

#include "ingest/door.h"

extern const struct door door_speedscope;

#endif
