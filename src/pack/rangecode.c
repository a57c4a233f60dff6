/* SPDX-License-Identifier: MIT
 *
 * See rangecode.h. */
#include "pack/rangecode.h"

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

struct range_coder range_from(const uint8_t *bytes, size_t n)
{
    struct range_coder c = coder_new();
    c.bytes = bytes;
    c.n = n;
    for (int i = 0; i < 4; i++)
        c.code = c.code << 8 | range_next_byte(&c);
    c.bad |= c.code >= c.range;
    return c;
}

void range_shift_low(struct range_coder *c)
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

bool range_end(struct range_coder *c)
{
    if (!c->out)
        return !c->bad && c->at == c->n;
    for (int i = 0; i < 5; i++)
        range_shift_low(c);
    return true;
}
