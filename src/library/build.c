/* SPDX-License-Identifier: MIT
 *
 * fp_check and fp_build: press the inputs, render the page, save it whole. */
#include <string.h>

#include "base/limits.h"
#include "base/os.h"
#include "base/save.h"
#include "library/press.h"
#include "library/press_ahead.h"
#include "library/press_budget.h"
#include "pack/unpack.h"
#include "site/digest_make.h"

/* One spec alone, or profiles. */
static bool inputs_go_together(fp_session *s)
{
    size_t specs = 0, standard = 0;
    for (size_t i = 0; i < s->inputs.n; i++) {
        specs += press_is_spec(s->inputs.p[i]);
        standard += str_eq(s->inputs.p[i], STR("-"));
    }
    if (!s->inputs.n)
        diag_say(s->d, DIAG_ERROR, 0, "no input (give a spec, or profiles)");
    else if (specs && s->inputs.n > 1)
        diag_say(s->d, DIAG_ERROR, 0, "a spec stands alone (name the other profiles inside it)");
    else if (standard > 1)
        diag_say(s->d, DIAG_ERROR, 0, "'-' can be read only once");
    else
        return true;
    return false;
}

static struct str default_output(const fp_session *s)
{
    if (!s->inputs.n)
        return STR("");
    struct str stem = spec_stem(s->inputs.p[0]);
    return str_eq(s->inputs.p[0], STR("-")) ? STR("-") : str_fmt(s->perm, "%.*s.html", STR_ARG(stem));
}

/* A default name must not cost anybody a file that is not ours. */
static bool may_overwrite(fp_session *s, struct str path)
{
    struct str text;
    if (str_eq(path, STR("-")) || os_kind(str_c(path, s->perm), NULL) != OS_FILE)
        return true;
    if (os_read_all(path, LIMIT_REPORT_BYTES, s->d, &text, s->perm) && unpack_is_report(text))
        return true;
    diag_say(s->d, DIAG_ERROR, diag_file(s->d, path),
             "exists and is no flamepress report (give -o to overwrite it)");
    return false;
}

/* Writing a report over its own input would lose the input. */
static bool is_no_input(fp_session *s, const struct spec *spec, struct str output)
{
    const char *target = str_c(output, s->perm);
    for (uint32_t i = 0; i < spec->n_profiles; i++) {
        const struct profile_spec *ps = &spec->profiles[i];
        for (uint32_t k = 0; k < ps->n_files; k++)
            if (os_same_file(str_c(ps->files[k].path, s->perm), target)) {
                diag_say(s->d, DIAG_ERROR, diag_file(s->d, output),
                         "is an input of this report (write the report elsewhere)");
                return false;
            }
    }
    if (spec->path.n && os_same_file(str_c(spec->path, s->perm), target)) {
        diag_say(s->d, DIAG_ERROR, diag_file(s->d, output),
                 "is the spec of this report (write the report elsewhere)");
        return false;
    }
    return true;
}

static fp_status check(fp_session *s, void *args)
{
    struct pressed pressed = {0};
    (void)args;
    if (!inputs_go_together(s))
        return FP_USAGE;
    (void)press_inputs(s, &pressed);
    return session_status(s);
}

fp_status fp_check(fp_session *s)
{
    return session_guard(s, check, NULL);
}

static void write_report(fp_session *s, struct pressed *pressed, struct str output)
{
    struct report *r = &pressed->report;
    press_ahead_weights(pressed->ahead, r);
    r->digest = digest_make(r, s->perm);
    r->is_spent = true;
    struct buf page = buf_new(LIMIT_REPORT_BYTES, s->perm);
    if (page_write(r, &pressed->notes, s->assets, &page, s->d, s->perm) && press_within_budget(s, &pressed->spec, page.n))
        (void)save_bytes(output, buf_view(&page), s->d, s->perm);
}

static fp_status build(fp_session *s, void *args)
{
    struct pressed pressed = {.is_for_page = true};
    const char *given = args;
    if (!inputs_go_together(s))
        return FP_USAGE;
    struct str output = given ? str_dup(str_of(given), s->perm) : default_output(s);
    s->output = output.p;
    if (!given && !may_overwrite(s, output))
        return session_status(s);
    if (press_inputs(s, &pressed) && is_no_input(s, &pressed.spec, output))
        write_report(s, &pressed, output);
    press_ahead_end(pressed.ahead);
    return session_status(s);
}

fp_status fp_build(fp_session *s, const char *output)
{
    return session_guard(s, build, (void *)(uintptr_t)output);
}

static fp_status name_output(fp_session *s, void *args)
{
    (void)args;
    if (!s->output)
        s->output = str_c(default_output(s), s->perm);
    return FP_OK;
}

const char *fp_output(fp_session *s)
{
    (void)session_guard(s, name_output, NULL);
    return s->output ? s->output : "";
}
