/* SPDX-License-Identifier: MIT
 *
 * Filters as the page has them (assets/js/store.js), so that an export of a link holds what the link shows. */
#include "export/taken.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/timetext.h"
#include "render/words.h"

/* As exact as a reader needs. */
#define MS 1000000

struct taken taken_all(const struct profile *p, struct arena *arena)
{
    struct taken t = {.profile = p, .event = ID_NONE, .with_idle = true, .generator = STR("flamepress")};
    t.range = (struct range){0, p->n_steps ? p->n_steps : 1};
    t.lanes = NEW_N(arena, uint8_t, (size_t)p->n_lanes + 1);
    memset(t.lanes, 1, p->n_lanes);
    return t;
}

void taken_event(struct taken *t, uint32_t event)
{
    t->event = event;
    for (uint32_t i = 0; i < t->profile->n_lanes; i++)
        t->lanes[i] &= event == ID_NONE || t->profile->lanes[i].event == event;
}

static bool is_wanted(const struct taken *t, uint32_t lane, uint32_t thread)
{
    return t->lanes[lane] && (!t->threads || t->threads[thread]);
}

static bool is_taken(const struct taken *t, uint32_t lane, uint32_t thread, uint32_t node)
{
    return is_wanted(t, lane, thread) && (t->with_idle || !t->profile->node_idle[node]);
}

bool taken_point(const struct taken *t, uint32_t i)
{
    const struct profile *p = t->profile;
    return is_taken(t, point_lane(p, i), point_thread(p, i), point_node(p, i));
}

bool taken_span(const struct taken *t, uint32_t i)
{
    const struct profile *p = t->profile;
    return is_taken(t, span_lane(p, i), span_thread(p, i), span_node(p, i));
}

uint32_t taken_overlap(const struct taken *t, uint32_t i)
{
    uint32_t start = span_start(t->profile, i), end = start + span_duration(t->profile, i);
    uint32_t from = start > t->range.from ? start : t->range.from, to = end < t->range.to ? end : t->range.to;
    return to > from ? to - from : 0;
}

/* A span without length is a sample of the step it lies in. */
static bool is_in_range(const struct taken *t, uint32_t i)
{
    uint32_t start = span_start(t->profile, i);
    return taken_overlap(t, i) > 0 ||
           (!span_duration(t->profile, i) && start >= t->range.from && start < t->range.to);
}

uint64_t taken_idle(const struct taken *t)
{
    const struct profile *p = t->profile;
    uint32_t first, last;
    uint64_t n = 0;
    window_points(p, t->range, &first, &last);
    for (uint32_t i = first; !t->with_idle && i < last; i++)
        n += p->node_idle[point_node(p, i)] && is_wanted(t, point_lane(p, i), point_thread(p, i));
    for (uint32_t i = 0; !t->with_idle && i < p->n_spans && span_start(p, i) < t->range.to; i++)
        n += p->node_idle[span_node(p, i)] && is_wanted(t, span_lane(p, i), span_thread(p, i)) && is_in_range(t, i);
    return n;
}

struct taken_weights taken_weigh(const struct taken *t, struct arena *arena)
{
    const struct profile *p = t->profile;
    struct taken_weights w = {NEW_N(arena, uint64_t, p->n_nodes), NEW_N(arena, uint64_t, p->n_nodes), 0};
    uint32_t first, last;
    window_points(p, t->range, &first, &last);
    for (uint32_t i = first; i < last; i++)
        if (taken_point(t, i)) {
            w.self[point_node(p, i)] += point_weight(p, i);
            w.n_samples++;
        }
    for (uint32_t i = 0; i < p->n_spans && span_start(p, i) < t->range.to; i++)
        if (taken_span(t, i)) {
            w.self[span_node(p, i)] += taken_overlap(t, i) * (uint64_t)p->step_ns;
            w.n_samples += is_in_range(t, i);
        }
    for (uint32_t i = p->n_nodes; i-- > 0;) {
        w.total[i] += w.self[i];
        if (i)
            w.total[p->node_parent[i]] += w.total[i];
    }
    return w;
}

/* ---- words */

static void add_time(struct buf *out, double ns, struct arena *arena)
{
    if (ns < 9e18)
        buf_str(out, time_text((int64_t)ns, arena));
}

void taken_words(const struct taken *t, uint64_t weight, struct buf *out)
{
    static const struct {
        const char *unit;
        double ns;
    } times[] = {{"nanoseconds", 1}, {"microseconds", 1e3}, {"milliseconds", 1e6}};
    const struct profile *p = t->profile;
    const struct event *e = &p->events[t->event];
    struct str name = e->name;
    size_t slash = str_rfind_char(name, '/');
    if (e->n_spans) {
        add_time(out, (double)weight, out->arena);
        return;
    }
    if (p->weight == WEIGHT_SAMPLES) {
        words_samples(out, weight);
        return;
    }
    if (p->weight == WEIGHT_COUNT && slash != SIZE_MAX && slash + 1 < name.n)
        name = str_sub(name, slash + 1, name.n);
    for (size_t i = 0; p->weight == WEIGHT_COUNT && i < sizeof times / sizeof *times; i++)
        if (str_eq(name, str_of(times[i].unit))) {
            add_time(out, (double)weight * times[i].ns, out->arena);
            return;
        }
    if (p->weight == WEIGHT_PERIOD && str_find(name, STR("clock")) != SIZE_MAX) {
        add_time(out, floor((double)weight / 1e4 + 0.5) * 1e4, out->arena);
        return;
    }
    words_count(out, weight);
    buf_char(out, ' ');
    buf_str(out, weight == 1 && str_eq(name, STR("samples")) ? STR("sample") : name);
}

void taken_facts(const struct taken *t, const struct taken_weights *w, struct buf *out, struct arena *arena)
{
    const struct profile *p = t->profile;
    bool spans = p->events[t->event].n_spans > 0;
    uint32_t end = p->n_steps ? p->n_steps : 1;
    buf_str(out, p->events[t->event].name);
    if (p->has_time && t->range.from == 0 && t->range.to >= end) {
        buf_lit(out, " \xc2\xb7 all of ");
        buf_str(out, time_text(end * p->step_ns, arena));
    } else if (p->has_time) {
        buf_lit(out, " \xc2\xb7 ");
        buf_str(out, time_text(t->range.from * p->step_ns, arena));
        buf_lit(out, " to ");
        buf_str(out, time_text(t->range.to * p->step_ns, arena));
    }
    if (p->has_time && p->has_clock) {
        buf_lit(out, " \xc2\xb7 ");
        buf_str(out, time_instant((p->clock_epoch_ns + t->range.from * p->step_ns) / MS * MS, arena));
    }
    buf_lit(out, " \xc2\xb7 ");
    words_count(out, w->n_samples);
    buf_str(out, spans ? (w->n_samples == 1 ? STR(" span") : STR(" spans")) : w->n_samples == 1 ? STR(" sample") : STR(" samples"));
    if (spans || p->weight != WEIGHT_SAMPLES) {
        buf_lit(out, " \xc2\xb7 ");
        taken_words(t, w->total[0], out);
    }
    if (t->who.n) {
        buf_lit(out, " \xc2\xb7 only ");
        buf_str(out, t->who);
    }
}
