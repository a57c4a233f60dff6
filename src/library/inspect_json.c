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
    json_key(j, "name"), json_str(j, p->events[event].name);
    json_key(j, "n_samples"), json_u64(j, all.n_samples);
    json_key(j, "n_idle"), json_u64(j, all.n_samples - busy.n_samples);
    json_key(j, "weight"), json_big(j, all.total[0]);
    json_key(j, "idle_weight"), json_big(j, all.total[0] - busy.total[0]);
    json_key(j, "hottest"), json_open(j, '[');
    for (uint32_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_key(j, "name"), json_str(j, p->names[p->frames[hot[i].frame].name]);
        json_key(j, "self"), json_big(j, hot[i].self);
        json_key(j, "total"), json_big(j, hot[i].total);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void add_pairs(struct json *j, const char *key, const struct profile *p)
{
    json_key(j, key), json_open(j, '{');
    for (uint32_t i = 0; i < p->n_facts; i++) {
        json_key(j, p->facts[i].key.p);
        json_str(j, p->facts[i].value);
    }
    json_close(j, '}');
}

static void add_marks(struct json *j, const struct panel *panel)
{
    json_key(j, "marks"), json_open(j, '[');
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
    json_key(j, v->name);
    json_open(j, '{');
    json_key(j, "value"), json_double(j, v->value);
    if (v->low == v->low)
        json_key(j, "low"), json_double(j, v->low);
    if (v->high == v->high)
        json_key(j, "high"), json_double(j, v->high);
    json_close(j, '}');
}

static void add_thread(struct json *j, const struct profile *p, const struct thread *t)
{
    json_open(j, '{');
    json_key(j, "name"), json_str(j, p->names[t->comm]);
    json_key(j, "pid"), json_i64(j, t->pid == ID_NONE ? -1 : (int64_t)t->pid);
    json_key(j, "tid"), json_i64(j, t->tid == ID_NONE ? -1 : (int64_t)t->tid);
    json_close(j, '}');
}

/* Values are keys of a map; aliases, of which there may be several, a list. */
static void add_values(struct json *j, const struct finding *f)
{
    bool aliases = false;
    json_key(j, "values"), json_open(j, '{');
    for (uint32_t i = 0; i < f->n_values; i++)
        if (strcmp(f->values[i].name, "alias_hz") == 0)
            aliases = true;
        else
            add_value(j, &f->values[i]);
    if (aliases) {
        json_key(j, "aliases_hz"), json_open(j, '[');
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
    json_key(j, "series"), json_open(j, '[');
    for (uint32_t i = 0; i < p->n_series; i++) {
        json_open(j, '{');
        json_key(j, "title"), json_str(j, p->series[i].title);
        json_key(j, "unit"), json_str(j, p->series[i].unit);
        json_key(j, "n"), json_u64(j, p->series[i].n);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void add_finding(struct json *j, const struct profile *p, const struct finding *f)
{
    json_open(j, '{');
    json_key(j, "kind"), json_str(j, str_of(head_finding_kind[f->kind]));
    json_key(j, "tier"), json_str(j, str_of(head_finding_tier[f->tier]));
    json_key(j, "title"), json_str(j, f->title);
    json_key(j, "why"), json_str(j, f->why);
    json_key(j, "stake_ns"), json_i64(j, (int64_t)f->stake_ns);
    add_values(j, f);
    json_key(j, "threads"), json_open(j, '[');
    for (uint32_t i = 0; i < f->n_threads; i++)
        add_thread(j, p, &p->threads[f->threads[i]]);
    json_close(j, ']');
    json_key(j, "frames"), json_open(j, '[');
    for (uint32_t i = 0; i < f->n_frames; i++) {
        json_open(j, '{');
        json_key(j, "name"), json_str(j, p->names[p->frames[f->frames[i].frame].name]);
        json_key(j, "inside"), json_double(j, f->frames[i].inside);
        json_key(j, "outside"), json_double(j, f->frames[i].outside);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_key(j, "ranges_ns"), json_open(j, '[');
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
    json_key(j, "verdict"), json_str(j, panel->findings.verdict);
    json_key(j, "findings"), json_open(j, '[');
    for (uint32_t i = 0; i < panel->findings.n; i++)
        add_finding(j, panel->profile, &panel->findings.list[i]);
    json_close(j, ']');
}

static void add_panel(struct json *j, const struct panel *panel, struct range r, uint32_t n_hottest,
                      struct arena *arena)
{
    const struct profile *p = panel->profile;
    json_open(j, '{');
    json_key(j, "id"), json_str(j, panel->id);
    json_key(j, "title"), json_str(j, panel->title);
    json_key(j, "source"), json_str(j, p->source);
    json_key(j, "format"), json_str(j, p->format);
    add_pairs(j, "facts", p);
    json_key(j, "cpus"), json_u64(j, p->n_cpus);
    json_key(j, "has_time"), json_bool(j, p->has_time);
    json_key(j, "origin_ns"), json_big_signed(j, p->origin_ns);
    json_key(j, "began");
    if (p->has_clock)
        json_str(j, time_instant(p->clock_epoch_ns, arena));
    else
        json_null(j);
    json_key(j, "step_ns"), json_i64(j, p->step_ns);
    json_key(j, "duration_ns"), json_i64(j, p->n_steps * p->step_ns);
    json_key(j, "from_ns"), json_i64(j, r.from * p->step_ns);
    json_key(j, "to_ns"), json_i64(j, r.to * p->step_ns);
    json_key(j, "weight"), json_str(j, str_of(head_weight[p->weight]));
    json_key(j, "rate_hz"), json_double(j, panel->rate_hz);
    json_key(j, "n_threads"), json_u64(j, p->n_threads);
    json_key(j, "n_lanes"), json_u64(j, p->n_lanes);
    json_key(j, "n_names"), json_u64(j, p->n_names);
    json_key(j, "n_frames"), json_u64(j, p->n_frames);
    json_key(j, "n_nodes"), json_u64(j, p->n_nodes);
    json_key(j, "tally"), json_open(j, '{');
    for (uint32_t i = 0; i < tally_rows(); i++)
        json_key(j, tally_name(i)), json_u64(j, tally_value(&p->tally, i));
    json_close(j, '}');
    json_key(j, "events"), json_open(j, '[');
    for (uint32_t e = 0; e < p->n_events; e++)
        add_event(j, p, e, r, n_hottest, arena);
    json_close(j, ']');
    add_series(j, panel->profile);
    if (panel->n_marks)
        add_marks(j, panel);
    if (panel->stripes.period_ns) {
        json_key(j, "stripes"), json_open(j, '{');
        json_key(j, "period_ns"), json_i64(j, panel->stripes.period_ns);
        json_key(j, "strength"), json_double(j, panel->stripes.strength);
        json_close(j, '}');
    }
    add_findings(j, panel);
    json_close(j, '}');
}

static void add_side(struct json *j, const struct compared_side *s)
{
    json_open(j, '{');
    json_key(j, "id"), json_str(j, s->id);
    json_key(j, "n_samples"), json_u64(j, s->n_samples);
    json_close(j, '}');
}

static void add_comparison(struct json *j, const struct comparison *c)
{
    json_open(j, '{');
    json_key(j, "title"), json_str(j, c->title);
    json_key(j, "base"), json_open(j, '[');
    for (uint32_t k = 0; k < c->n_base; k++)
        add_side(j, &c->base[k]);
    json_close(j, ']');
    json_key(j, "target"), add_side(j, &c->target);
    json_key(j, "event"), json_str(j, c->event);
    json_key(j, "outcome");
    json_str(j, c->n_reasons ? STR("cannot judge") : c->n_alarms ? STR("regression") : STR("no regression"));
    json_key(j, "reasons"), json_open(j, '[');
    for (uint32_t i = 0; i < c->n_reasons; i++)
        json_str(j, c->reasons[i]);
    json_close(j, ']');
    json_key(j, "load_alarm"), json_bool(j, c->load_alarm);
    json_key(j, "alarms"), json_open(j, '[');
    for (uint32_t i = 0; i < c->n_changes; i++) {
        const struct change *x = &c->changes[i];
        const struct effect *e = x->alarm == ALARM_TOTAL ? &x->total : &x->self;
        if (!x->alarm)
            continue;
        json_open(j, '{');
        json_key(j, "kind"), json_str(j, x->is_package ? STR("package") : STR("function"));
        json_key(j, "name"), json_str(j, x->name);
        json_key(j, "quantity"), json_str(j, str_of(head_alarm[x->alarm]));
        json_key(j, "base"), json_double(j, e->base);
        json_key(j, "target"), json_double(j, e->target);
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
    json_key(&j, "title"), json_str(&j, r->title);
    json_key(&j, "meta"), json_open(&j, '{');
    for (uint32_t i = 0; i < r->n_meta; i++)
        json_key(&j, str_c(r->meta[i].key, arena)), json_str(&j, r->meta[i].value);
    json_close(&j, '}');
    json_key(&j, "profiles"), json_open(&j, '[');
    for (uint32_t i = 0; i < r->n_panels; i++)
        add_panel(&j, &r->panels[i], ranges[i], n_hottest, arena);
    json_close(&j, ']');
    if (r->n_comparisons) {
        json_key(&j, "comparisons"), json_open(&j, '[');
        for (uint32_t i = 0; i < r->n_comparisons; i++)
            add_comparison(&j, &r->comparisons[i]);
        json_close(&j, ']');
    }
    json_close(&j, '}');
    buf_char(out, '\n');
}
