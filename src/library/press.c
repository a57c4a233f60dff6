/* SPDX-License-Identifier: MIT
 *
 * The main line of the program, up to the report in memory: spec, notes, then each profile through its door
 * and the precomputed counts. An error in the spec or in one profile does not stop the others: all of them
 * come out in one run. */
#include "library/press.h"

#include <string.h>

#include "analyse/heatmap.h"
#include "base/limits.h"
#include "base/os.h"
#include "base/timetext.h"
#include "base/vec.h"
#include "findings/findings.h"
#include "ingest/ingest.h"
#include "library/press_ahead.h"
#include "library/press_budget.h"
#include "names/redact.h"
#include "pack/unpack.h"

#define SNIFFED 4096

bool press_is_spec(struct str path)
{
    return str_ends(path, STR(".yaml")) || str_ends(path, STR(".yml"));
}

/* False when nothing is known of what to read. */
static bool load_spec(fp_session *s, struct spec *out)
{
    const struct str *formats;
    uint32_t n_formats = ingest_formats(&formats);
    struct str path = s->inputs.p[0], text;
    if (!press_is_spec(path)) {
        spec_implied(s->inputs.p, (uint32_t)s->inputs.n, out, s->perm);
        return true;
    }
    if (!os_read_all(path, LIMIT_SPEC_BYTES, s->d, &text, s->perm))
        return false;
    (void)spec_parse(path, text, formats, n_formats, s->d, out, s->perm);
    return true;
}

static struct str beside_spec(const struct spec *spec, struct str path, struct arena *arena)
{
    bool as_is = str_starts(path, STR("/")) || str_eq(path, STR("-")) || !spec->folder.n;
    return as_is ? path : str_fmt(arena, "%.*s%.*s", STR_ARG(spec->folder), STR_ARG(path));
}

/* Notes of a file become inline notes; positions then point into that file. */
static void load_notes(fp_session *s, const struct spec *spec, struct notes_spec *notes)
{
    if (!notes->file.s.n)
        return;
    struct str path = beside_spec(spec, notes->file.s, s->perm), text;
    if (os_kind(str_c(path, s->perm), NULL) != OS_FILE) {
        diag_at(s->d, DIAG_ERROR, notes->file.at, "cannot open notes '%.*s' (paths are relative to the spec)",
                STR_ARG(path));
        return;
    }
    if (os_read_all(path, LIMIT_NOTES_BYTES, s->d, &text, s->perm))
        notes->text = (struct spec_text){text, {diag_text(s->d, path, text), 0}};
}

static bool is_glob(struct str path)
{
    return str_find_char(path, '*') != SIZE_MAX || str_find_char(path, '?') != SIZE_MAX ||
           str_find_char(path, '[') != SIZE_MAX;
}

static bool is_there(fp_session *s, struct str path)
{
    return str_eq(path, STR("-")) || os_kind(str_c(path, s->perm), NULL) != OS_MISSING;
}

typedef VEC(struct source_file) source_files;

/* A file named twice is read once. */
static void add_file(fp_session *s, source_files *files, struct source_file file)
{
    for (size_t i = 0; i < files->n; i++)
        if (str_eq(files->p[i].path, file.path))
            return;
    if (!vec_push(files, LIMIT_SOURCES, s->perm, file))
        diag_at(s->d, DIAG_LIMIT, file.at, "more than %d files for one profile", LIMIT_SOURCES);
}

static void find_files(fp_session *s, const struct spec *spec, const struct spec_text *source, source_files *files)
{
    struct str path = beside_spec(spec, source->s, s->perm), *found;
    size_t folder = path.n - source->s.n, n = 0;
    if (!source->at.file || is_there(s, path)) { /* of the command line: whoever opens it says what is wrong */
        add_file(s, files, (struct source_file){source->s, path, source->at});
        return;
    }
    if (is_glob(source->s))
        n = os_glob(str_c(path, s->perm), &found, s->perm);
    for (size_t i = 0; i < n; i++)
        add_file(s, files, (struct source_file){str_sub(found[i], folder, found[i].n), found[i], source->at});
    if (!n)
        diag_at(s->d, DIAG_ERROR, source->at, "%s '%.*s' (paths are relative to the spec)",
                is_glob(source->s) ? "no file matches" : "cannot find", STR_ARG(path));
}

bool press_files(fp_session *s, const struct spec *spec, const struct spec_text *text, struct source_file **files,
                 uint32_t *n)
{
    uint32_t errors = diag_errors(s->d);
    source_files found = {0};
    find_files(s, spec, text, &found);
    *files = found.p;
    *n = (uint32_t)found.n;
    return diag_errors(s->d) == errors && found.n > 0;
}

