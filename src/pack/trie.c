/* SPDX-License-Identifier: MIT
 *
 * What a frame calls depends on who called it. So the frame of a node is guessed: what followed the last time under the same four
 * ancestors and after the same sibling, then what followed the same parent and sibling; each guess is a yes or no whose odds
 * know how often it was right. What was not guessed is a place in the list of the frames that this parent's frame had under it so
 * far, or new. Shape: whether stacks only pass a node, end there or all end there depends on its frame; whether it has another
 * sibling, on it, its parent and whether it was the first. */
#include "pack/trie.h"

#include "base/arena.h"
#include "base/limits.h"
#include "pack/rangecode.h"
#include "pack/successors.h"

/* Deepest node: the thread's frame and LIMIT_STACK_DEPTH more, with room for a note about the cut. */
#define DEPTH_MAX (LIMIT_STACK_DEPTH + 2u)
#define ABOVE 4u /* ancestors that a guess looks at */
#define NODES_A_BYTE 2000u
#define SURE 7u
#define VALUE_BITS 30u

/* What came last in a context, and how sure that is. Contexts that share a slot put each other out. */
struct guesses {
    uint32_t *frame;
    uint16_t *mark; /* 12 bits that tell contexts of one slot apart << 3 | how sure */
};

struct coder {
    struct range_coder range;
    uint32_t n_frames;
    unsigned bits; /* of all tables */
    struct guesses deep, near;
    uint32_t hit[32], *passed, *leaf; /* by frame */
    uint32_t *more, *value;        /* by hash */
    uint32_t *at;                  /* frame of the last node at each level, from at[ABOVE] */
    uint8_t *first;                /* 1: the last node at this level has no sibling before it */
    struct successors places;      /* of the writer */
    struct successor_lists lists;  /* of the reader */
    const char *wrong;
};

