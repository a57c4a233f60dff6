/* SPDX-License-Identifier: MIT
 *
 * A source -> a frozen profile: open, see through gzip, sniff (or obey the spec), run the door. */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include "base/diag.h"
#include "model/profile.h"
#include "spec/spec.h"

/* Called now and then with the bytes read so far of the file and its size (0: unknown). May be NULL. */
typedef void (*ingest_progress)(void *ctx, uint64_t done, uint64_t total);

/* `path` is what to open ("-": stdin); spec->source.s is how messages name it. False when it cannot be read
 * or nothing is in it. */
bool ingest_profile(const struct profile_spec *spec, struct str path, ingest_progress progress, void *ctx,
                    struct diag *d, struct profile *out, struct arena *arena);

/* Names of the doors, for `format:`; the first is "auto". */
uint32_t ingest_formats(const struct str **names);

#endif
