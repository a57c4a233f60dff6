/* SPDX-License-Identifier: MIT
 *
 * One value of a spec -> the field its row names: texts, times, choices, lists, patterns. What a value is not, is
 * said where it stands. */
#include "spec/values.h"

#include "base/arena.h"
#include "base/pattern.h"
#include "base/timetext.h"
#include "spec/spec.h"

void value_expected(struct values *r, const struct schema_row *row, const char *what,
                     const struct tree *found)
{
    struct str words = tree_words(found, r->arena);
    diag_at(r->d, DIAG_ERROR, found->at, "'%s' takes %s, not %.*s", row->key, what, STR_ARG(words));
}

static bool is_text(struct values *r, const struct schema_row *row, const struct tree *t)
{
    if (t->kind == TREE_TEXT)
        return true;
    value_expected(r, row, row->takes, t);
    return false;
}

static void set_text(struct values *r, const struct schema_row *row, const struct tree *t,
                     struct spec_text *to)
{
    if (is_text(r, row, t))
        *to = (struct spec_text){t->text, t->at};
}

static void set_id(struct values *r, const struct schema_row *row, const struct tree *t,
                   struct spec_text *to)
{
    if (!is_text(r, row, t))
        return;
    struct str safe = spec_unique_id(t->text, NULL, 0, r->arena);
    if (!str_eq(safe, t->text) || t->text.n > 100)
        diag_at(r->d, DIAG_ERROR, t->at,
                "an id is made of at most 100 letters, digits, _ . and - (for instance '%.*s')",
                (int)(safe.n < 100 ? safe.n : 100), safe.p);
    *to = (struct spec_text){t->text, t->at};
}

/* One line that ends in .md is a path. */
static void set_notes(struct values *r, const struct schema_row *row, const struct tree *t,
                      struct notes_spec *to)
{
    if (!is_text(r, row, t))
        return;
    bool path = str_ends(t->text, STR(".md")) && str_find_char(t->text, '\n') == SIZE_MAX &&
                str_find_char(t->text, ' ') == SIZE_MAX;
    *(path ? &to->file : &to->text) = (struct spec_text){t->text, t->at};
}

static void set_time(struct values *r, const struct schema_row *row, const struct tree *t, int64_t *to)
{
    int64_t ns;
    if (!is_text(r, row, t))
        return;
    if (!time_parse(t->text, 0, &ns)) {
        int64_t bare;
        bool number = time_parse(t->text, NS_PER_S, &bare);
        diag_at(r->d, DIAG_ERROR, t->at, "'%.*s' is not a time%s", STR_ARG(t->text),
                number ? " (give its unit: ns, us, ms, s, min or h)"
                       : " (write it as 100us, 820ms or 34.1s)");
    } else if (ns < row->least || ns > row->most) {
        struct str least = time_text(row->least, r->arena), most = time_text(row->most, r->arena);
        diag_at(r->d, DIAG_ERROR, t->at, "'%s' must be from %.*s to %.*s", row->key, STR_ARG(least),
                STR_ARG(most));
    } else {
        *to = ns;
    }
}

/* 20MB: a whole number and its unit, decimal or binary. */
static bool parse_bytes(struct str s, uint64_t *out)
{
    static const struct {
        const char *unit;
        uint64_t bytes;
    } units[] = {{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000}};
    uint64_t times = 0, n;
    for (size_t i = 0; !times && i < sizeof units / sizeof *units; i++)
        if (str_ends(s, str_of(units[i].unit))) {
            times = units[i].bytes;
            s = str_trim(str_sub(s, 0, s.n - str_of(units[i].unit).n));
        }
    if (!times || !str_u64(s, &n) || !n || n > UINT64_C(1000000000000) / times)
        return false;
    *out = n * times;
    return true;
}

static void set_bytes(struct values *r, const struct schema_row *row, const struct tree *t, uint64_t *to, struct pos *at)
{
    if (!is_text(r, row, t))
        return;
    if (!parse_bytes(t->text, to))
        diag_at(r->d, DIAG_ERROR, t->at, "'%.*s' is not a size (write it as 500KB, 20MB or 1GB)", STR_ARG(t->text));
    *at = t->at;
}

static void set_instant(struct values *r, const struct schema_row *row, const struct tree *t, int64_t *to)
{
    if (is_text(r, row, t) && !time_parse_instant(t->text, to))
        diag_at(r->d, DIAG_ERROR, t->at,
                "'%.*s' is not a date and time with its zone (write it as 2026-11-19T11:36:00Z)",
                STR_ARG(t->text));
}

