/* SPDX-License-Identifier: MIT
 *
 * The keys of a spec. */
#include "spec/schema.h"

#include <string.h>

#include "base/timetext.h"
#include "spec/spec.h"
#include "spec/top.h"

#define TOP(field) offsetof(struct top, field)
#define OF(type, field) offsetof(struct type, field)
#define A_TIME "a time such as 100us, 820ms or 34.1s"

const struct schema_row schema_rows[] = {
    {"", "title", TYPE_TEXT, TOP(spec.title), 0, 0, 0, NULL, "a text", "the first profile's title",
     "Heading of the report."},
    {"", "notes", TYPE_NOTES, TOP(spec.notes), 0, 0, 0, NULL, "Markdown, or the path of a .md file", "none",
     "Notes for the whole report. A link such as [the burst](#t=34.1..34.9) selects that range."},
    {"", "meta", TYPE_META, 0, 0, 0, 0, NULL, "a map of texts", "none",
     "Facts to show under the title, in this order: date, host, region, commit, anything."},
    {"", "resolution", TYPE_TIME, TOP(step_ns), 0, 1000, 3600 * NS_PER_S, NULL, A_TIME, "100us for perf",
     "The time step that is kept, for all profiles that have none of their own."},
    {"", "clock", TYPE_SECTION, TOP(clock), 0, 0, 0, NULL, "a map with at and is", "unknown",
     "Wall clock, for all profiles that have none of their own."},
    {"", "profiles", TYPE_SECTIONS, 0, 0, 0, 0, NULL, "a list of profiles", "required",
     "The profiles of the report, one tab each."},
    {"", "compare", TYPE_SECTIONS, 0, 0, 0, 0, NULL, "a list of comparisons", "none",
     "What changed from some profiles to another, and how surely."},
    {"", "redact", TYPE_SECTION, TOP(spec.redact), 0, 0, 0, NULL, "a map", "nothing",
     "What must not be in the report."},
    {"", "findings", TYPE_SECTION, TOP(spec.findings), 0, 0, 0, NULL, "a map", "ten, of all kinds",
     "What the report says stands out."},
    {"", "budget", TYPE_BYTES, TOP(spec.budget), TOP(spec.budget_at), 0, 0, NULL, "a size such as 20MB", "none",
     "How large the report may be."},
    {"", "over_budget", TYPE_CHOICE, TOP(spec.over_budget), 0, 0, 0, "coarsen refuse", "coarsen or refuse", "coarsen",
     "What to do when it would be larger: coarsen times and rare stacks and say so, or write nothing."},
    {"", "metrics", TYPE_SECTIONS, 0, 0, 0, 0, NULL, "a list of metrics", "none",
     "Numbers over time to draw above the heatmap."},

    {"profiles", "source", TYPE_PATHS, OF(profile_spec, sources), OF(profile_spec, n_sources), 0, 0, NULL,
     "a path, or a list of paths, with * and ?", "required",
     "The file to read, relative to the spec; - is standard input. Several are merged into one profile."},
    {"profiles", "id", TYPE_ID, OF(profile_spec, id), 0, 0, 0, NULL, "letters, digits, _ . -",
     "the file's name", "Name in links: #p=ID. Unique in the report."},
    {"profiles", "title", TYPE_TEXT, OF(profile_spec, title), 0, 0, 0, NULL, "a text", "the file's name",
     "Heading of the profile's tab."},
    {"profiles", "format", TYPE_TEXT, OF(profile_spec, format), 0, 0, 0, NULL, "auto or the name of a format",
     "auto", "What the file is. auto looks at its bytes."},
    {"profiles", "event", TYPE_TEXT, OF(profile_spec, event), 0, 0, 0, NULL, "the name of an event, with * and ?",
     "all of them", "Keep only this event of several. Without it all are kept, apart from each other."},
    {"profiles", "weight", TYPE_CHOICE, OF(profile_spec, weight), 0, 0, 0,
     "samples period duration bytes", "samples, period, duration or bytes", "samples",
     "What a sample counts: 1, its period, how long it took, or the bytes it tells of."},
    {"profiles", "profile", TYPE_TEXT, OF(profile_spec, of_report), 0, 0, 0, NULL, "the id of a profile",
     "the only one", "Which profile of a source that is a report."},
    {"profiles", "align", TYPE_CHOICE, OF(profile_spec, align), 0, 0, 0, "auto clock start",
     "auto, clock or start", "auto", "How the times of several sources become one."},
    {"profiles", "unit", TYPE_TEXT, OF(profile_spec, unit), 0, 0, 0, NULL, "a word such as microseconds",
     "samples",
     "What the counts of folded stacks are; nanoseconds, microseconds and milliseconds are shown as time."},
    {"profiles", "inline", TYPE_CHOICE, OF(profile_spec, inlined), 0, 0, 0, "no yes", "no or yes", "no",
     "Whether perf looks for inlined frames in a perf.data. It takes minutes for large programs."},
    {"profiles", "resolution", TYPE_TIME, OF(profile_spec, step_ns), 0, 1000, 3600 * NS_PER_S, NULL, A_TIME,
     "the report's resolution", "The time step that is kept. Never finer than the source's own times."},
    {"profiles", "filter", TYPE_SECTION, OF(profile_spec, filter), 0, 0, 0, NULL, "a map", "keep everything",
     "Which samples are kept. Filters never move the origin."},
    {"profiles", "heatmap", TYPE_SECTION, OF(profile_spec, heatmap), 0, 0, 0, NULL, "a map", "from the data",
     "How the heatmap is shown first."},
    {"profiles", "marks", TYPE_SECTIONS, 0, 0, 0, 0, NULL, "a list of marks", "none",
     "Ranges to mark on the heatmap."},
    {"profiles", "notes", TYPE_NOTES, OF(profile_spec, notes), 0, 0, 0, NULL,
     "Markdown, or the path of a .md file", "none", "Notes for this profile."},
    {"profiles", "clock", TYPE_SECTION, OF(profile_spec, clock), 0, 0, 0, NULL, "a map with at and is",
     "the report's clock", "Wall clock of this profile."},
    {"profiles", "stacks", TYPE_SECTION, OF(profile_spec, stacks), 0, 0, 0, NULL, "a map", "as they are",
     "What stacks look like: their roots, names, and what is folded away."},

    {"filter", "comm", TYPE_TEXTS, OF(filter, comm), OF(filter, n_comm), 0, 0, NULL,
     "a text or a list of texts, with * and ?", "all", "Thread names to keep."},
    {"filter", "pid", TYPE_IDS, OF(filter, pid), OF(filter, n_pid), 0, 0, NULL,
     "numbers and ranges such as 0-3", "all", "Process ids to keep."},
    {"filter", "tid", TYPE_IDS, OF(filter, tid), OF(filter, n_tid), 0, 0, NULL,
     "numbers and ranges such as 0-3", "all", "Thread ids to keep."},
    {"filter", "cpu", TYPE_IDS, OF(filter, cpu), OF(filter, n_cpu), 0, 0, NULL,
     "numbers and ranges such as 0-3", "all", "CPUs to keep."},
    {"filter", "frame", TYPE_PATTERNS, OF(filter, frame), OF(filter, n_frame), 0, 0, NULL,
     "a regular expression or a list of them", "all", "Keep samples with a frame whose name matches one of these."},
    {"filter", "no_frame", TYPE_PATTERNS, OF(filter, no_frame), OF(filter, n_no_frame), 0, 0, NULL,
     "a regular expression or a list of them", "none", "Drop samples with a frame whose name matches one of these."},
    {"filter", "label", TYPE_PAIRS, OF(filter, label), OF(filter, n_label), 0, 0, NULL,
     "a map of texts, with * and ?", "all", "Labels of pprof, or the category of Firefox, to keep: each key must be there with such a value."},
    {"filter", "from", TYPE_TIME, OF(filter, from_ns), 0, 0, INT64_MAX, NULL, A_TIME, "the beginning",
     "Keep samples from this time on, counted from the origin."},
    {"filter", "to", TYPE_TIME, OF(filter, to_ns), 0, 0, INT64_MAX, NULL, A_TIME, "the end",
     "Keep samples before this time."},
    {"filter", "idle", TYPE_CHOICE, OF(filter, idle), 0, 0, 0, "hide show drop", "hide, show or drop", "hide",
     "Idle CPUs: kept but hidden until the reader asks, shown from the start, or not in the report at all."},

    {"stacks", "root", TYPE_ORDER, OF(stacks_spec, root), OF(stacks_spec, n_root), 0, 0,
     "comm thread process host cpu", "comm, thread, process, host, cpu, or a list of them", "comm",
     "What stands above the first function, outermost first."},
    {"stacks", "names", TYPE_CHOICE, OF(stacks_spec, names), 0, 0, 0, "clean raw", "clean or raw", "clean",
     "Names of code made at run time: clean makes one frame of a function, raw keeps how it was compiled."},
    {"stacks", "demangle", TYPE_CHOICE, OF(stacks_spec, demangle), 0, 0, 0, "auto no", "auto or no", "auto",
     "Names of C++, Rust and D are shown as written in the program."},
    {"stacks", "strip", TYPE_FLAGS, OF(stacks_spec, strip), 0, 0, 0, "templates offsets addresses hashes arguments",
     "templates, offsets, addresses, hashes, arguments, or a list of them", "nothing", "What names lose."},
    {"stacks", "collapse", TYPE_FLAGS, OF(stacks_spec, collapse), 0, 0, 0, "recursion unknown packages modules",
     "recursion, unknown, packages, modules, or a list of them", "nothing", "Which frames in a row become one."},
    {"stacks", "mine", TYPE_PATTERNS, OF(stacks_spec, mine), OF(stacks_spec, n_mine), 0, 0, NULL,
     "a regular expression or a list of them", "all frames",
     "Keep only frames whose name, module or package matches one of these; what they call counts as theirs."},

    {"compare", "base", TYPE_PATHS, OF(compare_spec, base), OF(compare_spec, n_base), 0, 0, NULL,
     "the id of a profile, a file, or a list of them", "required",
     "What to compare with; several are a pool, from which the noise between nights is learnt."},
    {"compare", "target", TYPE_TEXT, OF(compare_spec, target), 0, 0, 0, NULL, "the id of a profile, or a file",
     "required", "What may have changed."},
    {"compare", "title", TYPE_TEXT, OF(compare_spec, title), 0, 0, 0, NULL, "a text", "both sides",
     "Heading of the comparison."},
    {"compare", "event", TYPE_TEXT, OF(compare_spec, event), 0, 0, 0, NULL, "the name of an event",
     "the target's main one", "Which event to compare."},
    {"compare", "fail_on", TYPE_TEXT, OF(compare_spec, fail_on), 0, 0, 0, NULL, "rules such as share > +2pp",
     "share > +1pp", "Which changes to call a regression, as for diff."},

    {"redact", "paths", TYPE_CHOICE, OF(redact_spec, paths), 0, 0, 0, "keep strip", "keep or strip", "keep",
     "strip leaves the last part of every path, and no command line."},
    {"redact", "comm", TYPE_PAIRS, OF(redact_spec, comm), OF(redact_spec, n_comm), 0, 0, NULL,
     "a map of texts, with * and ?", "nothing", "Thread names, and what to write instead."},
    {"redact", "frame", TYPE_PAIRS, OF(redact_spec, frame), OF(redact_spec, n_frame), 0, 0, NULL,
     "a map of texts, with * and ?", "nothing", "Names of frames, and what to write instead."},
    {"redact", "module", TYPE_PAIRS, OF(redact_spec, module), OF(redact_spec, n_module), 0, 0, NULL,
     "a map of texts, with * and ?", "nothing", "Modules, and what to write instead."},
    {"redact", "host", TYPE_PAIRS, OF(redact_spec, host), OF(redact_spec, n_host), 0, 0, NULL,
     "a map of texts, with * and ?", "nothing", "Names of hosts, and what to write instead."},
    {"redact", "text", TYPE_REPLACE, OF(redact_spec, text), OF(redact_spec, n_text), 0, 0, NULL,
     "a map of regular expressions to texts", "nothing",
     "What to write instead of each match, in every name, fact and path of a source."},

    {"heatmap", "period", TYPE_TIME, OF(heatmap_spec, period_ns), 0, 1000000, 3600 * NS_PER_S, NULL, A_TIME,
     "1s, longer for hours", "Width of a column."},
    {"heatmap", "rows", TYPE_COUNT, OF(heatmap_spec, rows), 0, 1, 1000, NULL, "a number from 1 to 1000", "50",
     "Rows of a column."},
    {"heatmap", "palette", TYPE_CHOICE, OF(heatmap_spec, palette), 0, 0, 0, "flame cividis grey",
     "flame, cividis or grey", "flame",
     "Colours of the cells; cividis and grey are safe for colour-blind readers."},
    {"heatmap", "scale", TYPE_CHOICE, OF(heatmap_spec, scale), 0, 0, 0, "robust full", "robust or full",
     "robust",
     "robust lets one outlier not wash out the rest; full gives the strongest colour to the maximum."},

    {"marks", "at", TYPE_RANGE, OF(mark_spec, from_ns), OF(mark_spec, to_ns), 0, 0, NULL,
     "a range such as 34.1s..34.9s", "required", "The range, counted from the origin."},
    {"marks", "label", TYPE_TEXT, OF(mark_spec, label), 0, 0, 0, NULL, "a text", "required",
     "Its name on the map."},
    {"marks", "note", TYPE_TEXT, OF(mark_spec, note), 0, 0, 0, NULL, "Markdown", "none",
     "What there is to say about it."},

    {"metrics", "source", TYPE_TEXT, OF(metric_spec, source), 0, 0, 0, NULL, "a path", "required",
     "A CSV file with a line of column names, relative to the spec."},
    {"metrics", "title", TYPE_TEXT, OF(metric_spec, title), 0, 0, 0, NULL, "a text", "the name of the column",
     "Its name above the map."},
    {"metrics", "time", TYPE_TEXT, OF(metric_spec, time), 0, 0, 0, NULL, "the name of a column", "the first column",
     "Where the times stand."},
    {"metrics", "value", TYPE_TEXT, OF(metric_spec, value), 0, 0, 0, NULL, "the name of a column",
     "the second column", "Where the numbers stand."},
    {"metrics", "unit", TYPE_TEXT, OF(metric_spec, unit), 0, 0, 0, NULL, "a text such as ms or %", "none",
     "Unit of the numbers. Metrics of one unit share an axis."},
    {"metrics", "profile", TYPE_TEXT, OF(metric_spec, profile), 0, 0, 0, NULL, "the id of a profile",
     "every profile of that time", "The profile it is drawn above."},

    {"clock", "at", TYPE_TIME, OF(clock_spec, at_ns), 0, 0, INT64_MAX, NULL, A_TIME, "0s",
     "A moment, counted from the origin."},
    {"clock", "is", TYPE_INSTANT, OF(clock_spec, epoch_ns), 0, 0, 0, NULL,
     "a date and time such as 2026-11-19T11:36:00Z", "required",
     "What the wall clock said then, with its zone."},

    {"findings", "limit", TYPE_COUNT, OF(findings_spec, limit), 0, 1, 30, NULL, "a number from 1 to 30", "10",
     "How many are shown; the rest is behind \"more\"."},
    {"findings", "off", TYPE_CHOICE, OF(findings_spec, off), 0, 0, 0, "no yes false true", "yes or no", "no",
     "yes: nothing is looked for."},
    {"findings", "only", TYPE_FLAGS, OF(findings_spec, only), 0, 0, 0,
     "timer cycle burst stall runner single phase trend periodic-load utilisation quality",
     "timer, cycle, burst, stall, runner, single, phase, trend, periodic-load, utilisation, quality, or a list of them",
     "all", "Kinds to look for; docs/findings.md explains them."},

    {NULL, NULL, TYPE_LATER, 0, 0, 0, 0, NULL, NULL, NULL, NULL},
};

const struct schema_row *schema_find(const char *section, struct str key)
{
    for (const struct schema_row *row = schema_rows; row->key; row++)
        if (strcmp(row->section, section) == 0 && str_eq(str_of(row->key), key))
            return row;
    return NULL;
}

int schema_choice(const struct schema_row *row, struct str word)
{
    struct str rest = str_of(row->choices), head;
    for (int i = 0; rest.n; i++) {
        str_cut(rest, ' ', &head, &rest);
        if (str_eq(head, word))
            return i;
    }
    return -1;
}
