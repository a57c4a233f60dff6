/* SPDX-License-Identifier: MIT
 *
 * Bursts and runs of one that find_bursts.c found, as findings. */
#ifndef FINDINGS_BURST_H
#define FINDINGS_BURST_H

#include "findings/runs.h"

/* name: whose runs they are, empty for everybody's. comm_of: the name of a pool, ID_NONE for none; name_of:
 * the pool of each thread. */
void burst_add(const struct burst_search *b, const struct runs *r, bool strong, struct str name,
               uint32_t comm_of, const uint32_t *name_of);
/* Those of a pool, or of the thread with most samples in them, while all others wait. */
void burst_add_lone(const struct burst_search *b, const struct runs *r, uint32_t comm_of,
                    const uint32_t *name_of);

#endif
