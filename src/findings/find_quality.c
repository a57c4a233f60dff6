/* SPDX-License-Identifier: MIT
 *
 * The profile itself: how busy the machine was, and what a reader should know before believing anything else,
 * with what to do about it at the next recording. Notes, not findings: they are true of the recording,
 * whatever ran. */
#include <math.h>

#include "base/timetext.h"
#include "findings/census.h"
#include "findings/list.h"
#include "findings/say.h"

#define LEAST_LOST 0.002
#define LEAST_UNKNOWN 0.1
#define LEAST_DEEP 0.03
#define FEW 200u

static struct finding *note(struct found *found, enum finding_kind kind, struct str title, struct str why)
{
    struct finding *x = found_add(found, kind, false);
    if (!x)
        return NULL;
    x->tier = FINDING_NOTE;
    x->title = title;
    x->why = why;
    return x;
}

static void say_utilisation(const struct scene *s, struct found *found)
{
    if (s->interval <= 0 || s->cpus <= 0 || s->length < 1)
        return;
    struct arena *arena = found->arena;
    struct arena_mark mark = arena_mark(s->arena);
    double unit_s = s->length > 50000 ? s->length / 50000 : 1; /* days are looked at in minutes */
    uint32_t seconds = (uint32_t)(s->length / unit_s);
    float *count = scene_bins(&s->times, unit_s, seconds + 1, s->arena);
    double peak = 0, unit = s->interval * s->lost, mean = s->n * unit / s->length;
    for (uint32_t i = 0; i < seconds; i++)
        peak = count[i] > peak ? count[i] : peak;
    arena_reset(s->arena, mark);
    peak *= unit / unit_s;
    peak = peak > s->cpus ? s->cpus : peak;
    mean = mean > s->cpus ? s->cpus : mean;
    struct str a = say_number(mean, arena), b = say_number(peak, arena), all = say_number(s->cpus, arena),
               share = say_share(mean / s->cpus, arena);
    struct str most = say_share(peak / s->cpus, arena), title;
    if (mean > 0.98 * s->cpus)
        title = s->cpus > 1 ? str_fmt(arena, "all %.*s CPUs are busy all the time", STR_ARG(all))
                            : STR("the CPU is busy all the time");
    else if (s->cpus > 1)
        title = str_fmt(arena, "on average %.*s of %.*s CPUs busy (%.*s), at most %.*s in any second",
                        STR_ARG(a), STR_ARG(all), STR_ARG(share), STR_ARG(b));
    else
        title = str_fmt(arena, "the CPU is busy %.*s of the time, at most %.*s of any second", STR_ARG(share),
                        STR_ARG(most));
    struct finding *x = note(found, FINDING_UTILISATION, title,
                             STR("Samples that are not idle, times the sampling interval."));
    if (!x)
        return;
    found_value(x, "cpus", s->cpus, NAN, NAN);
    found_value(x, "mean_cpus", mean, NAN, NAN);
    found_value(x, "peak_cpus", peak, NAN, NAN);
}

static void say_lost(const struct scene *s, struct found *found)
{
    double lost = (double)s->p->tally.n_lost,
           share = lost / (lost + (double)s->p->events[s->event].n_samples);
    if (share < LEAST_LOST)
        return;
    struct str percent = say_share(share, found->arena);
    struct finding *x = note(
        found, FINDING_QUALITY, str_fmt(found->arena, "%.*s of the samples were lost", STR_ARG(percent)),
        STR("Busy times are scaled up by as much. Next time: a larger buffer (perf's -m), or a lower rate."));
    if (x)
        found_value(x, "share", share, NAN, NAN);
}

static bool is_unknown(struct str name)
{
    return !name.n || str_starts(name, STR("[unknown]")) || str_starts(name, STR("0x"));
}

static void say_unresolved(const struct scene *s, struct found *found)
{
    const struct profile *p = s->p;
    uint32_t n = 0;
    for (uint32_t i = 1; i < p->n_nodes; i++)
        if (s->census->ends[i] && is_unknown(p->names[p->frames[p->node_frame[i]].name]))
            n += s->census->ends[i];
    double share = (double)n / s->n;
    if (share < LEAST_UNKNOWN)
        return;
    struct str percent = say_share(share, found->arena);
    struct finding *x =
        note(found, FINDING_QUALITY,
             str_fmt(found->arena, "%.*s of the samples end in a function without a name", STR_ARG(percent)),
             STR("Next time: install debug symbols, or let the runtime write a perf map (for Java "
                 "-XX:+DumpPerfMapAtExit, for node --perf-basic-prof)."));
    if (x)
        found_value(x, "share", share, NAN, NAN);
}

