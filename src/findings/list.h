/* SPDX-License-Identifier: MIT
 *
 * The list that the detectors add to. */
#ifndef FINDINGS_LIST_H
#define FINDINGS_LIST_H

#include "base/vec.h"
#include "findings/scene.h"

struct level;

#define LIST_MOST 64
#define LIST_VALUES 12

/* Part of a finding already, and of nothing else. */
enum {
    EXPLAINED_TRAIN = 1,
    EXPLAINED_SINGLE = 2,
    EXPLAINED_LOAD = 4, /* periodic load of a name */
    EXPLAINED_EVENT = 8 /* bursts and stalls, while slow things are counted */
};

struct found {
    VEC(struct finding) list;
    struct arena *arena;
    uint8_t *explained;    /* by sample: EXPLAINED_… */
    struct times left;     /* once trains and stretches of one thread are found: the samples of neither, */
    uint32_t n_left;       /* and how many they are */
    uint32_t *left_before; /* of every 64 samples: how many are left of those before; NULL: all */
};

/* After find_single. */
void found_leave(struct found *f, const struct scene *s);
/* How many of the samples left come before the sample i. */
uint32_t found_left_before(const struct found *f, uint32_t i);

/* A new finding, with room for LIST_VALUES values; NULL when there are enough. */
struct finding *found_add(struct found *f, enum finding_kind kind, bool strong);
void found_value(struct finding *x, const char *name, double value, double low, double high);
void found_range(struct finding *x, const struct scene *s, double from_s, double to_s, struct arena *arena);
/* Of what its ranges say: how many times, how long on average, and at what distance from start to start,
 * where that is regular (period_ns) or not (every_ns, the mean). After the ranges. */
void found_times(struct finding *x, const struct scene *s, uint32_t n, double length_s);
void found_thread(struct finding *x, uint32_t thread, struct arena *arena);

/* The detectors. */
void find_trains(struct scene *s, struct found *out);
/* level: of the samples that are left. */
void find_bursts(struct scene *s, const struct level *level, struct found *out);
void find_silences(struct scene *s, const struct level *level, struct found *out);
void find_single(struct scene *s, struct found *out);
void find_phases(struct scene *s, struct found *out);
void find_quality(struct scene *s, const struct heatmap_spec *map, struct found *out);

#endif
