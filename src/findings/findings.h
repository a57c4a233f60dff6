/* SPDX-License-Identifier: MIT
 *
 * What stands out in a profile. In: a panel, ready but for its findings. Out: findings, ranked by tier and by
 * the time that is at stake (pack/report.h); when there are none, why that can be believed. The detectors,
 * what each cannot see and how well they do are in docs/findings.md. Same profile, same findings.
 *
 * May run on a thread of its own, beside others that only read the panel: it keeps nothing between calls, says nothing to a diag,
 * opens no file, and writes nothing but what lies on `arena`. That arena is then the thread's own, made by arena_new and not by
 * arena_like (a family of arenas is one list), with a hook that jumps within the thread; what is returned lives on it. Until it
 * has returned the columns of the profile are read: forget them (report.is_spent) afterwards. */
#ifndef FINDINGS_FINDINGS_H
#define FINDINGS_FINDINGS_H

#include "base/tasks.h"
#include "pack/report.h"

/* spec: NULL for the defaults. *stripes, unless NULL: the period to offer (findings/stripes.h), found whatever the spec says; both are
 * looked for in one scene. tasks: NULL, or what else may do some of it. */
struct findings findings_find(const struct panel *panel, const struct findings_spec *spec, struct stripes *stripes, struct tasks *tasks,
                              struct arena *arena);

#endif
