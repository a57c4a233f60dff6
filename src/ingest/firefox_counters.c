/* SPDX-License-Identifier: MIT
 *
 * A counter has samples: a time and a number for each, in a table of its own (processed) or below `sample_groups` (as
 * Firefox writes it, and older processed ones). Memory is written as what came and went between two samples, so it is
 * summed up; everything else is shown as it is.
 *
 * Source of the meanings: processed-profile-format and src/types/profile.js (Counter) of firefox-devtools/profiler. */
#include "ingest/firefox_counters.h"

#include "base/limits.h"
#include "ingest/firefox_table.h"

#define FAR_NS (LIMIT_TIME_NS / 4)

enum { COUNTER_TIME, COUNTER_DELTA, COUNTER_COUNT };
static const char *const counter_columns[] = {"time", "timeDeltas", "count", NULL};

static struct str unit_of(struct str category)
{
    if (str_eq(category, STR("Memory")) || str_eq(category, STR("Bandwidth")))
        return STR("bytes");
    return str_eq(category, STR("power")) ? STR("pWh") : STR("");
}

/* The groups may be a list, or (once) a map; all counters of the wild have one. */
static struct json_at samples_of(const struct json_at *counter, struct json_at *groups, struct json_at *group)
{
    struct json_at samples = doc_find(counter, "samples");
    if (samples.value)
        return *groups = *counter, *counter;
    *groups = doc_find(counter, "sampleGroups");
    if (!groups->value)
        *groups = doc_find(counter, "sample_groups");
    *group = doc_kind(groups) == JSON_LIST ? doc_item(groups, 0) : *groups;
    return *group;
}

static bool read_values(struct json_doc *j, struct builder *b, const struct firefox_table *t, uint32_t counter,
                        bool is_summed, int64_t zero_ns)
{
    bool has_deltas = t->is_rows ? t->place[COUNTER_DELTA] >= 0 : t->column[COUNTER_DELTA].value != NULL;
    int64_t now_ns = 0, ns;
    double sum = 0, value;
    for (size_t i = 0; i < t->n; i++) {
        struct firefox_cell time, count;
        firefox_cell(t, has_deltas ? COUNTER_DELTA : COUNTER_TIME, i, &time);
        firefox_cell(t, COUNTER_COUNT, i, &count);
        if (!time.at.value || !count.at.value)
            continue;
        if (!doc_is(j, &time.at, JSON_NUMBER) || !doc_is(j, &count.at, JSON_NUMBER))
            return false;
        if (!doc_scaled(&time.at, 1000000, &ns) || ns <= -FAR_NS || ns >= FAR_NS ||
            (now_ns = has_deltas ? now_ns + ns : ns) <= -FAR_NS || now_ns >= FAR_NS) {
            doc_wrong(j, &time.at, "a time out of range");
            return false;
        }
        if (!doc_double(&count.at, &value))
            continue;
        sum = is_summed ? sum + value : value;
        builder_count(b, counter, now_ns + zero_ns, sum);
    }
    return true;
}

static struct str text_of(const struct json_at *map, const char *key)
{
    struct json_at at = doc_find(map, key);
    return doc_kind(&at) == JSON_TEXT ? doc_text(&at) : STR("");
}

/* Several processes have a "malloc" each. */
static struct str title_of(struct json_doc *j, const struct json_at *list, size_t i, struct str process)
{
    struct json_at own = doc_item(list, i), pid = doc_find(&own, "pid");
    struct str name = text_of(&own, "name");
    bool is_shared = false;
    for (size_t k = 0; k < doc_length(list) && k <= LIMIT_SERIES && !is_shared; k++) {
        struct json_at other = doc_item(list, k);
        is_shared = k != i && str_eq(name, text_of(&other, "name"));
    }
    name = name.n ? name : STR("counter");
    if (!process.n && is_shared)
        process = doc_kind(&pid) == JSON_TEXT ? str_fmt(j->arena, "pid %.*s", STR_ARG(doc_text(&pid)))
                  : doc_kind(&pid) == JSON_INT ? str_fmt(j->arena, "pid %lld", (long long)doc_int(&pid))
                                               : str_fmt(j->arena, "%zu", i + 1);
    return process.n ? str_fmt(j->arena, "%.*s (%.*s)", STR_ARG(name), STR_ARG(process)) : name;
}

bool firefox_counters(struct json_doc *j, struct builder *b, const struct json_at *profile, struct str process,
                      int64_t zero_ns)
{
    struct json_at list = doc_find(profile, "counters");
    if (!list.value)
        return true;
    if (!doc_is(j, &list, JSON_LIST))
        return false;
    for (size_t i = 0; i < doc_length(&list); i++) {
        struct json_at at = doc_item(&list, i), groups, group, holder;
        struct firefox_table t = {0};
        if (!doc_is(j, &at, JSON_MAP))
            return false;
        holder = samples_of(&at, &groups, &group);
        if (!holder.value) /* one without a sample */
            continue;
        if (!firefox_table(j, &holder, "samples", counter_columns, &t))
            return false;
        struct str category = text_of(&at, "category");
        struct str title = title_of(j, &list, i, process);
        uint32_t counter = builder_counter(b, str_fmt(j->arena, "%.*s\x01%zu", STR_ARG(process), i), title, unit_of(category));
        if (!read_values(j, b, &t, counter, str_eq(category, STR("Memory")), zero_ns))
            return false;
    }
    return true;
}
