/* SPDX-License-Identifier: MIT
 *
 * Change points by PELT (Killick, Fearnhead and Eckley, 2012): the cut of 0..n that costs least, each cut
 * costing a penalty. What a segment costs is the caller's. */
#ifndef FINDINGS_PELT_H
#define FINDINGS_PELT_H

#include <stdint.h>

struct arena;

typedef double (*pelt_cost)(const void *ctx, uint32_t from, uint32_t to);

/* Segments have at least `shortest` elements. cut[0] = 0 < … < cut[returned] = n: as many segments as
 * returned. */
uint32_t pelt(pelt_cost cost, const void *ctx, uint32_t n, uint32_t shortest, double penalty, uint32_t *cut,
              struct arena *scratch);

#endif
