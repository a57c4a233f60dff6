/* SPDX-License-Identifier: MIT
 *
 * How well the findings do on planted profiles. In: how many, a seed, and at will one pattern to look at.
 * Out: the tables of docs/findings.md on stdout, and, with a pattern, what was missed or made up; on stderr
 * what is out of bounds, and then exit 1. Usage: bench N SEED [PATTERN|-v] */
#include "score.h"

struct row {
    uint32_t n, asked, parts, found, period, busy, covered, edges, over, with_false;
};

static struct row by_pattern[PLANT_PATTERNS], by_cell[PLANT_PATTERNS][NOISE_KINDS], silence[NOISE_KINDS];

static void add(struct row *r, const struct verdict *v)
{
    r->n++;
    r->with_false += v->n_false > 0;
    r->over += v->n_overclaimed;
    if (!v->asked)
        return;
    r->asked++;
    r->parts += v->n_parts;
    r->found += v->n_found;
    r->period += v->n_period_ok;
    r->busy += v->n_busy_ok;
    r->covered += v->n_covered;
    r->edges += v->n_edges_ok;
}

static void tell(const struct plan *plan, const struct truth *t, const struct verdict *v)
{
    printf("%s in %s: %u CPUs, %u Hz, %u s, lost %.3f, jitter %.0f us, seed %llu, expected %.0f, found "
           "%u/%u, false %u\n",
           plant_pattern_name[plan->pattern], plant_noise_name[plan->noise], plan->n_cpus, plan->rate_hz,
           plan->seconds, plan->lost, plan->jitter_us, (unsigned long long)plan->seed, t->expected,
           v->n_found, v->n_parts, v->n_false);
    for (uint32_t i = 0; i < t->n_trains; i++)
        printf("  truth: tid %u period %.1f us work %.1f us expected %.0f\n", t->train[i].tid,
               t->train[i].period_us, t->train[i].work_us, t->train[i].expected);
    for (uint32_t i = 0; i < t->n_events && i < 4; i++)
        printf("  truth: %.4f .. %.4f s\n", t->event[i].from_us / US_S, t->event[i].to_us / US_S);
    if (t->change_us > 0)
        printf("  truth: change at %.2f s\n", t->change_us / US_S);
    printf("%.*s", STR_ARG(v->says));
}

static void percent(uint32_t part, uint32_t whole)
{
    if (whole)
        printf(" %.1f %% |", 100.0 * part / whole);
    else
        printf(" |");
}

static void print_tables(void)
{
    printf("| pattern | profiles | with enough samples | things | found | period within 1 %% | busy time | "
           "in its 95 %% interval | edges | strong with too few |\n"
           "|---|---|---|---|---|---|---|---|---|---|\n");
    for (uint32_t k = 1; k < PLANT_PATTERNS; k++) {
        const struct row *r = &by_pattern[k];
        bool train = k <= PLANT_ALIAS;
        printf("| %s | %u | %u | %u |", plant_pattern_name[k], r->n, r->asked, r->parts);
        percent(r->found, r->parts);
        percent(r->period, train ? r->found : 0);
        percent(r->busy, train ? r->found : 0);
        percent(r->covered, train ? r->found : 0);
        percent(r->edges, train ? 0 : r->found);
        printf(" %u |\n", r->over);
    }
    printf("\nFound, by noise (things with enough samples):\n\n| pattern |");
    for (uint32_t n = 0; n < NOISE_KINDS; n++)
        printf(" %s |", plant_noise_name[n]);
    printf("\n|---|---|---|---|---|---|---|---|---|\n");
    for (uint32_t k = 1; k < PLANT_PATTERNS; k++) {
        printf("| %s |", plant_pattern_name[k]);
        for (uint32_t n = 0; n < NOISE_KINDS; n++)
            if (by_cell[k][n].parts)
                printf(" %u of %u |", by_cell[k][n].found, by_cell[k][n].parts);
            else
                printf(" |");
        printf("\n");
    }
    printf("\nProfiles with a strong finding of something that is not there:\n\n| noise | pure noise | of | "
           "with a pattern | of |\n|---|---|---|---|---|\n");
    for (uint32_t n = 0; n < NOISE_KINDS; n++) {
        uint32_t with = 0, of = 0;
        for (uint32_t k = 1; k < PLANT_PATTERNS; k++) {
            with += by_cell[k][n].with_false;
            of += by_cell[k][n].n;
        }
        printf("| %s | %u | %u | %u | %u |\n", plant_noise_name[n], silence[n].with_false, silence[n].n, with,
               of);
    }
}

/* ---- bounds */

