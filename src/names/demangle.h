/* SPDX-License-Identifier: MIT
 *
 * Names as linkers write them -> as programs do: C++ (Itanium), Rust (both schemes, the old one half read, too), D. */
#ifndef NAMES_DEMANGLE_H
#define NAMES_DEMANGLE_H

#include "base/str.h"

struct arena;

/* `name` itself when it is not mangled, when nothing can be made of it, or when what comes out is larger than a name
 * may be. A suffix of the compiler (".isra.0", ".cold", "@plt") stays behind it. */
struct str name_demangle(struct str name, struct arena *arena);

#endif
