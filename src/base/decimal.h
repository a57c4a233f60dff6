/* SPDX-License-Identifier: MIT
 *
 * Decimal numbers from their digits, not through a double: times of a trace have more digits than one holds. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Bytes of the longest whole number of 64 bits, in groups of three. */
#define DECIMAL_GROUPED 26

/* "-12.5" times `scale` (a power of ten) as a whole number, cut towards zero. An exponent is exact only as far as a
 * double is. False when it is no number or out of range. */
bool decimal_scaled(struct str s, int64_t scale, int64_t *out);
/* "31,204" into `out`, without a null; its length. */
size_t decimal_grouped(uint64_t n, char out[static DECIMAL_GROUPED]);
/* The nearest double. False when it is no number, has more than 63 characters, or is out of range. */
bool decimal_double(struct str s, double *out);

#endif
