/* SPDX-License-Identifier: MIT
 *
 * The template filled in. */
#include "site/index_page.h"

#include "base/limits.h"
#include "render/escape.h"
#include "render/shell.h"
#include "render/template.h"
#include "site/index_data.h"

bool index_page(const struct site *s, const char *assets, struct buf *out, struct arena *arena)
{
    struct shell shell;
    if (!shell_load(&shell, "site", assets, s->d, arena))
        return false;
    struct buf title = buf_new(LIMIT_REPORT_BYTES, arena), summary = title, data = title;
    escape_text(&title, s->title);
    index_summary(s, &summary, arena);
    index_data(s, &data, arena);
    struct hole holes[] = {
        {.name = "mark", .fill = STR(SITE_TAG)},
        {.name = "title", .fill = buf_view(&title)},
        {.name = "csp", .fill = shell.policy},
        {.name = "summary_style", .fill = shell.summary_style},
        {.name = "style", .fill = shell.style},
        {.name = "summary", .fill = buf_view(&summary)},
        {.name = "data", .fill = buf_view(&data)},
        {.name = "loader", .fill = shell.loader},
        {.name = "script", .fill = shell.script},
    };
    bool filled = template_fill(shell.path, shell.html, holes, sizeof holes / sizeof *holes, out, s->d);
    if (filled && (out->over || title.over || summary.over || data.over)) {
        diag_say(s->d, DIAG_LIMIT, 0, "the index is larger than %llu bytes", (unsigned long long)out->ceiling);
        return false;
    }
    return filled;
}
