/* SPDX-License-Identifier: MIT
 *
 * The ways in which bytes of users reach the page: as text, as the value of a quoted attribute, and, for
 * script data, as JSON through base/jsonout.h. There is no other. In: any bytes. Out: valid UTF-8 that closes
 * nothing and reorders nothing: control characters, bytes that are not UTF-8, and what turns the text
 * around it (Unicode's Bidi_Control) become U+FFFD. */
#ifndef RENDER_ESCAPE_H
#define RENDER_ESCAPE_H

#include "base/buf.h"
#include "base/str.h"

void escape_text(struct buf *out, struct str s);
void escape_attribute(struct buf *out, struct str s);
/* Text, cut after `most` characters with an ellipsis. */
void escape_short(struct buf *out, struct str s, uint32_t most);
/* The same with places to break a long name: after "::", "/", "_" and the like. */
void escape_breakable(struct buf *out, struct str s, uint32_t most);
/* What encodeURIComponent leaves: for values inside a link's fragment. Safe in attributes. */
void escape_fragment(struct buf *out, struct str s);

#endif
