/* SPDX-License-Identifier: MIT
 *
 * "id~from..to~label[~note]|…": '%', '~' and '|' inside of a field are percent-encoded, no id is the first profile, "-" no marks. */
#include "pack/reader_marks.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "pack/head_json.h"

#define MOST_MARKS 100 /* as in the page */

/* Undoes %25, %7e and %7c: nothing else was encoded. */
static struct str open_field(struct str s, struct arena *arena)
{
    char *out = NEW_N(arena, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        struct str code = str_sub(s, i, i + 3);
        char c = str_eq(code, STR("%25"))                                   ? '%'
                 : str_eq(code, STR("%7e")) || str_eq(code, STR("%7E")) ? '~'
                 : str_eq(code, STR("%7c")) || str_eq(code, STR("%7C")) ? '|'
                                                                        : 0;
        out[n++] = c ? c : s.p[i];
        i += c ? 2 : 0;
    }
    return (struct str){out, n};
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t')
            return false;
    return true;
}

static struct panel *panel_of(struct report *r, struct str id)
{
    for (uint32_t i = 0; i < r->n_panels; i++)
        if (id.n ? str_eq(r->panels[i].id, id) : i == 0)
            return &r->panels[i];
    return NULL;
}

static bool read_mark(struct str text, struct report *r, struct panel **panel, struct mark *m, struct arena *arena)
{
    struct str field[4] = {{0}};
    bool more = true;
    for (uint32_t i = 0; i < 4 && more; i++)
        more = str_cut(text, '~', &field[i], &text);
    for (uint32_t i = 0; i < 4; i++)
        field[i] = open_field(field[i], arena);
    *m = (struct mark){.label = field[2], .note = field[3], .by_reader = true};
    *panel = panel_of(r, field[0]);
    return !more && *panel && field[2].n && is_plain(field[2]) && str_find_char(field[2], '\n') == SIZE_MAX && is_plain(field[3]) &&
           time_parse_range(field[1], &m->from_ns, &m->to_ns) && m->to_ns <= LIMIT_TIME_NS;
}

static void add_mark(struct panel *panel, struct mark m, struct arena *arena)
{
    struct mark *all = NEW_N(arena, struct mark, (size_t)panel->n_marks + 1);
    for (uint32_t i = 0; i < panel->n_marks; i++)
        all[i] = panel->marks[i];
    all[panel->n_marks++] = m;
    panel->marks = all;
}

bool reader_marks_read(struct str json, uint64_t at, uint32_t file, struct diag *d, struct report *out, struct arena *arena)
{
    struct head_reading r = {.part = "marks of a reader", .d = d, .file = file, .at = at, .arena = arena, .profile = ID_NONE};
    json_object *o = head_parse(&r, json);
    if (!o)
        return false;
    struct str all = head_text(&r, o, "marks"), one;
    json_object_put(o);
    if (r.wrong || str_eq(all, STR("-")))
        return !r.wrong;
    struct mark mark[MOST_MARKS];
    struct panel *panel[MOST_MARKS];
    uint32_t n = 0;
    for (bool more = true; more; n++) {
        more = str_cut(all, '|', &one, &all);
        if (n == MOST_MARKS || !read_mark(one, out, &panel[n], &mark[n], arena)) {
            diag_offset(d, DIAG_WARNING, file, at, "marks of a reader: not understood, so they are left out: '%.*s'", STR_ARG(str_sub(one, 0, 80)));
            return true;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        add_mark(panel[i], mark[i], arena);
    return true;
}
