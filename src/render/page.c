/* SPDX-License-Identifier: MIT
 *
 * Puts the page together. */
#include "render/page.h"

#include "base/arena.h"
#include "base/limits.h"
#include "pack/digest.h"
#include "pack/pack.h"
#include "render/escape.h"
#include "render/shell.h"
#include "render/summary.h"
#include "render/template.h"

struct late {
    const struct report *report;
    struct diag *d;
    struct arena *arena;
};

/* The bulk of a page goes into it as it is made, and is never there twice. */
static bool write_late(void *ctx, struct buf *out)
{
    struct late *late = ctx;
    return pack_late(late->report, out, late->d, late->arena);
}

bool page_write(const struct report *r, const struct page_notes *notes, const char *assets_dir,
                struct buf *out, struct diag *d, struct arena *arena)
{
    struct shell shell;
    if (!shell_load(&shell, "page", assets_dir, d, arena))
        return false;
    struct buf title = buf_new(LIMIT_REPORT_BYTES, arena), digest = title, summary = title, early = title;
    escape_text(&title, r->title);
    if (r->digest)
        digest_write(r->digest, &digest, arena);
    summary_write(r, notes, &summary, d, arena);
    if (!pack_early(r, &early, d, arena))
        return false;
    struct late late = {r, d, arena};
    struct hole holes[] = {
        {.name = "title", .fill = buf_view(&title)},
        {.name = "digest", .fill = buf_view(&digest)},
        {.name = "csp", .fill = shell.policy},
        {.name = "summary_style", .fill = shell.summary_style},
        {.name = "style", .fill = shell.style},
        {.name = "summary", .fill = buf_view(&summary)},
        {.name = "data_early", .fill = buf_view(&early)},
        {.name = "loader", .fill = shell.loader},
        {.name = "script", .fill = shell.script},
        {.name = "data_late", .write = write_late, .ctx = &late},
    };
    bool filled = template_fill(shell.path, shell.html, holes, sizeof holes / sizeof *holes, out, d);
    bool over = out->over || title.over || summary.over || early.over;
    if (over && filled) /* else it was said */
        diag_say(d, DIAG_LIMIT, 0, "the report is larger than %llu bytes (filter it, or split it)",
                 (unsigned long long)out->ceiling);
    return filled && !over;
}
