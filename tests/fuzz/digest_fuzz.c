/* SPDX-License-Identifier: MIT
 *
 * Any bytes as the JSON of a digest, in a section that is whole: what is read is within its bounds, and comes back the
 * same when it is written. Then the same bytes as the beginning of a file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "pack/digest.h"
#include "pack/format.h"
#include "pack/section.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str section_of(const void *bytes, size_t n, struct arena *arena)
{
    struct buf column = buf_new(LIMIT_DIGEST_BYTES, arena), out = buf_new(LIMIT_REPORT_BYTES, arena);
    struct section_writer w = section_begin(1, arena);
    buf_add(&column, bytes, n);
    section_put(&w, &column);
    section_end(&w, STR(PACK_DIGEST), &out);
    return buf_view(&out);
}

static void check(const struct digest *g)
{
    if (g->n_profiles > DIGEST_PROFILES || g->n_comparisons > LIMIT_COMPARISONS)
        abort();
    for (uint32_t i = 0; i < g->n_profiles; i++) {
        const struct digest_profile *p = &g->profiles[i];
        if (p->columns > DIGEST_COLUMNS || p->rows > DIGEST_ROWS || !(p->seconds >= 0))
            abort();
        for (uint32_t k = 0; k < p->columns * p->rows; k++)
            if (p->level[k] > DIGEST_LEVELS)
                abort();
        for (uint32_t k = 0; k < p->n_functions; k++)
            if (p->functions[k].self > DIGEST_MILLION || p->functions[k].total > DIGEST_MILLION)
                abort();
    }
    for (uint32_t i = 0; i < g->n_comparisons; i++)
        if (g->comparisons[i].profile != ID_NONE && g->comparisons[i].profile >= g->n_profiles)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct digest g, back;
    struct str element, text = section_of(data, n, arena);
    if (n <= LIMIT_DIGEST_BYTES && digest_find(text, &element)) {
        bool ok = digest_read(element, 0, 0, d, &g, arena);
        if (ok == (diag_errors(d) > 0))
            abort();
        if (ok) {
            struct buf again = buf_new(LIMIT_REPORT_BYTES, arena);
            check(&g);
            digest_write(&g, &again, arena);
            if (!digest_find(buf_view(&again), &element) || !digest_read(element, 0, 0, d, &back, arena) ||
                back.n_profiles != g.n_profiles || !str_eq(back.title, g.title))
                abort();
        }
    }
    struct diag *other = diag_new(arena);
    if (digest_find((struct str){(const char *)data, n}, &element))
        (void)digest_read(element, 0, 0, other, &back, arena);
    arena_free(arena);
    return 0;
}
