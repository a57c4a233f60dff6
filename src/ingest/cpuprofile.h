/* SPDX-License-Identifier: MIT
 *
 * The door for .cpuprofile files of V8 (node, Chrome, VS Code); see docs/formats.md. */
#ifndef INGEST_CPUPROFILE_H
#define INGEST_CPUPROFILE_H

#include "ingest/door.h"
#include "ingest/json_doc.h"

extern const struct door door_cpuprofile;

/* A profile that stands inside another document; what is wrong is said in j. */
void cpuprofile_add(struct json_doc *j, const struct json_at *profile, struct builder *b, uint32_t thread,
                    uint32_t event, struct arena *arena);

#endif
