/* SPDX-License-Identifier: MIT
 *
 *   "FPZ1" | crc32 of the rest | n_columns | n x (raw bytes, stored bytes, coding) | the columns
 *
 * A column that deflate does not make smaller is stored. Large ones are deflated quickly: at the densest that took a tenth of a build. */
#include "pack/section.h"

#include <string.h>

#include "base/limits.h"
#include "pack/deflate.h"
#include "pack/text.h"

#define LARGE_COLUMN ((size_t)64 << 10)

static const char *const kind_name[PACK_SECTIONS] = {"counts", "stacks", "samples", "series"};

struct str section_word(enum pack_section kind)
{
    return str_of(kind_name[kind]);
}

struct str section_name(uint32_t profile, enum pack_section kind, struct arena *arena)
{
    return str_fmt(arena, "%u.%s", profile, kind_name[kind]);
}

/* What stands before the columns is known last: room for it is left in front of them. */
static size_t front_of(uint32_t n_columns)
{
    return sizeof PACK_MAGIC - 1 + 4 + VARINT_BYTES + (size_t)n_columns * (2 * VARINT_BYTES + 1);
}

struct section_writer section_begin(uint32_t n_columns, struct arena *arena)
{
    struct section_writer w = {.table = buf_new(LIMIT_REPORT_BYTES, arena)};
    w.all = buf_new(LIMIT_REPORT_BYTES, arena);
    w.front = front_of(n_columns);
    w.arena = arena;
    (void)buf_room(&w.all, w.front);
    varint_put(&w.table, n_columns);
    return w;
}

static void end_column(struct section_writer *w, struct buf *column, size_t before, enum pack_coding coding)
{
    varint_put(&w->table, column->n);
    varint_put(&w->table, w->all.n - before);
    buf_char(&w->table, (char)coding);
    w->all.over |= column->over;
    buf_drop(column);
}

void section_put_as_is(struct section_writer *w, struct buf *column)
{
    size_t before = w->all.n;
    buf_add(&w->all, column->p, column->n);
    end_column(w, column, before, CODING_STORED);
}

void section_put(struct section_writer *w, struct buf *column)
{
    size_t before = w->all.n, n = column->n;
    struct arena *library = arena_like(w->arena);
    if (n)
        (n < LARGE_COLUMN ? deflate_write : deflate_write_quickly)((const uint8_t *)column->p, n, &w->all, library);
    arena_free(library);
    if (n && w->all.n - before < n) {
        end_column(w, column, before, CODING_DEFLATE);
    } else {
        w->all.n = before;
        section_put_as_is(w, column);
    }
}

/* As the text grows, what it was made of goes. */
static void encode(const uint8_t *bytes, size_t n, struct buf *out)
{
    const size_t slice = (size_t)3 << 18; /* of whole groups of three */
    for (size_t at = 0; at < n; at += slice) {
        size_t part = n - at < slice ? n - at : slice;
        text_encode(bytes + at, part, out);
        arena_forget(bytes + at, part);
    }
}

void section_end(struct section_writer *w, struct str name, struct buf *out)
{
    if (w->all.over) {
        out->over = true;
        return;
    }
    size_t skip = w->front - (sizeof PACK_MAGIC - 1 + 4 + w->table.n), n = w->all.n - skip;
    char *p = w->all.p + skip;
    memcpy(p, PACK_MAGIC, sizeof PACK_MAGIC - 1);
    memcpy(p + 8, w->table.p, w->table.n);
    uint32_t crc = deflate_crc32((const uint8_t *)p + 8, n - 8);
    for (unsigned i = 0; i < 4; i++)
        p[4 + i] = (char)(crc >> 8 * i);
    buf_lit(out, PACK_SECTION_TAG);
    buf_str(out, name);
    buf_lit(out, "\">");
    encode((const uint8_t *)p, n, out);
    buf_lit(out, PACK_END_TAG "\n");
}

/* Offset in the file of the base64 digit that holds byte `at` of the section. */
static uint64_t text_offset(const struct section *s, size_t at)
{
    return s->text_at + at / 3 * 4;
}

static bool broken(struct section *s, size_t at, const char *what)
{
    diag_offset(s->d, DIAG_ERROR, s->file, text_offset(s, at), "section '%.*s': %s", STR_ARG(s->name), what);
    return false;
}

static const char *column_label(const struct section *s, uint32_t column, struct arena *arena)
{
    return s->column_name ? s->column_name[column] : str_fmt(arena, "%u", column).p;
}

