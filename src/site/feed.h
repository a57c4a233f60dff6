/* SPDX-License-Identifier: MIT
 *
 * feed.xml (Atom, RFC 4287): the newest reports and changes. An id is made of the path and the title, so that a report
 * that is built again is the same entry; dates are those of the reports, so that the same folder gives the same feed. */
#ifndef SITE_FEED_H
#define SITE_FEED_H

#include "base/buf.h"
#include "site/site.h"

#define FEED_GENERATOR ">flamepress site</generator>"

void feed_write(const struct site *s, struct buf *out, struct arena *arena);

#endif
