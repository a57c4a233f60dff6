/* SPDX-License-Identifier: MIT
 *
 * fp_export: what a link shows of a report, or a profile, in another tool's format. */
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/save.h"
#include "base/timetext.h"
#include "export/formats.h"
#include "library/link.h"
#include "library/press.h"
#include "library/side.h"

struct exporting {
    const char *path;
    const fp_export_options *how;
    const struct export_format *format;
    struct link link;
};

/* What a format cannot hold is refused, not left behind. */
static bool fits(const struct taken *t, const struct export_format *f, uint32_t file, struct diag *d)
{
    const struct profile *p = t->profile;
    bool spans = t->event != ID_NONE ? p->events[t->event].n_spans > 0 : p->n_spans > 0;
    const char *why = !p->n_events               ? "holds no samples"
                      : f->no_spans && spans     ? "spans have no place in this format (pprof, speedscope and folded take them)"
                      : f->needs_time && !p->has_time ? "there are no times in it (pprof, speedscope and folded need none)"
                                                      : NULL;
    if (why)
        diag_say(d, DIAG_ERROR, file, "%s", why);
    return !why;
}

static bool take_range(fp_session *s, const struct exporting *want, uint32_t file, struct taken *t)
{
    int64_t from_ns = want->how->from_ns, to_ns = want->how->to_ns;
    bool given = to_ns > from_ns;
    if (!given && want->link.finding.n) {
        diag_say(s->d, DIAG_ERROR, file, "a finding of several ranges is not one range (give --from and --to)");
        return false;
    }
    if (!given && !want->link.range.n)
        return true;
    if (!given && !time_parse_range(want->link.range, &from_ns, &to_ns)) {
        diag_say(s->d, DIAG_ERROR, file, "'%.*s' is no range (write it as t=34.1..34.9)", STR_ARG(want->link.range));
        return false;
    }
    if (!t->profile->has_time) {
        diag_say(s->d, DIAG_ERROR, file, "there are no times in it, so no range of them either");
        return false;
    }
    struct range r = window_range(t->profile, from_ns, to_ns);
    if (r.from >= t->profile->n_steps || r.from >= r.to) {
        struct str length = time_text(t->profile->n_steps * t->profile->step_ns, s->perm);
        diag_say(s->d, DIAG_ERROR, file, "the range is empty, or begins after the profile ends (it is %.*s long)",
                 STR_ARG(length));
        return false;
    }
    t->range = r;
    return true;
}

/* Says what of the range is not in the export, though nobody asked to leave it out. */
static void say_left_out(fp_session *s, const struct taken *t, const struct link *link, uint32_t file)
{
    const struct profile *p = t->profile;
    uint64_t n = taken_idle(t);
    if (t->event != ID_NONE && p->n_events > 1)
        diag_say(s->d, DIAG_NOTE, file, "exported event '%.*s' of %u (--event: another)",
                 STR_ARG(p->events[t->event].name), p->n_events);
    if (n)
        diag_say(s->d, DIAG_NOTE, file, "%llu idle sample%s left out (--idle show: not)", (unsigned long long)n,
                 n == 1 ? " is" : "s are");
    if (link->transforms.n)
        diag_say(s->d, DIAG_WARNING, file,
                 "stacks are as they were recorded: what the link does to them, 'x=%.*s', is done in the page alone (Export there)",
                 STR_ARG(link->transforms));
}

static bool take(fp_session *s, struct exporting *want, const struct report *report, uint32_t file, struct taken *t)
{
    struct compare_side side = {.id = str_of(want->path)};
    struct link all_of_it = {.profile = want->link.profile};
    if (!side_pick(s, report, &all_of_it, (struct pos){0, 0}, file, &side))
        return false;
    const struct panel *panel = &report->panels[side.panel];
    *t = taken_all(panel->profile, s->perm);
    t->title = panel->title;
    if (report->n_panels > 1 && report->title.n)
        t->title = str_fmt(s->perm, "%.*s \xc2\xb7 %.*s", STR_ARG(report->title), STR_ARG(panel->title));
    t->generator = STR("flamepress " FLAMEPRESS_VERSION);
    t->heatmap = panel->heatmap;
    t->with_idle = want->link.idle.n ? str_eq(want->link.idle, STR("1")) || str_eq(want->link.idle, STR("show"))
                                     : panel->idle == IDLE_SHOW;
    if (!link_take(s, &want->link, file, t) || !take_range(s, want, file, t))
        return false;
    if (!want->link.event.n && !want->format->all_events && panel->profile->n_events)
        taken_event(t, panel->main_event);
    return fits(t, want->format, file, s->d);
}

static fp_status export(fp_session *s, void *args)
{
    struct exporting *want = args;
    struct side_place place = side_place(str_dup(str_of(want->path), s->perm), s->perm);
    struct report *report = NEW(s->perm, struct report);
    struct buf out = buf_new(LIMIT_REPORT_BYTES, s->perm);
    struct taken t;
    want->format = export_format(str_of(want->how->format), want->how->heatmap);
    if (!want->format) {
        diag_say(s->d, DIAG_ERROR, 0,
                 want->how->heatmap ? "unknown format '%s' of a heatmap (known: svg)" : "unknown format '%s' (known: %s)",
                 want->how->format ? want->how->format : "", export_formats);
        return FP_USAGE;
    }
    want->link = link_read(place.fragment, s->perm);
    if (want->how->event)
        want->link.event = str_of(want->how->event);
    if (want->how->idle)
        want->link.idle = str_of(want->how->idle);
    if (!press_load(s, place.path, true, report))
        return session_status(s);
    uint32_t file = diag_file(s->d, place.path);
    link_open(&want->link, report);
    if (!take(s, want, report, file, &t))
        return FP_BAD_INPUT;
    want->format->write(&t, &out, s->perm);
    if (out.over)
        diag_say(s->d, DIAG_LIMIT, file, "more than %u MB to write", (unsigned)(LIMIT_REPORT_BYTES >> 20));
    else if (save_bytes(str_of(want->how->output), buf_view(&out), s->d, s->perm))
        say_left_out(s, &t, &want->link, file);
    return session_status(s);
}

fp_status fp_export(fp_session *s, const char *path, const fp_export_options *how)
{
    struct exporting want = {.path = path, .how = how};
    return session_guard(s, export, &want);
}
