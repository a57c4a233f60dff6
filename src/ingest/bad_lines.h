/* SPDX-License-Identifier: MIT
 *
 * Lines of a text that a door can make nothing of: they are counted, the first one is shown. (Text of perf is read on several
 * threads and keeps them in its batches.) */
#ifndef INGEST_BAD_LINES_H
#define INGEST_BAD_LINES_H

#include "base/diag.h"
#include "ingest/lines.h"
#include "model/builder.h"

struct bad_lines {
    uint64_t n;
    struct line_at first; /* its text on the arena of bad_lines_add */
};

/* `line` is the one that lines_next gave last. Into the tally, too. */
void bad_lines_add(struct bad_lines *bad, const struct lines *lines, struct str line, struct builder *b, struct arena *arena);
/* "WHAT (3 unreadable in all, left out)", if there are any: a warning, or an error where nothing else was read. */
void bad_lines_say(const struct bad_lines *bad, const char *what, bool any_read, struct diag *d);

#endif
