/* SPDX-License-Identifier: MIT
 *
 * The template filled in. */
#include "site/index_page.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "pack/text.h"
#include "render/assets.h"
#include "render/escape.h"
#include "render/sha256.h"
#include "render/template.h"
#include "site/index_data.h"

struct page_part {
    const char *asset, *file;
    struct str path, bytes;
};

static bool page_part(struct page_part *part, const char *dir, struct diag *d, struct arena *arena)
{
    for (const struct asset *a = assets_built_in; !dir && a->name; a++)
        if (str_eq(str_of(a->name), str_of(part->asset))) {
            part->bytes = a->bytes;
            part->path = str_fmt(arena, "<built-in>/%s", part->file);
            return true;
        }
    part->path = str_fmt(arena, "%s/%s", dir ? dir : "<built-in>", part->file);
    return os_read_all(part->path, LIMIT_SPEC_BYTES, d, &part->bytes, arena);
}

static void add_hash(struct buf *out, struct str bytes)
{
    uint8_t digest[32];
    sha256(bytes, digest);
    buf_lit(out, "'sha256-");
    text_encode(digest, sizeof digest, out);
    buf_lit(out, "'");
}

static struct str page_policy(const struct page_part *js, const struct page_part *css, struct arena *arena)
{
    struct buf b = buf_new(4096, arena);
    buf_lit(&b, "default-src 'none'; script-src ");
    add_hash(&b, js->bytes);
    buf_lit(&b, "; style-src ");
    add_hash(&b, css->bytes);
    buf_lit(&b, "; img-src data:; base-uri 'none'; form-action 'none'");
    return buf_view(&b);
}

bool index_page(const struct site *s, const char *assets, struct buf *out, struct arena *arena)
{
    struct page_part html = {.asset = "site_html", .file = "site.html"}, css = {.asset = "site_css", .file = "site.css"},
                     js = {.asset = "site_js", .file = "site.js"};
    if (!page_part(&html, assets, s->d, arena) || !page_part(&css, assets, s->d, arena) ||
        !page_part(&js, assets, s->d, arena))
        return false;
    struct buf title = buf_new(LIMIT_REPORT_BYTES, arena), summary = title, data = title;
    escape_text(&title, s->title);
    index_summary(s, &summary, arena);
    index_data(s, &data, arena);
    struct hole holes[] = {
        {.name = "mark", .fill = STR(SITE_TAG)},        {.name = "title", .fill = buf_view(&title)},
        {.name = "csp", .fill = page_policy(&js, &css, arena)}, {.name = "style", .fill = css.bytes},
        {.name = "summary", .fill = buf_view(&summary)}, {.name = "data", .fill = buf_view(&data)},
        {.name = "script", .fill = js.bytes},
    };
    bool filled = template_fill(html.path, html.bytes, holes, sizeof holes / sizeof *holes, out, s->d);
    if (filled && (out->over || title.over || summary.over || data.over)) {
        diag_say(s->d, DIAG_LIMIT, 0, "the index is larger than %llu bytes", (unsigned long long)out->ceiling);
        return false;
    }
    return filled;
}
