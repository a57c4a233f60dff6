/* SPDX-License-Identifier: MIT
 *
 * fp_diff: inputs -> sides -> comparison -> gate -> text, and the exit code for CI. */
#include <string.h>

#include "base/limits.h"
#include "base/os.h"
#include "base/save.h"
#include "compare/compare.h"
#include "compare/gate.h"
#include "library/side.h"
#include "render/changes.h"

struct diffing {
    const fp_diff_options *how;
    struct gate *gate;
    changes_write *write;
    struct comparison out;
};

/* The same file with the same fragment, or by another name. */
static bool is_same(fp_session *s, struct str a, struct str b)
{
    struct side_place x = side_place(a, s->perm), y = side_place(b, s->perm);
    return str_eq(x.fragment, y.fragment) &&
           (str_eq(x.path, y.path) || os_same_file(str_c(x.path, s->perm), str_c(y.path, s->perm)));
}

static bool inputs_differ(fp_session *s)
{
    for (size_t i = 0; i < s->inputs.n; i++)
        for (size_t k = 0; k < i; k++)
            if (is_same(s, s->inputs.p[i], s->inputs.p[k])) {
                diag_say(s->d, DIAG_ERROR, diag_file(s->d, s->inputs.p[i]),
                         i + 1 == s->inputs.n
                             ? "is the target and one of the bases (the last one named is the target)"
                             : "is there twice among the bases");
                return false;
            }
    return true;
}

static bool read_options(fp_session *s, struct diffing *d)
{
    const char *fail_on = d->how->fail_on ? d->how->fail_on : GATE_DEFAULT;
    const char *format = d->how->format ? d->how->format : "text";
    struct str why;
    d->gate = gate_parse(str_dup(str_of(fail_on), s->perm), &why, s->perm);
    if (!d->gate)
        diag_say(s->d, DIAG_ERROR, 0, "--fail-on '%s': %.*s", fail_on, STR_ARG(why));
    d->write = changes_format(str_of(format));
    if (!d->write)
        diag_say(s->d, DIAG_ERROR, 0, "unknown format '%s' (known: %s)", format, changes_formats);
    if (s->inputs.n < 2)
        diag_say(s->d, DIAG_ERROR, 0, "two sides are needed, at least (bases first, the target last)");
    return d->gate && d->write && s->inputs.n >= 2;
}

static fp_status diff(fp_session *s, void *args)
{
    struct diffing *d = args;
    if (!read_options(s, d))
        return FP_USAGE;
    if (!inputs_differ(s))
        return FP_BAD_INPUT;
    uint32_t n = (uint32_t)s->inputs.n;
    struct compare_side *side = NEW_N(s->perm, struct compare_side, n);
    for (uint32_t k = 0; k < n; k++)
        (void)side_read(s, s->inputs.p[k], &side[k]);
    if (diag_errors(s->d))
        return session_status(s);
    compare_profiles(side, n - 1, &side[n - 1], str_of(d->how->event), &d->out, s->perm);
    struct alarms alarms = gate_apply(d->gate, &d->out, s->perm);
    struct buf text = buf_new(LIMIT_REPORT_BYTES, s->perm);
    d->write(&d->out, d->gate, &alarms, &text, s->perm);
    if (!save_bytes(str_of(d->how->output ? d->how->output : "-"), buf_view(&text), s->d, s->perm))
        return session_status(s);
    return d->out.n_reasons ? FP_CANNOT_JUDGE : alarms.n ? FP_REGRESSION : FP_OK;
}

fp_status fp_diff(fp_session *s, const fp_diff_options *how)
{
    static const fp_diff_options defaults = {NULL, NULL, NULL, NULL};
    struct diffing d = {.how = how ? how : &defaults};
    return session_guard(s, diff, &d);
}
