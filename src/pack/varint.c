/* SPDX-License-Identifier: MIT
 *
 * Both directions of varint.h. Longer forms of a small number (80 00) are read as that number: refusing them
 * would buy nothing, since nobody compares packed bytes. */
#include "pack/varint.h"

void varint_put(struct buf *out, uint64_t v)
{
    while (v > 0x7f) {
        buf_char(out, (char)(v | 0x80));
        v >>= 7;
    }
    buf_char(out, (char)v);
}

uint64_t varint_get(struct varint_reader *r)
{
    uint64_t v = 0;
    for (unsigned shift = 0; !r->bad; shift += 7) {
        if (r->at >= r->n || shift > 63)
            break;
        uint8_t byte = r->p[r->at++];
        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return v;
    }
    r->bad = true;
    return 0;
}

uint8_t varint_byte(struct varint_reader *r)
{
    if (!r->bad && r->at < r->n)
        return r->p[r->at++];
    r->bad = true;
    return 0;
}
