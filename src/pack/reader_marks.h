/* SPDX-License-Identifier: MIT
 *
 * Marks that a reader saved into a copy of a report, back onto its profiles. In the copy they are JSON around one text, the one
 * that the page's address has (assets/js/reader_marks.js, docs/pack-format.md). */
#ifndef PACK_READER_MARKS_H
#define PACK_READER_MARKS_H

#include "base/diag.h"
#include "pack/report.h"

/* Adds them to the panels' marks, behind the author's. `json` is at byte `at` of the file. What does not fit the report is warned of,
 * and then none is added: the samples are what they are. False, said, when it is no JSON of this kind. */
bool reader_marks_read(struct str json, uint64_t at, uint32_t file, struct diag *d, struct report *out, struct arena *arena);

#endif
