/* SPDX-License-Identifier: MIT
 *
 * The estimate packs stacks and samples as they will be, since nothing else knows how large they get, and allows for the rest:
 * the page's script and style, the summary, the head, two bytes for each bucket that the map is painted from. Times become coarser first, as
 * long as a heatmap hides it; then rare stacks are cut. */
#include "library/press_budget.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "model/coarsen.h"
#include "pack/pack.h"
#include "render/assets.h"

#define REST_OF_PAGE 6000u     /* policy, digest, tags */
#define REST_OF_PROFILE 36000u /* summary and head */
#define BUCKET_NS 20000000

struct rung {
    int64_t step_ns; /* or */
    uint64_t least;
};

static const struct rung ladder[] = {{1000000, 0}, {5000000, 0}, {20000000, 0}, {0, 2},   {0, 3},   {0, 5},
                                     {0, 10},      {0, 20},      {0, 50},       {0, 100}, {0, 1000}, {0, 10000}};
#define RUNGS (sizeof ladder / sizeof *ladder)

static uint64_t shell_bytes(void)
{
    static const char *const parts[] = {"page_html", "summary_css", "page_css", "loader_js", "page_js"};
    uint64_t bytes = REST_OF_PAGE;
    for (const struct asset *a = assets_built_in; a->name; a++)
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (str_eq(str_of(a->name), str_of(parts[i])))
                bytes += a->pressed.p ? a->pressed.n : a->bytes.n;
    return bytes;
}

static uint64_t estimate(const struct spec *spec, struct profile **profiles, struct arena *arena)
{
    uint64_t bytes = shell_bytes();
    for (uint32_t i = 0; i < spec->n_profiles; i++) {
        const struct profile *p = profiles[i];
        if (!p)
            continue;
        struct arena *work = arena_like(arena);
        uint64_t buckets = (uint64_t)p->n_steps * (uint64_t)p->step_ns / BUCKET_NS;
        bytes += pack_samples_bytes(p, work) + REST_OF_PROFILE + 2 * buckets * p->n_events;
        arena_free(work);
    }
    return bytes;
}

static struct str megabytes(uint64_t bytes, struct arena *arena)
{
    return str_fmt(arena, "%llu.%02llu MB", (unsigned long long)(bytes / 1000000),
                   (unsigned long long)(bytes / 10000 % 100));
}

/* The next rung for all profiles. False when it changes nothing. */
static bool climb(const struct spec *spec, struct profile **profiles, const struct rung *rung, int64_t *step_ns,
                  uint64_t *least, struct arena *arena)
{
    bool changed = rung->least > 0;
    for (uint32_t i = 0; i < spec->n_profiles; i++)
        if (profiles[i] && rung->least)
            coarsen_stacks(profiles[i], rung->least, arena);
        else if (profiles[i])
            changed |= coarsen_times(profiles[i], rung->step_ns, arena);
    if (changed && rung->least)
        *least = rung->least;
    else if (changed)
        *step_ns = rung->step_ns;
    return changed;
}

static struct str what_was_done(int64_t step_ns, uint64_t least, struct arena *arena)
{
    struct str times = STR(""), stacks = STR("");
    if (step_ns) {
        struct str step = time_text(step_ns, arena);
        times = str_fmt(arena, "times are kept in steps of %.*s", STR_ARG(step));
    }
    if (least)
        stacks = str_fmt(arena, "%sstacks that fewer than %llu samples share end where they part from others", step_ns ? "; " : "",
                         (unsigned long long)least);
    return str_fmt(arena, "%.*s%.*s", STR_ARG(times), STR_ARG(stacks));
}

static void add_fact(struct profile *p, struct str value, struct arena *arena)
{
    struct fact *facts = NEW_N(arena, struct fact, (size_t)p->n_facts + 1);
    for (uint32_t i = 0; i < p->n_facts; i++)
        facts[i] = p->facts[i];
    facts[p->n_facts++] = (struct fact){STR("coarsened"), value};
    p->facts = facts;
}

static void tell(fp_session *s, struct spec *spec, struct profile **profiles, struct spec_text *notes, struct str done)
{
    struct str budget = megabytes(spec->budget, s->perm);
    diag_at(s->d, DIAG_WARNING, spec->budget_at, "coarsened to stay within %.*s: %.*s", STR_ARG(budget), STR_ARG(done));
    for (uint32_t i = 0; i < spec->n_profiles; i++) {
        if (!profiles[i])
            continue;
        add_fact(profiles[i], done, s->perm);
        notes[i].s = str_fmt(s->perm, "%.*s%s**Coarsened** to stay within a budget of %.*s: %.*s.\n", STR_ARG(notes[i].s),
                             notes[i].s.n ? "\n\n" : "", STR_ARG(budget), STR_ARG(done));
    }
}

bool press_budget(fp_session *s, struct spec *spec, struct profile **profiles, struct spec_text *notes)
{
    if (!spec->budget)
        return true;
    uint64_t first = estimate(spec, profiles, s->perm), now = first, least = 0;
    int64_t step_ns = 0;
    bool may = spec->over_budget == OVER_BUDGET_COARSEN;
    for (size_t i = 0; may && now > spec->budget && i < RUNGS; i++)
        if (climb(spec, profiles, &ladder[i], &step_ns, &least, s->perm))
            now = estimate(spec, profiles, s->perm);
    if (now <= spec->budget) {
        if (step_ns || least)
            tell(s, spec, profiles, notes, what_was_done(step_ns, least, s->perm));
        return true;
    }
    struct str wanted = megabytes(first, s->perm), best = megabytes(now, s->perm);
    if (may)
        diag_at(s->d, DIAG_LIMIT, spec->budget_at,
                "the report would have some %.*s, and %.*s at its coarsest (filter by time, thread or event, or split it)",
                STR_ARG(wanted), STR_ARG(best));
    else
        diag_at(s->d, DIAG_LIMIT, spec->budget_at,
                "the report would have some %.*s ('over_budget: coarsen' makes it smaller; or filter it, or split it)",
                STR_ARG(wanted));
    return false;
}

bool press_within_budget(fp_session *s, const struct spec *spec, size_t bytes)
{
    if (!spec->budget || bytes <= spec->budget)
        return true;
    struct str size = megabytes(bytes, s->perm);
    diag_at(s->d, DIAG_LIMIT, spec->budget_at, "the report has %.*s (filter it, or split it)", STR_ARG(size));
    return false;
}
