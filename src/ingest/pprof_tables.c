/* SPDX-License-Identifier: MIT
 *
 * Tables of a pprof document. Each is walked for on its own; ids are sorted, and then found by halving. */
#include "ingest/pprof_tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/pattern.h"
#include "ingest/wire.h"
#include "names/strip.h"

void pprof_wrong(struct pprof_tables *t, const char *field, const char *fmt, ...)
{
    char why[200];
    va_list ap;
    if (t->is_wrong)
        return;
    t->is_wrong = true;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    diag_offset(t->d, DIAG_ERROR, t->file, t->at, "%s[%u].%s: %s", t->name, t->index, field, why);
}

void pprof_each(struct pprof_tables *t, uint32_t number, const char *name, const ProtobufCMessageDescriptor *type,
                pprof_taker *take, void *to)
{
    struct wire w = wire_of(t->text);
    struct wire_field f;
    t->name = name;
    t->index = 0;
    while (!t->is_wrong && wire_next(&w, &f)) {
        if (f.number != number)
            continue;
        struct arena_mark mark = arena_mark(t->scratch);
        void *message = wire_unpack(&w, &f, type, t->scratch);
        t->at = f.at;
        if (message)
            take(to, message);
        else
            pprof_wrong(t, "*", "it cannot be unpacked");
        arena_reset(t->scratch, mark);
        t->index++;
    }
}

static void too_many(struct pprof_tables *t)
{
    if (!t->is_wrong)
        diag_offset(t->d, DIAG_LIMIT, t->file, t->at, "%s[%u]: more than %u of them", t->name, t->index,
                    LIMIT_PROTO_ITEMS);
    t->is_wrong = true;
}

uint32_t pprof_string(struct pprof_tables *t, const char *field, int64_t index)
{
    if (index >= 0 && (uint64_t)index < t->strings.n)
        return (uint32_t)index;
    pprof_wrong(t, field, "there is no string %lld, only %zu", (long long)index, t->strings.n);
    return 0;
}

struct str pprof_text(const struct pprof_tables *t, uint32_t string)
{
    return string < t->strings.n ? t->strings.p[string] : STR("");
}

static void add_entry(struct pprof_tables *t, pprof_entries *to, uint64_t id, uint32_t from, uint32_t n)
{
    if (!id)
        pprof_wrong(t, "id", "0 is no id");
    else if (!vec_push(to, LIMIT_PROTO_ITEMS, t->arena, (struct pprof_entry){id, t->at, t->index, from, n}))
        too_many(t);
}

