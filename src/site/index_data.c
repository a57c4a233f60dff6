/* SPDX-License-Identifier: MIT
 *
 * Reports newest first, those without a date last: index i of every list is the same report. */
#include "site/index_data.h"

#include "base/arena.h"
#include "base/jsonout.h"
#include "base/limits.h"
#include "pack/section.h"
#include "pack/varint.h"
#include "site/says.h"

#define MOST_FINDINGS 2u
/* Shares are kept in hundredths of a percent: nobody reads more, and half of them fit a byte less. */
#define SHARE_UNIT 100u

static const struct entry *newest(const struct site *s, size_t i)
{
    return &s->entries.p[s->entries.n - 1 - i];
}

static uint32_t row_of(const struct site *s, uint32_t entry)
{
    return (uint32_t)s->entries.n - 1 - entry;
}

static void write_texts(const struct site *s, struct json *j, const char *name, struct str (*of)(const struct entry *))
{
    json_key_open(j, name, '[');
    for (size_t i = 0; i < s->entries.n; i++)
        json_str(j, of(newest(s, i)));
    json_close(j, ']');
}

static struct str path_of(const struct entry *e)
{
    return e->path;
}

static struct str title_of(const struct entry *e)
{
    return e->title;
}

static struct str why_of(const struct entry *e)
{
    return e->why;
}

static struct str event_of(const struct entry *e)
{
    return e->event;
}

static double date_of(const struct entry *e)
{
    return (double)e->date;
}

static double status_of(const struct entry *e)
{
    return e->status;
}

static double bytes_of(const struct entry *e)
{
    return (double)e->bytes;
}

static double samples_of(const struct entry *e)
{
    return (double)e->n_samples;
}

static double seconds_of(const struct entry *e)
{
    return e->seconds;
}

static double goes_of(const struct entry *e)
{
    return e->goes;
}

static void write_numbers(const struct site *s, struct json *j, const char *name, double (*of)(const struct entry *))
{
    json_key_open(j, name, '[');
    for (size_t i = 0; i < s->entries.n; i++)
        if (of == date_of && !newest(s, i)->has_date)
            json_null(j);
        else
            json_double(j, of(newest(s, i)));
    json_close(j, ']');
}

