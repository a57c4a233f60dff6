/* SPDX-License-Identifier: MIT
 *
 * One pass; a field is copied only where a doubled quote makes it shorter than it stands. */
#include "ingest/csv.h"

#include "base/arena.h"
#include "base/limits.h"

struct csv csv_open(struct str text, uint32_t file, struct diag *d, struct arena *arena)
{
    struct csv c = {.text = text, .file = file, .d = d, .arena = arena};
    c.field = NEW_N(arena, struct csv_field, LIMIT_CSV_COLUMNS);
    c.next = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
    return c;
}

static char at(const struct csv *c, size_t i)
{
    return i < c->text.n ? c->text.p[i] : '\n';
}

static bool ends_field(const struct csv *c, size_t i)
{
    return at(c, i) == ',' || at(c, i) == '\n' || (at(c, i) == '\r' && at(c, i + 1) == '\n');
}

static bool fail(struct csv *c, size_t offset, const char *what)
{
    diag_at(c->d, DIAG_ERROR, (struct pos){c->file, (uint32_t)offset}, "%s", what);
    c->failed = true;
    return false;
}

/* "a ""b"" c": from the quote at c->next to the one that closes it. */
static bool read_quoted(struct csv *c, struct str *out)
{
    size_t begin = c->next + 1, i = begin, doubled = 0;
    for (;; i++) {
        if (i >= c->text.n)
            return fail(c, c->next, "a quoted field without its closing quote");
        if (c->text.p[i] != '"')
            continue;
        if (at(c, i + 1) != '"')
            break;
        doubled++;
        i++;
    }
    *out = str_sub(c->text, begin, i);
    if (doubled) {
        char *to = NEW_N(c->arena, char, out->n);
        size_t n = 0;
        for (size_t k = 0; k < out->n; k++) {
            to[n++] = out->p[k];
            k += out->p[k] == '"';
        }
        *out = (struct str){to, n};
    }
    c->next = i + 1;
    return ends_field(c, c->next) || fail(c, c->next, "text after the closing quote of a field");
}

static bool read_field(struct csv *c, struct str *out)
{
    if (at(c, c->next) == '"')
        return read_quoted(c, out);
    size_t begin = c->next;
    while (!ends_field(c, c->next)) {
        if (c->text.p[c->next] == '"')
            return fail(c, c->next, "a quote inside a field that is not quoted (quote the field, double the quote)");
        c->next++;
    }
    *out = str_sub(c->text, begin, c->next);
    return true;
}

static bool read_record(struct csv *c)
{
    for (c->n = 0;;) {
        struct csv_field field = {.at = {c->file, (uint32_t)c->next}};
        if (!read_field(c, &field.text))
            return false;
        if (c->n == LIMIT_CSV_COLUMNS)
            return fail(c, field.at.offset, "more columns than a table has");
        c->field[c->n++] = field;
        char end = at(c, c->next);
        c->next += end == '\r' ? 2 : 1;
        if (end != ',')
            return true;
    }
}

bool csv_next(struct csv *c)
{
    while (!c->failed && c->next < c->text.n) {
        if (!read_record(c))
            return false;
        if (c->n == 1 && !c->field[0].text.n)
            continue;
        if (!c->expected)
            c->expected = c->n;
        if (c->n == c->expected)
            return true;
        diag_at(c->d, DIAG_ERROR, c->field[0].at, "%u fields, where the first line has %u", c->n, c->expected);
    }
    return false;
}
