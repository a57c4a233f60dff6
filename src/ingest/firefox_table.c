/* SPDX-License-Identifier: MIT
 *
 * One way to ask for a cell, whichever way the table is written. */
#include "ingest/firefox_table.h"

#include "base/limits.h"

static bool by_rows(struct json_doc *j, struct firefox_table *t, const char *const *columns)
{
    t->is_rows = true;
    t->n = doc_length(&t->data);
    if (!doc_is(j, &t->schema, JSON_MAP) || !doc_is(j, &t->data, JSON_LIST))
        return false;
    for (unsigned c = 0; columns[c]; c++) {
        struct json_at at = doc_find(&t->schema, columns[c]);
        int64_t place = doc_kind(&at) == JSON_INT ? doc_int(&at) : -1;
        t->place[c] = place >= 0 && place < LIMIT_EVENTS ? (int)place : -1;
    }
    return true;
}

static bool by_columns(struct json_doc *j, struct firefox_table *t, const char *const *columns)
{
    bool any = false;
    for (unsigned c = 0; columns[c]; c++) {
        t->column[c] = doc_find(&t->at, columns[c]);
        size_t n = doc_length(&t->column[c]);
        if (doc_kind(&t->column[c]) != JSON_LIST)
            continue;
        if (any && n != t->n) {
            doc_wrong(j, &t->column[c], "%zu values, and %zu in another column", n, t->n);
            return false;
        }
        t->n = n;
        any = true;
    }
    return true;
}

bool firefox_table(struct json_doc *j, const struct json_at *map, const char *name, const char *const *columns,
                   struct firefox_table *out)
{
    *out = (struct firefox_table){.at = doc_need(j, map, name, JSON_MAP)};
    if (!out->at.value)
        return false;
    out->data = doc_find(&out->at, "data");
    out->schema = doc_find(&out->at, "schema");
    return out->schema.value ? by_rows(j, out, columns) : by_columns(j, out, columns);
}

void firefox_cell(const struct firefox_table *t, unsigned column, size_t row, struct firefox_cell *c)
{
    *c = (struct firefox_cell){.at = t->column[column]};
    if (t->is_rows) {
        c->row = c->at = doc_item(&t->data, row);
        c->at.value = NULL;
        if (t->place[column] >= 0 && doc_kind(&c->row) == JSON_LIST && (size_t)t->place[column] < doc_length(&c->row))
            c->at = doc_item(&c->row, (size_t)t->place[column]);
    } else if (doc_kind(&t->column[column]) == JSON_LIST) {
        c->at = doc_item(&t->column[column], row);
    } else {
        c->at.value = NULL;
    }
}

bool firefox_need(struct json_doc *j, const struct firefox_table *t, unsigned column, const char *name)
{
    if (t->is_rows)
        return t->place[column] >= 0 || doc_need(j, &t->schema, name, JSON_INT).value;
    return doc_need(j, &t->at, name, JSON_LIST).value;
}

bool firefox_index(struct json_doc *j, const struct firefox_table *t, unsigned column, size_t row, size_t n,
                   size_t *out)
{
    struct firefox_cell c;
    firefox_cell(t, column, row, &c);
    if (!c.at.value || !doc_is(j, &c.at, JSON_INT))
        return false;
    int64_t v = doc_int(&c.at);
    if (v >= (int64_t)n)
        doc_wrong(j, &c.at, "there is no number %lld, only %zu", (long long)v, n);
    if (v < 0 || v >= (int64_t)n)
        return false;
    *out = (size_t)v;
    return true;
}
