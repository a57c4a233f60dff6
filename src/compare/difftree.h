/* SPDX-License-Identifier: MIT
 *
 * The stacks of all sides as one tree: each node has its share in the bases and in the target, so that what
 * grew shrank or vanished can be drawn in place. Branches that are small on both sides are left out; what
 * they weigh stays in their parents. */
#ifndef COMPARE_DIFFTREE_H
#define COMPARE_DIFFTREE_H

#include "compare/compare.h"
#include "compare/measure.h"

/* `side`: bases, then the target; of[] and event[] as measured. Functions have the names of the comparison.
 */
struct diff_tree difftree_build(const struct compare_side *side, uint32_t n_base, const uint32_t *event,
                                const struct thing_of *of, const struct things *things, struct arena *arena);

#endif
