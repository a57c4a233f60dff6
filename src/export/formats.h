/* SPDX-License-Identifier: MIT
 *
 * The formats of `export`, one row each. In: what is taken of a profile. Out: the document. docs/export.md says
 * what each holds. The page writes the same (assets/js/export_*.js), held equal by tests/browser/export.test.js. */
#ifndef EXPORT_FORMATS_H
#define EXPORT_FORMATS_H

#include "export/taken.h"

typedef void export_write(const struct taken *t, struct buf *out, struct arena *arena);

/* Sums for each stack, "comm;root;leaf 12"; ';' in a name becomes ':'. */
export_write folded_write;
/* Points of one event, with their times: no spans, and only where there are times. */
export_write nflxprofile_write;
/* Sums for each stack, one type of value for each event taken; times are left behind. */
export_write pprof_write;
/* Sums for each stack, one profile for each thread name. */
export_write speedscope_write;
/* The call tree as flat lists. */
export_write tree_json_write;
/* Drawings that open alone; the flame graph has zoom and search inside. */
export_write flame_svg_write;
export_write heat_svg_write;

struct export_format {
    const char *name;
    export_write *write;
    bool needs_time, no_spans, all_events;
};

/* NULL when there is none. */
const struct export_format *export_format(struct str name, bool is_heatmap);
extern const char export_formats[];

#endif
