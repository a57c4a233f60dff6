/* SPDX-License-Identifier: MIT
 *
 * cmark parses; the tree is walked with cmark's iterator (no recursion, however deep the notes nest) and
 * written with our own escaping, so that one place decides what may become markup. cmark's own renderer in
 * safe mode was rejected: links to ranges, shifted headings and images would mean changing its output again.
 *
 * cmark's allocator has no context argument: the arena of the parse under way is in a thread-local. */
#include "render/notes.h"

#include <cmark.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "base/vec.h"
#include "render/escape.h"

/* ---- cmark's memory, from an arena: a block remembers its size for realloc */

#define HEADER 16

static _Thread_local struct arena *cmark_arena;

static void *block_new(size_t n, size_t size)
{
    if (size && n > (SIZE_MAX - HEADER) / size)
        return arena_alloc(cmark_arena, SIZE_MAX, SIZE_MAX); /* the hook: does not return */
    size_t bytes = n * size;
    char *p = arena_alloc(cmark_arena, bytes + HEADER, 1);
    memcpy(p, &bytes, sizeof bytes);
    return p + HEADER;
}

static void block_free(void *old)
{
    if (!old)
        return;
    size_t had;
    char *p = (char *)old - HEADER;
    memcpy(&had, p, sizeof had);
    arena_drop(cmark_arena, p, had + HEADER, 1);
}

static void *block_resize(void *old, size_t bytes)
{
    if (!old)
        return block_new(bytes, 1);
    size_t had;
    char *p = (char *)old - HEADER;
    memcpy(&had, p, sizeof had);
    if (bytes <= had)
        return old;
    p = arena_grow(cmark_arena, p, had + HEADER, bytes + HEADER, 1);
    memcpy(p, &bytes, sizeof bytes);
    return p + HEADER;
}

static cmark_mem cmark_memory = {block_new, block_resize, block_free};

/* ---- the writer */

struct heading {
    struct str text, id; /* id without the prefix */
};

struct writer {
    struct spec_text notes;
    struct notes_place place;
    struct buf *out;
    struct diag *d;
    struct arena *arena; /* of this call */
    VEC(struct heading) headings;
    uint32_t next_heading;
    bool link_open, html_said;
    cmark_node *plain; /* inside this image only text is written */
};

/* Where a node stands: exact in a file of notes; in a spec, where the notes begin. */
static struct pos place_of(const struct writer *w, cmark_node *node)
{
    struct pos at = w->notes.at;
    if (at.offset)
        return at;
    int line = cmark_node_get_start_line(node);
    while (node && line <= 0) {
        node = cmark_node_parent(node);
        line = node ? cmark_node_get_start_line(node) : 1;
    }
    struct str rest = w->notes.s;
    for (; line > 1; line--) {
        size_t end = str_find_char(rest, '\n');
        if (end == SIZE_MAX)
            break;
        rest = str_sub(rest, end + 1, rest.n);
    }
    at.offset = (uint32_t)(w->notes.s.n - rest.n);
    return at;
}

static struct str literal(cmark_node *node)
{
    return str_of(cmark_node_get_literal(node));
}

/* The text inside a heading or image, without markup. */
static struct str inner_text(struct writer *w, cmark_node *node)
{
    struct buf b = buf_new(LIMIT_NOTES_BYTES, w->arena);
    cmark_iter *it = cmark_iter_new(node);
    cmark_event_type ev;
    while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node_type type = cmark_node_get_type(cmark_iter_get_node(it));
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_str(&b, literal(cmark_iter_get_node(it)));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            buf_char(&b, ' ');
    }
    cmark_iter_free(it);
    return buf_view(&b);
}

/* "Old generation!" -> "old-generation": what a link to a heading is written as. */
static struct str slug(struct str text, struct arena *arena)
{
    struct buf b = buf_new(256, arena);
    for (size_t i = 0; i < text.n && b.n < 80; i++) {
        char c = text.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')
            buf_char(&b, c);
        else if (c >= 'A' && c <= 'Z')
            buf_char(&b, (char)(c + ('a' - 'A')));
        else if (c == ' ')
            buf_char(&b, '-');
    }
    return b.n ? buf_view(&b) : STR("section");
}

static const struct heading *find_heading(const struct writer *w, struct str id)
{
    for (size_t i = 0; i < w->headings.n; i++)
        if (str_eq(w->headings.p[i].id, id))
            return &w->headings.p[i];
    return NULL;
}

/* Links may point forward, so headings get their ids before anything is written. Past this many, searching
 * for a free id costs more than ids are worth. */
#define MOST_HEADINGS 1000

static void name_headings(struct writer *w, cmark_node *document)
{
    for (cmark_node *n = cmark_node_first_child(document); n; n = cmark_node_next(n)) {
        if (cmark_node_get_type(n) != CMARK_NODE_HEADING)
            continue;
        struct str text = inner_text(w, n), base = slug(text, w->arena), id = base;
        for (uint32_t k = 1; find_heading(w, id); k++)
            id = str_fmt(w->arena, "%.*s-%u", STR_ARG(base), k);
        if (!vec_push(&w->headings, MOST_HEADINGS, w->arena, (struct heading){text, id}))
            return;
    }
}

