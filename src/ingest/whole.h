/* SPDX-License-Identifier: MIT
 *
 * A source as one block of bytes, for formats that cannot be read in a stream. */
#ifndef INGEST_WHOLE_H
#define INGEST_WHOLE_H

#include "ingest/door.h"

/* Reads `in` to its end, followed by a NUL that does not count. False when it holds more than `ceiling` bytes
 * of `what` ("JSON"; said), or could not be read. */
bool whole_read(struct source *in, size_t ceiling, const char *what, struct diag *d, struct str *out,
                struct arena *arena);

#endif
