/* SPDX-License-Identifier: MIT
 *
 * One buffer, moved along the source; a piece that does not fit makes it grow. Levels are counted, not remembered: the
 * outer one, an opened member, its pieces. */
#include "ingest/json_stream.h"

#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/limits.h"

#define BUFFER_BYTES ((size_t)256 << 10)

enum state { STATE_BEGIN, STATE_ITEMS, STATE_MEMBERS, STATE_OVER };

struct json_stream {
    struct source *in;
    const char *const *open;
    struct diag *d;
    struct arena *arena;
    char *buffer;
    size_t at, end, cap, keep; /* keep: where the piece begins that must stay whole, or SIZE_MAX */
    uint64_t moved;            /* bytes that left the buffer at its front */
    enum state state;
    bool outer_is_map, items_are_members, is_over, has_failed, is_first, is_cut;
    const char *list;
    uint64_t index;
};

struct json_stream *json_stream_new(struct source *in, const char *const *open, struct diag *d, struct arena *arena)
{
    struct json_stream *s = NEW(arena, struct json_stream);
    *s = (struct json_stream){.in = in, .open = open, .d = d, .arena = arena, .cap = BUFFER_BYTES, .keep = SIZE_MAX};
    s->buffer = NEW_N(arena, char, BUFFER_BYTES);
    return s;
}

bool json_stream_failed(const struct json_stream *s)
{
    return s->has_failed;
}
bool json_stream_is_cut(const struct json_stream *s)
{
    return s->is_cut;
}

static void fail(struct json_stream *s, const char *why)
{
    if (!s->has_failed && !s->in->failed)
        diag_offset(s->d, DIAG_ERROR, s->in->file, s->moved + s->at, "no JSON: %s", why);
    s->has_failed = true;
}

/* ---- bytes */

static bool fill(struct json_stream *s)
{
    size_t from = s->keep < s->at ? s->keep : s->at;
    if (s->is_over || s->has_failed)
        return false;
    if (from) {
        memmove(s->buffer, s->buffer + from, s->end - from);
        s->moved += from;
        s->at -= from;
        s->end -= from;
        s->keep -= s->keep != SIZE_MAX ? from : 0;
    }
    if (s->end == s->cap) {
        if (s->cap >= LIMIT_JSON_PIECE) {
            diag_offset(s->d, DIAG_LIMIT, s->in->file, s->moved, "a value of more than %u MB", LIMIT_JSON_PIECE >> 20);
            s->has_failed = true;
            return false;
        }
        s->buffer = arena_grow(s->arena, s->buffer, s->cap, s->cap * 2, 1);
        s->cap *= 2;
    }
    size_t k = s->in->read(s->in, s->buffer + s->end, s->cap - s->end);
    s->end += k;
    s->is_over = k == 0;
    return k > 0;
}

/* The next byte that is no blank, still there; 0 at the end. */
static char peek(struct json_stream *s)
{
    for (;;) {
        while (s->at < s->end && (s->buffer[s->at] == ' ' || s->buffer[s->at] == '\n' || s->buffer[s->at] == '\t' ||
                                  s->buffer[s->at] == '\r'))
            s->at++;
        if (s->at < s->end)
            return s->buffer[s->at];
        if (!fill(s))
            return 0;
    }
}

static bool more(struct json_stream *s)
{
    return s->at < s->end || fill(s);
}

/* Over a string, its quotes included. False when the source ends in it. */
static bool skip_string(struct json_stream *s)
{
    s->at++;
    while (more(s)) {
        char *quote = memchr(s->buffer + s->at, '"', s->end - s->at);
        size_t stop = quote ? (size_t)(quote - s->buffer) : s->end, back = stop;
        while (back > s->at && s->buffer[back - 1] == '\\')
            back--;
        bool escaped = (stop - back) % 2;
        if (quote && !escaped) {
            s->at = stop + 1;
            return true;
        }
        if (quote) {
            s->at = stop + 1;
        } else if (escaped) { /* the backslash waits for its letter */
            s->at = stop - 1;
            if (!fill(s))
                return false;
            s->at = s->at + 2 < s->end ? s->at + 2 : s->end;
        } else {
            s->at = stop;
        }
    }
    return false;
}

