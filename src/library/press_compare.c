/* SPDX-License-Identifier: MIT
 *
 * `compare:` of a spec -> comparisons of the report. A side is the id of a profile of this report, a link
 * into it ("#p=prod&t=0..30"), or a file, a report or a profile, with a link behind it. Files are read under
 * the spec's redaction and with the names of the target's stacks: what is compared must be named alike, and
 * what may not be in the report is not let in by the back door. */
#include "base/limits.h"
#include "base/vec.h"
#include "compare/compare.h"
#include "compare/gate.h"
#include "library/press.h"
#include "library/side.h"
#include "names/redact.h"

typedef VEC(struct compare_side) sides;

static void add_side(fp_session *s, sides *to, struct compare_side side, struct pos at)
{
    if (!vec_push(to, LIMIT_SOURCES, s->perm, side))
        diag_at(s->d, DIAG_LIMIT, at, "more than %d sides of a comparison", LIMIT_SOURCES);
}

static bool is_id(const struct report *r, struct str id)
{
    for (uint32_t i = 0; i < r->n_panels; i++)
        if (str_eq(r->panels[i].id, id))
            return true;
    return false;
}

static void say_ids(fp_session *s, const struct report *r, const struct spec_text *text)
{
    struct str *ids = NEW_N(s->perm, struct str, (size_t)r->n_panels + 1);
    for (uint32_t i = 0; i < r->n_panels; i++)
        ids[i] = r->panels[i].id;
    struct str near = diag_did_you_mean(s->d, text->s, ids, r->n_panels);
    diag_at(s->d, DIAG_NOTE, text->at, "and no profile of this spec has that id%.*s", STR_ARG(near));
}

/* One file, read like a profile of the spec. `like` gives its stacks; NULL: as they are. */
static void add_file(fp_session *s, const struct spec *spec, const struct profile_spec *like,
                     struct source_file *file, struct link link, sides *to)
{
    struct profile_spec ps = spec_default_profile();
    struct compare_side side = {.panel = ID_NONE};
    struct report *report = NEW(s->perm, struct report);
    if (like)
        ps.stacks = like->stacks;
    ps.redact = &spec->redact;
    ps.source = (struct spec_text){file->name, file->at};
    if (link.profile.n)
        ps.of_report = (struct spec_text){link.profile, file->at};
    ps.files = file;
    ps.n_files = 1;
    struct profile_spec *kept = NEW(s->perm, struct profile_spec);
    *kept = ps;
    if (!press_found(s, kept, report))
        return;
    if (link.profile.n && !str_eq(report->panels[0].profile->format, STR("report"))) {
        diag_at(s->d, DIAG_ERROR, file->at, "'%.*s' is one profile, no report: it has no '%.*s'", STR_ARG(file->name),
                STR_ARG(link.profile));
        return;
    }
    link.profile = STR("");
    side.id = redact(&spec->redact, REDACT_PATH, file->name, s->perm);
    if (side_pick(s, report, &link, file->at, 0, &side)) {
        side.panel = ID_NONE;
        add_side(s, to, side, file->at);
    }
}