static uint32_t *even_odds(size_t n, struct arena *work)
{
    uint32_t *odds = NEW_N(work, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        odds[i] = ODDS_EVEN;
    return odds;
}

static struct guesses guesses_new(unsigned bits, struct arena *work)
{
    struct guesses g = {NEW_N(work, uint32_t, (size_t)1 << bits), NEW_N(work, uint16_t, (size_t)1 << bits)};
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        g.frame[i] = ID_NONE;
    return g;
}

static void coder_open(struct coder *c, const struct profile *p, struct arena *work)
{
    for (c->bits = 12; c->bits < 18 && p->n_nodes >> c->bits;)
        c->bits++;
    c->n_frames = p->n_frames;
    c->deep = guesses_new(c->bits, work);
    c->near = guesses_new(c->bits, work);
    for (int i = 0; i < 32; i++)
        c->hit[i] = ODDS_EVEN;
    c->passed = even_odds(p->n_frames, work);
    c->leaf = even_odds(p->n_frames, work);
    c->more = even_odds((size_t)1 << c->bits, work);
    c->value = even_odds((size_t)1 << c->bits, work);
    c->at = NEW_N(work, uint32_t, DEPTH_MAX + ABOVE + 1);
    c->first = NEW_N(work, uint8_t, DEPTH_MAX + 1);
    for (uint32_t i = 0; i <= ABOVE; i++)
        c->at[i] = p->n_frames;
    if (c->range.out)
        c->places = successors_new(p->n_frames, work);
    else
        c->lists = successor_lists_new(p->n_frames, work);
}

static uint32_t mix(uint32_t h)
{
    h = (h ^ h >> 15) * 0x2c1b3c6du;
    h = (h ^ h >> 12) * 0x297a2d39u;
    return h ^ h >> 15;
}

static uint32_t slot_of(const struct coder *c, uint32_t hash)
{
    return hash >> (32 - c->bits);
}

/* The slot of a context; what another one left there is forgotten. */
static uint32_t guess_at(const struct coder *c, struct guesses *g, uint32_t hash)
{
    uint32_t slot = slot_of(c, hash);
    uint16_t mark = (uint16_t)((hash & 0xfff) << 3);
    if ((g->mark[slot] & ~SURE) != mark) {
        g->mark[slot] = mark;
        g->frame[slot] = ID_NONE;
    }
    return slot;
}

static void learn(struct guesses *g, uint32_t slot, uint32_t frame)
{
    uint16_t sure = g->mark[slot] & SURE, mark = g->mark[slot] & (uint16_t)~SURE;
    if (g->frame[slot] == frame) {
        sure = sure < SURE ? (uint16_t)(sure + 1) : sure;
    } else if (sure > 1) {
        sure >>= 1;
    } else {
        g->frame[slot] = frame;
        sure = 1;
    }
    g->mark[slot] = mark | sure;
}

/* v from 0: how many bits v + 1 has, one yes each, then all but the highest of them, of which the first three have odds. */
static uint32_t code_value(struct coder *c, uint32_t context, uint32_t v)
{
    uint32_t n = 0, w = v + 1, got = 1;
    while (range_bit(&c->range, &c->value[slot_of(c, mix(context * 64 + n))], w >> n > 1))
        if (++n > VALUE_BITS) {
            c->wrong = "a value is too large";
            return 0;
        }
    for (uint32_t i = n; i-- > 0;) {
        bool bit = w >> i & 1;
        if (n - i <= 3)
            bit = range_bit(&c->range, &c->value[slot_of(c, mix((context * 64 + 32 + n) * 64 + (got & 63)))], bit);
        else
            bit = range_plain(&c->range, bit);
        got = got << 1 | bit;
    }
    return got - 1;
}

/* A frame that nothing guessed: its place among the successors of the parent's frame, or 0 and the frame. */
static uint32_t code_place(struct coder *c, uint32_t parent, bool sibling, uint32_t elder, uint32_t frame)
{
    bool reads = !c->range.out;
    uint32_t place = code_value(c, parent + 2, reads ? 0 : successors_find(&c->places, parent, frame));
    if (place) {
        if (reads)
            frame = successor_lists_get(&c->lists, parent, place);
        if (frame == ID_NONE)
            c->wrong = "a frame has not had that many successors";
        return frame;
    }
    int64_t from = sibling ? (int64_t)elder + 1 : parent < c->n_frames ? parent : 0, far = (int64_t)frame - from;
    uint32_t v = code_value(c, sibling, reads ? 0 : sibling ? (uint32_t)far : (uint32_t)zigzag(far));
    if (reads) {
        far = from + (sibling ? (int64_t)v : unzigzag(v));
        if (far < 0 || far >= c->n_frames) {
            c->wrong = "a node's frame is out of range";
            return ID_NONE;
        }
        frame = (uint32_t)far;
        successor_lists_add(&c->lists, parent, frame);
    } else {
        successors_add(&c->places, parent, frame);
    }
    return frame;
}

/* One guess, if it can be right. */
static bool code_guess(struct coder *c, const struct guesses *g, uint32_t slot, uint32_t odds, uint32_t *frame)
{
    if (!range_bit(&c->range, &c->hit[odds + (g->mark[slot] & SURE)], g->frame[slot] == *frame))
        return false;
    *frame = g->frame[slot];
    return true;
}

/* The frame of the next node at `level`, from 1, which has a sibling before it or not. */
static uint32_t code_frame(struct coder *c, uint32_t level, bool sibling, uint32_t frame)
{
    const uint32_t *f = c->at + ABOVE + level;
    uint32_t elder = sibling ? f[0] : c->n_frames + 1, odds = sibling ? 8 : 0;
    uint32_t near_hash = (f[-1] + 1) * 0x9e3779b1u ^ (elder + 1) * 0x85ebca77u;
    uint32_t deep = guess_at(c, &c->deep,
                             mix(near_hash ^ (f[-2] + 1) * 0xc2b2ae3du ^ (f[-3] + 1) * 0x27d4eb2fu ^
                                 (f[-4] + 1) * 0x165667b1u));
    uint32_t first = c->deep.frame[deep];
    bool hit = first != ID_NONE && (!sibling || first > elder) && code_guess(c, &c->deep, deep, odds, &frame);
    if (!hit) {
        uint32_t near = guess_at(c, &c->near, mix(near_hash)), second = c->near.frame[near];
        hit = second != ID_NONE && second != first && (!sibling || second > elder) &&
              code_guess(c, &c->near, near, odds + 16, &frame);
        if (!hit)
            frame = code_place(c, f[-1], sibling, elder, frame);
        learn(&c->near, near, frame);
    }
    learn(&c->deep, deep, frame);
    return frame;
}

static bool code_more(struct coder *c, uint32_t level, bool more)
{
    const uint32_t *f = c->at + ABOVE + level;
    uint32_t hash = mix((f[-1] * 2 + c->first[level]) * 0x9e3779b1u ^ f[0] * 0x85ebca77u);
    return range_bit(&c->range, &c->more[slot_of(c, hash)], more);
}

void trie_write(const struct profile *p, const uint8_t *ends, struct buf *column, struct arena *work)
{
    struct coder c = {.range = range_to(column)};
    if (p->n_nodes < 2)
        return;
    coder_open(&c, p, work);
    uint32_t *level = NEW_N(work, uint32_t, p->n_nodes);
    for (uint32_t i = 1; i < p->n_nodes; i++)
        level[i] = level[p->node_parent[i]] + 1;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        uint32_t l = level[i], frame = p->node_frame[i];
        bool sibling = l <= level[i - 1], leaf = i + 1 == p->n_nodes || level[i + 1] <= l;
        code_frame(&c, l, sibling, frame);
        c.at[ABOVE + l] = frame;
        c.first[l] = !sibling;
        if (range_bit(&c.range, &c.passed[frame], !leaf && !ends[i]))
            continue;
        if (range_bit(&c.range, &c.leaf[frame], leaf) && i + 1 < p->n_nodes)
            while (!code_more(&c, l, l == level[i + 1]))
                l--;
    }
    range_end(&c.range);
}

