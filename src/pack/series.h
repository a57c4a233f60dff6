/* SPDX-License-Identifier: MIT
 *
 * The section "series", both ways: numbers over time of a profile. What they are called stands in the head. */
#ifndef PACK_SERIES_H
#define PACK_SERIES_H

#include "model/profile.h"
#include "pack/section.h"

extern const char *const series_column_name[SERIES_COLUMNS];

/* Fills columns[SERIES_COLUMNS]. */
void series_write(const struct profile *p, struct buf *columns);
/* In: p with its series but their times and values. Out: those, on `arena`; false (said) when they are not as they
 * should be. */
bool series_read(struct section *s, struct profile *p, struct arena *arena);

#endif
