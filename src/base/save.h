/* SPDX-License-Identifier: MIT
 *
 * Output is whole or untouched. A regular file (or a new one) is written beside the target, flushed, closed
 * and renamed, each checked; on any failure the temporary file is removed and the old bytes stay. Symlinks
 * are resolved first. A target that is no regular file (/dev/full, a pipe, a terminal) is written directly.
 * "-" is stdout. */
#ifndef BASE_SAVE_H
#define BASE_SAVE_H

#include <stdbool.h>

#include "base/str.h"

struct diag;

bool save_bytes(struct str path, struct str bytes, struct diag *d, struct arena *arena);

#endif