static bool read_node(struct coder *c, struct profile *p, uint32_t level, bool sibling, uint32_t up, uint32_t node)
{
    uint32_t frame = code_frame(c, level, sibling, 0), parent = c->at[ABOVE + level - 1];
    if (c->wrong)
        return false;
    bool is_root = p->frames[frame].kind == FRAME_THREAD;
    if (sibling && frame <= c->at[ABOVE + level])
        c->wrong = "siblings are not in ascending order";
    else if (up ? is_root && p->frames[parent].kind != FRAME_THREAD : !is_root)
        c->wrong = "thread frames are not exactly the first levels";
    p->node_parent[node] = up;
    p->node_frame[node] = frame;
    c->at[ABOVE + level] = frame;
    c->first[level] = !sibling;
    return !c->wrong;
}

static void read_nodes(struct coder *c, struct profile *p, uint8_t *ends, uint32_t *path)
{
    uint32_t level = 1;
    bool sibling = false;
    p->node_frame[0] = ID_NONE;
    for (uint32_t node = 1; node < p->n_nodes && !c->range.bad; node++) {
        if (level > DEPTH_MAX)
            c->wrong = "a stack is deeper than it can be";
        if (c->wrong || !read_node(c, p, level, sibling, path[level - 1], node))
            return;
        path[level] = node;
        uint32_t frame = p->node_frame[node];
        ends[node] = !range_bit(&c->range, &c->passed[frame], false);
        bool leaf = ends[node] && range_bit(&c->range, &c->leaf[frame], false), last = node + 1 == p->n_nodes;
        if (last && !leaf)
            c->wrong = "the last node is no leaf";
        sibling = leaf;
        if (!leaf)
            level++;
        while (leaf && !last && level && !code_more(c, level, false))
            level--;
        if (!level)
            c->wrong = "goes up past the root";
    }
}

bool trie_read(struct section *s, uint32_t column, struct profile *p, uint8_t **ends, struct arena *arena)
{
    uint64_t n = p->n_nodes - 1;
    struct varint_reader *r = section_take(s, column, (n + NODES_A_BYTE - 1) / NODES_A_BYTE, 64 * n + 64);
    if (!r)
        return false;
    p->node_parent = NEW_N(arena, uint32_t, p->n_nodes);
    p->node_frame = NEW_N(arena, uint32_t, p->n_nodes);
    *ends = NEW_N(s->work, uint8_t, p->n_nodes);
    p->node_frame[0] = ID_NONE;
    if (!n)
        return section_done(s, column, column + 1);
    struct coder c = {.range = range_from(r->p, r->n)};
    coder_open(&c, p, s->work);
    read_nodes(&c, p, *ends, NEW_N(s->work, uint32_t, DEPTH_MAX + 1));
    r->at = c.range.at;
    if (c.wrong)
        return section_fault(s, column, c.wrong);
    if (c.range.bad)
        return section_fault(s, column, "ends too early");
    return section_done(s, column, column + 1);
}
