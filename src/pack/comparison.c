/* SPDX-License-Identifier: MIT
 *
 * What everybody says of a comparison in the same way. */
#include "pack/comparison.h"

enum comparison_outcome comparison_outcome(const struct comparison *c, uint32_t n_alarms)
{
    return c->n_reasons ? OUTCOME_CANNOT_JUDGE : n_alarms ? OUTCOME_REGRESSION : OUTCOME_NO_REGRESSION;
}

bool change_is_about_self(const struct change *x)
{
    return x->self.verdict >= x->total.verdict;
}

const struct effect *change_effect(const struct change *x)
{
    return change_is_about_self(x) ? &x->self : &x->total;
}

const struct effect *change_alarm_effect(const struct change *x)
{
    return x->alarm == ALARM_TOTAL ? &x->total : &x->self;
}
