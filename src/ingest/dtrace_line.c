/* SPDX-License-Identifier: MIT
 *
 * By the marks DTrace leaves: a backtick between module and function, "0x" in front of addresses, and two
 * colons in a header. */
#include "ingest/dtrace_line.h"

#include "base/timetext.h"

static bool last_word(struct str *line, struct str *word)
{
    size_t at = str_rfind_char(*line, ' ');
    if (at == SIZE_MAX)
        return false;
    *word = str_sub(*line, at + 1, line->n);
    *line = str_trim(str_sub(*line, 0, at));
    return word->n && line->n;
}

bool dtrace_header(struct str line, struct dtrace_header *out)
{
    struct str word;
    uint64_t pid;
    line = str_trim(line);
    if (!str_ends(line, STR(":")))
        return false;
    line.n--;
    if (!last_word(&line, &out->probe) || !last_word(&line, &word) || !str_ends(word, STR(":")))
        return false;
    word.n--;
    if (!str_u64(word, &out->time) || !last_word(&line, &word) || !str_u64(word, &pid) || pid >= ID_NONE)
        return false;
    out->pid = (uint32_t)pid;
    out->comm = line;
    return true;
}

static size_t hex_len(struct str s)
{
    size_t n = 2;
    if (!str_starts(s, STR("0x")))
        return 0;
    while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || (s.p[n] >= 'a' && s.p[n] <= 'f')))
        n++;
    return n > 2 ? n : 0;
}

/* "f(int)+0x1a" -> "f(int)" */
static struct str without_offset(struct str name)
{
    for (size_t at = name.n; at > 1; at--)
        if (name.p[at - 1] == '+') {
            struct str offset = str_sub(name, at, name.n);
            return hex_len(offset) == offset.n && offset.n ? str_sub(name, 0, at - 1) : name;
        }
    return name;
}

bool dtrace_frame(struct str line, struct dtrace_frame *out)
{
    size_t tick = str_find_char(line, '`'), hex = hex_len(line);
    *out = (struct dtrace_frame){STR("[unknown]"), STR(""), FRAME_USER};
    if (hex && hex == line.n)
        return true;
    if (hex && line.p[hex] == ' ') { /* an address that a helper gave a name: code made at run time */
        out->name = str_trim(str_sub(line, hex, line.n));
        out->kind = FRAME_JIT;
        return out->name.n > 0;
    }
    if (tick == SIZE_MAX || tick == 0 || str_find_char(str_sub(line, 0, tick), ' ') != SIZE_MAX)
        return false;
    out->module = str_sub(line, 0, tick);
    struct str name = without_offset(str_sub(line, tick + 1, line.n));
    if (name.n && !(hex_len(name) == name.n))
        out->name = name;
    return name.n > 0;
}

int64_t dtrace_interval(struct str probe)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = {{"ns", 1},       {"nsec", 1},       {"us", 1000},    {"usec", 1000},
                 {"ms", 1000000}, {"msec", 1000000}, {"s", NS_PER_S}, {"sec", NS_PER_S}};
    size_t dash = str_rfind_char(probe, '-'), digits = 0;
    struct str rest = dash == SIZE_MAX ? STR("") : str_sub(probe, dash + 1, probe.n);
    uint64_t n;
    while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
        digits++;
    if (!str_u64(str_sub(rest, 0, digits), &n) || n == 0 || n > 1000000000)
        return 0;
    struct str unit = str_sub(rest, digits, rest.n);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(unit, str_of(units[i].unit)))
            return (int64_t)n * units[i].ns;
    return !unit.n || str_eq(unit, STR("hz")) ? NS_PER_S / (int64_t)n : 0;
}

bool dtrace_is_kernel(struct str module)
{
    static const char *const names[] = {"unix", "genunix", "mach_kernel", "kernel", "kernel.debug"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(module, str_of(names[i])))
            return true;
    return false;
}
