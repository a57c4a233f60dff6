/* SPDX-License-Identifier: MIT
 *
 * Panel by panel, each section on an arena of its own that is dropped. */
#include "pack/pack.h"

#include "base/arena.h"
#include "base/limits.h"
#include "pack/columns.h"
#include "pack/counts.h"
#include "pack/head.h"
#include "pack/series.h"
#include "pack/stacks.h"

static struct buf *new_columns(uint32_t n, struct arena *arena)
{
    struct buf *columns = NEW_N(arena, struct buf, n);
    for (uint32_t i = 0; i < n; i++)
        columns[i] = buf_new(LIMIT_COLUMN_BYTES, arena);
    return columns;
}

static void write_section(uint32_t profile, enum pack_section kind, struct buf *columns, uint32_t n,
                          struct buf *out, struct arena *work)
{
    struct section_writer w = section_begin(n, work);
    for (uint32_t i = 0; i < n; i++)
        (kind == SECTION_STACKS && i == STACKS_TRIE ? section_put_as_is : section_put)(&w, &columns[i]);
    section_end(&w, section_name(profile, kind, work), out);
}

static void write_counts(uint32_t at, const struct panel *panel, struct buf *out, struct arena *work)
{
    uint32_t n = panel->profile->has_time ? 2 * panel->profile->n_events : 0;
    struct buf *columns = new_columns(n, work);
    if (n)
        counts_write(panel->profile, panel->counts, columns);
    write_section(at, SECTION_COUNTS, columns, n, out, work);
}

static void write_samples(uint32_t at, const struct profile *p, bool is_last, struct buf *out, struct arena *work)
{
    uint32_t *stack_of_node = NEW_N(work, uint32_t, p->n_nodes);
    struct arena *own = arena_like(work);
    struct buf *columns = new_columns(STACKS_COLUMNS, own);
    stacks_write(p, columns, stack_of_node, own);
    write_section(at, SECTION_STACKS, columns, STACKS_COLUMNS, out, own);
    arena_free(own);
    struct section_writer w = section_begin(SAMPLES_COLUMNS, work);
    columns_write(p, stack_of_node, is_last, &w, work);
    section_end(&w, section_name(at, SECTION_SAMPLES, work), out);
}

uint64_t pack_samples_bytes(const struct profile *p, struct arena *arena)
{
    struct buf out = buf_new(LIMIT_REPORT_BYTES, arena);
    struct arena *work = arena_like(arena);
    write_samples(0, p, false, &out, work);
    arena_free(work);
    return out.over ? UINT64_MAX / LIMIT_PROFILES : out.n;
}

static void write_series(uint32_t at, const struct profile *p, struct buf *out, struct arena *work)
{
    struct buf *columns = new_columns(SERIES_COLUMNS, work);
    series_write(p, columns);
    write_section(at, SECTION_SERIES, columns, SERIES_COLUMNS, out, work);
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

static bool is_over(const struct buf *out, struct diag *d)
{
    if (out->over)
        diag_say(d, DIAG_LIMIT, 0, "the report is larger than %llu bytes (filter, or a coarser resolution)",
                 (unsigned long long)LIMIT_REPORT_BYTES);
    return out->over;
}

bool pack_early(const struct report *r, struct buf *out, struct diag *d, struct arena *arena)
{
    bool ok = true;
    for (uint32_t i = 0; i < r->n_panels; i++)
        ok &= fits(&r->panels[i], d);
    if (!ok)
        return false;
    buf_lit(out, PACK_HEAD_TAG);
    size_t before = out->n;
    head_write(r, out);
    if (out->n - before > LIMIT_HEAD_BYTES) {
        diag_say(d, DIAG_LIMIT, 0, "the head of the report is larger than %u bytes (fewer threads or marks)",
                 LIMIT_HEAD_BYTES);
        return false;
    }
    buf_lit(out, PACK_END_TAG "\n" PACK_MARKS);
    for (uint32_t i = 0; i < r->n_panels; i++) {
        struct arena *work = arena_like(arena);
        write_counts(i, &r->panels[i], out, work);
        arena_free(work);
    }
    return !is_over(out, d);
}

bool pack_late(const struct report *r, struct buf *out, struct diag *d, struct arena *arena)
{
    for (uint32_t i = 0; i < r->n_panels; i++) {
        struct arena *work = arena_like(arena);
        write_samples(i, r->panels[i].profile, r->is_spent, out, work);
        if (r->panels[i].profile->n_series)
            write_series(i, r->panels[i].profile, out, work);
        arena_free(work);
    }
    return !is_over(out, d);
}
