/* SPDX-License-Identifier: MIT
 *
 * The door for folded stacks; see docs/formats.md. */
#ifndef INGEST_FOLDED_H
#define INGEST_FOLDED_H

#include "ingest/door.h"

extern const struct door door_folded;

#endif
