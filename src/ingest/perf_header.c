/* SPDX-License-Identifier: MIT
 *
 * Finds the time, then reads the columns to its left backwards and those to its right forwards. Several
 * places of a line may look like a time: a thread may be called "x [000] 1.5:", a trace_printk may print one.
 * The kernel's comm has at most 15 bytes, so the last candidate that leaves a comm of at most 15 is the one;
 * only when none does (other tools print longer names) the first candidate wins. */
#include "ingest/perf_header.h"

#include <string.h>

#include "base/limits.h"
#include "base/timetext.h"
#include "model/profile.h"

/* TASK_COMM_LEN of the kernel, without its NUL. */
#define COMM_BYTES 15
/* "%16s ": how perf aligns the comm when there are no call chains. */
#define COMM_COLUMN 16
/* "%16lx": how perf aligns an address. */
#define ADDRESS_COLUMN 16

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t skip_blanks(struct str s, size_t i)
{
    while (i < s.n && is_blank(s.p[i]))
        i++;
    return i;
}

static size_t skip_word(struct str s, size_t i)
{
    while (i < s.n && !is_blank(s.p[i]))
        i++;
    return i;
}

/* The word that ends before `end`, blanks at its end skipped. */
static struct str word_before(struct str s, size_t end)
{
    while (end && is_blank(s.p[end - 1]))
        end--;
    size_t begin = end;
    while (begin && !is_blank(s.p[begin - 1]))
        begin--;
    return str_sub(s, begin, end);
}

static bool all(struct str s, bool (*is)(char))
{
    for (size_t i = 0; i < s.n; i++)
        if (!is(s.p[i]))
            return false;
    return s.n > 0;
}

/* ---- to the left of the time */

static bool read_id(struct str s, uint32_t *out)
{
    int64_t v;
    if (!str_i64(s, &v) || v < -1 || v >= (int64_t)ID_NONE)
        return false;
    *out = v < 0 ? ID_NONE : (uint32_t)v;
    return true;
}

/* "1234" or "1234/1235". */
static bool read_pid(struct str word, struct perf_header *out)
{
    struct str pid, tid;
    if (str_cut(word, '/', &pid, &tid))
        return read_id(pid, &out->pid) && read_id(tid, &out->tid);
    out->pid = ID_NONE;
    return read_id(word, &out->tid);
}

