/* SPDX-License-Identifier: MIT
 *
 * A heatmap as inline SVG that needs no style: a frame, one stroked path per colour level, axis labels, a
 * legend. Pictures stretch with the page, their text does not. */
#ifndef RENDER_STATICMAP_H
#define RENDER_STATICMAP_H

#include "analyse/heatmap.h"
#include "base/buf.h"

/* At most so many cells; 0 columns: no map. */
struct map_size {
    uint32_t columns, rows;
};

/* Nothing for a profile without times. */
void staticmap_write(const struct panel *panel, uint32_t event, struct map_size most, struct buf *out,
                     struct arena *scratch);

#endif
