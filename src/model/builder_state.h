/* SPDX-License-Identifier: MIT
 *
 * The inside of a builder, for the files of this room alone: those that add (builder.c, builder_stack.c, counters.c) and
 * those that settle (freeze.c and what it calls). */
#ifndef MODEL_BUILDER_STATE_H
#define MODEL_BUILDER_STATE_H

#include "base/intern.h"
#include "base/limits.h"
#include "base/rows.h"
#include "base/vec.h"
#include "model/builder.h"

/* Keys of the interning tables, compared as bytes: no padding may differ, so all fields are u32. */
struct frame_key {
    uint32_t name, module, kind;
};
struct thread_key {
    uint32_t pid, tid, comm;
    uint32_t host; /* in `hosts` if the source says it of the thread, else HOST_OF_SOURCE + its source */
};
#define HOST_OF_SOURCE 0x80000000u
struct lane_key {
    uint32_t event, cpu;
};

/* Lanes that samples had lately, by a hash of their keys. */
#define LANE_SLOTS 64u
struct lane_slot {
    struct lane_key key;
    uint32_t lane; /* + 1; 0: none */
};

/* What adding a sample needs to know about its thread and lane, by builder number. */
struct thread_info {
    uint32_t frame;
    bool keep, idle_task;
    uint32_t late_name; /* in names, + 1: told later; 0: the one of its key */
};
struct lane_info {
    bool event_wanted, cpu_wanted;
};

/* One distinct stack: frames at pool[begin .. begin + n), root first, the thread's frame at the root. */
struct stack_entry {
    uint64_t begin;
    uint32_t n;
    uint32_t hash;
};

/* A sample as it waits in b->samples. */
struct raw_sample {
    int64_t time_ns; /* after settling the order: in steps */
    uint32_t stack, thread;
    uint64_t value; /* the weight of a point or the duration of a span */
    uint16_t lane;
    bool is_span;
};

/* One source: what was said of it. Its samples are those from first_sample to the next one's. */
struct one_source {
    struct str name, host; /* host: empty when not known */
    uint32_t file;
    size_t first_sample;
    int64_t step_ns, source_step_ns;
    enum weight_mode weight;
    bool flat, unordered, any_sample, has_clock;
    int64_t min_ns, max_ns; /* of all samples, filtered or not */
    int64_t shift_ns;       /* to the time line of all sources, once settled */
    int64_t clock_time_ns, clock_epoch_ns;
    uint64_t n_cpus;
    struct tally tally;
};

/* What the kept samples use: flags by stack, thread and lane. */
struct used {
    VEC(uint8_t) stack; /* may be shorter than b->stacks, until used_grow */
    uint8_t *thread, *lane;
    size_t n_spans;
    bool out_of_order; /* not all points come before all spans, or not in the order of time */
};

/* One counter, and of which source it is. */
struct counter_info {
    struct str title, unit;
    uint32_t source;
};

struct builder {
    const struct profile_spec *spec;
    uint32_t file; /* of the first source */
    struct diag *d;
    struct arena *arena; /* the caller's: the profile ends up here */
    struct arena *work;  /* ours: dropped by freeze */
    unsigned n_threads;  /* that freeze may use; 0 is 1 */
    struct tasks *tasks; /* of freeze: on as many threads as is worth it */

    struct intern names, modules, frames, threads, lanes, events, hosts;
    VEC(uint8_t) frame_class; /* enum idle_class by frame */
    struct intern packages;
    VEC(uint32_t) frame_package; /* by frame: what its source says, in packages, + 1; or 0. May be shorter than frames */
    VEC(struct thread_info) thread_info;
    VEC(struct lane_info) lane_info;
    VEC(uint32_t) event_source; /* by event: the event it was made of, + 1; or 0 */
    struct lane_slot lane_slots[LANE_SLOTS];

    VEC(uint32_t) pool;
    VEC(struct stack_entry) stacks;
    VEC(uint8_t) stack_idle;
    uint32_t *turned; /* a stack, from the leaf on, as it is kept */
    uint32_t *slots; /* of stack + 1 */
    uint32_t n_slots;

    struct rows samples; /* each a row_of_sample */
    struct used used;    /* once they were sifted */

    struct intern counters; /* of the source at hand, by key */
    VEC(struct counter_info) counter_info; /* of all sources, those of the one at hand from first_counter on */
    uint32_t first_counter;
    struct rows values; /* of counters: time, counter, the double's bits, source */
    bool counters_cut;

