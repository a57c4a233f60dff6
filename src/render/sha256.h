/* SPDX-License-Identifier: MIT
 *
 * SHA-256 (FIPS 180-4), for the page's policy. In: bytes. Out: 32 bytes. */
#ifndef RENDER_SHA256_H
#define RENDER_SHA256_H

#include <stdint.h>

#include "base/str.h"

void sha256(struct str bytes, uint8_t digest[32]);

#endif
