/* SPDX-License-Identifier: MIT
 *
 * Reading the head: json-c makes a tree after depth and number of values were checked; each key is then asked
 * for with its type and bounds, and the first thing wrong is said with its path. */
#include "pack/head.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "model/tally.h"
#include "pack/format.h"
#include "pack/head_json.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static uint32_t id_at(struct head_reading *r, json_object *row, uint32_t i, const char *key)
{
    int64_t v = head_as_int(r, json_object_array_get_idx(row, i), key, -1, UINT32_MAX - 1);
    return v < 0 ? ID_NONE : (uint32_t)v;
}

static void read_time(struct head_reading *r, json_object *o, struct profile *p)
{
    p->has_time = head_bool(r, o, "has_time");
    p->origin_ns = head_big(r, o, "origin_ns", -LIMIT_TIME_NS * 2, LIMIT_TIME_NS * 2);
    p->n_steps = head_count(r, o, "n_steps", 0, LIMIT_STEPS);
    p->step_ns = head_int(r, o, "step_ns", 1, LIMIT_TIME_NS * 2 / (p->n_steps ? p->n_steps : 1));
    p->source_step_ns = head_int(r, o, "source_step_ns", 1, LIMIT_TIME_NS);
    p->step_coarsened = head_bool(r, o, "step_coarsened");
    json_object *clock = NULL;
    p->has_clock = json_object_object_get_ex(o, "clock_epoch_ns", &clock) && clock;
    if (p->has_clock)
        p->clock_epoch_ns = head_big(r, o, "clock_epoch_ns", INT64_MIN, INT64_MAX);
}

static void read_view(struct head_reading *r, json_object *o, struct panel *panel)
{
    panel->profile->weight = head_choice(r, o, "weight", head_weight, COUNT(head_weight));
    json_object *rate = NULL;
    if (json_object_object_get_ex(o, "rate_hz", &rate) && rate)
        panel->rate_hz = json_object_get_double(rate);
    if (!isfinite(panel->rate_hz) || panel->rate_hz < 0)
        head_refuse(r, "rate_hz", "is no number that can be a rate");
    panel->idle = head_choice(r, o, "idle", head_idle, COUNT(head_idle));
    json_object *map = head_get(r, o, "heatmap", json_type_object);
    if (!map)
        return;
    panel->heatmap.period_ns = head_int(r, map, "period_ns", 0, LIMIT_TIME_NS);
    panel->heatmap.rows = head_count(r, map, "rows", 0, UINT32_MAX);
    panel->heatmap.palette = head_choice(r, map, "palette", head_palette, COUNT(head_palette));
    panel->heatmap.scale = head_choice(r, map, "scale", head_scale, COUNT(head_scale));
}

static void read_marks(struct head_reading *r, json_object *o, struct panel *panel)
{
    json_object *list = head_list(r, o, "marks", LIMIT_MARKS, &panel->n_marks);
    panel->marks = NEW_N(r->arena, struct mark, panel->n_marks);
    for (uint32_t i = 0; i < panel->n_marks && !r->wrong; i++) {
        json_object *m = head_object(r, list, i, "marks");
        if (!m)
            return;
        panel->marks[i].from_ns = head_int(r, m, "from_ns", -LIMIT_TIME_NS, LIMIT_TIME_NS);
        panel->marks[i].to_ns = head_int(r, m, "to_ns", panel->marks[i].from_ns, LIMIT_TIME_NS);
        panel->marks[i].label = head_text(r, m, "label");
        panel->marks[i].note = head_text(r, m, "note");
    }
}

static void read_events(struct head_reading *r, json_object *o, struct profile *p)
{
    json_object *list = head_list(r, o, "events", LIMIT_EVENTS, &p->n_events);
    p->events = NEW_N(r->arena, struct event, p->n_events);
    for (uint32_t e = 0; e < p->n_events && !r->wrong; e++) {
        json_object *v = head_object(r, list, e, "events");
        if (!v)
            return;
        struct event *event = &p->events[e];
        event->name = head_text(r, v, "name");
        event->n_samples = (uint64_t)head_int(r, v, "n_samples", 0, LIMIT_SAMPLES);
        json_object *spans = NULL;
        if (json_object_object_get_ex(v, "n_spans", &spans))
            event->n_spans = (uint64_t)head_as_int(r, spans, "n_spans", 0, (int64_t)event->n_samples);
        event->n_idle = (uint64_t)head_int(r, v, "n_idle", 0, (int64_t)event->n_samples);
        event->weight = (uint64_t)head_big(r, v, "weight", 0, (int64_t)LIMIT_WEIGHT_SUM);
        event->idle_weight = (uint64_t)head_big(r, v, "idle_weight", 0, (int64_t)event->weight);
    }
    list = head_list(r, o, "lanes", LIMIT_LANES, &p->n_lanes);
    p->lanes = NEW_N(r->arena, struct lane, p->n_lanes);
    for (uint32_t l = 0; l < p->n_lanes && !r->wrong; l++) {
        json_object *row = head_row(r, list, l, "lanes", 2);
        if (!row)
            return;
        int64_t event = head_as_int(r, json_object_array_get_idx(row, 0), "lanes", 0, (int64_t)p->n_events - 1);
        p->lanes[l] = (struct lane){(uint32_t)event, id_at(r, row, 1, "lanes")};
    }
}

