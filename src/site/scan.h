/* SPDX-License-Identifier: MIT
 *
 * The pages of a folder -> entries and strangers. Of a report only the beginning and the last bytes are read, if it
 * has a digest; older ones are read as a whole. Nothing in a file harms more than its own entry. */
#ifndef SITE_SCAN_H
#define SITE_SCAN_H

#include "site/site.h"

/* False when the folder cannot be read; said. */
bool scan_folder(struct site *s);

#endif