bool section_fault(struct section *s, uint32_t column, const char *what)
{
    const struct section_column *c = &s->column[column];
    diag_offset(s->d, DIAG_ERROR, s->file, text_offset(s, (size_t)(c->stored - s->bytes)),
                "section '%.*s', column '%s', byte %zu: %s", STR_ARG(s->name),
                column_label(s, column, s->work), c->raw.at, what);
    return false;
}

static bool read_table(struct section *s, struct varint_reader *r, uint32_t n_wanted)
{
    uint64_t n = varint_get(r);
    if (r->bad || n < n_wanted || n > r->n)
        return broken(s, 8, "not as many columns as its kind has");
    s->n_columns = (uint32_t)n;
    s->column = NEW_N(s->work, struct section_column, n);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t raw = varint_get(r), stored = varint_get(r);
        uint8_t coding = varint_byte(r);
        if (r->bad)
            return broken(s, r->at, "the table of columns is cut short");
        if (raw > LIMIT_COLUMN_BYTES || stored > r->n)
            return broken(s, r->at, "a column is larger than it can be");
        if (coding > CODING_DEFLATE)
            return broken(s, r->at, "a column has a coding that this version does not know");
        if (coding == CODING_STORED ? raw != stored : raw > stored * 1032 + 64) /* deflate's greatest ratio */
            return broken(s, r->at, "the sizes of a column do not agree");
        s->column[i] = (struct section_column){.stored_bytes = stored, .raw_bytes = raw, .coding = coding};
    }
    size_t at = r->at;
    for (uint32_t i = 0; i < n; i++) {
        if (s->column[i].stored_bytes > r->n - at)
            return broken(s, at, "the columns are cut short");
        s->column[i].stored = r->p + at;
        at += s->column[i].stored_bytes;
    }
    return at == r->n ? true : broken(s, at, "there is more after the last column");
}

bool section_open(struct section *s, struct str text, uint32_t n_columns)
{
    size_t n = 0, bad_at = 0;
    uint8_t *bytes = NEW_N(s->work, uint8_t, text_decoded_max(text) + 1);
    s->bytes = bytes;
    if (!text_decode(text, bytes, &n, &bad_at)) {
        diag_offset(s->d, DIAG_ERROR, s->file, s->text_at + bad_at, "section '%.*s': not base64",
                    STR_ARG(s->name));
        return false;
    }
    if (n < 8 || memcmp(bytes, PACK_MAGIC, 4) != 0)
        return broken(s, 0, "does not begin with '" PACK_MAGIC "'");
    uint32_t crc = 0;
    for (unsigned i = 0; i < 4; i++)
        crc |= (uint32_t)bytes[4 + i] << 8 * i;
    if (crc != deflate_crc32(bytes + 8, n - 8))
        return broken(s, 4, "the checksum does not match: the file was damaged or edited");
    struct varint_reader r = {.p = bytes, .n = n, .at = 8};
    return read_table(s, &r, n_columns);
}

struct varint_reader *section_take(struct section *s, uint32_t column, uint64_t least, uint64_t most)
{
    struct section_column *c = &s->column[column];
    if (c->raw_bytes < least || c->raw_bytes > most) {
        diag_offset(s->d, DIAG_ERROR, s->file, text_offset(s, (size_t)(c->stored - s->bytes)),
                    "section '%.*s', column '%s': %zu bytes, expected %llu to %llu", STR_ARG(s->name),
                    column_label(s, column, s->work), c->raw_bytes, (unsigned long long)least,
                    (unsigned long long)most);
        return NULL;
    }
    c->raw = (struct varint_reader){.p = c->stored, .n = c->raw_bytes};
    if (c->coding == CODING_DEFLATE) {
        uint8_t *raw = NEW_N(s->work, uint8_t, c->raw_bytes + 1);
        c->raw.p = raw;
        if (!deflate_read(c->stored, c->stored_bytes, raw, c->raw_bytes, s->work)) {
            section_fault(s, column, "does not inflate to the size it names");
            return NULL;
        }
    }
    return &c->raw;
}

bool section_done(struct section *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        const struct varint_reader *r = &s->column[i].raw;
        if (r->bad)
            return section_fault(s, i, "ends too early");
        if (r->at != r->n)
            return section_fault(s, i, "goes on after its last value");
    }
    return true;
}
