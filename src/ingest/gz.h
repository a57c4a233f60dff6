/* SPDX-License-Identifier: MIT
 *
 * A file as a stream of bytes, inflated where it is gzip (told by its first bytes, not by its name; several
 * members in a row are one text). Nothing is mapped and nothing is kept: 256 KB of input at a time.
 *
 * A stream cut short or damaged is a warning and sets `truncated`: what was read before it counts. Past the
 * ceilings of limits.h, or when the system says no, `failed` is set and an error said. */
#ifndef INGEST_GZ_H
#define INGEST_GZ_H

#include "ingest/door.h"
#include "ingest/ingest.h"

/* Opens `path` ("-": stdin); `file` names it in d. NULL when it cannot be opened (said). Everything lives on
 * the arena. */
struct source *gz_open(struct str path, uint32_t file, ingest_progress progress, void *ctx, struct diag *d,
                       struct arena *arena);
/* Closes what gz_open gave. */
void gz_close(struct source *s);
/* True when the bytes given were inflated. */
bool gz_was_packed(const struct source *s);

#endif
