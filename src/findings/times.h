/* SPDX-License-Identifier: MIT
 *
 * Moments in rising order, at four bytes each: they are the middles of steps. Of the samples of a whole profile some may be left out,
 * by a bit for each. */
#ifndef FINDINGS_TIMES_H
#define FINDINGS_TIMES_H

#include <stdbool.h>
#include <stdint.h>

struct times {
    const uint32_t *step; /* rising */
    uint32_t n;
    double step_s;
    const uint64_t *out; /* bits of those that are left out; NULL: none are */
};

/* Seconds. */
static inline double time_at(const struct times *t, uint32_t i)
{
    return (t->step[i] + 0.5) * t->step_s;
}

static inline bool bit_at(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

/* The first at i or after it that is not left out; t->n when there is none. */
static inline uint32_t time_in(const struct times *t, uint32_t i)
{
    while (t->out && i < t->n && bit_at(t->out, i))
        i++;
    return i;
}

#endif
