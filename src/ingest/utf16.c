/* SPDX-License-Identifier: MIT
 *
 * Between the stream, which unpacks, and the doors. A half of a pair that stands alone becomes U+FFFD; so does half a unit
 * at the end, and the text is called cut. */
#include "ingest/utf16.h"

#include <string.h>

#include "base/arena.h"

#define INPUT_BYTES (64u << 10)
#define UTF8_BYTES 4
#define REPLACEMENT 0xfffdu

struct utf16 {
    struct source source; /* first: the two share an address */
    struct source *inner;
    bool is_decided, is_utf16, is_big_endian;
    unsigned char *input;
    size_t at, n;
    uint32_t high; /* the first half of a pair; 0: none */
    char out[2 * UTF8_BYTES]; /* given next: what did not fit the last time */
    size_t n_out;
};

/* At least `least` bytes of input, unless it ends before. */
static void fill(struct utf16 *u, size_t least)
{
    if (u->n >= least)
        return;
    memmove(u->input, u->input + u->at, u->n);
    u->at = 0;
    for (size_t k = 1; u->n < least && k;)
        u->n += k = u->inner->read(u->inner, u->input + u->n, INPUT_BYTES - u->n);
}

static void decide(struct utf16 *u)
{
    fill(u, 2);
    const unsigned char *p = u->input;
    u->is_big_endian = u->n >= 2 && p[0] == 0xfe && p[1] == 0xff;
    u->is_utf16 = u->is_big_endian || (u->n >= 2 && p[0] == 0xff && p[1] == 0xfe);
    if (u->is_utf16) {
        u->at += 2;
        u->n -= 2;
    }
    u->is_decided = true;
}

static void put(struct utf16 *u, uint32_t c)
{
    char *to = u->out + u->n_out;
    if (c < 0x80) {
        to[0] = (char)c;
        u->n_out += 1;
    } else if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 63));
        u->n_out += 2;
    } else if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 63));
        to[2] = (char)(0x80 | (c & 63));
        u->n_out += 3;
    } else {
        to[0] = (char)(0xf0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 63));
        to[2] = (char)(0x80 | (c >> 6 & 63));
        to[3] = (char)(0x80 | (c & 63));
        u->n_out += 4;
    }
}

/* One unit of input into u->out: nothing, a character, or U+FFFD and a character. False at the end. */
static bool take(struct utf16 *u)
{
    fill(u, 2);
    uint32_t unit = REPLACEMENT;
    if (!u->n && !u->high)
        return false;
    if (u->n >= 2) {
        const unsigned char *p = u->input + u->at;
        unit = u->is_big_endian ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
        u->at += 2;
        u->n -= 2;
    } else { /* half a unit, or half a pair, and nothing behind it */
        u->n = 0;
        u->high = 0;
        u->source.truncated = true;
    }
    bool is_high = unit >= 0xd800 && unit < 0xdc00, is_low = unit >= 0xdc00 && unit < 0xe000;
    if (u->high && is_low) {
        put(u, 0x10000 + ((u->high - 0xd800) << 10) + (unit - 0xdc00));
        u->high = 0;
        return true;
    }
    if (u->high)
        put(u, REPLACEMENT);
    u->high = is_high ? unit : 0;
    if (!is_high)
        put(u, is_low ? REPLACEMENT : unit);
    return true;
}

static size_t converted(struct utf16 *u, char *to, size_t n)
{
    size_t done = 0;
    do {
        size_t k = u->n_out < n - done ? u->n_out : n - done;
        memcpy(to + done, u->out, k);
        memmove(u->out, u->out + k, u->n_out - k);
        u->n_out -= k;
        done += k;
    } while (done < n && take(u));
    return done;
}

static size_t utf16_read(struct source *s, void *to, size_t n)
{
    struct utf16 *u = (struct utf16 *)s;
    size_t k;
    if (!u->is_decided)
        decide(u);
    if (u->is_utf16) {
        k = converted(u, to, n);
    } else if (u->n) {
        k = u->n < n ? u->n : n;
        memcpy(to, u->input + u->at, k);
        u->at += k;
        u->n -= k;
    } else {
        k = u->inner->read(u->inner, to, n);
    }
    s->truncated |= u->inner->truncated;
    s->failed = u->inner->failed;
    s->path = u->is_utf16 ? NULL : u->inner->path;
    return k;
}

static bool utf16_seek(struct source *s, uint64_t offset)
{
    struct utf16 *u = (struct utf16 *)s;
    if (!u->is_decided || u->is_utf16 || !u->inner->seek || !u->inner->seek(u->inner, offset))
        return false;
    u->n = 0;
    return true;
}

static size_t utf16_read_at(struct source *s, void *to, size_t n, uint64_t offset)
{
    struct utf16 *u = (struct utf16 *)s;
    return u->is_decided && !u->is_utf16 ? u->inner->read_at(u->inner, to, n, offset) : 0;
}

struct source *utf16_open(struct source *inner, struct arena *arena)
{
    struct utf16 *u = NEW(arena, struct utf16);
    u->source = *inner;
    u->source.read = utf16_read;
    u->source.seek = utf16_seek;
    u->source.read_at = utf16_read_at;
    u->inner = inner;
    u->input = NEW_N(arena, unsigned char, INPUT_BYTES);
    return &u->source;
}
