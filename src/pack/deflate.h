/* SPDX-License-Identifier: MIT
 *
 * Raw deflate of one column, both ways, and the checksum of a section. `scratch` holds the state of the
 * library for the time of the call. */
#ifndef PACK_DEFLATE_H
#define PACK_DEFLATE_H

#include "base/arena.h"
#include "base/buf.h"

/* Appends the deflated bytes to `out`, which lives on another arena, as few as can be. At most LIMIT_COLUMN_BYTES. */
void deflate_write(const uint8_t *bytes, size_t n, struct buf *out, struct arena *scratch);
/* The same for many bytes: five times as fast, for 3 % more of them (docs/performance.md). */
void deflate_write_quickly(const uint8_t *bytes, size_t n, struct buf *out, struct arena *scratch);
/* True when `bytes` is one whole stream that gives exactly n_out bytes: neither may be longer or shorter. */
bool deflate_read(const uint8_t *bytes, size_t n, uint8_t *out, size_t n_out, struct arena *scratch);
uint32_t deflate_crc32(const uint8_t *bytes, size_t n);

#endif
