/* SPDX-License-Identifier: MIT
 *
 * A table by hash, one header a slot. Why a line that has the text of a remembered one around its numbers is read as that one was:
 * perf_header_parse looks for a time before a colon that is followed by a blank. header_memo_add lets in only lines with one
 * such place, and digits are all that differs from them; the columns to its left end in the CPU's brackets or are the same;
 * to its right a number, if there was one, and the event's name. */
#include "ingest/header_memo.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "model/profile.h"

#define SLOTS 1024u /* a power of two */
/* Of a header without its numbers, with its '\n'. */
#define TEXT 104u
/* Where a time is looked for: a comm of 15, and what other tools print. */
#define MOST_PREFIX 96u
/* Headers that were not found, beyond twice those that were, until no more are looked for: each differs. */
#define PATIENCE 512

struct slot {
    uint32_t thread, event, cpu;
    bool has_cpu, has_period;
    uint8_t digits;
    uint8_t n_before, n_after; /* bytes of text before and after the numbers; 0: an empty slot */
    char text[TEXT];
};

struct header_memo {
    int patience;
    struct slot slots[SLOTS];
};

/* A line's numbers and what stands around them. */
struct parts {
    size_t n_before;
    const char *after;
    bool has_cpu, has_period;
    uint64_t cpu, seconds, fraction, period;
    unsigned digits;
};

struct header_memo *header_memo_new(struct arena *arena)
{
    return NEW(arena, struct header_memo);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads up to `most` digits; gives what comes behind them. */
static const char *read_digits(const char *p, const char *stop, unsigned most, uint64_t *out)
{
    const char *limit = (size_t)(stop - p) < most ? stop : p + most;
    uint64_t n = 0;
    for (unsigned digit; p < limit && (digit = (unsigned)*p - '0') < 10; p++)
        n = n * 10 + digit;
    *out = n;
    return p;
}

/* The first point behind a word of digits. */
static const char *find_point(const char *text, const char *stop, const char **digits)
{
    const char *point = text;
    while ((point = memchr(point, '.', (size_t)(stop - point)))) {
        const char *p = point;
        while (p > text && is_digit(p[-1]))
            p--;
        if (p > text && p < point && p[-1] == ' ') {
            *digits = p;
            return point;
        }
        point++;
    }
    return NULL;
}

/* "[003]" before `end`, at the beginning of a word. */
static const char *find_cpu(const char *text, const char *end)
{
    const char *p = end;
    while (p > text && p[-1] == ' ')
        p--;
    if (p == text || *--p != ']')
        return NULL;
    while (p > text && is_digit(p[-1]))
        p--;
    return p > text + 1 && p[-1] == '[' && p[-2] == ' ' ? p : NULL;
}

static bool read_parts(const char *text, const char *stop, struct parts *out)
{
    const char *limit = (size_t)(stop - text) > MOST_PREFIX ? text + MOST_PREFIX : stop, *seconds;
    const char *point = find_point(text, limit, &seconds), *p;
    if (!point || point - seconds > 10)
        return false;
    const char *cpu = find_cpu(text, seconds);
    out->has_cpu = cpu != NULL;
    out->n_before = (size_t)((cpu ? cpu : seconds) - text);
    if (cpu && (p = read_digits(cpu, stop, 9, &out->cpu), p == cpu || *p != ']'))
        return false;
    (void)read_digits(seconds, stop, 10, &out->seconds);
    p = read_digits(point + 1, stop, 9, &out->fraction);
    out->digits = (unsigned)(p - point - 1);
    if (out->digits < 6 || stop - p < 2 || p[0] != ':' || p[1] != ' ')
        return false;
    for (p++; p < stop && *p == ' '; p++)
        ;
    const char *end = read_digits(p, stop, 19, &out->period);
    out->has_period = end > p && end < stop && *end == ' ';
    for (p = out->has_period ? end : p; p < stop && *p == ' '; p++)
        ;
    out->after = p;
    return out->seconds < LIMIT_TIME_NS / NS_PER_S && out->n_before >= 8 && stop - p >= 8;
}

static int64_t time_of(const struct parts *p)
{
    uint64_t fraction = p->fraction;
    for (unsigned i = p->digits; i < 9; i++)
        fraction *= 10;
    return (int64_t)p->seconds * NS_PER_S + (int64_t)fraction;
}

/* Where it would be: by the comm's first letters, the thread's number, and the event. */
static struct slot *slot_of(struct header_memo *m, const char *text, const struct parts *p)
{
    uint64_t first, last, event;
    memcpy(&first, text, 8);
    memcpy(&last, text + p->n_before - 8, 8);
    memcpy(&event, p->after, 8);
    uint64_t h = (first ^ event << 1) * 0x9e3779b97f4a7c15u ^ last * 0xff51afd7ed558ccdu;
    h = (h ^ h >> 32) * 0x9fb21c651e98df25u;
    return &m->slots[h >> 40 & (SLOTS - 1)];
}

bool header_memo_find(struct header_memo *m, const char *text, const char *stop, struct known_header *out)
{
    struct parts p;
    if (m->patience > PATIENCE || *text == '\t' || !read_parts(text, stop, &p))
        return false;
    const struct slot *s = slot_of(m, text, &p);
    m->patience++;
    if (s->n_before != p.n_before || s->n_after > stop - p.after || s->has_cpu != p.has_cpu || s->has_period != p.has_period ||
        s->digits != p.digits || memcmp(s->text, text, s->n_before) || memcmp(s->text + s->n_before, p.after, s->n_after))
        return false;
    m->patience -= m->patience < 3 ? m->patience : 3;
    *out = (struct known_header){s->thread, s->event, p.has_cpu ? (uint32_t)p.cpu : s->cpu, time_of(&p), p.digits,
                                 p.has_period ? p.period : 0, p.after + s->n_after};
    return true;
}

/* Whether a colon in s ends what may be a time. */
static bool has_time(struct str s)
{
    for (size_t i = 1; i < s.n; i++) {
        size_t at = i;
        if (s.p[i] != ':' || (i + 1 < s.n && s.p[i + 1] != ' ' && s.p[i + 1] != '\t'))
            continue;
        while (at && is_digit(s.p[at - 1]))
            at--;
        if (at < i && at && s.p[at - 1] == '.')
            return true;
    }
    return false;
}

void header_memo_add(struct header_memo *m, struct str line, const struct perf_header *h, uint32_t thread, uint32_t event)
{
    const char *stop = line.p + line.n;
    struct parts p;
    if (m->patience > PATIENCE || line.p[0] == '\t' || line.p[0] == '#' || !read_parts(line.p, stop, &p))
        return;
    size_t n_after = (size_t)(stop - p.after);
    bool is_same = h->has_time && !h->is_record && h->event.n && h->event.p == p.after && h->time_ns == time_of(&p) && h->digits == p.digits &&
                   h->period == (p.has_period ? p.period : 0) && (!p.has_cpu || h->cpu == p.cpu);
    struct str before = {line.p, p.n_before}, after = {p.after, n_after};
    if (!is_same || p.n_before + n_after > TEXT || has_time(before) || has_time(after))
        return;
    struct slot *s = slot_of(m, line.p, &p);
    *s = (struct slot){thread, event, h->cpu, p.has_cpu, p.has_period, (uint8_t)p.digits, (uint8_t)p.n_before, (uint8_t)n_after, {0}};
    memcpy(s->text, line.p, p.n_before);
    memcpy(s->text + p.n_before, p.after, n_after);
}
