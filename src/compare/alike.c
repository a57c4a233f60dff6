/* SPDX-License-Identifier: MIT
 *
 * A difference in how two recordings were made looks like a difference in what they recorded. So event, rate,
 * weight, number of CPUs and the share of frames without names must be the same, and there must be enough to
 * look at. Every side is held against the target. */
#include "compare/alike.h"

#include "analyse/heatmap.h"
#include "base/limits.h"
#include "pack/head.h"

/* Rates that are told from the samples are good to about a hundredth. */
#define SAME_RATE 0.05
/* A binary whose symbols were lost moves some percent at once; names of JIT code come and go by less. */
#define SAME_UNRESOLVED 0.05
/* Flat profiles have no noise of their own to be seen. */
#define LEAST_FLAT 3u

#define SAY(...) (out->reasons[out->n_reasons++] = str_fmt(arena, __VA_ARGS__))

static uint32_t find_event(const struct profile *p, struct str name)
{
    for (uint32_t e = 0; e < p->n_events; e++)
        if (str_eq(p->events[e].name, name))
            return e;
    return ID_NONE;
}

bool alike_events(const struct compare_side *side, uint32_t n, struct str wanted, uint32_t *event,
                  struct comparison *out, struct arena *arena)
{
    const struct profile *target = side[n - 1].profile;
    out->reasons = NEW_N(arena, struct str, (size_t)n * 8 + 8);
    if (!wanted.n && target->n_events)
        wanted = target->events[heatmap_main_event(target)].name;
    out->event = wanted;
    for (uint32_t k = 0; k < n; k++) {
        const struct profile *p = side[k].profile;
        event[k] = find_event(p, wanted);
        if (event[k] != ID_NONE)
            continue;
        struct str has = p->n_events ? p->events[heatmap_main_event(p)].name : STR("nothing");
        SAY("event: %.*s has no '%.*s' (it has '%.*s')", STR_ARG(side[k].id), STR_ARG(wanted), STR_ARG(has));
    }
    if (!out->n_reasons)
        out->weight = head_weight_of(target, &target->events[event[n - 1]]);
    return !out->n_reasons;
}

static void check_amount(const struct compare_side *s, const struct measured *m, uint32_t n_bases,
                         struct comparison *out, struct arena *arena)
{
    if (m->n_samples < ALIKE_LEAST_SAMPLES)
        SAY(ALIKE_TOO_LITTLE ": %.*s has %llu samples (%u are needed)", STR_ARG(s->id),
            (unsigned long long)m->n_samples, ALIKE_LEAST_SAMPLES);
    if (!s->profile->has_time && n_bases < LEAST_FLAT)
        SAY(ALIKE_TOO_LITTLE ": %.*s has no times, so its noise cannot be told (give %u bases or more)",
            STR_ARG(s->id), LEAST_FLAT);
    else if (s->profile->has_time && (m->seconds < ALIKE_LEAST_SECONDS || !m->n_waves))
        SAY(ALIKE_TOO_LITTLE ": %.*s is %.3g s long (%.0f s are needed)", STR_ARG(s->id), m->seconds,
            ALIKE_LEAST_SECONDS);
}

void alike_recordings(const struct compare_side *side, uint32_t n, const uint32_t *event,
                      const struct measured *m, struct comparison *out, struct arena *arena)
{
    const struct compare_side *t = &side[n - 1];
    const struct measured *mt = &m[n - 1];
    for (uint32_t k = 0; k < n; k++)
        check_amount(&side[k], &m[k], n - 1, out, arena);
    for (uint32_t k = 0; k + 1 < n; k++) {
        const struct compare_side *b = &side[k];
        const char *weight = head_weight_of(b->profile, &b->profile->events[event[k]]);
        uint32_t cpus = b->profile->n_cpus;
        double unresolved = m[k].weight > 0 ? m[k].unresolved / m[k].weight : 0,
               unresolved_t = mt->weight > 0 ? mt->unresolved / mt->weight : 0;
        if (weight != out->weight)
            SAY("weight: %.*s counts %s, %.*s counts %s", STR_ARG(b->id), weight, STR_ARG(t->id),
                out->weight);
        if (b->rate_hz > 0 && t->rate_hz > 0 &&
            (b->rate_hz > t->rate_hz * (1 + SAME_RATE) || t->rate_hz > b->rate_hz * (1 + SAME_RATE)))
            SAY("rate: %.*s has %.4g Hz, %.*s has %.4g Hz", STR_ARG(b->id), b->rate_hz, STR_ARG(t->id),
                t->rate_hz);
        if (cpus && t->profile->n_cpus && cpus != t->profile->n_cpus)
            SAY("CPUs: %.*s has %u, %.*s has %u", STR_ARG(b->id), cpus, STR_ARG(t->id), t->profile->n_cpus);
        if (unresolved > unresolved_t + SAME_UNRESOLVED || unresolved_t > unresolved + SAME_UNRESOLVED)
            SAY("unresolved symbols: %.3g %% of %.*s, %.3g %% of %.*s", unresolved * 100, STR_ARG(b->id),
                unresolved_t * 100, STR_ARG(t->id));
    }
}
