/* SPDX-License-Identifier: MIT
 *
 * Keys of a map are printed as in the text form, only that they are strings; so each entry is written out as one and the
 * text door reads it. Nothing of the meaning is here. */
#include "ingest/bpftrace_json.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "ingest/json_stream.h"
#include "ingest/whole.h"

struct written {
    struct source source; /* first: the two share an address */
    struct str rest;
};

static size_t written_read(struct source *s, void *to, size_t n)
{
    struct written *w = (struct written *)s;
    size_t k = w->rest.n < n ? w->rest.n : n;
    if (k)
        memcpy(to, w->rest.p, k);
    w->rest = str_sub(w->rest, k, w->rest.n);
    return k;
}

bool bpftrace_is_json(struct str head)
{
    struct str first, rest;
    str_cut(str_trim(head), '\n', &first, &rest);
    return str_starts(first, STR("{")) && str_find(str_sub(first, 0, 80), STR("\"type\"")) != SIZE_MAX &&
           str_find(str_sub(first, 0, 200), STR("\"data\"")) != SIZE_MAX;
}

/* Stacks as they are; what stands behind the last one is parted by "," here and by ", " in the text. */
static void write_key(struct str key, struct buf *out)
{
    size_t tail = str_rfind_char(key, '\n');
    tail = tail == SIZE_MAX ? 0 : tail + 1;
    buf_str(out, str_sub(key, 0, tail));
    for (size_t i = tail; i < key.n; i++) {
        buf_char(out, key.p[i]);
        if (key.p[i] == ',')
            buf_char(out, ' ');
    }
}

/* {"@name": {"key": 7}} or {"@name": 7} */
static const char *write_maps(struct str data, struct buf *out, struct arena *scratch)
{
    struct json_members maps = {.rest = data}, entries;
    struct str name, value, key, count;
    while (json_member(&maps, &name, &value)) {
        entries = (struct json_members){.rest = value};
        if (value.p[0] != '{') {
            buf_fmt(out, "%.*s: %.*s\n", STR_ARG(name), STR_ARG(value));
            continue;
        }
        while (json_member(&entries, &key, &count)) {
            struct arena_mark mark = arena_mark(scratch);
            struct str quoted = {key.p - 1, key.n + 2}, text = json_string(quoted, scratch);
            buf_fmt(out, "%.*s[", STR_ARG(name));
            write_key(text, out);
            buf_fmt(out, "]: %.*s\n", STR_ARG(count));
            arena_reset(scratch, mark);
        }
        if (entries.why)
            return entries.why;
    }
    return maps.why;
}

static const char *write_line(struct str line, struct buf *out, struct arena *scratch)
{
    struct json_members m = {.rest = line};
    struct str key, value, type = STR(""), data = STR("");
    while (json_member(&m, &key, &value)) {
        if (str_eq(key, STR("type")))
            type = json_string(value, scratch);
        else if (str_eq(key, STR("data")))
            data = value;
    }
    if (m.why)
        return m.why;
    if (str_eq(type, STR("map")))
        return write_maps(data, out, scratch);
    if (str_eq(type, STR("time")) || str_eq(type, STR("printf"))) {
        buf_str(out, json_string(data, scratch));
        buf_char(out, '\n');
    } else if (str_eq(type, STR("hist")) || str_eq(type, STR("stats"))) {
        buf_lit(out, "@: 0\n"); /* a map of another kind: counted as such */
    }
    return NULL;
}

struct source *bpftrace_json_open(struct source *in, struct diag *d, struct arena *arena)
{
    struct str text, line, rest;
    struct written *w = NEW(arena, struct written);
    if (!whole_read(in, LIMIT_JSON_BYTES, "JSON", d, &text, arena))
        return NULL;
    struct arena *scratch = arena_like(arena);
    struct arena_mark mark = arena_mark(scratch);
    struct buf out = buf_new(LIMIT_JSON_BYTES, arena);
    bool ok = true;
    for (rest = text; rest.n && ok;) {
        const char *begin = rest.p;
        str_cut(rest, '\n', &line, &rest);
        line = str_trim(line);
        const char *why = line.n ? write_line(line, &out, scratch) : NULL;
        if (why && !rest.n && in->truncated) /* its last line is cut */
            why = NULL;
        if (why)
            diag_offset(d, DIAG_ERROR, in->file, (uint64_t)(begin - text.p), "no JSON of bpftrace: %s", why);
        ok = !why;
        arena_reset(scratch, mark);
    }
    if (out.over)
        diag_say(d, DIAG_LIMIT, in->file, "more than %u MB of maps", LIMIT_JSON_BYTES >> 20);
    arena_free(scratch);
    w->source = *in;
    w->source.read = written_read;
    w->source.seek = NULL;
    w->rest = buf_view(&out);
    return ok && !out.over ? &w->source : NULL;
}
