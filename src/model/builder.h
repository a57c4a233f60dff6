/* SPDX-License-Identifier: MIT
 *
 * The only way to make a profile from a source: a door adds frames, threads, stacks and samples in any order
 * of time, then freezes. Filters of the spec are applied here, once for all formats: by thread and CPU as
 * samples come, by time at the end, since only then the origin is known. Ids that a builder gives are its
 * own; freeze renumbers.
 *
 * Memory: 24 bytes a sample and 4 bytes a frame of each *distinct* stack, on an arena of its own that freeze
 * drops. Errors: a full table (limits.h) is said once, in d, and later additions are counted as lost. */
#ifndef MODEL_BUILDER_H
#define MODEL_BUILDER_H

#include "base/diag.h"
#include "model/profile.h"

struct builder;

struct sample {
    int64_t time_ns;     /* in the source's clock; ignored after builder_flat() */
    int64_t duration_ns; /* of a span; 0 for a point */
    uint32_t stack, thread, event;
    uint32_t cpu;    /* ID_NONE: not said */
    uint64_t period; /* used when the spec weighs by period */
    bool has_labels; /* those that the spec's filter asks for, if it does */
};

/* `spec` gives filter, event, weight, step, clock and the files' names, and must outlive the builder; `default_step_ns` is the
 * door's own (100 us for perf). `file` is the source's id in d. */
struct builder *builder_new(const struct profile_spec *spec, int64_t default_step_ns, uint32_t file,
                            struct diag *d, struct arena *arena);

/* A profile merged from several sources: the next one begins, by what messages and roots name it. What was said
 * of times, weights and facts was of the source before; threads of different hosts stay apart. */
void builder_next_source(struct builder *b, struct str name, int64_t default_step_ns, uint32_t file);

/* Names, modules and comms are made valid UTF-8 and cut at LIMIT_ONE_NAME. Never fails: past a limit id 0
 * comes back, which is the frame "[too many names]". A thread without a name is "[unknown]". */
uint32_t builder_frame(struct builder *b, struct str name, struct str module, enum frame_kind kind);
bool builder_frame_has_module(const struct builder *b, uint32_t frame);
/* What the source says it belongs to, where names and modules do not tell; the first to say so counts. */
void builder_frame_package(struct builder *b, uint32_t frame, struct str package);
uint32_t builder_thread(struct builder *b, uint32_t pid, uint32_t tid, struct str comm);
/* A thread whose name the source tells later, if at all: until then `key` stands for it, which no other thread may have
 * as its name. */
uint32_t builder_thread_unnamed(struct builder *b, uint32_t pid, uint32_t tid, struct str key);
void builder_thread_name(struct builder *b, uint32_t thread, struct str comm);
/* Threads added from now on are of this host and not of the source's (whose fact "host" says it). */
void builder_thread_host(struct builder *b, struct str host);
uint32_t builder_event(struct builder *b, struct str name);
/* An event that the door made of another one, by whose name a spec may ask for it, too. */
uint32_t builder_event_from(struct builder *b, struct str name, struct str source_name);
/* Interns a stack given leaf first (as perf prints it), under the name of `thread`. n may be 0. */
uint32_t builder_stack(struct builder *b, uint32_t thread, const uint32_t *leaf_first, uint32_t n);
/* The same in steps, for whoever has many: hash is builder_stack_hash of the whole stack, root first, of which the first frame is
 * builder_root of the thread and n at most builder_depth + 1; builder_stack_soon(0), and (1) and (2) each some time later, fetch
 * what it will look at. */
uint32_t builder_root(const struct builder *b, uint32_t thread);
/* Of n frames those that are kept, nearest to the leaf; counts stacks that are cut. */
uint32_t builder_depth(struct builder *b, uint32_t n);
uint32_t builder_stack_hash(const uint32_t *root_first, uint32_t n);
void builder_stack_soon(const struct builder *b, uint32_t hash, unsigned step);
uint32_t builder_stack_rooted(struct builder *b, uint32_t thread, const uint32_t *root_first, uint32_t n, uint32_t hash);
/* The frames of a stack, root first, into room for as many as a stack can have (LIMIT_STACK_DEPTH + 1). */
uint32_t builder_stack_frames(const struct builder *b, uint32_t stack, uint32_t *root_first);
/* The stack means that nothing ran, in sources that say so themselves. */
void builder_idle(struct builder *b, uint32_t stack);
void builder_sample(struct builder *b, const struct sample *s);

/* Numbers over time beside the samples, under a title and in a unit ("" when not known). `key` tells one counter of
 * this source from another. ID_NONE past LIMIT_SERIES. Those outside of the samples' time are left out in the end. */
uint32_t builder_counter(struct builder *b, struct str key, struct str title, struct str unit);
void builder_counter_title(struct builder *b, uint32_t counter, struct str title);
void builder_count(struct builder *b, uint32_t counter, int64_t time_ns, double value);

/* The source has no times: a flat profile. Must be said before the first sample. */
void builder_flat(struct builder *b);
/* What a point counts, where the source and not the spec decides. WEIGHT_COUNT: each record says in `period` how
 * many samples (or bytes, microseconds: the event's name is the unit) it stands for. Must be said before the
 * first sample. */
void builder_weigh(struct builder *b, enum weight_mode weight);
/* The source is not in the order of time by its nature: that is not worth a word. */
void builder_unordered(struct builder *b);
/* The origin of a source that knows it: no later than its first sample, a whole second. */
void builder_origin(struct builder *b, int64_t time_ns);
/* Wall clock: source time `time_ns` was `epoch_ns` after 1970 UTC. The spec's own clock wins. */
void builder_clock(struct builder *b, int64_t time_ns, int64_t epoch_ns);
/* Granularity of the source's times, e.g. 1000 when it prints microseconds. The step is never finer. */
void builder_source_step(struct builder *b, int64_t step_ns);
/* Keeps the last value per key. The keys that the report knows: host, os, arch, tool, cpu, cpus, command,
 * captured, memory. */
void builder_fact(struct builder *b, struct str key, struct str value);
/* For the door to count lost samples, unreadable lines and truncation. */
struct tally *builder_tally(struct builder *b);
/* The name of an event, by what builder_event gave. */
struct str builder_event_name(const struct builder *b, uint32_t event);

/* How many threads freeze may use, the caller's among them; one, unless said. What comes out is the same. */
void builder_use_threads(struct builder *b, unsigned n);
/* Sorts, floors, filters by time, builds the trie. False, with an error in d, when nothing is left: no sample
 * at all, none of the event asked for (names those that are there), none that passes the filter, none with a
 * period; or when its sources cannot become one. The profile lives on the arena given to builder_new; the builder is gone afterwards, either way. */
bool builder_freeze(struct builder *b, struct profile *out);

/* Throws the builder away: the source could not be read after all. */
void builder_drop(struct builder *b);

#endif
