/* SPDX-License-Identifier: MIT
 *
 * A range coder whose digits are the 94 characters themselves (Martin, "Range encoding", 1979): text of so many is 19 % longer than the
 * bits it stands for in eighths, and takes no step of its own to be read. It codes, in this order: 24 bits of length, the tree of bytes,
 * then each byte: whether it is the predicted one, where one is, and if not, its turns in the tree. */
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

/* Nodes in the order in which they are written: a node, what is on its left, what is on its right. Kids below 0 are bytes, as ~byte. */
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
    uint64_t(*cost)[256] = (uint64_t(*)[256])(void *)NEW_N(scratch, uint64_t, 256 * 256);
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

struct growing {
    struct tree *tree;
    const uint8_t *leaves;
    const uint8_t (*split)[256];
    uint8_t turns[256];
};

static int16_t grow(struct growing *g, int i, int j, uint8_t depth)
{
    struct tree *t = g->tree;
    if (i == j) {
        uint8_t byte = g->leaves[i];
        t->depth[byte] = depth;
        for (int k = 0; k < depth; k++)
            t->turns[byte][k] = g->turns[k];
        return (int16_t)~byte;
    }
    int node = t->nodes++, middle = g->split[i][j];
    g->turns[depth] = 0;
    t->kids[node][0] = grow(g, i, middle, (uint8_t)(depth + 1));
    g->turns[depth] = 1;
    t->kids[node][1] = grow(g, middle + 1, j, (uint8_t)(depth + 1));
    return (int16_t)node;
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
    uint8_t(*split)[256] = (uint8_t(*)[256])(void *)NEW_N(scratch, uint8_t, 256 * 256);
    find_splits(counts, n, split, scratch);
    struct growing g = {.tree = NEW(scratch, struct tree), .leaves = leaves, .split = (const uint8_t(*)[256])split};
    grow(&g, 0, n - 1, 0);
    return g.tree;
}

static void put_tree(struct coder *c, const struct tree *t, int16_t node)
{
    put(c, node >= 0, EVEN);
    if (node < 0) {
        put_number(c, (uint32_t)~node, 8);
        return;
    }
    put_tree(c, t, t->kids[node][0]);
    put_tree(c, t, t->kids[node][1]);
}

static void put_byte(struct coder *c, const struct tree *t, struct predictor *p, uint8_t byte)
{
    int predicted = predicted_byte(p);
    if (predicted >= 0) {
        put(c, byte == predicted, predict_hit(p));
        predict_learn(p, byte == predicted);
        if (byte == predicted)
            return;
    }
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
    put_tree(&c, t, 0);
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
