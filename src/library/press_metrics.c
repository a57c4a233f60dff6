/* SPDX-License-Identifier: MIT
 *
 * Each metric above the profiles whose time it tells of. */
#include "base/limits.h"
#include "ingest/metric.h"
#include "library/press.h"
#include "names/redact.h"

static bool find_file(fp_session *s, const struct spec *spec, struct metric_spec *m)
{
    struct source_file *files = NULL;
    uint32_t n = 0;
    if (!press_files(s, spec, &m->source, &files, &n))
        return false;
    if (n > 1) {
        diag_at(s->d, DIAG_ERROR, m->source.at, "'%.*s' matches %u files, expected one", STR_ARG(m->source.s), n);
        return false;
    }
    m->file = files[0];
    return true;
}

/* What the spec says of it and what the file says must fit: this is where both are known. */
static bool fits(fp_session *s, const struct spec *spec, const struct metric_spec *m, const struct metric *metric)
{
    if (metric->is_epoch || m->profile.s.n || spec->n_profiles < 2)
        return true;
    diag_at(s->d, DIAG_ERROR, m->at,
            "its times count from the origin of a profile, and there are %u profiles (say of which: profile: %.*s)",
            spec->n_profiles, STR_ARG(spec->profiles[0].id.s));
    return false;
}

static void add(fp_session *s, const struct spec *spec, const struct metric_spec *m, const struct metric *metric,
                struct report *report, const uint32_t *at)
{
    bool any = false, any_clock = false, all = true;
    for (uint32_t k = 0; k < spec->n_profiles; k++) {
        if (m->profile.s.n && !str_eq(m->profile.s, spec->profiles[k].id.s))
            continue;
        all &= at[k] != ID_NONE;
        if (at[k] == ID_NONE)
            continue;
        struct profile *p = report->panels[at[k]].profile;
        if (p->n_series == LIMIT_SERIES) {
            diag_at(s->d, DIAG_LIMIT, m->at, "more than %d metrics and counters of one profile", LIMIT_SERIES);
            return;
        }
        any_clock |= p->has_clock;
        any |= metric_add(metric, p, s->perm);
    }
    if (any || !all) /* what could not be read was said */
        return;
    if (metric->is_epoch && !any_clock)
        diag_at(s->d, DIAG_ERROR, m->at,
                "its times are of the wall clock, which the profile does not know (give clock: {at: 0s, is: DATE})");
    else
        diag_at(s->d, DIAG_WARNING, m->at, "none of its times lies in the profile: it is not drawn");
}

void press_metrics(fp_session *s, struct spec *spec, struct report *report, const uint32_t *at)
{
    for (uint32_t k = 0; k < report->n_panels && spec->n_metrics; k++) {
        struct profile *p = report->panels[k].profile;
        struct counter_series *own = p->series;
        p->series = NEW_N(s->perm, struct counter_series, (size_t)p->n_series + spec->n_metrics);
        for (uint32_t i = 0; i < p->n_series; i++)
            p->series[i] = own[i];
    }
    for (uint32_t i = 0; i < spec->n_metrics; i++) {
        struct metric_spec *m = &spec->metrics[i];
        struct metric metric;
        if (m->faulty || !find_file(s, spec, m) || !metric_read(m, s->d, &metric, s->perm) || !fits(s, spec, m, &metric))
            continue;
        if (!m->title.s.n) /* the author wrote none: it comes from the file */
            metric.title = redact(&spec->redact, REDACT_TEXT, metric.title, s->perm);
        add(s, spec, m, &metric, report, at);
    }
}