static void read_threads(struct head_reading *r, json_object *o, struct profile *p, struct head_profile *extra)
{
    json_object *list = NULL;
    if (json_object_object_get_ex(o, "hosts", &list)) {
        list = head_list(r, o, "hosts", LIMIT_THREADS, &p->n_hosts);
        p->hosts = NEW_N(r->arena, struct str, p->n_hosts);
        for (uint32_t h = 0; h < p->n_hosts && !r->wrong; h++)
            p->hosts[h] = head_as_text(r, json_object_array_get_idx(list, h), "hosts");
    }
    list = head_list(r, o, "threads", LIMIT_THREADS, &p->n_threads);
    p->threads = NEW_N(r->arena, struct thread, p->n_threads);
    extra->comm = NEW_N(r->arena, struct str, p->n_threads);
    for (uint32_t t = 0; t < p->n_threads && !r->wrong; t++) {
        json_object *row = head_row(r, list, t, "threads", p->n_hosts ? 4 : 3);
        if (!row)
            return;
        p->threads[t] = (struct thread){id_at(r, row, 0, "threads"), id_at(r, row, 1, "threads"), 0, ID_NONE};
        if (p->n_hosts)
            p->threads[t].host = (uint32_t)head_as_int(r, json_object_array_get_idx(row, 3), "threads", 0,
                                                  (int64_t)p->n_hosts - 1);
        extra->comm[t] = head_as_text(r, json_object_array_get_idx(row, 2), "threads");
    }
}

/* Levels must nest, and the lowest must reach to the end of the profile. */
static void read_levels(struct head_reading *r, json_object *o, const struct profile *p,
                        struct head_profile *extra)
{
    uint32_t n = 0;
    json_object *list = head_list(r, o, "levels", COUNT_LEVELS, &n);
    if (r->wrong || (n == 0 && !p->has_time))
        return;
    if (n != COUNT_LEVELS || !p->has_time) {
        head_refuse(r, "levels", "is not as long as it should be");
        return;
    }
    extra->has_counts = true;
    for (uint32_t k = 0; k < n; k++) {
        json_object *row = head_row(r, list, k, "levels", 2);
        if (!row)
            return;
        struct count_level *level = &extra->level[k];
        level->bucket_ns = head_as_int(r, json_object_array_get_idx(row, 0), "levels", 1, LIMIT_TIME_NS);
        level->n_buckets =
            (uint32_t)head_as_int(r, json_object_array_get_idx(row, 1), "levels", 0, LIMIT_BASE_BUCKETS);
        int64_t unit = k ? level[-1].bucket_ns : p->step_ns;
        uint64_t length = k ? level[-1].n_buckets : p->n_steps, factor = (uint64_t)(level->bucket_ns / unit);
        if (level->bucket_ns % unit || level->n_buckets != (length + factor - 1) / factor) {
            head_refuse(r, "levels", "does not nest, or does not reach to the end");
            return;
        }
    }
}

static void read_stripes(struct head_reading *r, json_object *o, struct panel *panel)
{
    json_object *v = NULL;
    if (!json_object_object_get_ex(o, "stripes", &v))
        return;
    if (json_object_get_type(v) != json_type_object) {
        head_refuse(r, "stripes", "is no object");
        return;
    }
    json_object *strength = NULL;
    panel->stripes.period_ns = head_int(r, v, "period_ns", 1, LIMIT_TIME_NS);
    (void)json_object_object_get_ex(v, "strength", &strength);
    panel->stripes.strength = head_as_double(r, strength, "strength");
}

static void read_series(struct head_reading *r, json_object *o, struct profile *p)
{
    json_object *list = NULL;
    uint32_t left = LIMIT_SERIES_POINTS;
    if (!json_object_object_get_ex(o, "series", &list))
        return;
    list = head_list(r, o, "series", LIMIT_SERIES, &p->n_series);
    p->series = NEW_N(r->arena, struct counter_series, p->n_series);
    for (uint32_t i = 0; i < p->n_series && !r->wrong; i++) {
        json_object *v = head_object(r, list, i, "series");
        if (!v)
            return;
        p->series[i].title = head_text(r, v, "title");
        p->series[i].unit = head_text(r, v, "unit");
        p->series[i].n = head_count(r, v, "n", 1, left);
        left -= p->series[i].n;
    }
}

