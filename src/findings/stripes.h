/* SPDX-License-Identifier: MIT
 *
 * The period that lines the stripes of a heatmap up best: what the page offers as width of a column. By the autocorrelation of the
 * load (Wiener and Khinchin), so that it needs no model of what causes them; whether that is a timer, and how sure it is, is
 * for the findings to say. */
#ifndef FINDINGS_STRIPES_H
#define FINDINGS_STRIPES_H

#include "pack/report.h"

struct scene;

/* s: the panel's scene; NULL where it has none: then the counts of the panel are looked at. period_ns is 0 when nothing lines up. */
struct stripes stripes_find(const struct panel *panel, const struct scene *s, struct arena *arena);

#endif
