/* SPDX-License-Identifier: MIT
 *
 * Bytes <-> text that may stand in an HTML file: base64 (RFC 4648, with padding), one line. */
#ifndef PACK_TEXT_H
#define PACK_TEXT_H

#include "base/buf.h"
#include "base/str.h"

void text_encode(const uint8_t *bytes, size_t n, struct buf *out);
/* How many bytes at most `s` gives. */
size_t text_decoded_max(struct str s);
/* Strict: no spaces, padding there, unused bits 0. False with the index of the first wrong character in
 * *bad_at. */
bool text_decode(struct str s, uint8_t *out, size_t *n_out, size_t *bad_at);

#endif
