/* SPDX-License-Identifier: MIT */
#include "render/predict.h"

#include <float.h>
#include <math.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles of another width: the page would read something else (try -msse2 -mfpmath=sse)");

enum {
    CONTEXTS = 7,
    SLOT_BITS = 22,    /* more is half a percent smaller, but slower: the slots are no longer near the processor */
    LONG_BITS = 18,    /* places by the hash of some five bytes before them */
    LONG = 5,          /* shorter than that, a repeat is looked for by that hash */
    SHORT = 2,         /* shorter than that, by two bytes */
    FAR = 32,          /* a repeat is followed no further back than that */
    SETS_BEFORE = 256, /* of weights, two are mixed with: one by node, one, from here on, by what stands before */
    SETS = SETS_BEFORE + 8 * 128,
};

struct predictor {
    uint8_t *text;  /* with FAR zeros in front */
    uint8_t *slots; /* states */
    uint32_t *last_long, *last_short;
    double stretch[256], weights[SETS][CONTEXTS]; /* of a state: log of the odds of a 1 */
    uint8_t next[2][256];
    uint16_t squash[4096];
    uint8_t kind[256];
    bool in_word[256];

    size_t place;
    uint32_t repeat, length;             /* where a text like this one goes on, and how much of it is alike */
    uint32_t recent, word, kinds, shape; /* hashes: of about five bytes; of the word; of four kinds, of about six of them */
    double pace;

    /* of one place */
    uint32_t base[CONTEXTS];
    double *second;
    /* of one decision */
    uint32_t at[CONTEXTS], chance;
    uint8_t was[CONTEXTS];
    double said[CONTEXTS], *first;
};

/* Letters are of one kind, digits of another; every other byte is its own. */
static void fill_kinds(struct predictor *p)
{
    for (int c = 0; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$', digit = c >= '0' && c <= '9';
        p->kind[c] = (uint8_t)(letter ? 1 : digit ? 2 : c);
        p->in_word[c] = letter || digit || c == '-';
    }
}

/* States 0 to 14 are a slot's first three bits: 0 none, then those after a 0 and a 1, and so on. The others are how likely a 1 is, in
 * fifteenths of the log of the odds. Each bit moves the odds, the first one most, from the fourth on by a fifth.
 *
 * No entry is so near to the middle between two numbers that another exp or log would round it elsewhere: tests/unit/pressed_test.c. */
static void fill_states(struct predictor *p)
{
    double likely[256] = {0.5};
    for (int s = 15; s < 256; s++)
        likely[s] = 1 / (1 + exp((135 - s) / 15.0));
    for (int s = 0, seen = 0, end = 1; s < 256; s++) {
        if (s == end) {
            end = 2 * end + 1;
            seen += seen < 4;
        }
        for (int bit = 0; bit < 2; bit++) {
            double now = likely[s] + (bit - likely[s]) / (seen + 1.25);
            double level = floor(15 * log(now / (1 - now)) + 135.5);
            int next = s < 7 ? 2 * s + 1 + bit : (int)(level < 15 ? 15 : level > 255 ? 255 : level);
            if (s < 7)
                likely[next] = now;
            p->next[bit][s] = (uint8_t)next;
        }
        p->stretch[s] = floor(log(likely[s] / (1 - likely[s])) * 4096 + 0.5) / 4096;
    }
}

static void fill_tables(struct predictor *p)
{
    for (int i = 0; i < 4096; i++)
        p->squash[i] = (uint16_t)floor(65534 / (1 + exp((2048 - i) / 170.0)) + 1.5);
    fill_states(p);
}

static void try_repeat(struct predictor *p, uint32_t at)
{
    uint32_t n = 0;
    while (at && n < FAR && p->text[at - 1 - n] == p->text[p->place - 1 - n])
        n++;
    if (n > p->length) {
        p->length = n;
        p->repeat = at;
    }
}

