/* SPDX-License-Identifier: MIT
 *
 * From both ends: the time from the front, the count from the back, what is between is the stack. */
#include "ingest/folded_line.h"

/* "12", "12.", "12.5": whole part, and the rest. */
static bool number(struct str s, uint64_t *whole, struct str *fraction)
{
    struct str head;
    (void)str_cut(s, '.', &head, fraction);
    for (size_t i = 0; i < fraction->n; i++)
        if (fraction->p[i] < '0' || fraction->p[i] > '9')
            return false;
    return str_u64(head, whole);
}

/* Cuts the last word off; false when there is only one. */
static bool cut_last(struct str *line, struct str *word)
{
    size_t at = line->n;
    while (at > 0 && line->p[at - 1] != ' ' && line->p[at - 1] != '\t')
        at--;
    if (at == 0)
        return false;
    *word = str_sub(*line, at, line->n);
    *line = str_trim(str_sub(*line, 0, at));
    return line->n > 0;
}

static bool parse_time(struct str *line, struct folded_line *out, const char **why)
{
    size_t at = 0;
    struct str fraction;
    while (at < line->n && line->p[at] != ' ' && line->p[at] != '\t')
        at++;
    *why = "no time in front";
    if (at == line->n || !number(str_sub(*line, 0, at), &out->seconds, &fraction) || fraction.n > 9)
        return false;
    uint32_t unit = 1000000000;
    for (size_t i = 0; i < fraction.n; i++) {
        unit /= 10;
        out->fraction_ns += unit * (uint32_t)(fraction.p[i] - '0');
    }
    out->digits = (unsigned)fraction.n;
    out->has_time = true;
    *line = str_trim(str_sub(*line, at, line->n));
    return true;
}

bool folded_parse(struct str line, bool timed, struct folded_line *out, const char **why)
{
    struct str word, fraction, rest = str_trim(line), two;
    uint64_t other;
    *out = (struct folded_line){.count = 1};
    if (timed && !parse_time(&rest, out, why))
        return false;
    out->stack = rest;
    *why = "no count behind the stack";
    bool counted = cut_last(&rest, &word) && number(word, &out->count, &fraction);
    if (!counted) {
        out->count = 1;
        return timed && out->stack.n > 0;
    }
    out->stack = rest;
    if (fraction.n) {
        for (size_t i = 0; i < fraction.n; i++)
            out->is_rounded |= fraction.p[i] != '0';
        out->count += fraction.p[0] >= '5';
    }
    out->is_twice = cut_last(&rest, &two) && number(two, &other, &fraction);
    *why = "a count above 2^53";
    return out->count <= (1ull << 53);
}

bool folded_next(struct str *stack, struct str *name)
{
    if (!stack->n)
        return false;
    size_t at = 0;
    while (at < stack->n && (stack->p[at] != ';' || (at + 1 < stack->n && stack->p[at + 1] == ' ')))
        at++;
    *name = str_sub(*stack, 0, at);
    *stack = str_sub(*stack, at < stack->n ? at + 1 : at, stack->n);
    return true;
}

struct str folded_frame(struct str name, enum frame_kind *kind, bool *annotated)
{
    static const struct {
        char mark;
        enum frame_kind kind;
    } marks[] = {
        {'k', FRAME_KERNEL}, {'j', FRAME_JIT}, {'i', FRAME_INLINED}, {'0', FRAME_JIT}, {'1', FRAME_JIT}};
    *annotated = false;
    if (name.n < 5 || name.p[name.n - 1] != ']' || name.p[name.n - 3] != '[' || name.p[name.n - 4] != '_')
        return name;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (name.p[name.n - 2] == marks[i].mark) {
            *kind = marks[i].kind;
            *annotated = true;
            return str_sub(name, 0, name.n - 4);
        }
    return name;
}

bool folded_python(struct str name, struct str *function, struct str *file)
{
    size_t open = str_rfind_char(name, '(');
    if (open == SIZE_MAX || open < 2 || name.p[open - 1] != ' ' || name.p[name.n - 1] != ')')
        return false;
    struct str inner = str_sub(name, open + 1, name.n - 1);
    size_t colon = str_rfind_char(inner, ':');
    uint64_t line;
    if (colon != SIZE_MAX && str_u64(str_sub(inner, colon + 1, inner.n), &line))
        inner = str_sub(inner, 0, colon);
    if (!(str_ends(inner, STR(".py")) && inner.n > 3) && !(str_starts(inner, STR("<frozen ")) && str_ends(inner, STR(">"))))
        return false;
    *function = str_sub(name, 0, open - 1);
    *file = inner;
    return true;
}

bool folded_thread(struct str name, struct str *comm, uint32_t *tid)
{
    uint64_t n;
    size_t at = str_rfind_char(name, ' ');
    if (at == SIZE_MAX || at < 2 || name.p[0] != '[' || name.p[name.n - 1] != ']')
        return false;
    struct str word = str_sub(name, at + 1, name.n - 1);
    if (!str_starts(word, STR("tid=")) || !str_u64(str_sub(word, 4, word.n), &n) || n >= ID_NONE)
        return false;
    *comm = str_sub(name, 1, at);
    *tid = (uint32_t)n;
    return true;
}

uint32_t folded_turn(const uint32_t *ring, uint32_t n, uint32_t *leaf_first)
{
    uint32_t kept = n < FOLDED_RING ? n : FOLDED_RING;
    for (uint32_t i = 0; i < kept; i++)
        leaf_first[i] = ring[(n - 1 - i) % FOLDED_RING];
    return kept;
}
