/* SPDX-License-Identifier: MIT
 *
 * The digest back from its section. Files of a folder are any files: everything is checked. */
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "pack/digest.h"
#include "pack/format.h"
#include "pack/head_json.h"
#include "pack/section.h"

bool digest_find(struct str text, struct str *out)
{
    size_t at = str_find(text, STR(PACK_SECTION_TAG PACK_DIGEST "\">"));
    if (at == SIZE_MAX)
        return false;
    struct str rest = str_sub(text, at + sizeof PACK_SECTION_TAG PACK_DIGEST "\">" - 1, text.n);
    size_t end = str_find(rest, STR(PACK_END_TAG));
    *out = str_sub(rest, 0, end);
    return end != SIZE_MAX;
}

static double number(struct head_reading *r, json_object *o, const char *key)
{
    json_object *v = NULL;
    if (!json_object_object_get_ex(o, key, &v))
        head_refuse(r, key, "is missing");
    double x = head_as_double(r, v, key);
    if (x < 0)
        head_refuse(r, key, "is below 0");
    return r->wrong ? 0 : x;
}

static uint32_t millionths(struct head_reading *r, json_object *row, uint32_t i, const char *key)
{
    return (uint32_t)head_as_int(r, json_object_array_get_idx(row, i), key, 0, DIGEST_MILLION);
}

static struct digest_share *read_shares(struct head_reading *r, json_object *o, const char *key, uint32_t most,
                                        uint32_t *n)
{
    json_object *list = head_list(r, o, key, most, n);
    struct digest_share *s = NEW_N(r->arena, struct digest_share, (size_t)*n + 1);
    for (uint32_t i = 0; i < *n && !r->wrong; i++) {
        json_object *row = head_row(r, list, i, key, 3);
        if (!row)
            break;
        s[i].name = head_as_text(r, json_object_array_get_idx(row, 0), key);
        s[i].self = millionths(r, row, 1, key);
        s[i].total = millionths(r, row, 2, key);
    }
    if (r->wrong)
        *n = 0;
    return s;
}

static void read_findings(struct head_reading *r, json_object *o, struct digest_profile *p)
{
    json_object *list = head_list(r, o, "findings", DIGEST_FUNCTIONS, &p->n_findings);
    p->findings = NEW_N(r->arena, struct digest_finding, (size_t)p->n_findings + 1);
    for (uint32_t i = 0; i < p->n_findings && !r->wrong; i++) {
        json_object *row = head_row(r, list, i, "findings", 2);
        if (!row)
            break;
        struct str tier = head_as_text(r, json_object_array_get_idx(row, 0), "findings");
        while (p->findings[i].tier + 1 < FINDING_TIERS &&
               !str_eq(tier, str_of(head_finding_tier[p->findings[i].tier])))
            p->findings[i].tier++;
        p->findings[i].title = head_as_text(r, json_object_array_get_idx(row, 1), "findings");
    }
}

static void read_map(struct head_reading *r, json_object *o, struct digest_profile *p)
{
    json_object *map = head_get(r, o, "map", json_type_object);
    if (!map)
        return;
    p->columns = head_count(r, map, "columns", 0, DIGEST_COLUMNS);
    p->rows = head_count(r, map, "rows", 0, DIGEST_ROWS);
    struct str levels = head_text(r, map, "levels");
    size_t n = (size_t)p->columns * p->rows;
    p->level = NEW_N(r->arena, uint8_t, n + 1);
    if (levels.n != n)
        head_refuse(r, "levels", "has not one digit a cell");
    for (size_t i = 0; i < n && !r->wrong; i++) {
        if (levels.p[i] < '0' || levels.p[i] > '9')
            head_refuse(r, "levels", "holds something else than digits");
        p->level[i] = (uint8_t)(levels.p[i] - '0');
    }
}

static void read_profile(struct head_reading *r, json_object *o, struct digest_profile *p)
{
    json_object *clock = NULL;
    p->id = head_text(r, o, "id");
    p->title = head_text(r, o, "title");
    p->event = head_text(r, o, "event");
    p->weight = head_text(r, o, "weight");
    p->n_samples = (uint64_t)head_int(r, o, "n_samples", 0, LIMIT_WEIGHT_SUM);
    p->n_lost = (uint64_t)head_int(r, o, "n_lost", 0, INT64_MAX);
    p->seconds = number(r, o, "seconds");
    p->rate_hz = number(r, o, "rate_hz");
    p->n_cpus = head_count(r, o, "cpus", 0, UINT32_MAX);
    p->has_clock = json_object_object_get_ex(o, "clock_epoch_ns", &clock) && clock;
    if (p->has_clock)
        p->clock_epoch_ns = head_big(r, o, "clock_epoch_ns", INT64_MIN, INT64_MAX);
    p->unresolved = head_count(r, o, "unresolved", 0, DIGEST_MILLION);
    p->functions = read_shares(r, o, "functions", 2 * DIGEST_FUNCTIONS, &p->n_functions);
    p->packages = read_shares(r, o, "packages", 2 * DIGEST_PACKAGES, &p->n_packages);
    read_findings(r, o, p);
    read_map(r, o, p);
}

