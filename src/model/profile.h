/* SPDX-License-Identifier: MIT
 *
 * What a profile is, whatever it was read from: flat arrays joined by u32 ids. Made only by builder.h (and by
 * unpack, through the builder's sister pack/unpack.h); read-only afterwards.
 *
 * Time. Everything here counts in *steps* of step_ns since the origin. The origin is the earliest sample of
 * the source before any filter, floored to the whole second. Nanoseconds exist only while reading.
 *
 * Points and spans. A point is a sample at one step with a weight. A span covers [start, start + duration)
 * and its share of a range is its overlap with it. Both are packed columns, read through the functions below.
 *
 * Trie. Node 0 is the root (no frame). Nodes are in preorder, siblings in the order of their frames' names
 * (bytes), then modules, then kind; parent[i] < i. The first level is the thread's name (comm), kind
 * FRAME_THREAD. A sample's stack is the node where it ends.
 *
 * Lanes. A lane is an (event, CPU) pair; the sampler of one lane ticks regularly, and an event or CPU filter
 * is a choice of lanes.
 *
 * Names, modules and packages are distinct and sorted by bytes, frames by name, module, kind; so frame ids are in the
 * order of siblings, and pack writes them as distances.
 *
 * Strings are valid UTF-8 without NUL; the builder replaces what is not by U+FFFD. */
#ifndef MODEL_PROFILE_H
#define MODEL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/column.h"
#include "base/str.h"
#include "model/series.h"
#include "spec/spec.h"

#define ID_NONE UINT32_MAX

enum frame_kind { FRAME_USER, FRAME_KERNEL, FRAME_JIT, FRAME_INLINED, FRAME_THREAD, FRAME_KINDS };

struct frame {
    uint32_t name;   /* in names */
    uint32_t module; /* in modules; 0 is the empty module: none known */
    uint8_t kind;    /* enum frame_kind */
    uint32_t package; /* in packages; 0: none known. Follows from the others, but where the source says it */
};

struct thread {
    uint32_t pid, tid; /* ID_NONE when the source does not say */
    uint32_t comm;     /* in names */
    uint32_t host;     /* in hosts; ID_NONE when the profile is of one host */
};

struct lane {
    uint32_t event; /* in events */
    uint32_t cpu;   /* ID_NONE when the source does not say */
};

struct event {
    struct str name;
    uint64_t n_samples, n_idle;   /* kept samples, and how many of those are idle */
    uint64_t n_spans;             /* how many of n_samples are spans: then the weight is time */
    uint64_t weight, idle_weight; /* their sums, in the profile's unit */
};

struct fact {
    struct str key, value;
};

/* What was seen and not kept, or kept and doubtful: shown in the report, never dropped in silence. */
struct tally {
    uint64_t n_read;                /* samples seen in the source */
    uint64_t n_filtered;            /* left out by the spec's filter */
    uint64_t n_other_event;         /* left out because `event` asks for another */
    uint64_t n_idle_dropped;        /* left out by idle: drop */
    uint64_t n_no_stack;            /* kept, without any frame */
    uint64_t n_out_of_order;        /* kept, came later in the source than a later one; sorted */
    uint64_t n_lost;                /* samples the recorder says it lost */
    uint64_t n_incomplete;          /* waits of which the source has only one end: left out */
    uint64_t n_unreadable;          /* lines (or records) that could not be read */
    uint64_t first_unreadable_line; /* 0: none */
    uint64_t n_cut_names;           /* names cut at LIMIT_ONE_NAME */
    uint64_t n_cut_stacks;          /* stacks cut at LIMIT_STACK_DEPTH */
    uint64_t truncated;             /* 1 when the source ends in the middle (a gzip cut short, half a line) */
};

struct profile {
    struct str source;  /* path as given */
    struct str format;  /* name of the door */
    struct fact *facts; /* host, os, perf version, command line… in the order of the source */
    uint32_t n_facts;
    uint32_t n_cpus; /* of the machine; 0 when not known */

