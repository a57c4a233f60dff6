/* SPDX-License-Identifier: MIT
 *
 * Categories of a Firefox profile: what a frame, and by it a sample, is about: JavaScript, Layout, Graphics, Idle. */
#ifndef INGEST_FIREFOX_CATEGORIES_H
#define INGEST_FIREFOX_CATEGORIES_H

#include "ingest/json_doc.h"

struct firefox_categories {
    const struct str *name;
    uint32_t n;
};

/* Of meta.categories, on the arena; names live as long as the document. */
struct firefox_categories firefox_categories(const struct json_at *profile, struct arena *arena);
/* A category that is not there is none. */
bool firefox_is_idle(const struct firefox_categories *c, uint32_t category);
/* Whether a sample of this category passes `filter: {label: {category: …}}`. */
bool firefox_passes(const struct firefox_categories *c, const struct filter *filter, uint32_t category);
/* The category of a frame whose name and module do not say what it belongs to becomes its package. */
void firefox_frame_category(const struct firefox_categories *c, struct builder *b, uint32_t frame, uint32_t category);

#endif
