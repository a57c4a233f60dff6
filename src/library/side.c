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

static bool find_panel(fp_session *s, const struct report *report, struct str id, uint32_t file,
                       struct panel **out)
{
    struct str *ids = NEW_N(s->perm, struct str, (size_t)report->n_panels + 1), all = STR("");
    *out = NULL;
    for (uint32_t i = 0; i < report->n_panels; i++) {
        ids[i] = report->panels[i].id;
        if (i < 20)
            all = str_fmt(s->perm, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(ids[i]));
        if (str_eq(ids[i], id) || (!id.n && report->n_panels == 1))
            *out = &report->panels[i];
    }
    if (*out)
        return true;
    if (!id.n)
        diag_say(s->d, DIAG_ERROR, file, "holds %u profiles (say which, as in FILE#p=%.*s; there are %.*s)",
                 report->n_panels, STR_ARG(report->n_panels ? ids[0] : STR("ID")), STR_ARG(all));
    else
        diag_say(s->d, DIAG_ERROR, file, "has no profile '%.*s'%.*s (there are %.*s)", STR_ARG(id),
                 STR_ARG(diag_did_you_mean(s->d, id, ids, report->n_panels)), STR_ARG(all));
    return false;
}

static bool find_range(fp_session *s, const struct profile *p, struct str text, uint32_t file,
                       struct range *out)
{
    int64_t from_ns, to_ns;
    if (!time_parse_range(text, &from_ns, &to_ns)) {
        diag_say(s->d, DIAG_ERROR, file, "'%.*s' is no range (write it as t=34.1..34.9)", STR_ARG(text));
        return false;
    }
    *out = window_range(p, from_ns, to_ns);
    if (out->from < p->n_steps && out->from < out->to)
        return true;
    diag_say(s->d, DIAG_ERROR, file, "the range %.*s is empty, or begins after the profile ends",
             STR_ARG(text));
    return false;
}

bool side_read(fp_session *s, struct str given, struct compare_side *out)
{
    struct side_place place = side_place(given, s->perm);
    struct report *report = NEW(s->perm, struct report);
    struct str rest = place.fragment, pair, key, value, id = STR(""), range = STR("");
    struct panel *panel;
    while (rest.n) {
        (void)str_cut(rest, '&', &pair, &rest);
        (void)str_cut(pair, '=', &key, &value);
        id = str_eq(key, STR("p")) ? value : id;
        range = str_eq(key, STR("t")) ? value : range;
    }
    if (press_is_spec(place.path)) {
        diag_say(s->d, DIAG_ERROR, diag_file(s->d, place.path), "is a spec (build it and give the report)");
        return false;
    }
    if (!press_load(s, place.path, report))
        return false;
    uint32_t file = diag_file(s->d, place.path);
    if (!find_panel(s, report, id, file, &panel))
        return false;
    *out = (struct compare_side){given, panel->profile, compare_whole(panel->profile), panel->rate_hz};
    return !range.n || find_range(s, panel->profile, range, file, &out->range);
}
