/* SPDX-License-Identifier: MIT
 *
 * What was read of one chunk of `perf script` text: samples as rows, their frames as numbers of the reader's own, and what
 * those numbers stand for where they are new. A batch holds copies only, so that its text may be overwritten, and it can be
 * made on one thread and taken by another. perf_reader.c makes batches, perf_merge.c takes them into a builder, in
 * the order of the text. */
#ifndef INGEST_PERF_BATCH_H
#define INGEST_PERF_BATCH_H

#include "base/vec.h"
#include "ingest/perf_payload.h"
#include "ingest/stack_memo.h"
#include "model/builder.h"

/* Of an unreadable line, for the message. */
#define PERF_KEPT_TEXT 200

struct batch_frame {
    struct str name, module;
    enum frame_kind kind;
};
struct batch_thread {
    uint32_t pid, tid;
    struct str comm;
};
struct batch_event {
    struct str name, source; /* source: the event it was made of; empty: it is perf's own */
};

/* BATCH_STAT: what sched_stat_* tells of a thread that waited, which is not the one that ran. */
enum batch_kind { BATCH_SAMPLE, BATCH_SWITCH, BATCH_STAT, BATCH_ISSUE, BATCH_COMPLETE, BATCH_NO_WEIGHT };

struct batch_sample {
    int64_t time_ns, duration_ns;
    uint64_t period;
    uint32_t thread, event, cpu;
    uint32_t n_frames; /* the next ones of the pool, leaf first */
    /* A number that the reader gives to this stack, or, without frames, gave to it before; STACK_MEMO_NONE: it has none. */
    uint32_t stack;
    uint32_t kind;
    union {
        struct perf_switch sw;       /* of BATCH_STAT: prev_tid is who waited */
        struct perf_request request; /* of BATCH_ISSUE and BATCH_COMPLETE */
    };
};

/* The times of headers, in the order of the text. */
struct batch_times {
    bool any;
    int64_t first_ns, latest_ns, max_ns;
    uint64_t n_pairs, n_down;
    unsigned digits; /* the finest fraction */
};

/* The first line that could not be read. */
struct batch_unreadable {
    uint64_t line; /* 0: none */
    size_t n_text;
    char text[PERF_KEPT_TEXT];
    const char *why;
};

struct perf_batch {
    /* From here on numbers of frames and threads begin anew: older ones are dead. */
    bool restarted;
    VEC(struct batch_frame) frames; /* new, in the order of their numbers */
    VEC(struct batch_thread) threads;
    VEC(struct batch_event) events;
    VEC(struct fact) facts;
    VEC(struct batch_sample) samples;
    VEC(uint32_t) pool;

    struct batch_times times;
    struct batch_unreadable unreadable;
    struct tally tally; /* n_lost, n_unreadable, truncated */
    uint64_t n_lines;
    bool flat; /* samples without times */
    bool has_clock;
    int64_t clock_time_ns, clock_epoch_ns;
    bool no_memory; /* the thread that read it ran out of it: nothing here counts */

    struct arena *rows, *texts; /* what the above lives on */
};

struct perf_batch *perf_batch_new(struct arena *arena);
void perf_batch_free(struct perf_batch *batch);
/* What to do when memory runs out while it is filled (see arena.h). */
void perf_batch_hook(struct perf_batch *batch, struct arena_hook hook);
/* Empty again; keeps its memory. */
void perf_batch_reset(struct perf_batch *batch);
/* A copy of s, for as long as the batch is not reset. */
struct str perf_batch_text(struct perf_batch *batch, struct str s);
void perf_batch_unreadable(struct batch_unreadable *first, uint64_t line, struct str text, const char *why);

#endif