static const struct panel *find_panel(const struct report *r, struct str id)
{
    for (uint32_t i = 0; r && i < r->n_panels; i++)
        if (str_eq(r->panels[i].id, id))
            return &r->panels[i];
    return NULL;
}

static struct str did_you_mean_panel(struct writer *w, struct str id)
{
    const struct report *r = w->place.report;
    uint32_t n = r ? r->n_panels : 0;
    struct str *ids = NEW_N(w->arena, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++)
        ids[i] = r->panels[i].id;
    return diag_did_you_mean(w->d, id, ids, n);
}

static int hex(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

/* "%20" -> " "; a bare % stays as it is, as in the page. */
static struct str percent_decoded(struct str s, struct arena *arena)
{
    char *p = NEW_N(arena, char, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool coded = s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0;
        p[n++] = coded ? (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2])) : s.p[i];
        i += coded ? 2 : 0;
    }
    return (struct str){p, n};
}

/* "#p=prod&t=34.1s..34.9s" -> the page's own form. Other keys (zoom, search) pass as they are. */
static bool write_range_link(struct writer *w, cmark_node *node, struct str fragment)
{
    const struct panel *panel = w->place.panel;
    struct buf b = buf_new(LIMIT_NOTES_BYTES, w->arena);
    struct str rest = fragment, part;
    while (rest.n) {
        (void)str_cut(rest, '&', &part, &rest);
        struct str value = str_sub(part, 2, part.n);
        int64_t from, to;
        if (str_starts(part, STR("t=")) && time_parse_range(value, &from, &to)) {
            struct str a = time_seconds(from, w->arena), z = time_seconds(to, w->arena);
            buf_fmt(&b, "&amp;t=%.*s..%.*s", STR_ARG(a), STR_ARG(z));
        } else if (str_starts(part, STR("t="))) {
            diag_at(w->d, DIAG_WARNING, place_of(w, node),
                    "link '#%.*s' names no range (write '#t=34.1..34.9')", STR_ARG(fragment));
            return false;
        } else if (str_starts(part, STR("p="))) {
            value = percent_decoded(value, w->arena);
            panel = find_panel(w->place.report, value);
            if (!panel) {
                struct str near = did_you_mean_panel(w, value);
                diag_at(w->d, DIAG_WARNING, place_of(w, node), "link names unknown profile '%.*s'%.*s",
                        STR_ARG(value), STR_ARG(near));
                return false;
            }
        } else if (part.n) {
            buf_lit(&b, "&amp;");
            escape_attribute(&b, part);
        }
    }
    struct str keys = buf_view(&b);
    buf_lit(w->out, "<a href=\"#");
    if (panel) {
        buf_lit(w->out, "p=");
        escape_fragment(w->out, panel->id);
    } else if (keys.n) {
        keys = str_sub(keys, 5, keys.n); /* the first "&amp;" */
    }
    buf_str(w->out, keys);
    buf_lit(w->out, "\">");
    return true;
}

static bool is_remote(struct str url)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct str s = str_of(schemes[i]);
        size_t k = 0;
        while (k < s.n && k < url.n && (url.p[k] | (url.p[k] >= 'A' && url.p[k] <= 'Z' ? 0x20 : 0)) == s.p[k])
            k++;
        if (k == s.n)
            return true;
    }
    return false;
}

static void open_remote(struct writer *w, struct str url)
{
    buf_lit(w->out, "<a href=\"");
    escape_attribute(w->out, url);
    buf_lit(w->out, "\" rel=\"noopener noreferrer\">");
}

static bool open_link(struct writer *w, cmark_node *node)
{
    struct str url = str_of(cmark_node_get_url(node)), fragment = str_sub(url, 1, url.n);
    if (is_remote(url)) {
        open_remote(w, url);
        return true;
    }
    if (str_starts(url, STR("#")) && str_find_char(fragment, '=') != SIZE_MAX)
        return write_range_link(w, node, fragment);
    if (str_starts(url, STR("#")) && find_heading(w, fragment)) {
        buf_fmt(w->out, "<a href=\"#%s-%.*s\">", w->place.prefix, STR_ARG(fragment));
        return true;
    }
    diag_at(w->d, DIAG_WARNING, place_of(w, node),
            "link to '%.*s' left out (a report can link to http, https, mailto, ranges and its own headings)",
            STR_ARG(url));
    return false;
}

static void write_image(struct writer *w, cmark_node *node)
{
    struct str url = str_of(cmark_node_get_url(node)), text = inner_text(w, node);
    if (is_remote(url) && !w->link_open) {
        open_remote(w, url);
        escape_text(w->out, text.n ? text : url);
        buf_lit(w->out, "</a>");
        return;
    }
    escape_text(w->out, text.n ? text : STR("image"));
    if (!is_remote(url)) {
        buf_lit(w->out, " (");
        escape_text(w->out, url);
        buf_lit(w->out, ")");
    }
}

