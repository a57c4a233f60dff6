/* SPDX-License-Identifier: MIT
 *
 * The report as a reader without scripts sees it: ordinary markup and inline SVG with attributes, no styles,
 * no images. In: the report and its notes. Out: one <main id="fp-summary">, at most LIMIT_SUMMARY_BYTES and
 * the notes: with many profiles it says less of each rather than pass the ceiling. The page hides it and
 * moves the notes (data-fp-notes, data-fp-mark) to their places. */
#ifndef RENDER_SUMMARY_H
#define RENDER_SUMMARY_H

#include "render/page.h"

void summary_write(const struct report *r, const struct page_notes *notes, struct buf *out, struct diag *d,
                   struct arena *arena);

#endif
