/* SPDX-License-Identifier: MIT
 *
 * Frames as run-time compilers and perf maps write them -> as people read them, for all formats in one place:
 * node's tiers of one function are one frame, and a function's file takes the place of the map that perf found it in.
 * docs/formats.md has the table. */
#ifndef NAMES_PLAIN_H
#define NAMES_PLAIN_H

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* Changes both in place, to slices of what they were or texts on the arena; leaves alone what it does not know. */
void name_plain(struct str *name, struct str *module, bool is_jit, struct arena *arena);

#endif
