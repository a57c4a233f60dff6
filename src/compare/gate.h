/* SPDX-License-Identifier: MIT
 *
 * --fail-on: which changes are a regression. A rule is met by a change that is sure (comparison.h) and beyond
 * the rule's limit; several rules are separated by commas, and one that is met is enough.
 *
 *     RULE     = [SCOPE] QUANTITY [of 'GLOB'] (> | <) [+ | -] NUMBER UNIT      or "nothing"
 *     SCOPE    = function | package                    without: both
 *     QUANTITY = share | self | total | load           share: self or total; load: weight a second, of
 * everything UNIT     = pp (percentage points, of shares) | % (of what it was in the base) */
#ifndef COMPARE_GATE_H
#define COMPARE_GATE_H

#include "base/arena.h"
#include "pack/comparison.h"

#define GATE_DEFAULT "share > +1pp"

struct gate;

/* What is not as the rules say: a change, and the rule. */
struct alarm {
    const struct change *change; /* NULL: the load */
    const struct effect *effect;
    const char *quantity; /* "self", "total", "load" */
    struct str rule;
};

struct alarms {
    struct alarm *at;
    uint32_t n;
};

/* NULL, and why in words, when the text is no rule. */
struct gate *gate_parse(struct str text, struct str *why, struct arena *arena);
/* The rules as written, one by one. */
uint32_t gate_rules(const struct gate *g);
struct str gate_rule(const struct gate *g, uint32_t i);
/* Every change that meets a rule once, by the first rule it meets, in the order of the changes. */
struct alarms gate_apply(const struct gate *g, const struct comparison *c, struct arena *arena);

/* The same, written into the comparison itself. */
void gate_mark(const struct gate *g, struct comparison *c, struct arena *arena);

#endif
