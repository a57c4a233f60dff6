/* SPDX-License-Identifier: MIT
 *
 * Thread names may hold anything, " next_pid=7" too: what stands behind a name is looked for from the end. The forms
 * are those of include/trace/events/sched.h and block.h of Linux, and of libtraceevent's plugin for sched_switch. */
#include "ingest/perf_payload.h"

#include "base/limits.h"

#define SECTOR_BYTES 512

static size_t find_last(struct str s, struct str what)
{
    for (size_t at = s.n >= what.n ? s.n - what.n + 1 : 0; at-- > 0;)
        if (str_starts(str_sub(s, at, s.n), what))
            return at;
    return SIZE_MAX;
}

static struct str word_at(struct str s, size_t at)
{
    size_t end = at;
    while (end < s.n && s.p[end] != ' ' && s.p[end] != '\t' && s.p[end] != ',')
        end++;
    return str_sub(s, at, end);
}

static bool tid_of(struct str word, uint32_t *out)
{
    uint64_t n;
    if (!str_u64(word, &n) || n >= UINT32_MAX)
        return false;
    *out = (uint32_t)n;
    return true;
}

/* Value of the last " key=". */
static bool field(struct str s, const char *key, struct str *value)
{
    size_t at = find_last(s, str_of(key));
    if (at == SIZE_MAX)
        return false;
    *value = word_at(s, at + str_of(key).n);
    return value->n > 0;
}

/* "a:1 [120]" -> 1; *rest is what stands behind the bracket. */
static bool short_form(struct str s, uint32_t *tid, struct str *rest)
{
    size_t bracket = find_last(s, STR(" [")), colon;
    if (bracket == SIZE_MAX)
        return false;
    size_t close = str_find_char(str_sub(s, bracket, s.n), ']');
    colon = str_rfind_char(str_sub(s, 0, bracket), ':');
    if (close == SIZE_MAX || colon == SIZE_MAX)
        return false;
    *rest = str_trim(str_sub(s, bracket + close + 1, s.n));
    return tid_of(str_sub(s, colon + 1, bracket), tid);
}

bool perf_payload_switch(struct str s, struct perf_switch *out)
{
    size_t arrow = find_last(s, STR(" ==> "));
    struct str prev, next, state, word;
    if (arrow == SIZE_MAX)
        return false;
    prev = str_sub(s, 0, arrow);
    next = str_trim(str_sub(s, arrow + 5, s.n));
    if (field(prev, " prev_state=", &state)) {
        if (!field(prev, " prev_pid=", &word) || !tid_of(word, &out->prev_tid) || !field(next, " next_pid=", &word) ||
            !tid_of(word, &out->next_tid))
            return false;
    } else if (!short_form(prev, &out->prev_tid, &state) || !short_form(next, &out->next_tid, &word) || !state.n) {
        return false;
    }
    out->state = state.p[0];
    return true;
}

bool perf_payload_request(struct str s, struct perf_request *out)
{
    struct str device, rest, major, minor;
    size_t plus = find_last(s, STR(" + "));
    if (plus == SIZE_MAX)
        return false;
    struct str before = str_sub(s, 0, plus);
    size_t blank = str_rfind_char(before, ' ');
    *out = (struct perf_request){0};
    return str_cut(str_trim(s), ' ', &device, &rest) && str_cut(device, ',', &major, &minor) && tid_of(major, &out->major) &&
           tid_of(minor, &out->minor) && blank != SIZE_MAX && str_u64(str_sub(before, blank + 1, before.n), &out->sector);
}

/* Decimal, or hexadecimal with 0x. */
static bool number(struct str word, uint64_t *out)
{
    uint64_t n = 0;
    if (!str_starts(word, STR("0x")))
        return str_u64(word, out);
    if (word.n < 3 || word.n > 18)
        return false;
    for (size_t i = 2; i < word.n; i++) {
        char c = word.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return false;
        n = n << 4 | (uint64_t)digit;
    }
    *out = n;
    return true;
}

/* The first of the keys that is there, at the beginning or after a blank. */
static bool any_field(struct str s, const char *const *keys, uint64_t *out)
{
    struct str word;
    for (; *keys; keys++) {
        struct str key = str_of(*keys);
        bool first = str_starts(s, str_sub(key, 1, key.n));
        if (first)
            word = word_at(s, key.n - 1);
        if ((first || field(s, *keys, &word)) && number(word, out))
            return true;
    }
    return false;
}

bool perf_payload_duration(struct str payload, int64_t *ns)
{
    static const char *const keys[] = {" delay=", " runtime=", " duration=", " dur=", NULL};
    uint64_t n;
    if (!any_field(payload, keys, &n) || n > LIMIT_TIME_NS)
        return false;
    *ns = (int64_t)n;
    return true;
}

bool perf_payload_thread(struct str payload, struct str *comm, uint32_t *tid)
{
    struct str word;
    payload = str_trim(payload);
    size_t pid = find_last(payload, STR(" pid="));
    if (!str_starts(payload, STR("comm=")) || pid == SIZE_MAX || pid < 5 || !field(payload, " pid=", &word) || !tid_of(word, tid))
        return false;
    *comm = str_sub(payload, 5, pid);
    return true;
}

bool perf_payload_bytes(struct str payload, uint64_t *bytes)
{
    static const char *const keys[] = {" bytes_alloc=", " bytes=", " size=", " len=", " length=", " count=", NULL};
    size_t plus = find_last(payload, STR(" + "));
    uint64_t sectors;
    if (any_field(payload, keys, bytes))
        return true;
    if (plus == SIZE_MAX || !str_u64(word_at(payload, plus + 3), &sectors) || sectors > UINT64_MAX / SECTOR_BYTES)
        return false;
    *bytes = sectors * SECTOR_BYTES;
    return true;
}