static void say_html(struct writer *w, cmark_node *node)
{
    if (w->html_said || str_starts(str_trim(literal(node)), STR("<!--")))
        return;
    w->html_said = true;
    diag_at(w->d, DIAG_WARNING, place_of(w, node), "raw HTML in notes is left out (write Markdown)");
}

static void write_heading(struct writer *w, cmark_node *node, bool enter)
{
    int level = cmark_node_get_heading_level(node) + w->place.under;
    if (level > 6)
        level = 6;
    if (!enter) {
        buf_fmt(w->out, "</h%d>\n", level);
        return;
    }
    bool named = cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT &&
                 w->next_heading < w->headings.n;
    if (!named) {
        buf_fmt(w->out, "<h%d>", level);
        return;
    }
    struct str id = w->headings.p[w->next_heading++].id;
    buf_fmt(w->out, "<h%d id=\"%s-%.*s\">", level, w->place.prefix, STR_ARG(id));
}

static bool in_tight_list(cmark_node *paragraph)
{
    cmark_node *item = cmark_node_parent(paragraph);
    return item && cmark_node_get_type(item) == CMARK_NODE_ITEM &&
           cmark_node_get_list_tight(cmark_node_parent(item));
}

static void write_list(struct writer *w, cmark_node *node, bool enter)
{
    bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    int start = cmark_node_get_list_start(node);
    if (enter && ordered && start != 1)
        buf_fmt(w->out, "<ol start=\"%d\">\n", start);
    else
        buf_fmt(w->out, "<%s%s>\n", enter ? "" : "/", ordered ? "ol" : "ul");
}

static void write_block(struct writer *w, cmark_node *node, bool enter)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        if (!in_tight_list(node))
            buf_fmt(w->out, "%s", enter ? "<p>" : "</p>\n");
        else if (!enter && cmark_node_next(node))
            buf_char(w->out, '\n');
        break;
    case CMARK_NODE_HEADING:
        write_heading(w, node, enter);
        break;
    case CMARK_NODE_LIST:
        write_list(w, node, enter);
        break;
    case CMARK_NODE_ITEM:
        buf_fmt(w->out, "%s", enter ? "<li>" : "</li>\n");
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        buf_fmt(w->out, "<%sblockquote>\n", enter ? "" : "/");
        break;
    case CMARK_NODE_CODE_BLOCK:
        buf_lit(w->out, "<pre><code>");
        escape_text(w->out, literal(node));
        buf_lit(w->out, "</code></pre>\n");
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        buf_lit(w->out, "<hr>\n");
        break;
    case CMARK_NODE_HTML_BLOCK:
        say_html(w, node);
        break;
    default:
        break;
    }
}

static void write_inline(struct writer *w, cmark_node *node, bool enter)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        escape_text(w->out, literal(node));
        break;
    case CMARK_NODE_SOFTBREAK:
        buf_char(w->out, '\n');
        break;
    case CMARK_NODE_LINEBREAK:
        buf_lit(w->out, "<br>\n");
        break;
    case CMARK_NODE_CODE:
        buf_lit(w->out, "<code>");
        escape_text(w->out, literal(node));
        buf_lit(w->out, "</code>");
        break;
    case CMARK_NODE_HTML_INLINE:
        say_html(w, node);
        break;
    case CMARK_NODE_EMPH:
        buf_fmt(w->out, "<%sem>", enter ? "" : "/");
        break;
    case CMARK_NODE_STRONG:
        buf_fmt(w->out, "<%sstrong>", enter ? "" : "/");
        break;
    case CMARK_NODE_LINK:
        if (enter)
            w->link_open = open_link(w, node);
        else if (w->link_open)
            buf_lit(w->out, "</a>");
        w->link_open = enter && w->link_open;
        break;
    default:
        break;
    }
}

static void walk(struct writer *w, cmark_node *document)
{
    cmark_iter *it = cmark_iter_new(document);
    cmark_event_type ev;
    while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(it);
        bool enter = ev == CMARK_EVENT_ENTER;
        cmark_node_type type = cmark_node_get_type(node);
        if (w->plain) {
            if (node == w->plain && !enter)
                w->plain = NULL;
        } else if (type == CMARK_NODE_IMAGE) {
            w->plain = node;
            write_image(w, node);
        } else if (type >= CMARK_NODE_FIRST_INLINE) {
            write_inline(w, node, enter);
        } else {
            write_block(w, node, enter);
        }
    }
    cmark_iter_free(it);
}

void notes_write(struct spec_text notes, struct notes_place place, struct buf *out, struct diag *d,
                 struct arena *arena)
{
    if (notes.s.n > LIMIT_NOTES_BYTES) {
        diag_at(d, DIAG_LIMIT, notes.at, "notes are larger than %u bytes", LIMIT_NOTES_BYTES);
        return;
    }
    struct writer w = {.notes = notes, .place = place, .out = out, .d = d, .arena = arena_like(arena)};
    cmark_arena = w.arena;
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, &cmark_memory);
    cmark_parser_feed(parser, notes.s.p, notes.s.n);
    cmark_node *document = cmark_parser_finish(parser);
    name_headings(&w, document);
    walk(&w, document);
    cmark_arena = NULL;
    arena_free(w.arena);
}
