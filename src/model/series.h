/* SPDX-License-Identifier: MIT
 *
 * Numbers over time beside the samples: a metric of the spec, a counter of a trace. Drawn above the heatmap on the same
 * axis; no count and no flame graph depends on them. */
#ifndef MODEL_SERIES_H
#define MODEL_SERIES_H

#include <stdint.h>

#include "base/str.h"

struct counter_series {
    struct str title, unit; /* unit: "ms", "%"; empty when not known */
    uint32_t n;
    uint32_t *time; /* steps since the profile's origin, ascending; equal ones in the order of the source */
    double *value;  /* finite */
};

#endif
