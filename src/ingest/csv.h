/* SPDX-License-Identifier: MIT
 *
 * Comma-separated values as RFC 4180 has them, strictly: records end with LF or CRLF, fields may be quoted, a quote inside
 * a quoted field is doubled, every record has as many fields as the first. A byte order mark in front is skipped.
 *
 * In: a whole text. Out: record by record, each field with its place. */
#ifndef INGEST_CSV_H
#define INGEST_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

struct csv_field {
    struct str text; /* without its quotes */
    struct pos at;
};

struct csv {
    struct str text;
    uint32_t file; /* of diag_text */
    struct diag *d;
    struct arena *arena;
    size_t next;
    struct csv_field *field;
    uint32_t n, expected; /* fields of this record, and of the first */
    bool failed;
};

struct csv csv_open(struct str text, uint32_t file, struct diag *d, struct arena *arena);
/* The next record into c->field; empty lines are skipped. False at the end, or when what follows cannot be read any
 * more (failed; said). A record with too many or too few fields is said, and skipped: the next may be right. */
bool csv_next(struct csv *c);

#endif
