/* SPDX-License-Identifier: MIT
 *
 * What a report says of itself in a few kilobytes, near its beginning: enough for an index over thousands of
 * reports to list, search and compare them without reading on. docs/pack-format.md, "The digest". */
#ifndef PACK_DIGEST_H
#define PACK_DIGEST_H

#include "base/diag.h"
#include "pack/report.h"

/* Of the digest alone: an index goes on listing reports whose data only an older flamepress reads. */
#define DIGEST_FORMAT 1
/* Profiles that are digested, at most; the others are only counted. */
#define DIGEST_PROFILES 8u
/* Functions (packages) of a profile: those with most weight of their own, and as many with most in total. */
#define DIGEST_FUNCTIONS 60u
#define DIGEST_PACKAGES 20u
/* Millionths; what has less on both counts is left out. */
#define DIGEST_LEAST 1000u
#define DIGEST_COLUMNS 60u
#define DIGEST_ROWS 10u
#define DIGEST_LEVELS 9u
#define DIGEST_MILLION 1000000u

/* Of the busy weight, in millionths. */
struct digest_share {
    struct str name; /* as compare names functions and packages: no addresses, hashes, versions */
    uint32_t self, total;
};

struct digest_finding {
    enum finding_tier tier;
    struct str title;
};

struct digest_profile {
    struct str id, title, event, weight; /* weight: "samples", "period", "count", "time" */
    uint64_t n_samples, n_lost;          /* busy samples of the event; of the whole profile */
    double seconds, rate_hz;             /* 0: not known */
    uint32_t n_cpus;
    bool has_clock;
    int64_t clock_epoch_ns; /* wall clock at the origin, ns since 1970 UTC */
    uint32_t unresolved;    /* share of samples whose leaf has no name, millionths */
    struct digest_share *functions, *packages; /* by self, then total, then name */
    uint32_t n_functions, n_packages;
    struct digest_finding *findings;
    uint32_t n_findings;
    uint32_t columns, rows; /* of the map; 0: none */
    uint8_t *level;         /* [column * rows + row], 0 to DIGEST_LEVELS */
};

struct digest_alarm {
    struct str name, quantity; /* "self", "total", "load" */
    bool is_package;
    uint32_t base, target; /* millionths; of the load 0 */
};

struct digest_comparison {
    struct str title;
    enum comparison_outcome outcome;
    uint32_t n_base, profile;  /* the target: which profile of the report; ID_NONE: none */
    struct str *reasons;
    uint32_t n_reasons;
    struct digest_alarm *alarms;
    uint32_t n_alarms;
};

struct digest {
    struct str generator, title;
    bool is_generated; /* a comparison that `site` made: no report of its own */
    struct meta_spec *meta;
    uint32_t n_meta;
    struct digest_profile *profiles;
    uint32_t n_profiles, n_all_profiles;
    struct digest_comparison *comparisons;
    uint32_t n_comparisons;
};

/* Appends the element. */
void digest_write(const struct digest *g, struct buf *out, struct arena *arena);
/* The text of the element, if it is there as a whole; `text` may be the beginning of a file. */
bool digest_find(struct str text, struct str *out);
/* What of it is not as it should be is said in d. `at` is the offset of the element's text in the file. */
bool digest_read(struct str element, uint64_t at, uint32_t file, struct diag *d, struct digest *out, struct arena *arena);

#endif
