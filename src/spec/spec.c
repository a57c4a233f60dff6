/* SPDX-License-Identifier: MIT
 *
 * Tree -> struct spec, driven by the rows of schema.c. Nothing stops at the first error: each key is checked
 * by itself, and what needs two keys (a missing source, from before to, ids used twice) is checked at the
 * end. */
#include "spec/spec.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "base/vec.h"
#include "spec/schema.h"
#include "spec/top.h"
#include "spec/yamltree.h"

struct reading {
    struct diag *d;
    struct arena *arena;
    struct top *top;
    const struct str *formats;
    uint32_t n_formats;
};

static void read_section(struct reading *r, const char *section, const struct tree *map, void *to);

static void expected(struct reading *r, const struct schema_row *row, const char *what,
                     const struct tree *found)
{
    struct str words = tree_words(found, r->arena);
    diag_at(r->d, DIAG_ERROR, found->at, "'%s' takes %s, not %.*s", row->key, what, STR_ARG(words));
}

static bool is_text(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    if (t->kind == TREE_TEXT)
        return true;
    expected(r, row, row->takes, t);
    return false;
}

static void set_text(struct reading *r, const struct schema_row *row, const struct tree *t,
                     struct spec_text *to)
{
    if (is_text(r, row, t))
        *to = (struct spec_text){t->text, t->at};
}

