/* SPDX-License-Identifier: MIT
 *
 * A JSON document that is too large for a tree, as a row of pieces: the items of an outer list, or of some lists and maps
 * that are members of an outer map, each as its text. Memory is that of the largest piece. What is inside a piece is not
 * looked at, but for strings and brackets. */
#ifndef INGEST_JSON_STREAM_H
#define INGEST_JSON_STREAM_H

#include "ingest/door.h"

struct json_piece {
    const char *list; /* the member it is of; "" when the document is a list */
    struct str key;   /* of a map's member, as written; else empty */
    uint64_t index;
    struct str text; /* lives until the next piece */
    uint64_t at;     /* its place in the document, in bytes */
};

struct json_stream;

/* `open` names the members to go into, ending with NULL; all others are read over. */
struct json_stream *json_stream_new(struct source *in, const char *const *open, struct diag *d, struct arena *arena);
/* False at the end, or when what follows is no JSON (said, json_stream_failed). A document that ends in the middle just
 * ends. */
bool json_stream_next(struct json_stream *s, struct json_piece *out);
bool json_stream_failed(const struct json_stream *s);
/* The document ended inside of a value. One that only lacks its last brackets is legal for some formats. */
bool json_stream_is_cut(const struct json_stream *s);

/* ---- the members of one piece */

struct json_members {
    struct str rest;
    const char *why; /* of what is wrong, NULL: nothing */
    bool is_begun;
};

/* The next member of an object, its value as text; false at the end, or when it is no object (m->why). */
bool json_member(struct json_members *m, struct str *key, struct str *value);
/* A string's text without quotes and escapes; empty for everything else. */
struct str json_string(struct str raw, struct arena *arena);
/* A number, in quotes or not. */
bool json_number(struct str raw, int64_t scale, int64_t *out);

#endif
