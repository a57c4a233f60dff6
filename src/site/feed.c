/* SPDX-License-Identifier: MIT
 *
 * Reports and changes as entries, newest first. Text goes through render/escape.h, which leaves nothing that XML
 * forbids. */
#include "site/feed.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timetext.h"
#include "render/escape.h"
#include "render/sha256.h"
#include "site/says.h"

#define MOST 50u
#define MOST_CHARS 500u

/* RFC 9562, version 8: of our own making. */
static void write_id(struct buf *out, struct str of)
{
    uint8_t h[32];
    sha256(of, h);
    h[6] = (uint8_t)((h[6] & 0x0f) | 0x80);
    h[8] = (uint8_t)((h[8] & 0x3f) | 0x80);
    buf_lit(out, "<id>urn:uuid:");
    for (int i = 0; i < 16; i++)
        buf_fmt(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", h[i]);
    buf_lit(out, "</id>\n");
}

static void write_text(struct buf *out, const char *element, struct str text)
{
    buf_fmt(out, "<%s>", element);
    escape_short(out, text, MOST_CHARS);
    buf_fmt(out, "</%s>\n", element);
}

static void write_link(const struct site *s, struct buf *out, const char *rel, struct str path, const char *view)
{
    buf_fmt(out, "<link rel=\"%s\" href=\"", rel);
    escape_attribute(out, s->url);
    says_href(out, path);
    buf_fmt(out, "%s\"/>\n", view);
}

static void begin_entry(struct buf *out, int64_t date, struct str title, struct str id, struct arena *arena)
{
    buf_lit(out, "<entry>\n");
    write_text(out, "title", title);
    write_id(out, id);
    write_text(out, "updated", time_instant(date * NS_PER_S, arena));
}

static void write_report(const struct site *s, const struct entry *e, struct buf *out, struct arena *arena)
{
    struct str title = e->status == STATUS_OK ? e->title
                                              : str_fmt(arena, "%s: %.*s", entry_status_word[e->status], STR_ARG(e->title)),
               hot = STR("");
    begin_entry(out, e->date, title, str_fmt(arena, "report\n%.*s\n%.*s", STR_ARG(e->path), STR_ARG(e->title)), arena);
    write_link(s, out, "alternate", e->path, "");
    for (uint32_t i = 0; i < 3 && i < e->n_functions; i++) {
        struct str name = s->functions.at[e->functions[i].name];
        hot = str_fmt(arena, "%.*s%s%.*s %.1f %%", STR_ARG(hot), i ? ", " : "", STR_ARG(name), e->functions[i].self / 1e4);
    }
    write_text(out, "summary",
               str_fmt(arena, "%.*s%s%llu samples of %.*s in %.1f s. Hottest: %.*s", STR_ARG(e->why), e->why.n ? ". " : "",
                       (unsigned long long)e->n_samples, STR_ARG(e->event), e->seconds, STR_ARG(hot)));
    buf_lit(out, "</entry>\n");
}

static void write_change(const struct site *s, size_t turn, size_t *next, struct buf *out, struct arena *arena)
{
    const struct turn *t = &s->turns.p[turn];
    const struct series *of = &s->series.p[t->series];
    const struct entry *e = series_entry(s, of, t->at);
    struct str label = says_series(of, arena), first = says_turn(s, t, arena), all = says_night(s, turn, 5, next, arena);
    begin_entry(out, e->date, str_fmt(arena, "changed: %.*s", STR_ARG(first)),
                str_fmt(arena, "change\n%.*s\n%.*s", STR_ARG(e->path), STR_ARG(label)), arena);
    if (t->comparison == ID_NONE)
        write_link(s, out, "alternate", e->path, "");
    else
        write_link(s, out, "alternate", s->comparisons.p[t->comparison].path, SITE_COMPARE_VIEW);
    write_text(out, "summary", str_fmt(arena, "%.*s, from %.*s on: %.*s", STR_ARG(label), STR_ARG(e->day), STR_ARG(all)));
    buf_lit(out, "</entry>\n");
}

void feed_write(const struct site *s, struct buf *out, struct arena *arena)
{
    const struct entry *newest = s->entries.n ? &s->entries.p[s->entries.n - 1] : NULL;
    buf_lit(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    write_text(out, "title", s->title);
    write_id(out, str_fmt(arena, "site\n%.*s", STR_ARG(s->url.n ? s->url : s->title)));
    write_text(out, "updated", time_instant(newest && newest->has_date ? newest->date * NS_PER_S : 0, arena));
    write_link(s, out, "alternate", STR("index.html"), "");
    if (s->url.n)
        write_link(s, out, "self", STR("feed.xml"), "");
    buf_lit(out, "<author><name>flamepress</name></author>\n<generator version=\"" FLAMEPRESS_VERSION "\"" FEED_GENERATOR "\n");
    size_t turn = 0, n = 0;
    for (size_t i = s->entries.n; i-- > 0 && n < MOST && s->entries.p[i].has_date; n++) {
        while (turn < s->turns.n && s->turns.p[turn].date >= s->entries.p[i].date)
            write_change(s, turn, &turn, out, arena);
        write_report(s, &s->entries.p[i], out, arena);
    }
    buf_lit(out, "</feed>\n");
}
