/* SPDX-License-Identifier: MIT
 *
 * The files of the page as they were when the program was built: page_html, page_css, page_js; and flame_js,
 * the script of exported flame graphs. Made by assets/embed.c. */
#ifndef RENDER_ASSETS_H
#define RENDER_ASSETS_H

#include "base/str.h"

struct asset {
    const char *name;
    struct str bytes;
};

/* Ends with a NULL name. */
extern const struct asset assets_built_in[];

#endif
