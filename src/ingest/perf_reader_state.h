/* SPDX-License-Identifier: MIT
 *
 * The inside of a reader, shared by perf_reader.c (what a line is) and perf_sample.c (what becomes of it). Nobody else
 * includes this. */
#ifndef INGEST_PERF_READER_STATE_H
#define INGEST_PERF_READER_STATE_H

#include "ingest/header_memo.h"
#include "ingest/perf_frame.h"
#include "ingest/perf_reader.h"

struct perf_reader {
    const char *at, *stop; /* of the chunk */
    uint64_t number;       /* of the line that ended before `at` */
    bool no_newline;
    struct perf_batch *batch;
    struct perf_so_far so_far;

    bool open;      /* a sample is open: */
    bool timed;     /*   its header had a time */
    bool had_blank; /*   a blank line came since its header */
    struct batch_sample sample;
    uint64_t header_line;
    bool is_plain;    /*   its lines were all known, one behind the other: they are at hand in `stacks`, else in `frames` */
    uint32_t *frames; /* leaf first */
    uint32_t n_frames;
    uint32_t last; /* memo line of the last frame; 0 at the start of a stack */

    enum weigh_by asked; /* of the spec */
    bool in_record;      /* TAB lines continue a PERF_RECORD_ */
    char broken_comm[PERF_COMM_BYTES + 1]; /* lines that may be the front of a comm with a newline in it */
    size_t n_broken_comm;
    uint64_t broken_line;

    /* What is remembered, on `memory` above `empty`; lines by themselves. */
    struct arena *memory, *memo_memory;
    struct arena_mark empty;
    struct frame_memo *memo;
    struct stack_memo *stacks;
    struct header_memo *headers;
    struct intern threads, events;
    uint32_t n_given; /* numbers of frames */
    bool restarted;
};

/* The line that was taken last is the text's last one and had no end: it may be half a line. */
bool reader_is_last_half(const struct perf_reader *r);
void reader_unreadable(struct perf_reader *r, uint64_t number, struct str line, const char *why);

uint32_t reader_give_frame(struct perf_reader *r, const struct perf_frame *f);
uint32_t reader_give_thread(struct perf_reader *r, const struct perf_header *h, struct str comm);

/* From here on the stack is more than known lines, or its text goes. */
void reader_leave_plain(struct perf_reader *r);
/* The known line that begins at `text`, and what follows it as before; gives where the text goes on. */
const char *reader_push_known(struct perf_reader *r, uint32_t line, const char *text);
/* A frame line that is new: `raw` with its '\n', `line` without line end. False: no frame line. `is_kept`: what it is hangs on
 * nothing else, so that it may be known the next time. */
bool reader_push_new(struct perf_reader *r, struct str raw, struct str line, bool is_kept);

void reader_note_time(struct perf_reader *r, int64_t time_ns, unsigned digits);
/* What the spec wants to weigh by, from what the tracepoint prints. */
void reader_weigh(struct perf_reader *r, const struct perf_header *h);
/* The sample that is open, if one is, into the batch. */
void reader_finish_sample(struct perf_reader *r);
/* A line that begins with '#': a fact, or nothing. */
void reader_comment(struct perf_reader *r, struct str line);

#endif
