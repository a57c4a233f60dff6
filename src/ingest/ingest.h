/* SPDX-License-Identifier: MIT
 *
 * A source -> a frozen profile: open, see through gzip, sniff (or obey the spec), run the door. */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include "base/diag.h"
#include "model/profile.h"
#include "spec/spec.h"

/* How to read. `progress` is called now and then with the bytes read so far of a file and its size (0:
 * unknown). */
struct ingest_watch {
    void (*progress)(void *ctx, const char *path, uint64_t done, uint64_t total); /* may be NULL */
    void *ctx;
    unsigned n_threads; /* that may be used for reading; 0 and 1: this one */
};

/* Reads the files of the spec into one profile. False when one cannot be read or nothing is in them; all that is
 * wrong with any of them is said. */
bool ingest_profile(const struct profile_spec *spec, const struct ingest_watch *watch, struct diag *d,
                    struct profile *out, struct arena *arena);

/* Names of the doors, for `format:`; the first is "auto". */
uint32_t ingest_formats(const struct str **names);

#endif
