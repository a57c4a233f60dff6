/* SPDX-License-Identifier: MIT
 *
 * Inputs -> spec -> profiles -> report, in memory. Says everything that is wrong on the way. */
#ifndef LIBRARY_PRESS_H
#define LIBRARY_PRESS_H

#include "library/session.h"
#include "pack/report.h"
#include "render/page.h"
#include "spec/spec.h"

struct ahead;

struct pressed {
    bool is_for_page; /* set by whoever asks: then what a page needs is made beside what goes on */
    struct ahead *ahead;
    struct spec spec;
    struct report report;
    struct page_notes notes;
};

/* False when there was any error. */
bool press_inputs(fp_session *s, struct pressed *out);
/* The files that a text of the spec names: a path beside it, or a glob. Said when there is none. */
bool press_files(fp_session *s, const struct spec *spec, const struct spec_text *text, struct source_file **files,
                 uint32_t *n);
/* Reads the files of ps, however they were found, as the only profile of a report; only what comparing needs. */
bool press_found(fp_session *s, struct profile_spec *ps, struct report *out);
/* `compare:` of the spec into the report. */
void press_compare(fp_session *s, struct pressed *pressed);
/* `metrics:` of the spec into the profiles, which are panels[at[k]] of the report (ID_NONE: not read). */
void press_metrics(fp_session *s, struct spec *spec, struct report *report, const uint32_t *at);
/* One profile without a spec, for inspect; the report has one panel. `exact` keeps nanoseconds, for export. */
bool press_profile(fp_session *s, struct str path, bool exact, struct report *out);
/* A report as it stands in its file, or a profile as press_profile reads it. */
bool press_load(fp_session *s, struct str path, bool exact, struct report *out);
/* Whether a path names a spec by its ending. */
bool press_is_spec(struct str path);

#endif
