/* SPDX-License-Identifier: MIT
 *
 * Panel by panel: counts go early, stacks and samples late. Each section is made on an arena of its own and
 * dropped. */
#include "pack/pack.h"

#include "base/arena.h"
#include "base/limits.h"
#include "pack/columns.h"
#include "pack/counts.h"
#include "pack/head.h"
#include "pack/stacks.h"

static struct buf *new_columns(uint32_t n, struct arena *arena)
{
    struct buf *columns = NEW_N(arena, struct buf, n);
    for (uint32_t i = 0; i < n; i++)
        columns[i] = buf_new(LIMIT_COLUMN_BYTES, arena);
    return columns;
}

static void finish(uint32_t profile, enum pack_section kind, const struct buf *columns, uint32_t n,
                   struct buf *out, struct arena *work)
{
    for (uint32_t i = 0; i < n; i++)
        out->over |= columns[i].over;
    struct arena *own = arena_like(work);
    section_write(section_name(profile, kind, own), columns, n, out, own);
    arena_free(own);
}

static void write_counts(uint32_t at, const struct panel *panel, struct buf *out, struct arena *work)
{
    uint32_t n = panel->profile->has_time ? 2 * panel->profile->n_events : 0;
    struct buf *columns = new_columns(n, work);
    if (n)
        counts_write(panel->profile, panel->counts, columns);
    finish(at, SECTION_COUNTS, columns, n, out, work);
}

static void write_samples(uint32_t at, const struct profile *p, struct buf *out, struct arena *work)
{
    uint32_t *stack_of_node = NEW_N(work, uint32_t, p->n_nodes);
    struct buf *stacks = new_columns(STACKS_COLUMNS, work), *samples = new_columns(SAMPLES_COLUMNS, work);
    stacks_write(p, stacks, stack_of_node, work);
    finish(at, SECTION_STACKS, stacks, STACKS_COLUMNS, out, work);
    columns_write(p, stack_of_node, samples, work);
    finish(at, SECTION_SAMPLES, samples, SAMPLES_COLUMNS, out, work);
}

static bool fits(const struct panel *panel, struct diag *d)
{
    const struct profile *p = panel->profile;
    if (p->n_points <= LIMIT_PACKED_ITEMS && p->n_spans <= LIMIT_PACKED_ITEMS &&
        p->n_nodes <= LIMIT_PACKED_ITEMS)
        return true;
    diag_say(d, DIAG_LIMIT, 0,
             "profile '%.*s': more than %u samples or trie nodes (filter by time, thread or event)",
             STR_ARG(panel->id), LIMIT_PACKED_ITEMS);
    return false;
}

bool pack_write(const struct report *r, struct buf *early, struct buf *late, struct diag *d,
                struct arena *arena)
{
    bool ok = true;
    for (uint32_t i = 0; i < r->n_panels; i++)
        ok &= fits(&r->panels[i], d);
    if (!ok)
        return false;
    buf_lit(early, PACK_HEAD_TAG);
    size_t before = early->n;
    head_write(r, early);
    if (early->n - before > LIMIT_HEAD_BYTES) {
        diag_say(d, DIAG_LIMIT, 0, "the head of the report is larger than %u bytes (fewer threads or marks)",
                 LIMIT_HEAD_BYTES);
        return false;
    }
    buf_lit(early, PACK_END_TAG "\n");
    for (uint32_t i = 0; i < r->n_panels; i++) {
        struct arena *work = arena_like(arena);
        write_counts(i, &r->panels[i], early, work);
        write_samples(i, r->panels[i].profile, late, work);
        arena_free(work);
    }
    if (early->over || late->over)
        diag_say(d, DIAG_LIMIT, 0, "the report is larger than %llu bytes (filter, or a coarser resolution)",
                 (unsigned long long)LIMIT_REPORT_BYTES);
    return !early->over && !late->over;
}
