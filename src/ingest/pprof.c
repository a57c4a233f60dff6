/* SPDX-License-Identifier: MIT
 *
 * Profiles of pprof: stacks with values and no times, so a flat profile. Tables may stand anywhere in the
 * document and refer to each other, so it is walked once for each (pprof_tables.c), and for the samples at last.
 *
 * Source of the meanings: proto/profile.proto of google/pprof. */
#include "ingest/pprof.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/timetext.h"
#include "ingest/pprof_tables.h"
#include "ingest/whole.h"
#include "ingest/wire.h"

/* Files are taken seconds apart; years of them must fit. */
#define MERGED_STEP_NS 1000000

struct pprof {
    struct pprof_tables t;
    const struct profile_spec *spec;
    uint32_t chosen, event;
    bool is_merged;
    uint32_t *stack;
    bool warned_label;
};

/* ---- samples */

/* Of a string's number in a field of the message at hand. */
static struct str text_of(struct pprof *p, const char *field, int64_t string)
{
    return pprof_text(&p->t, pprof_string(&p->t, field, string));
}

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
        diag_say(p->t.d, DIAG_NOTE, p->t.file,
                 "has labels like '%.*s': a spec can filter by them (filter: {label: {%.*s: VALUE}}), the report does "
                 "not show them",
                 STR_ARG(key), STR_ARG(key));
    p->warned_label = true;
}

/* A label's value as a text: numbers with their unit. */
static struct str label_value(struct pprof *p, const char *field, const Pprof__Label *l)
{
    struct str text = text_of(p, field, l->str), unit = text_of(p, field, l->num_unit);
    return text.n ? text : str_fmt(p->t.scratch, "%lld%s%.*s", (long long)l->num, unit.n ? " " : "", STR_ARG(unit));
}