static void read_alarms(struct head_reading *r, json_object *o, struct digest_comparison *c)
{
    json_object *list = head_list(r, o, "alarms", 2 * LIMIT_CHANGES_SHOWN, &c->n_alarms);
    c->alarms = NEW_N(r->arena, struct digest_alarm, (size_t)c->n_alarms + 1);
    for (uint32_t i = 0; i < c->n_alarms && !r->wrong; i++) {
        json_object *row = head_row(r, list, i, "alarms", 5);
        if (!row)
            return;
        struct digest_alarm *a = &c->alarms[i];
        a->is_package = str_eq(head_as_text(r, json_object_array_get_idx(row, 0), "alarms"), STR("package"));
        a->name = head_as_text(r, json_object_array_get_idx(row, 1), "alarms");
        a->quantity = head_as_text(r, json_object_array_get_idx(row, 2), "alarms");
        a->base = millionths(r, row, 3, "alarms");
        a->target = millionths(r, row, 4, "alarms");
    }
}

static void read_comparison(struct head_reading *r, json_object *o, uint32_t n_profiles, struct digest_comparison *c)
{
    c->title = head_text(r, o, "title");
    c->outcome = head_choice(r, o, "outcome", head_outcome, sizeof head_outcome / sizeof *head_outcome);
    c->n_base = head_count(r, o, "n_base", 0, LIMIT_SOURCES);
    int64_t profile = head_int(r, o, "profile", -1, (int64_t)n_profiles - 1);
    c->profile = profile < 0 ? ID_NONE : (uint32_t)profile;
    c->reasons = head_texts(r, o, "reasons", LIMIT_SOURCES, &c->n_reasons);
    read_alarms(r, o, c);
}

static void read_digest(struct head_reading *r, json_object *o, struct digest *out)
{
    if (head_int(r, o, "format", 1, INT64_MAX) != DIGEST_FORMAT)
        head_refuse(r, "format", "is of a newer flamepress");
    out->generator = head_text(r, o, "generator");
    out->title = head_text(r, o, "title");
    out->is_generated = head_bool(r, o, "is_generated");
    out->meta = head_meta(r, o, &out->n_meta);
    out->n_all_profiles = head_count(r, o, "n_profiles", 0, LIMIT_PROFILES);
    json_object *list = head_list(r, o, "profiles", DIGEST_PROFILES, &out->n_profiles);
    out->profiles = NEW_N(r->arena, struct digest_profile, (size_t)out->n_profiles + 1);
    for (uint32_t i = 0; i < out->n_profiles && !r->wrong; i++) {
        json_object *v = head_object(r, list, i, "profiles");
        if (v)
            read_profile(r, v, &out->profiles[i]);
    }
    list = head_list(r, o, "comparisons", LIMIT_COMPARISONS, &out->n_comparisons);
    out->comparisons = NEW_N(r->arena, struct digest_comparison, (size_t)out->n_comparisons + 1);
    for (uint32_t i = 0; i < out->n_comparisons && !r->wrong; i++) {
        json_object *v = head_object(r, list, i, "comparisons");
        if (v)
            read_comparison(r, v, out->n_profiles, &out->comparisons[i]);
    }
}

static bool take_json(struct str element, uint64_t at, uint32_t file, struct diag *d, struct arena *work, struct str *json)
{
    struct section s = {.name = STR(PACK_DIGEST), .text_at = at, .file = file, .d = d, .work = work};
    struct varint_reader *column;
    if (!section_open(&s, str_trim(element), 1) || !(column = section_take(&s, 0, 2, LIMIT_DIGEST_BYTES)))
        return false;
    *json = (struct str){(const char *)column->p, column->n};
    return true;
}

bool digest_read(struct str element, uint64_t at, uint32_t file, struct diag *d, struct digest *out, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct head_reading r = {.part = "digest", .d = d, .file = file, .at = at, .arena = arena, .profile = ID_NONE};
    struct str json;
    *out = (struct digest){0};
    bool ok = take_json(element, at, file, d, work, &json);
    json_object *o = ok ? head_parse(&r, json) : NULL;
    if (o)
        read_digest(&r, o, out);
    json_object_put(o);
    arena_free(work);
    return ok && !r.wrong;
}
