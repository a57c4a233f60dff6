/* SPDX-License-Identifier: MIT
 *
 * One pass over the template; a few dozen holes at most, so they are looked up one by one. All faults of a
 * template are said, each at its place. */
#include "render/template.h"

static const struct hole *find(const struct hole *holes, uint32_t n, struct str name)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(str_of(holes[i].name), name))
            return &holes[i];
    return NULL;
}

static bool has_hole(struct str text, const char *name)
{
    for (;;) {
        size_t at = str_find(text, STR("{{"));
        if (at == SIZE_MAX)
            return false;
        text = str_sub(text, at + 2, text.n);
        if (str_starts(text, str_of(name)) && str_starts(str_sub(text, str_of(name).n, text.n), STR("}}")))
            return true;
    }
}

bool template_fill(struct str path, struct str text, const struct hole *holes, uint32_t n, struct buf *out,
                   struct diag *d)
{
    uint32_t file = diag_text(d, path, text), wrong = 0;
    size_t from = 0;
    for (;;) {
        size_t at = str_find(str_sub(text, from, text.n), STR("{{"));
        if (at == SIZE_MAX)
            break;
        at += from;
        buf_str(out, str_sub(text, from, at));
        struct pos pos = {file, (uint32_t)at};
        struct str rest = str_sub(text, at + 2, text.n);
        size_t end = str_find(rest, STR("}}"));
        if (end == SIZE_MAX) {
            diag_at(d, DIAG_ERROR, pos, "hole is not closed (write '{{name}}')");
            return false;
        }
        const struct hole *hole = find(holes, n, str_sub(rest, 0, end));
        if (hole && hole->write) {
            if (!hole->write(hole->ctx, out))
                return false;
        } else if (hole) {
            buf_str(out, hole->fill);
        } else {
            diag_at(d, DIAG_ERROR, pos, "unknown hole '%.*s'", STR_ARG(str_sub(rest, 0, end)));
            wrong++;
        }
        from = at + 2 + end + 2;
    }
    buf_str(out, str_sub(text, from, text.n));
    for (uint32_t i = 0; i < n; i++)
        if (!has_hole(text, holes[i].name)) {
            diag_say(d, DIAG_ERROR, file, "template has no hole '%s'", holes[i].name);
            wrong++;
        }
    return wrong == 0;
}
