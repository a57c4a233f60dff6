/* SPDX-License-Identifier: MIT
 *
 * The questions of head_json.h, over json-c's tree. */
#include "pack/head_json.h"

#include <math.h>

#include "base/arena.h"
#include "base/limits.h"

/* Says the first thing only: what follows from it is noise. */
void head_refuse(struct head_reading *r, const char *key, const char *what)
{
    if (r->wrong)
        return;
    r->wrong = true;
    if (r->profile == ID_NONE)
        diag_offset(r->d, DIAG_ERROR, r->file, r->at, "%s, '%s': %s", r->part, key, what);
    else
        diag_offset(r->d, DIAG_ERROR, r->file, r->at, "%s, '%s' of profile %u: %s", r->part, key,
                    r->profile, what);
}

static bool too_many_values(struct str json)
{
    size_t n = 0;
    for (size_t i = 0; i < json.n; i++)
        n += json.p[i] == ',' || json.p[i] == '[' || json.p[i] == '{';
    return n > LIMIT_HEAD_VALUES;
}

json_object *head_parse(struct head_reading *r, struct str json)
{
    r->wrong = true;
    if (json.n > LIMIT_HEAD_BYTES || too_many_values(json)) {
        diag_offset(r->d, DIAG_LIMIT, r->file, r->at, "%s: larger than %u bytes or %u values", r->part,
                    LIMIT_HEAD_BYTES, LIMIT_HEAD_VALUES);
        return NULL;
    }
    json_tokener *tokener = json_tokener_new_ex(LIMIT_HEAD_DEPTH);
    if (!tokener) {
        diag_say(r->d, DIAG_SYSTEM, r->file, "out of memory");
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    json_object *o = json_tokener_parse_ex(tokener, json.p, (int)json.n);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (error != json_tokener_success || end != json.n) {
        diag_offset(r->d, DIAG_ERROR, r->file, r->at + end, "%s: not JSON (%s)", r->part,
                    error == json_tokener_success ? "more after its end" : json_tokener_error_desc(error));
        json_object_put(o);
        return NULL;
    }
    r->wrong = false;
    if (json_object_get_type(o) != json_type_object) {
        head_refuse(r, "profiles", "is missing");
        json_object_put(o);
        return NULL;
    }
    return o;
}

json_object *head_get(struct head_reading *r, json_object *o, const char *key, enum json_type type)
{
    json_object *v = NULL;
    if (!json_object_object_get_ex(o, key, &v) || json_object_get_type(v) != type) {
        head_refuse(r, key, v ? "has another type than it should" : "is missing");
        return NULL;
    }
    return v;
}

int64_t head_as_int(struct head_reading *r, json_object *v, const char *key, int64_t least, int64_t most)
{
    if (json_object_get_type(v) != json_type_int || json_object_get_int64(v) < least ||
        json_object_get_int64(v) > most) {
        head_refuse(r, key, "is no integer, or out of range");
        return least;
    }
    return json_object_get_int64(v);
}

int64_t head_int(struct head_reading *r, json_object *o, const char *key, int64_t least, int64_t most)
{
    json_object *v = head_get(r, o, key, json_type_int);
    return v ? head_as_int(r, v, key, least, most) : least;
}

uint32_t head_count(struct head_reading *r, json_object *o, const char *key, uint32_t least, uint32_t most)
{
    return (uint32_t)head_int(r, o, key, least, most);
}

bool head_bool(struct head_reading *r, json_object *o, const char *key)
{
    json_object *v = head_get(r, o, key, json_type_boolean);
    return v && json_object_get_boolean(v);
}

struct str head_as_text(struct head_reading *r, json_object *v, const char *key)
{
    if (json_object_get_type(v) != json_type_string) {
        head_refuse(r, key, "is no string");
        return STR("");
    }
    struct str s = {json_object_get_string(v), (size_t)json_object_get_string_len(v)};
    if (str_find_char(s, 0) != SIZE_MAX || !str_is_utf8(s)) {
        head_refuse(r, key, "is not UTF-8 without NUL");
        return STR("");
    }
    return str_dup(s, r->arena);
}

struct str head_text(struct head_reading *r, json_object *o, const char *key)
{
    json_object *v = head_get(r, o, key, json_type_string);
    return v ? head_as_text(r, v, key) : STR("");
}

/* A string of digits. */
int64_t head_big(struct head_reading *r, json_object *o, const char *key, int64_t least, int64_t most)
{
    int64_t v = least;
    struct str s = head_text(r, o, key);
    if (!r->wrong && (!str_i64(s, &v) || v < least || v > most))
        head_refuse(r, key, "is no integer, or out of range");
    return r->wrong ? least : v;
}

uint32_t head_choice(struct head_reading *r, json_object *o, const char *key, const char *const *names,
                     size_t n)
{
    struct str s = head_text(r, o, key);
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(s, str_of(names[i])))
            return i;
    head_refuse(r, key, "is none of the words it can be");
    return 0;
}

/* The array and its length, within `most`; NULL and 0 when it is wrong. */
json_object *head_list(struct head_reading *r, json_object *o, const char *key, uint32_t most, uint32_t *n)
{
    json_object *v = head_get(r, o, key, json_type_array);
    size_t length = v ? json_object_array_length(v) : 0;
    if (length > most)
        head_refuse(r, key, "is too long");
    *n = r->wrong ? 0 : (uint32_t)length;
    return v;
}

/* Element i of a list, an array of `n` values itself; NULL when it is not. */
json_object *head_row(struct head_reading *r, json_object *list, uint32_t i, const char *key, size_t n)
{
    json_object *row = json_object_array_get_idx(list, i);
    if (json_object_get_type(row) == json_type_array && json_object_array_length(row) == n)
        return row;
    head_refuse(r, key, "has a row of another length than it should");
    return NULL;
}

json_object *head_object(struct head_reading *r, json_object *list, uint32_t i, const char *key)
{
    json_object *v = json_object_array_get_idx(list, i);
    if (json_object_get_type(v) == json_type_object)
        return v;
    head_refuse(r, key, "holds something else than objects");
    return NULL;
}

struct str *head_texts(struct head_reading *r, json_object *o, const char *key, uint32_t most, uint32_t *n)
{
    json_object *list = head_list(r, o, key, most, n);
    struct str *out = NEW_N(r->arena, struct str, (size_t)*n + 1);
    for (uint32_t i = 0; i < *n && !r->wrong; i++)
        out[i] = head_as_text(r, json_object_array_get_idx(list, i), key);
    return out;
}

struct meta_spec *head_meta(struct head_reading *r, json_object *o, uint32_t *n)
{
    json_object *list = head_list(r, o, "meta", LIMIT_HEAD_VALUES, n);
    struct meta_spec *out = NEW_N(r->arena, struct meta_spec, (size_t)*n + 1);
    for (uint32_t i = 0; i < *n && !r->wrong; i++) {
        json_object *row = head_row(r, list, i, "meta", 2);
        if (!row)
            break;
        out[i].key = head_as_text(r, json_object_array_get_idx(row, 0), "meta");
        out[i].value = head_as_text(r, json_object_array_get_idx(row, 1), "meta");
    }
    return out;
}

double head_as_double(struct head_reading *r, json_object *v, const char *key)
{
    enum json_type type = json_object_get_type(v);
    double x = json_object_get_double(v);
    if ((type != json_type_double && type != json_type_int) || !isfinite(x))
        head_refuse(r, key, "is no number");
    return x;
}
