/* SPDX-License-Identifier: MIT
 *
 * Whether recordings can be compared at all, and if not, why: all reasons, in words. */
#ifndef COMPARE_ALIKE_H
#define COMPARE_ALIKE_H

#include "compare/compare.h"
#include "compare/measure.h"

/* With fewer busy samples, or less time, a recording says little: alone, too. */
#define ALIKE_LEAST_SAMPLES 500u
#define ALIKE_LEAST_SECONDS 10.0
/* How a reason begins that says so. */
#define ALIKE_TOO_LITTLE "too little data"

/* Event of each side (the bases, then the target) into event[]. False, with reasons in out, when one has
 * none. */
bool alike_events(const struct compare_side *side, uint32_t n, struct str wanted, uint32_t *event,
                  struct comparison *out, struct arena *arena);
/* Adds what else speaks against it. */
void alike_recordings(const struct compare_side *side, uint32_t n, const uint32_t *event,
                      const struct measured *m, struct comparison *out, struct arena *arena);

#endif