/* Looks for the files of a profile, and names it by them. */
static bool find_sources(fp_session *s, const struct spec *spec, struct profile_spec *ps)
{
    uint32_t errors = diag_errors(s->d);
    source_files files = {0};
    for (uint32_t i = 0; i < ps->n_sources; i++)
        find_files(s, spec, &ps->sources[i], &files);
    ps->files = files.p;
    ps->n_files = (uint32_t)files.n;
    if (files.n)
        ps->source.s = files.p[0].name;
    if (files.n > 1)
        ps->source.s = str_fmt(s->perm, "%.*s and %zu more", STR_ARG(ps->source.s), files.n - 1);
    return diag_errors(s->d) == errors && files.n > 0;
}

static bool read_profile(fp_session *s, const struct spec *spec, struct profile_spec *ps, struct profile *out)
{
    struct ingest_watch watch = session_watch(s);
    return find_sources(s, spec, ps) && !ps->faulty && ingest_profile(ps, &watch, s->d, out, s->perm);
}

static int64_t snap(int64_t ns, int64_t step_ns)
{
    return (ns + step_ns - 1) / step_ns * step_ns;
}

static void fill_marks(fp_session *s, const struct profile_spec *ps, struct panel *panel)
{
    const struct profile *p = panel->profile;
    panel->marks = NEW_N(s->perm, struct mark, (size_t)ps->n_marks + 1);
    for (uint32_t i = 0; i < ps->n_marks; i++) {
        const struct mark_spec *m = &ps->marks[i];
        if (p->has_time && m->from_ns >= p->n_steps * p->step_ns) {
            struct str length = time_text(p->n_steps * p->step_ns, s->perm);
            diag_at(s->d, DIAG_WARNING, m->at, "mark begins after the profile ends (it is %.*s long)",
                    STR_ARG(length));
        }
        panel->marks[panel->n_marks++] = (struct mark){
            snap(m->from_ns, p->step_ns), snap(m->to_ns, p->step_ns), m->label.s, str_trim(m->note.s), false};
    }
}

static void fill_panel(fp_session *s, const struct profile_spec *ps, struct profile *p, struct panel *out)
{
    *out = (struct panel){.id = ps->id.s, .title = ps->title.s, .profile = p, .idle = ps->filter.idle};
    out->counts = heatmap_counts(p, s->perm);
    out->main_event = heatmap_main_event(p);
    out->rate_hz = heatmap_rate(p, s->perm);
    out->heatmap = heatmap_defaults(p, ps->heatmap);
    if (ps->heatmap.rows && out->heatmap.rows < ps->heatmap.rows)
        diag_say(s->d, DIAG_WARNING, diag_file(s->d, ps->files[0].name),
                 "%u rows are finer than its times: showing %u (resolution: makes the time step finer)",
                 ps->heatmap.rows, out->heatmap.rows);
    if (p->step_coarsened) {
        struct str step = time_text(p->step_ns, s->perm);
        diag_say(s->d, DIAG_WARNING, diag_file(s->d, ps->files[0].name),
                 "too long for its time step: kept at a step of %.*s", STR_ARG(step));
    }
    fill_marks(s, ps, out);
}

static void report_of(fp_session *s, struct str title, uint32_t n, struct report *out)
{
    *out = (struct report){.title = title, .generator = STR("flamepress " FLAMEPRESS_VERSION)};
    out->panels = NEW_N(s->perm, struct panel, (size_t)n + 1);
}

/* Titles and ids that were made of files' names say no more than those may. */
static void redact_derived(fp_session *s, struct spec *spec)
{
    if (!redact_any(&spec->redact))
        return;
    bool title_is_derived = !spec->title.at.file;
    for (uint32_t i = 0; i < spec->n_profiles; i++) {
        struct profile_spec *ps = &spec->profiles[i];
        if (!ps->title.at.file)
            ps->title.s = redact(&spec->redact, REDACT_TEXT, ps->title.s, s->perm);
        if (ps->id_is_derived)
            ps->id.s = spec_unique_id(redact(&spec->redact, REDACT_TEXT, ps->id.s, s->perm), spec->profiles, i, s->perm);
    }
    if (title_is_derived && spec->n_profiles)
        spec->title.s = spec->profiles[0].title.s;
}

