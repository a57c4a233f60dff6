/* SPDX-License-Identifier: MIT
 *
 * The door for the text of austin, a sampler of Python; see docs/formats.md. */
#ifndef INGEST_AUSTIN_H
#define INGEST_AUSTIN_H

#include "ingest/door.h"

extern const struct door door_austin;

#endif
