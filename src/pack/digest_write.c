/* SPDX-License-Identifier: MIT
 *
 * The digest as JSON, and the section that holds it. */
#include "base/arena.h"
#include "base/jsonout.h"
#include "base/limits.h"
#include "pack/digest.h"
#include "pack/format.h"
#include "pack/head.h"
#include "pack/section.h"

static void write_shares(struct json *j, const char *key, const struct digest_share *s, uint32_t n)
{
    json_key_open(j, key, '[');
    for (uint32_t i = 0; i < n; i++) {
        json_open(j, '[');
        json_str(j, s[i].name);
        json_u64(j, s[i].self);
        json_u64(j, s[i].total);
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void write_map(struct json *j, const struct digest_profile *p, struct arena *arena)
{
    size_t n = (size_t)p->columns * p->rows;
    char *digits = NEW_N(arena, char, n + 1);
    for (size_t i = 0; i < n; i++)
        digits[i] = (char)('0' + p->level[i]);
    json_key_open(j, "map", '{');
    json_key_u64(j, "columns", p->columns);
    json_key_u64(j, "rows", p->rows);
    json_key_str(j, "levels", (struct str){digits, n});
    json_close(j, '}');
}

static void write_profile(struct json *j, const struct digest_profile *p, struct arena *arena)
{
    json_open(j, '{');
    json_key_str(j, "id", p->id);
    json_key_str(j, "title", p->title);
    json_key_str(j, "event", p->event);
    json_key_str(j, "weight", p->weight);
    json_key_u64(j, "n_samples", p->n_samples);
    json_key_u64(j, "n_lost", p->n_lost);
    json_key_double(j, "seconds", p->seconds);
    json_key_double(j, "rate_hz", p->rate_hz);
    json_key_u64(j, "cpus", p->n_cpus);
    json_key(j, "clock_epoch_ns");
    if (p->has_clock)
        json_big_signed(j, p->clock_epoch_ns);
    else
        json_null(j);
    json_key_u64(j, "unresolved", p->unresolved);
    write_shares(j, "functions", p->functions, p->n_functions);
    write_shares(j, "packages", p->packages, p->n_packages);
    json_key_open(j, "findings", '[');
    for (uint32_t i = 0; i < p->n_findings; i++) {
        json_open(j, '[');
        json_str(j, str_of(head_finding_tier[p->findings[i].tier]));
        json_str(j, p->findings[i].title);
        json_close(j, ']');
    }
    json_close(j, ']');
    write_map(j, p, arena);
    json_close(j, '}');
}

static void write_comparison(struct json *j, const struct digest_comparison *c)
{
    json_open(j, '{');
    json_key_str(j, "title", c->title);
    json_key_str(j, "outcome", str_of(head_outcome[c->outcome]));
    json_key_u64(j, "n_base", c->n_base);
    json_key_i64(j, "profile", c->profile == ID_NONE ? -1 : (int64_t)c->profile);
    json_key_strs(j, "reasons", c->reasons, c->n_reasons);
    json_key_open(j, "alarms", '[');
    for (uint32_t i = 0; i < c->n_alarms; i++) {
        const struct digest_alarm *a = &c->alarms[i];
        json_open(j, '[');
        json_str(j, a->is_package ? STR("package") : STR("function"));
        json_str(j, a->name);
        json_str(j, a->quantity);
        json_u64(j, a->base);
        json_u64(j, a->target);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void write_json(const struct digest *g, struct buf *out, struct arena *arena)
{
    struct json j = json_new(out);
    json_open(&j, '{');
    json_key_u64(&j, "format", DIGEST_FORMAT);
    json_key_str(&j, "generator", g->generator);
    json_key_str(&j, "title", g->title);
    json_key_bool(&j, "is_generated", g->is_generated);
    json_key_open(&j, "meta", '[');
    for (uint32_t i = 0; i < g->n_meta; i++) {
        json_open(&j, '[');
        json_str(&j, g->meta[i].key);
        json_str(&j, g->meta[i].value);
        json_close(&j, ']');
    }
    json_close(&j, ']');
    json_key_u64(&j, "n_profiles", g->n_all_profiles);
    json_key_open(&j, "profiles", '[');
    for (uint32_t i = 0; i < g->n_profiles; i++)
        write_profile(&j, &g->profiles[i], arena);
    json_close(&j, ']');
    json_key_open(&j, "comparisons", '[');
    for (uint32_t i = 0; i < g->n_comparisons; i++)
        write_comparison(&j, &g->comparisons[i]);
    json_close(&j, ']');
    json_close(&j, '}');
}

void digest_write(const struct digest *g, struct buf *out, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct buf column = buf_new(LIMIT_DIGEST_BYTES, work);
    write_json(g, &column, work);
    if (!column.over) {
        struct section_writer w = section_begin(1, work);
        section_put(&w, &column);
        section_end(&w, STR(PACK_DIGEST), out);
    }
    arena_free(work);
}