static void set_range(struct values *r, const struct schema_row *row, const struct tree *t, int64_t *from,
                      int64_t *to)
{
    if (is_text(r, row, t) && !time_parse_range(t->text, from, to))
        diag_at(r->d, DIAG_ERROR, t->at,
                "'%.*s' is not a range (write it as 34.1s..34.9s, the earlier time first)", STR_ARG(t->text));
}

static void set_count(struct values *r, const struct schema_row *row, const struct tree *t, uint32_t *to)
{
    int64_t n;
    if (t->kind != TREE_TEXT || !str_i64(t->text, &n) || n < row->least || n > row->most)
        value_expected(r, row, row->takes, t);
    else
        *to = (uint32_t)n;
}

static void set_choice(struct values *r, const struct schema_row *row, const struct tree *t, int *to)
{
    if (!is_text(r, row, t))
        return;
    int choice = schema_choice(row, t->text);
    if (choice >= 0) {
        *to = choice;
        return;
    }
    struct str words[8], rest = str_of(row->choices);
    uint32_t n = 0;
    while (rest.n && n < 8)
        str_cut(rest, ' ', &words[n++], &rest);
    struct str near = diag_did_you_mean(r->d, t->text, words, n);
    diag_at(r->d, DIAG_ERROR, t->at, "'%s' takes %s, not '%.*s'%.*s", row->key, row->takes, STR_ARG(t->text),
            STR_ARG(near));
}

/* A text alone is a list of one. */
static const struct tree *element(const struct tree *t, uint32_t i)
{
    return t->kind == TREE_LIST ? t->item[i] : t;
}
static uint32_t elements(const struct tree *t)
{
    return t->kind == TREE_LIST ? t->n : 1;
}

static void set_texts(struct values *r, const struct schema_row *row, const struct tree *t, struct str **to,
                      uint32_t *n)
{
    *to = NEW_N(r->arena, struct str, (size_t)elements(t) + 1);
    for (uint32_t i = 0; i < elements(t); i++)
        if (is_text(r, row, element(t, i)))
            (*to)[(*n)++] = element(t, i)->text;
}

void value_set_paths(struct values *r, const struct schema_row *row, const struct tree *t,
                      struct spec_text **to, uint32_t *n)
{
    *to = NEW_N(r->arena, struct spec_text, (size_t)elements(t) + 1);
    *n = 0;
    for (uint32_t i = 0; i < elements(t); i++) {
        const struct tree *one = element(t, i);
        if (is_text(r, row, one) && !one->text.n)
            diag_at(r->d, DIAG_ERROR, one->at, "'%s' holds an empty path", row->key);
        else if (one->kind == TREE_TEXT)
            (*to)[(*n)++] = (struct spec_text){one->text, one->at};
    }
}

static struct pattern *compile(struct values *r, const struct schema_row *row, struct str text, struct pos at)
{
    struct str why;
    size_t offset;
    struct pattern *p = pattern_new(text, &why, &offset, r->arena);
    if (!p)
        diag_at(r->d, DIAG_ERROR, at, "'%s': not a regular expression: %.*s (at character %zu of '%.*s')", row->key,
                STR_ARG(why), offset + 1, STR_ARG(text));
    return p;
}

static void set_patterns(struct values *r, const struct schema_row *row, const struct tree *t,
                         struct spec_pattern **to, uint32_t *n)
{
    *to = NEW_N(r->arena, struct spec_pattern, (size_t)elements(t) + 1);
    *n = 0;
    for (uint32_t i = 0; i < elements(t); i++) {
        const struct tree *one = element(t, i);
        struct pattern *p = is_text(r, row, one) ? compile(r, row, one->text, one->at) : NULL;
        if (p)
            (*to)[(*n)++] = (struct spec_pattern){{one->text, one->at}, p};
    }
}

static void set_pairs(struct values *r, const struct schema_row *row, const struct tree *t, struct spec_pair **to,
                      uint32_t *n)
{
    if (t->kind != TREE_MAP) {
        value_expected(r, row, row->takes, t);
        return;
    }
    *to = NEW_N(r->arena, struct spec_pair, (size_t)t->n + 1);
    *n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct tree_pair *pair = &t->pair[i];
        struct spec_pair *p = &(*to)[*n];
        if (pair->value->kind != TREE_TEXT && pair->value->kind != TREE_NOTHING) {
            value_expected(r, row, row->takes, pair->value);
            continue;
        }
        *p = (struct spec_pair){{pair->key, pair->key_at}, {pair->value->text, pair->value->at}, NULL};
        if (row->type == TYPE_REPLACE && !(p->pattern = compile(r, row, pair->key, pair->key_at)))
            continue;
        (*n)++;
    }
}

