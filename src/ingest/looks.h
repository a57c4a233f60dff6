/* SPDX-License-Identifier: MIT
 *
 * What a file that no door wants looks like, for a message that helps. */
#ifndef INGEST_LOOKS_H
#define INGEST_LOOKS_H

#include "base/str.h"

struct looks {
    const char *what; /* "folded stacks" */
    const char *hint; /* the way out, or NULL */
};

/* From the first bytes. Never fails: at worst "text of another kind" or "binary data". */
struct looks looks_like(struct str head);
/* Bytes that no text door should be asked about: archives, recordings, UTF-16. NULL when it may be text. */
const struct looks *looks_binary(struct str head);

#endif
