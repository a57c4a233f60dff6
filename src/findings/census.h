/* SPDX-License-Identifier: MIT
 *
 * The samples of a scene, counted by stack and by name, once for all who ask: seven bytes a node of the trie. */
#ifndef FINDINGS_CENSUS_H
#define FINDINGS_CENSUS_H

#include "findings/scene.h"

struct census {
    uint32_t *ends;  /* by node: samples whose stack ends there */
    uint32_t *names; /* by name: samples that have it, each name once a stack; names of threads do not count */
    uint16_t *depth; /* by node: frames from the root, threads left out */
    uint8_t *again;  /* by node: 1 where its name stands above it already */
};

const struct census *census_of(const struct scene *s, struct arena *arena);

#endif
