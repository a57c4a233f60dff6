/* SPDX-License-Identifier: MIT
 *
 * A sorted list of distinct strings, front-coded: for each, how many bytes it shares with the one before, and
 * the rest, ended by a NUL. Sorted order makes the shared part long, the ids of names comparable and the
 * check trivial. */
#ifndef PACK_FRONTCODE_H
#define PACK_FRONTCODE_H

#include "pack/section.h"

void frontcode_write(const struct str *sorted, uint32_t n, struct buf *shared, struct buf *rest);
/* Reads n strings from columns `shared` and `shared` + 1; they live on `arena`. NULL (said) unless they are n
 * strictly ascending strings of UTF-8, each at most LIMIT_ONE_NAME and some. */
struct str *frontcode_read(struct section *s, uint32_t shared, uint32_t n, struct arena *arena);

#endif
