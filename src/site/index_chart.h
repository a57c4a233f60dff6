/* SPDX-License-Identifier: MIT
 *
 * Pictures of the index for a reader without scripts, as inline SVG with attributes only. */
#ifndef SITE_INDEX_CHART_H
#define SITE_INDEX_CHART_H

#include "base/buf.h"
#include "site/site.h"

/* A report's heatmap, some 120 by 30 pixels. Nothing where there is none. */
void chart_map(const struct entry *e, struct buf *out);
/* The hottest functions of a series by self over its last nights, with its changes. Nothing of a single night. */
void chart_series(const struct site *s, uint32_t series, struct buf *out, struct arena *arena);

#endif
