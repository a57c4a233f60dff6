/* SPDX-License-Identifier: MIT
 *
 * The table of commands and options, and the three things made from it. */
#include "app/options.h"

#include <stddef.h>
#include <string.h>

#define FOR(command) (1u << (command))
#define FOR_ALL (FOR(COMMANDS) - 1)

static const struct command_row {
    const char *name, *arguments, *help;
} commands[COMMANDS] = {
    [COMMAND_BUILD] =
        {"build", "INPUT...",
         "write a report from a spec (.yaml, .yml) or from profiles directly; the default command"},
    [COMMAND_CHECK] = {"check", "INPUT...", "say every error of a spec and its inputs; write nothing"},
    [COMMAND_INSPECT] = {"inspect", "FILE", "say what a report or a profile holds"},
    [COMMAND_EXPORT] = {"export", "FILE", "write what a report, a link into one, or a profile holds in another format"},
    [COMMAND_DIFF] = {"diff", "BASE... TARGET",
                      "say what changed from the bases to the target, and how surely; the last file is the target"},
    [COMMAND_SITE] = {"site", "DIR", "write an index, trends and a feed over the reports in a folder into it"},
};

static const struct option_row {
    const char *name;  /* without dashes */
    char letter;       /* 0: none */
    const char *value; /* name of its value; NULL: a switch */
    size_t at;         /* in struct options */
    unsigned commands;
    const char *help;
} rows[] = {
    {"output", 'o', "FILE", offsetof(struct options, output),
     FOR(COMMAND_BUILD) | FOR(COMMAND_EXPORT) | FOR(COMMAND_DIFF),
     "where to write it; - is standard output (default: named after the input, in the current "
     "folder; of diff standard output)"},
    {"assets", 0, "DIR", offsetof(struct options, assets), FOR(COMMAND_BUILD) | FOR(COMMAND_SITE),
     "take page.html, summary.css, page.css, loader.js and page.js from DIR; site also site.html, site.css, site.js"},
    {"strict", 0, NULL, offsetof(struct options, strict), FOR(COMMAND_BUILD) | FOR(COMMAND_CHECK),
     "exit with 1 when there are warnings"},
    {"threads", 0, "N", offsetof(struct options, threads), FOR_ALL,
     "work on at most N threads (default: one for each processor); what comes out is the same"},
    {"quiet", 'q', NULL, offsetof(struct options, quiet), FOR_ALL, "no progress and no warnings"},
    {"json", 0, NULL, offsetof(struct options, json), FOR(COMMAND_INSPECT), "as JSON"},
    {"samples", 0, NULL, offsetof(struct options, samples), FOR(COMMAND_INSPECT),
     "every sample: time_ns, event, cpu, pid/tid, weight and stack, separated by tabs"},
    {"from", 0, "TIME", offsetof(struct options, from), FOR(COMMAND_INSPECT) | FOR(COMMAND_EXPORT),
     "only from this time on, as in 34.1s or 820ms since the origin"},
    {"to", 0, "TIME", offsetof(struct options, to), FOR(COMMAND_INSPECT) | FOR(COMMAND_EXPORT),
     "only before this time"},
    {"format", 0, "NAME", offsetof(struct options, format), FOR(COMMAND_EXPORT) | FOR(COMMAND_DIFF),
     "of export: folded, nflxprofile, pprof, speedscope, svg or json; of diff: text (default), markdown, junit, json or folded"},
    {"fail-on", 0, "RULES", offsetof(struct options, fail_on), FOR(COMMAND_DIFF),
     "what is a regression, as in 'share > +2pp' or 'package self > +10%' (default: share > +1pp); nothing for none"},
    {"event", 0, "NAME", offsetof(struct options, event), FOR(COMMAND_DIFF) | FOR(COMMAND_EXPORT),
     "which event (default: the main one; export to pprof: all)"},
    {"idle", 0, "MODE", offsetof(struct options, idle), FOR(COMMAND_EXPORT),
     "show or hide idle samples (default: as the report shows them)"},
    {"view", 0, "VIEW", offsetof(struct options, view), FOR(COMMAND_EXPORT),
     "flame (default) or heatmap, for --format svg"},
    {"title", 0, "TEXT", offsetof(struct options, title), FOR(COMMAND_SITE), "of the index (default: the name of the folder)"},
    {"url", 0, "URL", offsetof(struct options, url), FOR(COMMAND_SITE),
     "where the folder is published, for the links of the feed (default: relative links)"},
    {"by", 0, "KEYS", offsetof(struct options, by), FOR(COMMAND_SITE),
     "the meta keys that nights must share to be compared over time, as in group,host (default: group, service, account, "
     "region, branch)"},
    {"keep", 0, "AGE", offsetof(struct options, keep), FOR(COMMAND_SITE),
     "reports that are older than this go, as in 90d or 12w before the newest one"},
    {"max", 0, "N", offsetof(struct options, max), FOR(COMMAND_SITE), "all but the newest N reports go"},
    {"prune", 0, NULL, offsetof(struct options, prune), FOR(COMMAND_SITE),
     "remove what goes by --keep and --max (without it, it is only listed), and comparisons nothing links to any more"},
    {"comparisons", 0, "N", offsetof(struct options, comparisons), FOR(COMMAND_SITE),
     "pages that compare the nights before a change with the one after it, for the newest N changes (default: 20)"},
    {"help", 'h', NULL, offsetof(struct options, help), FOR_ALL, "print this help"},
    {"version", 0, NULL, offsetof(struct options, version), FOR_ALL, "print the version"},
    {"print-man", 0, NULL, offsetof(struct options, man), FOR_ALL, "print the manual page (troff)"},
};

