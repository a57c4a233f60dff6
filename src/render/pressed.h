/* SPDX-License-Identifier: MIT
 *
 * A script or a style as it stands in the page: raw deflate as dense text, for assets/js/loader.js. Used when the program is
 * built (assets/embed.c) and for files of --assets, so that both give the same bytes. */
#ifndef RENDER_PRESSED_H
#define RENDER_PRESSED_H

#include "base/arena.h"
#include "base/str.h"

/* The text lives on `arena`; it may stand between the tags of an inert element. */
struct str pressed_text(struct str bytes, struct arena *arena);

#endif
