/* SPDX-License-Identifier: MIT
 *
 * {{name}} holes in a text. In: the template and what goes into each hole, already escaped for its place.
 * Out: the filled text. What goes in is never looked at again. A hole that nobody fills, a fill that has no
 * hole, and a hole that is not closed are errors. */
#ifndef RENDER_TEMPLATE_H
#define RENDER_TEMPLATE_H

#include "base/buf.h"
#include "base/diag.h"

/* `write`: what goes in is appended by it as its turn comes, instead of `fill`; false: said why it cannot. */
struct hole {
    const char *name;
    struct str fill;
    bool (*write)(void *ctx, struct buf *out);
    void *ctx;
};

/* `path` names the template in messages. */
bool template_fill(struct str path, struct str text, const struct hole *holes, uint32_t n, struct buf *out,
                   struct diag *d);

#endif