#define ROWS (sizeof rows / sizeof *rows)

static bool complain(const char *what, const char *subject, const char *why)
{
    fprintf(stderr,
            "flamepress: error: %s '%s'%s\nusage: flamepress [command] [options] INPUT... (see --help)\n",
            what, subject, why);
    return false;
}

static const struct option_row *find(const char *arg, size_t n, bool is_long)
{
    for (size_t i = 0; i < ROWS; i++)
        if (is_long ? strlen(rows[i].name) == n && strncmp(rows[i].name, arg, n) == 0
                    : rows[i].letter == arg[0])
            return &rows[i];
    return NULL;
}

static void set(struct options *o, const struct option_row *row, const char *value)
{
    char *field = (char *)o + row->at;
    if (row->value)
        memcpy(field, &value, sizeof value);
    else
        *(bool *)(void *)field = true;
}

/* One argument that begins with a dash; *i moves on when it takes the next one. */
static bool parse_option(int argc, char **argv, int *i, struct options *o, unsigned *asked)
{
    const char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    const char *name = arg + (is_long ? 2 : 1), *equals = is_long ? strchr(name, '=') : NULL;
    size_t n = equals ? (size_t)(equals - name) : is_long ? strlen(name) : 1;
    const struct option_row *row = find(name, n, is_long);
    if (!row)
        return complain("unknown option", arg, "");
    const char *value = equals ? equals + 1 : NULL;
    if (!is_long && name[1]) {
        if (!row->value)
            return complain("unknown option", arg, " (short options are not joined)");
        value = name + 1; /* -oFILE */
    }
    if (!row->value && value)
        return complain("option takes no value:", arg, "");
    if (row->value && !value) {
        if (*i + 1 >= argc)
            return complain("option needs a value:", arg, "");
        value = argv[++*i];
    }
    set(o, row, value);
    *asked |= 1u << (row - rows);
    return true;
}

static bool belongs_together(const struct options *o, unsigned asked)
{
    for (size_t i = 0; i < ROWS; i++)
        if ((asked >> i & 1) && !(rows[i].commands & FOR(o->command)))
            return complain("option", rows[i].name, " does not belong to this command");
    if (o->json && o->samples)
        return complain("option", "json", " does not go with samples");
    if (o->help || o->version || o->man)
        return true;
    if (!o->n_inputs)
        return complain("nothing to", commands[o->command].name, "");
    if (o->command == COMMAND_SITE && o->n_inputs > 1)
        return complain("one folder at a time, not also", o->inputs[1], "");
    if (o->command == COMMAND_DIFF && o->n_inputs < 2)
        return complain("nothing to compare", o->inputs[0], " with");
    if (o->command == COMMAND_EXPORT && !(o->format && o->output))
        return complain("option needed:", o->format ? "output" : "format", "");
    if ((o->command == COMMAND_INSPECT || o->command == COMMAND_EXPORT) && o->n_inputs > 1)
        return complain("one file at a time, not also", o->inputs[1], "");
    return true;
}