/* Over one value. False when the source ends in it, or it is none (said). */
static bool skip_value(struct json_stream *s)
{
    size_t depth = 0;
    char c = peek(s);
    if (c == '"')
        return skip_string(s);
    if (c == '{' || c == '[') {
        while (more(s)) {
            c = s->buffer[s->at];
            if (c == '"') {
                if (!skip_string(s))
                    return false;
                continue;
            }
            s->at++;
            depth += c == '{' || c == '[';
            if ((c == '}' || c == ']') && --depth == 0)
                return true;
        }
        return false;
    }
    size_t n = 0;
    while (more(s) && (c = s->buffer[s->at]) != 0 && !strchr(",]} \n\r\t{[\":", c)) {
        s->at++;
        n++;
    }
    if (!n)
        fail(s, peek(s) ? "a value is missing" : "the text ends where a value must be");
    return n > 0 && s->at < s->end;
}

/* ---- structure */

static bool is_opened(struct json_stream *s, struct str key)
{
    for (const char *const *open = s->open; *open; open++)
        if (str_eq(key, str_of(*open))) {
            s->list = *open;
            return true;
        }
    return false;
}

static void end_inside(struct json_stream *s)
{
    s->is_cut = true;
    s->state = STATE_OVER;
}

static void begin(struct json_stream *s)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (more(s) && s->end - s->at >= 3 && memcmp(s->buffer + s->at, mark, 3) == 0)
        s->at += 3;
    char c = peek(s);
    if (c != '[' && c != '{') {
        fail(s, "neither a list nor a map");
        return;
    }
    s->at++;
    s->outer_is_map = c == '{';
    s->state = s->outer_is_map ? STATE_MEMBERS : STATE_ITEMS;
    s->items_are_members = false;
    s->list = "";
    s->is_first = true;
}

/* "key": of a map; false at its end, or when there is none. */
static bool key(struct json_stream *s, struct str *out)
{
    if (peek(s) != '"') {
        fail(s, "expected a key in quotes");
        return false;
    }
    s->keep = s->at;
    if (!skip_string(s))
        return false;
    size_t n = s->at - s->keep;
    if (peek(s) != ':') {
        if (s->at < s->end)
            fail(s, "expected ':' after a key");
        return false;
    }
    *out = (struct str){s->buffer + s->keep + 1, n - 2};
    s->at++;
    return true;
}

/* Between two values: the comma, or the closing bracket. False at the end. */
static bool separated(struct json_stream *s, char close)
{
    char c = peek(s);
    if (c == ',' && !s->is_first) {
        s->at++;
        c = peek(s);
    } else if (c && c != close && !s->is_first) {
        fail(s, "expected ',' or the end of the list");
        return false;
    }
    s->is_first = false;
    return c && c != close;
}

static void outer_members(struct json_stream *s)
{
    struct str name;
    if (!separated(s, '}')) {
        s->state = STATE_OVER;
        return;
    }
    if (!key(s, &name)) {
        end_inside(s);
        return;
    }
    bool opened = is_opened(s, name);
    s->keep = SIZE_MAX;
    char c = peek(s);
    if (opened && (c == '[' || c == '{')) {
        s->at++;
        s->items_are_members = c == '{';
        s->state = STATE_ITEMS;
        s->index = 0;
        s->is_first = true;
    } else if (!skip_value(s)) {
        end_inside(s);
    }
}

/* One piece of the opened list or map; false at its end. */
static bool item(struct json_stream *s, struct json_piece *out)
{
    char close = s->items_are_members ? '}' : ']';
    struct str name = STR("");
    size_t key_at = 0;
    if (!separated(s, close)) {
        if (peek(s) != close) {
            s->state = STATE_OVER;
            return false;
        }
        s->at++;
        s->state = s->outer_is_map ? STATE_MEMBERS : STATE_OVER;
        s->is_first = false;
        return false;
    }
    s->keep = s->at;
    if (s->items_are_members) {
        if (!key(s, &name)) {
            end_inside(s);
            return false;
        }
        key_at = (size_t)(name.p - s->buffer) - s->keep;
    }
    (void)peek(s);
    size_t value_at = s->at - s->keep;
    if (!skip_value(s)) {
        end_inside(s);
        return false;
    }
    name.p = s->buffer + s->keep + key_at;
    *out = (struct json_piece){.list = s->list, .key = name, .index = s->index++, .at = s->moved + s->keep + value_at};
    out->text = (struct str){s->buffer + s->keep + value_at, s->at - s->keep - value_at};
    return true;
}

