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
struct guess {
    uint32_t frame;
    uint32_t mark; /* 12 bits that tell contexts of one slot apart << 3 | how sure */
};

/* What the guesses of a node's frame go by: hashes of what is near it. */
struct context {
    uint32_t near, deep;
};

/* Odds of a frame. */
struct ends {
    uint32_t passed, leaf;
};

struct coder {
    struct range_coder range;
    uint32_t n_frames;
    unsigned bits; /* of all tables */
    struct guess *deep, *near; /* by hash */
    uint32_t hit[32];
    struct ends *ends;       /* by frame */
    uint32_t *more, *value;  /* odds by hash: whether another sibling follows; the bits of a value */
    uint32_t *at;            /* frame of the last node at each level, from at[ABOVE] */
    uint32_t *more_at;       /* place in `more` of the last node at each level */
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

static struct guess *guesses_new(unsigned bits, struct arena *work)
{
    struct guess *g = NEW_N(work, struct guess, (size_t)1 << bits);
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        g[i].frame = ID_NONE;
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
    c->ends = NEW_N(work, struct ends, p->n_frames);
    for (uint32_t i = 0; i < p->n_frames; i++)
        c->ends[i] = (struct ends){ODDS_EVEN, ODDS_EVEN};
    c->more = even_odds((size_t)1 << c->bits, work);
    c->value = even_odds((size_t)1 << c->bits, work);
    c->at = NEW_N(work, uint32_t, DEPTH_MAX + ABOVE + 1);
    c->more_at = NEW_N(work, uint32_t, DEPTH_MAX + 1);
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

/* What a node at `level`, from 1, is coded under; c->at has its ancestors and, where there is one, the sibling before it. */
static inline struct context context_of(const struct coder *c, uint32_t level, bool sibling)
{
    const uint32_t *f = c->at + ABOVE + level;
    uint32_t elder = sibling ? f[0] : c->n_frames + 1;
    uint32_t near = (f[-1] + 1) * 0x9e3779b1u ^ (elder + 1) * 0x85ebca77u;
    uint32_t deep = near ^ (f[-2] + 1) * 0xc2b2ae3du ^ (f[-3] + 1) * 0x27d4eb2fu ^ (f[-4] + 1) * 0x165667b1u;
    return (struct context){.near = mix(near), .deep = mix(deep)};
}

/* Where the odds stand that a node has another sibling: by its frame, its parent's, and whether it was the first. */
static inline uint32_t more_slot(const struct coder *c, uint32_t parent, uint32_t frame, bool sibling)
{
    return slot_of(c, mix((parent * 2 + !sibling) * 0x9e3779b1u ^ frame * 0x85ebca77u));
}

/* The guess of a context; what another one left there is forgotten. */
static inline struct guess *guess_at(const struct coder *c, struct guess *table, uint32_t hash)
{
    struct guess *g = &table[slot_of(c, hash)];
    uint32_t mark = (hash & 0xfff) << 3;
    if ((g->mark & ~SURE) != mark)
        *g = (struct guess){ID_NONE, mark};
    return g;
}

static inline void learn(struct guess *g, uint32_t frame)
{
    uint32_t sure = g->mark & SURE;
    if (g->frame == frame) {
        sure += sure < SURE;
    } else if (sure > 1) {
        sure >>= 1;
    } else {
        g->frame = frame;
        sure = 1;
    }
    g->mark = (g->mark & ~SURE) | sure;
}

/* v from 0: how many bits v + 1 has, one yes each, then all but the highest of them, of which the first three have odds. */
static inline uint32_t code_value(struct coder *c, uint32_t context, uint32_t v, bool writes)
{
    uint32_t n = 0, w = v + 1, got = 1;
    while (range_bit(&c->range, &c->value[slot_of(c, mix(context * 64 + n))], w >> n > 1, writes))
        if (++n > VALUE_BITS) {
            c->wrong = "a value is too large";
            return 0;
        }
    for (uint32_t i = n; i-- > 0;) {
        bool bit = w >> i & 1;
        if (n - i <= 3)
            bit = range_bit(&c->range, &c->value[slot_of(c, mix((context * 64 + 32 + n) * 64 + (got & 63)))], bit, writes);
        else
            bit = range_plain(&c->range, bit, writes);
        got = got << 1 | bit;
    }
    return got - 1;
}

/* A frame that nothing guessed: its place among the successors of the parent's frame, or 0 and the frame. */
static inline uint32_t code_place(struct coder *c, uint32_t parent, bool sibling, uint32_t elder, uint32_t frame, bool writes)
{
    uint32_t place = code_value(c, parent + 2, writes ? successors_find(&c->places, parent, frame) : 0, writes);
    if (place) {
        if (!writes)
            frame = successor_lists_get(&c->lists, parent, place);
        if (frame == ID_NONE)
            c->wrong = "a frame has not had that many successors";
        return frame;
    }
    int64_t from = sibling ? (int64_t)elder + 1 : parent < c->n_frames ? parent : 0, far = (int64_t)frame - from;
    uint32_t v = code_value(c, sibling, !writes ? 0 : sibling ? (uint32_t)far : (uint32_t)zigzag(far), writes);
    if (!writes) {
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
static inline bool code_guess(struct coder *c, const struct guess *g, uint32_t odds, uint32_t *frame, bool writes)
{
    if (!range_bit(&c->range, &c->hit[odds + (g->mark & SURE)], g->frame == *frame, writes))
        return false;
    *frame = g->frame;
    return true;
}

/* The frame of the next node, which has a sibling before it (`elder`) or not. */
static inline uint32_t code_frame(struct coder *c, const struct context *x, uint32_t parent, bool sibling, uint32_t elder,
                                  uint32_t frame, bool writes)
{
    uint32_t odds = sibling ? 8 : 0;
    struct guess *deep = guess_at(c, c->deep, x->deep);
    uint32_t first = deep->frame;
    bool hit = first != ID_NONE && (!sibling || first > elder) && code_guess(c, deep, odds, &frame, writes);
    if (!hit) {
        struct guess *near = guess_at(c, c->near, x->near);
        uint32_t second = near->frame;
        hit = second != ID_NONE && second != first && (!sibling || second > elder) &&
              code_guess(c, near, odds + 16, &frame, writes);
        if (!hit)
            frame = code_place(c, parent, sibling, elder, frame, writes);
        learn(near, frame);
    }
    learn(deep, frame);
    return frame;
}

static inline bool code_more(struct coder *c, uint32_t level, bool more, bool writes)
{
    return range_bit(&c->range, &c->more[c->more_at[level]], more, writes);
}

/* ---- writing */

/* Nodes that are prepared before they are coded, so that the memory they need is fetched meanwhile. */
#define PREPARED 64u
#define UNGUESSED 12u

struct prepared {
    struct context x;
    uint32_t level, parent, elder, frame, more;
    bool sibling;
};

struct preparing {
    const struct profile *p;
    uint32_t *path; /* of the last node prepared, by level */
    uint32_t level; /* of it */
};

static void prepare(struct coder *c, struct preparing *from, uint32_t node, struct prepared *to)
{
    uint32_t up = from->p->node_parent[node], l = from->level + 1, *f;
    bool sibling = false;
    for (; from->path[l - 1] != up; l--)
        sibling = true;
    from->path[l] = node;
    from->level = l;
    f = c->at + ABOVE + l;
    uint32_t frame = from->p->node_frame[node];
    *to = (struct prepared){context_of(c, l, sibling), l, f[-1], f[0], frame, more_slot(c, f[-1], frame, sibling), sibling};
    __builtin_prefetch(&c->deep[slot_of(c, to->x.deep)], 1);
    __builtin_prefetch(&c->near[slot_of(c, to->x.near)], 1);
    __builtin_prefetch(&c->more[to->more], 1);
    __builtin_prefetch(&c->ends[to->frame], 1);
    f[0] = to->frame;
}

/* A little later, and a little before it is coded: what a node needs that will not be guessed. */
static void prepare_unguessed(const struct coder *c, const struct prepared *x)
{
    if (c->deep[slot_of(c, x->x.deep)].frame == x->frame || c->near[slot_of(c, x->x.near)].frame == x->frame)
        return;
    successors_soon(&c->places, x->parent, x->frame);
    for (uint32_t n = 0; n < 4; n++)
        __builtin_prefetch(&c->value[slot_of(c, mix((x->parent + 2) * 64 + n))], 1);
}

/* `next`: the level of the node after it, 0 after the last one. */
static void write_node(struct coder *c, const struct prepared *x, uint32_t next, bool ends)
{
    uint32_t l = x->level;
    bool leaf = next <= l;
    code_frame(c, &x->x, x->parent, x->sibling, x->elder, x->frame, true);
    c->more_at[l] = x->more;
    if (range_bit(&c->range, &c->ends[x->frame].passed, !leaf && !ends, true))
        return;
    if (range_bit(&c->range, &c->ends[x->frame].leaf, leaf, true) && next)
        while (!code_more(c, l, l == next, true))
            l--;
}

void trie_write(const struct profile *p, const uint8_t *ends, struct buf *column, struct arena *work)
{
    struct coder c = {.range = range_to(column)};
    struct prepared ring[PREPARED] = {{{0, 0}, 0, 0, 0, 0, 0, false}};
    struct preparing ahead = {p, NEW_N(work, uint32_t, DEPTH_MAX + 1), 0};
    if (p->n_nodes < 2)
        return;
    coder_open(&c, p, work);
    for (uint32_t i = 1; i < p->n_nodes && i < PREPARED; i++)
        prepare(&c, &ahead, i, &ring[i % PREPARED]);
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        struct prepared x = ring[i % PREPARED];
        prepare_unguessed(&c, &ring[(i + UNGUESSED) % PREPARED]);
        if (p->n_nodes - i > PREPARED - 1)
            prepare(&c, &ahead, i + PREPARED - 1, &ring[(i - 1) % PREPARED]);
        write_node(&c, &x, i + 1 < p->n_nodes ? ring[(i + 1) % PREPARED].level : 0, ends[i]);
    }
    range_end(&c.range);
}

/* ---- reading */

static bool read_node(struct coder *c, struct profile *p, uint32_t level, bool sibling, uint32_t up, uint32_t node)
{
    struct context x = context_of(c, level, sibling);
    uint32_t parent = c->at[ABOVE + level - 1], elder = sibling ? c->at[ABOVE + level] : c->n_frames + 1;
    uint32_t frame = code_frame(c, &x, parent, sibling, elder, 0, false);
    if (c->wrong)
        return false;
    bool is_root = p->frames[frame].kind == FRAME_THREAD;
    if (sibling && frame <= elder)
        c->wrong = "siblings are not in ascending order";
    else if (up ? is_root && p->frames[parent].kind != FRAME_THREAD : !is_root)
        c->wrong = "thread frames are not exactly the first levels";
    p->node_parent[node] = up;
    p->node_frame[node] = frame;
    c->at[ABOVE + level] = frame;
    c->more_at[level] = more_slot(c, parent, frame, sibling);
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
        ends[node] = !range_bit(&c->range, &c->ends[frame].passed, false, false);
        bool leaf = ends[node] && range_bit(&c->range, &c->ends[frame].leaf, false, false), last = node + 1 == p->n_nodes;
        if (last && !leaf)
            c->wrong = "the last node is no leaf";
        sibling = leaf;
        if (!leaf)
            level++;
        while (leaf && !last && level && !code_more(c, level, false, false))
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
