/* SPDX-License-Identifier: MIT
 *
 * `flamepress site`: folder -> index.html, feed.xml, index.json and comparison pages in it. Each file is written whole
 * or not at all, and only when it changes; comparisons before the index that links to them, what is pruned after the
 * index that no longer does. So a kill at any moment, or two runs at once, leave an index whose links are good. */
#ifndef SITE_MAKE_H
#define SITE_MAKE_H

#include "site/site.h"

/* The files of an earlier run are overwritten; others of these names are not. What was done is appended to `said`, for
 * people. False when it could not be done; said in d. */
bool site_make(struct str folder, const struct site_options *how, const char *assets, struct buf *said, struct diag *d,
               struct arena *arena);

#endif
