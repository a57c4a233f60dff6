/* SPDX-License-Identifier: MIT
 *
 * A file as a stream of bytes, unpacked where it is gzip or zstd (told by its first bytes, not by its name;
 * several members in a row are one text). Nothing is mapped and nothing is kept: 256 KB of input at a time.
 *
 * A stream cut short or damaged is a warning and sets `truncated`: what was read before it counts. Past the
 * ceilings of limits.h, or when the system says no, `failed` is set and an error said. */
#ifndef INGEST_STREAM_H
#define INGEST_STREAM_H

#include "ingest/door.h"
#include "ingest/ingest.h"

/* Opens `path` ("-": stdin); `file` names it in d. NULL when it cannot be opened (said). Everything but a
 * codec's own window lives on the arena. */
struct source *stream_open(struct str path, uint32_t file, const struct ingest_watch *watch,
                           struct diag *d, struct arena *arena);
/* Closes what stream_open gave. */
void stream_close(struct source *s);

#endif
