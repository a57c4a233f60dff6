/* SPDX-License-Identifier: MIT
 *
 * Totals and selfs per trie node for a range: what a flame graph of that range shows. */
#ifndef ANALYSE_WEIGH_H
#define ANALYSE_WEIGH_H

#include "analyse/window.h"

struct weights {
    uint64_t *self, *total; /* per node; total[0] is the sum of the range. Spans count in nanoseconds */
    uint64_t n_samples;
};

/* One event, idle in or out. One pass over the points of the range, one reverse sweep over the trie. */
struct weights weigh(const struct profile *p, struct range r, uint32_t event, bool with_idle,
                     struct arena *arena);

/* A function's (name's) self and total: total counts a name once per stack, however often it recurs. */
struct hot {
    uint32_t frame;
    uint64_t self, total;
};

/* The n names with most self weight (ties by name); FRAME_THREAD frames are left out. Returns how many. */
uint32_t weigh_hottest(const struct profile *p, const struct weights *w, uint32_t n, struct hot *out,
                       struct arena *scratch);

/* What a summary says of the main event over all of the time. */
#define WEIGH_MOST 10
struct hottest {
    uint64_t weight;
    uint32_t n;
    struct hot hot[WEIGH_MOST];
};
struct hottest weigh_main(const struct profile *p, bool with_idle, struct arena *arena);

#endif
