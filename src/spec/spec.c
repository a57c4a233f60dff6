/* SPDX-License-Identifier: MIT
 *
 * Tree -> struct spec, driven by the rows of schema.c. Nothing stops at the first error: each key is checked
 * by itself (values.c), and what needs two keys (a missing source, from before to, ids used twice) is checked at the
 * end. */
#include "spec/spec.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/vec.h"
#include "spec/schema.h"
#include "spec/top.h"
#include "spec/values.h"
#include "spec/yamltree.h"

struct reading {
    struct values v;
    struct top *top;
    const struct str *formats;
    uint32_t n_formats;
};

static void read_section(struct reading *r, const char *section, const struct tree *map, void *to);

static void set_meta(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    struct spec *spec = &r->top->spec;
    if (t->kind != TREE_MAP) {
        value_expected(&r->v, row, row->takes, t);
        return;
    }
    spec->meta = NEW_N(r->v.arena, struct meta_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n; i++) {
        const struct tree *value = t->pair[i].value;
        if (value->kind == TREE_TEXT || value->kind == TREE_NOTHING)
            spec->meta[spec->n_meta++] = (struct meta_spec){t->pair[i].key, value->text};
        else
            diag_at(r->v.d, DIAG_ERROR, value->at, "'%.*s' in meta takes a text", STR_ARG(t->pair[i].key));
    }
}

static void read_mark(struct reading *r, const struct tree *t, struct mark_spec *m)
{
    uint32_t errors = diag_errors(r->v.d);
    m->at = t->at;
    read_section(r, "marks", t, m);
    if (diag_errors(r->v.d) != errors)
        return; /* what is missing may be what was wrong */
    if (m->from_ns == m->to_ns)
        diag_at(r->v.d, DIAG_ERROR, t->at, "a mark needs 'at', its range");
    if (!m->label.s.n)
        diag_at(r->v.d, DIAG_ERROR, t->at, "a mark needs a 'label'");
}

static void read_marks(struct reading *r, const struct schema_row *row, const struct tree *t,
                       struct profile_spec *p)
{
    if (t->kind != TREE_LIST) {
        value_expected(&r->v, row, row->takes, t);
        return;
    }
    if (t->n > LIMIT_MARKS)
        diag_at(r->v.d, DIAG_LIMIT, t->at, "more than %d marks", LIMIT_MARKS);
    p->marks = NEW_N(r->v.arena, struct mark_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n && i < LIMIT_MARKS; i++)
        read_mark(r, t->item[i], &p->marks[p->n_marks++]);
}

static void read_compare(struct reading *r, const struct tree *t, struct compare_spec *c)
{
    uint32_t errors = diag_errors(r->v.d);
    c->at = t->at;
    read_section(r, "compare", t, c);
    if (diag_errors(r->v.d) == errors && !c->n_base)
        diag_at(r->v.d, DIAG_ERROR, t->at, "a comparison needs 'base', what to compare with");
    if (diag_errors(r->v.d) == errors && !c->target.s.n)
        diag_at(r->v.d, DIAG_ERROR, t->at, "a comparison needs 'target', what may have changed");
    for (uint32_t i = 0; i < c->n_base; i++)
        if (str_eq(c->base[i].s, c->target.s))
            diag_at(r->v.d, DIAG_ERROR, c->base[i].at, "'%.*s' is base and target at once", STR_ARG(c->target.s));
    c->faulty = diag_errors(r->v.d) != errors;
}

static void read_compares(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    struct spec *spec = &r->top->spec;
    if (t->kind != TREE_LIST) {
        value_expected(&r->v, row, "a list of comparisons, such as - {base: before, target: after}", t);
        return;
    }
    if (t->n > LIMIT_COMPARISONS)
        diag_at(r->v.d, DIAG_LIMIT, t->at, "more than %d comparisons", LIMIT_COMPARISONS);
    spec->compares = NEW_N(r->v.arena, struct compare_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n && i < LIMIT_COMPARISONS; i++)
        read_compare(r, t->item[i], &spec->compares[spec->n_compares++]);
}

static void read_metric(struct reading *r, const struct tree *t, struct metric_spec *m)
{
    uint32_t errors = diag_errors(r->v.d);
    m->at = t->at;
    if (t->kind == TREE_TEXT) /* a path alone */
        m->source = (struct spec_text){t->text, t->at};
    else
        read_section(r, "metrics", t, m);
    if (diag_errors(r->v.d) == errors && !m->source.s.n)
        diag_at(r->v.d, DIAG_ERROR, t->at, "a metric needs a 'source', the CSV file to read");
    m->faulty = diag_errors(r->v.d) != errors;
}

