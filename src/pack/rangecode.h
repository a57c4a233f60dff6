/* SPDX-License-Identifier: MIT
 *
 * An adaptive binary range coder: yes or no, each under odds of its own that follow what was coded with them. The carry and
 * the renormalisation are those of LZMA's (Igor Pavlov, LZMA SDK), with a range below 2^31, so that the page needs no more than
 * signed 32-bit numbers. docs/pack-format.md, "Range coding", says it exactly; assets/js/rangecode.js is its twin.
 *
 * Odds are one number: the probability of yes in 2^-22, shifted by 9, and how often they were used, up to 127: the more
 * often, the slower they move. A probability is cut at 2^-10 from 0 and 1: it costs less than a thousandth, and keeps what a byte can
 * stand for within bounds (a node of the trie takes three bits, so a byte no more than 2,000 nodes).
 *
 * What codes a bit is inlined where it is used: there are a dozen millions of them in a large report. */
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
/* The next byte of a coder that reads; the highest byte out of one that writes. */
static inline uint8_t range_next_byte(struct range_coder *c)
{
    if (c->at < c->n)
        return c->bytes[c->at++];
    c->bad = true;
    return 0;
}
void range_shift_low(struct range_coder *c);

/* Yes takes the first `bound` of the range. `writes`: c->out is not NULL; whoever says so with a constant gets code for one direction. */
static inline bool range_split(struct range_coder *c, uint32_t bound, bool yes, bool writes)
{
    if (!writes)
        yes = c->code < bound;
    uint32_t skipped = yes ? 0 : bound;
    c->range = yes ? bound : c->range - bound;
    if (writes)
        c->low += skipped;
    else
        c->code -= skipped;
    for (; c->range < (uint32_t)1 << 23; c->range <<= 8) {
        if (writes)
            range_shift_low(c);
        else
            c->code = c->code << 8 | range_next_byte(c);
    }
    return yes;
}

static inline bool range_bit(struct range_coder *c, uint32_t *odds, bool yes, bool writes)
{
    uint32_t p = *odds >> 9, uses = *odds & 511, cut = p >> 7, pace = c->pace[uses];
    cut = cut < 32 ? 32 : cut > 32736 ? 32736 : cut;
    yes = range_split(c, (c->range >> 15) * cut, yes, writes);
    uint32_t up = (((((uint32_t)1 << 22) - 1 - p) >> 3) * pace) >> 8, down = ((p >> 3) * pace) >> 8;
    p = yes ? p + up : p - down;
    *odds = p << 9 | (uses < ODDS_USES ? uses + 1 : uses);
    return yes;
}

/* One bit that is as likely as not. */
static inline bool range_plain(struct range_coder *c, bool yes, bool writes)
{
    return range_split(c, c->range >> 1, yes, writes);
}
/* After the last bit: writes what is left; when reading, true if all bytes were used and no more. */
bool range_end(struct range_coder *c);

#endif
