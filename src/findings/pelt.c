/* SPDX-License-Identifier: MIT
 *
 * best[t] = least cost of 0..t. Starts that cannot be the last cut of any later t are dropped: where counts
 * change now and then the work is linear, at worst quadratic, and n is at most some hundreds. */
#include "findings/pelt.h"

#include "base/arena.h"

uint32_t pelt(pelt_cost cost, const void *ctx, uint32_t n, uint32_t shortest, double penalty, uint32_t *cut,
              struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *best = NEW_N(scratch, double, (size_t)n + 1), *via = NEW_N(scratch, double, (size_t)n + 1);
    uint32_t *before = NEW_N(scratch, uint32_t, (size_t)n + 1),
             *start = NEW_N(scratch, uint32_t, (size_t)n + 1), n_start = 0, n_cut = 0;
    best[0] = -penalty;
    for (uint32_t t = shortest; t <= n; t++) {
        if (t == shortest || t >= 2 * shortest)
            start[n_start++] = t - shortest;
        best[t] = 1e300;
        for (uint32_t i = 0; i < n_start; i++) {
            via[i] = best[start[i]] + cost(ctx, start[i], t);
            if (via[i] + penalty < best[t]) {
                best[t] = via[i] + penalty;
                before[t] = start[i];
            }
        }
        uint32_t kept = 0;
        for (uint32_t i = 0; i < n_start; i++)
            if (via[i] < best[t] || t - start[i] < 2 * shortest)
                start[kept++] = start[i];
        n_start = kept;
    }
    for (uint32_t t = n; t > 0; t = before[t])
        n_cut++;
    uint32_t at = n_cut;
    for (uint32_t t = n; t > 0; t = before[t])
        cut[at--] = t;
    cut[0] = 0;
    arena_reset(scratch, mark);
    return n_cut;
}