static void read_metrics(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    struct spec *spec = &r->top->spec;
    if (t->kind != TREE_LIST) {
        value_expected(&r->v, row, "a list of metrics, such as - {source: latency.csv, unit: ms}", t);
        return;
    }
    if (t->n > LIMIT_METRICS)
        diag_at(r->v.d, DIAG_LIMIT, t->at, "more than %d metrics", LIMIT_METRICS);
    spec->metrics = NEW_N(r->v.arena, struct metric_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n && i < LIMIT_METRICS; i++)
        read_metric(r, t->item[i], &spec->metrics[spec->n_metrics++]);
}

/* Profiles are read after the metrics that name them. */
static void check_metrics(struct reading *r)
{
    struct spec *spec = &r->top->spec;
    struct str *ids = NEW_N(r->v.arena, struct str, (size_t)spec->n_profiles + 1);
    for (uint32_t k = 0; k < spec->n_profiles; k++)
        ids[k] = spec->profiles[k].id.s;
    for (uint32_t i = 0; i < spec->n_metrics; i++) {
        struct metric_spec *m = &spec->metrics[i];
        bool known = !m->profile.s.n;
        for (uint32_t k = 0; k < spec->n_profiles; k++)
            known |= str_eq(ids[k], m->profile.s);
        if (known)
            continue;
        struct str near = diag_did_you_mean(r->v.d, m->profile.s, ids, spec->n_profiles);
        diag_at(r->v.d, DIAG_ERROR, m->profile.at, "no profile has the id '%.*s'%.*s", STR_ARG(m->profile.s), STR_ARG(near));
        m->faulty = true;
    }
}

