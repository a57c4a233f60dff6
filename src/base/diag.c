/* SPDX-License-Identifier: MIT
 *
 * Entries are kept as they come and sorted when somebody reads them. Every entry resolves its place at once,
 * so that a text may be dropped later only if nothing more is said about it. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/vec.h"

#define SOURCE_BYTES 200 /* of a source line that is shown: one line of minified JSON can be megabytes */

struct entry {
    struct diag_entry e;
    uint32_t file, order, lead; /* lead: order of the entry that a note belongs to */
    uint64_t where;             /* sort key inside the file */
    uint32_t cut;               /* bytes of the source line left out before what is shown */
};

struct file {
    struct str path, text;
    uint32_t *line_begin; /* offset of each line; made when the first place in the text is named */
    uint32_t n_lines;
};

struct diag {
    struct arena *arena;
    VEC(struct file) files;
    VEC(struct entry) entries;
    uint32_t errors, system_errors, warnings;
    uint32_t n_shown;
    struct entry *shown; /* sorted and cut; NULL when out of date */
};

struct diag *diag_new(struct arena *arena)
{
    struct diag *d = NEW(arena, struct diag);
    d->arena = arena;
    (void)vec_push(&d->files, SIZE_MAX, arena,
                   (struct file){.path = STR(""), .text = STR("")}); /* id 0: no file */
    return d;
}

uint32_t diag_text(struct diag *d, struct str path, struct str text)
{
    for (size_t i = 1; i < d->files.n; i++)
        if (str_eq(d->files.p[i].path, path)) {
            if (text.n) {
                d->files.p[i].text = text;
                d->files.p[i].line_begin = NULL;
            }
            return (uint32_t)i;
        }
    (void)vec_push(&d->files, SIZE_MAX, d->arena,
                   (struct file){.path = str_dup(path, d->arena), .text = text});
    return (uint32_t)(d->files.n - 1);
}

uint32_t diag_file(struct diag *d, struct str path)
{
    return diag_text(d, path, STR(""));
}

/* Whether a character goes on at this byte. */
static bool goes_on(struct str s, size_t i)
{
    return i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80;
}

/* At most SOURCE_BYTES of a line, the part that the caret is in, cut between characters. */
static struct str source_part(struct str line, uint32_t column, uint32_t *cut)
{
    size_t from = 0, to;
    if (column > SOURCE_BYTES && line.n)
        for (from = column - SOURCE_BYTES / 2; from + 1 < column && goes_on(line, from);)
            from++;
    for (to = from + SOURCE_BYTES; to > from + SOURCE_BYTES - 3 && goes_on(line, to);)
        to--;
    *cut = (uint32_t)from;
    return str_sub(line, from, to);
}

static void add(struct diag *d, enum diag_kind kind, struct line_at at, uint64_t where, const char *fmt,
                va_list ap)
{
    char text[2048];
    int n = vsnprintf(text, sizeof text, fmt, ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    struct entry e = {.file = at.file, .order = (uint32_t)d->entries.n, .where = where};
    struct str source = source_part(at.text, at.column, &e.cut);
    e.lead = kind == DIAG_NOTE && e.order ? d->entries.p[e.order - 1].lead : e.order;
    e.e = (struct diag_entry){.kind = kind,
                              .path = d->files.p[at.file].path,
                              .line = at.line,
                              .column = at.column,
                              .message = str_dup((struct str){text, len}, d->arena),
                              .source = str_dup(source, d->arena)};
    d->errors += kind <= DIAG_SYSTEM;
    d->system_errors += kind == DIAG_SYSTEM;
    d->warnings += kind == DIAG_WARNING;
    (void)vec_push(&d->entries, UINT32_MAX, d->arena, e);
    d->shown = NULL;
}

static void index_lines(struct diag *d, struct file *f)
{
    uint32_t n = 1;
    for (size_t i = 0; i < f->text.n; i++)
        n += f->text.p[i] == '\n';
    f->line_begin = NEW_N(d->arena, uint32_t, n);
    f->n_lines = 1;
    for (size_t i = 0; i < f->text.n; i++)
        if (f->text.p[i] == '\n')
            f->line_begin[f->n_lines++] = (uint32_t)i + 1;
}

/* The last line that begins at or before the offset. */
static uint32_t line_of(const struct file *f, uint32_t offset)
{
    uint32_t low = 0, high = f->n_lines;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        *(f->line_begin[mid] <= offset ? &low : &high) = mid;
    }
    return low;
}

