/* SPDX-License-Identifier: MIT
 *
 * Brackets are matched once, from the right; then one pass from the left copies what stays. Where brackets do not match,
 * nothing is cut: half a name is worse than a long one. */
#include "names/strip.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80);
}

static size_t run_of(struct str s, size_t at, bool (*is)(char))
{
    size_t n = 0;
    while (at + n < s.n && is(s.p[at + n]))
        n++;
    return n;
}

/* ---- ends */

static struct str without_tail(struct str s, size_t n)
{
    return str_sub(s, 0, s.n - n);
}

static size_t back(struct str s, bool (*is)(char))
{
    size_t n = 0;
    while (n < s.n && is(s.p[s.n - 1 - n]))
        n++;
    return n;
}

/* "f+0x1f", "f+123", "lib.so[+123]". */
static struct str cut_offset(struct str s)
{
    if (str_ends(s, STR("]"))) {
        struct str inner = without_tail(s, 1);
        size_t k = back(inner, is_hex);
        inner = without_tail(inner, k);
        if (k && str_ends(inner, STR("0x")))
            inner = without_tail(inner, 2);
        return k && str_ends(inner, STR("[+")) && inner.n > 2 ? without_tail(inner, 2) : s;
    }
    size_t k = back(s, is_hex);
    if (k && str_ends(without_tail(s, k), STR("+0x")) && s.n > k + 3)
        return without_tail(s, k + 3);
    k = back(s, is_digit);
    if (k && s.n > k + 1 && s.p[s.n - k - 1] == '+' && is_word(s.p[s.n - k - 2]))
        return without_tail(s, k + 1);
    return s;
}

/* "0x7f12", "[0x7f12]", or sixteen digits of it. */
static bool is_address(struct str s)
{
    if (str_starts(s, STR("[")) && str_ends(s, STR("]")))
        s = str_sub(s, 1, s.n - 1);
    bool marked = str_starts(s, STR("0x"));
    if (marked)
        s = str_sub(s, 2, s.n);
    return s.n && run_of(s, 0, is_hex) == s.n && (marked || s.n == 16);
}

/* Clones of compilers: ".isra.0", ".cold", ".llvm.123", " [clone .part.1]". */
static struct str cut_clones(struct str s)
{
    static const char *const clones[] = {".isra", ".part", ".constprop", ".lto_priv", ".cold", ".llvm", ".local", NULL};
    for (bool again = true; again;) {
        struct str at = s;
        again = false;
        bool bracket = str_ends(at, STR("]")) && str_find(at, STR(" [clone ")) != SIZE_MAX;
        if (bracket)
            at = without_tail(at, 1);
        size_t k = back(at, is_digit);
        if (k && k + 1 < at.n && at.p[at.n - k - 1] == '.')
            at = without_tail(at, k + 1);
        for (const char *const *c = clones; *c && !again; c++) {
            struct str rest = without_tail(at, str_of(*c).n < at.n ? str_of(*c).n : 0);
            if (!str_ends(at, str_of(*c)) || rest.n == at.n || (bracket && !str_ends(rest, STR(" [clone "))))
                continue;
            s = bracket ? without_tail(rest, 8) : rest;
            again = s.n > 0;
        }
    }
    return s;
}

/* ---- hashes inside */

/* Bytes to leave out at i: a hash, or the number behind a name that is made anew in each run. */
static size_t hash_at(struct str s, size_t i)
{
    static const char *const numbered[] = {"$$Lambda$", "GeneratedMethodAccessor", "GeneratedConstructorAccessor",
                                           "GeneratedSerializationConstructorAccessor", "$Proxy", NULL};
    struct str rest = str_sub(s, i, s.n);
    if (str_starts(rest, STR("::h"))) {
        size_t k = run_of(rest, 3, is_hex);
        return k == 16 && (rest.n == 19 || !is_word(rest.p[19])) ? 19 : 0;
    }
    if (str_starts(rest, STR("/0x")) || str_starts(rest, STR(".0x")) || str_starts(rest, STR("+0x"))) {
        size_t k = run_of(rest, 3, is_hex);
        return k >= 8 ? k + 3 : 0;
    }
    if (str_starts(rest, STR("$$"))) {
        size_t k = run_of(rest, 2, is_hex);
        return k >= 6 && k <= 8 && (rest.n == k + 2 || !is_word(rest.p[k + 2])) && str_ends(str_sub(s, 0, i), STR("CGLIB"))
                   ? k + 2
                   : 0;
    }
    if (!is_digit(s.p[i]) || (i && is_digit(s.p[i - 1])))
        return 0;
    for (const char *const *n = numbered; *n; n++)
        if (str_ends(str_sub(s, 0, i), str_of(*n)))
            return run_of(s, i, is_digit);
    return 0;
}

