/* SPDX-License-Identifier: MIT
 *
 * Retention: which reports are too old, or too many. Counted from the newest report, not from today: a job that stands
 * still for a month loses nothing, and the same folder gives the same answer. Reports without a date stay. */
#ifndef SITE_KEEP_H
#define SITE_KEEP_H

#include "site/site.h"

/* Marks the entries that go and adds their paths to s->leaving. With `prune` they leave s->entries, too. */
void keep_mark(struct site *s, const struct site_options *how);
/* Comparison pages of site's own that nothing links to any more. After turns_comparisons. */
void keep_mark_own(struct site *s);
/* Removes what leaves. What cannot be removed is said. */
void keep_prune(struct site *s);

#endif
