/* SPDX-License-Identifier: MIT
 *
 * The whitened periodogram of counts, and the periods that it proposes. In: counts per bin. Out: a few
 * candidate frequencies, best first; whether they are true is for fold.h to say. */
#ifndef FINDINGS_SPECTRUM_H
#define FINDINGS_SPECTRUM_H

#include <stdint.h>

struct arena;

/* What transforms are made with: plans, one for each length (a profile needs two or three lengths, for some eighty groups of
 * threads), and the two arrays they work on. All 0 to begin with, but for the arena it lives on, which is not reset meanwhile. */
#define SPECTRUM_PLANS 4u
struct spectrum_bench {
    struct arena *arena;
    uint32_t size[SPECTRUM_PLANS];
    void *plan[SPECTRUM_PLANS];
    float *in;
    void *out;
    uint32_t room; /* numbers in `in` */
};

struct candidate {
    double hz;
    double h; /* H-test: about 0.4 nepers of evidence each */
};

/* At most `most`; distinct by more than the resolution. Frequencies from slowest_hz up. Returns how many. */
uint32_t spectrum_candidates(const float *counts, uint32_t n_bins, double bin_s, double slowest_hz,
                             struct candidate *out, uint32_t most, struct spectrum_bench *bench);

/* Autocorrelation of counts at lags 0 … n_lags - 1 (at most n_bins, at least 2): 1 at lag 0, about 0 where nothing is alike. 0 when all
 * counts are equal. */
void spectrum_autocorrelation(const float *counts, uint32_t n_bins, float *r, uint32_t n_lags, struct arena *arena);

#endif
