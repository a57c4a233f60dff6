/* SPDX-License-Identifier: MIT
 *
 * Writing the head, key by key as docs/pack-format.md lists them. A file of its own because json-c and
 * base/jsonout.h both want the name json_bool. */
#include "base/jsonout.h"
#include "model/tally.h"
#include "pack/format.h"
#include "pack/head.h"

const char *const head_weight[3] = {
    [WEIGHT_SAMPLES] = "samples", [WEIGHT_PERIOD] = "period", [WEIGHT_COUNT] = "count"};
const char *const head_idle[3] = {[IDLE_HIDE] = "hide", [IDLE_SHOW] = "show", [IDLE_DROP] = "drop"};
const char *const head_palette[3] = {
    [PALETTE_FLAME] = "flame", [PALETTE_CIVIDIS] = "cividis", [PALETTE_GREY] = "grey"};
const char *const head_scale[2] = {[SCALE_ROBUST] = "robust", [SCALE_FULL] = "full"};

const char *const head_compared[4] = {"samples", "period", "count", "time"};
const char *const head_verdict[3] = {[CHANGE_NONE] = "no", [CHANGE_LIKELY] = "likely", [CHANGE_SURE] = "sure"};
const char *const head_alarm[3] = {[ALARM_NONE] = "", [ALARM_SELF] = "self", [ALARM_TOTAL] = "total"};
const char *const head_outcome[3] = {[OUTCOME_REGRESSION] = "regression",
                                     [OUTCOME_NO_REGRESSION] = "no regression",
                                     [OUTCOME_CANNOT_JUDGE] = "cannot judge"};
const char *const head_finding_kind[FINDING_KINDS] = {
    [FINDING_TIMER] = "timer",   [FINDING_CYCLE] = "cycle",         [FINDING_BURST] = "burst",
    [FINDING_STALL] = "stall",   [FINDING_RUNNER] = "runner",       [FINDING_SINGLE] = "single",
    [FINDING_PHASE] = "phase",   [FINDING_TREND] = "trend",         [FINDING_PERIODIC_LOAD] = "periodic-load",
    [FINDING_UTILISATION] = "utilisation", [FINDING_QUALITY] = "quality"};
const char *const head_finding_tier[FINDING_TIERS] = {
    [FINDING_STRONG] = "strong", [FINDING_POSSIBLE] = "possible", [FINDING_NOTE] = "note"};

const char *head_weight_of(const struct profile *p, const struct event *e)
{
    return e->n_spans ? "time" : head_weight[p->weight];
}

static void pair(struct json *j, struct str a, struct str b)
{
    json_open(j, '[');
    json_str(j, a);
    json_str(j, b);
    json_close(j, ']');
}

static int64_t id_or_minus(uint32_t id)
{
    return id == ID_NONE ? -1 : (int64_t)id;
}

static void write_time(struct json *j, const struct profile *p)
{
    json_key_bool(j, "has_time", p->has_time);
    json_key_big_signed(j, "origin_ns", p->origin_ns);
    json_key_i64(j, "step_ns", p->step_ns);
    json_key_i64(j, "source_step_ns", p->source_step_ns);
    json_key_bool(j, "step_coarsened", p->step_coarsened);
    json_key_i64(j, "n_steps", p->n_steps);
    json_key(j, "clock_epoch_ns");
    if (p->has_clock)
        json_big_signed(j, p->clock_epoch_ns);
    else
        json_null(j);
}

