/* SPDX-License-Identifier: MIT
 *
 * Report -> data block, as docs/pack-format.md defines it: a JSON head and, per profile, three binary
 * sections, each as text that may stand in an inert <script> element. The same report gives the same bytes.
 */
#ifndef PACK_PACK_H
#define PACK_PACK_H

#include "base/buf.h"
#include "base/diag.h"
#include "pack/report.h"

/* `early` gets the head and the counts of every profile (the map paints from these alone), `late` the stacks
 * and samples. Both get complete <script> elements. False when a ceiling is passed (said in d). */
bool pack_write(const struct report *r, struct buf *early, struct buf *late, struct diag *d,
                struct arena *arena);

#endif
