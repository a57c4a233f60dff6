/* SPDX-License-Identifier: MIT
 *
 * Panel by panel, each section on an arena of its own that is dropped; or stacks and samples in tasks of their own, ahead of the rest. */
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

static void write_stacks(uint32_t at, const struct profile *p, struct stack_numbers numbers, struct buf *out, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct buf *columns = new_columns(STACKS_COLUMNS, work);
    stacks_write(p, numbers, columns, work);
    write_section(at, SECTION_STACKS, columns, STACKS_COLUMNS, out, work);
    arena_free(work);
}

static void write_samples(uint32_t at, const struct profile *p, struct stack_numbers numbers, bool is_last, struct buf *out,
                          struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct section_writer w = section_begin(SAMPLES_COLUMNS, work);
    columns_write(p, numbers.of_node, is_last, &w, work);
    section_end(&w, section_name(at, SECTION_SAMPLES, work), out);
    arena_free(work);
}

static void write_both(uint32_t at, const struct profile *p, bool is_last, struct buf *out, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct stack_numbers numbers = stacks_number(p, work);
    write_stacks(at, p, numbers, out, work);
    write_samples(at, p, numbers, is_last, out, work);
    arena_free(work);
}

/* ---- ahead of the rest */

/* More than this many samples take too much memory to be packed while others read them: they are as good as given back as they are packed. */
#define MOST_AHEAD (4u << 20)

struct packing {
    uint32_t at;
    const struct profile *p;
    struct stack_numbers numbers;
    struct buf stacks, samples;
    struct task *stacks_task, *samples_task;
    struct arena *own; /* of the numbers */
};

static void pack_stacks(void *ctx, struct arena *arena)
{
    struct packing *k = ctx;
    k->stacks = buf_new(LIMIT_REPORT_BYTES, arena);
    write_stacks(k->at, k->p, k->numbers, &k->stacks, arena);
}

static void pack_samples(void *ctx, struct arena *arena)
{
    struct packing *k = ctx;
    k->samples = buf_new(LIMIT_REPORT_BYTES, arena);
    write_samples(k->at, k->p, k->numbers, false, &k->samples, arena);
}

struct packing *packing_begin(uint32_t at, const struct profile *p, struct tasks *tasks, struct arena *arena)
{
    if (p->n_points > MOST_AHEAD || p->n_spans > MOST_AHEAD || p->n_nodes > LIMIT_PACKED_ITEMS)
        return NULL;
    struct packing *k = NEW(arena, struct packing);
    *k = (struct packing){.at = at, .p = p, .own = arena_like(arena)};
    k->numbers = stacks_number(p, k->own);
    k->stacks_task = task_give(tasks, pack_stacks, k);
    k->samples_task = task_give(tasks, pack_samples, k);
    return k;
}

static void take_packed(struct task *task, const struct buf *from, struct buf *out)
{
    task_wait(task);
    buf_str(out, buf_view(from));
    out->over |= from->over;
    task_free(task);
}

uint64_t pack_samples_bytes(const struct profile *p, struct arena *arena)
{
    struct buf out = buf_new(LIMIT_REPORT_BYTES, arena);
    struct arena *work = arena_like(arena);
    write_both(0, p, false, &out, work);
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
        struct packing *ahead = r->panels[i].packing;
        if (ahead) {
            take_packed(ahead->stacks_task, &ahead->stacks, out);
            take_packed(ahead->samples_task, &ahead->samples, out);
            arena_free(ahead->own);
        } else {
            write_both(i, r->panels[i].profile, r->is_spent, out, work);
        }
        if (r->panels[i].profile->n_series)
            write_series(i, r->panels[i].profile, out, work);
        arena_free(work);
    }
    return !is_over(out, d);
}