bool json_stream_next(struct json_stream *s, struct json_piece *out)
{
    s->keep = SIZE_MAX;
    if (s->state == STATE_BEGIN)
        begin(s);
    while (s->state != STATE_OVER && !s->has_failed && !s->in->failed) {
        if (s->state == STATE_MEMBERS)
            outer_members(s);
        else if (item(s, out))
            return !s->has_failed;
        s->keep = SIZE_MAX;
    }
    return false;
}

/* ---- the members of one piece */

static struct str skip_blanks(struct str s)
{
    size_t i = 0;
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r'))
        i++;
    return str_sub(s, i, s.n);
}

static size_t string_length(struct str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return 0;
}

/* Bytes of the value at the start of s; 0 when there is none. */
static size_t value_length(struct str s)
{
    size_t depth = 0, i = 0;
    if (s.n && s.p[0] == '"')
        return string_length(s);
    if (!s.n || (s.p[0] != '{' && s.p[0] != '[')) {
        while (i < s.n && (!strchr(",]} \n\r\t{[\":", s.p[i]) || !s.p[i]))
            i++;
        return i;
    }
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') {
            size_t k = string_length(str_sub(s, i, s.n));
            if (!k)
                return 0;
            i += k - 1;
        }
        depth += c == '{' || c == '[';
        if ((c == '}' || c == ']') && --depth == 0)
            return i + 1;
    }
    return 0;
}

bool json_member(struct json_members *m, struct str *key, struct str *value)
{
    struct str s = skip_blanks(m->rest);
    char before = m->is_begun ? ',' : '{';
    if (m->is_begun && s.n && s.p[0] == '}')
        return false;
    if (!s.n || s.p[0] != before) {
        m->why = m->is_begun ? "expected ',' or '}'" : "expected a map";
        return false;
    }
    s = skip_blanks(str_sub(s, 1, s.n));
    if (!m->is_begun && s.n && s.p[0] == '}') {
        m->is_begun = true;
        m->rest = s;
        return false;
    }
    m->is_begun = true;
    size_t n = s.n && s.p[0] == '"' ? string_length(s) : 0;
    m->why = "expected a key in quotes";
    if (!n)
        return false;
    *key = str_sub(s, 1, n - 1);
    s = skip_blanks(str_sub(s, n, s.n));
    m->why = "expected ':' after a key";
    if (!s.n || s.p[0] != ':')
        return false;
    s = skip_blanks(str_sub(s, 1, s.n));
    n = value_length(s);
    m->why = "a value is missing";
    if (!n)
        return false;
    *value = str_sub(s, 0, n);
    m->rest = str_sub(s, n, s.n);
    m->why = NULL;
    return true;
}

static int hex4(struct str s, size_t at)
{
    int v = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = i < s.n ? s.p[i] : 'x';
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return -1;
        v = v << 4 | digit;
    }
    return v;
}

static size_t put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
    return n;
}

struct str json_string(struct str raw, struct arena *arena)
{
    if (raw.n < 2 || raw.p[0] != '"')
        return STR("");
    struct str s = str_sub(raw, 1, raw.n - 1);
    if (str_find_char(s, '\\') == SIZE_MAX)
        return s;
    char *to = NEW_N(arena, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\\' || i + 1 == s.n) {
            to[n++] = s.p[i];
            continue;
        }
        char c = s.p[++i];
        const char *plain = strchr("bfnrt", c);
        int unit = c == 'u' ? hex4(s, i + 1) : -1;
        if (unit >= 0) {
            uint32_t code = (uint32_t)unit;
            int low = code >= 0xd800 && code < 0xdc00 && str_starts(str_sub(s, i + 5, s.n), STR("\\u")) ? hex4(s, i + 7) : -1;
            i += 4;
            if (low >= 0xdc00 && low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10 | ((uint32_t)low - 0xdc00));
                i += 6;
            }
            n += put_utf8(to + n, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
        } else {
            to[n++] = c && plain ? "\b\f\n\r\t"[plain - "bfnrt"] : c;
        }
    }
    return (struct str){to, n};
}

bool json_number(struct str raw, int64_t scale, int64_t *out)
{
    if (raw.n > 1 && raw.p[0] == '"')
        raw = str_sub(raw, 1, raw.n - 1);
    return decimal_scaled(raw, scale, out);
}
