/* SPDX-License-Identifier: MIT
 *
 * A report as data: what pack writes and unpack gives back. Panels are what the reader sees as tabs, one per
 * profile of the spec. */
#ifndef PACK_REPORT_H
#define PACK_REPORT_H

#include "model/profile.h"
#include "pack/comparison.h"

/* Counts ahead of time, for one event: sums of weights per bucket, idle apart. Level 0 has base buckets; each
 * level above sums `factor` buckets of the one below (the last may be partial). */
#define COUNT_LEVELS 3

struct count_level {
    int64_t bucket_ns;
    uint32_t n_buckets;
    uint64_t *busy, *idle; /* idle is NULL when the event has no idle samples */
};

struct event_counts {
    struct count_level
        level[COUNT_LEVELS]; /* [0]: base buckets; then 1 s; then 1 min (each at least the one below) */
};

struct mark {
    int64_t from_ns, to_ns; /* since the origin, multiples of the step */
    struct str label;
    struct str note; /* plain text of the note, may be empty */
    bool by_reader;  /* saved into a copy of the report (pack/reader_marks.h) */
};

/* What stands out in a profile, as the findings room works it out and the head of a report carries it. */
enum finding_kind {
    FINDING_TIMER,  /* wakes at fixed times */
    FINDING_CYCLE,  /* works, then sleeps */
    FINDING_BURST,  /* many CPUs busy for a while */
    FINDING_STALL,  /* nothing runs */
    FINDING_RUNNER, /* one thread runs while all others wait */
    FINDING_SINGLE, /* one thread at full speed for long, the other CPUs idle */
    FINDING_PHASE,  /* from here on: other work */
    FINDING_TREND,  /* the load grows or falls */
    FINDING_PERIODIC_LOAD,
    FINDING_UTILISATION,
    FINDING_QUALITY, /* of the profile itself */
    FINDING_KINDS
};

enum finding_tier { FINDING_STRONG, FINDING_POSSIBLE, FINDING_NOTE, FINDING_TIERS };

/* Half-open, in steps. */
struct finding_range {
    uint32_t from, to;
};

/* A frame that explains a finding: how many of the samples have it, inside and outside. */
struct finding_frame {
    uint32_t frame;
    double inside, outside; /* shares, 0 to 1 */
};

/* A parameter; low and high: the 95 % interval, NAN when there is none. */
struct finding_value {
    const char *name; /* with its unit: "period_ns" */
    double value, low, high;
};

struct finding {
    enum finding_kind kind;
    enum finding_tier tier;
    struct str title, why; /* a sentence said aloud; the statistic behind it, or what to do */
    struct finding_range *ranges;
    uint32_t n_ranges;
    uint32_t *threads; /* of the profile */
    uint32_t n_threads;
    struct finding_frame *frames;
    uint32_t n_frames;
    struct finding_value *values;
    uint32_t n_values;
    double stake_ns; /* time that it is about: the order of the list */
};

/* Best first; those after the first `limit` are behind "more". */
struct findings {
    struct finding *list;
    uint32_t n, limit;
    struct str verdict; /* when nothing stands out: why that can be believed; else empty */
};

/* The period that lines the stripes of the heatmap up best; period_ns 0: none does. */
struct stripes {
    int64_t period_ns;
    double strength; /* 0 to 1: how much of the load is alike from one column to the next, over what is alike anyway */
};

struct packing;
struct digest_profile;
struct hottest;

struct panel {
    struct str id, title;
    struct profile *profile;
    struct event_counts *counts; /* per event of the profile */
    uint32_t main_event; /* shown first */
    double rate_hz;              /* of the sampler of one lane; 0 when not known */
    struct heatmap_spec heatmap; /* period and rows filled in */
    enum idle_mode idle;
    struct mark *marks;
    uint32_t n_marks;
    struct findings findings;
    struct stripes stripes;
    /* What was made of it ahead, beside other work; NULL: whoever needs it makes it then. */
    struct packing *packing;              /* pack/pack.h */
    const struct digest_profile *digest;  /* site/digest_make.h: its weights and map */
    const struct hottest *hottest;        /* analyse/weigh.h */
};

struct digest;

struct report {
    struct str title;
    struct str generator; /* "flamepress 0.1.0" */
    struct meta_spec *meta;
    uint32_t n_meta;
    struct panel *panels;
    uint32_t n_panels;
    struct comparison *comparisons;
    uint32_t n_comparisons;
    const struct digest *digest; /* NULL: none, and none is written */
    bool is_spent; /* once packed, nobody reads its samples: pack_late gives their memory back as it goes */
};

#endif
