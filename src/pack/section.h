/* SPDX-License-Identifier: MIT
 *
 * The container of columns: magic, checksum, a table of sizes, the columns, each deflated on its own. Out:
 * one <script> element of base64. In: the text of such an element; a column is inflated only when somebody
 * takes it and says how large it may be, so that a size in the file never decides an allocation. */
#ifndef PACK_SECTION_H
#define PACK_SECTION_H

#include "base/diag.h"
#include "pack/format.h"
#include "pack/varint.h"

struct section_column {
    const uint8_t *stored;
    size_t stored_bytes, raw_bytes;
    uint8_t coding;
    struct varint_reader raw; /* after section_take */
};

struct section {
    struct str name; /* as in data-fp: "0.stacks" */
    const char *const *column_name;
    struct section_column *column;
    uint32_t n_columns; /* at least as many as the reader asked for */
    const uint8_t *bytes;
    uint64_t text_at; /* offset of the base64 text in the file */
    uint32_t file;
    struct diag *d;
    struct arena *work;
};

/* "stacks" */
struct str section_word(enum pack_section kind);
/* "0.stacks" */
struct str section_name(uint32_t profile, enum pack_section kind, struct arena *arena);

struct section_writer {
    struct buf table, all;
    size_t front;
    struct arena *arena;
};

/* Writes the container: exactly n_columns columns, in their order; each is dropped as it is put. */
struct section_writer section_begin(uint32_t n_columns, struct arena *arena);
void section_put(struct section_writer *w, struct buf *column);
/* One that is coded so densely that deflate would find nothing in it. */
void section_put_as_is(struct section_writer *w, struct buf *column);
/* Appends the element that holds them. */
void section_end(struct section_writer *w, struct str name, struct buf *out);

/* Reads the container. s->name, column_name, text_at, file, d and work are set by the caller; column_name may
 * be NULL. Bytes live on s->work. */
bool section_open(struct section *s, struct str text, uint32_t n_columns);
/* Inflates a column of at least `least` and at most `most` bytes. NULL when it cannot be; said in d. */
struct varint_reader *section_take(struct section *s, uint32_t column, uint64_t least, uint64_t most);
/* Says what is wrong in a column that was taken, and where; gives false. */
bool section_fault(struct section *s, uint32_t column, const char *what);
/* True when the columns [from, to) that were taken were read to their ends, without going past them. */
bool section_done(struct section *s, uint32_t from, uint32_t to);

#endif
