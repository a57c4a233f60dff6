/* SPDX-License-Identifier: MIT
 *
 * Two passes. The first finds the paths that weigh enough on any one side; the second adds up every side
 * along those. A mean of several bases can only weigh enough where one of them does. All shares are floored
 * to millionths, so that children never outweigh their parent. */
#include "compare/difftree.h"

#include <stdlib.h>

#include "analyse/weigh.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/vec.h"

#define WHOLE 1000000u
/* A thousandth of the picture's width. */
#define LEAST (WHOLE / 1000)
/* Labels of threads, apart from those of functions. */
#define THREAD 0x80000000u

struct node {
    uint32_t parent, label;
    uint64_t base, target; /* base: the sum of all */
};

struct growing {
    VEC(struct node) nodes;
    uint32_t *slot, n_slots; /* node + 1 by hash of (parent, label) */
    struct intern threads;
    const struct things *things;
    struct arena *scratch;
};

static uint32_t hash_of(uint32_t parent, uint32_t label)
{
    uint64_t h = ((uint64_t)parent << 32 | label) * 0x9e3779b97f4a7c15ull;
    return (uint32_t)(h >> 32);
}

/* The slot of (parent, label): empty, or the node there. */
static uint32_t *find_slot(struct growing *g, uint32_t parent, uint32_t label)
{
    for (uint32_t i = hash_of(parent, label);; i++) {
        uint32_t *slot = &g->slot[i & (g->n_slots - 1)];
        if (!*slot || (g->nodes.p[*slot - 1].parent == parent && g->nodes.p[*slot - 1].label == label))
            return slot;
    }
}

static void make_room(struct growing *g)
{
    if (g->n_slots > g->nodes.n * 2 + 2)
        return;
    g->n_slots = g->n_slots ? g->n_slots * 2 : 1024;
    g->slot = NEW_N(g->scratch, uint32_t, g->n_slots);
    for (uint32_t i = 1; i < g->nodes.n; i++)
        *find_slot(g, g->nodes.p[i].parent, g->nodes.p[i].label) = i + 1;
}

static uint32_t add_node(struct growing *g, uint32_t parent, uint32_t label)
{
    make_room(g);
    uint32_t *slot = find_slot(g, parent, label);
    if (!*slot) {
        (void)vec_push(&g->nodes, SIZE_MAX, g->scratch, (struct node){parent, label, 0, 0});
        *slot = (uint32_t)g->nodes.n;
    }
    return *slot - 1;
}

static uint32_t label_of(struct growing *g, const struct profile *p, const struct thing_of *of, uint32_t node)
{
    uint32_t frame = p->node_frame[node];
    if (of->function[frame] != ID_NONE)
        return of->function[frame];
    return THREAD | intern_id(&g->threads, p->names[p->frames[frame].name]);
}

/* Floored millionths; weights reach 2^53. */
static uint64_t share_of(uint64_t part, uint64_t whole)
{
    while (whole >> 43) {
        part >>= 1;
        whole >>= 1;
    }
    return whole ? part * WHOLE / whole : 0;
}

/* Adds the paths of one side that weigh enough by themselves, or, `adding`, its weights along those that are
 * there. */
static void walk(struct growing *g, const struct compare_side *s, uint32_t event, const struct thing_of *of,
                 bool is_base, bool adding)
{
    const struct profile *p = s->profile;
    struct arena *work = arena_like(g->scratch);
    struct weights w = weigh(p, s->range, event, false, work);
    uint32_t *place = NEW_N(work, uint32_t, p->n_nodes); /* + 1; 0: not in the tree */
    place[0] = 1;
    for (uint32_t i = 0; i < p->n_nodes; i++) {
        uint64_t share = share_of(w.total[i], w.total[0]);
        uint32_t above = i ? place[p->node_parent[i]] : 0;
        if (i && (!above || (!adding && share < LEAST)))
            continue;
        if (i && adding)
            place[i] = *find_slot(g, above - 1, label_of(g, p, of, i));
        else if (i)
            place[i] = add_node(g, above - 1, label_of(g, p, of, i)) + 1;
        if (adding && place[i])
            *(is_base ? &g->nodes.p[place[i] - 1].base : &g->nodes.p[place[i] - 1].target) += share;
    }
    arena_free(work);
}

/* ---- out: in preorder, siblings by name */

