/* SPDX-License-Identifier: MIT
 *
 * The policy names the hashes of two scripts and two styles. What stands between its tags as it is may not change there:
 * line ends must be what HTML reads (a CR would be read as LF, and the hash would not fit). What is pressed the loader
 * puts in, and the hashes are those of what it reads there. */
#include "render/shell.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "pack/text.h"
#include "render/assets.h"
#include "render/pressed.h"
#include "render/sha256.h"

enum part_kind { TEMPLATE, PLAIN, PRESSED };

struct part {
    struct str asset, file;
    enum part_kind kind;
    struct str path, bytes, pressed;
};

static bool find_built_in(struct part *part, struct arena *arena)
{
    for (const struct asset *a = assets_built_in; a->name; a++)
        if (str_eq(str_of(a->name), part->asset)) {
            part->bytes = a->bytes;
            part->pressed = a->pressed;
            part->path = str_fmt(arena, "<built-in>/%.*s", STR_ARG(part->file));
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

/* What is pressed the loader reads as UTF-8, without a mark in front: what is hashed must be that. */
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
        diag_say(d, DIAG_ERROR, 0, "no asset '%.*s' in this build", STR_ARG(part->file));
        return false;
    }
    part->path = str_fmt(arena, "%s/%.*s", dir, STR_ARG(part->file));
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

static struct part part_new(const char *name, const char *ending, enum part_kind kind, struct arena *arena)
{
    return (struct part){.asset = str_fmt(arena, "%s_%s", name, ending), .file = str_fmt(arena, "%s.%s", name, ending), .kind = kind};
}

bool shell_load(struct shell *out, const char *kind, const char *dir, struct diag *d, struct arena *arena)
{
    struct part parts[] = {part_new(kind, "html", TEMPLATE, arena), part_new("summary", "css", PLAIN, arena),
                           part_new(kind, "css", PRESSED, arena), part_new("loader", "js", PLAIN, arena),
                           part_new(kind, "js", PRESSED, arena)};
    bool ok = true;
    for (int i = 0; i < 5; i++)
        ok = load_part(&parts[i], dir, d, arena) && ok;
    if (ok)
        *out = (struct shell){.path = parts[0].path, .html = parts[0].bytes, .policy = policy(parts + 3, parts + 1, arena),
                              .summary_style = parts[1].bytes, .style = parts[2].pressed, .loader = parts[3].bytes,
                              .script = parts[4].pressed};
    return ok;
}
