/* SPDX-License-Identifier: MIT
 *
 * Asking a head's JSON for what should be there: each value with its type and bounds. The first thing wrong
 * is said with its key, and from then on everything is empty: what follows from it is noise. */
#ifndef PACK_HEAD_JSON_H
#define PACK_HEAD_JSON_H

#include <json.h>

#include "base/diag.h"
#include "pack/head.h"

struct head_reading {
    const char *part; /* what is read, for messages: "head" */
    struct diag *d;
    uint32_t file;
    uint64_t at;
    struct arena *arena;
    bool wrong;
    uint32_t profile; /* ID_NONE outside */
};

/* The tree of a JSON object, of few enough bytes, values and levels; NULL, said, when it is none. To be put. */
json_object *head_parse(struct head_reading *r, struct str json);
/* Says what is wrong with `key`, the first time. */
void head_refuse(struct head_reading *r, const char *key, const char *what);
json_object *head_get(struct head_reading *r, json_object *o, const char *key, enum json_type type);
int64_t head_as_int(struct head_reading *r, json_object *v, const char *key, int64_t least, int64_t most);
int64_t head_int(struct head_reading *r, json_object *o, const char *key, int64_t least, int64_t most);
uint32_t head_count(struct head_reading *r, json_object *o, const char *key, uint32_t least, uint32_t most);
bool head_bool(struct head_reading *r, json_object *o, const char *key);
double head_as_double(struct head_reading *r, json_object *v, const char *key);
struct str head_as_text(struct head_reading *r, json_object *v, const char *key);
struct str head_text(struct head_reading *r, json_object *o, const char *key);
/* A string of digits. */
int64_t head_big(struct head_reading *r, json_object *o, const char *key, int64_t least, int64_t most);
/* Index of a word among n. */
uint32_t head_choice(struct head_reading *r, json_object *o, const char *key, const char *const *names,
                     size_t n);
/* The array and its length, within `most`; NULL and 0 when it is wrong. */
json_object *head_list(struct head_reading *r, json_object *o, const char *key, uint32_t most, uint32_t *n);
/* Element i of a list, an array of `n` values itself; NULL when it is not. */
json_object *head_row(struct head_reading *r, json_object *list, uint32_t i, const char *key, size_t n);
/* Element i of a list, an object; NULL when it is not. */
json_object *head_object(struct head_reading *r, json_object *list, uint32_t i, const char *key);
/* A list of texts. */
struct str *head_texts(struct head_reading *r, json_object *o, const char *key, uint32_t most, uint32_t *n);
/* "meta", a list of keys and values. */
struct meta_spec *head_meta(struct head_reading *r, json_object *o, uint32_t *n);

/* head_compare.c: "comparisons", if there are any. */
void head_read_comparisons(struct head_reading *r, json_object *o, struct report *out);

#endif
