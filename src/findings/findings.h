/* SPDX-License-Identifier: MIT
 *
 * What stands out in a profile. In: a panel, ready but for its findings. Out: findings, ranked by tier and by
 * the time that is at stake (pack/report.h); when there are none, why that can be believed. The detectors,
 * what each cannot see and how well they do are in docs/findings.md. Same profile, same findings.
 *
 * By the thread that `tasks` and `arena` belong to. What it gives to tasks reads the panel, as others may meanwhile, and is over when it
 * returns: forget the columns of the profile (report.is_spent) afterwards. It keeps nothing between calls and says nothing to a diag. */
#ifndef FINDINGS_FINDINGS_H
#define FINDINGS_FINDINGS_H

#include "base/tasks.h"
#include "pack/report.h"

/* spec: NULL for the defaults. *stripes, unless NULL: the period to offer (findings/stripes.h), found whatever the spec says; both are
 * looked for in one scene. tasks: NULL, or what else may do some of it. */
struct findings findings_find(const struct panel *panel, const struct findings_spec *spec, struct stripes *stripes, struct tasks *tasks,
                              struct arena *arena);

#endif
