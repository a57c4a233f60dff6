/* SPDX-License-Identifier: MIT
 *
 * An adaptive binary range coder: yes or no, each under odds of its own that follow what was coded with them. The carry and
 * the renormalisation are those of LZMA's (Igor Pavlov, LZMA SDK), with a range below 2^31, so that the page needs no more than
 * signed 32-bit numbers. docs/pack-format.md, "Range coding", says it exactly; assets/js/rangecode.js is its twin.
 *
 * Odds are one number: the probability of yes in 2^-22, shifted by 9, and how often they were used, up to 127: the more
 * often, the slower they move. */
#ifndef PACK_RANGECODE_H
#define PACK_RANGECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define ODDS_EVEN ((uint32_t)1 << 30)
#define ODDS_USES 127u

/* Both directions in one, so that a model is written once: whoever reads passes anything. */
struct range_coder {
    struct buf *out; /* NULL: reads */
    const uint8_t *bytes;
    size_t n, at;
    bool bad; /* read past the end */
    uint64_t low;
    uint32_t range, code;
    uint64_t n_waiting; /* bytes 0xff that a carry may still change */
    uint8_t held;
    bool begun;
    uint16_t pace[ODDS_USES + 1];
};

struct range_coder range_to(struct buf *out);
struct range_coder range_from(const uint8_t *bytes, size_t n);
bool range_bit(struct range_coder *c, uint32_t *odds, bool yes);
/* One bit that is as likely as not. */
bool range_plain(struct range_coder *c, bool yes);
/* After the last bit: writes what is left; when reading, true if all bytes were used and no more. */
bool range_end(struct range_coder *c);

#endif
