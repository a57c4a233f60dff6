/* SPDX-License-Identifier: MIT
 *
 * Less of a profile, for a report that must stay within its budget. Samples, weights, events, threads and CPUs stay what they are;
 * times and stacks become coarser. In: a frozen profile. Out: the same one, changed, what is new on `arena`. */
#ifndef MODEL_COARSEN_H
#define MODEL_COARSEN_H

#include "model/profile.h"

/* Times to steps of step_ns, rounded down. False, and nothing changed, where that is no multiple of the step there is, or
 * where there are spans, whose weight is their time. */
bool coarsen_times(struct profile *p, int64_t step_ns, struct arena *arena);
/* Stacks that fewer than `least` samples have in common end where they part from others. Threads stay, and so does what is idle and
 * what is not. Frames and names that nothing uses any more go. */
void coarsen_stacks(struct profile *p, uint64_t least, struct arena *arena);

#endif
