/* SPDX-License-Identifier: MIT
 *
 * `budget:` of the spec: how large the report will be, and what to do when that is too much. */
#ifndef LIBRARY_PRESS_BUDGET_H
#define LIBRARY_PRESS_BUDGET_H

#include "library/press.h"

/* After all profiles are read (NULL: was not), before anything is made of them. Coarsens them, all alike, step by step, until the
 * report fits, and says so: a warning, a fact of each profile, and notes[i]. False (said): refused, or nothing would make
 * it fit. */
bool press_budget(fp_session *s, struct spec *spec, struct profile **profiles, struct spec_text *notes);
/* Once more, of the finished page. */
bool press_within_budget(fp_session *s, const struct spec *spec, size_t bytes);

#endif
