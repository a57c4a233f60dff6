/* SPDX-License-Identifier: MIT
 *
 * The top section of a spec while it is read: the spec itself, and what profiles without their own inherit.
 */
#ifndef SPEC_TOP_H
#define SPEC_TOP_H

#include "spec/spec.h"

struct top {
    struct spec spec;
    int64_t step_ns;
    struct clock_spec clock;
};

#endif
