/* SPDX-License-Identifier: MIT
 *
 * What the index page's script works on, in sections as docs/pack-format.md has them; docs/site.md describes the
 * columns. All that is small is JSON in the first; shares and maps of thousands of reports are columns, decoded when a
 * reader wants them. */
#ifndef SITE_INDEX_DATA_H
#define SITE_INDEX_DATA_H

#include "base/buf.h"
#include "site/site.h"

void index_data(const struct site *s, struct buf *out, struct arena *arena);

#endif
