/* SPDX-License-Identifier: MIT
 *
 * What of a profile is exported: a range, an event, who. In: a profile as a report has it; out: whether a sample is
 * taken, and the weights of the stacks. Nothing here allocates but what it returns. */
#ifndef EXPORT_TAKEN_H
#define EXPORT_TAKEN_H

#include "analyse/window.h"
#include "base/buf.h"
#include "pack/report.h"

struct taken {
    const struct profile *profile;
    struct str title, generator;
    struct range range;
    uint32_t event;   /* ID_NONE: all of them */
    bool with_idle;
    uint8_t *lanes;   /* by lane: 1, taken */
    uint8_t *threads; /* by thread; NULL: all */
    struct str who;   /* the same in words: "thread java, CPU 3"; empty: all */
    struct heatmap_spec heatmap;
    bool icicle; /* the flame graph hangs from the top */
};

/* All of a profile, all events, idle samples too. */
struct taken taken_all(const struct profile *p, struct arena *arena);
/* One event, ID_NONE: all. */
void taken_event(struct taken *t, uint32_t event);
bool taken_point(const struct taken *t, uint32_t i);
bool taken_span(const struct taken *t, uint32_t i);
/* Steps of span i inside the range. */
uint32_t taken_overlap(const struct taken *t, uint32_t i);
/* How many idle samples of the range are left out. */
uint64_t taken_idle(const struct taken *t);

struct taken_weights {
    uint64_t *self, *total; /* by node; spans in nanoseconds */
    uint64_t n_samples;
};

struct taken_weights taken_weigh(const struct taken *t, struct arena *arena);

/* "183 samples", "1.2 s", "4,096 bytes": a weight in the unit of the event, in the words of the page. */
void taken_words(const struct taken *t, uint64_t weight, struct buf *out);
/* One line: event, when, how much, who. */
void taken_facts(const struct taken *t, const struct taken_weights *w, struct buf *out, struct arena *arena);

#endif
