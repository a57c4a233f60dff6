/* SPDX-License-Identifier: MIT
 *
 * Stretches with far more samples than usual, and which of them stand out: the statistics of find_bursts.c.
 */
#ifndef FINDINGS_RUNS_H
#define FINDINGS_RUNS_H

#include "findings/level.h"

/* Samples that a run has at least. */
#define RUN_LEAST 12.0

struct run {
    double from_s, to_s, score;
    uint32_t n;
};

struct runs {
    struct run *list;
    uint32_t n;
    uint32_t n_all;  /* before those were left out that cannot be bursts */
    double *score;   /* of the best of all, ascending */
    uint32_t n_score;
};

/* Which runs are kept: there may be as many as samples. */
struct run_wish {
    double least_n, shortest_s, longest_s, least_score;
};

struct burst_search {
    struct scene *s;
    struct found *found;
    const struct level *all; /* of the samples left */
};

/* What may be a burst of a name, or one of everybody. */
extern const struct run_wish runs_of_name, runs_of_load;
/* Best stretches: a sample is worth 1, a second costs half way between the level around and `top`. */
struct runs runs_of(const struct times *times, const struct level *level, double top, struct run_wish wish, struct arena *arena);
/* Samples of everybody in [from, to). */
double runs_count(const struct burst_search *b, double from, double to);
/* How far the samples of everybody in the run stand above those of other stretches of its length that none of
 * `runs` touches, in their standard deviations. */
double runs_sigma(const struct burst_search *b, const struct runs *runs, const struct run *r);
/* Tenths of seconds of a name (level_tenths), by how many samples they have; the last number is of those that have more, and `above`
 * their samples. */
#define TENTH_LOADS 256u
struct tenth_loads {
    uint32_t n[TENTH_LOADS];
    uint64_t above;
};
static inline void tenth_load_add(struct tenth_loads *t, uint32_t samples)
{
    t->n[samples < TENTH_LOADS ? samples : TENTH_LOADS - 1]++;
    t->above += samples < TENTH_LOADS - 1 ? 0 : samples;
}
/* False when runs_pick finds no bursts in the runs of this name, whatever they are: its n samples are not together enough. */
bool runs_may_be(const struct scene *s, const struct tenth_loads *t, uint32_t n);
/* Leaves the bursts among the runs; false when there are none, or too many for bursts. n: samples of the
 * name. */
bool runs_pick(const struct burst_search *b, struct runs *r, uint32_t n, bool named);
/* How many runs of samples that are not of the name (`others`) are as good as the middle one of its own. top: the highest level
 * of the name. */
uint32_t runs_like(const struct burst_search *b, const struct runs *r, const struct times *others, double top);
/* Whether all CPUs belong to the runs of a name; whether the load stands out in them; whether the others, who
 * usually run, do not. */
bool runs_have_all(const struct burst_search *b, const struct runs *r);
bool runs_stand_out(const struct burst_search *b, const struct runs *r);
bool runs_others_wait(const struct burst_search *b, const struct runs *r, uint32_t n);

#endif