static int by_id(const void *a, const void *b)
{
    const struct pprof_entry *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_id_and_place(const void *a, const void *b)
{
    const struct pprof_entry *x = a, *y = b;
    return x->id != y->id ? by_id(a, b) : x->at < y->at ? -1 : x->at > y->at;
}

static void sort_entries(struct pprof_tables *t, pprof_entries *e)
{
    if (e->n)
        qsort(e->p, e->n, sizeof *e->p, by_id_and_place);
    for (size_t i = 1; i < e->n && !t->is_wrong; i++)
        if (e->p[i].id == e->p[i - 1].id) {
            t->at = e->p[i].at;
            t->index = e->p[i].index;
            pprof_wrong(t, "id", "%s[%u] has the id %llu, too", t->name, e->p[i - 1].index,
                        (unsigned long long)e->p[i].id);
        }
}

const struct pprof_entry *pprof_find(struct pprof_tables *t, const pprof_entries *e, const char *field, uint64_t id)
{
    struct pprof_entry key = {.id = id};
    const struct pprof_entry *found = e->n ? bsearch(&key, e->p, e->n, sizeof *e->p, by_id) : NULL;
    if (!found)
        pprof_wrong(t, field, "there is none of id %llu", (unsigned long long)id);
    return found;
}

static void read_strings(struct pprof_tables *t)
{
    struct wire w = wire_of(t->text);
    struct wire_field f;
    t->name = "string_table";
    while (!t->is_wrong && wire_next(&w, &f))
        if (f.number == 6) {
            t->at = f.at;
            if (!vec_push(&t->strings, LIMIT_PROTO_ITEMS, t->arena, str_sub(t->text, f.from, f.end)))
                too_many(t);
            t->index++;
        }
}

/* ---- what is taken */

static void take_type(void *to, const void *message)
{
    struct pprof_tables *t = to;
    const Pprof__ValueType *type = message;
    pprof_string(t, "type", type->type);
    pprof_string(t, "unit", type->unit);
    if (!vec_push(&t->types, LIMIT_EVENTS, t->arena, *type))
        pprof_wrong(t, "type", "more than %u types of values", LIMIT_EVENTS);
}

static void take_mapping(void *to, const void *message)
{
    struct pprof_tables *t = to;
    const Pprof__Mapping *m = message;
    uint32_t name = pprof_string(t, "filename", m->filename);
    if (!t->mappings.n)
        t->main_name = name;
    add_entry(t, &t->mappings, m->id, name, 1);
}

static void take_function(void *to, const void *message)
{
    struct pprof_tables *t = to;
    const Pprof__Function *f = message;
    uint32_t name = pprof_string(t, "name", f->name), system = pprof_string(t, "system_name", f->system_name);
    add_entry(t, &t->functions, f->id, pprof_text(t, name).n ? name : system, 1);
}

static enum frame_kind kind_of(struct str module)
{
    bool is_kernel = str_starts(module, STR("[kernel")) || str_starts(module, STR("[guest.kernel"));
    return is_kernel ? FRAME_KERNEL : FRAME_USER;
}

/* As pprof sees it: the whole name matches, without its arguments. */
static uint8_t is_uninteresting(struct pprof_tables *t, struct str name)
{
    if (!t->drop || !name.n)
        return 0;
    struct arena_mark mark = arena_mark(t->scratch);
    struct str simple = name_strip(name, STRIP_ARGUMENTS, t->scratch);
    bool is =
        pattern_find(t->drop, simple) == PATTERN_YES && !(t->keep && pattern_find(t->keep, simple) == PATTERN_YES);
    arena_reset(t->scratch, mark);
    return is;
}

/* One frame for each line; all but the last are inlined into the one after. */
static void take_location(void *to, const void *message)
{
    struct pprof_tables *t = to;
    const Pprof__Location *l = message;
    uint32_t from = (uint32_t)t->frames.n;
    const struct pprof_entry *mapping =
        l->mapping_id ? pprof_find(t, &t->mappings, "mapping_id", l->mapping_id) : NULL;
    struct str module = mapping ? pprof_text(t, mapping->from) : STR("");
    size_t n = l->n_line ? l->n_line : 1;
    for (size_t i = 0; i < n && !t->is_wrong; i++) {
        struct str name = STR("");
        char field[48];
        snprintf(field, sizeof field, "line[%zu].function_id", i);
        if (l->n_line && l->line[i]->function_id) {
            const struct pprof_entry *f = pprof_find(t, &t->functions, field, l->line[i]->function_id);
            name = f ? pprof_text(t, f->from) : name;
        }
        enum frame_kind kind = i + 1 < n ? FRAME_INLINED : kind_of(module);
        uint32_t frame = builder_frame(t->b, name.n ? name : STR("[unknown]"), module, kind);
        if (!vec_push(&t->frames, LIMIT_PROTO_ITEMS, t->arena, frame) ||
            !vec_push(&t->uninteresting, LIMIT_PROTO_ITEMS, t->arena, is_uninteresting(t, name)))
            too_many(t);
    }
    add_entry(t, &t->locations, l->id, from, (uint32_t)(t->frames.n - from));
}

static struct pattern *whole_name(struct pprof_tables *t, const char *field, int64_t string)
{
    struct str text = pprof_text(t, pprof_string(t, field, string)), why;
    size_t at;
    if (!text.n || t->is_wrong || !str_is_utf8(text))
        return NULL;
    struct pattern *made = pattern_new(str_fmt(t->arena, "^(?:%.*s)$", STR_ARG(text)), &why, &at, t->arena);
    if (!made)
        diag_say(t->d, DIAG_WARNING, t->file, "%s is no regular expression (%.*s), so it is not obeyed: '%.*s'", field,
                 STR_ARG(why), STR_ARG(text));
    return made;
}

static void read_numbers(struct pprof_tables *t)
{
    struct wire w = wire_of(t->text);
    struct wire_field f;
    t->name = "document";
    while (wire_next(&w, &f) && !t->is_wrong) {
        t->at = f.at;
        t->index = 0;
        if (f.number == 14)
            t->default_type = pprof_string(t, "default_sample_type", (int64_t)f.value);
        else if (f.number == 9 && f.value && f.value <= LIMIT_TIME_NS)
            t->time_ns = (int64_t)f.value;
        else if (f.number == 7)
            t->drop = whole_name(t, "drop_frames", (int64_t)f.value);
        else if (f.number == 8)
            t->keep = whole_name(t, "keep_frames", (int64_t)f.value);
    }
}

void pprof_read_head(struct pprof_tables *t)
{
    read_strings(t);
    read_numbers(t);
    pprof_each(t, 1, "sample_type", &pprof__value_type__descriptor, take_type, t);
    if (!t->is_wrong && !t->types.n) {
        diag_say(t->d, DIAG_ERROR, t->file, "sample_type: it is not there");
        t->is_wrong = true;
    }
}

void pprof_read_frames(struct pprof_tables *t)
{
    pprof_each(t, 3, "mapping", &pprof__mapping__descriptor, take_mapping, t);
    sort_entries(t, &t->mappings);
    pprof_each(t, 5, "function", &pprof__function__descriptor, take_function, t);
    sort_entries(t, &t->functions);
    pprof_each(t, 4, "location", &pprof__location__descriptor, take_location, t);
    sort_entries(t, &t->locations);
}
