/* SPDX-License-Identifier: MIT
 *
 * Text in SVG, and the head of a drawing. Fonts of one width: then a label is cut to its room without measuring, the
 * same here and in the page. */
#include "export/svg.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* XML has no U+FFFE and U+FFFF. */
static bool is_refused(uint32_t c)
{
    return str_code_turns(c) || c == 0xfffe || c == 0xffff;
}

static size_t put_char(struct buf *out, struct str s)
{
    size_t n = str_utf8_len(s);
    unsigned char c = (unsigned char)s.p[0];
    if (!n || c < 0x20 || c == 0x7f || (n > 1 && is_refused(str_utf8_code(s, n))))
        buf_lit(out, REPLACEMENT);
    else if (c == '&')
        buf_lit(out, "&amp;");
    else if (c == '<')
        buf_lit(out, "&lt;");
    else if (c == '>')
        buf_lit(out, "&gt;");
    else if (c == '"')
        buf_lit(out, "&quot;");
    else
        buf_add(out, s.p, n);
    return n ? n : 1;
}

void svg_text(struct buf *out, struct str s)
{
    while (s.n)
        s = str_sub(s, put_char(out, s), s.n);
}

/* Three bytes from U+1100 on, and four, are taken to be wide. */
static uint32_t columns_of(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = str_utf8_len(s);
    return n == 4 || (n == 3 && (p[0] > 0xe1 || p[1] >= 0x84)) ? 2 : 1;
}

static struct str next(struct str s)
{
    size_t n = str_utf8_len(s);
    return str_sub(s, n ? n : 1, s.n);
}

void svg_fit(struct buf *out, struct str s, uint32_t columns)
{
    uint32_t used = 0;
    struct str rest = s;
    for (; rest.n && used + columns_of(rest) <= columns; rest = next(rest))
        used += columns_of(rest);
    if (!rest.n) {
        svg_text(out, s);
        return;
    }
    if (columns < 3)
        return;
    for (used = 0; used + columns_of(s) < columns; used += columns_of(s), s = next(s))
        (void)put_char(out, s);
    buf_lit(out, "\xe2\x80\xa6");
}

void svg_milli(struct buf *out, uint64_t milli)
{
    uint64_t rest = milli % 1000;
    int digits = 3;
    buf_fmt(out, "%llu", (unsigned long long)(milli / 1000));
    if (!rest)
        return;
    for (; rest % 10 == 0; rest /= 10)
        digits--;
    buf_fmt(out, ".%0*llu", digits, (unsigned long long)rest);
}

void svg_open(struct buf *out, const struct taken *t, const struct taken_weights *w, uint32_t height,
              struct arena *arena)
{
    struct buf facts = buf_new(LIMIT_REPORT_BYTES, arena);
    taken_facts(t, w, &facts, arena);
    buf_fmt(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%u\" viewBox=\"0 0 %d %u\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, "
            "monospace\" font-size=\"12\" fill=\"#14120d\">\n<title>",
            SVG_WIDTH, height, SVG_WIDTH, height);
    svg_text(out, t->title);
    buf_lit(out, "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"10\" y=\"24\" "
                 "font-size=\"16\" font-weight=\"bold\">");
    svg_fit(out, t->title, 90);
    buf_lit(out, "</text>\n<text x=\"10\" y=\"44\" fill=\"#55585f\">");
    svg_fit(out, buf_view(&facts), 160);
    buf_lit(out, "</text>\n");
}
