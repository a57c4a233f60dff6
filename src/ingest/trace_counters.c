/* SPDX-License-Identifier: MIT
 *
 * Titles wait until the end, since a process may be named anywhere in the trace. */
#include "ingest/trace_counters.h"

#include "base/arena.h"
#include "base/decimal.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"
#include "ingest/json_stream.h"

struct counter {
    uint32_t builder_id, pid;
    struct str title, id;
};

struct trace_counters {
    struct builder *b;
    struct intern keys;
    VEC(struct counter) list;
    struct arena *arena;
};

struct trace_counters *trace_counters_new(struct builder *b, struct arena *arena)
{
    struct trace_counters *c = NEW(arena, struct trace_counters);
    c->b = b;
    c->keys = intern_new(LIMIT_SERIES, LIMIT_NAME_BYTES, arena);
    c->arena = arena;
    return c;
}

/* What the names of counters end in, and mean by it. */
static struct str unit_of(struct str name)
{
    static const struct {
        const char *end, *unit;
    } units[] = {{"bytes", "bytes"}, {"Bytes", "bytes"}, {"_mhz", "MHz"}, {"_khz", "kHz"},
                 {"_ms", "ms"},      {"_us", "\xc2\xb5s"}, {"_ns", "ns"},   {"percent", "%"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_ends(name, str_of(units[i].end)))
            return str_of(units[i].unit);
    return STR("");
}

static struct counter *counter_of(struct trace_counters *c, uint32_t pid, struct str name, struct str id, struct str key,
                                  struct arena *scratch)
{
    uint32_t at = intern_id(&c->keys, str_fmt(scratch, "%u\x01%.*s\x01%.*s\x01%.*s", pid, STR_ARG(name), STR_ARG(id), STR_ARG(key)));
    if (at == c->list.n) {
        bool says_nothing = !key.n || str_eq(key, STR("value")) || str_eq(key, name);
        struct counter new = {.pid = pid, .id = str_dup(id, c->arena)};
        new.title = says_nothing ? str_dup(name, c->arena) : str_fmt(c->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(key));
        new.builder_id = builder_counter(c->b, c->keys.at[at], new.title, unit_of(says_nothing ? name : key));
        (void)vec_push(&c->list, SIZE_MAX, c->arena, new);
    }
    return at == INTERN_NONE ? NULL : &c->list.p[at];
}

bool trace_counters_add(struct trace_counters *c, uint32_t pid, struct str name, struct str id, struct str args,
                        int64_t at_ns, struct arena *scratch)
{
    struct json_members m = {.rest = args};
    struct str key, raw;
    bool any = false;
    double value;
    while (json_member(&m, &key, &raw)) {
        if (raw.n > 1 && raw.p[0] == '"')
            raw = str_sub(raw, 1, raw.n - 1);
        if (!decimal_double(raw, &value))
            continue;
        struct counter *counter = counter_of(c, pid, name, id, key, scratch);
        /* one too many: the builder says so */
        builder_count(c->b, counter ? counter->builder_id : builder_counter(c->b, key, name, STR("")), at_ns, value);
        any = true;
    }
    return any;
}

void trace_counters_settle(struct trace_counters *c, struct str (*name_of)(void *, uint32_t pid), void *of,
                           struct arena *scratch)
{
    for (uint32_t i = 0; i < c->list.n; i++) {
        const struct counter *own = &c->list.p[i];
        bool other_process = false, other_id = false;
        for (uint32_t k = 0; k < c->list.n; k++) {
            bool same = k != i && str_eq(c->list.p[k].title, own->title);
            other_process |= same && c->list.p[k].pid != own->pid;
            other_id |= same && c->list.p[k].pid == own->pid;
        }
        struct str title = own->title;
        if (other_id)
            title = str_fmt(scratch, "%.*s [%.*s]", STR_ARG(title), STR_ARG(own->id));
        if (other_process)
            title = str_fmt(scratch, "%.*s (%.*s)", STR_ARG(title), STR_ARG(name_of(of, own->pid)));
        builder_counter_title(c->b, own->builder_id, title);
    }
}