struct sibling {
    uint32_t parent, node;
    struct str name;
};

static int by_parent_and_name(const void *a, const void *b)
{
    const struct sibling *x = a, *y = b;
    if (x->parent != y->parent)
        return x->parent < y->parent ? -1 : 1;
    int order = str_cmp(x->name, y->name);
    return order ? order : x->node < y->node ? -1 : x->node > y->node;
}

static struct str name_of(const struct growing *g, uint32_t label)
{
    return label & THREAD ? g->threads.at[label & ~THREAD] : g->things->functions.at[label];
}

static bool is_kept(const struct node *n, uint32_t n_base, uint64_t least)
{
    return n->base / n_base >= least || n->target >= least;
}

/* The least share that leaves no more than LIMIT_DIFF_NODES. */
static uint64_t find_least(const struct growing *g, uint32_t n_base)
{
    for (uint64_t least = LEAST;; least += least / 2) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < g->nodes.n; i++)
            n += is_kept(&g->nodes.p[i], n_base, least);
        if (n < LIMIT_DIFF_NODES || least > WHOLE)
            return least;
    }
}

static struct diff_tree lay_out(const struct growing *g, uint32_t n_base, struct arena *arena)
{
    uint64_t least = find_least(g, n_base);
    uint32_t n = 0, n_all = (uint32_t)g->nodes.n, depth = 0;
    struct sibling *all = NEW_N(g->scratch, struct sibling, (size_t)n_all + 1);
    for (uint32_t i = 1; i < n_all; i++)
        if (is_kept(&g->nodes.p[i], n_base, least))
            all[n++] = (struct sibling){g->nodes.p[i].parent, i, name_of(g, g->nodes.p[i].label)};
    qsort(all, n, sizeof *all, by_parent_and_name);
    uint32_t *first = NEW_N(g->scratch, uint32_t, (size_t)n_all + 1),
             *way = NEW_N(g->scratch, uint32_t, (size_t)n + 2);
    uint32_t *place = NEW_N(g->scratch, uint32_t, (size_t)n_all + 1);
    for (uint32_t i = n; i-- > 0;)
        first[all[i].parent] = i + 1;
    struct diff_tree t = {.n_nodes = 1};
    t.parent = NEW_N(arena, uint32_t, (size_t)n + 1), t.name = NEW_N(arena, uint32_t, (size_t)n + 1);
    t.base = NEW_N(arena, uint32_t, (size_t)n + 1), t.target = NEW_N(arena, uint32_t, (size_t)n + 1);
    t.names = NEW_N(arena, struct str, (size_t)n + 1);
    t.base[0] = t.target[0] = WHOLE;
    t.names[t.n_names++] = STR("");
    struct intern names = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, g->scratch);
    way[depth++] = first[0];
    while (depth) { /* way[]: the next sibling + 1 on each level */
        uint32_t i = way[depth - 1];
        if (!i) {
            depth--;
            continue;
        }
        const struct node *node = &g->nodes.p[all[i - 1].node];
        uint32_t at = t.n_nodes++, name = intern_id(&names, all[i - 1].name) + 1;
        if (name == t.n_names)
            t.names[t.n_names++] = str_dup(all[i - 1].name, arena);
        t.parent[at] = place[node->parent];
        t.name[at] = name;
        t.base[at] = (uint32_t)(node->base / n_base);
        t.target[at] = (uint32_t)node->target;
        place[all[i - 1].node] = at;
        way[depth - 1] = i < n && all[i].parent == node->parent ? i + 1 : 0;
        way[depth++] = first[all[i - 1].node];
    }
    return t;
}

struct diff_tree difftree_build(const struct compare_side *side, uint32_t n_base, const uint32_t *event,
                                const struct thing_of *of, const struct things *things, struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    struct growing g = {.things = things, .scratch = scratch};
    g.threads = intern_new(LIMIT_THREADS, LIMIT_NAME_BYTES, scratch);
    (void)vec_push(&g.nodes, SIZE_MAX, scratch, (struct node){0, ID_NONE, 0, 0});
    make_room(&g);
    for (int adding = 0; adding < 2; adding++)
        for (uint32_t k = 0; k <= n_base; k++)
            walk(&g, &side[k], event[k], &of[k], k < n_base, adding);
    struct diff_tree out = lay_out(&g, n_base, arena);
    arena_free(scratch);
    return out;
}
