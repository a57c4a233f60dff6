/* SPDX-License-Identifier: MIT
 *
 * The redact rules of a spec, applied to one text of a profile: what is cut or replaced here is nowhere in the
 * report. First the rules for whole texts of its sort, then paths, then expressions. */
#ifndef NAMES_REDACT_H
#define NAMES_REDACT_H

#include "spec/spec.h"

enum redact_what {
    REDACT_COMM,
    REDACT_FRAME,
    REDACT_MODULE,
    REDACT_HOST,
    REDACT_PATH, /* of a source */
    REDACT_TEXT, /* events, facts, titles */
};

/* `s` itself when nothing applies. `rules` may be NULL. An expression that takes too long on a text leaves
 * "[redacted]" of it. */
struct str redact(const struct redact_spec *rules, enum redact_what what, struct str s, struct arena *arena);
bool redact_any(const struct redact_spec *rules);

#endif
