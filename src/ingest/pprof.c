/* SPDX-License-Identifier: MIT
 *
 * Profiles of pprof: stacks with values and no times, so a flat profile. Tables may stand anywhere in the
 * document and refer to each other, so it is walked once for each: strings, then mappings and functions, then
 * locations, then samples. What a number refers to must be there.
 *
 * Source of the meanings: proto/profile.proto of google/pprof. */
#include "ingest/pprof.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/pattern.h"
#include "base/timetext.h"
#include "base/vec.h"
#include "ingest/whole.h"
#include "ingest/wire.h"
#include "names/strip.h"
#include "pprof.pb-c.h"

#define NONE UINT32_MAX
/* Files are taken seconds apart; years of them must fit. */
#define MERGED_STEP_NS 1000000

/* What a table's id stands for: a string (the name) for functions and mappings, frames for locations. */
struct entry {
    uint64_t id;
    size_t at; /* in the document */
    uint32_t index, from, n;
};

typedef VEC(struct entry) entries;

struct pprof {
    struct str text;
    struct builder *b;
    const struct profile_spec *spec;
    struct diag *d;
    uint32_t file;
    bool is_wrong;

    VEC(struct str) strings;
    entries mappings, functions, locations;
    VEC(uint32_t) frames; /* of locations, leaf first */
    VEC(uint8_t) uninteresting; /* of the same: drop_frames names it, and keep_frames does not */
    struct pattern *drop, *keep; /* NULL: none */
    VEC(Pprof__ValueType) types;
    uint32_t main_name;    /* string: the first mapping's file */
    uint32_t default_type; /* string */
    uint32_t chosen, event;
    bool is_merged;
    int64_t time_ns; /* since 1970 UTC, when merged and known */
    uint32_t *stack;
    bool warned_label;

    /* The message at hand. */
    const char *name;
    uint32_t index;
    size_t at;
    struct arena *arena, *scratch;
};