/* The number of a word among the choices; -1 when it is none (said). */
static int word_of(struct values *r, const struct schema_row *row, const struct tree *t)
{
    int choice = -1;
    set_choice(r, row, t, &choice);
    return choice;
}

static void set_flags(struct values *r, const struct schema_row *row, const struct tree *t, uint32_t *to)
{
    *to = 0;
    for (uint32_t i = 0; i < elements(t); i++) {
        int choice = word_of(r, row, element(t, i));
        *to |= choice >= 0 ? 1u << choice : 0;
    }
}

static void set_order(struct values *r, const struct schema_row *row, const struct tree *t, uint8_t *to, uint32_t *n)
{
    uint32_t seen = 0;
    *n = 0;
    for (uint32_t i = 0; i < elements(t); i++) {
        int choice = word_of(r, row, element(t, i));
        if (choice >= 0 && seen & 1u << choice)
            diag_at(r->d, DIAG_ERROR, element(t, i)->at, "'%.*s' stands in '%s' twice", STR_ARG(element(t, i)->text),
                    row->key);
        else if (choice >= 0)
            to[(*n)++] = (uint8_t)choice;
        seen |= choice >= 0 ? 1u << choice : 0;
    }
}

static bool parse_ids(struct str s, struct id_range *out)
{
    struct str first, last;
    uint64_t a, b;
    bool range = str_cut(s, '-', &first, &last);
    if (!str_u64(str_trim(first), &a) || !str_u64(str_trim(range ? last : first), &b) || a > b ||
        b >= UINT32_MAX)
        return false;
    *out = (struct id_range){(uint32_t)a, (uint32_t)b};
    return true;
}

static void set_ids(struct values *r, const struct schema_row *row, const struct tree *t,
                    struct id_range **to, uint32_t *n)
{
    *to = NEW_N(r->arena, struct id_range, (size_t)elements(t) + 1);
    for (uint32_t i = 0; i < elements(t); i++) {
        const struct tree *one = element(t, i);
        if (one->kind == TREE_TEXT && parse_ids(one->text, &(*to)[*n]))
            (*n)++;
        else
            value_expected(r, row, row->takes, one);
    }
}

bool value_set(struct values *r, const struct schema_row *row, const struct tree *t, void *base)
{
    char *to = (char *)base + row->at;
    void *n = (char *)base + row->n_at;
    switch (row->type) {
    case TYPE_TEXT:
        set_text(r, row, t, (void *)to);
        break;
    case TYPE_ID:
        set_id(r, row, t, (void *)to);
        break;
    case TYPE_NOTES:
        set_notes(r, row, t, (void *)to);
        break;
    case TYPE_TIME:
        set_time(r, row, t, (void *)to);
        break;
    case TYPE_BYTES:
        set_bytes(r, row, t, (void *)to, n);
        break;
    case TYPE_INSTANT:
        set_instant(r, row, t, (void *)to);
        break;
    case TYPE_RANGE:
        set_range(r, row, t, (void *)to, n);
        break;
    case TYPE_COUNT:
        set_count(r, row, t, (void *)to);
        break;
    case TYPE_CHOICE:
        set_choice(r, row, t, (void *)to);
        break;
    case TYPE_TEXTS:
        set_texts(r, row, t, (void *)to, n);
        break;
    case TYPE_PATHS:
        value_set_paths(r, row, t, (void *)to, n);
        break;
    case TYPE_PATTERNS:
        set_patterns(r, row, t, (void *)to, n);
        break;
    case TYPE_PAIRS:
    case TYPE_REPLACE:
        set_pairs(r, row, t, (void *)to, n);
        break;
    case TYPE_FLAGS:
        set_flags(r, row, t, (void *)to);
        break;
    case TYPE_ORDER:
        set_order(r, row, t, (void *)to, n);
        break;
    case TYPE_IDS:
        set_ids(r, row, t, (void *)to, n);
        break;
    case TYPE_META:
    case TYPE_SECTION:
    case TYPE_SECTIONS:
    case TYPE_LATER:
        return false;
    }
    return true;
}
