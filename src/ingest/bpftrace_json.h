/* SPDX-License-Identifier: MIT
 *
 * `bpftrace -f json`: the same maps, a JSON object a line. */
#ifndef INGEST_BPFTRACE_JSON_H
#define INGEST_BPFTRACE_JSON_H

#include "ingest/door.h"

/* Whether a text begins as such. */
bool bpftrace_is_json(struct str head);
/* A source that gives what bpftrace would have printed without -f json, to be read in its place. NULL when the JSON is
 * broken or too large (said). */
struct source *bpftrace_json_open(struct source *in, struct diag *d, struct arena *arena);

#endif
