/* SPDX-License-Identifier: MIT
 *
 * What is the same in every page of a kind: template, styles, scripts, and the policy that names their hashes. The loader
 * and the style of the summary stand between their tags as they are; the page's own script and style are pressed. */
#ifndef RENDER_SHELL_H
#define RENDER_SHELL_H

#include "base/diag.h"

struct shell {
    struct str path, html; /* the template */
    struct str policy, summary_style, style, loader, script;
};

/* `kind`: "page" (page.html, page.css, page.js) or "site"; summary.css and loader.js are those of both. `dir`: a folder
 * that holds all five, or NULL for those built in. */
bool shell_load(struct shell *out, const char *kind, const char *dir, struct diag *d, struct arena *arena);

#endif
