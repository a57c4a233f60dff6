/* SPDX-License-Identifier: MIT
 *
 * flamepress as a library: profiles in, one self-contained HTML file out. The command line program uses
 * nothing else.
 *
 *     fp_session *s = fp_open();
 *     fp_add_input(s, "stacks.perf.txt.gz");
 *     fp_status status = fp_build(s, "report.html");
 *     fputs(fp_messages(s), stderr);
 *     fp_close(s);
 *
 * Ownership: a session owns everything it returns; strings live until the next call on the same session or
 * fp_close. Errors: every call returns a status; what went wrong, all of it, is in fp_messages and
 * fp_diagnostic. A session whose call returned FP_SYSTEM for want of memory can only be closed. Threads: a
 * session belongs to one thread at a time; different sessions are independent. Units: times are nanoseconds
 * since the profile's origin (its earliest sample, floored to the whole second). */
#ifndef FLAMEPRESS_H
#define FLAMEPRESS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fp_session fp_session;

/* The program's exit codes. */
typedef enum {
    FP_OK = 0,
    FP_BAD_INPUT = 1, /* a spec or profile that cannot be used, an empty one, a passed limit */
    FP_USAGE = 2,     /* inputs that do not go together */
    FP_SYSTEM = 3,    /* the system said no: reading, writing, memory */
    FP_REGRESSION = 4,  /* fp_diff only: a rule is met */
    FP_CANNOT_JUDGE = 5 /* fp_diff only: too little data, or not comparable; the output says why */
} fp_status;

typedef enum { FP_ERROR, FP_WARNING, FP_NOTE } fp_severity;

typedef struct {
    fp_severity severity;
    const char *path;    /* "" when about no file */
    uint64_t line;       /* from 1; 0 when not known */
    uint32_t column;     /* from 1, in bytes; 0 when not known */
    const char *message; /* UTF-8 or what the input held; may contain control bytes */
} fp_diagnostic;

typedef enum {
    FP_TEXT,   /* for people */
    FP_JSON,   /* for programs: docs/inspect.md */
    FP_SAMPLES /* one line a sample: time_ns, event, cpu, pid/tid, weight, stack; separated by tabs */
} fp_format;

/* Bytes read so far of a profile and its size (0: not known). */
typedef void (*fp_progress)(void *ctx, const char *path, uint64_t done, uint64_t total);

/* "0.1.0". */
const char *fp_version(void);

/* NULL when there is no memory. */
fp_session *fp_open(void);
void fp_close(fp_session *s);

/* A spec (.yaml, .yml) or a profile; "-" is standard input. One spec, or any number of profiles. */
fp_status fp_add_input(fp_session *s, const char *path);
void fp_on_progress(fp_session *s, fp_progress fn, void *ctx);
/* At most n threads work in a call, the caller's own among them; those that it begins have ended when it returns. What comes
 * out is the same for any number. 0, the default: one for each processor. More than 16 are as good as 16. */
void fp_use_threads(fp_session *s, unsigned n);
/* Page files from a folder (page.html, page.css, page.js) in place of those built in. NULL: built in. */
void fp_use_assets(fp_session *s, const char *folder);

/* Reads spec and inputs and says everything that is wrong with them. Writes nothing. */
fp_status fp_check(fp_session *s);
/* The same, then writes the report: whole, or the target is as it was. output NULL: into the current folder,
 * named after the first input; a file there that is no flamepress report is then not overwritten. "-":
 * standard output. */
fp_status fp_build(fp_session *s, const char *output);
/* Where fp_build wrote to, or would by default. */
const char *fp_output(fp_session *s);

/* What a report or a profile holds, into *text (*n bytes, NUL after them). from_ns < to_ns selects a range;
 * both 0: all. */
fp_status fp_inspect(fp_session *s, const char *path, fp_format format, int64_t from_ns, int64_t to_ns,
                     const char **text, size_t *n);

typedef struct {
    const char *format; /* "folded", "nflxprofile", "pprof", "speedscope", "svg", "json": docs/export.md */
    const char *output; /* a file; "-": standard output */
    int heatmap;        /* the heatmap, not the stacks; "svg" only */
    int64_t from_ns, to_ns; /* from_ns < to_ns: only that range; both 0: what the path says, or all */
    const char *event;  /* NULL: what the path says, or the main one; of pprof all */
    const char *idle;   /* "show", "hide"; NULL: what the path says, or as the report shows it */
} fp_export_options;

/* What a report or a profile holds, in another tool's format. The path may be a link of a page, as in
 * FILE#p=ID&t=FROM..TO&th=NAME: its profile, range, event and filters hold. What the format has no place for is
 * refused. */
fp_status fp_export(fp_session *s, const char *path, const fp_export_options *options);

typedef struct {
    const char *fail_on; /* rules, as docs/diff.md has them; NULL: "share > +1pp" */
    const char *format;  /* "text", "markdown", "junit", "json", "folded"; NULL: text */
    const char *output;  /* NULL or "-": standard output */
    const char *event;   /* NULL: the target's main event */
} fp_diff_options;

/* Compares the inputs: bases first, the target last; each a report or a profile, or FILE#p=ID&t=FROM..TO as in
 * links. Several bases are a pool, from which the noise between nights is learnt. */
fp_status fp_diff(fp_session *s, const fp_diff_options *options);

typedef struct {
    const char *title;       /* of the index; NULL: the folder's name */
    const char *url;         /* where the folder is published; NULL: the feed's links are relative */
    const char *by;          /* meta keys that nights of one series share, "group,host"; NULL: docs/site.md */
    const char *keep, *max;  /* "90d", "200": what is older, or more, goes; NULL: all is kept */
    const char *comparisons; /* pages for so many of the newest changes; NULL: 20 */
    int prune;               /* 0: what goes is only listed */
} fp_site_options;

/* Reads what each report in a folder says of itself and writes index.html, feed.xml, index.json and comparison pages
 * into it: each whole, and only if it changes. *text (*n bytes): what was done, for people. */
fp_status fp_site(fp_session *s, const char *folder, const fp_site_options *options, const char **text, size_t *n);

/* Everything said so far, as the program prints it: "path:line:column: error: message", source line, caret.
 */
const char *fp_messages(fp_session *s);
size_t fp_diagnostic_count(fp_session *s);
fp_diagnostic fp_diagnostic_at(fp_session *s, size_t i);

#ifdef __cplusplus
}
#endif

#endif
