/* SPDX-License-Identifier: MIT
 *
 * The text is read into one block under a ceiling, then json-c makes a tree of it. */
#include "ingest/json_doc.h"

#include <json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "ingest/whole.h"

bool doc_open(struct source *in, struct json_doc *j, struct diag *d, struct arena *arena)
{
    struct str text;
    *j = (struct json_doc){.file = in->file, .d = d, .arena = arena};
    if (!whole_read(in, LIMIT_JSON_BYTES, "JSON", d, &text, arena))
        return false;
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_sub(text, 3, text.n);
    struct json_tokener *t = json_tokener_new_ex(LIMIT_JSON_DEPTH);
    json_object *root = json_tokener_parse_ex(t, text.p, (int)text.n);
    enum json_tokener_error error = json_tokener_get_error(t);
    size_t end = json_tokener_get_parse_end(t);
    json_tokener_free(t);
    if (error == json_tokener_success && !str_trim(str_sub(text, end, text.n)).n) {
        j->root.value = root;
        return true;
    }
    json_object_put(root);
    uint32_t file = diag_text(d, in->name, text);
    if (error == json_tokener_continue)
        diag_at(d, DIAG_ERROR, (struct pos){file, (uint32_t)text.n}, "the JSON ends in the middle%s",
                in->truncated ? " (so does the file)" : "");
    else
        diag_at(d, DIAG_ERROR, (struct pos){file, (uint32_t)end}, "no JSON: %s",
                error == json_tokener_success ? "something follows the value"
                                              : json_tokener_error_desc(error));
    return false;
}

bool doc_parse(struct json_doc *j, struct str text, struct str pointer, uint64_t at)
{
    struct json_tokener *t = json_tokener_new_ex(LIMIT_JSON_DEPTH);
    json_object *root = json_tokener_parse_ex(t, text.p, (int)text.n);
    enum json_tokener_error error = json_tokener_get_error(t);
    if (error == json_tokener_continue) { /* a bare number may go on */
        root = json_tokener_parse_ex(t, " ", 1);
        error = json_tokener_get_error(t);
    }
    size_t end = json_tokener_get_parse_end(t);
    json_tokener_free(t);
    j->pointer = pointer;
    j->root = (struct json_at){.value = root};
    if (error == json_tokener_success)
        return true;
    json_object_put(root);
    j->root.value = NULL;
    j->is_wrong = true;
    diag_offset(j->d, DIAG_ERROR, j->file, at + end, "%.*s: no JSON: %s", STR_ARG(pointer),
                json_tokener_error_desc(error));
    return false;
}

void doc_close(struct json_doc *j)
{
    json_object_put(j->root.value);
    j->root.value = NULL;
}

enum json_kind doc_kind(const struct json_at *at)
{
    switch (json_object_get_type(at->value)) {
    case json_type_null:
        break;
    case json_type_boolean:
        return JSON_BOOL;
    case json_type_int:
        return JSON_INT;
    case json_type_double:
        return JSON_NUMBER;
    case json_type_string:
        return JSON_TEXT;
    case json_type_array:
        return JSON_LIST;
    case json_type_object:
        return JSON_MAP;
    }
    return JSON_NONE;
}

struct json_at doc_find(const struct json_at *map, const char *key)
{
    json_object *value = NULL;
    if (doc_kind(map) == JSON_MAP)
        (void)json_object_object_get_ex(map->value, key, &value);
    return (struct json_at){map, key, 0, value};
}

bool doc_is(struct json_doc *j, const struct json_at *at, enum json_kind kind)
{
    static const char *const words[] = {"nothing", "true or false", "a whole number", "a number",
                                        "a text",  "a list",        "a map"};
    enum json_kind is = doc_kind(at);
    if (is == kind || (kind == JSON_NUMBER && is == JSON_INT))
        return true;
    doc_wrong(j, at, "expected %s, is %s", words[kind], is == JSON_NONE ? "not there" : words[is]);
    return false;
}

struct json_at doc_need(struct json_doc *j, const struct json_at *map, const char *key, enum json_kind kind)
{
    struct json_at at = doc_find(map, key);
    if (!doc_is(j, &at, kind))
        at.value = NULL;
    return at;
}

struct json_at doc_item(const struct json_at *list, size_t i)
{
    return (struct json_at){list, NULL, i, json_object_array_get_idx(list->value, i)};
}

size_t doc_length(const struct json_at *list)
{
    return doc_kind(list) == JSON_LIST ? json_object_array_length(list->value) : 0;
}

struct str doc_text(const struct json_at *at)
{
    if (doc_kind(at) != JSON_TEXT)
        return STR("");
    return (struct str){json_object_get_string(at->value), (size_t)json_object_get_string_len(at->value)};
}

int64_t doc_int(const struct json_at *at)
{
    return json_object_get_int64(at->value);
}

bool doc_scaled(const struct json_at *at, int64_t scale, int64_t *out)
{
    if (doc_kind(at) == JSON_INT)
        return !__builtin_mul_overflow(doc_int(at), scale, out);
    return decimal_scaled(str_of(json_object_get_string(at->value)), scale, out); /* json-c keeps the digits */
}

bool doc_double(const struct json_at *at, double *out)
{
    return decimal_double(str_of(json_object_get_string(at->value)), out);
}

bool doc_rounded(const struct json_at *at, int64_t *out, uint64_t *n_rounded)
{
    const int64_t part = 1000000;
    int64_t parts;
    if (doc_kind(at) == JSON_INT || !doc_scaled(at, part, &parts)) /* what is too large for parts has none */
        return doc_scaled(at, 1, out);
    *out = parts / part + (parts % part >= part / 2) - (parts % part <= -part / 2);
    *n_rounded += parts % part != 0;
    return true;
}

/* "/nodes/3/id", with "~" and "/" of a key written as RFC 6901 says. */
static void add_pointer(struct buf *out, const struct json_at *at)
{
    if (!at->up)
        return;
    add_pointer(out, at->up);
    buf_char(out, '/');
    if (!at->key)
        buf_fmt(out, "%zu", at->index);
    for (const char *p = at->key; p && *p; p++)
        buf_fmt(out, "%.*s", *p == '~' || *p == '/' ? 2 : 1, *p == '~' ? "~0" : *p == '/' ? "~1" : p);
}

static void say(struct json_doc *j, enum diag_kind kind, const struct json_at *at, const char *fmt, va_list ap)
{
    char text[300];
    (void)vsnprintf(text, sizeof text, fmt, ap);
    struct buf pointer = buf_new(4096, j->arena);
    buf_str(&pointer, j->pointer);
    add_pointer(&pointer, at);
    diag_say(j->d, kind, j->file, "%.*s: %s", pointer.n ? (int)pointer.n : 1, pointer.n ? pointer.p : "/", text);
}

void doc_wrong(struct json_doc *j, const struct json_at *at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(j, DIAG_ERROR, at, fmt, ap);
    va_end(ap);
    j->is_wrong = true;
}

void doc_warn(struct json_doc *j, const struct json_at *at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(j, DIAG_WARNING, at, fmt, ap);
    va_end(ap);
}
