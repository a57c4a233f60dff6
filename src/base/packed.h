/* SPDX-License-Identifier: MIT
 *
 * A number of a block that is packed: its distance from the block's least, in as many bytes as the largest
 * distance needs. Each is read and written by itself, eight bytes at a time: behind the last one of a block
 * there is room for PACKED_SPILL bytes. Shared by rows.h and column.h. */
#ifndef BASE_PACKED_H
#define BASE_PACKED_H

#include <stdint.h>

#define PACKED_SPILL 8u

/* Compilers make one instruction of each of these two. */
static inline uint64_t packed_load(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}
static inline void packed_store(uint8_t *p, uint64_t v)
{
    p[0] = (uint8_t)v, p[1] = (uint8_t)(v >> 8), p[2] = (uint8_t)(v >> 16), p[3] = (uint8_t)(v >> 24);
    p[4] = (uint8_t)(v >> 32), p[5] = (uint8_t)(v >> 40), p[6] = (uint8_t)(v >> 48),
    p[7] = (uint8_t)(v >> 56);
}

/* Bytes a number, 0 to 8. */
static inline uint8_t packed_width(uint64_t largest)
{
    uint8_t width = 0;
    while (width < 8 && largest >> 8 * width)
        width++;
    return width;
}
static inline uint64_t packed_mask(uint8_t width)
{
    return width ? UINT64_MAX >> (64 - 8 * width) : 0;
}

#endif