    struct one_source now; /* the source that is read; once settled: all of them as one */
    VEC(struct one_source) sources;
    uint32_t thread_host; /* of threads from now on, as in their key */
    bool any_late_name;
    uint32_t *comm_of; /* name of a thread as it is shown, once shaped */
    uint32_t *shaped;  /* by frame: what it became, where that is all that happens to stacks; NULL: the pool has it already */
    uint8_t *in_pool;  /* by frame, with `shaped`: used stacks have it */
    uint32_t n_unshaped; /* how many `shaped` and `in_pool` hold */
    uint32_t n_root;   /* frames above the first function, once shaped */
    bool any_period, limit_said;
    int64_t latest_kept_ns;
    VEC(struct fact) facts;
};

/* Says that a table is full, once. */
void builder_full(struct builder *b, const char *what, unsigned long long limit);

/* Valid UTF-8 without NUL, at most LIMIT_ONE_NAME bytes; `s` itself, or in `room`. */
struct str builder_tidy(struct builder *b, struct str s, char room[LIMIT_ONE_NAME + 4]);

/* The package of a frame: what its source says, else what its name and module tell (names/package.h). On `arena`, or
 * as long as the builder. */
struct str builder_package(const struct builder *b, uint32_t frame, struct arena *arena);

/* Makes one time line and one tally of all sources, in b->now (settle_sources.c). False when they do not go
 * together (said). host_of gets the host of each thread, ID_NONE when there is only one. */
bool settle_sources(struct builder *b, uint32_t *host_of, struct profile *out);
/* Gives distinct stacks the shape that the spec asks for, and leaves out samples by their frames (settle_shape.c);
 * then puts other roots above them (settle_roots.c). */
void settle_shape(struct builder *b);
void settle_roots(struct builder *b, const uint32_t *host_of, const struct profile *p);
/* By frame: 1 where a used stack has it in the pool. On b->work. */
uint8_t *used_frames(struct builder *b);
/* Sorts and numbers what the kept samples use (settle_names.c), then builds the trie from the distinct stacks
 * (settle_trie.c). node_of gets the node where each used stack ends. */
void settle_names(struct builder *b, const uint32_t *host_of, struct profile *out);
bool settle_trie(struct builder *b, uint32_t *node_of, struct profile *out);

/* Counters as far as they lie beside the samples that are left (counters.c). */
void settle_counters(struct builder *b, struct profile *out);

/* Whether the spec's filter keeps threads of this name. */
bool passes_comm(const struct filter *f, struct str comm);

static inline struct row row_of_sample(const struct raw_sample *s)
{
    return (struct row){{s->time_ns, s->stack, s->thread, (int64_t)s->value, s->lane, s->is_span}};
}
static inline struct raw_sample sample_of_row(const struct row *r)
{
    return (struct raw_sample){r->v[0], (uint32_t)r->v[1], (uint32_t)r->v[2], (uint64_t)r->v[3], (uint16_t)r->v[4], r->v[5] != 0};
}

/* Reading samples: struct rows_walk w = rows_walk(&b->samples, true); while (next_sample(&w, &s)) … */
static inline bool next_sample(struct rows_walk *w, struct raw_sample *s)
{
    const struct row *row = rows_next(w);
    if (row)
        *s = sample_of_row(row);
    return row != NULL;
}

/* Changing them, and leaving some out: what is not kept is gone in the end. The flags are made anew. */
struct sifting {
    struct rows_walk from;
    struct rows kept;
    int64_t last_ns; /* of the one kept last */
    bool last_is_span;
    struct used *used;
    struct arena *work;
};
void used_grow(struct used *used, size_t n_stacks, struct arena *work);
struct sifting sift_begin(struct builder *b);
static inline bool sift_next(struct sifting *f, struct raw_sample *s)
{
    return next_sample(&f->from, s);
}
static inline void sift_keep(struct sifting *f, const struct raw_sample *s)
{
    struct used *used = f->used;
    if (s->stack >= used->stack.n)
        used_grow(used, (size_t)s->stack + 1, f->work);
    used->stack.p[s->stack] = used->thread[s->thread] = used->lane[s->lane] = 1;
    used->n_spans += s->is_span;
    used->out_of_order |= s->is_span == f->last_is_span ? s->time_ns < f->last_ns : f->last_is_span;
    f->last_ns = s->time_ns;
    f->last_is_span = s->is_span;
    rows_add(&f->kept, row_of_sample(s));
}
/* How many were left out. */
size_t sift_end(struct sifting *f, struct builder *b);

#endif
