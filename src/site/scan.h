/* SPDX-License-Identifier: MIT
 *
 * The pages of a folder -> entries and strangers. Of a report only the beginning and the last bytes are read, if it
 * has a digest; older ones are read as a whole. Nothing in a file harms more than its own entry. */
#ifndef SITE_SCAN_H
#define SITE_SCAN_H

#include "site/site.h"

/* False when the folder cannot be read; said. */
bool scan_folder(struct site *s);
/* One report, by its digest, whose texts are copied; not in order. `check` is of the digest as it stands in the file. */
void scan_add(struct site *s, struct str path, uint64_t bytes, uint32_t check, const struct digest *g, bool is_whole);

#endif
