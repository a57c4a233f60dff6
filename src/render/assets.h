/* SPDX-License-Identifier: MIT
 *
 * The files of the page as they were when the program was built: page_html, summary_css, loader_js, page_css, page_js; those of a
 * site; and flame_js, the script of exported flame graphs. Made by assets/embed.c. */
#ifndef RENDER_ASSETS_H
#define RENDER_ASSETS_H

#include "base/str.h"

struct asset {
    const char *name;
    struct str bytes;
    struct str pressed; /* as it stands in the page, where that is not as it is: pressed_text of the bytes */
};

/* Ends with a NULL name. */
extern const struct asset assets_built_in[];

#endif
