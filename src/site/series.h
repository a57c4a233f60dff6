/* SPDX-License-Identifier: MIT
 *
 * Which nights are nights of the same thing: those of one event whose meta have the same values under the given keys.
 * By default group, service, account, region and branch; where no report has a group or service, host and container,
 * too: hosts of a group come and go, and what matters over the nights is the group. */
#ifndef SITE_SERIES_H
#define SITE_SERIES_H

#include "site/site.h"

/* by: keys with commas between them, or empty. Reports without a date are in none. */
void series_make(struct site *s, struct str by);

#endif
