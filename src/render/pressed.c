/* SPDX-License-Identifier: MIT
 *
 * A range coder whose digits are the 94 characters themselves (Martin, "Range encoding", 1979): text of so many is 19 % longer than the
 * bits it stands for in eighths, and takes no step of its own to be read. It codes, in this order: 24 bits of length, the tree of bytes,
 * then of each byte its turns in the tree. */
#include "render/pressed.h"

#include "base/buf.h"
#include "base/limits.h"
#include "render/predict.h"

#define DIGITS 94u
#define LEAST (UINT64_C(94) * 94 * 94 * 94) /* the range is never smaller, so that a chance of one in 65536 has room in it */
#define EVEN 32768u

struct coder {
    uint64_t low, range; /* below LEAST * DIGITS */
    struct buf digits;   /* 0 to 93 */
};

/* Nodes are numbered level by level. Kids below 0 are bytes, as ~byte. */
struct tree {
    int16_t kids[256][2];
    int nodes;
    uint8_t turns[256][256], depth[256];
};

static void put_digit(struct coder *c)
{
    buf_char(&c->digits, (char)(c->low / LEAST));
    c->low = c->low % LEAST * DIGITS;
}

static void put(struct coder *c, bool bit, uint32_t chance)
{
    uint64_t cut = c->range * chance >> 16;
    c->low += bit ? 0 : cut;
    c->range = bit ? cut : c->range - cut;
    if (c->low >= LEAST * DIGITS) {
        c->low -= LEAST * DIGITS;
        char *p = c->digits.p + c->digits.n;
        while (*--p == DIGITS - 1)
            *p = 0;
        ++*p;
    }
    for (; c->range < LEAST; c->range *= DIGITS)
        put_digit(c);
}

static void put_number(struct coder *c, uint32_t value, int bits)
{
    while (bits--)
        put(c, value >> bits & 1, EVEN);
}

/* The cheapest tree whose leaves are bytes in rising order (Gilbert and Moore, 1959): bytes of a kind share their first turns, which a
 * Huffman tree would scatter. split[i][j]: the last leaf on the left, of leaves i to j. */
static void find_splits(const uint64_t *counts, int n, uint8_t (*split)[256], struct arena *scratch)
{
    uint64_t(*cost)[256] = arena_alloc(scratch, 256, sizeof *cost);
    for (int i = n - 1; i >= 0; i--) {
        uint64_t sum = counts[i];
        for (int j = i + 1; j < n; j++) {
            sum += counts[j];
            cost[i][j] = UINT64_MAX;
            for (int k = i; k < j; k++)
                if (cost[i][k] + cost[k + 1][j] + sum < cost[i][j]) {
                    cost[i][j] = cost[i][k] + cost[k + 1][j] + sum;
                    split[i][j] = (uint8_t)k;
                }
        }
    }
}

/* From the root down, level by level: of a context's slots, those of the first five turns are then near each other. */
static void number_nodes(struct tree *t, const uint8_t *leaves, int n, uint8_t (*split)[256])
{
    struct {
        uint8_t first, last;
    } span[256] = {{0, (uint8_t)(n - 1)}};
    t->nodes = 1;
    for (int node = 0; node < t->nodes; node++) {
        uint8_t i = span[node].first, j = span[node].last, middle = split[i][j];
        for (int right = 0; right < 2; right++) {
            uint8_t first = right ? (uint8_t)(middle + 1) : i, last = right ? j : middle;
            int kid = first == last ? ~leaves[first] : t->nodes++;
            if (kid > 0) {
                span[kid].first = first;
                span[kid].last = last;
            }
            t->kids[node][right] = (int16_t)kid;
        }
    }
}

static void find_turns(struct tree *t)
{
    uint8_t up[256] = {0}, depth[256] = {0}, right_of[256] = {0};
    for (int node = 0; node < t->nodes; node++)
        for (int right = 0; right < 2; right++) {
            int kid = t->kids[node][right];
            if (kid >= 0) {
                up[kid] = (uint8_t)node;
                right_of[kid] = (uint8_t)right;
                depth[kid] = (uint8_t)(depth[node] + 1);
                continue;
            }
            uint8_t *turns = t->turns[~kid];
            t->depth[~kid] = (uint8_t)(depth[node] + 1);
            turns[depth[node]] = (uint8_t)right;
            for (int k = depth[node], at = node; k-- > 0; at = up[at])
                turns[k] = right_of[at];
        }
}

/* Of the bytes that there are, and two at least. */
static struct tree *tree_of(struct str bytes, struct arena *scratch)
{
    uint64_t all[256] = {0}, counts[256];
    uint8_t leaves[256];
    int n = 0;
    for (size_t i = 0; i < bytes.n; i++)
        all[(uint8_t)bytes.p[i]]++;
    for (int c = 0; c < 256; c++)
        if (all[c] || (c > 253 && n < c - 253)) {
            leaves[n] = (uint8_t)c;
            counts[n++] = all[c];
        }
    uint8_t(*split)[256] = arena_alloc(scratch, 256, sizeof *split);
    find_splits(counts, n, split, scratch);
    struct tree *t = NEW(scratch, struct tree);
    number_nodes(t, leaves, n, split);
    find_turns(t);
    return t;
}

static void put_tree(struct coder *c, const struct tree *t)
{
    for (int node = 0; node < t->nodes; node++)
        for (int right = 0; right < 2; right++) {
            int kid = t->kids[node][right];
            put(c, kid >= 0, EVEN);
            if (kid < 0)
                put_number(c, (uint32_t)~kid, 8);
        }
}

static void put_byte(struct coder *c, const struct tree *t, struct predictor *p, uint8_t byte)
{
    int16_t node = 0;
    for (int k = 0; k < t->depth[byte]; k++) {
        bool right = t->turns[byte][k];
        put(c, right, predict_turn(p, (uint32_t)node));
        predict_learn(p, right);
        node = t->kids[node][right];
    }
}

struct str pressed_text(struct str bytes, struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    struct coder c = {.range = LEAST * DIGITS, .digits = buf_new(LIMIT_COLUMN_BYTES, arena)};
    const struct tree *t = tree_of(bytes, scratch);
    struct predictor *p = predictor_new(bytes.n, scratch);
    put_number(&c, (uint32_t)bytes.n, 24);
    put_tree(&c, t);
    for (size_t i = 0; i < bytes.n; i++) {
        put_byte(&c, t, p, (uint8_t)bytes.p[i]);
        predict_after(p, (uint8_t)bytes.p[i]);
    }
    for (int k = 0; k < 5; k++)
        put_digit(&c);
    for (size_t i = 0; i < c.digits.n; i++)
        c.digits.p[i] = (char)(' ' + c.digits.p[i] + (c.digits.p[i] >= '<' - ' '));
    arena_free(scratch);
    return buf_view(&c.digits);
}
