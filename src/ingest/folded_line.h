/* SPDX-License-Identifier: MIT
 *
 * One line of folded stacks: "[time ]root;caller;leaf count". Source: stackcollapse-perf.pl and its family;
 * the time in front is ours, see docs/formats.md. */
#ifndef INGEST_FOLDED_LINE_H
#define INGEST_FOLDED_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"
#include "model/profile.h"

struct folded_line {
    struct str stack; /* root first, with ';' between */
    uint64_t count;
    bool is_rounded; /* it was no whole number */
    bool is_twice;   /* two counts: a difference of two profiles */
    bool has_time;
    uint64_t seconds;     /* of the time: the number before its point */
    uint32_t fraction_ns; /*   and behind it */
    unsigned digits;      /* of the fraction */
};

/* `timed`: a time stands in front, and a line without a count counts once. False: *why says what is missing.
 */
bool folded_parse(struct str line, bool timed, struct folded_line *out, const char **why);

/* The first frame of the rest of a stack; false at its end. A ";" before a blank is part of a name, as in
 * Rust's
 * "[T; 4]". */
bool folded_next(struct str *stack, struct str *name);

/* A frame's name without what tools put behind it, and the kind that says: "_[k]" kernel, "_[i]" inlined,
 * "_[j]", "_[0]" and "_[1]" code of a virtual machine. */
struct str folded_frame(struct str name, enum frame_kind *kind, bool *annotated);

/* "f (pkg/mod.py:12)", "f (<frozen importlib._bootstrap>:241)", as py-spy writes it: the function, its file, and the line
 * goes. False: `name` is something else. */
bool folded_python(struct str name, struct str *function, struct str *file);

/* "[GC Thread#1 tid=4711]", as async-profiler writes threads. False: `name` is something else. */
bool folded_thread(struct str name, struct str *comm, uint32_t *tid);

/* Frames come root first, and of a stack too deep those next to the leaf are wanted: frame i is put at i % FOLDED_RING.
 * One more is kept than a stack may have, so that the builder sees that it is too deep. */
#define FOLDED_RING (LIMIT_STACK_DEPTH + 1)
/* Of n such frames the last ones, leaf first; how many. */
uint32_t folded_turn(const uint32_t *ring, uint32_t n, uint32_t *leaf_first);

#endif
