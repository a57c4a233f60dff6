/* SPDX-License-Identifier: MIT
 *
 * The nodes of a trie, which are in preorder, with the path that leads to each: what a subtree weighs is what was added between its
 * beginning and its end, and a name counts once a stack when only the outermost of its open nodes does. One pass, no array by node.
 *
 *   struct preorder walk = preorder_begin(p, arena);
 *   for (struct preorder_node *x; ; …) {
 *       while ((x = preorder_close(&walk)))   the subtree of x->node has ended
 *           …
 *       if (!(x = preorder_open(&walk)))      the next node, below those that are open
 *           break;
 *       …
 *   } */
#ifndef ANALYSE_PREORDER_H
#define ANALYSE_PREORDER_H

#include "base/arena.h"
#include "model/profile.h"

struct preorder_node {
    uint32_t node, frame;
    uint64_t before; /* for the caller: a sum, as it was when the node began */
};

struct preorder {
    const struct profile *p;
    struct preorder_node *path; /* by depth; the root, which is neither opened nor closed, stands at 0 */
    uint32_t depth, cap, next;
    struct arena *arena;
};

static inline struct preorder preorder_begin(const struct profile *p, struct arena *arena)
{
    enum { ROOM = 256 };
    return (struct preorder){p, NEW_N(arena, struct preorder_node, ROOM), 0, ROOM, 1, arena};
}

/* Valid until the next node opens. NULL: no more before that. */
static inline struct preorder_node *preorder_close(struct preorder *w)
{
    bool ends = w->depth && (w->next == w->p->n_nodes || w->path[w->depth].node != w->p->node_parent[w->next]);
    return ends ? &w->path[w->depth--] : NULL;
}

/* NULL at the end. */
static inline struct preorder_node *preorder_open(struct preorder *w)
{
    if (w->next >= w->p->n_nodes)
        return NULL;
    if (++w->depth == w->cap) {
        w->path = arena_grow(w->arena, w->path, w->cap, 2 * (size_t)w->cap, sizeof *w->path);
        w->cap *= 2;
    }
    struct preorder_node *x = &w->path[w->depth];
    x->node = w->next;
    x->frame = w->p->node_frame[w->next++];
    return x;
}

#endif
