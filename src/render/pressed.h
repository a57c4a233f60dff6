/* SPDX-License-Identifier: MIT
 *
 * A script or a style as it stands in the page, for assets/js/unpress.js, which the loader has in it: docs/design.md says what it
 * looks like. Used when the program is built (assets/embed.c) and for files of --assets, so that both give the same bytes, on every machine. */
#ifndef RENDER_PRESSED_H
#define RENDER_PRESSED_H

#include "base/arena.h"
#include "base/str.h"

/* The text lives on `arena`; it may stand between the tags of an inert element: printable ASCII without '<'. Less than 2^24 bytes. */
struct str pressed_text(struct str bytes, struct arena *arena);

#endif
