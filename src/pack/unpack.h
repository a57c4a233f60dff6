/* SPDX-License-Identifier: MIT
 *
 * Data block -> report: the reference decoder. Takes the whole HTML file (or any text that holds the
 * elements) and trusts nothing in it: every count, size, id and order is checked before it is used, and the
 * profile passes profile_check. */
#ifndef PACK_UNPACK_H
#define PACK_UNPACK_H

#include "base/diag.h"
#include "pack/report.h"

/* True when the text is a flamepress report of any version (its head element is there). */
bool unpack_is_report(struct str text);
/* False, with what and where (byte offset in the file, section, column) in d. */
bool unpack_read(struct str text, uint32_t file, struct diag *d, struct report *out, struct arena *arena);

#endif
