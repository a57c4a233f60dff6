/* SPDX-License-Identifier: MIT
 *
 * A door reads one format. A new format is one file with one `const struct door`, and one row in doors.c. */
#ifndef INGEST_DOOR_H
#define INGEST_DOOR_H

#include "base/diag.h"
#include "model/builder.h"
#include "spec/spec.h"

/* Bytes of the source, inflated. Fills `to` with up to n bytes; 0 at the end. A damaged or cut-off stream
 * ends early, with a diagnostic already said and *truncated set. */
struct source {
    size_t (*read)(struct source *s, void *to, size_t n);
    /* Of a plain file, where these are not NULL and do not refuse. Offsets count what `read` gives. `seek` says what it gives next; false:
     * nothing has moved. `read_at` moves nothing and may be called on any thread, until crew_abandon after a jump out of the middle: fewer
     * bytes than n at the end, or when the system fails. */
    bool (*seek)(struct source *s, uint64_t offset);
    size_t (*read_at)(struct source *s, void *to, size_t n, uint64_t offset);
    bool truncated;   /* the end came too early */
    bool failed;      /* the system or a limit said no: stop, an error was said */
    uint32_t file;    /* in the diag */
    struct str name;  /* as messages name it */
    bool is_merged;   /* one of several that become one profile */
    const char *path; /* of a file that holds just these bytes, NULL when there is none (stdin, packed) */
    const struct profile_spec *spec; /* what is asked of it */
    unsigned n_threads;  /* that may read it; 0 and 1: only the one that was called */
    size_t chunk_bytes;  /* of text that a thread reads at once; 0: as is best. For tests */
};

struct door {
    struct str name;        /* "perf-script" */
    struct str description; /* "Linux perf script text" */
    bool is_binary;         /* else it is not asked about bytes that are no text */
    int64_t default_step_ns;
    /* How sure the door is, 0 to 100, that `head` (the first bytes, at most 64 KB, inflated) is its format.
     */
    int (*sniff)(struct str head);
    /* Adds everything to b. False when the source is not its format after all or cannot be read (said in d).
     */
    bool (*read)(struct source *in, struct builder *b, struct diag *d, struct arena *arena);
};

extern const struct door *const doors[]; /* ends with NULL */

#endif
