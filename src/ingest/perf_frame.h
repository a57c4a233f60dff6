/* SPDX-License-Identifier: MIT
 *
 * One frame line of `perf script`: "address symbol+0xoffset (dso)" -> name, module, kind. The address and the
 * offset go; what is left is the identity of the frame. */
#ifndef INGEST_PERF_FRAME_H
#define INGEST_PERF_FRAME_H

#include "base/str.h"
#include "model/profile.h"

struct perf_frame {
    struct str name;   /* "[unknown]" when perf knew none */
    struct str module; /* full path as printed, without " (deleted)" and "+0xoffset"; empty: not known */
    enum frame_kind kind;
    bool is_cut; /* the line ends inside the dso: the module is not known, the kind is a guess from its start
                  */
};

/* False: no frame line. `line` has no line end. All slices point into it or are static. */
bool perf_frame_parse(struct str line, struct perf_frame *out);

/* A Java frame "La/B;::m->Lc/D;::n" in compiled code stands for methods inlined into each other, caller
 * first. Gives the parts leaf first, or the frame itself when it is nothing of the kind. At most `max` parts.
 */
size_t perf_frame_parts(const struct perf_frame *whole, struct perf_frame *parts, size_t max);

/* The kind of code a module holds; `named` tells whether the symbol is known. */
enum frame_kind perf_module_kind(struct str module, bool named);

#endif
