/* SPDX-License-Identifier: MIT
 *
 * fp_export: a report or a profile in another tool's format. */
#include <string.h>

#include "export/protobuf_out.h"
#include "base/limits.h"
#include "base/save.h"
#include "library/press.h"
#include "library/session.h"

struct exporting {
    const char *path, *format, *output;
};

/* What a format cannot hold is refused, not left behind. */
static bool fits(const struct profile *p, bool is_timed, uint32_t file, struct diag *d)
{
    const char *why = p->n_spans                 ? "spans have no place in this format"
                      : is_timed && !p->has_time ? "there are no times in it (--format pprof needs none)"
                      : is_timed && p->n_events != 1
                          ? "the format has a place for one event only (choose one with "
                            "'event' in a spec, build, export the report)"
                          : NULL;
    if (why)
        diag_say(d, DIAG_ERROR, file, "%s", why);
    return !why;
}

static fp_status export(fp_session *s, void *args)
{
    const struct exporting *want = args;
    struct str path = str_dup(str_of(want->path), s->perm);
    struct report *report = NEW(s->perm, struct report);
    struct buf out = buf_new(LIMIT_REPORT_BYTES, s->perm);
    bool is_timed = strcmp(want->format, "nflxprofile") == 0;
    if (!is_timed && strcmp(want->format, "pprof") != 0) {
        diag_say(s->d, DIAG_ERROR, 0, "unknown format '%s' (known: nflxprofile, pprof)", want->format);
        return FP_USAGE;
    }
    if (!press_profile(s, path, true, report))
        return session_status(s);
    const struct profile *p = report->panels[0].profile;
    uint32_t file = diag_file(s->d, path);
    if (!fits(p, is_timed, file, s->d))
        return FP_BAD_INPUT;
    if (is_timed)
        nflxprofile_write(p, &out, s->perm);
    else
        pprof_write(p, &out, s->perm);
    if (out.over)
        diag_say(s->d, DIAG_LIMIT, file, "more than %u MB to write", (unsigned)(LIMIT_REPORT_BYTES >> 20));
    else
        (void)save_bytes(str_of(want->output), buf_view(&out), s->d, s->perm);
    return session_status(s);
}

fp_status fp_export(fp_session *s, const char *path, const char *format, const char *output)
{
    struct exporting want = {path, format, output};
    return session_guard(s, export, &want);
}
