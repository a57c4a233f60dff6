/* SPDX-License-Identifier: MIT
 *
 * A pressed text read again, bit by bit: slowly, with a coder and a tree of its own. Only what the predictor says is the writer's, which the page's own
 * reader (assets/js/unpress.js) works out again. */
#ifndef TESTS_UNPRESSED_H
#define TESTS_UNPRESSED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "render/predict.h"

struct unpress {
    struct str text;
    size_t at;
    uint64_t rest, range;
    bool broken;
    uint32_t nodes, kids[256][2]; /* a byte: 0x100 and the byte */
};

static inline uint32_t unpress_digit(struct unpress *u)
{
    char c = ' ';
    if (u->at < u->text.n)
        c = u->text.p[u->at];
    else
        u->broken = true;
    u->at++;
    if (c < ' ' || c > '~' || c == '<')
        u->broken = true;
    return (uint32_t)(c - ' ' - (c > '<'));
}

static inline bool unpress_bit(struct unpress *u, uint32_t chance)
{
    uint64_t ones = u->range * chance / 65536;
    bool bit = u->rest < ones;
    u->rest = bit ? u->rest : u->rest - ones;
    u->range = bit ? ones : u->range - ones;
    while (u->range < 78074896) { /* 94 to the fourth */
        u->rest = u->rest * 94 + unpress_digit(u);
        u->range *= 94;
    }
    return bit;
}

static inline uint32_t unpress_number(struct unpress *u, int bits)
{
    uint32_t value = 0;
    while (bits--)
        value = 2 * value + unpress_bit(u, 32768);
    return value;
}

/* Level by level: of each node what is on its left and on its right. */
static inline void unpress_tree(struct unpress *u)
{
    u->nodes = 1;
    for (uint32_t node = 0; node < u->nodes && node < 256; node++)
        for (int right = 0; right < 2; right++)
            u->kids[node][right] = unpress_bit(u, 32768) ? u->nodes++ : 0x100 + unpress_number(u, 8);
    u->broken = u->broken || u->nodes > 255;
}

static inline uint8_t unpress_byte(struct unpress *u, struct predictor *p)
{
    uint32_t node = 0;
    while (node < 0x100) {
        bool right = unpress_bit(u, predict_turn(p, node));
        predict_learn(p, right);
        node = u->kids[node][right];
    }
    return (uint8_t)node;
}

/* False: no pressed text, or not the whole of one, or of more than `most` bytes. */
static inline bool unpressed(struct str text, size_t most, struct str *out, struct arena *arena)
{
    struct unpress *u = NEW(arena, struct unpress);
    *u = (struct unpress){.text = text, .range = UINT64_C(7339040224)}; /* 94 to the fifth */
    for (int i = 0; i < 5; i++)
        u->rest = u->rest * 94 + unpress_digit(u);
    size_t n = unpress_number(u, 24);
    unpress_tree(u);
    if (u->broken || n > most)
        return false;
    char *p = NEW_N(arena, char, n + 1);
    struct predictor *predictor = predictor_new(n, arena);
    for (size_t i = 0; i < n && !u->broken; i++) {
        uint8_t byte = unpress_byte(u, predictor);
        predict_after(predictor, byte);
        p[i] = (char)byte;
    }
    *out = (struct str){p, n};
    return !u->broken && u->at == text.n;
}

#endif