/* Whether the sample has each label that the spec asks for, with such a value. */
static bool passes_labels(struct pprof *p, const Pprof__Sample *s)
{
    const struct filter *f = &p->spec->filter;
    bool all = true;
    for (uint32_t k = 0; k < f->n_label && all; k++) {
        bool any = false;
        for (size_t i = 0; i < s->n_label && !any && !p->t.is_wrong; i++) {
            char field[48];
            snprintf(field, sizeof field, "label[%zu]", i);
            any = str_eq(text_of(p, field, s->label[i]->key), f->label[k].key.s) &&
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
    struct str comm = pprof_text(&p->t, p->t.main_name);
    size_t slash = str_rfind_char(comm, '/');
    comm = slash == SIZE_MAX ? comm : str_sub(comm, slash + 1, comm.n);
    for (size_t i = 0; i < s->n_label && !p->t.is_wrong; i++) {
        const Pprof__Label *l = s->label[i];
        char field[48];
        snprintf(field, sizeof field, "label[%zu]", i);
        struct str key = text_of(p, field, l->key), value = text_of(p, field, l->str);
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
    return builder_thread(p->t.b, ids[PID], ids[TID], comm);
}

/* From the root on: what the first uninteresting frame below an interesting one calls is its own business, and it is
 * left out with it. */
static uint32_t first_interesting(const struct pprof *p, uint32_t n)
{
    bool below = false;
    for (uint32_t i = n; i-- > 0;) {
        bool drop = p->t.uninteresting.p[p->stack[i]];
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
    for (size_t i = 0; i < s->n_location_id && !p->t.is_wrong; i++) {
        char field[48];
        snprintf(field, sizeof field, "location_id[%zu]", i);
        const struct pprof_entry *l = pprof_find(&p->t, &p->t.locations, field, s->location_id[i]);
        uint32_t k = 0;
        for (; l && k < l->n && n < LIMIT_STACK_DEPTH; k++)
            p->stack[n++] = l->from + k;
        is_cut |= l && k < l->n;
    }
    builder_tally(p->t.b)->n_cut_stacks += is_cut;
    uint32_t leaf = first_interesting(p, n);
    for (uint32_t i = leaf; i < n; i++)
        p->stack[i] = p->t.frames.p[p->stack[i]];
    return builder_stack(p->t.b, thread, p->stack + leaf, n - leaf);
}

static void take_sample(void *to, const void *message)
{
    struct pprof *p = to;
    const Pprof__Sample *s = message;
    char field[48];
    if (s->n_value != p->t.types.n) {
        pprof_wrong(&p->t, "value", "%zu values, and %zu types of them", s->n_value, p->t.types.n);
        return;
    }
    int64_t value = s->value[p->chosen];
    snprintf(field, sizeof field, "value[%u]", p->chosen);
    if (value < 0)
        pprof_wrong(&p->t, field,
                    "%lld is below zero: the difference of two profiles (give the two profiles themselves)",
                    (long long)value);
    struct sample sample = {.time_ns = p->t.time_ns, .event = p->event, .cpu = ID_NONE, .period = (uint64_t)value};
    sample.thread = thread_of(p, s);
    sample.stack = stack_of(p, s, sample.thread);
    sample.has_labels = passes_labels(p, s);
    if (p->t.is_wrong)
        return;
    if (value) {
        builder_sample(p->t.b, &sample);
    } else { /* of another type of value only */
        builder_tally(p->t.b)->n_read++;
        builder_tally(p->t.b)->n_other_event++;
    }
}

/* ---- the document */

static struct str type_name(const struct pprof *p, uint32_t i)
{
    return str_fmt(p->t.arena, "%.*s/%.*s", STR_ARG(pprof_text(&p->t, (uint32_t)p->t.types.p[i].type)),
                   STR_ARG(pprof_text(&p->t, (uint32_t)p->t.types.p[i].unit)));
}

/* The type asked for, else the document's default, else the last, as pprof does. */
static void choose(struct pprof *p, struct str asked)
{
    struct str by_default = pprof_text(&p->t, p->t.default_type);
    bool found = false;
    p->chosen = (uint32_t)p->t.types.n - 1;
    for (uint32_t i = 0; i < p->t.types.n && by_default.n; i++)
        if (str_eq(pprof_text(&p->t, (uint32_t)p->t.types.p[i].type), by_default))
            p->chosen = i;
    for (uint32_t i = 0; i < p->t.types.n && asked.n && !found; i++)
        if ((found = str_glob(asked, type_name(p, i))))
            p->chosen = i;
    p->event = builder_event(p->t.b, type_name(p, p->chosen));
    for (uint32_t i = 0; i < p->t.types.n && asked.n && !found; i++)
        (void)builder_event(p->t.b, type_name(p, i)); /* so that the refusal names them */
}

/* When all of it was taken, as far as the document says. Alone it has no times; beside others it is a moment. */
static void settle_time(struct pprof *p)
{
    if (p->t.time_ns)
        builder_fact(p->t.b, STR("captured"), time_instant(p->t.time_ns, p->t.arena));
    if (!p->t.time_ns || !p->is_merged) {
        builder_flat(p->t.b);
        return;
    }
    builder_clock(p->t.b, p->t.time_ns, p->t.time_ns);
    builder_source_step(p->t.b, MERGED_STEP_NS);
}

static bool pprof_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct pprof p = {.spec = in->spec, .is_merged = in->is_merged};
    struct wire_fault fault;
    p.t = (struct pprof_tables){.b = b, .d = d, .file = in->file, .arena = arena};
    p.t.main_name = p.t.default_type = PPROF_NO_STRING;
    if (!whole_read(in, LIMIT_PROTO_BYTES, "protobuf", d, &p.t.text, arena))
        return false;
    if (!wire_check(p.t.text, &pprof__profile__descriptor, &fault)) {
        diag_offset(d, DIAG_ERROR, in->file, fault.at, "%s: %s", fault.path, fault.why);
        return false;
    }
    builder_weigh(b, WEIGHT_COUNT);
    p.stack = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    p.t.scratch = arena_like(arena);
    pprof_read_head(&p.t);
    settle_time(&p);
    if (!p.t.is_wrong)
        choose(&p, in->spec->event.s);
    pprof_read_frames(&p.t);
    pprof_each(&p.t, 2, "sample", &pprof__sample__descriptor, take_sample, &p);
    arena_free(p.t.scratch);
    builder_tally(b)->truncated |= in->truncated;
    return !p.t.is_wrong;
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
