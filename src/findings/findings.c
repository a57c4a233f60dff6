/* SPDX-License-Identifier: MIT
 *
 * The detectors one after the other, then the frames that explain each finding, then the order. Trains go
 * first: their samples are taken out before anything is called a burst or a change. */
#include "findings/findings.h"

#include <stdlib.h>

#include "base/arena.h"
#include "findings/census.h"
#include "findings/explain.h"
#include "findings/level.h"
#include "findings/list.h"
#include "findings/say.h"
#include "findings/stripes.h"

/* Shown at once; kept at all; ranges of one. */
#define LIMIT_SHOWN 10u
#define MOST_KEPT 30u
#define MOST_RANGES 100u
/* Samples that make a train certain. */
#define ENOUGH 30.0

static int by_rank(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->tier != y->tier)
        return x->tier < y->tier ? -1 : 1;
    if (x->tier != FINDING_NOTE && x->stake_ns != y->stake_ns)
        return x->stake_ns < y->stake_ns ? 1 : -1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return str_cmp(x->title, y->title);
}

static bool is_wanted(const struct finding *x, const struct findings_spec *spec)
{
    return !spec || !spec->only || spec->only >> x->kind & 1;
}

/* Why silence can be believed: what would have been seen. */
static struct str verdict_of(const struct scene *s, struct arena *arena)
{
    struct str length = say_time(s->length, arena), samples = say_count(s->n, arena);
    if (s->n < ENOUGH)
        return str_fmt(arena, "Nothing stands out, but %u sample%s %s too few to say much.", s->n,
                       s->n == 1 ? "" : "s", s->n == 1 ? "is" : "are");
    if (s->length < 5)
        return str_fmt(arena, "Nothing stands out, but %.*s is too short to say much.", STR_ARG(length));
    if (s->interval <= 0)
        return str_fmt(arena,
                       "Nothing stands out in %.*s samples over %.*s. No sampling rate could be told, so that "
                       "only patterns of several samples each can be seen.",
                       STR_ARG(samples), STR_ARG(length));
    struct str rate = say_number(s->rate, arena), work = say_time(ENOUGH * s->interval / s->length, arena);
    return str_fmt(arena,
                   "Nothing stands out: no timer, burst, stall or change of load in %.*s samples over %.*s. At "
                   "%.*s samples a second a timer of %.*s of work a second or more would have been seen.",
                   STR_ARG(samples), STR_ARG(length), STR_ARG(rate), STR_ARG(work));
}

/* What no detector changes, made in tasks: on the arena of the scene, since it is read until they are done. */
struct beside {
    const struct panel *panel;
    struct scene *scene; /* NULL: there is none */
    struct stripes stripes;
    const struct census *census;
    struct task *stripes_task, *census_task;
};

static void find_stripes(void *ctx, struct arena *arena)
{
    struct beside *x = ctx;
    x->stripes = stripes_find(x->panel, x->scene, arena);
}

static void take_census(void *ctx, struct arena *arena)
{
    struct beside *x = ctx;
    x->census = census_of(x->scene, arena);
}

static void detect(struct beside *x, struct found *found)
{
    struct scene *s = x->scene;
    found->explained = NEW_N(s->arena, uint8_t, s->n);
    if (s->length > 0) {
        find_trains(s, found);
        find_single(s, found);
        found_leave(found, s);
    }
    task_wait(x->census_task);
    s->census = x->census;
    if (s->length > 0) {
        struct level level = level_of(s, found, s->arena);
        find_bursts(s, &level, found);
        find_silences(s, &level, found);
        find_phases(s, found);
    }
    find_quality(s, &x->panel->heatmap, found);
}

/* Names of threads may hold anything. */
static struct str on_one_line(struct str s, struct arena *arena)
{
    char *copy = NEW_N(arena, char, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        copy[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' ' : s.p[i];
    return (struct str){copy, s.n};
}

static void finish(struct scene *s, struct found *found, const struct findings_spec *spec,
                   struct findings *out)
{
    struct explainer *e = explain_new(s, s->arena);
    uint32_t n = 0;
    bool any = false;
    if (found->list.n) /* no array where there are none */
        qsort(found->list.p, found->list.n, sizeof *found->list.p, by_rank);
    for (size_t i = 0; i < found->list.n; i++) {
        struct finding x = found->list.p[i];
        any |= x.tier != FINDING_NOTE;
        if (!is_wanted(&x, spec) || (n >= MOST_KEPT && x.tier != FINDING_NOTE))
            continue;
        x.title = on_one_line(x.title, found->arena);
        x.why = on_one_line(x.why, found->arena);
        explain_finding(e, &x, found->arena);
        x.n_ranges = x.n_ranges < MOST_RANGES ? x.n_ranges : MOST_RANGES;
        found->list.p[n++] = x;
    }
    out->list = found->list.p;
    out->n = n;
    if (!any)
        out->verdict = verdict_of(s, found->arena);
}

struct findings findings_find(const struct panel *panel, const struct findings_spec *spec, struct stripes *stripes, struct tasks *tasks,
                              struct arena *arena)
{
    struct findings out = {.limit = spec && spec->limit ? spec->limit : LIMIT_SHOWN};
    struct found found = {.arena = arena};
    bool off = spec && (spec->off == FINDINGS_YES || spec->off == FINDINGS_TRUE);
    if (off && !stripes)
        return out;
    struct arena *work = arena_like(arena);
    struct beside *x = NEW(work, struct beside);
    struct scene *s = NEW(work, struct scene);
    x->panel = panel;
    if (scene_of(panel->profile, panel->main_event, panel->rate_hz, panel->idle == IDLE_SHOW, s, work))
        x->scene = s;
    if (!tasks)
        tasks = tasks_begin(1, work);
    if (x->scene && !off)
        x->census_task = task_give_urgent(tasks, take_census, x);
    if (stripes)
        x->stripes_task = task_give(tasks, find_stripes, x);
    if (x->scene && !off) {
        detect(x, &found);
        finish(s, &found, spec, &out);
        task_free(x->census_task);
    }
    if (stripes) {
        task_wait(x->stripes_task);
        *stripes = x->stripes;
        task_free(x->stripes_task);
    }
    arena_free(work);
    return out;
}
