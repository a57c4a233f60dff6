/* SPDX-License-Identifier: MIT
 *
 * Puts the page together. The policy names the hashes of two scripts and two styles. The loader and the style of the
 * summary stand between their tags as they are; so nothing may be added there later, and line ends must be what HTML
 * reads (a CR would be read as LF, and the hash would not fit). The page's own script and style are pressed: the loader
 * puts them in, and the hashes are those of what it gets when it inflates them. */
#include "render/page.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "pack/digest.h"
#include "pack/pack.h"
#include "pack/text.h"
#include "render/assets.h"
#include "render/escape.h"
#include "render/pressed.h"
#include "render/sha256.h"
#include "render/summary.h"
#include "render/template.h"

struct part {
    const char *asset, *file;
    enum { TEMPLATE, PLAIN, PRESSED } kind;
    struct str path, bytes, pressed;
};

static bool find_built_in(struct part *part, struct arena *arena)
{
    for (const struct asset *a = assets_built_in; a->name; a++)
        if (str_eq(str_of(a->name), str_of(part->asset))) {
            part->bytes = a->bytes;
            part->pressed = a->pressed;
            part->path = str_fmt(arena, "<built-in>/%s", part->file);
            return true;
        }
    return false;
}

static struct str lower(struct str s, struct arena *arena)
{
    char *p = NEW_N(arena, char, s.n);
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]);
    return (struct str){p, s.n};
}

/* A script or style must stand between its tags without ending or changing there. */
static bool fits_between_tags(const struct part *part, struct diag *d, struct arena *arena)
{
    static const char *const bad[] = {"</script", "<!--", "</style", "\r"};
    struct arena_mark mark = arena_mark(arena);
    struct str text = lower(part->bytes, arena);
    const char *found = str_find_char(text, 0) != SIZE_MAX ? "NUL" : NULL;
    for (size_t i = 0; !found && i < sizeof bad / sizeof *bad; i++)
        if (str_find(text, str_of(bad[i])) != SIZE_MAX)
            found = bad[i];
    arena_reset(arena, mark);
    if (found)
        diag_say(d, DIAG_ERROR, diag_file(d, part->path), "holds '%s' and cannot stand inside a page", found);
    return !found;
}

/* What the loader inflates it reads as UTF-8, without a mark in front: what is hashed must be that. */
static bool can_be_pressed(const struct part *part, struct diag *d)
{
    if (str_is_utf8(part->bytes) && !str_starts(part->bytes, STR("\xef\xbb\xbf")))
        return true;
    diag_say(d, DIAG_ERROR, diag_file(d, part->path), "is not UTF-8, or has a byte order mark in front");
    return false;
}

static bool read_part(struct part *part, const char *dir, struct diag *d, struct arena *arena)
{
    if (!dir) {
        if (find_built_in(part, arena))
            return true;
        diag_say(d, DIAG_ERROR, 0, "no asset '%s' in this build", part->file);
        return false;
    }
    part->path = str_fmt(arena, "%s/%s", dir, part->file);
    return os_read_all(part->path, LIMIT_SPEC_BYTES, d, &part->bytes, arena);
}

static bool load_part(struct part *part, const char *dir, struct diag *d, struct arena *arena)
{
    if (!read_part(part, dir, d, arena))
        return false;
    if (part->kind == PLAIN)
        return fits_between_tags(part, d, arena);
    if (part->kind == PRESSED && !part->pressed.p) {
        if (!can_be_pressed(part, d))
            return false;
        part->pressed = pressed_text(part->bytes, arena);
    }
    return true;
}

static void add_hash(struct buf *out, struct str bytes)
{
    uint8_t digest[32];
    sha256(bytes, digest);
    buf_lit(out, "'sha256-");
    text_encode(digest, sizeof digest, out);
    buf_lit(out, "'");
}

static struct str policy(const struct part scripts[2], const struct part styles[2], struct arena *arena)
{
    struct buf b = buf_new(4096, arena);
    buf_lit(&b, "default-src 'none'; script-src ");
    add_hash(&b, scripts[0].bytes);
    buf_char(&b, ' ');
    add_hash(&b, scripts[1].bytes);
    buf_lit(&b, "; style-src ");
    add_hash(&b, styles[0].bytes);
    buf_char(&b, ' ');
    add_hash(&b, styles[1].bytes);
    buf_lit(&b, "; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'");
    return buf_view(&b);
}

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
    struct part parts[] = {
        {.asset = "page_html", .file = "page.html", .kind = TEMPLATE},
        {.asset = "summary_css", .file = "summary.css", .kind = PLAIN},
        {.asset = "page_css", .file = "page.css", .kind = PRESSED},
        {.asset = "loader_js", .file = "loader.js", .kind = PLAIN},
        {.asset = "page_js", .file = "page.js", .kind = PRESSED},
    };
    const struct part *html = parts, *styles = parts + 1, *scripts = parts + 3;
    bool ok = true;
    for (int i = 0; i < 5; i++)
        ok = load_part(&parts[i], assets_dir, d, arena) && ok;
    if (!ok)
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
        {.name = "csp", .fill = policy(scripts, styles, arena)},
        {.name = "summary_style", .fill = styles[0].bytes},
        {.name = "style", .fill = styles[1].pressed},
        {.name = "summary", .fill = buf_view(&summary)},
        {.name = "data_early", .fill = buf_view(&early)},
        {.name = "loader", .fill = scripts[0].bytes},
        {.name = "script", .fill = scripts[1].pressed},
        {.name = "data_late", .write = write_late, .ctx = &late},
    };
    bool filled = template_fill(html->path, html->bytes, holes, sizeof holes / sizeof *holes, out, d);
    bool over = out->over || title.over || summary.over || early.over;
    if (over && filled) /* else it was said */
        diag_say(d, DIAG_LIMIT, 0, "the report is larger than %llu bytes (filter it, or split it)",
                 (unsigned long long)out->ceiling);
    return filled && !over;
}