static bool read_cpu(struct str word, uint32_t *out)
{
    uint64_t v;
    if (word.n < 3 || word.p[0] != '[' || word.p[word.n - 1] != ']' ||
        !str_u64(str_sub(word, 1, word.n - 1), &v) || v >= ID_NONE)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool is_misc(char c)
{
    return c && strchr("KUHGgMESpWP+", c) != NULL;
}

static bool is_clock_time(struct str w)
{
    return w.n >= 8 && w.p[2] == ':' && w.p[5] == ':' && is_digit(w.p[0]);
}
static bool is_date(struct str w)
{
    return w.n == 10 && w.p[4] == '-' && w.p[7] == '-' && is_digit(w.p[0]);
}

/* The comm without its padding: blanks at the end always, blanks in front only where perf aligned to the
 * right, since a comm may begin with blanks. */
static struct str trim_comm(struct str s)
{
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    size_t lead = 0;
    while (lead < s.n && s.p[lead] == ' ')
        lead++;
    return s.n == COMM_COLUMN ? str_sub(s, lead, s.n) : s;
}

/* Reads the columns that end at `end`. *has_pid tells whether there was a pid column. */
static void read_left(struct str line, size_t end, struct perf_header *out, bool *has_pid)
{
    out->pid = out->tid = out->cpu = ID_NONE;
    struct str w = word_before(line, end);
    if (is_clock_time(w)) { /* -F +tod: in an unknown time zone, so of no use */
        struct str date = word_before(line, (size_t)(w.p - line.p));
        if (is_date(date)) {
            end = (size_t)(date.p - line.p);
            w = word_before(line, end);
        }
    }
    uint32_t cpu;
    struct perf_header probe;
    if (w.n <= 5 && all(w, is_misc)) { /* misc letters, if a pid or a CPU stands before them */
        struct str before = word_before(line, (size_t)(w.p - line.p));
        if (read_cpu(before, &cpu) || read_pid(before, &probe)) {
            end = (size_t)(w.p - line.p);
            w = before;
        }
    }
    if (read_cpu(w, &out->cpu)) {
        end = (size_t)(w.p - line.p);
        w = word_before(line, end);
    }
    *has_pid = read_pid(w, out);
    if (*has_pid)
        end = (size_t)(w.p - line.p);
    else
        out->pid = out->tid = ID_NONE;
    out->comm = trim_comm(str_sub(line, 0, end));
}

/* ---- the time */

/* A time that ends before the colon at `colon`: where it begins, or SIZE_MAX. */
static size_t time_before(struct str line, size_t colon)
{
    size_t i = colon;
    while (i && is_digit(line.p[i - 1]))
        i--;
    if (i == colon || !i || line.p[i - 1] != '.')
        return SIZE_MAX;
    size_t dot = --i;
    while (i && is_digit(line.p[i - 1]))
        i--;
    if (i == dot || (i && !is_blank(line.p[i - 1])))
        return SIZE_MAX;
    return i;
}

/* simpleperf puts TABs between columns and forgets the leading zeros of its microseconds: "539.49086" there
 * is 539.049086. */
static bool read_time(struct str text, bool unpadded, struct perf_header *out)
{
    struct str whole, part;
    uint64_t seconds, fraction;
    str_cut(text, '.', &whole, &part);
    if (part.n > 9)
        part.n = 9;
    if (!str_u64(whole, &seconds) || !str_u64(part, &fraction) || seconds >= LIMIT_TIME_NS / NS_PER_S)
        return false;
    size_t digits = unpadded && part.n < 6 ? 6 : part.n;
    for (size_t i = digits; i < 9; i++)
        fraction *= 10;
    out->time_ns = (int64_t)seconds * NS_PER_S + (int64_t)fraction;
    out->digits = (unsigned)digits;
    out->has_time = true;
    return true;
}

/* ---- to the right of the time */

/* "cycles:u:" but not "2513.558321:". */
static bool is_event(struct str w)
{
    if (w.n < 2 || w.p[w.n - 1] != ':')
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (is_letter(w.p[i]) || (unsigned char)w.p[i] >= 0x80)
            return true;
    return false;
}

/* An address column at `from`: perf aligns it to 16, so blanks and digits together are at least that. */
static bool is_address_column(struct str line, size_t from)
{
    size_t digits = skip_blanks(line, from), end = digits;
    while (end < line.n && is_hex(line.p[end]))
        end++;
    return end > digits && end - from >= ADDRESS_COLUMN && (end == line.n || is_blank(line.p[end]));
}

static bool read_right(struct str line, size_t from, struct perf_header *out)
{
    size_t at = skip_blanks(line, from), end = skip_word(line, at);
    out->period = 0;
    out->is_record = str_starts(str_sub(line, at, line.n), STR("PERF_RECORD_"));
    if (out->is_record) {
        out->event = STR("");
        out->rest = str_sub(line, at, line.n);
        return true;
    }
    uint64_t period;
    if (str_u64(str_sub(line, at, end), &period) && end < line.n) {
        size_t next = skip_blanks(line, end), next_end = skip_word(line, next);
        if (is_event(str_sub(line, next, next_end))) {
            out->period = period;
            at = next;
            end = next_end;
        }
    }
    if (is_event(str_sub(line, at, end))) {
        out->event = str_sub(line, at, end - 1);
        out->rest = str_sub(line, end, line.n);
        return true;
    }
    out->event = STR("");
    out->rest = str_sub(line, from, line.n);
    return at == line.n || is_address_column(line, from);
}

/* ---- the whole line */

/* Reads the candidate whose time is [begin, colon). */
static bool read_candidate(struct str line, size_t begin, size_t colon, struct perf_header *out,
                           bool *has_pid)
{
    bool unpadded = colon + 1 < line.n && line.p[colon + 1] == '\t';
    if (!read_right(line, colon + 1, out) || !read_time(str_sub(line, begin, colon), unpadded, out))
        return false;
    read_left(line, begin, out, has_pid);
    return true;
}

/* No time at all: "comm pid [cpu] period event:", the event last. */
static bool read_timeless(struct str line, struct perf_header *out)
{
    struct str event = word_before(line, line.n);
    if (!is_event(event))
        return false;
    size_t end = (size_t)(event.p - line.p);
    struct str w = word_before(line, end);
    struct perf_header other;
    bool has_pid;
    uint64_t period;
    *out = (struct perf_header){.event = str_sub(event, 0, event.n - 1), .rest = STR("")};
    read_left(line, end, out, &has_pid);
    if (has_pid && out->cpu == ID_NONE &&
        str_u64(w, &period)) { /* a second number makes the first a period */
        read_left(line, (size_t)(w.p - line.p), &other, &has_pid);
        if (has_pid && (other.comm.n || other.cpu != ID_NONE)) {
            out->pid = other.pid, out->tid = other.tid, out->cpu = other.cpu, out->comm = other.comm;
            out->period = period;
        }
        has_pid = true;
    }
    return has_pid;
}

bool perf_header_parse(struct str line, bool timeless, struct perf_header *out)
{
    bool found = false, found_pid = false;
    for (size_t at = 0; at < line.n; at++) {
        const char *hit = memchr(line.p + at, ':', line.n - at);
        if (!hit)
            break;
        at = (size_t)(hit - line.p);
        if (at + 1 < line.n && !is_blank(line.p[at + 1]))
            continue;
        size_t begin = time_before(line, at);
        if (begin == SIZE_MAX)
            continue;
        struct perf_header h = {0};
        bool has_pid;
        if (!read_candidate(line, begin, at, &h, &has_pid))
            continue;
        if (!found || (has_pid && (!found_pid || h.comm.n <= COMM_BYTES))) {
            *out = h;
            found = true;
            found_pid = has_pid;
        }
        if (found_pid && begin > COMM_BYTES + 64) /* whatever follows leaves too long a comm */
            break;
    }
    if (!found && timeless)
        return read_timeless(line, out);
    return found;
}