void diag_at(struct diag *d, enum diag_kind kind, struct pos at, const char *fmt, ...)
{
    struct file *f = &d->files.p[at.file];
    struct str text = f->text;
    struct line_at line = {.file = at.file};
    if (at.file && text.n) {
        if (!f->line_begin)
            index_lines(d, f);
        uint32_t offset = at.offset < text.n ? at.offset : (uint32_t)text.n, index = line_of(f, offset);
        size_t begin = f->line_begin[index];
        line.line = index + 1;
        struct str rest = str_sub(text, begin, text.n);
        line.text = str_sub(rest, 0, str_find_char(rest, '\n'));
        if (str_ends(line.text, STR("\r")))
            line.text.n--;
        line.column = offset - (uint32_t)begin + 1;
    }
    va_list ap;
    va_start(ap, fmt);
    add(d, kind, line, at.offset, fmt, ap);
    va_end(ap);
}

void diag_line(struct diag *d, enum diag_kind kind, struct line_at at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(d, kind, at, at.line << 20 | (at.column & 0xfffff), fmt, ap);
    va_end(ap);
}

void diag_offset(struct diag *d, enum diag_kind kind, uint32_t file, uint64_t offset, const char *fmt, ...)
{
    char with_offset[512];
    snprintf(with_offset, sizeof with_offset, "at byte %llu: %s", (unsigned long long)offset, fmt);
    va_list ap;
    va_start(ap, fmt);
    add(d, kind, (struct line_at){.file = file}, offset, with_offset, ap);
    va_end(ap);
}

void diag_say(struct diag *d, enum diag_kind kind, uint32_t file, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(d, kind, (struct line_at){.file = file}, 0, fmt, ap);
    va_end(ap);
}

uint32_t diag_errors(const struct diag *d)
{
    return d->errors;
}
uint32_t diag_system_errors(const struct diag *d)
{
    return d->system_errors;
}
uint32_t diag_warnings(const struct diag *d)
{
    return d->warnings;
}

/* Notes sort with the entry that leads them, wherever they point. */
static const struct entry *sorting_base;

