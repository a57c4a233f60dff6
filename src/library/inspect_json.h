/* SPDX-License-Identifier: MIT
 *
 * The JSON of fp_inspect, as docs/inspect.md describes it. */
#ifndef LIBRARY_INSPECT_JSON_H
#define LIBRARY_INSPECT_JSON_H

#include "analyse/window.h"
#include "base/buf.h"
#include "pack/report.h"

/* ranges: one per panel. */
void inspect_json(const struct report *r, const struct range *ranges, uint32_t n_hottest, struct buf *out,
                  struct arena *arena);

#endif
