/* SPDX-License-Identifier: MIT
 *
 * What index, feed and page say alike: names of series, links, changes in words. Bytes of users come out escaped for
 * the place named. */
#ifndef SITE_SAYS_H
#define SITE_SAYS_H

#include "base/buf.h"
#include "site/site.h"

/* A path below the folder as the value of href: each part percent-encoded, so that it is no scheme and no attribute
 * ends in it. */
void says_href(struct buf *out, struct str path);
/* "checkout, eu-west-1 (cpu-clock)", or the event alone. */
struct str says_series(const struct series *of, struct arena *arena);
struct str says_name(const struct site *s, const struct turn *t);
/* "Cart::total, self: 4.1 % -> 6.9 %": plain text. */
struct str says_turn(const struct site *s, const struct turn *t, struct arena *arena);
/* "99.98 %": how sure a change is, never 100 %. */
struct str says_sure(double p, struct arena *arena);
/* The names of a night's changes, at most `most` of them; *next: the first turn of another night. */
struct str says_night(const struct site *s, size_t turn, uint32_t most, size_t *next, struct arena *arena);

#endif
