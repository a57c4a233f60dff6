/* SPDX-License-Identifier: MIT
 *
 * Report -> data block, as docs/pack-format.md defines it: a JSON head and, per profile, three binary
 * sections, each as text that may stand in an inert <script> element. The same report gives the same bytes.
 */
#ifndef PACK_PACK_H
#define PACK_PACK_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/tasks.h"
#include "pack/report.h"

/* Append complete <script> elements: first the head and the counts of every profile (the map paints from these
 * alone), then the stacks and samples. False when a ceiling is passed (said in d). */
bool pack_early(const struct report *r, struct buf *out, struct diag *d, struct arena *arena);
bool pack_late(const struct report *r, struct buf *out, struct diag *d, struct arena *arena);

/* Packs the stacks and samples of panel `at` in tasks, beside whatever else reads its profile: for panel->packing, which pack_late then writes.
 * NULL where that would take too much memory: then pack_late does it all. Lives on the arena. */
struct packing *packing_begin(uint32_t at, const struct profile *p, struct tasks *tasks, struct arena *arena);

/* How many bytes of a page the stacks and samples of a profile take: they are packed for it, which takes as long as that does. */
uint64_t pack_samples_bytes(const struct profile *p, struct arena *arena);

#endif