static void say_depth(const struct scene *s, struct found *found)
{
    static const uint32_t limits[] = {64, 127, 255, 511, 1023, 2047, 4095};
    const struct census *c = s->census;
    uint32_t deepest = 0, n = 0;
    for (uint32_t i = 0; i < s->p->n_nodes; i++) {
        if (!c->ends[i] || c->depth[i] < deepest)
            continue;
        n = c->depth[i] > deepest ? c->ends[i] : n + c->ends[i];
        deepest = c->depth[i];
    }
    double share = (double)n / s->n;
    bool usual = false;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        usual |= deepest + 1 >= limits[i] && deepest <= limits[i] + 1;
    if (!usual || share < LEAST_DEEP || s->n < 20)
        return;
    struct str percent = say_share(share, found->arena), frames = say_count(deepest, found->arena);
    struct finding *x =
        note(found, FINDING_QUALITY,
             str_fmt(found->arena, "%.*s of the stacks have exactly %.*s frames and are probably cut there",
                     STR_ARG(percent), STR_ARG(frames)),
             STR("Their roots are missing. Next time: a higher limit (sysctl kernel.perf_event_max_stack; "
                 "perf script --max-stack)."));
    if (x)
        found_value(x, "depth", deepest, NAN, NAN);
}

static void say_rate(const struct scene *s, const struct heatmap_spec *map, struct found *found)
{
    struct arena *arena = found->arena;
    double whole = floor(s->rate + 0.5);
    if (s->interval <= 0)
        return;
    struct str rate = say_number(s->rate, arena);
    if (s->n >= FEW && s->length > 2 && s->rate > 9 && fabs(s->rate - whole) < 0.001 * whole &&
        fmod(whole, 10) < 0.5) {
        struct finding *x =
            note(found, FINDING_QUALITY,
                 str_fmt(arena, "%.*s samples a second are in step with the usual timers", STR_ARG(rate)),
                 str_fmt(arena, "Work that a timer starts is then met always or never. Next time: -F %.0f.",
                         whole - 1));
        if (x)
            found_value(x, "rate_hz", s->rate, NAN, NAN);
    }
    double row = map->rows ? (double)map->period_ns / NS_PER_S / map->rows : 0, ticks = row * s->rate;
    if (row <= 0 || ticks >= 2.5 || fabs(ticks - floor(ticks + 0.5)) < 1e-3)
        return;
    struct str length = say_time(row, arena), interval = say_period(s->interval, 0, arena);
    double fit = floor(s->rate * (double)map->period_ns / NS_PER_S + 0.5);
    struct finding *x =
        note(found, FINDING_QUALITY,
             str_fmt(arena, "rows of %.*s and samples every %.*s make stripes that are not there (moiré)",
                     STR_ARG(length), STR_ARG(interval)),
             fit >= 1 && fit <= 1000 ? str_fmt(arena,
                                               "Set heatmap: {rows: %.0f}, and a row is one sampling "
                                               "interval. The findings use bins of that length anyway.",
                                               fit)
                                     : STR("The findings use bins of one sampling interval anyway."));
    if (x)
        found_value(x, "intervals_per_row", ticks, NAN, NAN);
}

void find_quality(struct scene *s, const struct heatmap_spec *map, struct found *found)
{
    say_utilisation(s, found);
    bool any = false;
    for (size_t i = 0; i < found->list.n; i++)
        any |= found->list.p[i].tier != FINDING_NOTE;
    if (s->n < FEW && any) { /* else the verdict says it */
        struct finding *x =
            note(found, FINDING_QUALITY,
                 str_fmt(found->arena, "only %u samples: what is short or rare cannot be seen", s->n),
                 STR("Next time: record for longer, or at a higher rate (perf's -F 997)."));
        if (x)
            found_value(x, "samples", s->n, NAN, NAN);
    }
    say_lost(s, found);
    say_unresolved(s, found);
    say_depth(s, found);
    say_rate(s, map, found);
}