static void write_view(struct json *j, const struct panel *panel)
{
    json_key_str(j, "weight", str_of(head_weight[panel->profile->weight]));
    json_key_double(j, "rate_hz", panel->rate_hz);
    json_key_str(j, "idle", str_of(head_idle[panel->idle]));
    json_key_open(j, "heatmap", '{');
    json_key_i64(j, "period_ns", panel->heatmap.period_ns);
    json_key_i64(j, "rows", panel->heatmap.rows);
    json_key_str(j, "palette", str_of(head_palette[panel->heatmap.palette]));
    json_key_str(j, "scale", str_of(head_scale[panel->heatmap.scale]));
    json_close(j, '}');
    json_key_open(j, "marks", '[');
    for (uint32_t i = 0; i < panel->n_marks; i++) {
        const struct mark *m = &panel->marks[i];
        json_open(j, '{');
        json_key_i64(j, "from_ns", m->from_ns);
        json_key_i64(j, "to_ns", m->to_ns);
        json_key_str(j, "label", m->label);
        json_key_str(j, "note", m->note);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_events(struct json *j, const struct profile *p)
{
    json_key_open(j, "events", '[');
    for (uint32_t e = 0; e < p->n_events; e++) {
        const struct event *event = &p->events[e];
        json_open(j, '{');
        json_key_str(j, "name", event->name);
        json_key_i64(j, "n_samples", (int64_t)event->n_samples);
        json_key_i64(j, "n_idle", (int64_t)event->n_idle);
        if (event->n_spans)
            json_key_i64(j, "n_spans", (int64_t)event->n_spans);
        json_key_big(j, "weight", event->weight);
        json_key_big(j, "idle_weight", event->idle_weight);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_key_open(j, "lanes", '[');
    for (uint32_t l = 0; l < p->n_lanes; l++) {
        json_open(j, '[');
        json_i64(j, p->lanes[l].event);
        json_i64(j, id_or_minus(p->lanes[l].cpu));
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void write_threads(struct json *j, const struct profile *p)
{
    if (p->n_hosts) {
        json_key_open(j, "hosts", '[');
        for (uint32_t h = 0; h < p->n_hosts; h++)
            json_str(j, p->hosts[h]);
        json_close(j, ']');
    }
    json_key_open(j, "threads", '[');
    for (uint32_t t = 0; t < p->n_threads; t++) {
        json_open(j, '[');
        json_i64(j, id_or_minus(p->threads[t].pid));
        json_i64(j, id_or_minus(p->threads[t].tid));
        json_str(j, p->names[p->threads[t].comm]);
        if (p->n_hosts)
            json_i64(j, id_or_minus(p->threads[t].host));
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void write_levels(struct json *j, const struct panel *panel)
{
    json_key_open(j, "levels", '[');
    for (uint32_t k = 0; panel->profile->has_time && panel->profile->n_events && k < COUNT_LEVELS; k++) {
        json_open(j, '[');
        json_i64(j, panel->counts[0].level[k].bucket_ns);
        json_i64(j, panel->counts[0].level[k].n_buckets);
        json_close(j, ']');
    }
    json_close(j, ']');
}

/* Shares and values need no more than four digits and whole nanoseconds. */
static void short_double(struct json *j, double v)
{
    json_double(j, v != v || v < 1 ? v : (double)(int64_t)(v * 1000 + 0.5) / 1000);
}

static void write_finding(struct json *j, const struct finding *f)
{
    json_open(j, '{');
    json_key_str(j, "kind", str_of(head_finding_kind[f->kind]));
    json_key_str(j, "tier", str_of(head_finding_tier[f->tier]));
    json_key_str(j, "title", f->title);
    json_key_str(j, "why", f->why);
    json_key_open(j, "ranges", '[');
    for (uint32_t i = 0; i < f->n_ranges; i++) {
        json_open(j, '[');
        json_u64(j, f->ranges[i].from);
        json_u64(j, f->ranges[i].to);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_key_open(j, "threads", '[');
    for (uint32_t i = 0; i < f->n_threads; i++)
        json_u64(j, f->threads[i]);
    json_close(j, ']');
    json_key_open(j, "frames", '[');
    for (uint32_t i = 0; i < f->n_frames; i++) {
        json_open(j, '[');
        json_u64(j, f->frames[i].frame);
        json_double(j, (double)(int64_t)(f->frames[i].inside * 10000 + 0.5) / 10000);
        json_double(j, (double)(int64_t)(f->frames[i].outside * 10000 + 0.5) / 10000);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_key_open(j, "values", '[');
    for (uint32_t i = 0; i < f->n_values; i++) {
        json_open(j, '[');
        json_str(j, str_of(f->values[i].name));
        short_double(j, f->values[i].value);
        short_double(j, f->values[i].low);
        short_double(j, f->values[i].high);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_key_i64(j, "stake_ns", (int64_t)f->stake_ns);
    json_close(j, '}');
}

static void write_findings(struct json *j, const struct findings *all)
{
    json_key_open(j, "findings", '[');
    for (uint32_t i = 0; i < all->n; i++)
        write_finding(j, &all->list[i]);
    json_close(j, ']');
    json_key_i64(j, "findings_limit", all->limit);
    json_key_str(j, "findings_verdict", all->verdict);
}

static void write_series(struct json *j, const struct profile *p)
{
    json_key_open(j, "series", '[');
    for (uint32_t i = 0; i < p->n_series; i++) {
        json_open(j, '{');
        json_key_str(j, "title", p->series[i].title);
        json_key_str(j, "unit", p->series[i].unit);
        json_key_i64(j, "n", p->series[i].n);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_profile(struct json *j, const struct panel *panel)
{
    const struct profile *p = panel->profile;
    json_open(j, '{');
    json_key_str(j, "id", panel->id);
    json_key_str(j, "title", panel->title);
    json_key_str(j, "source", p->source);
    json_key_str(j, "format", p->format);
    json_key_open(j, "facts", '[');
    for (uint32_t i = 0; i < p->n_facts; i++)
        pair(j, p->facts[i].key, p->facts[i].value);
    json_close(j, ']');
    json_key_i64(j, "cpus", p->n_cpus);
    write_time(j, p);
    write_view(j, panel);
    write_events(j, p);
    json_key_i64(j, "main_event", panel->main_event);
    write_threads(j, p);
    write_levels(j, panel);
    write_findings(j, &panel->findings);
    if (panel->stripes.period_ns) {
        json_key_open(j, "stripes", '{');
        json_key_i64(j, "period_ns", panel->stripes.period_ns);
        json_key(j, "strength");
        short_double(j, (double)(int64_t)(panel->stripes.strength * 1000 + 0.5) / 1000);
        json_close(j, '}');
    }
    if (p->n_series)
        write_series(j, p);
    json_key_open(j, "tally", '{');
    for (uint32_t row = 0; row < tally_rows(); row++)
        if (tally_value(&p->tally, row)) {
            json_key_u64(j, tally_name(row), tally_value(&p->tally, row));
        }
    json_close(j, '}');
    json_key_i64(j, "n_points", p->n_points);
    json_key_i64(j, "n_spans", p->n_spans);
    json_key_i64(j, "n_nodes", p->n_nodes);
    json_key_i64(j, "n_frames", p->n_frames);
    json_key_i64(j, "n_names", p->n_names);
    json_key_i64(j, "n_modules", p->n_modules);
    json_key_i64(j, "n_packages", p->n_packages);
    json_close(j, '}');
}

static void write_compared(struct json *j, const struct compared_side *s)
{
    json_open(j, '{');
    json_key_str(j, "id", s->id);
    json_key_i64(j, "profile", id_or_minus(s->panel));
    json_key_i64(j, "n_samples", (int64_t)s->n_samples);
    json_key_double(j, "seconds", s->seconds);
    json_close(j, '}');
}

static void write_effect(struct json *j, const char *key, const struct effect *e)
{
    json_key_open(j, key, '[');
    const double values[] = {e->base, e->target, e->error, e->low, e->high, e->p};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        json_double(j, values[i]);
    json_str(j, str_of(head_verdict[e->verdict]));
    json_close(j, ']');
}

static void write_numbers(struct json *j, const char *key, const uint32_t *values, uint32_t n)
{
    json_key_open(j, key, '[');
    for (uint32_t i = 0; i < n; i++)
        json_u64(j, values[i]);
    json_close(j, ']');
}

static void write_tree(struct json *j, const struct diff_tree *t)
{
    json_key_open(j, "tree", '{');
    json_key_strs(j, "names", t->names, t->n_names);
    write_numbers(j, "parent", t->parent, t->n_nodes);
    write_numbers(j, "name", t->name, t->n_nodes);
    write_numbers(j, "base", t->base, t->n_nodes);
    write_numbers(j, "target", t->target, t->n_nodes);
    json_close(j, '}');
}

static void write_change(struct json *j, const struct change *x)
{
    json_open(j, '{');
    json_key_str(j, "name", x->name);
    json_key_str(j, "module", x->module);
    json_key_bool(j, "package", x->is_package);
    json_key_str(j, "alarm", str_of(head_alarm[x->alarm]));
    write_effect(j, "self", &x->self);
    write_effect(j, "total", &x->total);
    json_close(j, '}');
}

static void write_comparison(struct json *j, const struct comparison *c)
{
    json_open(j, '{');
    json_key_str(j, "title", c->title);
    json_key_open(j, "base", '[');
    for (uint32_t k = 0; k < c->n_base; k++)
        write_compared(j, &c->base[k]);
    json_close(j, ']');
    json_key(j, "target");
    write_compared(j, &c->target);
    json_key_str(j, "event", c->event);
    json_key_str(j, "weight", str_of(c->weight));
    json_key_strs(j, "rules", c->rules, c->n_rules);
    json_key_strs(j, "reasons", c->reasons, c->n_reasons);
    json_key_i64(j, "n_alarms", c->n_alarms);
    json_key_i64(j, "n_tested", c->n_tested);
    json_key_i64(j, "n_left_out", c->n_left_out);
    json_key_bool(j, "load_alarm", c->load_alarm);
    write_effect(j, "load", &c->load);
    json_key_open(j, "changes", '[');
    for (uint32_t i = 0; i < c->n_changes; i++)
        write_change(j, &c->changes[i]);
    json_close(j, ']');
    if (c->tree.n_nodes)
        write_tree(j, &c->tree);
    json_close(j, '}');
}

void head_write(const struct report *r, struct buf *out)
{
    struct json j = json_new(out);
    json_open(&j, '{');
    json_key_i64(&j, "format", PACK_FORMAT);
    json_key_str(&j, "generator", r->generator);
    json_key_str(&j, "title", r->title);
    json_key_open(&j, "meta", '[');
    for (uint32_t i = 0; i < r->n_meta; i++)
        pair(&j, r->meta[i].key, r->meta[i].value);
    json_close(&j, ']');
    json_key_open(&j, "profiles", '[');
    for (uint32_t i = 0; i < r->n_panels; i++)
        write_profile(&j, &r->panels[i]);
    json_close(&j, ']');
    if (r->n_comparisons) {
        json_key_open(&j, "comparisons", '[');
        for (uint32_t i = 0; i < r->n_comparisons; i++)
            write_comparison(&j, &r->comparisons[i]);
        json_close(&j, ']');
    }
    json_close(&j, '}');
}
