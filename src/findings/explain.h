/* SPDX-License-Identifier: MIT
 *
 * The frames that explain a finding: those that stand in its samples much more often than in the others. */
#ifndef FINDINGS_EXPLAIN_H
#define FINDINGS_EXPLAIN_H

#include "findings/scene.h"

struct explainer;

/* s: with its census. */
struct explainer *explain_new(const struct scene *s, struct arena *scratch);
/* Fills x->frames (at most three), on `arena`. */
void explain_finding(struct explainer *e, struct finding *x, struct arena *arena);

#endif
