/* SPDX-License-Identifier: MIT
 *
 * Report -> one HTML file: the template, the policy with its hashes, the static summary, the notes, the data
 * block, the style and the script. */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include "base/buf.h"
#include "base/diag.h"
#include "pack/report.h"

/* Notes as they came: Markdown per report and per panel. */
struct page_notes {
    struct spec_text report;
    struct spec_text *panel; /* n_panels of the report */
    struct spec_text **mark; /* [panel][mark]; may be NULL */
};

/* Where assets come from: NULL for those built in, else a folder with page.html, summary.css, page.css, loader.js and
 * page.js (--assets). */
bool page_write(const struct report *r, const struct page_notes *notes, const char *assets_dir,
                struct buf *out, struct diag *d, struct arena *arena);

#endif
