/* SPDX-License-Identifier: MIT
 *
 * Text in UTF-16, as shells of Windows write what they redirect, as UTF-8. Told by its byte order mark; all other bytes go
 * through untouched. */
#ifndef INGEST_UTF16_H
#define INGEST_UTF16_H

#include "ingest/door.h"

/* `inner` as UTF-8; on the arena, closed with `inner`. */
struct source *utf16_open(struct source *inner, struct arena *arena);

#endif
