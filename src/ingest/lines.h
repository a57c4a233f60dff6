/* SPDX-License-Identifier: MIT
 *
 * A source as whole lines, in one buffer of LIMIT_READ_BUFFER. [at, stop) always holds whole lines, each with
 * its '\n' (the last line of a text gets one if it has none), so that a reader may compare ahead without
 * looking for ends. Lines that do not fit into LIMIT_LINE_BYTES are skipped and told of. */
#ifndef INGEST_LINES_H
#define INGEST_LINES_H

#include "ingest/door.h"

struct lines {
    struct source *source;
    char *buffer;
    char *at, *stop;             /* whole lines that are there */
    char *end;                   /* of what was read: stop..end is half a line */
    uint64_t n_read;             /* bytes of the source, up to `end` */
    uint64_t number;             /* of the line that ended before `at`; whoever moves `at` counts */
    bool over;                   /* the source is at its end */
    bool no_newline;             /* the last line of the text had no '\n' */
    bool skipping;               /* inside a line that is too long */
    uint64_t n_long, first_long; /* lines skipped whole, and the number of the first */
};

/* Behind the last '\n' of a text; `from` where there is none. */
char *lines_end(char *from, char *end);
struct lines lines_new(struct source *source, struct arena *arena);
/* Makes at least one line be there; false at the end of the text. Slices into the buffer die. */
bool lines_fill(struct lines *l);
/* For whoever reads many lines at once, elsewhere: what is there from `at` on moves into another buffer (of LIMIT_READ_BUFFER + 1), and
 * more is read, up to `most` bytes in all if the source has them. False at the end of the text. Nothing is lost of
 * the old buffer before `at`, and [at, stop) holds whole lines of the new one. */
bool lines_move(struct lines *l, char *buffer, size_t most);
/* Where in the source `at` is. */
uint64_t lines_offset(const struct lines *l);
/* Whoever moved the source says so: what is there of it is forgotten. */
void lines_moved(struct lines *l, uint64_t offset);
/* The next line without '\n' and without a '\r' before it; false at the end. */
bool lines_next(struct lines *l, struct str *line);

#endif
