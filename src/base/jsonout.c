/* SPDX-License-Identifier: MIT
 *
 * JSON as RFC 8259 has it; numbers without locale. */
#include "base/jsonout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct json json_new(struct buf *out)
{
    return (struct json){out, false};
}

static void begin_value(struct json *j)
{
    if (j->comma)
        buf_char(j->out, ',');
    j->comma = true;
}

void json_open(struct json *j, char bracket)
{
    begin_value(j);
    buf_char(j->out, bracket);
    j->comma = false;
}

void json_close(struct json *j, char bracket)
{
    buf_char(j->out, bracket);
    j->comma = true;
}

static void quoted(struct json *j, struct str s)
{
    buf_char(j->out, '"');
    while (s.n) {
        size_t k = str_utf8_len(s);
        unsigned char c = (unsigned char)s.p[0];
        bool line_separator =
            k == 3 && (memcmp(s.p, "\xe2\x80\xa8", 3) == 0 || memcmp(s.p, "\xe2\x80\xa9", 3) == 0);
        if (!k)
            buf_lit(j->out, "\xef\xbf\xbd");
        else if (line_separator)
            buf_fmt(j->out, "\\u20%02x", s.p[2] == '\xa8' ? 0x28 : 0x29);
        else if (c == '"' || c == '\\')
            buf_fmt(j->out, "\\%c", c);
        else if (c < 0x20 || c == '<' || c == 0x7f)
            buf_fmt(j->out, "\\u%04x", c);
        else
            buf_add(j->out, s.p, k);
        s = str_sub(s, k ? k : 1, s.n);
    }
    buf_char(j->out, '"');
}

void json_key(struct json *j, const char *key)
{
    begin_value(j);
    quoted(j, str_of(key));
    buf_char(j->out, ':');
    j->comma = false;
}

void json_str(struct json *j, struct str s)
{
    begin_value(j);
    quoted(j, s);
}

void json_u64(struct json *j, uint64_t v)
{
    begin_value(j);
    buf_fmt(j->out, "%llu", (unsigned long long)v);
}

void json_i64(struct json *j, int64_t v)
{
    begin_value(j);
    buf_fmt(j->out, "%lld", (long long)v);
}

void json_big(struct json *j, uint64_t v)
{
    begin_value(j);
    buf_fmt(j->out, "\"%llu\"", (unsigned long long)v);
}

void json_big_signed(struct json *j, int64_t v)
{
    begin_value(j);
    buf_fmt(j->out, "\"%lld\"", (long long)v);
}

void json_double(struct json *j, double v)
{
    char text[40];
    begin_value(j);
    if (!isfinite(v)) {
        buf_lit(j->out, "null");
        return;
    }
    snprintf(text, sizeof text, "%.10g", v);
    for (char *p = text; *p; p++)
        if (*p == ',') /* the decimal point of some locales */
            *p = '.';
    buf_str(j->out, str_of(text));
}

void json_bool(struct json *j, bool v)
{
    begin_value(j);
    buf_str(j->out, v ? STR("true") : STR("false"));
}

void json_null(struct json *j)
{
    begin_value(j);
    buf_lit(j->out, "null");
}

void json_key_open(struct json *j, const char *key, char bracket)
{
    json_key(j, key);
    json_open(j, bracket);
}

void json_key_str(struct json *j, const char *key, struct str s)
{
    json_key(j, key);
    json_str(j, s);
}

void json_key_strs(struct json *j, const char *key, const struct str *list, size_t n)
{
    json_key_open(j, key, '[');
    for (size_t i = 0; i < n; i++)
        json_str(j, list[i]);
    json_close(j, ']');
}

void json_key_u64(struct json *j, const char *key, uint64_t v)
{
    json_key(j, key);
    json_u64(j, v);
}

void json_key_i64(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_i64(j, v);
}

void json_key_big(struct json *j, const char *key, uint64_t v)
{
    json_key(j, key);
    json_big(j, v);
}

void json_key_big_signed(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_big_signed(j, v);
}

void json_key_double(struct json *j, const char *key, double v)
{
    json_key(j, key);
    json_double(j, v);
}

void json_key_bool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}
