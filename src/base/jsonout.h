/* SPDX-License-Identifier: MIT
 *
 * Writes JSON into a buf: commas and quoting are its business, nesting is the caller's. '<' comes out as
 * \u003c and U+2028/9 as escapes, so the text may stand inside a <script> element; bytes that are not UTF-8
 * come out as U+FFFD.
 *
 *     struct json j = json_new(&buf);
 *     json_open(&j, '{'); json_key_str(&j, "title", title); json_close(&j, '}'); */
#ifndef BASE_JSONOUT_H
#define BASE_JSONOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json {
    struct buf *out;
    bool comma; /* the next value or key needs one before it */
};

struct json json_new(struct buf *out);
void json_open(struct json *j, char bracket);  /* '{' or '[' */
void json_close(struct json *j, char bracket); /* '}' or ']' */
void json_str(struct json *j, struct str s);
void json_u64(struct json *j, uint64_t v);
void json_i64(struct json *j, int64_t v);
/* As a string of digits, for values that may pass 2^53. */
void json_big(struct json *j, uint64_t v);
void json_big_signed(struct json *j, int64_t v);
/* Shortest of up to 10 significant digits, without locale. Not finite: null. */
void json_double(struct json *j, double v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);

/* A key and its value, or what opens it; json_key alone where the value comes from elsewhere. */
void json_key(struct json *j, const char *key);
void json_key_open(struct json *j, const char *key, char bracket);
void json_key_str(struct json *j, const char *key, struct str s);
void json_key_strs(struct json *j, const char *key, const struct str *list, size_t n);
void json_key_u64(struct json *j, const char *key, uint64_t v);
void json_key_i64(struct json *j, const char *key, int64_t v);
void json_key_big(struct json *j, const char *key, uint64_t v);
void json_key_big_signed(struct json *j, const char *key, int64_t v);
void json_key_double(struct json *j, const char *key, double v);
void json_key_bool(struct json *j, const char *key, bool v);

#endif
