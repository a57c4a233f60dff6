/* SPDX-License-Identifier: MIT
 *
 * Reading the columns, then cutting them to a profile. The first time says of what sort all are: a file that mixes them
 * was put together wrongly. */
#include "ingest/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "base/vec.h"
#include "ingest/csv.h"
#include "ingest/stream.h"
#include "ingest/whole.h"

enum clock_sort { SORT_NONE, SORT_ORIGIN, SORT_EPOCH };

struct point {
    int64_t ns;
    double value;
};

struct table {
    struct csv csv;
    uint32_t time, value; /* columns */
    enum clock_sort sort;
    VEC(struct point) points;
    uint64_t n_missing;
    bool disordered;
};

/* Where the names of columns do not tell, by size: 1e8 s are three years after the origin and 1973 since 1970. */
static int64_t scale_of(double v)
{
    double size = fabs(v);
    return size < 1e11 ? NS_PER_S : size < 1e14 ? 1000000 : size < 1e17 ? 1000 : 1;
}

static bool read_time(struct table *t, const struct csv_field *f, struct diag *d, int64_t *ns)
{
    struct str s = str_trim(f->text);
    enum clock_sort sort = SORT_EPOCH;
    char digits[64];
    bool number = s.n && s.n < sizeof digits && decimal_scaled(s, 1, ns);
    if (number) {
        memcpy(digits, s.p, s.n);
        digits[s.n] = 0;
        double v = strtod(digits, NULL);
        sort = fabs(v) < 1e8 ? SORT_ORIGIN : SORT_EPOCH;
        if (!decimal_scaled(s, scale_of(v), ns) || *ns > LIMIT_TIME_NS || *ns < -LIMIT_TIME_NS) {
            diag_at(d, DIAG_ERROR, f->at, "the time '%.*s' is out of range", STR_ARG(s));
            return false;
        }
    } else if (!time_parse_instant(s, ns)) {
        diag_at(d, DIAG_ERROR, f->at,
                "'%.*s' is not a time (seconds since the origin, seconds since 1970, or a date with its zone such as "
                "2026-11-19T11:36:00Z)",
                (int)(s.n < 80 ? s.n : 80), s.p);
        return false;
    }
    if (t->sort && t->sort != sort) {
        diag_at(d, DIAG_ERROR, f->at, "this time counts from %s, those before it from %s",
                sort == SORT_EPOCH ? "1970" : "the origin", sort == SORT_EPOCH ? "the origin" : "1970");
        return false;
    }
    t->sort = sort;
    return true;
}

/* Empty, or NaN, as exporters write what was not measured. */
static bool is_missing(struct str s)
{
    return !s.n || str_eq(s, STR("NaN")) || str_eq(s, STR("nan")) || str_eq(s, STR("null"));
}

static bool read_value(const struct csv_field *f, struct diag *d, double *v)
{
    struct str s = str_trim(f->text);
    if (decimal_double(s, v))
        return true;
    diag_at(d, DIAG_ERROR, f->at, "'%.*s' is not a number", (int)(s.n < 80 ? s.n : 80), s.p);
    return false;
}

static bool find_column(const struct csv *c, const struct spec_text *wanted, uint32_t otherwise, struct diag *d, uint32_t *out)
{
    struct str all = STR("");
    *out = otherwise;
    if (!wanted->s.n && otherwise < c->n)
        return true;
    if (!wanted->s.n) {
        diag_at(d, DIAG_ERROR, c->field[0].at, "one column only, expected times and numbers");
        return false;
    }
    for (*out = 0; *out < c->n; ++*out)
        if (str_eq(str_trim(c->field[*out].text), wanted->s))
            return true;
    for (uint32_t i = 0; i < c->n && i < 12; i++)
        all = str_fmt(c->arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(c->field[i].text));
    diag_at(d, DIAG_ERROR, wanted->at, "the file has no column '%.*s' (it has %.*s%s)", STR_ARG(wanted->s), STR_ARG(all),
            c->n > 12 ? ", …" : "");
    return false;
}

/* Merges sorted halves: equal times keep the order of the file, which qsort does not promise. */
static void sort_points(struct point *p, struct point *work, size_t n)
{
    size_t half = n / 2, i = 0, j = half, k = 0;
    if (n < 2)
        return;
    sort_points(p, work, half);
    sort_points(p + half, work, n - half);
    while (i < half || j < n)
        work[k++] = j == n || (i < half && p[i].ns <= p[j].ns) ? p[i++] : p[j++];
    memcpy(p, work, n * sizeof *p);
}

