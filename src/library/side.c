/* SPDX-License-Identifier: MIT
 *
 * "report.html#p=canary&t=34.1..34.9" -> report or profile -> one profile of it and a range. What is copied
 * from a page's address bar works: keys of the view (zoom, search) are skipped. */
#include "library/side.h"

#include "base/os.h"
#include "base/timetext.h"
#include "library/press.h"

struct side_place side_place(struct str given, struct arena *arena)
{
    size_t hash = str_rfind_char(given, '#');
    if (hash == SIZE_MAX || os_kind(str_c(given, arena), NULL) != OS_MISSING)
        return (struct side_place){given, STR("")};
    return (struct side_place){str_dup(str_sub(given, 0, hash), arena), str_sub(given, hash + 1, given.n)};
}

static void complain(fp_session *s, struct pos at, uint32_t file, struct str what)
{
    if (at.file)
        diag_at(s->d, DIAG_ERROR, at, "%.*s", STR_ARG(what));
    else
        diag_say(s->d, DIAG_ERROR, file, "%.*s", STR_ARG(what));
}

static const struct panel *find_panel(const struct report *report, struct str id, struct diag *d,
                                      struct str *why, struct arena *arena)
{
    struct str *ids = NEW_N(arena, struct str, (size_t)report->n_panels + 1), all = STR("");
    for (uint32_t i = 0; i < report->n_panels; i++) {
        ids[i] = report->panels[i].id;
        if (str_eq(ids[i], id) || (!id.n && report->n_panels == 1))
            return &report->panels[i];
        if (i < 20)
            all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(ids[i]));
    }
    struct str near = diag_did_you_mean(d, id, ids, report->n_panels);
    if (!id.n)
        *why = str_fmt(arena, "holds %u profiles (say which, as in #p=%.*s; there are %.*s)",
                       report->n_panels, STR_ARG(ids[0]), STR_ARG(all));
    else
        *why = str_fmt(arena, "has no profile '%.*s'%.*s (there are %.*s)", STR_ARG(id), STR_ARG(near),
                       STR_ARG(all));
    return NULL;
}

bool side_pick(fp_session *s, const struct report *report, const struct link *link, struct pos at,
               uint32_t file, struct compare_side *out)
{
    int64_t from_ns, to_ns;
    struct str why = STR("");
    const struct panel *panel = find_panel(report, link->profile, s->d, &why, s->perm);
    if (panel) {
        out->profile = panel->profile;
        out->range = compare_whole(panel->profile);
        out->rate_hz = panel->rate_hz;
        out->panel = (uint32_t)(panel - report->panels);
    }
    if (!panel || !link->range.n) {
        /* no range */
    } else if (!time_parse_range(link->range, &from_ns, &to_ns)) {
        why = str_fmt(s->perm, "'%.*s' is no range (write it as t=34.1..34.9)", STR_ARG(link->range));
    } else {
        out->range = window_range(panel->profile, from_ns, to_ns);
        if (out->range.from >= panel->profile->n_steps || out->range.from >= out->range.to)
            why = str_fmt(s->perm, "the range %.*s is empty, or begins after the profile ends",
                          STR_ARG(link->range));
    }
    if (why.n)
        complain(s, at, file, why);
    return !why.n;
}

bool side_read(fp_session *s, struct str given, struct compare_side *out)
{
    struct side_place place = side_place(given, s->perm);
    struct report *report = NEW(s->perm, struct report);
    if (press_is_spec(place.path)) {
        diag_say(s->d, DIAG_ERROR, diag_file(s->d, place.path), "is a spec (build it and give the report)");
        return false;
    }
    struct link link = link_read(place.fragment, s->perm);
    *out = (struct compare_side){.id = given};
    if (!press_load(s, place.path, false, report))
        return false;
    link_open(&link, report);
    if (!side_pick(s, report, &link, (struct pos){0, 0}, diag_file(s->d, place.path), out))
        return false;
    out->panel = ID_NONE;
    return true;
}
