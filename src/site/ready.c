/* SPDX-License-Identifier: MIT
 *
 * Reports as they stand in their files -> sides -> comparison -> page. */
#include "site/ready.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "base/save.h"
#include "compare/compare.h"
#include "compare/gate.h"
#include "pack/unpack.h"
#include "render/page.h"
#include "render/sha256.h"
#include "site/digest_make.h"

static void add_identity(struct buf *b, const struct entry *e)
{
    buf_fmt(b, "%.*s %.*s %08x\n", STR_ARG(e->path), STR_ARG(e->profile), (unsigned)e->check);
}

void ready_name(struct site *s)
{
    for (size_t i = 0; i < s->comparisons.n; i++) {
        struct ready *r = &s->comparisons.p[i];
        struct buf b = buf_new(LIMIT_DIGEST_BYTES, s->arena);
        uint8_t hash[32];
        buf_fmt(&b, "%.*s\n", STR_ARG(s->generator));
        for (uint32_t k = 0; k < r->n_base; k++)
            add_identity(&b, &s->entries.p[r->base[k]]);
        add_identity(&b, &s->entries.p[r->target]);
        sha256(buf_view(&b), hash);
        r->path = str_fmt(s->arena, SITE_COMPARE "/%.*s-%02x%02x%02x%02x%02x%02x.html",
                          STR_ARG(s->entries.p[r->target].day), hash[0], hash[1], hash[2], hash[3], hash[4], hash[5]);
    }
}

/* The profile of an entry, out of its file. */
static bool load(const struct site *s, const struct entry *e, struct panel *out, struct diag *d, struct arena *arena)
{
    struct str path = site_path(s, e->path), text;
    struct report r;
    if (!os_read_all(path, LIMIT_REPORT_BYTES, d, &text, arena) || !unpack_read(text, diag_file(d, path), d, &r, arena))
        return false;
    for (uint32_t i = 0; i < r.n_panels; i++)
        if (str_eq(r.panels[i].id, e->profile)) {
            *out = r.panels[i];
            return true;
        }
    diag_say(d, DIAG_ERROR, diag_file(d, path), "has no profile '%.*s'", STR_ARG(e->profile));
    return false;
}

static struct compare_side side_of(const struct entry *e, const struct panel *panel, uint32_t at)
{
    struct str id = at == ID_NONE ? e->path : panel->id;
    return (struct compare_side){id, panel->profile, compare_whole(panel->profile), panel->rate_hz, at};
}

static void describe(const struct site *s, const struct ready *r, struct report *out, struct arena *arena)
{
    const struct entry *target = &s->entries.p[r->target];
    struct meta_spec *meta = NEW_N(arena, struct meta_spec, 3);
    struct str base = STR(""), label = s->series.p[target->series].label;
    for (uint32_t k = 0; k < r->n_base; k++)
        base = str_fmt(arena, "%.*s%s%.*s", STR_ARG(base), k ? ", " : "", STR_ARG(s->entries.p[r->base[k]].path));
    meta[out->n_meta++] = (struct meta_spec){STR("base"), base};
    meta[out->n_meta++] = (struct meta_spec){STR("target"), target->path};
    if (label.n)
        meta[out->n_meta++] = (struct meta_spec){STR("series"), label};
    out->meta = meta;
    out->generator = s->generator;
    out->title = r->n_base == 1 ? str_fmt(arena, "%.*s against the report before", STR_ARG(target->day))
                                : str_fmt(arena, "%.*s against the %u before", STR_ARG(target->day), r->n_base);
    if (label.n)
        out->title = str_fmt(arena, "%.*s: %.*s", STR_ARG(label), STR_ARG(out->title));
}

static struct comparison *compare(const struct compare_side *side, uint32_t n_base, struct arena *arena)
{
    struct comparison *c = NEW(arena, struct comparison);
    struct str why;
    compare_profiles(side, n_base, &side[n_base], STR(""), c, arena);
    gate_mark(gate_parse(STR(GATE_DEFAULT), &why, arena), c, arena);
    compare_shorten(c);
    c->title = str_fmt(arena, "%.*s against %.*s", STR_ARG(side[n_base].id), STR_ARG(side[n_base - 1].id));
    if (n_base > 1)
        c->title = str_fmt(arena, "%.*s and %u before", STR_ARG(c->title), n_base - 1);
    return c;
}

static bool write_one(struct site *s, const struct ready *r, const char *assets, struct diag *d, struct arena *arena)
{
    struct panel panel[sizeof r->base / sizeof *r->base + 1], shown[2];
    struct compare_side side[sizeof panel / sizeof *panel];
    const struct entry *target = &s->entries.p[r->target], *last = &s->entries.p[r->base[r->n_base - 1]];
    for (uint32_t k = 0; k < r->n_base; k++)
        if (!load(s, &s->entries.p[r->base[k]], &panel[k], d, arena))
            return false;
    if (!load(s, target, &panel[r->n_base], d, arena))
        return false;
    panel[r->n_base - 1].id = STR("before");
    panel[r->n_base - 1].title = str_fmt(arena, "Before: %.*s", STR_ARG(last->day));
    panel[r->n_base].id = STR("after");
    panel[r->n_base].title = str_fmt(arena, "After: %.*s", STR_ARG(target->day));
    for (uint32_t k = 0; k <= r->n_base; k++)
        side[k] = side_of(k < r->n_base ? &s->entries.p[r->base[k]] : target, &panel[k],
                          k + 1 < r->n_base ? ID_NONE : k + 1 - r->n_base);
    shown[0] = panel[r->n_base - 1];
    shown[1] = panel[r->n_base];
    struct spec_text none[2] = {{.s = STR("")}};
    struct page_notes notes = {.panel = none};
    struct report out = {.panels = shown, .n_panels = 2, .n_comparisons = 1};
    describe(s, r, &out, arena);
    out.comparisons = compare(side, r->n_base, arena);
    struct digest *digest = digest_make(&out, arena);
    digest->is_generated = true;
    out.digest = digest;
    out.is_spent = true;
    struct buf page = buf_new(LIMIT_REPORT_BYTES, arena);
    return page_write(&out, &notes, assets, &page, d, arena) && save_bytes(site_path(s, r->path), buf_view(&page), d, arena);
}

static bool is_there(const struct site *s, struct str path)
{
    for (size_t i = 0; i < s->own.n; i++)
        if (str_eq(s->own.p[i], path))
            return true;
    return false;
}

uint32_t ready_write(struct site *s, const char *assets)
{
    uint32_t written = 0;
    for (size_t i = 0; i < s->comparisons.n; i++) {
        struct ready *r = &s->comparisons.p[i];
        r->is_there = is_there(s, r->path);
        if (r->is_there)
            continue;
        struct arena *work = arena_like(s->arena);
        struct diag *d = diag_new(work);
        r->is_there = os_make_folder(site_path(s, STR(SITE_COMPARE)).p) && write_one(s, r, assets, d, work);
        written += r->is_there;
        if (!r->is_there)
            diag_say(s->d, DIAG_WARNING, diag_file(s->d, site_path(s, r->path)), "comparison cannot be made: %s",
                     diag_count(d) ? str_c(diag_entry(d, 0).message, s->arena) : "no folder for it");
        arena_free(work);
    }
    for (size_t i = 0; i < s->turns.n; i++)
        if (s->turns.p[i].comparison != ID_NONE && !s->comparisons.p[s->turns.p[i].comparison].is_there)
            s->turns.p[i].comparison = ID_NONE;
    return written;
}