static void read_facts(struct head_reading *r, json_object *o, struct profile *p)
{
    json_object *list = head_list(r, o, "facts", LIMIT_HEAD_VALUES, &p->n_facts);
    p->facts = NEW_N(r->arena, struct fact, p->n_facts);
    for (uint32_t i = 0; i < p->n_facts && !r->wrong; i++) {
        json_object *row = head_row(r, list, i, "facts", 2);
        if (!row)
            return;
        p->facts[i].key = head_as_text(r, json_object_array_get_idx(row, 0), "facts");
        p->facts[i].value = head_as_text(r, json_object_array_get_idx(row, 1), "facts");
    }
}

static void read_tally(struct head_reading *r, json_object *o, struct profile *p)
{
    json_object *tally = head_get(r, o, "tally", json_type_object), *v = NULL;
    for (uint32_t row = 0; tally && row < tally_rows(); row++)
        if (json_object_object_get_ex(tally, tally_name(row), &v))
            tally_set(&p->tally, row, (uint64_t)head_as_int(r, v, tally_name(row), 0, INT64_MAX));
}

static void read_profile(struct head_reading *r, json_object *o, struct panel *panel, struct head_profile *extra)
{
    struct profile *p = panel->profile = NEW(r->arena, struct profile);
    panel->id = head_text(r, o, "id");
    panel->title = head_text(r, o, "title");
    p->source = head_text(r, o, "source");
    p->format = head_text(r, o, "format");
    read_facts(r, o, p);
    p->n_cpus = head_count(r, o, "cpus", 0, UINT32_MAX);
    read_time(r, o, p);
    read_view(r, o, panel);
    read_marks(r, o, panel);
    read_events(r, o, p);
    panel->main_event = head_count(r, o, "main_event", 0, p->n_events ? p->n_events - 1 : 0);
    read_threads(r, o, p, extra);
    read_levels(r, o, p, extra);
    read_series(r, o, p);
    read_stripes(r, o, panel);
    read_tally(r, o, p);
    p->n_points = head_count(r, o, "n_points", 0, LIMIT_PACKED_ITEMS);
    p->n_spans = head_count(r, o, "n_spans", 0, LIMIT_PACKED_ITEMS);
    p->n_nodes = head_count(r, o, "n_nodes", 1, LIMIT_PACKED_ITEMS);
    p->n_frames = head_count(r, o, "n_frames", 0, LIMIT_PACKED_ITEMS);
    p->n_names = head_count(r, o, "n_names", 0, LIMIT_PACKED_ITEMS);
    p->n_modules = head_count(r, o, "n_modules", 1, LIMIT_PACKED_ITEMS);
    p->n_packages = head_count(r, o, "n_packages", 1, LIMIT_PACKED_ITEMS);
}

static void read_report(struct head_reading *r, json_object *o, struct report *out, struct head_profile **profiles)
{
    int64_t format = head_int(r, o, "format", 1, INT64_MAX);
    if (!r->wrong && format != PACK_FORMAT) {
        r->wrong = true;
        diag_offset(r->d, DIAG_ERROR, r->file, r->at,
                    "head: format %lld, but only format %d is known (%s)", (long long)format, PACK_FORMAT,
                    format < PACK_FORMAT ? "make the report again from its source" : "use a newer flamepress");
        return;
    }
    out->generator = head_text(r, o, "generator");
    out->title = head_text(r, o, "title");
    out->meta = head_meta(r, o, &out->n_meta);
    json_object *list = head_list(r, o, "profiles", LIMIT_PROFILES, &out->n_panels);
    out->panels = NEW_N(r->arena, struct panel, out->n_panels);
    *profiles = NEW_N(r->arena, struct head_profile, out->n_panels);
    for (uint32_t i = 0; i < out->n_panels && !r->wrong; i++) {
        json_object *v = head_object(r, list, i, "profiles");
        r->profile = i;
        if (v)
            read_profile(r, v, &out->panels[i], &(*profiles)[i]);
        r->profile = ID_NONE;
    }
    head_read_comparisons(r, o, out);
}

bool head_read(struct str json, uint64_t at, uint32_t file, struct diag *d, struct report *out,
               struct head_profile **profiles, struct arena *arena)
{
    struct head_reading r = {
        .part = "head", .d = d, .file = file, .at = at, .arena = arena, .profile = ID_NONE};
    *out = (struct report){0};
    json_object *o = head_parse(&r, json);
    if (o)
        read_report(&r, o, out, profiles);
    json_object_put(o);
    return !r.wrong;
}
