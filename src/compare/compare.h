/* SPDX-License-Identifier: MIT
 *
 * What changed from one or several base recordings to a target, and how surely: one engine for `diff`, for
 * `compare:` of a spec, and for what the page shows of it.
 *
 * In: frozen profiles (or ranges of one). Out: shares of functions and packages on both sides, their
 * difference with an error that allows for samples that are not independent (noise.h), and how likely noise
 * alone is to show it. p values are corrected with Holm's method: a gate that is wrong once in a while is
 * switched off, so what is kept small is the chance of any false alarm in a comparison. Benjamini and
 * Hochberg's method allows a tenth of the alarms to be false, and shares that add up to 1 are not what it is
 * proven for. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "analyse/window.h"
#include "base/arena.h"
#include "pack/comparison.h"

struct compare_side {
    struct str id;
    const struct profile *profile;
    struct range range;
    double rate_hz; /* 0: not known */
    uint32_t panel; /* which profile of the report being made; ID_NONE: none of them */
};

/* The whole of a profile. */
struct range compare_whole(const struct profile *p);
/* `event`: which one; empty: the target's main event. What keeps the sides from being compared stands in
 * out->reasons; then there are no changes. n_base > 0. Ids are kept as they are. */
void compare_profiles(const struct compare_side *base, uint32_t n_base, const struct compare_side *target,
                      struct str event, struct comparison *out, struct arena *arena);

/* Leaves out all but the first LIMIT_CHANGES_SHOWN functions and a quarter as many packages. */
void compare_shorten(struct comparison *c);

#endif
