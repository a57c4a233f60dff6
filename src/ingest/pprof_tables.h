/* SPDX-License-Identifier: MIT
 *
 * The tables of a pprof document: strings, types of values, mappings, functions, and locations as the builder's frames.
 * What a number refers to must be there; the first fault is said, and then nothing more is read.
 *
 * In:  all bytes of a document that wire_check() let pass. */
#ifndef INGEST_PPROF_TABLES_H
#define INGEST_PPROF_TABLES_H

#include "base/vec.h"
#include "ingest/door.h"
#include "pprof.pb-c.h"

struct pattern;

/* What an id stands for: a string (the name) for functions and mappings, frames for locations. */
struct pprof_entry {
    uint64_t id;
    size_t at; /* in the document */
    uint32_t index, from, n;
};

typedef VEC(struct pprof_entry) pprof_entries;

struct pprof_tables {
    struct str text;
    struct builder *b;
    struct diag *d;
    uint32_t file;
    bool is_wrong;

    VEC(struct str) strings;
    VEC(Pprof__ValueType) types; /* at least one, or it is wrong */
    pprof_entries mappings, functions, locations;
    VEC(uint32_t) frames;        /* of locations, leaf first */
    VEC(uint8_t) uninteresting;  /* of the same: drop_frames names it, and keep_frames does not */
    struct pattern *drop, *keep; /* NULL: none */
    uint32_t main_name;          /* string: the first mapping's file */
    uint32_t default_type;       /* string */
    int64_t time_ns;             /* since 1970 UTC; 0: not known */

    /* The message at hand. */
    const char *name;
    uint32_t index;
    size_t at;
    struct arena *arena, *scratch;
};

/* A string that no index reaches: its text is empty. */
#define PPROF_NO_STRING UINT32_MAX

/* Strings, types and the numbers of the document itself. */
void pprof_read_head(struct pprof_tables *t);
/* Mappings, functions, locations. */
void pprof_read_frames(struct pprof_tables *t);

/* Every message of one field of the document, one at a time, to take(to, message). */
typedef void pprof_taker(void *to, const void *message);
void pprof_each(struct pprof_tables *t, uint32_t number, const char *name, const ProtobufCMessageDescriptor *type,
                pprof_taker *take, void *to);

/* A fault in a field of the message at hand. */
void pprof_wrong(struct pprof_tables *t, const char *field, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The index itself; 0 when there is no such string (said). */
uint32_t pprof_string(struct pprof_tables *t, const char *field, int64_t index);
struct str pprof_text(const struct pprof_tables *t, uint32_t string);
/* NULL is said. */
const struct pprof_entry *pprof_find(struct pprof_tables *t, const pprof_entries *e, const char *field, uint64_t id);

#endif
