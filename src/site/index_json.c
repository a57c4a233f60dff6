/* SPDX-License-Identifier: MIT
 *
 * Key by key; shares from 0 to 1, dates as text. */
#include "site/index_json.h"

#include "base/jsonout.h"
#include "base/timetext.h"
#include "site/says.h"

#define MOST_FUNCTIONS 20u

static void write_shares(struct json *j, const char *key, const struct intern *names, const struct entry_share *x, uint32_t n)
{
    json_key_open(j, key, '[');
    for (uint32_t i = 0; i < n && i < MOST_FUNCTIONS; i++) {
        json_open(j, '{');
        json_key_str(j, "name", names->at[x[i].name]);
        json_key_double(j, "self", x[i].self / 1e6);
        json_key_double(j, "total", x[i].total / 1e6);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_entry(const struct site *s, const struct entry *e, struct json *j, struct arena *arena)
{
    json_open(j, '{');
    json_key_str(j, "path", e->path);
    json_key_str(j, "title", e->title);
    json_key(j, "date");
    if (e->has_date)
        json_str(j, time_instant(e->date * NS_PER_S, arena));
    else
        json_null(j);
    json_key_str(j, "status", str_of(entry_status_word[e->status]));
    json_key_str(j, "why", e->why);
    json_key_open(j, "meta", '[');
    for (uint32_t i = 0; i < e->n_meta; i++) {
        json_open(j, '[');
        json_str(j, e->meta[i].key);
        json_str(j, e->meta[i].value);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_key_u64(j, "bytes", e->bytes);
    json_key_u64(j, "n_profiles", e->n_profiles);
    json_key_str(j, "profile", e->profile);
    json_key_str(j, "event", e->event);
    json_key_str(j, "weight", e->weight);
    json_key_u64(j, "n_samples", e->n_samples);
    json_key_u64(j, "n_lost", e->n_lost);
    json_key_double(j, "seconds", e->seconds);
    json_key_double(j, "rate_hz", e->rate_hz);
    json_key_u64(j, "cpus", e->n_cpus);
    json_key(j, "series");
    if (e->series == ID_NONE)
        json_null(j);
    else
        json_u64(j, e->series);
    write_shares(j, "functions", &s->functions, e->functions, e->n_functions);
    write_shares(j, "packages", &s->packages, e->packages, e->n_packages);
    json_key_open(j, "findings", '[');
    for (uint32_t i = 0; i < e->n_findings; i++)
        json_str(j, e->findings[i].title);
    json_close(j, ']');
    json_close(j, '}');
}

static void write_turn(const struct site *s, const struct turn *t, struct json *j)
{
    const struct series *of = &s->series.p[t->series];
    json_open(j, '{');
    json_key_u64(j, "series", t->series);
    json_key_str(j, "kind", t->is_package ? STR("package") : STR("function"));
    json_key_str(j, "name", says_name(s, t));
    json_key_str(j, "quantity", t->is_total ? STR("total") : STR("self"));
    json_key_str(j, "from", series_entry(s, of, t->at - 1)->path);
    json_key_str(j, "to", series_entry(s, of, t->at)->path);
    json_key_double(j, "before", t->before);
    json_key_double(j, "after", t->after);
    json_key_double(j, "low", t->low);
    json_key_double(j, "high", t->high);
    json_key_double(j, "p", t->p);
    json_key(j, "comparison");
    if (t->comparison == ID_NONE)
        json_null(j);
    else
        json_str(j, s->comparisons.p[t->comparison].path);
    json_close(j, '}');
}

void index_json(const struct site *s, struct buf *out, struct arena *arena)
{
    struct json j = json_new(out);
    buf_lit(out, INDEX_JSON_BEGIN);
    json_key_str(&j, "generator", s->generator);
    json_key_str(&j, "title", s->title);
    json_key_open(&j, "reports", '[');
    for (size_t i = s->entries.n; i-- > 0;) {
        buf_char(out, j.comma ? ',' : '\n');
        j.comma = false;
        write_entry(s, &s->entries.p[i], &j, arena);
        buf_char(out, '\n');
    }
    json_close(&j, ']');
    json_key_open(&j, "series", '[');
    for (size_t i = 0; i < s->series.n; i++) {
        json_open(&j, '{');
        json_key_str(&j, "label", s->series.p[i].label);
        json_key_str(&j, "event", s->series.p[i].event);
        json_key_u64(&j, "n", s->series.p[i].n);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_key_open(&j, "changes", '[');
    for (size_t i = 0; i < s->turns.n; i++)
        write_turn(s, &s->turns.p[i], &j);
    json_close(&j, ']');
    json_key_open(&j, "other", '[');
    for (size_t i = 0; i < s->strangers.n; i++) {
        json_open(&j, '{');
        json_key_str(&j, "path", s->strangers.p[i].path);
        json_key_str(&j, "kind", s->strangers.p[i].is_broken ? STR("broken") : STR("foreign"));
        json_key_str(&j, "why", s->strangers.p[i].why);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_key_strs(&j, "leaving", s->leaving.p, s->leaving.n);
    buf_lit(out, "}\n");
}
