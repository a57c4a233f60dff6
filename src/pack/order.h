/* SPDX-License-Identifier: MIT
 *
 * Stable sort of a few indices by a u32 key: what both directions of the sample columns need to get from one
 * order to another. */
#ifndef PACK_ORDER_H
#define PACK_ORDER_H

#include <stdint.h>

/* Sorts order[n] by key[order[i]]; equal keys keep their order. `spare` has room for n. */
void order_by(const uint32_t *key, uint32_t *order, uint32_t *spare, uint32_t n);

#endif