static void set_id(struct reading *r, const struct schema_row *row, const struct tree *t,
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
static void set_notes(struct reading *r, const struct schema_row *row, const struct tree *t,
                      struct notes_spec *to)
{
    if (!is_text(r, row, t))
        return;
    bool path = str_ends(t->text, STR(".md")) && str_find_char(t->text, '\n') == SIZE_MAX &&
                str_find_char(t->text, ' ') == SIZE_MAX;
    *(path ? &to->file : &to->text) = (struct spec_text){t->text, t->at};
}

static void set_meta(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    struct spec *spec = &r->top->spec;
    if (t->kind != TREE_MAP) {
        expected(r, row, row->takes, t);
        return;
    }
    spec->meta = NEW_N(r->arena, struct meta_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n; i++) {
        const struct tree *value = t->pair[i].value;
        if (value->kind == TREE_TEXT || value->kind == TREE_NOTHING)
            spec->meta[spec->n_meta++] = (struct meta_spec){t->pair[i].key, value->text};
        else
            diag_at(r->d, DIAG_ERROR, value->at, "'%.*s' in meta takes a text", STR_ARG(t->pair[i].key));
    }
}

static void set_time(struct reading *r, const struct schema_row *row, const struct tree *t, int64_t *to)
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

static void set_instant(struct reading *r, const struct schema_row *row, const struct tree *t, int64_t *to)
{
    if (is_text(r, row, t) && !time_parse_instant(t->text, to))
        diag_at(r->d, DIAG_ERROR, t->at,
                "'%.*s' is not a date and time with its zone (write it as 2026-11-19T11:36:00Z)",
                STR_ARG(t->text));
}

static void set_range(struct reading *r, const struct schema_row *row, const struct tree *t, int64_t *from,
                      int64_t *to)
{
    if (is_text(r, row, t) && !time_parse_range(t->text, from, to))
        diag_at(r->d, DIAG_ERROR, t->at,
                "'%.*s' is not a range (write it as 34.1s..34.9s, the earlier time first)", STR_ARG(t->text));
}

static void set_count(struct reading *r, const struct schema_row *row, const struct tree *t, uint32_t *to)
{
    int64_t n;
    if (t->kind != TREE_TEXT || !str_i64(t->text, &n) || n < row->least || n > row->most)
        expected(r, row, row->takes, t);
    else
        *to = (uint32_t)n;
}

static void set_choice(struct reading *r, const struct schema_row *row, const struct tree *t, int *to)
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

static void set_texts(struct reading *r, const struct schema_row *row, const struct tree *t, struct str **to,
                      uint32_t *n)
{
    *to = NEW_N(r->arena, struct str, (size_t)elements(t) + 1);
    for (uint32_t i = 0; i < elements(t); i++)
        if (is_text(r, row, element(t, i)))
            (*to)[(*n)++] = element(t, i)->text;
}

static void set_paths(struct reading *r, const struct schema_row *row, const struct tree *t,
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

static void set_ids(struct reading *r, const struct schema_row *row, const struct tree *t,
                    struct id_range **to, uint32_t *n)
{
    *to = NEW_N(r->arena, struct id_range, (size_t)elements(t) + 1);
    for (uint32_t i = 0; i < elements(t); i++) {
        const struct tree *one = element(t, i);
        if (one->kind == TREE_TEXT && parse_ids(one->text, &(*to)[*n]))
            (*n)++;
        else
            expected(r, row, row->takes, one);
    }
}

static void read_mark(struct reading *r, const struct tree *t, struct mark_spec *m)
{
    uint32_t errors = diag_errors(r->d);
    m->at = t->at;
    read_section(r, "marks", t, m);
    if (diag_errors(r->d) != errors)
        return; /* what is missing may be what was wrong */
    if (m->from_ns == m->to_ns)
        diag_at(r->d, DIAG_ERROR, t->at, "a mark needs 'at', its range");
    if (!m->label.s.n)
        diag_at(r->d, DIAG_ERROR, t->at, "a mark needs a 'label'");
}

static void read_marks(struct reading *r, const struct schema_row *row, const struct tree *t,
                       struct profile_spec *p)
{
    if (t->kind != TREE_LIST) {
        expected(r, row, row->takes, t);
        return;
    }
    if (t->n > LIMIT_MARKS)
        diag_at(r->d, DIAG_LIMIT, t->at, "more than %d marks", LIMIT_MARKS);
    p->marks = NEW_N(r->arena, struct mark_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n && i < LIMIT_MARKS; i++)
        read_mark(r, t->item[i], &p->marks[p->n_marks++]);
}

static void check_format(struct reading *r, const struct profile_spec *p)
{
    for (uint32_t i = 0; i < r->n_formats; i++)
        if (str_eq(r->formats[i], p->format.s))
            return;
    if (!r->n_formats || !p->format.at.file)
        return;
    struct str near = diag_did_you_mean(r->d, p->format.s, r->formats, r->n_formats), all = STR("");
    for (uint32_t i = 0; i < r->n_formats; i++)
        all = str_fmt(r->arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(r->formats[i]));
    diag_at(r->d, DIAG_ERROR, p->format.at, "unknown format '%.*s'%.*s (known: %.*s)", STR_ARG(p->format.s),
            STR_ARG(near), STR_ARG(all));
}

static const struct tree_pair *find_pair(const struct tree *map, const char *key)
{
    for (uint32_t i = 0; map->kind == TREE_MAP && i < map->n; i++)
        if (str_eq(map->pair[i].key, str_of(key)))
            return &map->pair[i];
    return NULL;
}

static void read_profile(struct reading *r, const struct tree *t, struct profile_spec *p)
{
    struct spec *spec = &r->top->spec;
    *p = spec_default_profile();
    p->step_ns = r->top->step_ns;
    p->clock = r->top->clock;
    uint32_t errors = diag_errors(r->d);
    if (t->kind == TREE_TEXT) /* a path alone */
        set_paths(r, schema_find("profiles", STR("source")), t, &p->sources, &p->n_sources);
    else
        read_section(r, "profiles", t, p);
    if (p->n_sources)
        p->source = p->sources[0];
    if (!p->source.s.n) {
        if (diag_errors(r->d) == errors)
            diag_at(r->d, DIAG_ERROR, t->at, "a profile needs a 'source', the file to read");
        p->source.s = STR("?");
    }
    for (uint32_t i = 0; p->id.s.n && i < spec->n_profiles; i++)
        if (str_eq(spec->profiles[i].id.s, p->id.s)) {
            diag_at(r->d, DIAG_ERROR, p->id.at, "id '%.*s' is taken", STR_ARG(p->id.s));
            diag_at(r->d, DIAG_NOTE, spec->profiles[i].id.at, "by this profile");
        }
    if (!p->title.s.n)
        p->title.s = p->id.s.n ? p->id.s : spec_stem(p->source.s);
    if (!p->id.s.n)
        p->id = (struct spec_text){
            spec_unique_id(spec_stem(p->source.s), spec->profiles, spec->n_profiles, r->arena), p->source.at};
    if (p->filter.from_ns >= p->filter.to_ns)
        diag_at(r->d, DIAG_ERROR, find_pair(t, "filter")->value->at,
                "the filter keeps nothing: 'from' is not before 'to'");
    check_format(r, p);
    p->faulty = diag_errors(r->d) != errors;
}

static void read_profiles(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    struct spec *spec = &r->top->spec;
    if (t->kind != TREE_LIST || !t->n) {
        expected(r, row, "a list of profiles, such as - source: stacks.perf.txt.gz", t);
        return;
    }
    if (t->n > LIMIT_PROFILES)
        diag_at(r->d, DIAG_LIMIT, t->at, "more than %d profiles", LIMIT_PROFILES);
    spec->profiles = NEW_N(r->arena, struct profile_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n && i < LIMIT_PROFILES; i++) {
        read_profile(r, t->item[i], &spec->profiles[i]);
        spec->n_profiles++;
    }
}

static void read_clock(struct reading *r, const struct tree *t, struct clock_spec *to)
{
    uint32_t errors = diag_errors(r->d);
    *to = (struct clock_spec){0};
    read_section(r, "clock", t, to);
    to->known = to->epoch_ns != 0;
    if (!to->known && diag_errors(r->d) == errors)
        diag_at(r->d, DIAG_ERROR, t->at, "a clock needs 'is', the date and time");
}

static void set_section(struct reading *r, const struct schema_row *row, const struct tree *t, void *to)
{
    if (strcmp(row->key, "clock") == 0 && t->kind == TREE_MAP)
        read_clock(r, t, to);
    else
        read_section(r, row->key, t, to);
}

static void set_value(struct reading *r, const struct schema_row *row, const struct tree *t, void *base)
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
    case TYPE_META:
        set_meta(r, row, t);
        break;
    case TYPE_TIME:
        set_time(r, row, t, (void *)to);
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
        set_paths(r, row, t, (void *)to, n);
        break;
    case TYPE_IDS:
        set_ids(r, row, t, (void *)to, n);
        break;
    case TYPE_SECTION:
        set_section(r, row, t, to);
        break;
    case TYPE_SECTIONS:
        if (strcmp(row->key, "marks") == 0)
            read_marks(r, row, t, base);
        break; /* profiles are read last, by spec_parse */
    case TYPE_LATER:
        break;
    }
}

