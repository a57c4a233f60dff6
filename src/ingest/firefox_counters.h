/* SPDX-License-Identifier: MIT
 *
 * Counters of a Firefox profile: memory, bandwidth, power, CPU of a process over time. */
#ifndef INGEST_FIREFOX_COUNTERS_H
#define INGEST_FIREFOX_COUNTERS_H

#include "ingest/json_doc.h"

/* Those of a profile, or of one process in it (`process` names it; "" for the profile itself). `zero_ns` is added to all
 * times. False (said) when a table of them is not as it should be. */
bool firefox_counters(struct json_doc *j, struct builder *b, const struct json_at *profile, struct str process,
                      int64_t zero_ns);

#endif
