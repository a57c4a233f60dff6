/* SPDX-License-Identifier: MIT
 *
 * Paths are found by their beginning (a slash, a drive, a scheme), and end at their last slash before a bracket, a
 * quote or the end: one with blanks in it is cut whole, at the price of a word between two paths. */
#include "names/redact.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/pattern.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* "/…", "~/…", "./…", "../…", "C:\…", "scheme:/…" at i; how many bytes until its first slash, that included. */
static size_t path_start(struct str s, size_t i)
{
    size_t at = i;
    bool fresh = i == 0 || !(is_word(s.p[i - 1]) || is_slash(s.p[i - 1]) || s.p[i - 1] == '.');
    if (!fresh)
        return 0;
    while (at < s.n && (s.p[at] == '.' || s.p[at] == '~'))
        at++;
    if (at < s.n && s.p[at] == '/')
        return at + 1 - i;
    for (at = i; at < s.n && is_word(s.p[at]); at++)
        ;
    return at > i && at + 1 < s.n && s.p[at] == ':' && is_slash(s.p[at + 1]) ? at + 2 - i : 0;
}

static size_t path_end(struct str s, size_t from)
{
    size_t last = from;
    for (size_t i = from; i < s.n && !strchr(")]}>\"';,|", s.p[i]); i++)
        if (is_slash(s.p[i]))
            last = i + 1;
    return last;
}

static struct str strip_paths(struct str s, struct arena *arena)
{
    size_t slash = 0;
    while (slash < s.n && !is_slash(s.p[slash]))
        slash++;
    if (slash == s.n)
        return s;
    struct buf out = buf_new(s.n + 1, arena);
    for (size_t i = 0; i < s.n;) {
        size_t k = path_start(s, i);
        if (k)
            i = path_end(s, i + k);
        else
            buf_char(&out, s.p[i++]);
    }
    return buf_view(&out);
}

static struct str last_part(struct str s)
{
    size_t at = s.n;
    while (at && !is_slash(s.p[at - 1]))
        at--;
    return str_sub(s, at, s.n);
}

static struct str by_globs(const struct spec_pair *rules, uint32_t n, struct str s)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_glob(rules[i].key.s, s))
            return rules[i].value.s;
    return s;
}

struct str redact(const struct redact_spec *r, enum redact_what what, struct str s, struct arena *arena)
{
    if (!r)
        return s;
    if (what == REDACT_COMM)
        s = by_globs(r->comm, r->n_comm, s);
    else if (what == REDACT_FRAME)
        s = by_globs(r->frame, r->n_frame, s);
    else if (what == REDACT_MODULE)
        s = by_globs(r->module, r->n_module, s);
    else if (what == REDACT_HOST)
        s = by_globs(r->host, r->n_host, s);
    if (r->paths == PATHS_STRIP)
        s = what == REDACT_MODULE || what == REDACT_PATH ? last_part(s) : strip_paths(s, arena);
    for (uint32_t i = 0; i < r->n_text; i++)
        if (pattern_replace(r->text[i].pattern, &s, r->text[i].value.s, arena) == PATTERN_GAVE_UP)
            s = STR("[redacted]");
    return s;
}

bool redact_any(const struct redact_spec *r)
{
    return r && (r->paths != PATHS_KEEP || r->n_comm || r->n_frame || r->n_module || r->n_host || r->n_text);
}
