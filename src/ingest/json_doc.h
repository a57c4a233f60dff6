/* SPDX-License-Identifier: MIT
 *
 * A whole JSON document, and values in it that know where they stand: whatever is missing or of the wrong
 * type is said with its JSON pointer (RFC 6901), as in "/nodes/3/id: expected a whole number, is a text".
 * json-c has one owner among the doors, this file. */
#ifndef INGEST_JSON_DOC_H
#define INGEST_JSON_DOC_H

#include "ingest/door.h"

enum json_kind { JSON_NONE, JSON_BOOL, JSON_INT, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP };

/* A value and the way to it; lives on the stack of whoever asked, below the value it was got from. */
struct json_at {
    const struct json_at *up;
    const char *key; /* NULL: an item of a list */
    size_t index;
    void *value; /* json-c's; NULL: not there */
};

struct json_doc {
    struct json_at root;
    uint32_t file;
    struct diag *d;
    struct arena *arena;
    bool is_wrong; /* something was said */
    struct str pointer; /* to the root, where the document is a piece of a larger one */
};

/* Reads and parses all of `in`. False when it is no JSON, too large or too deep (said, with line and column).
 */
bool doc_open(struct source *in, struct json_doc *j, struct diag *d, struct arena *arena);
/* The same for a piece of a document: its text, the pointer to it, and its place in bytes. j->file, d and arena are set
 * by the caller. */
bool doc_parse(struct json_doc *j, struct str text, struct str pointer, uint64_t at);
void doc_close(struct json_doc *j);

enum json_kind doc_kind(const struct json_at *at);
/* A member, NULL value when it is not there: not an error. */
struct json_at doc_find(const struct json_at *map, const char *key);
/* A member that must be there and of this kind (JSON_NUMBER takes JSON_INT, too); else said, and NULL value.
 */
struct json_at doc_need(struct json_doc *j, const struct json_at *map, const char *key, enum json_kind kind);
struct json_at doc_item(const struct json_at *list, size_t i);
/* Like doc_need for the value itself. */
bool doc_is(struct json_doc *j, const struct json_at *at, enum json_kind kind);
size_t doc_length(const struct json_at *list);

/* Of a value of that kind. Texts live as long as the document. */
struct str doc_text(const struct json_at *at);
int64_t doc_int(const struct json_at *at);
/* A number times `scale` as a whole number, from its digits and not through a double, cut towards zero; false
 * when it is out of range. */
bool doc_scaled(const struct json_at *at, int64_t scale, int64_t *out);
/* The nearest double; false when there is none. */
bool doc_double(const struct json_at *at, double *out);
/* The nearest whole number; *n_rounded counts those that were none. */
bool doc_rounded(const struct json_at *at, int64_t *out, uint64_t *n_rounded);

/* Says an error at the value's pointer. */
void doc_wrong(struct json_doc *j, const struct json_at *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same as a warning: the value is left out. */
void doc_warn(struct json_doc *j, const struct json_at *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