    bool has_time;     /* false: a flat profile; every time is 0 */
    int64_t origin_ns; /* in the clock of the source */
    int64_t step_ns;
    bool step_coarsened;    /* step_ns is coarser than asked for, to fit LIMIT_STEPS */
    int64_t source_step_ns; /* granularity of the source's own times, e.g. 1000 for perf's six digits */
    uint32_t n_steps;       /* last time + 1 (spans: last end); 0 when empty */
    bool has_clock;
    int64_t clock_epoch_ns; /* wall clock at the origin, ns since 1970 UTC */

    enum weight_mode weight;

    struct str *names, *modules, *packages; /* packages[0] is the empty one, as is modules[0] */
    uint32_t n_names, n_modules, n_packages;
    struct frame *frames;
    uint32_t n_frames;

    uint32_t n_nodes;                   /* root included */
    uint32_t *node_parent, *node_frame; /* of node 0: 0 and ID_NONE */
    uint8_t *node_idle;                 /* 1: stacks that end here are the idle task in its idle loop */

    struct str *hosts; /* of a profile merged from sources of several hosts, in the order of the sources */
    uint32_t n_hosts;
    struct thread *threads;
    uint32_t n_threads;
    struct event *events;
    uint32_t n_events;
    struct lane *lanes;
    uint32_t n_lanes;

    /* Points in the order of time; equal times in the order of the source (out of a report: by lane, then
     * that). */
    uint32_t n_points;
    struct {
        struct column time, node, thread, lane;
        struct column weight; /* empty: all 1 */
        struct column ns;     /* since the origin, as the source has it; empty: only steps are known */
    } points;

    /* Spans in the order of start; equal starts in the order of the source. */
    uint32_t n_spans;
    struct {
        struct column start, duration, node, thread, lane;
    } spans;

    struct counter_series *series; /* in the order of the spec, or of the source */
    uint32_t n_series;

    struct tally tally;
};

static inline uint32_t point_time(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->points.time, i);
}
static inline uint32_t point_node(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->points.node, i);
}
static inline uint32_t point_thread(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->points.thread, i);
}
static inline uint16_t point_lane(const struct profile *p, uint32_t i)
{
    return (uint16_t)column_at(&p->points.lane, i);
}
/* In the profile's unit. */
static inline uint64_t point_weight(const struct profile *p, uint32_t i)
{
    return p->points.weight.n ? column_at(&p->points.weight, i) : 1;
}
/* Only where p->points.ns is not empty. */
static inline int64_t point_ns(const struct profile *p, uint32_t i)
{
    return (int64_t)column_at(&p->points.ns, i);
}

static inline uint32_t span_start(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->spans.start, i);
}
static inline uint32_t span_duration(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->spans.duration, i);
}
static inline uint32_t span_node(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->spans.node, i);
}
static inline uint32_t span_thread(const struct profile *p, uint32_t i)
{
    return (uint32_t)column_at(&p->spans.thread, i);
}
static inline uint16_t span_lane(const struct profile *p, uint32_t i)
{
    return (uint16_t)column_at(&p->spans.lane, i);
}

/* For whoever makes a profile: empty columns, and done with them. */
static inline void samples_open(struct profile *p, struct arena *arena)
{
    p->points.time = p->points.node = p->points.thread = p->points.lane = column_new(arena);
    p->points.weight = p->points.ns = p->spans.start = p->spans.duration = column_new(arena);
    p->spans.node = p->spans.thread = p->spans.lane = column_new(arena);
}
static inline void samples_close(struct profile *p)
{
    struct column *all[] = {&p->points.time,   &p->points.node,    &p->points.thread,  &p->points.lane,
                            &p->points.weight, &p->points.ns,      &p->spans.start,    &p->spans.duration,
                            &p->spans.node,    &p->spans.thread,   &p->spans.lane};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        column_close(all[i]);
}

#endif
