/* SPDX-License-Identifier: MIT
 *
 * The state of reading `perf script` text, line by line, into a builder. A sample is open from its header
 * line to the next one; everything in between is told by its own look. */
#ifndef INGEST_PERF_READER_H
#define INGEST_PERF_READER_H

#include "ingest/frame_memo.h"
#include "ingest/lines.h"
#include "ingest/perf_offcpu.h"

/* A comm of the kernel; one that holds a newline comes as several lines. */
#define PERF_COMM_BYTES 15
/* Of an unreadable line, for the message. */
#define PERF_KEPT_TEXT 200

struct perf_reader {
    struct lines lines;
    struct builder *b;
    struct diag *d;
    struct frame_memo *memo;

    bool open;      /* a sample is open: */
    bool timed;     /*   its header had a time */
    bool had_blank; /*   a blank line came since its header */
    struct sample sample;
    enum weigh_by asked; /* of the spec */
    struct perf_switch sw;  /* of an open sample of sched_switch, when durations are asked for */
    bool is_switch, has_no_weight;
    struct str event; /* of the open sample, on the builder's table */
    struct offcpu *offcpu;
    uint64_t header_line;
    uint32_t *frames; /* leaf first */
    uint32_t n_frames;
    uint32_t last; /* memo line of the last frame; 0 at the start of a stack */

    bool in_record; /* TAB lines continue a PERF_RECORD_ */
    bool any_module;
    char broken_comm[PERF_COMM_BYTES + 1]; /* lines that may be the front of a comm with a newline in it */
    size_t n_broken_comm;
    uint64_t broken_line;

    bool any_timed, any_flat;
    unsigned digits; /* the finest fraction so far */
    int64_t first_ns, latest_ns, max_ns;
    uint64_t n_pairs, n_down;
    bool has_clock;
    int64_t clock_time_ns, clock_epoch_ns;

    uint64_t first_line; /* the first that could not be read, 0: none */
    char first_text[PERF_KEPT_TEXT];
    size_t n_first_text;
    const char *first_why;
};

/* Ready to read `in` into b. */
struct perf_reader *perf_reader_new(struct source *in, struct builder *b, struct diag *d,
                                    struct arena *arena);
/* Reads to the end of the text. Nothing is said yet: that is for whoever knows what became of it. */
void perf_reader_run(struct perf_reader *r);

#endif
