/* SPDX-License-Identifier: MIT
 *
 * Report -> its digest (pack/digest.h). Names are those of comparisons, so that a function is the same over many
 * reports; shares are of the busy weight of each profile's main event. Same report, same digest. */
#ifndef SITE_DIGEST_MAKE_H
#define SITE_DIGEST_MAKE_H

#include "pack/digest.h"

/* What takes time of it: the weights and the small map of one panel, which hang on its profile and on how its heatmap is shown, and
 * on nothing else. The rest is left empty. */
struct digest_profile digest_weigh(const struct panel *panel, struct arena *arena);
/* Before the samples are spent. Texts are those of the report. */
struct digest *digest_make(const struct report *r, struct arena *arena);

#endif
