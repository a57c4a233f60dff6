/* SPDX-License-Identifier: MIT
 *
 * A small, strict checker of markup: tags nest, attributes are quoted, nothing stands outside of the few
 * forms that flamepress writes. Content of <script> and <style> is skipped as a browser would. Returns NULL
 * or what is wrong; *at is the offset. */
#ifndef TESTS_TAGS_H
#define TESTS_TAGS_H

#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define TAGS_DEEPEST 4000

static inline bool tags_is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static inline bool tags_is_void(struct str name)
{
    static const char *const list[] = {"meta", "br", "hr", "link", "img", "wbr"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_eq(name, str_of(list[i])))
            return true;
    return false;
}

/* Past the attributes; false when one is not name="value" (or a bare name), or is style= or an on… handler.
 */
static inline bool tags_attributes(struct str s, size_t *i, bool *closed)
{
    *closed = false;
    while (*i < s.n && s.p[*i] != '>') {
        if (s.p[*i] == ' ' || s.p[*i] == '\n') {
            ++*i;
            continue;
        }
        if (s.p[*i] == '/' && *i + 1 < s.n && s.p[*i + 1] == '>') {
            *closed = true;
            ++*i;
            continue;
        }
        size_t from = *i;
        while (*i < s.n && tags_is_name(s.p[*i]))
            ++*i;
        struct str name = str_sub(s, from, *i);
        if (!name.n || str_eq(name, STR("style")) || str_starts(name, STR("on")))
            return false;
        if (*i >= s.n || s.p[*i] != '=')
            continue;
        if (*i + 1 >= s.n || s.p[*i + 1] != '"')
            return false;
        size_t end = *i + 2;
        while (end < s.n && s.p[end] != '"' && s.p[end] != '<' && s.p[end] != '\0')
            end++;
        if (end >= s.n || s.p[end] != '"')
            return false;
        *i = end + 1;
    }
    return *i < s.n;
}

static inline const char *tags_check(struct str s, size_t *at)
{
    static struct str open[TAGS_DEEPEST];
    size_t depth = 0, i = 0;
    while (i < s.n) {
        *at = i;
        if (s.p[i] == '\0' || s.p[i] == '>')
            return s.p[i] ? "a bare '>'" : "a NUL";
        if (s.p[i] != '<') {
            i++;
            continue;
        }
        if (str_starts(str_sub(s, i, s.n), STR("<!DOCTYPE html>"))) {
            i += 15;
            continue;
        }
        bool end = i + 1 < s.n && s.p[i + 1] == '/', closed;
        size_t from = i += 1 + end;
        while (i < s.n && tags_is_name(s.p[i]))
            i++;
        struct str name = str_sub(s, from, i);
        if (!name.n)
            return "a bare '<'";
        if (!tags_attributes(s, &i, &closed))
            return "a wrong attribute";
        i++;
        if (end) {
            if (!depth || !str_eq(open[--depth], name))
                return "a wrong end tag";
        } else if (!closed && !tags_is_void(name)) {
            if (depth == TAGS_DEEPEST)
                return "too deep";
            open[depth++] = name;
            if (str_eq(name, STR("script")) || str_eq(name, STR("style"))) {
                size_t skip = str_find(str_sub(s, i, s.n),
                                       str_eq(name, STR("script")) ? STR("</script>") : STR("</style>"));
                if (skip == SIZE_MAX)
                    return "a script or style without end";
                i += skip;
            }
        }
    }
    *at = s.n;
    return depth ? "an element without end" : NULL;
}

#endif