static struct str cut_hashes(struct str s, struct arena *arena)
{
    struct buf out = buf_new(s.n + 1, arena);
    for (size_t i = 0; i < s.n;) {
        size_t k = hash_at(s, i);
        if (!k)
            buf_char(&out, s.p[i]);
        i += k ? k : 1;
    }
    /* "$$Lambda$" lost its number */
    struct str done = buf_view(&out);
    size_t at = str_find(done, STR("$$Lambda$"));
    if (at != SIZE_MAX && (at + 9 == done.n || !is_word(done.p[at + 9])))
        done = str_fmt(arena, "%.*s%.*s", (int)(at + 8), done.p, (int)(done.n - at - 9), done.p + at + 9);
    return done;
}

/* ---- brackets */

/* Length of an operator's sign behind "operator" that ends at i, so that its brackets are no brackets. */
static size_t operator_sign(struct str s, size_t i)
{
    static const char *const signs[] = {"<=>", "<<=", ">>=", "->*", "()", "<<", ">>", "<=", ">=", "->", "<", ">", NULL};
    if (i < 8 || !str_ends(str_sub(s, 0, i), STR("operator")) || (i > 8 && is_word(s.p[i - 9])))
        return 0;
    for (const char *const *sign = signs; *sign; sign++)
        if (str_starts(str_sub(s, i, s.n), str_of(*sign)))
            return str_of(*sign).n;
    return 0;
}

/* close[i] is where the bracket that opens at i closes, SIZE_MAX when nowhere; false when there are none. */
static bool match_brackets(struct str s, size_t *close, struct arena *arena)
{
    size_t *stack = NEW_N(arena, size_t, s.n + 1), depth = 0, n_round = 0;
    bool any = false;
    for (size_t i = 0; i < s.n; i++)
        close[i] = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++) {
        size_t sign = operator_sign(s, i);
        if (sign) {
            i += sign - 1;
            continue;
        }
        char c = s.p[i];
        if (c == '<' || c == '(') {
            stack[depth++] = i;
            n_round += c == '(';
        } else if (c == ')' || (c == '>' && !(i && s.p[i - 1] == '-') && !(i && s.p[i - 1] == '='))) {
            char opens = c == ')' ? '(' : '<';
            while (n_round && c == ')' && s.p[stack[depth - 1]] != opens)
                depth--; /* "(a<b)": an angle that never closes */
            if (!depth || s.p[stack[depth - 1]] != opens)
                continue;
            n_round -= c == ')';
            depth--;
            close[stack[depth]] = i;
            any = true;
        }
    }
    return any;
}

/* Names that run-time systems write in angles. */
static bool is_special(struct str inner)
{
    static const char *const names[] = {"init",     "clinit",   "module",  "anonymous", "genexpr", "listcomp",
                                        "dictcomp", "setcomp",  "unknown", "__main__",  "string",  "eval",
                                        "stdin",    "toplevel", "main",    NULL};
    for (const char *const *n = names; *n; n++)
        if (str_eq(inner, str_of(*n)))
            return true;
    return str_starts(inner, STR("lambda")) || str_starts(inner, STR("unnamed")) ||
           str_starts(inner, STR("frozen "));
}

struct cutting {
    struct str s;
    const size_t *close;
    unsigned what;
    struct buf out;
    bool cut_arguments;
};