bool options_parse(int argc, char **argv, struct options *out)
{
    bool only_inputs = false, command_given = false;
    unsigned asked = 0;
    *out = (struct options){.command = COMMAND_BUILD, .inputs = argv};
    for (int i = 1; i < argc; i++) {
        if (!only_inputs && strcmp(argv[i], "--") == 0) {
            only_inputs = true;
        } else if (!only_inputs && argv[i][0] == '-' && argv[i][1]) {
            if (!parse_option(argc, argv, &i, out, &asked))
                return false;
        } else {
            size_t c = 0;
            while (!only_inputs && !command_given && !out->n_inputs && c < COMMANDS &&
                   strcmp(argv[i], commands[c].name) != 0)
                c++;
            if (!only_inputs && !command_given && !out->n_inputs && c < COMMANDS) {
                out->command = (enum command)c;
                command_given = true;
            } else {
                argv[out->n_inputs++] = argv[i]; /* behind what was read */
            }
        }
    }
    return belongs_together(out, asked);
}

void options_help(FILE *to)
{
    fputs("flamepress presses profiles into a page: one offline HTML file with heatmap and flame graph.\n\n"
          "usage: flamepress [command] [options] INPUT...\n\ncommands:\n",
          to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-8s %-14s %s\n", commands[i].name, commands[i].arguments, commands[i].help);
    fputs("\noptions:\n", to);
    for (size_t i = 0; i < ROWS; i++) {
        char left[40];
        int n = rows[i].letter ? snprintf(left, sizeof left, "-%c, --%s", rows[i].letter, rows[i].name)
                               : snprintf(left, sizeof left, "    --%s", rows[i].name);
        if (rows[i].value && n > 0)
            snprintf(left + n, sizeof left - (size_t)n, " %s", rows[i].value);
        fprintf(to, "  %-20s %s\n", left, rows[i].help);
    }
    fputs("\nA spec names several profiles and says how to show them: docs/spec.md. Exit codes: 0 written, 1 "
          "bad input,\n"
          "2 usage, 3 the system said no, 4 a regression (diff), 5 cannot be judged (diff).\n",
          to);
}

/* troff takes a line that begins with . or ' as a command, and - as a hyphen. */
static void troff(FILE *to, const char *s)
{
    for (; *s; s++)
        if (*s == '-')
            fputs("\\-", to);
        else if (*s == '\\')
            fputs("\\e", to);
        else
            fputc(*s, to);
}

void options_man(FILE *to)
{
    fprintf(
        to,
        ".TH FLAMEPRESS 1 \"\" \"flamepress %s\" \"User Commands\"\n.SH NAME\nflamepress \\- press profiles "
        "into a page\n"
        ".SH SYNOPSIS\n.B flamepress\n[\\fIcommand\\fR] [\\fIoptions\\fR] \\fIINPUT\\fR...\n.SH DESCRIPTION\n"
        "Reads profiles (Linux perf script text, plain or gzip), works out subsecond\\-offset heatmaps and a "
        "compressed\n"
        "index of stacks, and writes one self\\-contained HTML file. Whoever opens it selects a stretch of "
        "time on the\n"
        "heatmap and sees the flame graph of exactly the samples in it, offline.\n.SH COMMANDS\n",
        fp_version());
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(to, ".TP\n\\fB%s\\fR \\fI%s\\fR\n", commands[i].name, commands[i].arguments);
        troff(to, commands[i].help);
        fputc('\n', to);
    }
    fputs(".SH OPTIONS\n", to);
    for (size_t i = 0; i < ROWS; i++) {
        fputs(".TP\n", to);
        if (rows[i].letter)
            fprintf(to, "\\fB\\-%c\\fR, ", rows[i].letter);
        fputs("\\fB\\-\\-", to);
        troff(to, rows[i].name);
        fputs("\\fR", to);
        if (rows[i].value)
            fprintf(to, " \\fI%s\\fR", rows[i].value);
        fputc('\n', to);
        troff(to, rows[i].help);
        fputc('\n', to);
    }
    fputs(".SH EXIT STATUS\n0: written. 1: bad input, an empty profile, or a passed limit. 2: usage. 3: the "
          "system said no.\n4: diff found a regression. 5: diff cannot judge, and says why.\n"
          ".SH EXAMPLES\n.nf\nperf record \\-F 49 \\-a \\-g \\-\\- sleep 60\nperf script \\-\\-header | gzip "
          "> stacks.perf.txt.gz\n"
          "flamepress stacks.perf.txt.gz\n.fi\n",
          to);
}
