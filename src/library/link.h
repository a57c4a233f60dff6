/* SPDX-License-Identifier: MIT
 *
 * What a link of a page shows, for export and diff: "report.html#p=prod&t=34.1..34.9&e=cpu-clock&th=java&cpu=3". The keys
 * are those of assets/js/state.js; keys of the view alone (zoom, search, colours) are skipped. */
#ifndef LIBRARY_LINK_H
#define LIBRARY_LINK_H

#include "export/taken.h"
#include "library/session.h"
#include "pack/report.h"

struct link {
    bool given; /* whether there was one */
    struct str profile, range, finding, event, idle;
    struct str host, pid, thread, tid, cpu; /* empty: all */
    struct str period, rows, palette, scale, view;
    struct str transforms; /* of the stacks: the page's alone, and said so */
};

/* Values decoded from %XX. */
struct link link_read(struct str fragment, struct arena *arena);
/* As the page opens it: a link that names no profile is of the first. */
void link_open(struct link *l, const struct report *report);
/* The filters of a link into what is taken; false, said, when there is no such event, thread, CPU…. */
bool link_take(fp_session *s, const struct link *l, uint32_t file, struct taken *t);

#endif