static void add_sides(fp_session *s, const struct pressed *pressed, const struct profile_spec *like,
                      const struct spec_text *text, sides *to)
{
    const struct report *report = &pressed->report;
    struct link link = {.profile = text->s};
    struct spec_text path = *text;
    struct str fragment = STR("");
    struct source_file *files;
    uint32_t n = 0;
    size_t hash = str_rfind_char(text->s, '#');
    if (is_id(report, text->s) || hash == 0) {
        struct compare_side side = {.id = text->s};
        if (hash == 0)
            link = link_read(str_sub(text->s, 1, text->s.n), s->perm);
        if (side_pick(s, report, &link, text->at, 0, &side))
            add_side(s, to, side, text->at);
        return;
    }
    if (hash != SIZE_MAX) {
        path.s = str_dup(str_sub(text->s, 0, hash), s->perm);
        fragment = str_sub(text->s, hash + 1, text->s.n);
    }
    if (!press_files(s, &pressed->spec, &path, &files, &n)) {
        if (hash == SIZE_MAX && str_find_char(text->s, '*') == SIZE_MAX)
            say_ids(s, report, text);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        add_file(s, &pressed->spec, like, &files[i], link_read(fragment, s->perm), to);
}

/* After other errors, when not every profile is there: only whether the side can be. */
static void check_side(fp_session *s, const struct spec *spec, const struct spec_text *text)
{
    size_t hash = str_rfind_char(text->s, '#');
    struct spec_text path = {str_dup(str_sub(text->s, 0, hash), s->perm), text->at};
    struct source_file *files;
    uint32_t n;
    bool known = hash == 0;
    for (uint32_t i = 0; i < spec->n_profiles; i++)
        known |= str_eq(spec->profiles[i].id.s, text->s);
    if (!known)
        (void)press_files(s, spec, &path, &files, &n);
}

static struct gate *parse_gate(fp_session *s, const struct compare_spec *c)
{
    struct str why = STR("");
    struct gate *gate = gate_parse(c->fail_on.s.n ? c->fail_on.s : STR(GATE_DEFAULT), &why, s->perm);
    if (!gate)
        diag_at(s->d, DIAG_ERROR, c->fail_on.at, "'fail_on': %.*s", STR_ARG(why));
    return gate;
}

static struct str title_of(fp_session *s, const struct compare_spec *c, const struct comparison *out)
{
    struct str base = out->base[0].id;
    if (c->title.s.n)
        return c->title.s;
    if (out->n_base > 1)
        base = str_fmt(s->perm, "%.*s and %u more", STR_ARG(base), out->n_base - 1);
    return str_fmt(s->perm, "%.*s against %.*s", STR_ARG(out->target.id), STR_ARG(base));
}

/* The last comparisons of many go without. */
static void keep_tree(const struct report *report, struct comparison *c)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < report->n_comparisons; i++)
        n += report->comparisons[i].tree.n_nodes;
    if (n > LIMIT_DIFF_NODES_ALL)
        c->tree = (struct diff_tree){0};
}

static void compare_one(fp_session *s, struct pressed *pressed, const struct compare_spec *c)
{
    struct report *report = &pressed->report;
    const struct profile_spec *like = NULL;
    sides base = {0}, target = {0};
    uint32_t errors = diag_errors(s->d);
    struct gate *gate = parse_gate(s, c);
    add_sides(s, pressed, NULL, &c->target, &target);
    if (target.n > 1)
        diag_at(s->d, DIAG_ERROR, c->target.at, "the target is one profile, not %zu", target.n);
    if (target.n == 1 && target.p[0].panel != ID_NONE)
        like = &pressed->spec.profiles[target.p[0].panel];
    for (uint32_t i = 0; i < c->n_base; i++)
        add_sides(s, pressed, like, &c->base[i], &base);
    if (diag_errors(s->d) != errors || !gate)
        return;
    struct comparison *out = &report->comparisons[report->n_comparisons++];
    compare_profiles(base.p, (uint32_t)base.n, &target.p[0], c->event.s, out, s->perm);
    gate_mark(gate, out, s->perm);
    compare_shorten(out);
    keep_tree(report, out);
    out->title = title_of(s, c, out);
    for (uint32_t i = 0; i < out->n_reasons; i++)
        diag_at(s->d, DIAG_WARNING, c->at, "cannot be judged: %.*s", STR_ARG(out->reasons[i]));
}

void press_compare(fp_session *s, struct pressed *pressed)
{
    const struct spec *spec = &pressed->spec;
    bool whole = diag_errors(s->d) == 0;
    pressed->report.comparisons = NEW_N(s->perm, struct comparison, (size_t)spec->n_compares + 1);
    for (uint32_t i = 0; i < spec->n_compares; i++) {
        const struct compare_spec *c = &spec->compares[i];
        if (c->faulty)
            continue;
        if (whole) {
            compare_one(s, pressed, c);
            continue;
        }
        (void)parse_gate(s, c);
        check_side(s, spec, &c->target);
        for (uint32_t k = 0; k < c->n_base; k++)
            check_side(s, spec, &c->base[k]);
    }
}