static bool out_ends(const struct cutting *c, struct str with)
{
    return str_ends((struct str){c->out.p, c->out.n}, with);
}

/* "<T as Trait>::f" at the start of a component: how much of it is T; 0 when it is none of these. */
static size_t qualified(const struct cutting *c, size_t i)
{
    size_t end = c->close[i];
    bool first = c->out.n == 0 || strchr(" (&*,", c->out.p[c->out.n - 1]);
    if (!first || !str_starts(str_sub(c->s, end + 1, c->s.n), STR("::")))
        return 0;
    for (size_t k = i + 1; k < end; k++) {
        if (c->close[k] != SIZE_MAX)
            k = c->close[k];
        else if (str_starts(str_sub(c->s, k, end), STR(" as ")))
            return k;
    }
    return end;
}

static bool are_arguments(const struct cutting *c, size_t i)
{
    struct str inner = str_sub(c->s, i + 1, c->close[i]);
    if (c->out.n == 0 || str_starts(inner, STR("anonymous")))
        return false;
    char before = c->out.p[c->out.n - 1];
    return is_word(before) || before == '>' || before == ')' || before == ']' || strchr("<=-+*/%^&|~!,", before);
}

/* From i to the end of `to`. */
static void cut_brackets(struct cutting *c, size_t i, size_t to)
{
    while (i < to) {
        size_t sign = operator_sign(c->s, i), end = c->close[i];
        bool closes = end != SIZE_MAX && end < to;
        if (sign) {
            buf_add(&c->out, c->s.p + i, sign);
            i += sign;
        } else if (closes && c->s.p[i] == '<' && c->what & STRIP_TEMPLATES && !is_special(str_sub(c->s, i + 1, end))) {
            size_t type_end = qualified(c, i);
            if (type_end)
                cut_brackets(c, i + 1, type_end);
            else if (out_ends(c, STR("::")))
                c->out.n -= 2; /* "f::<T>" */
            i = end + 1;
        } else if (closes && c->s.p[i] == '(' && c->what & STRIP_ARGUMENTS && are_arguments(c, i)) {
            c->cut_arguments = true;
            i = end + 1;
        } else {
            buf_char(&c->out, c->s.p[i++]);
        }
    }
}

/* What stands around a cut argument list: " const" behind it, the type of what comes back before it. */
static struct str cut_type(struct str s)
{
    static const char *const behind[] = {" const", " volatile", " &", " &&", " noexcept", NULL};
    for (const char *const *b = behind; *b; b++)
        if (str_ends(s, str_of(*b)))
            s = without_tail(s, str_of(*b).n);
    size_t depth = 0, end = s.n, at;
    size_t operator_at = str_find(s, STR("operator "));
    if (operator_at != SIZE_MAX)
        end = operator_at;
    if (str_find(s, STR("thunk to ")) != SIZE_MAX)
        return s;
    for (at = end; at-- > 0;) {
        char c = s.p[at];
        depth += c == '>' || c == ')' || c == '}' || c == ']';
        depth -= depth && (c == '<' || c == '(' || c == '{' || c == '[');
        if (c == ' ' && !depth)
            return str_sub(s, at + 1, s.n);
    }
    return s;
}

struct str name_strip(struct str name, unsigned what, struct arena *arena)
{
    struct str s = name;
    if (what & STRIP_OFFSETS)
        s = cut_offset(s);
    if (what & STRIP_ADDRESSES && is_address(s))
        return STR("[unknown]");
    if (what & STRIP_HASHES)
        s = cut_hashes(cut_clones(s), arena);
    size_t *close = what & (STRIP_TEMPLATES | STRIP_ARGUMENTS) ? NEW_N(arena, size_t, s.n + 1) : NULL;
    if (close && match_brackets(s, close, arena)) {
        struct cutting c = {.s = s, .close = close, .what = what, .out = buf_new(s.n + 1, arena)};
        cut_brackets(&c, 0, s.n);
        s = buf_view(&c.out);
        if (c.cut_arguments)
            s = cut_type(s);
    }
    return !s.n ? STR("[unknown]") : str_eq(s, name) ? name : s;
}
