/* SPDX-License-Identifier: MIT
 *
 * Every name once a stack, however often it recurs: nodes are in preorder, so the end of the subtree that counted a name last says
 * whether it was counted above. */
#include "findings/census.h"

#include <string.h>

#include "analyse/weigh.h"
#include "base/arena.h"

const struct census *census_of(const struct scene *s, struct arena *arena)
{
    const struct profile *p = s->p;
    struct census *c = NEW(arena, struct census);
    *c = (struct census){NEW_N(arena, uint32_t, p->n_nodes), NEW_N(arena, uint32_t, (size_t)p->n_names + 1),
                         NEW_N(arena, uint16_t, p->n_nodes), NEW_N(arena, uint8_t, p->n_nodes)};
    struct reader node = reader_to(s->node, c->ends, sizeof *c->ends);
    for (uint32_t i = 0; i < s->n; i++)
        c->ends[read_at(&node, i)]++;
    struct arena *scratch = arena_like(arena);
    const uint32_t *subtree_end = weigh_subtree_ends(p, scratch);
    uint32_t *below = NEW_N(scratch, uint32_t, p->n_nodes); /* samples that end at a node or under it */
    memcpy(below, c->ends, p->n_nodes * sizeof *below);
    for (uint32_t i = p->n_nodes; i-- > 1;)
        below[p->node_parent[i]] += below[i];
    uint32_t *covered = NEW_N(scratch, uint32_t, (size_t)p->n_names + 1);
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        const struct frame *f = &p->frames[p->node_frame[i]];
        c->depth[i] = (uint16_t)(c->depth[p->node_parent[i]] + (f->kind != FRAME_THREAD));
        if (f->kind == FRAME_THREAD)
            continue;
        if (i < covered[f->name]) {
            c->again[i] = 1;
            continue;
        }
        c->names[f->name] += below[i];
        covered[f->name] = subtree_end[i];
    }
    arena_free(scratch);
    return c;
}