static void unknown_key(struct reading *r, const char *section, const struct tree_pair *pair)
{
    struct str keys[40] = {{NULL, 0}};
    uint32_t n = 0;
    const char *elsewhere = NULL;
    for (const struct schema_row *row = schema_rows; row->key; row++) {
        if (strcmp(row->section, section) == 0 && row->type != TYPE_LATER && n < 40)
            keys[n++] = str_of(row->key);
        else if (str_eq(str_of(row->key), pair->key) && row->type != TYPE_LATER)
            elsewhere = row->section[0] ? row->section : "the top of the spec";
    }
    struct str near = diag_did_you_mean(r->d, pair->key, keys, n), all = STR("");
    for (uint32_t i = 0; i < n; i++)
        all = str_fmt(r->arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(keys[i]));
    if (near.n)
        diag_at(r->d, DIAG_ERROR, pair->key_at, "unknown key '%.*s'%.*s", STR_ARG(pair->key), STR_ARG(near));
    else if (elsewhere)
        diag_at(r->d, DIAG_ERROR, pair->key_at, "key '%.*s' does not belong here (it belongs to %s)",
                STR_ARG(pair->key), elsewhere);
    else
        diag_at(r->d, DIAG_ERROR, pair->key_at, "unknown key '%.*s' (known here: %.*s)", STR_ARG(pair->key),
                STR_ARG(all));
}

static void read_section(struct reading *r, const char *section, const struct tree *map, void *to)
{
    if (map->kind == TREE_NOTHING)
        return;
    if (map->kind != TREE_MAP) {
        struct str words = tree_words(map, r->arena);
        diag_at(r->d, DIAG_ERROR, map->at, "%s%s%s takes keys and values, not %.*s", section[0] ? "'" : "",
                section[0] ? section : "a spec", section[0] ? "'" : "", STR_ARG(words));
        return;
    }
    for (uint32_t i = 0; i < map->n; i++) {
        const struct tree_pair *pair = &map->pair[i];
        const struct schema_row *row = schema_find(section, pair->key);
        if (!row)
            unknown_key(r, section, pair);
        else if (row->type == TYPE_LATER)
            diag_at(r->d, DIAG_ERROR, pair->key_at, "key '%s' is not supported by this version", row->key);
        else if (pair->value->kind != TREE_NOTHING)
            set_value(r, row, pair->value, to);
        else if (row->type != TYPE_SECTIONS)
            diag_at(r->d, DIAG_ERROR, pair->key_at, "'%s' has no value (it takes %s)", row->key, row->takes);
        if (row && strcmp(row->key, "weight") == 0)
            ((struct profile_spec *)to)->weight_at = pair->value->at;
    }
}

bool spec_parse(struct str path, struct str text, const struct str *formats, uint32_t n_formats,
                struct diag *d, struct spec *out, struct arena *arena)
{
    struct top top = {0};
    struct reading r = {d, arena, &top, formats, n_formats};
    uint32_t errors = diag_errors(d), file = diag_text(d, path, text);
    struct tree *tree;
    size_t slash = str_rfind_char(path, '/');
    top.spec.path = path;
    top.spec.folder = slash == SIZE_MAX ? STR("") : str_sub(path, 0, slash + 1);
    *out = top.spec;
    if (!tree_read(text, file, d, &tree, arena))
        return false;
    if (tree->kind == TREE_NOTHING) {
        diag_at(d, DIAG_ERROR, tree->at,
                "the spec is empty (it needs at least 'profiles:' and below it '- source: FILE')");
        return false;
    }
    read_section(&r, "", tree, &top);
    const struct tree_pair *profiles = find_pair(tree, "profiles");
    if (profiles)
        read_profiles(&r, schema_find("", STR("profiles")), profiles->value);
    else if (tree->kind == TREE_MAP)
        diag_at(d, DIAG_ERROR, tree->at, "a spec needs 'profiles', a list of what to read");
    if (!top.spec.title.s.n && top.spec.n_profiles)
        top.spec.title.s = top.spec.profiles[0].title.s;
    *out = top.spec;
    return diag_errors(d) == errors;
}