static void wrong(struct pprof *p, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void wrong(struct pprof *p, const char *field, const char *fmt, ...)
{
    char why[200];
    va_list ap;
    if (p->is_wrong)
        return;
    p->is_wrong = true;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    diag_offset(p->d, DIAG_ERROR, p->file, p->at, "%s[%u].%s: %s", p->name, p->index, field, why);
}

/* ---- tables */

typedef void taker(struct pprof *p, const void *message);

/* Every message of one field of the document, one at a time. */
static void each(struct pprof *p, uint32_t number, const char *name, const ProtobufCMessageDescriptor *type,
                 taker *take)
{
    struct wire w = wire_of(p->text);
    struct wire_field f;
    p->name = name;
    p->index = 0;
    while (!p->is_wrong && wire_next(&w, &f)) {
        if (f.number != number)
            continue;
        struct arena_mark mark = arena_mark(p->scratch);
        void *message = wire_unpack(&w, &f, type, p->scratch);
        p->at = f.at;
        if (message)
            take(p, message);
        else
            wrong(p, "*", "it cannot be unpacked");
        arena_reset(p->scratch, mark);
        p->index++;
    }
}

static void too_many(struct pprof *p)
{
    if (!p->is_wrong)
        diag_offset(p->d, DIAG_LIMIT, p->file, p->at, "%s[%u]: more than %u of them", p->name, p->index,
                    LIMIT_PROTO_ITEMS);
    p->is_wrong = true;
}

static uint32_t string_of(struct pprof *p, const char *field, int64_t index)
{
    if (index >= 0 && (uint64_t)index < p->strings.n)
        return (uint32_t)index;
    wrong(p, field, "there is no string %lld, only %zu", (long long)index, p->strings.n);
    return 0;
}

static struct str text_of(const struct pprof *p, uint32_t string)
{
    return string < p->strings.n ? p->strings.p[string] : STR("");
}

static void add_entry(struct pprof *p, entries *to, uint64_t id, uint32_t from, uint32_t n)
{
    if (!id)
        wrong(p, "id", "0 is no id");
    else if (!vec_push(to, LIMIT_PROTO_ITEMS, p->arena, (struct entry){id, p->at, p->index, from, n}))
        too_many(p);
}

static int by_id(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_id_and_place(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->id != y->id ? by_id(a, b) : x->at < y->at ? -1 : x->at > y->at;
}

static void sort_entries(struct pprof *p, entries *e)
{
    if (e->n)
        qsort(e->p, e->n, sizeof *e->p, by_id_and_place);
    for (size_t i = 1; i < e->n && !p->is_wrong; i++)
        if (e->p[i].id == e->p[i - 1].id) {
            p->at = e->p[i].at;
            p->index = e->p[i].index;
            wrong(p, "id", "%s[%u] has the id %llu, too", p->name, e->p[i - 1].index, (unsigned long long)e->p[i].id);
        }
}

/* NULL is said. */
static const struct entry *find(struct pprof *p, const entries *e, const char *field, uint64_t id)
{
    struct entry key = {.id = id};
    const struct entry *found = e->n ? bsearch(&key, e->p, e->n, sizeof *e->p, by_id) : NULL;
    if (!found)
        wrong(p, field, "there is none of id %llu", (unsigned long long)id);
    return found;
}

static void read_strings(struct pprof *p)
{
    struct wire w = wire_of(p->text);
    struct wire_field f;
    p->name = "string_table";
    while (!p->is_wrong && wire_next(&w, &f))
        if (f.number == 6) {
            p->at = f.at;
            if (!vec_push(&p->strings, LIMIT_PROTO_ITEMS, p->arena, str_sub(p->text, f.from, f.end)))
                too_many(p);
            p->index++;
        }
}

static void take_type(struct pprof *p, const void *message)
{
    const Pprof__ValueType *type = message;
    string_of(p, "type", type->type);
    string_of(p, "unit", type->unit);
    if (!vec_push(&p->types, LIMIT_EVENTS, p->arena, *type))
        wrong(p, "type", "more than %u types of values", LIMIT_EVENTS);
}

static void take_mapping(struct pprof *p, const void *message)
{
    const Pprof__Mapping *m = message;
    uint32_t name = string_of(p, "filename", m->filename);
    if (!p->mappings.n)
        p->main_name = name;
    add_entry(p, &p->mappings, m->id, name, 1);
}

static void take_function(struct pprof *p, const void *message)
{
    const Pprof__Function *f = message;
    uint32_t name = string_of(p, "name", f->name), system = string_of(p, "system_name", f->system_name);
    add_entry(p, &p->functions, f->id, text_of(p, name).n ? name : system, 1);
}

static enum frame_kind kind_of(struct str module)
{
    return str_starts(module, STR("[kernel")) || str_starts(module, STR("[guest.kernel")) ? FRAME_KERNEL
                                                                                          : FRAME_USER;
}

/* As pprof sees it: the whole name matches, without its arguments. */
static uint8_t is_uninteresting(struct pprof *p, struct str name)
{
    if (!p->drop || !name.n)
        return 0;
    struct arena_mark mark = arena_mark(p->scratch);
    struct str simple = name_strip(name, STRIP_ARGUMENTS, p->scratch);
    bool is = pattern_find(p->drop, simple) == PATTERN_YES && !(p->keep && pattern_find(p->keep, simple) == PATTERN_YES);
    arena_reset(p->scratch, mark);
    return is;
}

/* One frame for each line; all but the last are inlined into the one after. */
static void take_location(struct pprof *p, const void *message)
{
    const Pprof__Location *l = message;
    uint32_t from = (uint32_t)p->frames.n;
    const struct entry *mapping = l->mapping_id ? find(p, &p->mappings, "mapping_id", l->mapping_id) : NULL;
    struct str module = mapping ? text_of(p, mapping->from) : STR("");
    size_t n = l->n_line ? l->n_line : 1;
    for (size_t i = 0; i < n && !p->is_wrong; i++) {
        struct str name = STR("");
        char field[48];
        snprintf(field, sizeof field, "line[%zu].function_id", i);
        if (l->n_line && l->line[i]->function_id) {
            const struct entry *f = find(p, &p->functions, field, l->line[i]->function_id);
            name = f ? text_of(p, f->from) : name;
        }
        enum frame_kind kind = i + 1 < n ? FRAME_INLINED : kind_of(module);
        uint32_t frame = builder_frame(p->b, name.n ? name : STR("[unknown]"), module, kind);
        if (!vec_push(&p->frames, LIMIT_PROTO_ITEMS, p->arena, frame) ||
            !vec_push(&p->uninteresting, LIMIT_PROTO_ITEMS, p->arena, is_uninteresting(p, name)))
            too_many(p);
    }
    add_entry(p, &p->locations, l->id, from, (uint32_t)(p->frames.n - from));
}

/* ---- samples */

static bool number_of(struct str s, int64_t num, uint32_t *out)
{
    uint64_t value = (uint64_t)num;
    if ((s.n && !str_u64(s, &value)) || value >= ID_NONE)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* Labels are for filters; only those of threads and processes have a place in a report. */
static void other_label(struct pprof *p, struct str key)
{
    if (!p->warned_label && !p->spec->filter.n_label)
        diag_say(p->d, DIAG_NOTE, p->file,
                 "has labels like '%.*s': a spec can filter by them (filter: {label: {%.*s: VALUE}}), the report does "
                 "not show them",
                 STR_ARG(key), STR_ARG(key));
    p->warned_label = true;
}

/* A label's value as a text: numbers with their unit. */
static struct str label_value(struct pprof *p, const char *field, const Pprof__Label *l)
{
    struct str text = text_of(p, string_of(p, field, l->str)), unit = text_of(p, string_of(p, field, l->num_unit));
    return text.n ? text : str_fmt(p->scratch, "%lld%s%.*s", (long long)l->num, unit.n ? " " : "", STR_ARG(unit));
}

/* Whether the sample has each label that the spec asks for, with such a value. */
static bool passes_labels(struct pprof *p, const Pprof__Sample *s)
{
    const struct filter *f = &p->spec->filter;
    bool all = true;
    for (uint32_t k = 0; k < f->n_label && all; k++) {
        bool any = false;
        for (size_t i = 0; i < s->n_label && !any && !p->is_wrong; i++) {
            char field[48];
            snprintf(field, sizeof field, "label[%zu]", i);
            any = str_eq(text_of(p, string_of(p, field, s->label[i]->key)), f->label[k].key.s) &&
                  str_glob(f->label[k].value.s, label_value(p, field, s->label[i]));
        }
        all = any;
    }
    return all;
}

/* The labels that profilers use for threads and processes. */
static uint32_t thread_of(struct pprof *p, const Pprof__Sample *s)
{
    static const struct {
        const char *key;
        enum { PID, TID, COMM } is;
    } known[] = {{"thread_name", COMM}, {"thread", COMM}, {"comm", COMM},      {"thread_id", TID},
                 {"thread id", TID},    {"tid", TID},     {"process_id", PID}, {"pid", PID}};
    uint32_t ids[2] = {ID_NONE, ID_NONE};
    struct str comm = text_of(p, p->main_name);
    size_t slash = str_rfind_char(comm, '/');
    comm = slash == SIZE_MAX ? comm : str_sub(comm, slash + 1, comm.n);
    for (size_t i = 0; i < s->n_label && !p->is_wrong; i++) {
        const Pprof__Label *l = s->label[i];
        char field[48];
        snprintf(field, sizeof field, "label[%zu]", i);
        struct str key = text_of(p, string_of(p, field, l->key)),
                   value = text_of(p, string_of(p, field, l->str));
        size_t k = 0;
        while (k < sizeof known / sizeof *known && !str_eq(key, str_of(known[k].key)))
            k++;
        if (k == sizeof known / sizeof *known || (known[k].is == COMM && !value.n))
            other_label(p, key);
        else if (known[k].is == COMM)
            comm = value;
        else if (!number_of(value, l->num, &ids[known[k].is]))
            other_label(p, key);
    }
    return builder_thread(p->b, ids[PID], ids[TID], comm);
}

/* From the root on: what the first uninteresting frame below an interesting one calls is its own business, and it is
 * left out with it. */
static uint32_t first_interesting(const struct pprof *p, uint32_t n)
{
    bool below = false;
    for (uint32_t i = n; i-- > 0;) {
        bool drop = p->uninteresting.p[p->stack[i]];
        if (drop && below)
            return i + 1;
        below |= !drop;
    }
    return 0;
}

static uint32_t stack_of(struct pprof *p, const Pprof__Sample *s, uint32_t thread)
{
    uint32_t n = 0;
    bool is_cut = false;
    for (size_t i = 0; i < s->n_location_id && !p->is_wrong; i++) {
        char field[48];
        snprintf(field, sizeof field, "location_id[%zu]", i);
        const struct entry *l = find(p, &p->locations, field, s->location_id[i]);
        uint32_t k = 0;
        for (; l && k < l->n && n < LIMIT_STACK_DEPTH; k++)
            p->stack[n++] = l->from + k;
        is_cut |= l && k < l->n;
    }
    builder_tally(p->b)->n_cut_stacks += is_cut;
    uint32_t leaf = first_interesting(p, n);
    for (uint32_t i = leaf; i < n; i++)
        p->stack[i] = p->frames.p[p->stack[i]];
    return builder_stack(p->b, thread, p->stack + leaf, n - leaf);
}

static void take_sample(struct pprof *p, const void *message)
{
    const Pprof__Sample *s = message;
    char field[48];
    if (s->n_value != p->types.n) {
        wrong(p, "value", "%zu values, and %zu types of them", s->n_value, p->types.n);
        return;
    }
    int64_t value = s->value[p->chosen];
    snprintf(field, sizeof field, "value[%u]", p->chosen);
    if (value < 0)
        wrong(p, field,
              "%lld is below zero: the difference of two profiles (give the two profiles themselves)",
              (long long)value);
    struct sample sample = {.time_ns = p->time_ns, .event = p->event, .cpu = ID_NONE, .period = (uint64_t)value};
    sample.thread = thread_of(p, s);
    sample.stack = stack_of(p, s, sample.thread);
    sample.has_labels = passes_labels(p, s);
    if (p->is_wrong)
        return;
    if (value) {
        builder_sample(p->b, &sample);
    } else { /* of another type of value only */
        builder_tally(p->b)->n_read++;
        builder_tally(p->b)->n_other_event++;
    }
}

/* ---- the document */

static struct str type_name(const struct pprof *p, uint32_t i)
{
    return str_fmt(p->arena, "%.*s/%.*s", STR_ARG(text_of(p, (uint32_t)p->types.p[i].type)),
                   STR_ARG(text_of(p, (uint32_t)p->types.p[i].unit)));
}

/* The type asked for, else the document's default, else the last, as pprof does. */
static void choose(struct pprof *p, struct str asked)
{
    struct str by_default = text_of(p, p->default_type);
    bool found = false;
    p->chosen = (uint32_t)p->types.n - 1;
    for (uint32_t i = 0; i < p->types.n && by_default.n; i++)
        if (str_eq(text_of(p, (uint32_t)p->types.p[i].type), by_default))
            p->chosen = i;
    for (uint32_t i = 0; i < p->types.n && asked.n && !found; i++)
        if ((found = str_eq(type_name(p, i), asked)))
            p->chosen = i;
    p->event = builder_event(p->b, type_name(p, p->chosen));
    for (uint32_t i = 0; i < p->types.n && asked.n && !found; i++)
        (void)builder_event(p->b, type_name(p, i)); /* so that the refusal names them */
}

static struct pattern *whole_name(struct pprof *p, const char *field, int64_t string)
{
    struct str text = text_of(p, string_of(p, field, string)), why;
    size_t at;
    if (!text.n || p->is_wrong || !str_is_utf8(text))
        return NULL;
    struct pattern *made = pattern_new(str_fmt(p->arena, "^(?:%.*s)$", STR_ARG(text)), &why, &at, p->arena);
    if (!made)
        diag_say(p->d, DIAG_WARNING, p->file, "%s is no regular expression (%.*s), so it is not obeyed: '%.*s'", field,
                 STR_ARG(why), STR_ARG(text));
    return made;
}

static void read_numbers(struct pprof *p)
{
    struct wire w = wire_of(p->text);
    struct wire_field f;
    p->name = "document";
    while (wire_next(&w, &f) && !p->is_wrong) {
        p->at = f.at;
        p->index = 0;
        if (f.number == 14)
            p->default_type = string_of(p, "default_sample_type", (int64_t)f.value);
        else if (f.number == 9 && f.value && f.value <= LIMIT_TIME_NS)
            p->time_ns = (int64_t)f.value;
        else if (f.number == 7)
            p->drop = whole_name(p, "drop_frames", (int64_t)f.value);
        else if (f.number == 8)
            p->keep = whole_name(p, "keep_frames", (int64_t)f.value);
    }
}

/* When all of it was taken, as far as the document says. Alone it has no times; beside others it is a moment. */
static void settle_time(struct pprof *p)
{
    if (p->time_ns)
        builder_fact(p->b, STR("captured"), time_instant(p->time_ns, p->arena));
    if (!p->time_ns || !p->is_merged) {
        builder_flat(p->b);
        return;
    }
    builder_clock(p->b, p->time_ns, p->time_ns);
    builder_source_step(p->b, MERGED_STEP_NS);
}

static void read_document(struct pprof *p, struct str asked)
{
    read_strings(p);
    read_numbers(p);
    settle_time(p);
    each(p, 1, "sample_type", &pprof__value_type__descriptor, take_type);
    if (!p->is_wrong && !p->types.n) {
        diag_say(p->d, DIAG_ERROR, p->file, "sample_type: it is not there");
        p->is_wrong = true;
    }
    if (!p->is_wrong)
        choose(p, asked);
    each(p, 3, "mapping", &pprof__mapping__descriptor, take_mapping);
    sort_entries(p, &p->mappings);
    each(p, 5, "function", &pprof__function__descriptor, take_function);
    sort_entries(p, &p->functions);
    each(p, 4, "location", &pprof__location__descriptor, take_location);
    sort_entries(p, &p->locations);
    each(p, 2, "sample", &pprof__sample__descriptor, take_sample);
}

static bool pprof_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct pprof p = {.b = b, .d = d, .file = in->file, .main_name = NONE, .default_type = NONE};
    struct wire_fault fault;
    p.arena = arena;
    if (!whole_read(in, LIMIT_PROTO_BYTES, "protobuf", d, &p.text, arena))
        return false;
    if (!wire_check(p.text, &pprof__profile__descriptor, &fault)) {
        diag_offset(d, DIAG_ERROR, in->file, fault.at, "%s: %s", fault.path, fault.why);
        return false;
    }
    builder_weigh(b, WEIGHT_COUNT);
    p.is_merged = in->is_merged;
    p.spec = in->spec;
    p.stack = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    p.scratch = arena_like(arena);
    read_document(&p, in->spec->event.s);
    arena_free(p.scratch);
    builder_tally(b)->truncated |= in->truncated;
    return !p.is_wrong;
}

/* Messages in a row, each as the format has it: hardly anything else is. */
static int pprof_sniff(struct str head)
{
    return wire_sniff(head, &pprof__profile__descriptor) >= 2 ? 60 : 0;
}

const struct door door_pprof = {
    .name = {"pprof", 5},
    .description = {"a profile of pprof", 18},
    .is_binary = true,
    .default_step_ns = 1,
    .sniff = pprof_sniff,
    .read = pprof_read,
};
