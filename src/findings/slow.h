/* SPDX-License-Identifier: MIT
 *
 * Slow things, in bins of half a second or more: what load, trends, periodic load, phases and the mix of work
 * are told from. In: the scene, and what was found already: trains, bursts and stalls are left out. */
#ifndef FINDINGS_SLOW_H
#define FINDINGS_SLOW_H

#include "findings/list.h"

/* What a cut costs, in units of the noise; a change: standard deviations, and share of the higher level. */
#define SLOW_PENALTY 3.0
#define SLOW_SIGMA 7.0
#define SLOW_CHANGE 0.2
#define SLOW_SHORTEST_S 3.0
#define SLOW_LEAST_IN_BIN 6.0

struct slow {
    struct scene *s;
    struct found *found;
    double bin_s;
    uint32_t n;
    uint32_t comm;          /* samples of threads of this name alone; ID_NONE: of all */
    double *count, *root; /* samples in each bin, and the square root */
    double noise,
        correlation; /* of the roots: standard deviation and lag-1 correlation about their running median */
    double *sum, *squares; /* prefix sums of the roots */
    uint32_t *cut, n_cuts;
};

/* A change, and the phase that begins with it. */
struct turn {
    double at_s, before, after, weight; /* counts a bin on either side; evidence */
    double from_s, to_s;                /* of the phase that begins here */
    bool mix, passes;                   /* passes: afterwards all is as it was before */
    struct str less, more;              /* functions */
};

/* Not part of anything that is left out. */
bool slow_has(const struct slow *q, uint32_t sample);
/* The bin of a sample: q->n, or more, for those behind the last whole one. */
uint32_t slow_bin(const struct slow *q, uint32_t sample);
/* The middle value; sorts. */
double slow_middle(double *v, uint32_t n, struct arena *scratch);
/* Fills count and root, with or without bursts; then noise and correlation; then cut. */
void slow_count(struct slow *q, bool with_bursts);
void slow_measure(struct slow *q);
void slow_cut(struct slow *q, double penalty);
double slow_cost(const void *ctx, uint32_t from, uint32_t to);
/* By how much the correlation makes a mean less sure. */
double slow_inflation(const struct slow *q);
double slow_mean_root(const struct slow *q, uint32_t from, uint32_t to);
double slow_mean(const struct slow *q, uint32_t from, uint32_t to);
/* CPUs that so many samples a bin keep busy (without a rate: samples a second); the number; and with its
 * unit. */
double slow_busy(const struct slow *q, double count);
struct str slow_number(const struct slow *q, double count);
struct str slow_words(const struct slow *q, double count);

/* Findings of one kind (trend.c): true when there is one. */
bool slow_trend(const struct slow *q);
/* `who`: whose load it is; empty: everybody's. */
bool slow_periodic(const struct slow *q, struct str who);
bool slow_periodic_names(const struct slow *all);
/* Changes of the mix of functions (mix.c), at most one for each two bins. Returns how many. */
uint32_t slow_mix_turns(const struct slow *q, struct turn *out);

#endif
