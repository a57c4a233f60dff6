/* SPDX-License-Identifier: MIT
 *
 * LEB128 varints, unsigned; signed values go through zigzag. A reader never runs past its bytes: what is cut
 * short or does not fit 64 bits sets `bad`, stays set, and every later read gives 0, so that a caller may
 * check once a column. */
#ifndef PACK_VARINT_H
#define PACK_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define VARINT_BYTES 10 /* of the longest */

static inline size_t varint_bytes(uint64_t v)
{
    size_t n = 1;
    for (; v > 127; v >>= 7)
        n++;
    return n;
}

struct varint_reader {
    const uint8_t *p;
    size_t n, at;
    bool bad;
};

void varint_put(struct buf *out, uint64_t v);
uint64_t varint_get(struct varint_reader *r);
/* One byte, under the same rules. */
uint8_t varint_byte(struct varint_reader *r);

static inline uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}
static inline int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

#endif
