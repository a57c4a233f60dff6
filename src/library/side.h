/* SPDX-License-Identifier: MIT
 *
 * A profile for comparing, named as links of a page name it: FILE, or FILE#p=ID&t=34.1..34.9. */
#ifndef LIBRARY_SIDE_H
#define LIBRARY_SIDE_H

#include "compare/compare.h"
#include "library/link.h"
#include "library/session.h"
#include "pack/report.h"

struct side_place {
    struct str path, fragment; /* without '#' */
};

/* A file whose own name has a '#' in it is that file. */
struct side_place side_place(struct str given, struct arena *arena);
/* False, said, when there is no such profile or range. The id is what was given. */
bool side_read(fp_session *s, struct str given, struct compare_side *out);

/* The profile of a report that a link names, and its range. `at` is where it was asked for, or else `file` (of the report). */
bool side_pick(fp_session *s, const struct report *report, const struct link *link, struct pos at,
               uint32_t file, struct compare_side *out);

#endif
