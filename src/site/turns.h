/* SPDX-License-Identifier: MIT
 *
 * Where a share changed over the nights, and how surely: PELT (findings/pelt.h) on each function's and package's
 * share, self and total, then a t test of every cut. What is allowed for: how the share moves from night to night, the
 * chance in the samples of a night, and how many shares and nights are looked at. A new share has to last three nights:
 * weekends are no changes. Deterministic. */
#ifndef SITE_TURNS_H
#define SITE_TURNS_H

#include "site/site.h"

/* Nights of a series that are looked at, the newest ones. */
#define TURNS_NIGHTS 400u
/* Chance that noise shows a change anywhere in a series, at most. */
#define TURNS_CHANCE 0.001

void turns_find(struct site *s);
/* The nights that have changes, newest first, each with those before it, as pages to be made: at most `most`. */
void turns_comparisons(struct site *s, uint32_t most);

#endif
