/* SPDX-License-Identifier: MIT
 *
 * "# key : value", from tools/perf/util/header.c. The capture time is the file's date, in an unknown zone;
 * only the reference time of `perf record -k mono` ties the samples' clock to the wall clock. */
#include "ingest/perf_facts.h"

#include "base/limits.h"
#include "base/timetext.h"

static const struct {
    struct str perf, key;
} rows[] = {
    {{"hostname", 8}, {"host", 4}},        {{"os release", 10}, {"os", 2}},
    {{"perf version", 12}, {"tool", 4}},   {{"arch", 4}, {"arch", 4}},
    {{"nrcpus online", 13}, {"cpus", 4}},  {{"cpudesc", 7}, {"cpu", 3}},
    {{"cmdline", 7}, {"command", 7}},      {{"captured on", 11}, {"captured", 8}},
    {{"total memory", 12}, {"memory", 6}}, {{"reference time", 14}, {"clock", 5}},
};

/* The rest of what perf writes there: told apart from samples of a thread called "#something". */
static const char *const others[] = {
    "========",
    "header version",
    "data offset",
    "data size",
    "feat offset",
    "nrcpus avail",
    "cpuid",
    "event",
    "sibling",
    "CPU ",
    "node",
    "pmu mappings",
    "missing features",
    "time of",
    "sample duration",
    "clockid",
    "clock",
    "cpu pmu",
    "group",
    "AMD",
    "HEADER_",
    "CPU_TOPOLOGY",
    "NUMA_TOPOLOGY",
    "CACHE",
    "MEM_TOPOLOGY",
    "Socket",
    "L1",
    "L2",
    "L3",
    "hybrid",
    "hyper",
    "compressed",
    "directory",
    "branch",
    "contains",
    "memory nodes",
    "Core",
    "Die",
    "pmu",
    NULL,
};

static bool key_value(struct str line, struct str *key, struct str *value)
{
    struct str rest = str_trim(str_sub(line, 1, line.n));
    bool cut = str_cut(rest, ':', key, value);
    *key = str_trim(*key);
    *value = str_trim(*value);
    return cut;
}

bool perf_is_comment(struct str line)
{
    struct str rest = str_trim(str_sub(line, 1, line.n)), key, value;
    if (!line.n || line.p[0] != '#' || (line.n > 1 && line.p[1] != ' '))
        return line.n == 1 && line.p[0] == '#';
    if (!rest.n)
        return true;
    for (const char *const *o = others; *o; o++)
        if (str_starts(rest, str_of(*o)))
            return true;
    if (!key_value(line, &key, &value))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(key, rows[i].perf))
            return true;
    return false;
}

/* "1592477151.123456": seconds and up to nine digits, to nanoseconds. */
static bool seconds_ns(struct str s, int64_t *ns)
{
    struct str whole, part;
    uint64_t seconds, fraction = 0;
    str_cut(str_trim(s), '.', &whole, &part);
    part = str_sub(part, 0, 9);
    if (!str_u64(whole, &seconds) || seconds >= LIMIT_TIME_NS / NS_PER_S ||
        (part.n && !str_u64(part, &fraction)))
        return false;
    for (size_t i = part.n; i < 9; i++)
        fraction *= 10;
    *ns = (int64_t)seconds * NS_PER_S + (int64_t)fraction;
    return true;
}

/* "2020-06-18 12:45:51.123 = 1592477151.123 (TOD) = 14.300000000 (CLOCK_MONOTONIC)" */
static bool reference_time(struct str value, struct perf_fact *out)
{
    struct str date, rest, tod, mono, tail;
    if (!str_cut(value, '=', &date, &rest) || !str_cut(rest, '(', &tod, &rest) ||
        !str_cut(rest, '=', &tail, &rest) || !str_cut(rest, '(', &mono, &tail))
        return false;
    return seconds_ns(tod, &out->epoch_ns) && seconds_ns(mono, &out->time_ns);
}

bool perf_fact_parse(struct str line, struct perf_fact *out)
{
    struct str key;
    *out = (struct perf_fact){.prefix = STR("")};
    if (!line.n || line.p[0] != '#' || !key_value(line, &key, &out->value) || !out->value.n)
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!str_eq(key, rows[i].perf))
            continue;
        out->key = rows[i].key;
        if (str_eq(out->key, STR("tool")))
            out->prefix = STR("perf ");
        return str_eq(out->key, STR("clock")) ? reference_time(out->value, out) : true;
    }
    return false;
}
