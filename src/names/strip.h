/* SPDX-License-Identifier: MIT
 *
 * Names without what makes one function look like many: template arguments, offsets, addresses, hashes and numbers that
 * compilers and run-time systems add, argument lists. docs/formats.md has the table. */
#ifndef NAMES_STRIP_H
#define NAMES_STRIP_H

#include "base/str.h"

struct arena;

/* In the order of the spec's words. */
enum { STRIP_TEMPLATES = 1, STRIP_OFFSETS = 2, STRIP_ADDRESSES = 4, STRIP_HASHES = 8, STRIP_ARGUMENTS = 16 };

/* `name` itself when nothing goes. Never empty: a name that would be is "[unknown]". O(length). */
struct str name_strip(struct str name, unsigned what, struct arena *arena);

#endif
