/* SPDX-License-Identifier: MIT
 *
 * See rangecode.h. A probability is cut at 2^-10 from 0 and 1: it costs less than a thousandth, and keeps what a byte can stand
 * for within bounds (a node of the trie takes three bits, so a byte no more than 2,000 nodes). */
#include "pack/rangecode.h"

#define WHOLE ((uint32_t)1 << 22)
#define LEAST_RANGE ((uint32_t)1 << 23)

static struct range_coder coder_new(void)
{
    struct range_coder c = {.range = INT32_MAX};
    for (uint32_t n = 0; n <= ODDS_USES; n++)
        c.pace[n] = (uint16_t)((4096 + (2 * n + 3) / 2) / (2 * n + 3));
    return c;
}

struct range_coder range_to(struct buf *out)
{
    struct range_coder c = coder_new();
    c.out = out;
    return c;
}

static uint8_t next_byte(struct range_coder *c)
{
    if (c->at < c->n)
        return c->bytes[c->at++];
    c->bad = true;
    return 0;
}

struct range_coder range_from(const uint8_t *bytes, size_t n)
{
    struct range_coder c = coder_new();
    c.bytes = bytes;
    c.n = n;
    for (int i = 0; i < 4; i++)
        c.code = c.code << 8 | next_byte(&c);
    c.bad |= c.code >= c.range;
    return c;
}

static void shift_low(struct range_coder *c)
{
    if (c->low < 0xff000000u || c->low > UINT32_MAX) {
        uint8_t carry = (uint8_t)(c->low >> 32);
        if (c->begun)
            buf_char(c->out, (char)(c->held + carry));
        for (; c->n_waiting; c->n_waiting--)
            buf_char(c->out, (char)(0xff + carry));
        c->held = (uint8_t)(c->low >> 24);
        c->begun = true;
    } else {
        c->n_waiting++;
    }
    c->low = (c->low & 0xffffff) << 8;
}

/* Yes takes the first `bound` of the range. */
static bool split(struct range_coder *c, uint32_t bound, bool yes)
{
    if (!c->out)
        yes = c->code < bound;
    if (yes) {
        c->range = bound;
    } else {
        c->range -= bound;
        if (c->out)
            c->low += bound;
        else
            c->code -= bound;
    }
    for (; c->range < LEAST_RANGE; c->range <<= 8) {
        if (c->out)
            shift_low(c);
        else
            c->code = c->code << 8 | next_byte(c);
    }
    return yes;
}

bool range_bit(struct range_coder *c, uint32_t *odds, bool yes)
{
    uint32_t p = *odds >> 9, uses = *odds & 511, cut = p >> 7;
    cut = cut < 32 ? 32 : cut > 32736 ? 32736 : cut;
    yes = split(c, (c->range >> 15) * cut, yes);
    if (yes)
        p += ((WHOLE - 1 - p) >> 3) * c->pace[uses] >> 8;
    else
        p -= (p >> 3) * c->pace[uses] >> 8;
    *odds = p << 9 | (uses < ODDS_USES ? uses + 1 : uses);
    return yes;
}

bool range_plain(struct range_coder *c, bool yes)
{
    return split(c, c->range >> 1, yes);
}

bool range_end(struct range_coder *c)
{
    if (!c->out)
        return !c->bad && c->at == c->n;
    for (int i = 0; i < 5; i++)
        shift_low(c);
    return true;
}
