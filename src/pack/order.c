/* SPDX-License-Identifier: MIT
 *
 * Radix sort from the lowest digit, 11 bits at a time; digits that all keys share are skipped, so a chunk of
 * time takes two passes and threads one. */
#include "pack/order.h"

#include <string.h>

#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)

void order_by(const uint32_t *key, uint32_t *order, uint32_t *spare, uint32_t n)
{
    uint32_t least = UINT32_MAX, most = 0;
    for (uint32_t i = 0; i < n; i++) {
        least = key[order[i]] < least ? key[order[i]] : least;
        most = key[order[i]] > most ? key[order[i]] : most;
    }
    for (unsigned shift = 0; n && shift < 32 && (most - least) >> shift; shift += DIGIT_BITS) {
        uint32_t begin[DIGITS + 1] = {0};
        for (uint32_t i = 0; i < n; i++)
            begin[((key[order[i]] - least) >> shift & (DIGITS - 1)) + 1]++;
        for (uint32_t d = 0; d < DIGITS; d++)
            begin[d + 1] += begin[d];
        for (uint32_t i = 0; i < n; i++)
            spare[begin[(key[order[i]] - least) >> shift & (DIGITS - 1)]++] = order[i];
        memcpy(order, spare, n * sizeof *order);
    }
}
