/* SPDX-License-Identifier: MIT
 *
 * D's names: "_D3std5stdio7writelnFZv" -> "std.stdio.writeln()". Ours, since libiberty's takes time without
 * end for names of some hundred bytes. */
#ifndef NAMES_DEMANGLE_D_H
#define NAMES_DEMANGLE_D_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Writes at most `room` bytes to `to`; false when `mangled` is no whole name of D or its text would be
 * longer. */
bool demangle_d(struct str mangled, char *to, size_t room, size_t *n);

#endif