static void write_meta(const struct site *s, struct json *j)
{
    json_key_open(j, "meta", '[');
    for (size_t k = 0; k < s->meta_keys.n; k++) {
        json_open(j, '{');
        json_key_str(j, "key", s->meta_keys.p[k]);
        json_key_open(j, "values", '[');
        for (size_t i = 0; i < s->entries.n; i++)
            json_str(j, entry_meta(newest(s, i), s->meta_keys.p[k]));
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_findings(const struct site *s, struct json *j)
{
    json_key_open(j, "findings", '[');
    for (size_t i = 0; i < s->entries.n; i++) {
        const struct entry *e = newest(s, i);
        json_open(j, '[');
        for (uint32_t k = 0; k < e->n_findings && k < MOST_FINDINGS; k++)
            json_str(j, e->findings[k].title);
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void write_series(const struct site *s, struct json *j, struct arena *arena)
{
    json_key_open(j, "series", '[');
    for (size_t i = 0; i < s->series.n; i++) {
        json_open(j, '{');
        json_key_str(j, "label", says_series(&s->series.p[i], arena));
        json_key_open(j, "rows", '[');
        for (uint32_t k = 0; k < s->series.p[i].n; k++)
            json_u64(j, row_of(s, s->series.p[i].entry[k]));
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_turns(const struct site *s, struct json *j, struct arena *arena)
{
    json_key_open(j, "changes", '[');
    for (size_t i = 0; i < s->turns.n; i++) {
        const struct turn *t = &s->turns.p[i];
        json_open(j, '{');
        json_key_double(j, "series", t->series);
        json_key_double(j, "at", t->at);
        json_key_double(j, "from", t->from);
        json_key_double(j, "to", t->to);
        json_key_double(j, "name", t->name);
        json_key_bool(j, "package", t->is_package);
        json_key_bool(j, "total", t->is_total);
        json_key_double(j, "before", t->before);
        json_key_double(j, "after", t->after);
        json_key_double(j, "low", t->low);
        json_key_double(j, "high", t->high);
        json_key_str(j, "sure", says_sure(t->p, arena));
        json_key_str(j, "comparison", t->comparison == ID_NONE ? STR("") : s->comparisons.p[t->comparison].path);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_others(const struct site *s, struct json *j)
{
    json_key_open(j, "other", '[');
    for (size_t i = 0; i < s->strangers.n; i++) {
        json_open(j, '[');
        json_str(j, s->strangers.p[i].path);
        json_bool(j, s->strangers.p[i].is_broken);
        json_str(j, s->strangers.p[i].why);
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void write_list(const struct site *s, struct buf *out, struct arena *arena)
{
    struct json j = json_new(out);
    json_open(&j, '{');
    json_key_u64(&j, "format", 1);
    json_key_str(&j, "title", s->title);
    json_key_str(&j, "generator", s->generator);
    json_key_open(&j, "statuses", '[');
    for (int i = 0; i < STATUSES; i++)
        json_str(&j, str_of(entry_status_word[i]));
    json_close(&j, ']');
    write_texts(s, &j, "path", path_of);
    write_texts(s, &j, "titles", title_of);
    write_numbers(s, &j, "date", date_of);
    write_numbers(s, &j, "status", status_of);
    write_texts(s, &j, "why", why_of);
    write_texts(s, &j, "event", event_of);
    write_numbers(s, &j, "samples", samples_of);
    write_numbers(s, &j, "seconds", seconds_of);
    write_numbers(s, &j, "bytes", bytes_of);
    write_numbers(s, &j, "leaving", goes_of);
    write_meta(s, &j);
    write_findings(s, &j);
    json_key_strs(&j, "functions", s->functions.at, s->functions.n);
    json_key_strs(&j, "packages", s->packages.at, s->packages.n);
    write_series(s, &j, arena);
    write_turns(s, &j, arena);
    write_others(s, &j);
    json_close(&j, '}');
}

static void write_section(const char *name, struct buf *columns, uint32_t n, struct buf *out, struct arena *arena)
{
    struct section_writer w = section_begin(n, arena);
    for (uint32_t i = 0; i < n; i++)
        section_put(&w, &columns[i]);
    section_end(&w, str_of(name), out);
}

static void put_shares(struct buf *columns, const struct entry_share *x, uint32_t n)
{
    varint_put(&columns[0], n);
    for (uint32_t i = 0; i < n; i++) {
        varint_put(&columns[1], x[i].name);
        varint_put(&columns[2], (x[i].self + SHARE_UNIT / 2) / SHARE_UNIT);
        varint_put(&columns[3], (x[i].total + SHARE_UNIT / 2) / SHARE_UNIT);
    }
}

void index_data(const struct site *s, struct buf *out, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct buf list = buf_new(LIMIT_COLUMN_BYTES, work), maps[2], shares[8];
    for (int i = 0; i < 2; i++)
        maps[i] = buf_new(LIMIT_COLUMN_BYTES, work);
    for (int i = 0; i < 8; i++)
        shares[i] = buf_new(LIMIT_COLUMN_BYTES, work);
    write_list(s, &list, work);
    for (size_t i = 0; i < s->entries.n; i++) {
        const struct entry *e = newest(s, i);
        varint_put(&maps[0], e->columns);
        varint_put(&maps[0], e->rows);
        buf_add(&maps[1], e->level, (size_t)e->columns * e->rows);
        put_shares(shares, e->functions, e->n_functions);
        put_shares(shares + 4, e->packages, e->n_packages);
    }
    write_section("site.list", &list, 1, out, work);
    write_section("site.maps", maps, 2, out, work);
    write_section("site.shares", shares, 8, out, work);
    arena_free(work);
}
