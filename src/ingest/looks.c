/* SPDX-License-Identifier: MIT
 *
 * Magic bytes first, then marks in the text, from the surest to the vaguest. */
#include "ingest/looks.h"

#include "base/limits.h"

static const struct {
    struct str magic;
    struct looks looks;
} magics[] = {
    {{"\x28\xb5\x2f\xfd", 4}, {"zstd inside another packing", "zstd -dc FILE | flamepress -"}},
    {{"PERFILE2", 8}, {"a recording of perf (perf.data)", "perf script -i FILE | flamepress -"}},
    {{"2ELIFREP", 8},
     {"a recording of perf (perf.data) from a machine of other byte order",
      "perf script -i FILE | flamepress -"}},
    {{"PERFFILE", 8}, {"a recording of an old perf (perf.data)", "perf script -i FILE | flamepress -"}},
    {{"\x1f\x8b", 2}, {"gzip inside gzip", "gunzip it once"}},
    {{"\xfd\x37zXZ", 5}, {"xz data", "xz -dc FILE | flamepress -"}},
    {{"BZh", 3}, {"bzip2 data", "bzip2 -dc FILE | flamepress -"}},
    {{"\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24},
     {"a CPU profile of gperftools in its old form, without names", "pprof -proto PROGRAM FILE > cpu.pprof"}},
    {{"\0\0\0\0\3\0\0\0\0\0\0\0", 12},
     {"a CPU profile of gperftools in its old form, without names", "pprof -proto PROGRAM FILE > cpu.pprof"}},
    {{"PK\x03\x04", 4}, {"a zip archive", "unzip it first"}},
    {{"\x7f"
      "ELF",
      4},
     {"a program or library (ELF)", NULL}},
    {{"MOJ", 3}, {"samples of austin in its binary form", "mojo2austin FILE stacks.austin"}},
    {{"FLR\0", 4}, {"a Java flight recording (JFR)", NULL}},
    {{"SQLite format 3", 15}, {"an SQLite database", NULL}},
    {{"\x89PNG", 4}, {"a PNG image", NULL}},
    {{"%PDF", 4}, {"a PDF document", NULL}},
};

/* `at_start`: the text begins so, after blanks. Else it stands anywhere in the head. */
static const struct {
    const char *mark;
    bool at_start;
    struct looks looks;
} marks[] = {
    {"<svg", false, {"an SVG image", NULL}},
    {"<!DOCTYPE html", true, {"a web page", NULL}},
    {"<html", true, {"a web page", NULL}},
    {"\"$schema\":\"https://www.speedscope.app", false, {"a speedscope profile", NULL}},
    {"https://www.speedscope.app/file-format-schema", false, {"a speedscope profile", NULL}},
    {"\"preprocessedProfileVersion\"", false, {"a Firefox profile", NULL}},
    {"\"traceEvents\"", false, {"a trace in Chrome's trace event format", NULL}},
    {"\"ph\":", false, {"a trace in Chrome's trace event format", NULL}},
    {"\"callFrame\"", false, {"a .cpuprofile of V8", NULL}},
    {"# austin:", false, {"samples of austin", NULL}},
    {"CPU     ID                    FUNCTION:NAME", false, {"stacks of DTrace", NULL}},
    {"profile-1ms:", false, {"stacks of DTrace", NULL}},
    {"\nAttaching ", false, {"output of bpftrace", NULL}},
    {"Attaching ", true, {"output of bpftrace", NULL}},
    {"{", true, {"JSON", NULL}},
    {"[", true, {"JSON", NULL}},
};

const struct looks *looks_binary(struct str head)
{
    static const struct looks other = {"binary data", NULL};
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (str_starts(head, magics[i].magic))
            return &magics[i].looks;
    /* Text may hold odd bytes in names, but hardly a NUL in every hundred. */
    size_t n_nul = 0;
    for (size_t i = 0; i < head.n; i++)
        n_nul += head.p[i] == 0;
    return n_nul * 100 > head.n ? &other : NULL;
}

/* "a;b;c 12" on its first line. */
static bool is_folded(struct str line)
{
    size_t blank = str_rfind_char(line, ' ');
    uint64_t count;
    struct str number = blank == SIZE_MAX ? STR("") : str_sub(line, blank + 1, line.n), whole, part;
    str_cut(number, '.', &whole, &part);
    return str_u64(whole, &count) &&
           (str_find_char(line, ';') != SIZE_MAX || str_find_char(line, ' ') == blank);
}

struct looks looks_like(struct str head)
{
    struct str first, rest, text = str_trim(head);
    const struct looks *binary = looks_binary(head);
    if (binary)
        return *binary;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct str mark = str_of(marks[i].mark);
        if (marks[i].at_start ? str_starts(text, mark) : str_find(head, mark) != SIZE_MAX)
            return marks[i].looks;
    }
    str_cut(text, '\n', &first, &rest);
    if (is_folded(str_trim(first)))
        return (struct looks){"folded stacks", NULL};
    size_t n_odd = 0;
    for (size_t i = 0; i < head.n; i++)
        n_odd +=
            (unsigned char)head.p[i] < 0x20 && head.p[i] != '\n' && head.p[i] != '\r' && head.p[i] != '\t';
    if (n_odd * 20 > head.n)
        return (struct looks){"binary data", NULL};
    return (struct looks){"text of another kind", NULL};
}
