/* SPDX-License-Identifier: MIT
 *
 * The YAML spec as structs: what to read, what to keep of it, how to show it first. Every key is documented
 * in docs/spec.md, from the same table (schema.c) that checks it.
 *
 * In:  the bytes of a spec and the folder it stands in. Out: struct spec, everything defaulted, on the arena.
 * All errors of a spec are said in one pass. Nothing here opens a profile; notes files are read by the
 * caller. */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

/* A string and where it stands; pos {0,0} when it is a default. */
struct spec_text {
    struct str s;
    struct pos at;
};

/* A regular expression, and as it was written. */
struct spec_pattern {
    struct spec_text text;
    struct pattern *pattern;
};

/* KEY: VALUE of a map whose keys are patterns. */
struct spec_pair {
    struct spec_text key, value;
    struct pattern *pattern; /* of keys that are regular expressions */
};

/* first..last, both included: pids, tids, CPUs. */
struct id_range {
    uint32_t first, last;
};

enum idle_mode {
    IDLE_HIDE, /* kept in the report, left out of counts until the reader switches it on (default) */
    IDLE_SHOW, /* counted from the start */
    IDLE_DROP  /* not in the report at all */
};

enum inline_mode { INLINE_NO, INLINE_YES };

/* How the times of several sources become one. */
enum align_mode {
    ALIGN_AUTO,  /* by the wall clock if all know it; else by their own clock, unless they are of several hosts */
    ALIGN_CLOCK, /* their times are of one clock already */
    ALIGN_START  /* the first samples of all at once */
};

/* What a spec asks to weigh samples by. */
enum weigh_by {
    BY_SAMPLES,
    BY_PERIOD,
    BY_DURATION, /* only spans are kept */
    BY_BYTES     /* only records that tell of bytes are */
};

/* What the points of a profile count. */
enum weight_mode {
    WEIGHT_SAMPLES,
    WEIGHT_PERIOD,
    WEIGHT_COUNT /* of sources whose records stand for many samples, bytes… each */
};

struct filter {
    struct str *comm; /* globs; a thread passes when any matches */
    uint32_t n_comm;
    struct id_range *pid, *tid, *cpu;
    uint32_t n_pid, n_tid, n_cpu;
    struct spec_pattern *frame, *no_frame; /* some frame of the stack must match, none may */
    uint32_t n_frame, n_no_frame;
    struct spec_pair *label; /* of samples that have labels: key and glob of its value */
    uint32_t n_label;
    int64_t from_ns, to_ns; /* since the origin, half-open; INT64_MIN and INT64_MAX when not given */
    enum idle_mode idle;
};

enum palette { PALETTE_FLAME, PALETTE_CIVIDIS, PALETTE_GREY };
enum scale { SCALE_ROBUST, SCALE_FULL };

struct heatmap_spec {
    int64_t period_ns; /* 0: chosen from the data */
    uint32_t rows;     /* 0: chosen from the data */
    enum palette palette;
    enum scale scale;
};

enum root_level { ROOT_COMM, ROOT_THREAD, ROOT_PROCESS, ROOT_HOST, ROOT_CPU, ROOT_LEVELS };
enum { COLLAPSE_RECURSION = 1, COLLAPSE_UNKNOWN = 2, COLLAPSE_PACKAGES = 4, COLLAPSE_MODULES = 8 };
enum names_mode { NAMES_CLEAN, NAMES_RAW };
enum demangle_mode { DEMANGLE_AUTO, DEMANGLE_NO };

/* What stacks look like. */
struct stacks_spec {
    uint8_t root[ROOT_LEVELS]; /* enum root_level, outermost first; none: the comm */
    uint32_t n_root;
    enum names_mode names;
    enum demangle_mode demangle;
    uint32_t strip;    /* of names/strip.h */
    uint32_t collapse; /* COLLAPSE_… */
    struct spec_pattern *mine; /* frames to keep, by name, module or package; none: all */
    uint32_t n_mine;
};

enum redact_paths { PATHS_KEEP, PATHS_STRIP };

/* What must not be in the report. */
struct redact_spec {
    enum redact_paths paths;
    struct spec_pair *comm, *frame, *module, *host, *text;
    uint32_t n_comm, n_frame, n_module, n_host, n_text;
};

struct mark_spec {
    int64_t from_ns, to_ns; /* since the origin */
    struct spec_text label;
    struct spec_text note; /* Markdown, may be empty */
    struct pos at;
};

/* Markdown: inline text, or the path of a .md file beside the spec. */
struct notes_spec {
    struct spec_text text; /* inline Markdown, or what the caller read from `file` */
    struct spec_text file; /* as written; empty when inline */
};

