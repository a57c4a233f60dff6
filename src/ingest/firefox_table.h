/* SPDX-License-Identifier: MIT
 *
 * Tables of a Firefox profile, in the two ways they are written: a list for each column ("processed"), or a list of
 * rows with a schema (as Firefox itself writes). */
#ifndef INGEST_FIREFOX_TABLE_H
#define INGEST_FIREFOX_TABLE_H

#include "ingest/json_doc.h"

#define FIREFOX_COLUMNS 8

struct firefox_table {
    struct json_at at, data, schema, column[FIREFOX_COLUMNS];
    int place[FIREFOX_COLUMNS]; /* of rows; -1: no such column */
    bool is_rows;
    size_t n;
};

/* A cell, and what is above it while somebody asks for its pointer. */
struct firefox_cell {
    struct json_at row, at;
};

/* Member `name` of `map`, with columns in the order of `columns` (ends with NULL); missing columns have empty cells.
 * False when it is not there or no table (said). */
bool firefox_table(struct json_doc *j, const struct json_at *map, const char *name, const char *const *columns,
                   struct firefox_table *out);
/* A column without which the table says nothing: false when it is not there (said). */
bool firefox_need(struct json_doc *j, const struct firefox_table *t, unsigned column, const char *name);
/* Fills *c; its value is NULL when the cell is empty, and its pointer then the nearest there is. */
void firefox_cell(const struct firefox_table *t, unsigned column, size_t row, struct firefox_cell *c);
/* An index into something of `n` items; false when the cell is empty or below 0, or wrong (said). */
bool firefox_index(struct json_doc *j, const struct firefox_table *t, unsigned column, size_t row, size_t n,
                   size_t *out);

#endif
