/* SPDX-License-Identifier: MIT
 *
 * Counters of a source: values wait as packed rows, and become one series each when the profile's origin, step and end
 * are known. In: key, title, unit, then times and values in any order. Out: out->series, as spec'd metrics are. */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "model/builder_state.h"
#include "names/redact.h"

enum { TIME, COUNTER, BITS, SOURCE };

uint32_t builder_counter(struct builder *b, struct str key, struct str title, struct str unit)
{
    char room[LIMIT_ONE_NAME + 4];
    uint32_t id = intern_find(&b->counters, key);
    if (id != INTERN_NONE)
        return b->first_counter + id;
    if (b->counter_info.n == LIMIT_SERIES || intern_id(&b->counters, key) == INTERN_NONE) {
        b->counters_cut = true;
        return ID_NONE;
    }
    struct counter_info c = {.source = (uint32_t)b->sources.n};
    c.title = str_dup(builder_tidy(b, title, room), b->work);
    c.unit = str_dup(builder_tidy(b, unit, room), b->work);
    (void)vec_push(&b->counter_info, SIZE_MAX, b->work, c);
    return (uint32_t)b->counter_info.n - 1;
}

void builder_counter_title(struct builder *b, uint32_t counter, struct str title)
{
    char room[LIMIT_ONE_NAME + 4];
    if (counter != ID_NONE)
        b->counter_info.p[counter].title = str_dup(builder_tidy(b, title, room), b->work);
}

void builder_count(struct builder *b, uint32_t counter, int64_t time_ns, double value)
{
    int64_t bits;
    if (counter == ID_NONE || !isfinite(value))
        return;
    if (b->values.n == LIMIT_SERIES_POINTS) {
        b->counters_cut = true;
        return;
    }
    memcpy(&bits, &value, sizeof bits);
    rows_add(&b->values, (struct row){{time_ns, counter, bits, (int64_t)b->sources.n}});
}

static int by_counter_and_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->v[COUNTER] != y->v[COUNTER])
        return x->v[COUNTER] < y->v[COUNTER] ? -1 : 1;
    return (x->v[TIME] > y->v[TIME]) - (x->v[TIME] < y->v[TIME]);
}

/* The step of a value; false when there are no samples, or none that the spec keeps, at its time. */
static bool step_of(const struct builder *b, const struct profile *p, const struct row *r, uint32_t *step)
{
    const struct filter *f = &b->spec->filter;
    int64_t ns = r->v[TIME] + b->sources.p[r->v[SOURCE]].shift_ns - p->origin_ns, at = ns / p->step_ns;
    if (ns < 0 || at >= p->n_steps || at * p->step_ns < f->from_ns || at * p->step_ns >= f->to_ns)
        return false;
    *step = (uint32_t)at;
    return true;
}

static uint32_t count_of_counter(struct builder *b, const struct profile *p, uint32_t *n_of)
{
    uint32_t n = 0, step;
    struct rows_walk w = rows_walk(&b->values, false);
    for (const struct row *r; (r = rows_next(&w));)
        n += step_of(b, p, r, &step) && n_of[r->v[COUNTER]]++ == 0;
    return n;
}

/* Those of merged sources say of which they are where others have their title. */
static struct str title_of(struct builder *b, uint32_t counter)
{
    const struct counter_info *c = &b->counter_info.p[counter];
    const struct one_source *source = &b->sources.p[c->source];
    struct str of = source->host.n ? redact(b->spec->redact, REDACT_HOST, source->host, b->arena)
                                   : redact(b->spec->redact, REDACT_PATH, source->name, b->arena);
    bool is_shared = false;
    for (uint32_t i = 0; i < b->counter_info.n && !is_shared; i++)
        is_shared = b->counter_info.p[i].source != c->source && str_eq(b->counter_info.p[i].title, c->title);
    struct str title = redact(b->spec->redact, REDACT_TEXT, c->title, b->arena);
    return is_shared ? str_fmt(b->arena, "%.*s (%.*s)", STR_ARG(title), STR_ARG(of)) : str_dup(title, b->arena);
}

static void open_series(struct builder *b, struct profile *out, const uint32_t *n_of, uint32_t *series_of)
{
    for (uint32_t c = 0; c < b->counter_info.n; c++) {
        if (!n_of[c])
            continue;
        struct counter_series *s = &out->series[series_of[c] = out->n_series++];
        s->title = title_of(b, c);
        s->unit = str_dup(redact(b->spec->redact, REDACT_TEXT, b->counter_info.p[c].unit, b->arena), b->arena);
        s->time = NEW_N(b->arena, uint32_t, n_of[c]);
        s->value = NEW_N(b->arena, double, n_of[c]);
    }
}

void settle_counters(struct builder *b, struct profile *out)
{
    uint32_t *n_of = NEW_N(b->work, uint32_t, b->counter_info.n + 1);
    uint32_t *series_of = NEW_N(b->work, uint32_t, b->counter_info.n + 1), step;
    if (!out->has_time || !b->values.n)
        return;
    out->series = NEW_N(b->arena, struct counter_series, (size_t)count_of_counter(b, out, n_of) + 1);
    open_series(b, out, n_of, series_of);
    rows_sort(&b->values, by_counter_and_time);
    struct rows_walk w = rows_walk_sorted(&b->values, by_counter_and_time, true);
    for (const struct row *r; (r = rows_next(&w));) {
        if (!step_of(b, out, r, &step))
            continue;
        struct counter_series *s = &out->series[series_of[r->v[COUNTER]]];
        s->time[s->n] = step;
        memcpy(&s->value[s->n++], &r->v[BITS], sizeof *s->value);
    }
    if (b->counters_cut)
        diag_say(b->d, DIAG_WARNING, b->file,
                 "more than %d counters or %u values of them: those after are left out", LIMIT_SERIES,
                 LIMIT_SERIES_POINTS);
}
