/* SPDX-License-Identifier: MIT
 *
 * A folder of reports as one thing: what each says of itself, which belong together, what changed over the nights,
 * what is old. Read by scan.c, put in order by series.c, looked at by turns.c and keep.c, written by the files named
 * after what they write. Dates are seconds since 1970 UTC; shares are millionths of the busy weight. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include "base/diag.h"
#include "base/intern.h"
#include "base/vec.h"
#include "pack/digest.h"

/* In the head of an index: how site knows its own page. */
#define SITE_TAG "<meta name=\"generator\" content=\"flamepress site\">"
/* Where it puts comparisons, and, as HTML, what of one a link to it shows (assets/js/state.js). */
#define SITE_COMPARE "compare"
#define SITE_COMPARE_VIEW "#p=after&amp;cmp=c:0"

enum entry_status {
    STATUS_OK,
    STATUS_REGRESSION,
    STATUS_TOO_LITTLE,     /* too few samples to say anything */
    STATUS_NOT_COMPARABLE, /* recorded in another way than what it was to be compared with */
    STATUS_FAILED,         /* a report, but damaged */
    STATUSES
};

extern const char *const entry_status_word[STATUSES];

struct entry_share {
    uint32_t name; /* in site.functions or site.packages */
    uint32_t self, total;
};

struct entry {
    struct str path; /* below the folder, with '/' */
    uint64_t bytes;
    uint32_t check; /* of its digest: tells whether it is still the same report */
    struct str title, generator, profile, event, weight; /* of the profile it is about */
    struct meta_spec *meta;
    uint32_t n_meta, n_profiles;
    bool has_date;
    int64_t date;
    struct str day; /* "2026-11-19", empty without a date */
    enum entry_status status;
    struct str why; /* one line behind the status, may be empty */
    uint64_t n_samples, n_lost;
    double seconds, rate_hz;
    uint32_t n_cpus;
    struct entry_share *functions, *packages; /* by self */
    uint32_t n_functions, n_packages;
    struct digest_finding *findings;
    uint32_t n_findings, columns, rows;
    uint8_t *level;
    uint32_t series;   /* ID_NONE without a date */
    bool goes;         /* retention takes it away */
};

/* What is in the folder and no report. */
struct stranger {
    struct str path, why;
    bool is_broken; /* a report, or meant to be one; else some other page */
};

/* Nights that can be compared with each other: same group, same event. */
struct series {
    struct str label; /* "checkout, eu-west-1"; may be empty */
    struct str event;
    uint32_t *entry, n; /* of site.entries, by date */
};

/* From one night on a share is another one. */
struct turn {
    uint32_t series, at; /* the first night of the new share, as a place in the series */
    int64_t date;        /* of that night */
    uint32_t from, to;   /* the nights it holds for and those before: [from, at) and [at, to) */
    uint32_t name;
    bool is_package, is_total;
    double before, after;   /* mean shares, 0 to 1 */
    double low, high;       /* 95 % interval of the change */
    double p;               /* chance that noise shows any such change in the series */
    uint32_t comparison;    /* of site.comparisons; ID_NONE: none */
};

/* A page that shows one night against those before it. */
struct ready {
    struct str path; /* below the folder */
    uint32_t base[7], n_base, target; /* entries */
    bool is_there;                    /* false: it could not be made; then nothing links to it */
};

struct site_options {
    const char *title, *url, *by;   /* NULL: by default */
    int64_t keep_s;                 /* -1: keep all */
    uint32_t max, n_comparisons;    /* max 0: keep all */
    bool prune;
};

struct site {
    struct str folder, title, url;
    VEC(struct entry) entries; /* by date, those without one first, then by path */
    VEC(struct stranger) strangers;
    VEC(struct str) own; /* pages that site itself wrote into compare/ */
    VEC(struct str) meta_keys; /* all that are used, in a fixed order */
    struct intern functions, packages;
    VEC(struct series) series;
    VEC(struct turn) turns; /* newest night first; of a night the surest first, functions before packages */
    VEC(struct ready) comparisons;
    VEC(struct str) leaving; /* paths that retention takes away, or would */
    struct str generator;
    struct diag *d;
    struct arena *arena;
};

struct str site_path(const struct site *s, struct str below);
struct str entry_meta(const struct entry *e, struct str key);
/* Of a night of a series. */
static inline const struct entry *series_entry(const struct site *s, const struct series *of, uint32_t night)
{
    return &s->entries.p[of->entry[night]];
}

#endif
