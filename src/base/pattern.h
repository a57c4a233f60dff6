/* SPDX-License-Identifier: MIT
 *
 * Regular expressions of a spec, in the dialect of Perl (PCRE2), over valid UTF-8. A pattern may not run for ever:
 * past a limit it gives up, and says so. */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct pattern;

enum pattern_verdict { PATTERN_NO, PATTERN_YES, PATTERN_GAVE_UP };

/* NULL when `text` is no expression: *why says what is wrong (on the arena) and *at where, in bytes from its
 * start. */
struct pattern *pattern_new(struct str text, struct str *why, size_t *at, struct arena *arena);
/* Whether it matches anywhere in s. */
enum pattern_verdict pattern_find(const struct pattern *p, struct str s);
/* All matches replaced by `with`, as it stands. *s stays itself without a match. */
enum pattern_verdict pattern_replace(const struct pattern *p, struct str *s, struct str with,
                                     struct arena *arena);

#endif
