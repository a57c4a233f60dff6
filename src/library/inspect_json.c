/* SPDX-License-Identifier: MIT
 *
 * A report for programs. Times are nanoseconds since the origin; numbers that may pass 2^53 are strings. */
#include "library/inspect_json.h"

#include <string.h>

#include "analyse/weigh.h"
#include "base/arena.h"
#include "base/jsonout.h"
#include "base/timetext.h"
#include "model/tally.h"
#include "pack/head.h"

static void add_event(struct json *j, const struct profile *p, uint32_t event, struct range r,
                      uint32_t n_hottest, struct arena *arena)
{
    struct weights all = weigh(p, r, event, true, arena), busy = weigh(p, r, event, false, arena);
    struct hot *hot = NEW_N(arena, struct hot, (size_t)n_hottest + 1);
    uint32_t n = weigh_hottest(p, &busy, n_hottest, hot, arena);
    json_open(j, '{');
    json_key_str(j, "name", p->events[event].name);
    json_key_u64(j, "n_samples", all.n_samples);
    json_key_u64(j, "n_idle", all.n_samples - busy.n_samples);
    json_key_big(j, "weight", all.total[0]);
    json_key_big(j, "idle_weight", all.total[0] - busy.total[0]);
    json_key_open(j, "hottest", '[');
    for (uint32_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_key_str(j, "name", p->names[p->frames[hot[i].frame].name]);
        json_key_big(j, "self", hot[i].self);
        json_key_big(j, "total", hot[i].total);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void add_pairs(struct json *j, const char *key, const struct profile *p)
{
    json_key_open(j, key, '{');
    for (uint32_t i = 0; i < p->n_facts; i++)
        json_key_str(j, p->facts[i].key.p, p->facts[i].value);
    json_close(j, '}');
}

static void add_marks(struct json *j, const struct panel *panel)
{
    json_key_open(j, "marks", '[');
    for (uint32_t i = 0; i < panel->n_marks; i++) {
        const struct mark *m = &panel->marks[i];
        json_open(j, '{');
        json_key_i64(j, "from_ns", m->from_ns);
        json_key_i64(j, "to_ns", m->to_ns);
        json_key_str(j, "label", m->label);
        json_key_str(j, "note", m->note);
        json_key_bool(j, "by_reader", m->by_reader);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void add_value(struct json *j, const struct finding_value *v)
{
    json_key_open(j, v->name, '{');
    json_key_double(j, "value", v->value);
    if (v->low == v->low)
        json_key_double(j, "low", v->low);
    if (v->high == v->high)
        json_key_double(j, "high", v->high);
    json_close(j, '}');
}

static void add_thread(struct json *j, const struct profile *p, const struct thread *t)
{
    json_open(j, '{');
    json_key_str(j, "name", p->names[t->comm]);
    json_key_i64(j, "pid", t->pid == ID_NONE ? -1 : (int64_t)t->pid);
    json_key_i64(j, "tid", t->tid == ID_NONE ? -1 : (int64_t)t->tid);
    json_close(j, '}');
}

/* Values are keys of a map; aliases, of which there may be several, a list. */
static void add_values(struct json *j, const struct finding *f)
{
    bool aliases = false;
    json_key_open(j, "values", '{');
    for (uint32_t i = 0; i < f->n_values; i++)
        if (strcmp(f->values[i].name, "alias_hz") == 0)
            aliases = true;
        else
            add_value(j, &f->values[i]);
    if (aliases) {
        json_key_open(j, "aliases_hz", '[');
        for (uint32_t i = 0; i < f->n_values; i++)
            if (strcmp(f->values[i].name, "alias_hz") == 0)
                json_double(j, f->values[i].value);
        json_close(j, ']');
    }
    json_close(j, '}');
}

/* Metrics and counters, where there are any. */
static void add_series(struct json *j, const struct profile *p)
{
    if (!p->n_series)
        return;
    json_key_open(j, "series", '[');
    for (uint32_t i = 0; i < p->n_series; i++) {
        json_open(j, '{');
        json_key_str(j, "title", p->series[i].title);
        json_key_str(j, "unit", p->series[i].unit);
        json_key_u64(j, "n", p->series[i].n);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void add_finding(struct json *j, const struct profile *p, const struct finding *f)
{
    json_open(j, '{');
    json_key_str(j, "kind", str_of(head_finding_kind[f->kind]));
    json_key_str(j, "tier", str_of(head_finding_tier[f->tier]));
    json_key_str(j, "title", f->title);
    json_key_str(j, "why", f->why);
    json_key_i64(j, "stake_ns", (int64_t)f->stake_ns);
    add_values(j, f);
    json_key_open(j, "threads", '[');
    for (uint32_t i = 0; i < f->n_threads; i++)
        add_thread(j, p, &p->threads[f->threads[i]]);
    json_close(j, ']');
    json_key_open(j, "frames", '[');
    for (uint32_t i = 0; i < f->n_frames; i++) {
        json_open(j, '{');
        json_key_str(j, "name", p->names[p->frames[f->frames[i].frame].name]);
        json_key_double(j, "inside", f->frames[i].inside);
        json_key_double(j, "outside", f->frames[i].outside);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_key_open(j, "ranges_ns", '[');
    for (uint32_t i = 0; i < f->n_ranges; i++) {
        json_open(j, '[');
        json_i64(j, f->ranges[i].from * p->step_ns);
        json_i64(j, f->ranges[i].to * p->step_ns);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void add_findings(struct json *j, const struct panel *panel)
{
    json_key_str(j, "verdict", panel->findings.verdict);
    json_key_open(j, "findings", '[');
    for (uint32_t i = 0; i < panel->findings.n; i++)
        add_finding(j, panel->profile, &panel->findings.list[i]);
    json_close(j, ']');
}

static void add_panel(struct json *j, const struct panel *panel, struct range r, uint32_t n_hottest,
                      struct arena *arena)
{
    const struct profile *p = panel->profile;
    json_open(j, '{');
    json_key_str(j, "id", panel->id);
    json_key_str(j, "title", panel->title);
    json_key_str(j, "source", p->source);
    json_key_str(j, "format", p->format);
    add_pairs(j, "facts", p);
    json_key_u64(j, "cpus", p->n_cpus);
    json_key_bool(j, "has_time", p->has_time);
    json_key_big_signed(j, "origin_ns", p->origin_ns);
    json_key(j, "began");
    if (p->has_clock)
        json_str(j, time_instant(p->clock_epoch_ns, arena));
    else
        json_null(j);
    json_key_i64(j, "step_ns", p->step_ns);
    json_key_i64(j, "duration_ns", p->n_steps * p->step_ns);
    json_key_i64(j, "from_ns", r.from * p->step_ns);
    json_key_i64(j, "to_ns", r.to * p->step_ns);
    json_key_str(j, "weight", str_of(head_weight[p->weight]));
    json_key_double(j, "rate_hz", panel->rate_hz);
    json_key_u64(j, "n_threads", p->n_threads);
    json_key_u64(j, "n_lanes", p->n_lanes);
    json_key_u64(j, "n_names", p->n_names);
    json_key_u64(j, "n_frames", p->n_frames);
    json_key_u64(j, "n_nodes", p->n_nodes);
    json_key_open(j, "tally", '{');
    for (uint32_t i = 0; i < tally_rows(); i++)
        json_key_u64(j, tally_name(i), tally_value(&p->tally, i));
    json_close(j, '}');
    json_key_open(j, "events", '[');
    for (uint32_t e = 0; e < p->n_events; e++)
        add_event(j, p, e, r, n_hottest, arena);
    json_close(j, ']');
    add_series(j, panel->profile);
    if (panel->n_marks)
        add_marks(j, panel);
    if (panel->stripes.period_ns) {
        json_key_open(j, "stripes", '{');
        json_key_i64(j, "period_ns", panel->stripes.period_ns);
        json_key_double(j, "strength", panel->stripes.strength);
        json_close(j, '}');
    }
    add_findings(j, panel);
    json_close(j, '}');
}

static void add_side(struct json *j, const struct compared_side *s)
{
    json_open(j, '{');
    json_key_str(j, "id", s->id);
    json_key_u64(j, "n_samples", s->n_samples);
    json_close(j, '}');
}

static void add_comparison(struct json *j, const struct comparison *c)
{
    json_open(j, '{');
    json_key_str(j, "title", c->title);
    json_key_open(j, "base", '[');
    for (uint32_t k = 0; k < c->n_base; k++)
        add_side(j, &c->base[k]);
    json_close(j, ']');
    json_key(j, "target");
    add_side(j, &c->target);
    json_key_str(j, "event", c->event);
    json_key_str(j, "outcome", str_of(head_outcome[comparison_outcome(c, c->n_alarms)]));
    json_key_strs(j, "reasons", c->reasons, c->n_reasons);
    json_key_bool(j, "load_alarm", c->load_alarm);
    json_key_open(j, "alarms", '[');
    for (uint32_t i = 0; i < c->n_changes; i++) {
        const struct change *x = &c->changes[i];
        const struct effect *e = change_alarm_effect(x);
        if (!x->alarm)
            continue;
        json_open(j, '{');
        json_key_str(j, "kind", x->is_package ? STR("package") : STR("function"));
        json_key_str(j, "name", x->name);
        json_key_str(j, "quantity", str_of(head_alarm[x->alarm]));
        json_key_double(j, "base", e->base);
        json_key_double(j, "target", e->target);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

void inspect_json(const struct report *r, const struct range *ranges, uint32_t n_hottest, struct buf *out,
                  struct arena *arena)
{
    struct json j = json_new(out);
    json_open(&j, '{');
    json_key_str(&j, "title", r->title);
    json_key_open(&j, "meta", '{');
    for (uint32_t i = 0; i < r->n_meta; i++)
        json_key_str(&j, str_c(r->meta[i].key, arena), r->meta[i].value);
    json_close(&j, '}');
    json_key_open(&j, "profiles", '[');
    for (uint32_t i = 0; i < r->n_panels; i++)
        add_panel(&j, &r->panels[i], ranges[i], n_hottest, arena);
    json_close(&j, ']');
    if (r->n_comparisons) {
        json_key_open(&j, "comparisons", '[');
        for (uint32_t i = 0; i < r->n_comparisons; i++)
            add_comparison(&j, &r->comparisons[i]);
        json_close(&j, ']');
    }
    json_close(&j, '}');
    buf_char(out, '\n');
}
