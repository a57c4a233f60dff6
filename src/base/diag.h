/* SPDX-License-Identifier: MIT
 *
 * What went wrong, collected, sorted, printed once. Bad input never stops a stage at its first error: it is
 * said here and the stage carries on. A function that returns false has already said why; nobody reports
 * twice.
 *
 * Three ways to name a place, by what the input is:
 *   a text kept whole (a spec): struct pos, 8 bytes that travel with the value; line and caret come from the
 * text; a streamed text:            struct line_at, filled by whoever reads lines; a binary: byte offset and
 * field path. Lines and columns count from 1, columns in bytes. Messages: lower case, no full stop, the
 * subject in quotes, the way out in brackets. Control bytes in messages, paths and source lines are printed
 * as \xNN: input cannot drive a terminal. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum diag_kind {
    DIAG_ERROR,   /* bad input */
    DIAG_LIMIT,   /* a ceiling of limits.h: printed as an error, names the limit */
    DIAG_SYSTEM,  /* the system said no: printed as an error, exit code 3 */
    DIAG_WARNING, /* worth saying; the work goes on */
    DIAG_NOTE     /* belongs to the entry before it */
};

struct diag;

/* A byte of a text given to diag_text. {0, 0} is "nowhere". */
struct pos {
    uint32_t file, offset;
};

struct line_at {
    uint32_t file;
    uint64_t line;
    uint32_t column;
    struct str text; /* the line without its end; the first 200 bytes are copied */
};

/* One finished entry, for callers that print in their own way. All slices live as long as the diag. */
struct diag_entry {
    enum diag_kind kind;
    struct str path; /* empty when about no file */
    uint64_t line;   /* 0 when unknown */
    uint32_t column; /* 0 when unknown */
    struct str message;
    struct str source; /* the source line, or empty */
};

struct diag *diag_new(struct arena *arena);

/* Registers a file (once per path) and returns its id, from 1. */
uint32_t diag_file(struct diag *d, struct str path);
/* The same with its whole text, which must outlive the diag. */
uint32_t diag_text(struct diag *d, struct str path, struct str text);

void diag_at(struct diag *d, enum diag_kind kind, struct pos at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_line(struct diag *d, enum diag_kind kind, struct line_at at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_offset(struct diag *d, enum diag_kind kind, uint32_t file, uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* About a whole file, or about nothing in particular (file 0). */
void diag_say(struct diag *d, enum diag_kind kind, uint32_t file, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* How many errors of any kind so far; the same for system errors and warnings. */
uint32_t diag_errors(const struct diag *d);
uint32_t diag_system_errors(const struct diag *d);
uint32_t diag_warnings(const struct diag *d);

/* Entries in printing order: by file (in order of registration), then position, then order of arrival; a note
 * stays with the entry it follows; at most LIMIT_DIAGNOSTICS_PER_FILE a file, then one "and N more". */
uint32_t diag_count(struct diag *d);
struct diag_entry diag_entry(struct diag *d, uint32_t i);
/* All of it as text: path:line:column: error: message, then the source line and a caret. */
void diag_print(struct diag *d, struct buf *out);

/* " (did you mean 'web'?)" when one of the candidates is near, else "". On the diag's arena. */
struct str diag_did_you_mean(struct diag *d, struct str given, const struct str *candidates, uint32_t n);

#endif
