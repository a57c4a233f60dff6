/* SPDX-License-Identifier: MIT
 *
 * Writes protobuf by hand, without the library that reads it: documents for tests, broken ones, too. */
#ifndef TESTS_PROTO_DOC_H
#define TESTS_PROTO_DOC_H

#include "base/buf.h"

static inline void put_varint(struct buf *b, uint64_t v)
{
    for (; v > 0x7f; v >>= 7)
        buf_char(b, (char)(v | 0x80));
    buf_char(b, (char)v);
}

static inline void put_number(struct buf *b, uint32_t field, uint64_t v)
{
    put_varint(b, field << 3);
    put_varint(b, v);
}

static inline void put_bytes(struct buf *b, uint32_t field, struct str s)
{
    put_varint(b, field << 3 | 2);
    put_varint(b, s.n);
    buf_str(b, s);
}

static inline void put_double(struct buf *b, uint32_t field, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    if (field)
        put_varint(b, field << 3 | 1);
    for (int i = 0; i < 8; i++)
        buf_char(b, (char)(bits >> (8 * i)));
}

/* A message of numbers: pairs of field and value, ended by field 0. */
static inline void put_message(struct buf *b, uint32_t field, const uint64_t *pairs)
{
    struct buf inner = buf_new(1 << 16, b->arena);
    for (; pairs[0]; pairs += 2)
        put_number(&inner, (uint32_t)pairs[0], pairs[1]);
    put_bytes(b, field, buf_view(&inner));
}

#define MESSAGE(b, field, ...) put_message((b), (field), (const uint64_t[]){__VA_ARGS__, 0})

#endif
