/* SPDX-License-Identifier: MIT
 *
 * index.json: the index for programs. docs/site.md lists its keys. */
#ifndef SITE_INDEX_JSON_H
#define SITE_INDEX_JSON_H

#include "base/buf.h"
#include "site/site.h"

/* The first bytes of each: how site knows its own. */
#define INDEX_JSON_BEGIN "{\"flamepress_site\":1,"

void index_json(const struct site *s, struct buf *out, struct arena *arena);

#endif
