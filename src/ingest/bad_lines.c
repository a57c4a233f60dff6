/* SPDX-License-Identifier: MIT
 *
 * The text of the first is copied, since the buffer of the lines moves on before it is said. */
#include "ingest/bad_lines.h"

/* More of a line is not shown. */
#define SHOWN_BYTES 200u

void bad_lines_add(struct bad_lines *bad, const struct lines *lines, struct str line, struct builder *b, struct arena *arena)
{
    struct tally *tally = builder_tally(b);
    tally->n_unreadable++;
    if (bad->n++)
        return;
    tally->first_unreadable_line = lines->number;
    bad->first = (struct line_at){.file = lines->source->file,
                                  .line = lines->number,
                                  .column = 1,
                                  .text = str_dup(str_sub(line, 0, line.n < SHOWN_BYTES ? line.n : SHOWN_BYTES), arena)};
}

void bad_lines_say(const struct bad_lines *bad, const char *what, bool any_read, struct diag *d)
{
    if (bad->n)
        diag_line(d, any_read ? DIAG_WARNING : DIAG_ERROR, bad->first, "%s (%llu unreadable in all, left out)", what,
                  (unsigned long long)bad->n);
}
