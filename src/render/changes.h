/* SPDX-License-Identifier: MIT
 *
 * A comparison and what the gate says of it, for a terminal, a pull request, a test report and a program, and as a
 * part of a report's static summary. The direction and the ids of all sides are in each. Names are any text: each
 * format has its own way to keep them text. docs/diff.md describes the formats. */
#ifndef RENDER_CHANGES_H
#define RENDER_CHANGES_H

#include "base/buf.h"
#include "compare/gate.h"
#include "pack/comparison.h"

typedef void changes_write(const struct comparison *c, const struct gate *g, const struct alarms *alarms,
                           struct buf *out, struct arena *scratch);

changes_write changes_text, changes_markdown, changes_junit, changes_json, changes_folded;

/* NULL when there is no such format. */
changes_write *changes_format(struct str name);
/* All their names, for messages. */
extern const char changes_formats[];

/* Markup of the summary: at most `most` changes, rules and reasons; text cut at `chars` characters. */
void changes_summary(const struct comparison *c, uint32_t most, uint32_t chars, struct buf *out);

/* "+2.10 pp", "-0.04 pp": the change of a share. */
void changes_points(struct buf *out, const struct effect *e);
/* "4.10 %" */
void changes_percent(struct buf *out, double share);

#endif
