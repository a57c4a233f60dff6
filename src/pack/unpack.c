/* SPDX-License-Identifier: MIT
 *
 * Finds the elements in one pass over the text, reads the head, then each profile's sections in the order in
 * which they depend on each other: stacks, samples, counts. */
#include "pack/unpack.h"

#include "base/arena.h"
#include "base/limits.h"
#include "model/check.h"
#include "pack/columns.h"
#include "pack/counts.h"
#include "pack/head.h"
#include "pack/reader_marks.h"
#include "pack/series.h"
#include "pack/stacks.h"

struct unpacking {
    struct str text;
    uint32_t file;
    struct diag *d;
    struct arena *arena;
    struct str (*section)[PACK_SECTIONS]; /* by profile; p is NULL where there is none */
};

bool unpack_is_report(struct str text)
{
    return str_find(text, STR(PACK_HEAD_TAG)) != SIZE_MAX;
}

/* What stands between the end of a tag at `from` and the next end tag, without spaces around it. */
static bool element_at(struct str text, size_t from, struct str *out)
{
    struct str rest = str_sub(text, from, text.n);
    size_t end = str_find(rest, STR(PACK_END_TAG));
    *out = str_trim(str_sub(rest, 0, end));
    return end != SIZE_MAX;
}

/* "12.stacks" -> 12, SECTION_STACKS */
static bool parse_name(struct str name, uint32_t n_profiles, uint32_t *profile, uint32_t *kind)
{
    struct str number, word;
    uint64_t v;
    if (!str_cut(name, '.', &number, &word) || !str_u64(number, &v) || v >= n_profiles)
        return false;
    for (*kind = 0; *kind < PACK_SECTIONS; ++*kind)
        if (str_eq(word, section_word(*kind))) {
            *profile = (uint32_t)v;
            return true;
        }
    return false;
}

static bool find_sections(struct unpacking *u, uint32_t n_profiles)
{
    u->section = arena_alloc(u->arena, n_profiles, sizeof *u->section);
    for (size_t at = 0, hit;
         (hit = str_find(str_sub(u->text, at, u->text.n), STR(PACK_SECTION_TAG))) != SIZE_MAX;) {
        at += hit + sizeof PACK_SECTION_TAG - 1;
        struct str rest = str_sub(u->text, at, at + 64), name = str_sub(rest, 0, str_find_char(rest, '"')),
                   content;
        uint32_t profile, kind;
        if (!parse_name(name, n_profiles, &profile, &kind))
            continue; /* of a later version */
        if (!str_starts(str_sub(rest, name.n, rest.n), STR("\">")) ||
            !element_at(u->text, at + name.n + 2, &content)) {
            diag_offset(u->d, DIAG_ERROR, u->file, at, "section '%.*s': its element is cut short",
                        STR_ARG(name));
            return false;
        }
        if (u->section[profile][kind].p) {
            diag_offset(u->d, DIAG_ERROR, u->file, at, "section '%.*s': is there twice", STR_ARG(name));
            return false;
        }
        u->section[profile][kind] = content;
    }
    return true;
}

static bool open_section(struct unpacking *u, uint32_t profile, enum pack_section kind, uint32_t n_columns,
                         const char *const *column_name, struct section *s)
{
    struct str text = u->section[profile][kind];
    *s = (struct section){.name = section_name(profile, kind, u->arena),
                          .column_name = column_name,
                          .text_at = text.p ? (uint64_t)(text.p - u->text.p) : 0,
                          .file = u->file,
                          .d = u->d,
                          .work = s->work};
    if (text.p)
        return section_open(s, text, n_columns);
    diag_say(u->d, DIAG_ERROR, u->file, "section '%.*s' is missing", STR_ARG(s->name));
    return false;
}

static bool resolve_comms(struct unpacking *u, struct profile *p, const struct str *comm)
{
    for (uint32_t t = 0; t < p->n_threads; t++) {
        uint32_t lo = 0, hi = p->n_names;
        while (lo < hi) {
            uint32_t mid = lo + (hi - lo) / 2;
            if (str_cmp(p->names[mid], comm[t]) < 0)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo == p->n_names || !str_eq(p->names[lo], comm[t])) {
            diag_say(u->d, DIAG_ERROR, u->file, "the name of thread %u is not among the names", t);
            return false;
        }
        p->threads[t].comm = lo;
    }
    return true;
}

static bool read_profile(struct unpacking *u, uint32_t i, struct panel *panel,
                         const struct head_profile *extra, struct arena *work)
{
    struct profile *p = panel->profile;
    struct section s = {.work = work};
    uint32_t *node_of_stack = NULL, n_stacks = 0;
    if (!open_section(u, i, SECTION_STACKS, STACKS_COLUMNS, stacks_column_name, &s) ||
        !stacks_read(&s, p, &node_of_stack, &n_stacks, u->arena) || !resolve_comms(u, p, extra->comm))
        return false;
    if (!open_section(u, i, SECTION_SAMPLES, SAMPLES_COLUMNS, samples_column_name, &s) ||
        !columns_read(&s, p, node_of_stack, n_stacks, u->arena))
        return false;
    const char *wrong = profile_check(p);
    if (wrong) {
        diag_say(u->d, DIAG_ERROR, u->file, "profile %u: %s", i, wrong);
        return false;
    }
    if (p->n_series && (!open_section(u, i, SECTION_SERIES, SERIES_COLUMNS, series_column_name, &s) ||
                        !series_read(&s, p, u->arena)))
        return false;
    uint32_t n_columns = extra->has_counts ? 2 * p->n_events : 0;
    if (!open_section(u, i, SECTION_COUNTS, n_columns, NULL, &s))
        return false;
    if (extra->has_counts)
        panel->counts = counts_read(&s, p, extra->level, u->arena);
    return !extra->has_counts || panel->counts;
}

/* Reports of older builds have no such element. */
static bool read_marks(struct unpacking *u, struct report *out)
{
    struct str json;
    size_t at = str_find(u->text, STR(PACK_MARKS_TAG));
    if (at == SIZE_MAX)
        return true;
    if (element_at(u->text, at + sizeof PACK_MARKS_TAG - 1, &json))
        return reader_marks_read(json, (uint64_t)(json.p - u->text.p), u->file, u->d, out, u->arena);
    diag_offset(u->d, DIAG_ERROR, u->file, at, "marks of a reader: their element is cut short");
    return false;
}

bool unpack_read(struct str text, uint32_t file, struct diag *d, struct report *out, struct arena *arena)
{
    struct unpacking u = {.text = text, .file = file, .d = d, .arena = arena};
    struct head_profile *extra = NULL;
    struct str head;
    size_t at = str_find(text, STR(PACK_HEAD_TAG));
    if (at == SIZE_MAX || !element_at(text, at + sizeof PACK_HEAD_TAG - 1, &head)) {
        diag_say(d, DIAG_ERROR, file, "not a flamepress report");
        return false;
    }
    if (!head_read(head, (uint64_t)(head.p - text.p), file, d, out, &extra, arena) ||
        !find_sections(&u, out->n_panels))
        return false;
    for (uint32_t i = 0; i < out->n_panels; i++) {
        struct arena *work = arena_like(arena);
        bool ok = read_profile(&u, i, &out->panels[i], &extra[i], work);
        arena_free(work);
        if (!ok)
            return false;
    }
    return read_marks(&u, out);
}