bool press_inputs(fp_session *s, struct pressed *out)
{
    if (!load_spec(s, &out->spec))
        return false;
    struct spec *spec = &out->spec;
    redact_derived(s, spec);
    struct report *report = &out->report;
    report_of(s, spec->title.s, spec->n_profiles, report);
    report->meta = spec->meta;
    report->n_meta = spec->n_meta;
    load_notes(s, spec, &spec->notes);
    out->notes.report = spec->notes.text;
    out->notes.panel = NEW_N(s->perm, struct spec_text, (size_t)spec->n_profiles + 1);
    out->notes.mark = NEW_N(s->perm, struct spec_text *, (size_t)spec->n_profiles + 1);
    uint32_t *at = NEW_N(s->perm, uint32_t, (size_t)spec->n_profiles + 1);
    struct profile **read = NEW_N(s->perm, struct profile *, (size_t)spec->n_profiles + 1);
    struct spec_text *notes = NEW_N(s->perm, struct spec_text, (size_t)spec->n_profiles + 1);
    for (uint32_t i = 0; i < spec->n_profiles; i++) {
        struct profile *p = NEW(s->perm, struct profile);
        load_notes(s, spec, &spec->profiles[i].notes);
        notes[i] = spec->profiles[i].notes.text;
        read[i] = read_profile(s, spec, &spec->profiles[i], p) ? p : NULL;
    }
    /* The rate is that of the times as they came: coarser ones would show their own. */
    double *rate_hz = NEW_N(s->perm, double, (size_t)spec->n_profiles + 1);
    for (uint32_t i = 0; i < spec->n_profiles; i++)
        rate_hz[i] = read[i] && spec->budget ? heatmap_rate(read[i], s->perm) : 0;
    if (!press_budget(s, spec, read, notes))
        return false;
    if (out->is_for_page)
        out->ahead = press_ahead(s);
    for (uint32_t i = 0; i < spec->n_profiles; i++) {
        struct profile_spec *ps = &spec->profiles[i];
        struct profile *p = read[i];
        at[i] = ID_NONE;
        if (!p)
            continue;
        uint32_t k = at[i] = report->n_panels++;
        if (out->ahead)
            press_ahead_profile(out->ahead, k, p);
        fill_panel(s, ps, p, &report->panels[k]);
        if (spec->budget)
            report->panels[k].rate_hz = rate_hz[i];
        if (out->ahead)
            press_ahead_panel(out->ahead, k, &report->panels[k]);
        report->panels[k].findings = findings_find(&report->panels[k], &spec->findings, &report->panels[k].stripes,
                                                    press_ahead_tasks(out->ahead), s->perm);
        out->notes.panel[k] = notes[i];
        out->notes.mark[k] = NEW_N(s->perm, struct spec_text, (size_t)ps->n_marks + 1);
        for (uint32_t m = 0; m < ps->n_marks; m++)
            out->notes.mark[k][m] = ps->marks[m].note;
    }
    press_metrics(s, spec, report, at);
    press_compare(s, out);
    return diag_errors(s->d) == 0;
}

bool press_found(fp_session *s, struct profile_spec *ps, struct report *out)
{
    struct ingest_watch watch = session_watch(s);
    struct profile *p = NEW(s->perm, struct profile);
    report_of(s, ps->title.s, 1, out);
    if (!ingest_profile(ps, &watch, s->d, p, s->perm))
        return false;
    out->panels[0] = (struct panel){.id = ps->id.s, .title = ps->title.s, .profile = p};
    out->panels[0].rate_hz = heatmap_rate(p, s->perm);
    out->n_panels = 1;
    return true;
}

bool press_profile(fp_session *s, struct str path, bool exact, struct report *out)
{
    struct spec *spec = NEW(s->perm, struct spec);
    struct profile *p = NEW(s->perm, struct profile);
    spec_implied(&path, 1, spec, s->perm);
    spec->profiles[0].exact = exact;
    report_of(s, spec->title.s, 1, out);
    if (!read_profile(s, spec, &spec->profiles[0], p))
        return false;
    fill_panel(s, &spec->profiles[0], p, &out->panels[0]);
    out->n_panels = 1;
    return true;
}

/* A look at the first bytes: profiles can be larger than memory, reports cannot. */
static bool looks_like_report(const char *path)
{
    char head[SNIFFED];
    if (os_kind(path, NULL) != OS_FILE)
        return false;
    int fd = os->open_read(path);
    if (fd < 0)
        return false;
    ssize_t n = os->read(fd, head, sizeof head);
    os->close(fd);
    struct str seen = {head, n > 0 ? (size_t)n : 0};
    return str_find(seen, STR("<!doctype html>")) != SIZE_MAX ||
           str_find(seen, STR("<!DOCTYPE html>")) != SIZE_MAX;
}

bool press_load(fp_session *s, struct str path, bool exact, struct report *out)
{
    struct str text;
    if (!looks_like_report(path.p))
        return press_profile(s, path, exact, out);
    return os_read_all(path, LIMIT_REPORT_BYTES, s->d, &text, s->perm) &&
           unpack_read(text, diag_file(s->d, path), s->d, out, s->perm);
}
