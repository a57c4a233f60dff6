/* SPDX-License-Identifier: MIT
 *
 * fp_inspect: what a report (through the reference decoder) or a profile (through its door) holds, for
 * people, for programs, or sample by sample. A report and the profile it was made from give the same samples.
 */
#include <string.h>

#include "analyse/dump.h"
#include "analyse/heatmap.h"
#include "analyse/weigh.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "findings/findings.h"
#include "library/inspect_json.h"
#include "library/press.h"
#include "model/tally.h"
#include "pack/head.h"

#define HOTTEST 10

struct inspecting {
    const char *path;
    fp_format format;
    int64_t from_ns, to_ns;
    const char **text;
    size_t *n;
};

static double share(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void say_facts(struct buf *out, const struct panel *panel, struct arena *arena)
{
    const struct profile *p = panel->profile;
    struct str length = time_text((int64_t)p->n_steps * p->step_ns, arena),
               step = time_text(p->step_ns, arena);
    buf_fmt(out, "profile %.*s: %.*s\n", STR_ARG(panel->id), STR_ARG(panel->title));
    buf_fmt(out, "  source    %.*s (%.*s)\n", STR_ARG(p->source), STR_ARG(p->format));
    if (!p->has_time)
        buf_lit(out, "  time      none in the source: a flat profile\n");
    else
        buf_fmt(out, "  time      %.*s, in steps of %.*s, origin at %.*s s of its clock\n", STR_ARG(length),
                STR_ARG(step), STR_ARG(time_seconds(p->origin_ns, arena)));
    if (p->has_clock)
        buf_fmt(out, "  began     %.*s\n", STR_ARG(time_instant(p->clock_epoch_ns, arena)));
    for (uint32_t i = 0; i < p->n_facts; i++)
        buf_fmt(out, "  %-9.*s %.*s\n", STR_ARG(p->facts[i].key), STR_ARG(p->facts[i].value));
    buf_fmt(out, "  holds     %u threads, %u lanes, %u names, %u frames, %u trie nodes\n", p->n_threads,
            p->n_lanes, p->n_names, p->n_frames, p->n_nodes);
    for (uint32_t i = 0; i < p->n_series; i++)
        buf_fmt(out, "  metric    %.*s: %u numbers%s%.*s\n", STR_ARG(p->series[i].title), p->series[i].n,
                p->series[i].unit.n ? " in " : "", STR_ARG(p->series[i].unit));
}

static void say_tally(struct buf *out, const struct profile *p)
{
    for (uint32_t i = 0; i < tally_rows(); i++)
        if (tally_value(&p->tally, i))
            buf_fmt(out, "  %-25s %llu\n", tally_name(i), (unsigned long long)tally_value(&p->tally, i));
}

static void say_event(struct buf *out, const struct panel *panel, uint32_t event, struct range r, bool whole,
                      struct arena *arena)
{
    const struct profile *p = panel->profile;
    const struct event *e = &p->events[event];
    struct weights all = weigh(p, r, event, true, arena), busy = weigh(p, r, event, false, arena);
    buf_fmt(out, "event %.*s%s\n", STR_ARG(e->name), whole ? "" : " in the range");
    buf_fmt(out, "  samples   %llu, %llu of them idle\n", (unsigned long long)all.n_samples,
            (unsigned long long)(all.n_samples - busy.n_samples));
    if (p->weight != WEIGHT_SAMPLES)
        buf_fmt(out, "  weight    %llu (%s), %llu idle\n", (unsigned long long)all.total[0],
                head_weight[p->weight], (unsigned long long)(all.total[0] - busy.total[0]));
    if (panel->rate_hz > 0)
        buf_fmt(out, "  rate      %.4g Hz\n", panel->rate_hz);
    struct hot hot[HOTTEST];
    uint32_t n = weigh_hottest(p, &busy, HOTTEST, hot, arena);
    buf_fmt(out, "  hottest   self      total     (%s, idle left out)\n",
            e->n_spans ? "time" : head_weight[p->weight]);
    for (uint32_t i = 0; i < n; i++)
        buf_fmt(out, "            %6.2f %%  %6.2f %%  %.*s\n", share(hot[i].self, busy.total[0]),
                share(hot[i].total, busy.total[0]), STR_ARG(p->names[p->frames[hot[i].frame].name]));
}

static void say_findings(struct buf *out, const struct panel *panel)
{
    const struct findings *all = &panel->findings;
    if (all->n || all->verdict.n)
        buf_lit(out, "stands out\n");
    if (all->verdict.n)
        buf_fmt(out, "  %.*s\n", STR_ARG(all->verdict));
    for (uint32_t i = 0; i < all->n; i++) {
        const struct finding *f = &all->list[i];
        buf_fmt(out, "  %-9s %.*s\n", head_finding_tier[f->tier], STR_ARG(f->title));
        for (uint32_t k = 0; k < f->n_frames; k++)
            buf_fmt(out, "            %5.1f %% inside, %5.1f %% outside: %.*s\n", 100 * f->frames[k].inside,
                    100 * f->frames[k].outside,
                    STR_ARG(panel->profile->names[panel->profile->frames[f->frames[k].frame].name]));
    }
}

static void say_marks(struct buf *out, const struct panel *panel, struct arena *arena)
{
    if (panel->n_marks)
        buf_lit(out, "marks\n");
    for (uint32_t i = 0; i < panel->n_marks; i++) {
        const struct mark *m = &panel->marks[i];
        buf_fmt(out, "  %.*s s to %.*s s  %.*s%s\n", STR_ARG(time_seconds(m->from_ns, arena)), STR_ARG(time_seconds(m->to_ns, arena)),
                STR_ARG(m->label), m->by_reader ? " (of a reader)" : "");
    }
}

static void say_comparison(struct buf *out, const struct comparison *c)
{
    buf_fmt(out, "\ncomparison %.*s\n  base      ", STR_ARG(c->title));
    for (uint32_t k = 0; k < c->n_base; k++)
        buf_fmt(out, "%s%.*s", k ? ", " : "", STR_ARG(c->base[k].id));
    buf_fmt(out, "\n  target    %.*s\n  event     %.*s (by %s)\n", STR_ARG(c->target.id), STR_ARG(c->event),
            c->weight);
    buf_fmt(out, "  outcome   %s\n", head_outcome[comparison_outcome(c, c->n_alarms)]);
    for (uint32_t i = 0; i < c->n_reasons; i++)
        buf_fmt(out, "            %.*s\n", STR_ARG(c->reasons[i]));
    if (c->load_alarm)
        buf_fmt(out, "            %.4g to %.4g a second: load\n", c->load.base, c->load.target);
    for (uint32_t i = 0; i < c->n_changes; i++) {
        const struct change *x = &c->changes[i];
        const struct effect *e = change_alarm_effect(x);
        if (x->alarm)
            buf_fmt(out, "            %6.2f %%  %6.2f %%  %s, %s%.*s\n", e->base * 100, e->target * 100,
                    head_alarm[x->alarm], x->is_package ? "package " : "", STR_ARG(x->name));
    }
}

static struct range wanted_range(const struct profile *p, const struct inspecting *want)
{
    if (want->to_ns <= want->from_ns)
        return (struct range){0, p->n_steps};
    return window_range(p, want->from_ns, want->to_ns);
}

static fp_status inspect(fp_session *s, void *args)
{
    struct inspecting *want = args;
    struct report *report = NEW(s->perm, struct report);
    if (!press_load(s, str_dup(str_of(want->path), s->perm), false, report))
        return session_status(s);
    /* worked out again, also for a report: the spec may have left some away */
    for (uint32_t i = 0; i < report->n_panels; i++)
        report->panels[i].findings = findings_find(&report->panels[i], NULL, NULL, NULL, s->perm);
    bool whole = want->to_ns <= want->from_ns;
    struct buf out = buf_new(SIZE_MAX / 4, s->perm);
    if (want->format == FP_JSON) {
        struct range *ranges = NEW_N(s->perm, struct range, (size_t)report->n_panels + 1);
        for (uint32_t i = 0; i < report->n_panels; i++)
            ranges[i] = wanted_range(report->panels[i].profile, want);
        inspect_json(report, ranges, HOTTEST, &out, s->perm);
    }
    for (uint32_t i = 0; i < report->n_panels && want->format != FP_JSON; i++) {
        const struct panel *panel = &report->panels[i];
        struct range r = wanted_range(panel->profile, want);
        if (want->format == FP_SAMPLES) {
            dump_samples(panel->profile, r, &out, s->perm);
            continue;
        }
        if (i)
            buf_char(&out, '\n');
        say_facts(&out, panel, s->perm);
        say_tally(&out, panel->profile);
        for (uint32_t e = 0; e < panel->profile->n_events; e++)
            say_event(&out, panel, e, r, whole, s->perm);
        say_marks(&out, panel, s->perm);
        say_findings(&out, panel);
    }
    for (uint32_t i = 0; i < report->n_comparisons && want->format == FP_TEXT; i++)
        say_comparison(&out, &report->comparisons[i]);
    *want->n = out.n;
    buf_char(&out, 0);
    *want->text = out.p;
    return session_status(s);
}

fp_status fp_inspect(fp_session *s, const char *path, fp_format format, int64_t from_ns, int64_t to_ns,
                     const char **text, size_t *n)
{
    struct inspecting want = {path, format, from_ns, to_ns, text, n};
    return session_guard(s, inspect, &want);
}