/* Shares are asked to be 95 %; of n things, chance alone may take what it takes once in a hundred. */
#define LEAST 0.95
#define ONCE_IN_HUNDRED 2.33

static bool holds(const char *what, const char *of, double part, double whole, bool chance)
{
    double slack = chance && whole > 0 ? ONCE_IN_HUNDRED * sqrt(LEAST * (1 - LEAST) / whole) : 0;
    if (whole <= 0 || part / whole >= LEAST - slack)
        return true;
    fprintf(stderr, "out of bounds: %s of %s: %.0f of %.0f, expected %.0f %%%s\n", what, of, part, whole,
            100 * LEAST, chance ? " but for chance" : "");
    return false;
}

static bool at_most(const char *what, const char *of, double part, double most)
{
    if (part <= most)
        return true;
    fprintf(stderr, "out of bounds: %s of %s: %.0f, expected at most %.0f\n", what, of, part, most);
    return false;
}

/* Each pattern by itself but for chance, all together without. */
static bool within_bounds(void)
{
    struct row all = {0}, trains = {0}, events = {0};
    bool ok = true;
    for (uint32_t k = 1; k < PLANT_PATTERNS; k++) {
        const struct row *r = &by_pattern[k];
        const char *name = plant_pattern_name[k];
        bool train = k <= PLANT_ALIAS,
             edged = k == PLANT_PERTURB || k == PLANT_BLOCKED || k == PLANT_ONE_RUNNER;
        struct row *sum = train ? &trains : &events;
        ok &= holds("things found", name, r->found, r->parts, true);
        all.found += r->found;
        all.parts += r->parts;
        if (train) {
            ok &= holds("periods within 1 %", name, r->period, r->found, true);
            ok &= holds("busy times", name, r->busy, r->found, true);
            ok &= holds("95 % intervals that hold the truth", name, r->covered, r->found, true);
        } else if (edged)
            ok &= holds("starts and ends within two bins", name, r->edges, r->found, true);
        if (train || edged) {
            sum->found += r->found;
            sum->period += r->period;
            sum->busy += r->busy;
            sum->covered += r->covered;
            sum->edges += r->edges;
            sum->over += r->over;
            sum->n += r->n - r->asked;
        }
    }
    ok &= holds("things found", "all patterns", all.found, all.parts, false);
    ok &= holds("periods within 1 %", "all trains", trains.period, trains.found, false);
    ok &= holds("busy times", "all trains", trains.busy, trains.found, false);
    ok &= holds("95 % intervals that hold the truth", "all trains", trains.covered, trains.found, false);
    ok &= holds("starts and ends within two bins", "bursts, stalls and runs of one", events.edges,
                events.found, false);
    /* who expects 29 samples may get 31 */
    ok &= at_most("strong findings with too few samples", "all trains", trains.over, 1 + trains.n / 20);
    for (uint32_t n = 0; n < NOISE_KINDS; n++)
        ok &= at_most("profiles with a strong false finding", plant_noise_name[n], silence[n].with_false,
                      ceil(silence[n].n / 100.0 - 0.5));
    return ok;
}

int main(int argc, char **argv)
{
    uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 2000;
    uint64_t seed = argc > 2 ? (uint64_t)atoll(argv[2]) : 2026;
    const char *only = argc > 3 ? argv[3] : NULL;
    for (uint32_t i = 0; i < n; i++) {
        struct plan plan = score_plan_of(i, seed);
        /* every other round is pure noise */
        if ((i / PLANT_PATTERNS / NOISE_KINDS) % 2)
            plan.pattern = PLANT_NOTHING;
        if (only && strcmp(only, plant_pattern_name[plan.pattern]) != 0 && strcmp(only, "-v") != 0)
            continue;
        struct arena *arena = arena_new((struct arena_hook){0});
        struct truth t;
        struct verdict v = score_plan(&plan, &t, arena);
        add(&by_pattern[plan.pattern], &v);
        add(&by_cell[plan.pattern][plan.noise], &v);
        if (plan.pattern == PLANT_NOTHING)
            add(&silence[plan.noise], &v);
        bool bad = v.n_false || v.n_overclaimed ||
                   (v.asked && (v.n_found < v.n_parts ||
                                (t.n_trains ? v.n_covered < v.n_parts || v.n_period_ok < v.n_parts
                                            : v.n_edges_ok < v.n_parts)));
        if (only && bad)
            tell(&plan, &t, &v);
        arena_free(arena);
    }
    print_tables();
    printf("\n%u profiles, seed %llu.\n", n, (unsigned long long)seed);
    return only || within_bounds() ? 0 : 1;
}
