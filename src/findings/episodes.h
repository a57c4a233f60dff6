/* SPDX-License-Identifier: MIT
 *
 * Runs of work with pauses between them, where the samples are dense enough to tell: from start to start, and
 * from end to start. A cycle that works and then sleeps keeps no phase when its work varies; its pauses are
 * what is regular. */
#ifndef FINDINGS_EPISODES_H
#define FINDINGS_EPISODES_H

#include <stdbool.h>
#include <stdint.h>

#include "findings/times.h"

struct arena;

struct episode {
    double from_s, to_s; /* first and last sample */
    uint32_t n;
};

/* What is regular about distances: their middle, how much they scatter, and the evidence. */
struct regular {
    double middle_s, scatter_s, nepers, share;
};

struct episodes {
    struct episode *list;
    uint32_t n;
    double gap_s; /* pauses are longer than this */
    struct regular starts, pauses;
};

/* False: the samples do not fall into at least five episodes. */
bool episodes_of(const struct times *times, double interval, struct episodes *out, struct arena *arena);

#endif