static int by_place(const void *a, const void *b)
{
    const struct entry *x = a, *y = b, *lx = sorting_base + x->lead, *ly = sorting_base + y->lead;
    if (lx->file != ly->file)
        return lx->file < ly->file ? -1 : 1;
    if (lx->where != ly->where)
        return lx->where < ly->where ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void settle(struct diag *d)
{
    if (d->shown || !d->entries.n)
        return;
    struct entry *all = NEW_N(d->arena, struct entry, d->entries.n);
    memcpy(all, d->entries.p, d->entries.n * sizeof *all);
    sorting_base = d->entries.p;
    qsort(all, d->entries.n, sizeof *all, by_place);
    d->shown = NEW_N(d->arena, struct entry, d->entries.n + d->files.n);
    d->n_shown = 0;
    for (size_t i = 0; i < d->entries.n;) {
        uint32_t file = d->entries.p[all[i].lead].file, shown = 0, hidden = 0, hidden_errors = 0;
        for (; i < d->entries.n && d->entries.p[all[i].lead].file == file; i++) {
            bool note = all[i].e.kind == DIAG_NOTE;
            if (shown < LIMIT_DIAGNOSTICS_PER_FILE || (note && !hidden)) {
                shown += !note;
                d->shown[d->n_shown++] = all[i];
            } else if (!note) {
                hidden++;
                hidden_errors += all[i].e.kind <= DIAG_SYSTEM;
            }
        }
        if (hidden) {
            struct entry more = {.file = file};
            more.e.kind = hidden_errors ? DIAG_ERROR : DIAG_WARNING;
            more.e.path = d->files.p[file].path;
            more.e.message = str_fmt(d->arena, "and %u more", hidden);
            d->shown[d->n_shown++] = more;
        }
    }
}

uint32_t diag_count(struct diag *d)
{
    settle(d);
    return d->shown ? d->n_shown : 0;
}

struct diag_entry diag_entry(struct diag *d, uint32_t i)
{
    settle(d);
    return d->shown[i].e;
}

/* Bytes that may go to a terminal as they are, or 0: then one byte is shown as \xNN. */
static size_t printable_len(struct str s)
{
    size_t k = str_utf8_len(s);
    uint32_t c = k ? str_utf8_code(s, k) : 0;
    return c == '\t' || str_code_is_plain(c) ? k : 0;
}

static void add_printable(struct buf *out, struct str s)
{
    while (s.n) {
        size_t k = printable_len(s);
        if (k)
            buf_add(out, s.p, k);
        else
            buf_fmt(out, "\\x%02x", (unsigned char)s.p[0]);
        s = str_sub(s, k ? k : 1, s.n);
    }
}

/* Columns a terminal needs for the sequence at s: 0 for combining marks, 2 for wide East Asian, else 1. */
static unsigned width_at(struct str s, size_t k)
{
    uint32_t c = str_utf8_code(s, k);
    if (c == 0xfeff || (c >= 0x300 && c <= 0x36f) || c == 0x200b || c == 0x200d ||
        (c >= 0xfe00 && c <= 0xfe0f))
        return 0;
    bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
}

static void add_caret(struct buf *out, struct str before)
{
    while (before.n) {
        size_t k = printable_len(before);
        if (before.p[0] == '\t')
            buf_char(out, '\t');
        else if (k)
            for (unsigned w = width_at(before, k); w; w--)
                buf_char(out, ' ');
        else
            buf_lit(out, "    "); /* \xNN */
        before = str_sub(before, k ? k : 1, before.n);
    }
    buf_lit(out, "^\n");
}

void diag_print(struct diag *d, struct buf *out)
{
    static const char *const label[] = {"error", "error", "error", "warning", "note"};
    for (uint32_t i = 0, n = diag_count(d); i < n; i++) {
        struct diag_entry e = d->shown[i].e;
        if (e.path.n)
            add_printable(out, e.path);
        else
            buf_lit(out, "flamepress");
        if (e.line)
            buf_fmt(out, ":%llu", (unsigned long long)e.line);
        if (e.line && e.column)
            buf_fmt(out, ":%u", e.column);
        buf_fmt(out, ": %s: ", label[e.kind]);
        add_printable(out, e.message);
        buf_char(out, '\n');
        if (!e.source.n || !e.column)
            continue;
        buf_lit(out, "  ");
        add_printable(out, e.source);
        buf_lit(out, "\n  ");
        add_caret(out, str_sub(e.source, 0, e.column - 1 - d->shown[i].cut));
    }
}

struct str diag_did_you_mean(struct diag *d, struct str given, const struct str *candidates, uint32_t n)
{
    size_t best = given.n < 5 ? 2 : 3; /* at most one slip in a short word, two in a longer one */
    struct str nearest = STR("");
    for (uint32_t i = 0; i < n; i++) {
        size_t far = str_distance(given, candidates[i]);
        if (far < best && far < candidates[i].n) {
            best = far;
            nearest = candidates[i];
        }
    }
    return nearest.n ? str_fmt(d->arena, " (did you mean '%.*s'?)", STR_ARG(nearest)) : STR("");
}
