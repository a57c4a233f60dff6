/* SPDX-License-Identifier: MIT
 *
 * Every invariant of a frozen profile, as profile.h states them. On in tests, fuzzers and debug builds.
 * Returns NULL, or a sentence about the first thing that is wrong (static text). */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "model/profile.h"

const char *profile_check(const struct profile *p);

#endif
