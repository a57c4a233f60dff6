/* SPDX-License-Identifier: MIT
 *
 * One row per key of the spec: where it stands, what it takes, its default, a line of help. The table drives
 * the checks (spec.c) and docs/spec.md (a test holds the two against each other). */
#ifndef SPEC_SCHEMA_H
#define SPEC_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum schema_type {
    TYPE_TEXT,     /* struct spec_text */
    TYPE_ID,       /* the same: letters, digits, _ . - */
    TYPE_NOTES,    /* struct notes_spec */
    TYPE_META,     /* struct spec's meta */
    TYPE_TIME,     /* int64_t, nanoseconds; rows with `least` above 0 refuse less */
    TYPE_BYTES,    /* uint64_t */
    TYPE_INSTANT,  /* int64_t, nanoseconds since 1970 UTC */
    TYPE_RANGE,    /* two int64_t, at and n_at */
    TYPE_COUNT,    /* uint32_t between least and most */
    TYPE_CHOICE,   /* an enum, in the order of `choices` */
    TYPE_TEXTS,    /* struct str *, uint32_t n: a text or a list of texts */
    TYPE_PATHS,    /* struct spec_text *, uint32_t n: the same, each with its place */
    TYPE_PATTERNS, /* struct spec_pattern *, uint32_t n: a regular expression or a list of them */
    TYPE_PAIRS,    /* struct spec_pair *, uint32_t n: a map of texts; keys are globs */
    TYPE_REPLACE,  /* the same; keys are regular expressions */
    TYPE_FLAGS,    /* uint32_t: 1 << i for each of `choices` */
    TYPE_ORDER,    /* uint8_t[], uint32_t n: some of `choices`, in the order written */
    TYPE_IDS,      /* struct id_range *, uint32_t n: numbers and ranges */
    TYPE_SECTION,  /* a map, by the rows of its own section */
    TYPE_SECTIONS, /* a list of maps */
    TYPE_LATER     /* a key of a later version */
};

struct schema_row {
    const char *section; /* "" is the top; else the key that holds it, as in "filter" */
    const char *key;
    enum schema_type type;
    size_t at, n_at; /* in the section's struct; n_at: the count of a list, the end of a range */
    int64_t least, most;
    const char *choices;  /* separated by spaces */
    const char *takes;    /* shown: "a time such as 100us" */
    const char *fallback; /* the default, as documented */
    const char *help;
};

extern const struct schema_row schema_rows[]; /* ends with a NULL key */

/* NULL when the section has no such key. */
const struct schema_row *schema_find(const char *section, struct str key);
/* Index of a choice, or -1. */
int schema_choice(const struct schema_row *row, struct str word);

#endif
