/* SPDX-License-Identifier: MIT
 *
 * One walk over UTF-8 sequences serves text and attributes: escaping quotes in text costs a few bytes and
 * saves a second set of rules. */
#include "render/escape.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Writes the character at s; returns its bytes in s. */
static size_t put_char(struct buf *out, struct str s)
{
    size_t n = str_utf8_len(s);
    unsigned char c = (unsigned char)s.p[0];
    if (n == 0 || (n > 1 && str_code_turns(str_utf8_code(s, n))))
        buf_lit(out, REPLACEMENT);
    else if (n > 1)
        buf_add(out, s.p, n);
    else if (c == '&')
        buf_lit(out, "&amp;");
    else if (c == '<')
        buf_lit(out, "&lt;");
    else if (c == '>')
        buf_lit(out, "&gt;");
    else if (c == '"')
        buf_lit(out, "&quot;");
    else if (c == '\'')
        buf_lit(out, "&#39;");
    else if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
        buf_lit(out, REPLACEMENT);
    else
        buf_char(out, (char)c);
    return n ? n : 1;
}

void escape_text(struct buf *out, struct str s)
{
    while (s.n)
        s = str_sub(s, put_char(out, s), s.n);
}

void escape_attribute(struct buf *out, struct str s)
{
    escape_text(out, s);
}

void escape_short(struct buf *out, struct str s, uint32_t most)
{
    for (; s.n && most; most--)
        s = str_sub(s, put_char(out, s), s.n);
    if (s.n)
        buf_lit(out, "\xe2\x80\xa6");
}

void escape_breakable(struct buf *out, struct str s, uint32_t most)
{
    for (; s.n && most; most--) {
        char c = s.p[0];
        s = str_sub(s, put_char(out, s), s.n);
        bool joint = c == ':' || c == '/' || c == ',' || c == '<' || c == '.' || c == '_' || c == '$';
        if (joint && s.n && s.p[0] != c)
            buf_lit(out, "<wbr>");
    }
    if (s.n)
        buf_lit(out, "\xe2\x80\xa6");
}

void escape_fragment(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-_.!~*():", c));
        if (plain)
            buf_char(out, (char)c);
        else
            buf_fmt(out, "%%%02X", c);
    }
}
