/* SPDX-License-Identifier: MIT
 *
 * index.html: one page, offline, of the same make as the reports: policy with hashes, a static summary that needs no
 * script, data in inert blocks. */
#ifndef SITE_INDEX_PAGE_H
#define SITE_INDEX_PAGE_H

#include "base/buf.h"
#include "site/site.h"

/* The static summary: <main id="fp-summary">. */
void index_summary(const struct site *s, struct buf *out, struct arena *arena);
/* assets: as of shell_load; NULL: those built in. */
bool index_page(const struct site *s, const char *assets, struct buf *out, struct arena *arena);

#endif
