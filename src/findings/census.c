/* SPDX-License-Identifier: MIT
 *
 * Every name once a stack, however often it recurs. */
#include "findings/census.h"

#include "analyse/preorder.h"

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
    uint32_t *open = NEW_N(scratch, uint32_t, (size_t)p->n_names + 1); /* nodes of the path, by name */
    struct preorder walk = preorder_begin(p, scratch);
    uint64_t sum = 0;
    uint16_t depth = 0;
    for (struct preorder_node *x;;) {
        while ((x = preorder_close(&walk))) {
            const struct frame *f = &p->frames[x->frame];
            if (f->kind == FRAME_THREAD)
                continue;
            depth--;
            if (--open[f->name] == 0)
                c->names[f->name] += (uint32_t)(sum - x->before);
        }
        if (!(x = preorder_open(&walk)))
            break;
        const struct frame *f = &p->frames[x->frame];
        x->before = sum;
        sum += c->ends[x->node];
        if (f->kind != FRAME_THREAD) {
            depth++;
            c->again[x->node] = open[f->name]++ > 0;
        }
        c->depth[x->node] = depth;
    }
    arena_free(scratch);
    return c;
}