struct clock_spec {
    bool known;
    int64_t at_ns;    /* since the origin */
    int64_t epoch_ns; /* nanoseconds since 1970 UTC at that moment */
};

/* A file to read, as whoever looks for them found it. */
struct source_file {
    struct str name; /* for messages: relative to the spec */
    struct str path; /* to open; "-": stdin */
    struct pos at;   /* who asked for it */
};

struct profile_spec {
    struct spec_text id, title;
    bool id_is_derived; /* from the file's name */
    struct spec_text source;     /* the first of `sources`, or "a.gz and 3 more" once they are looked for */
    struct spec_text *sources;   /* paths and globs as written; relative to the spec's folder */
    uint32_t n_sources;
    struct source_file *files;   /* filled by the caller */
    uint32_t n_files;
    enum align_mode align;
    struct spec_text format;    /* "auto", or the name of a door */
    struct spec_text event;     /* empty: all events, kept apart */
    struct spec_text of_report; /* which profile of a report; empty: the only one */
    struct spec_text unit;      /* of the counts of folded stacks; empty: samples */
    enum weigh_by weight;
    struct pos weight_at;
    enum inline_mode inlined; /* of a perf.data */
    int64_t step_ns;          /* `resolution`; 0: the default of the source */
    struct filter filter;
    struct stacks_spec stacks;
    const struct redact_spec *redact; /* the spec's; NULL: nothing */
    struct heatmap_spec heatmap;
    struct mark_spec *marks;
    uint32_t n_marks;
    struct notes_spec notes;
    struct clock_spec clock;
    bool exact;  /* keep times in nanoseconds beside those in steps: for export */
    bool faulty; /* an error was said about it: its source may exist, but is not to be read */
};

/* One of `compare`: sides are ids of profiles, or files; what follows a '#' is as in links. */
struct compare_spec {
    struct spec_text title, target, event, fail_on;
    struct spec_text *base;
    uint32_t n_base;
    struct pos at;
    bool faulty; /* an error was said about it */
};

/* One of `metrics`: a column of a CSV file over another one. */
struct metric_spec {
    struct spec_text title, source, time, value, unit;
    struct spec_text profile; /* the id of the one that it belongs to; empty: all */
    struct source_file file;  /* filled by the caller */
    struct pos at;
    bool faulty; /* an error was said about it */
};

/* What stands out, as far as the report says it. */
enum findings_off { FINDINGS_NO, FINDINGS_YES, FINDINGS_FALSE, FINDINGS_TRUE };

struct findings_spec {
    uint32_t limit, only; /* shown at once, 0: ten; kinds as 1 << i, 0: all */
    enum findings_off off;
};

enum over_budget { OVER_BUDGET_COARSEN, OVER_BUDGET_REFUSE };

struct meta_spec {
    struct str key, value;
};

struct spec {
    struct str path;   /* as given on the command line; empty for an implied spec */
    struct str folder; /* "" or ending in '/' : what relative sources are relative to */
    struct spec_text title;
    struct meta_spec *meta; /* in the order written */
    uint32_t n_meta;
    struct notes_spec notes;
    struct redact_spec redact;
    struct findings_spec findings;
    uint64_t budget; /* bytes of the report; 0: any */
    struct pos budget_at;
    enum over_budget over_budget;
    struct profile_spec *profiles;
    uint32_t n_profiles;
    struct compare_spec *compares;
    uint32_t n_compares;
    struct metric_spec *metrics;
    uint32_t n_metrics;
};

/* Reads a spec. False when there was any error (all of them are in d); *out then holds what could be read,
 * for looking at its files all the same. `path` names it in messages; its
 * folder part becomes spec->folder. `formats` are the names of the doors, for checking `format` (n may be 0:
 * not checked). */
bool spec_parse(struct str path, struct str text, const struct str *formats, uint32_t n_formats,
                struct diag *d, struct spec *out, struct arena *arena);

/* A spec for bare profiles: one profile per path, ids and titles from the file names' stems, ids made unique
 * and safe for a URL. The report's title is the first profile's. */
void spec_implied(const struct str *paths, uint32_t n, struct spec *out, struct arena *arena);

/* Path without folder and known extensions (.gz .zst .txt .json .data .cpuprofile .heapprofile .folded
 * .html .yaml .yml): "stacks.perf.txt.gz" is
 * "stacks.perf", "stacks.app.2018_03_30_01.gz" keeps its date. "-" is "stdin". */
struct str spec_stem(struct str path);
/* A profile with every default, as the spec has them. */
struct profile_spec spec_default_profile(void);
/* `wanted` with what does not belong into an id replaced by '-', and "-2", "-3"… behind it until it is none
 * of those given. */
struct str spec_unique_id(struct str wanted, const struct profile_spec *others, uint32_t n,
                          struct arena *arena);

#endif