static bool read_table(struct table *t, struct diag *d, struct arena *arena)
{
    struct csv *c = &t->csv;
    uint32_t errors = diag_errors(d);
    while (csv_next(c)) {
        struct point p = {0, 0};
        if (!read_time(t, &c->field[t->time], d, &p.ns))
            continue;
        if (is_missing(str_trim(c->field[t->value].text))) {
            t->n_missing++;
            continue;
        }
        if (!read_value(&c->field[t->value], d, &p.value))
            continue;
        t->disordered |= t->points.n && t->points.p[t->points.n - 1].ns > p.ns;
        if (!vec_push(&t->points, LIMIT_SERIES_POINTS, arena, p)) {
            diag_at(d, DIAG_LIMIT, c->field[0].at, "more than %u numbers (write fewer of them)", LIMIT_SERIES_POINTS);
            return false;
        }
    }
    return diag_errors(d) == errors;
}

static bool load(const struct metric_spec *m, struct diag *d, struct str *text, struct arena *arena)
{
    const struct ingest_watch watch = {0};
    struct source *in = stream_open(m->file.path, diag_file(d, m->file.name), &watch, d, arena);
    if (!in)
        return false;
    bool ok = whole_read(in, LIMIT_CSV_BYTES, "CSV", d, text, arena);
    stream_close(in);
    return ok;
}

static void say_what_is_odd(const struct table *t, struct diag *d)
{
    if (t->n_missing)
        diag_say(d, DIAG_WARNING, t->csv.file, "%llu lines without a number, left out", (unsigned long long)t->n_missing);
    if (t->disordered)
        diag_say(d, DIAG_WARNING, t->csv.file, "its times are out of order, sorted");
}

bool metric_read(const struct metric_spec *m, struct diag *d, struct metric *out, struct arena *arena)
{
    struct str text;
    return load(m, d, &text, arena) && metric_parse(m, text, diag_text(d, m->file.name, text), d, out, arena);
}

bool metric_parse(const struct metric_spec *m, struct str text, uint32_t file, struct diag *d, struct metric *out,
                  struct arena *arena)
{
    struct table t = {.csv = csv_open(text, file, d, arena)};
    if (!csv_next(&t.csv)) {
        if (!t.csv.failed)
            diag_say(d, DIAG_ERROR, t.csv.file, "the file is empty (expected a line of column names, then numbers)");
        return false;
    }
    bool found = find_column(&t.csv, &m->time, 0, d, &t.time);
    if (!find_column(&t.csv, &m->value, 1, d, &t.value) || !found)
        return false;
    *out = (struct metric){.title = m->title.s.n ? m->title.s : str_dup(str_trim(t.csv.field[t.value].text), arena), .unit = m->unit.s};
    if (!read_table(&t, d, arena))
        return false;
    if (!t.points.n) {
        diag_say(d, DIAG_ERROR, t.csv.file, "there are no numbers in it");
        return false;
    }
    say_what_is_odd(&t, d);
    if (t.disordered)
        sort_points(t.points.p, NEW_N(arena, struct point, t.points.n), t.points.n);
    out->is_epoch = t.sort == SORT_EPOCH;
    out->n = (uint32_t)t.points.n;
    out->time_ns = NEW_N(arena, int64_t, t.points.n);
    out->value = NEW_N(arena, double, t.points.n);
    for (uint32_t i = 0; i < out->n; i++) {
        out->time_ns[i] = t.points.p[i].ns;
        out->value[i] = t.points.p[i].value;
    }
    return true;
}

bool metric_add(const struct metric *m, struct profile *p, struct arena *arena)
{
    int64_t zero = m->is_epoch ? p->clock_epoch_ns : 0;
    struct counter_series *s = &p->series[p->n_series];
    if (!p->has_time || (m->is_epoch && !p->has_clock))
        return false;
    *s = (struct counter_series){.title = m->title, .unit = m->unit};
    s->time = NEW_N(arena, uint32_t, m->n);
    s->value = NEW_N(arena, double, m->n);
    for (uint32_t i = 0; i < m->n; i++) {
        int64_t ns;
        if (__builtin_sub_overflow(m->time_ns[i], zero, &ns) || ns < 0 || ns / p->step_ns >= p->n_steps)
            continue;
        s->time[s->n] = (uint32_t)(ns / p->step_ns);
        s->value[s->n++] = m->value[i];
    }
    p->n_series += s->n > 0;
    return s->n > 0;
}