static void find_repeat(struct predictor *p)
{
    const uint8_t *before = p->text + p->place;
    if (p->length && p->text[p->repeat] == before[-1]) {
        p->length++;
        p->repeat++;
    } else {
        p->length = 0;
    }
    uint32_t hash = p->recent >> (32 - LONG_BITS), pair = before[-1] | (uint32_t)before[-2] << 8;
    if (p->length < LONG)
        try_repeat(p, p->last_long[hash]);
    if (p->length < SHORT)
        try_repeat(p, p->last_short[pair]);
    p->last_long[hash] = p->last_short[pair] = (uint32_t)p->place;
}

static void take_in(struct predictor *p, uint8_t c)
{
    uint8_t kind = p->kind[c];
    p->recent = p->recent * (0x2F0B4C47u << 6) + c + 1;
    p->word = p->in_word[c] ? (p->word + c + 1) * 0x2F0B4C47u : 0;
    if (kind != 1 || (p->kinds & 255) != 1)
        p->shape = p->shape * (0x2F0B4C47u << 5) + 2u * kind + 1;
    p->kinds = p->kinds << 8 | kind;
}

static uint32_t length_class(uint32_t n)
{
    return n < 16 ? n : n < FAR ? 12 + n / 4 : 20;
}

static void find_slots(struct predictor *p)
{
    const uint8_t *before = p->text + p->place;
    uint32_t c1 = before[-1], c2 = before[-2], c3 = before[-3];
    const uint32_t contexts[CONTEXTS] = {c1, c1 | c2 << 8, c1 | c2 << 8 | c3 << 16, p->word, p->kinds, p->shape,
                                         (p->length ? p->text[p->repeat] : 0u) | length_class(p->length) << 8};
    for (uint32_t k = 0; k < CONTEXTS; k++) {
        uint32_t x = (contexts[k] + k + 1) * 0x9E3779B1u;
        p->base[k] = (x ^ x >> 15) * 0x2F0B4C47u >> (32 - SLOT_BITS);
    }
    p->second = p->weights[SETS_BEFORE + 128 * (p->length < 7 ? p->length : 7) + (p->kind[c1] & 127)];
    p->pace = (0.001 + 0.01 / (1 + (double)(p->place - FAR) / 3000)) / 65536;
}

struct predictor *predictor_new(size_t n, struct arena *arena)
{
    struct predictor *p = NEW(arena, struct predictor);
    *p = (struct predictor){.text = NEW_N(arena, uint8_t, n + FAR), .place = FAR};
    p->slots = NEW_N(arena, uint8_t, (size_t)1 << SLOT_BITS);
    p->last_long = NEW_N(arena, uint32_t, (size_t)1 << LONG_BITS);
    p->last_short = NEW_N(arena, uint32_t, 1 << 16);
    fill_kinds(p);
    fill_tables(p);
    for (int i = 0; i < SETS; i++)
        for (int k = 0; k < CONTEXTS; k++)
            p->weights[i][k] = 0.1;
    find_slots(p);
    return p;
}

void predict_after(struct predictor *p, uint8_t byte)
{
    p->text[p->place++] = byte;
    take_in(p, byte);
    find_repeat(p);
    find_slots(p);
}

uint32_t predict_turn(struct predictor *p, uint32_t node)
{
    double x = 0;
    p->first = p->weights[node];
    for (int k = 0; k < CONTEXTS; k++) {
        p->at[k] = p->base[k] ^ node;
        p->was[k] = p->slots[p->at[k]];
        p->said[k] = p->stretch[p->was[k]];
        x += (p->first[k] + p->second[k]) * p->said[k];
    }
    p->chance = p->squash[x < -12 ? 0 : x > 12 ? 4095 : 2048 + (int)(x * 170)];
    return p->chance;
}

void predict_learn(struct predictor *p, bool bit)
{
    double miss = (double)((bit ? 65536 : 0) - (int32_t)p->chance) * p->pace;
    for (int k = 0; k < CONTEXTS; k++) {
        double change = miss * p->said[k];
        p->first[k] += change;
        p->second[k] += change;
        p->slots[p->at[k]] = p->next[bit][p->was[k]];
    }
}
