/* SPDX-License-Identifier: MIT
 *
 * When a report is of: meta "date", else the wall clock of its recording, else the date in the name of its file. Not
 * the file's own time: that of a copy or a checkout is another, and the index would differ. */
#ifndef SITE_ENTRY_DATE_H
#define SITE_ENTRY_DATE_H

#include "site/site.h"

/* Seconds since 1970 UTC. p may be NULL. */
bool entry_date(const struct entry *e, const struct digest_profile *p, int64_t *date);

#endif
