/* SPDX-License-Identifier: MIT
 *
 * The state of reading `perf script` text, line by line, a chunk of whole lines at a time, into batches. A sample is open from its
 * header line to the next one; everything in between is told by its own look. Chunks that begin where a sample begins
 * (perf_reader_border) can be read by several readers at once: nothing that a reader remembers changes what it
 * makes of a line, but for what stands in `struct perf_so_far`. */
#ifndef INGEST_PERF_READER_H
#define INGEST_PERF_READER_H

#include "base/intern.h"
#include "ingest/frame_memo.h"
#include "ingest/perf_batch.h"

/* A comm of the kernel; one that holds a newline comes as several lines. */
#define PERF_COMM_BYTES 15

/* What lines mean depends on these of the text before them. */
struct perf_so_far {
    bool any_timed; /* then headers without a time are none */
    bool any_flat, any_module;
};

struct perf_chunk {
    char *at, *stop;       /* whole lines, each with its '\n' */
    uint64_t lines_before; /* for the numbers of lines */
    bool is_fresh;         /* begins where a sample begins: whatever was open was finished by whoever read it */
    bool is_closed;        /* ends where the next one is fresh, or the text ends */
    bool is_more;          /* its batch has the chunk before already */
    bool no_newline;       /* the last line of the text had none */
};

struct perf_reader;

/* Whether several readers may share the text is for the caller: `weight` is the spec's. Lives on an arena of its own, so that what
 * it remembers can be forgotten. */
struct perf_reader *perf_reader_new(enum weigh_by weight, struct arena *arena);
void perf_reader_free(struct perf_reader *r);
/* What to do when memory runs out while this reader reads (see arena.h). */
void perf_reader_hook(struct perf_reader *r, struct arena_hook hook);
struct perf_so_far perf_reader_so_far(const struct perf_reader *r);
void perf_reader_set(struct perf_reader *r, struct perf_so_far so_far);

/* Reads a chunk into a batch that was reset, or, if it is more, was filled by this reader. */
void perf_reader_chunk(struct perf_reader *r, const struct perf_chunk *chunk, struct perf_batch *batch);
/* The last place in (at, stop) where a chunk may be cut: a header with a time behind a blank line or another header. NULL: there
 * is none near the end. Only for text of which a header with a time was read. */
char *perf_reader_border(char *at, char *stop);

#endif
