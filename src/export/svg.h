/* SPDX-License-Identifier: MIT
 *
 * What both drawings share. An SVG is XML: what XML has no way to write, and what turns the text after it around,
 * becomes U+FFFD. */
#ifndef EXPORT_SVG_H
#define EXPORT_SVG_H

#include "export/taken.h"

#define SVG_WIDTH 1200
#define SVG_MARGIN 10

void svg_text(struct buf *out, struct str s);
/* At most so many columns (what is wide counts two), with an ellipsis where it is cut; nothing where fewer than
 * three would be left. */
void svg_fit(struct buf *out, struct str s, uint32_t columns);
/* Thousandths without trailing zeros. */
void svg_milli(struct buf *out, uint64_t milli);
/* The head of the document with title and facts; what is drawn begins at SVG_TOP. */
#define SVG_TOP 56
void svg_open(struct buf *out, const struct taken *t, const struct taken_weights *w, uint32_t height,
              struct arena *arena);

#endif