static void check_format(struct reading *r, const struct profile_spec *p)
{
    for (uint32_t i = 0; i < r->n_formats; i++)
        if (str_eq(r->formats[i], p->format.s))
            return;
    if (!r->n_formats || !p->format.at.file)
        return;
    struct str near = diag_did_you_mean(r->v.d, p->format.s, r->formats, r->n_formats), all = STR("");
    for (uint32_t i = 0; i < r->n_formats; i++)
        all = str_fmt(r->v.arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(r->formats[i]));
    diag_at(r->v.d, DIAG_ERROR, p->format.at, "unknown format '%.*s'%.*s (known: %.*s)", STR_ARG(p->format.s),
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
    uint32_t errors = diag_errors(r->v.d);
    if (t->kind == TREE_TEXT) /* a path alone */
        value_set_paths(&r->v, schema_find("profiles", STR("source")), t, &p->sources, &p->n_sources);
    else
        read_section(r, "profiles", t, p);
    if (p->n_sources)
        p->source = p->sources[0];
    if (!p->source.s.n) {
        if (diag_errors(r->v.d) == errors)
            diag_at(r->v.d, DIAG_ERROR, t->at, "a profile needs a 'source', the file to read");
        p->source.s = STR("?");
    }
    for (uint32_t i = 0; p->id.s.n && i < spec->n_profiles; i++)
        if (str_eq(spec->profiles[i].id.s, p->id.s)) {
            diag_at(r->v.d, DIAG_ERROR, p->id.at, "id '%.*s' is taken", STR_ARG(p->id.s));
            diag_at(r->v.d, DIAG_NOTE, spec->profiles[i].id.at, "by this profile");
        }
    if (!p->title.s.n)
        p->title.s = p->id.s.n ? p->id.s : spec_stem(p->source.s);
    p->id_is_derived = !p->id.s.n;
    if (!p->id.s.n)
        p->id = (struct spec_text){
            spec_unique_id(spec_stem(p->source.s), spec->profiles, spec->n_profiles, r->v.arena), p->source.at};
    if (p->filter.from_ns >= p->filter.to_ns)
        diag_at(r->v.d, DIAG_ERROR, find_pair(t, "filter")->value->at,
                "the filter keeps nothing: 'from' is not before 'to'");
    check_format(r, p);
    p->faulty = diag_errors(r->v.d) != errors;
}

static void read_profiles(struct reading *r, const struct schema_row *row, const struct tree *t)
{
    struct spec *spec = &r->top->spec;
    if (t->kind != TREE_LIST || !t->n) {
        value_expected(&r->v, row, "a list of profiles, such as - source: stacks.perf.txt.gz", t);
        return;
    }
    if (t->n > LIMIT_PROFILES)
        diag_at(r->v.d, DIAG_LIMIT, t->at, "more than %d profiles", LIMIT_PROFILES);
    spec->profiles = NEW_N(r->v.arena, struct profile_spec, (size_t)t->n + 1);
    for (uint32_t i = 0; i < t->n && i < LIMIT_PROFILES; i++) {
        read_profile(r, t->item[i], &spec->profiles[i]);
        spec->n_profiles++;
    }
}

static void read_clock(struct reading *r, const struct tree *t, struct clock_spec *to)
{
    uint32_t errors = diag_errors(r->v.d);
    *to = (struct clock_spec){0};
    read_section(r, "clock", t, to);
    to->known = to->epoch_ns != 0;
    if (!to->known && diag_errors(r->v.d) == errors)
        diag_at(r->v.d, DIAG_ERROR, t->at, "a clock needs 'is', the date and time");
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
    if (row->type == TYPE_META)
        set_meta(r, row, t);
    else if (row->type == TYPE_SECTION)
        set_section(r, row, t, (char *)base + row->at);
    else if (row->type == TYPE_SECTIONS && strcmp(row->key, "marks") == 0)
        read_marks(r, row, t, base);
    else if (row->type == TYPE_SECTIONS && strcmp(row->key, "compare") == 0)
        read_compares(r, row, t);
    else if (row->type == TYPE_SECTIONS && strcmp(row->key, "metrics") == 0)
        read_metrics(r, row, t); /* profiles are read last, by spec_parse */
    else
        (void)value_set(&r->v, row, t, base);
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
    struct str near = diag_did_you_mean(r->v.d, pair->key, keys, n), all = STR("");
    for (uint32_t i = 0; i < n; i++)
        all = str_fmt(r->v.arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(keys[i]));
    if (near.n)
        diag_at(r->v.d, DIAG_ERROR, pair->key_at, "unknown key '%.*s'%.*s", STR_ARG(pair->key), STR_ARG(near));
    else if (elsewhere)
        diag_at(r->v.d, DIAG_ERROR, pair->key_at, "key '%.*s' does not belong here (it belongs to %s)",
                STR_ARG(pair->key), elsewhere);
    else
        diag_at(r->v.d, DIAG_ERROR, pair->key_at, "unknown key '%.*s' (known here: %.*s)", STR_ARG(pair->key),
                STR_ARG(all));
}

static void read_section(struct reading *r, const char *section, const struct tree *map, void *to)
{
    if (map->kind == TREE_NOTHING)
        return;
    if (map->kind != TREE_MAP) {
        struct str words = tree_words(map, r->v.arena);
        diag_at(r->v.d, DIAG_ERROR, map->at, "%s%s%s takes keys and values, not %.*s", section[0] ? "'" : "",
                section[0] ? section : "a spec", section[0] ? "'" : "", STR_ARG(words));
        return;
    }
    for (uint32_t i = 0; i < map->n; i++) {
        const struct tree_pair *pair = &map->pair[i];
        const struct schema_row *row = schema_find(section, pair->key);
        if (!row)
            unknown_key(r, section, pair);
        else if (row->type == TYPE_LATER)
            diag_at(r->v.d, DIAG_ERROR, pair->key_at, "key '%s' is not supported by this version", row->key);
        else if (pair->value->kind != TREE_NOTHING)
            set_value(r, row, pair->value, to);
        else if (row->type != TYPE_SECTIONS)
            diag_at(r->v.d, DIAG_ERROR, pair->key_at, "'%s' has no value (it takes %s)", row->key, row->takes);
        if (row && strcmp(row->key, "weight") == 0)
            ((struct profile_spec *)to)->weight_at = pair->value->at;
    }
}

bool spec_parse(struct str path, struct str text, const struct str *formats, uint32_t n_formats,
                struct diag *d, struct spec *out, struct arena *arena)
{
    struct top top = {0};
    struct reading r = {{d, arena}, &top, formats, n_formats};
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
    check_metrics(&r);
    if (!top.spec.title.s.n && top.spec.n_profiles)
        top.spec.title.s = top.spec.profiles[0].title.s;
    *out = top.spec;
    for (uint32_t i = 0; i < out->n_profiles; i++)
        out->profiles[i].redact = &out->redact;
    return diag_errors(d) == errors;
}
