/* SPDX-License-Identifier: MIT
 *
 * Markdown notes -> HTML. Raw HTML never passes and is not shown. Links to #t=A..B (and #p=ID&t=…) select a
 * range in the page, written in its own form; links to headings stay inside the notes; http, https and mailto
 * stay; anything else is left as its text. Images become links if remote, their text and path if local. What
 * is left out is said as a warning. */
#ifndef RENDER_NOTES_H
#define RENDER_NOTES_H

#include "base/buf.h"
#include "base/diag.h"
#include "pack/report.h"

struct notes_place {
    const struct report *report; /* whose profiles links may name */
    const struct panel *panel;   /* links without a profile mean this one; NULL: whichever is shown */
    const char *prefix;          /* of the ids of headings, unique in the page */
    int under;                   /* level of the heading they stand under: '#' becomes the next */
};

void notes_write(struct spec_text notes, struct notes_place place, struct buf *out, struct diag *d,
                 struct arena *arena);

#endif
