/* SPDX-License-Identifier: MIT
 *
 * Brackets are matched once, from the right; then one pass from the left copies what stays. Where brackets do
 * not match, nothing is cut: half a name is worse than a long one. */
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
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           (c & 0x80);
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

/* Clones of compilers: ".isra.0", ".cold", ".llvm.123", " [clone .part.1]". Those without number could be
 * methods of Java or Go ("java/lang/Object.clone"): only two are known to come so. */
static struct str cut_clones(struct str s)
{
    static const char *const clones[] = {".isra", ".part",  ".constprop",  ".lto_priv", ".cold",
                                         ".llvm", ".local", ".localalias", ".clone",    NULL};
    for (bool again = true; again;) {
        struct str at = s;
        again = false;
        bool bracket = str_ends(at, STR("]")) && str_find(at, STR(" [clone ")) != SIZE_MAX, is_numbered;
        if (bracket)
            at = without_tail(at, 1);
        size_t k = back(at, is_digit);
        is_numbered = k && k + 1 < at.n && at.p[at.n - k - 1] == '.';
        if (is_numbered)
            at = without_tail(at, k + 1);
        for (const char *const *c = clones; *c && !again; c++) {
            struct str rest = without_tail(at, str_of(*c).n < at.n ? str_of(*c).n : 0);
            bool is_known =
                is_numbered || bracket || str_ends(at, STR(".cold")) || str_ends(at, STR(".localalias"));
            if (!str_ends(at, str_of(*c)) || rest.n == at.n || !is_known ||
                (bracket && !str_ends(rest, STR(" [clone "))) || str_find_char(rest, '/') != SIZE_MAX)
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
    static const char *const numbered[] = {"$$Lambda$",
                                           "GeneratedMethodAccessor",
                                           "GeneratedConstructorAccessor",
                                           "GeneratedSerializationConstructorAccessor",
                                           "$Proxy",
                                           NULL};
    struct str rest = str_sub(s, i, s.n);
    if (str_starts(rest, STR("::h"))) {
        size_t k = run_of(rest, 3, is_hex);
        return k == 16 && (rest.n == 19 || !is_word(rest.p[19])) ? 19 : 0;
    }
    if (i == 9 && str_starts(s, STR("bpf_prog_"))) { /* the kernel puts a program's tag before its name */
        size_t k = run_of(rest, 0, is_hex);
        return k == 16 && k + 1 < rest.n && rest.p[k] == '_' ? 17 : 0;
    }
    if (str_starts(rest, STR("/0x")) || str_starts(rest, STR(".0x")) || str_starts(rest, STR("+0x"))) {
        size_t k = run_of(rest, 3, is_hex);
        return k >= 8 ? k + 3 : 0;
    }
    if (str_starts(rest, STR("$$"))) {
        size_t k = run_of(rest, 2, is_hex);
        return k >= 6 && k <= 8 && (rest.n == k + 2 || !is_word(rest.p[k + 2])) &&
                       str_ends(str_sub(s, 0, i), STR("CGLIB"))
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
    static const char *const signs[] = {"<=>", "<<=", ">>=", "->*", "()", "<<", ">>",
                                        "<=",  ">=",  "->",  "<",   ">",  NULL};
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

struct cutting {
    struct str s;
    const size_t *close;
    unsigned what;
    struct buf out;
    size_t inside; /* within angles that stay, up to here: what looks like arguments is a type there */
    size_t cut_at; /* where in `out` the last argument list was; SIZE_MAX: nowhere */
};

static struct str out_of(const struct cutting *c)
{
    return (struct str){c->out.p, c->out.n};
}

static bool is_word_at(struct str s, size_t i)
{
    return i < s.n && is_word(s.p[i]);
}

/* "operator<<" and the like at the end of `out`. */
static bool is_behind_operator(struct str out)
{
    for (int i = 0; i < 3 && out.n && strchr("<>=-+*/%^&|~!,[]()", out.p[out.n - 1]); i++)
        out.n--;
    return str_ends(out, STR("operator")) && (out.n == 8 || !is_word(out.p[out.n - 9]));
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

/* By what stands before: run-time systems write "<module>", "Object.<anonymous>",
 * "java/lang/Object;::<init>", gcc "f()::<lambda(int)>", Rust "a::<impl Trait for T>::f", C#
 * "Program::<Main>$". */
static bool are_templates(const struct cutting *c, size_t i)
{
    static const char *const names[] = {"init>", "clinit>", "lambda", "unnamed", "anonymous", "impl ", NULL};
    struct str out = out_of(c), inner = str_sub(c->s, i + 1, c->s.n);
    if (str_ends(out, STR(" ")))
        return is_behind_operator(str_sub(out, 0, out.n - 1)); /* "operator<< <char>" */
    if (!str_ends(out, STR("::")))
        return out.n &&
               (is_word(out.p[out.n - 1]) || strchr(">)]}\"", out.p[out.n - 1]) || is_behind_operator(out));
    for (const char *const *n = names; *n; n++)
        if (str_starts(inner, str_of(*n)))
            return false;
    return !str_ends(out, STR(";::")) && !is_word_at(c->s, c->close[i] + 1);
}

/* "map!(int)" of D. */
static bool are_templates_of_d(const struct cutting *c)
{
    struct str out = out_of(c);
    return out.n > 1 && out.p[out.n - 1] == '!' && is_word(out.p[out.n - 2]) && !is_behind_operator(out);
}

static bool are_arguments(const struct cutting *c, size_t i)
{
    struct str out = out_of(c);
    if (!out.n || i < c->inside || str_starts(str_sub(c->s, i + 1, c->close[i]), STR("anonymous")) ||
        are_templates_of_d(c))
        return false;
    return is_word(out.p[out.n - 1]) || strchr(">)]}", out.p[out.n - 1]) || is_behind_operator(out);
}

/* Length of " const" and the like at i. */
static size_t qualifiers(struct str s, size_t i)
{
    static const char *const words[] = {" const", " volatile", " noexcept", " &&", " &", NULL};
    size_t begin = i;
    for (const char *const *w = words; *w;) {
        struct str word = str_of(*w);
        bool here = str_starts(str_sub(s, i, s.n), word) && !is_word_at(s, i + word.n);
        i += here ? word.n : 0;
        w = here ? words : w + 1;
    }
    return i - begin;
}

static void cut_brackets(struct cutting *c, size_t i, size_t to);

/* What opens at i and closes: how far it is dealt with; i itself when it stays. */
static size_t cut_bracket(struct cutting *c, size_t i)
{
    size_t end = c->close[i], type_end;
    bool templates = c->what & STRIP_TEMPLATES;
    if (c->s.p[i] == '<' && templates && (type_end = qualified(c, i)) != 0) {
        cut_brackets(c, i + 1, type_end);
        return end + 1;
    }
    if (c->s.p[i] == '<' && templates && are_templates(c, i)) {
        struct str out = out_of(c);
        c->out.n -= str_ends(out, STR("::")) ? 2 : str_ends(out, STR(" ")); /* "f::<T>" */
        return end + 1;
    }
    if (c->s.p[i] == '(' && templates && are_templates_of_d(c)) {
        c->out.n--;
        return end + 1;
    }
    if (c->s.p[i] == '(' && c->what & STRIP_ARGUMENTS && are_arguments(c, i)) {
        c->cut_at = c->out.n;
        return end + 1 + qualifiers(c->s, end + 1);
    }
    if (c->s.p[i] == '<' && end > c->inside)
        c->inside = end;
    return i;
}

/* From i to the end of `to`. */
static void cut_brackets(struct cutting *c, size_t i, size_t to)
{
    while (i < to) {
        size_t sign = operator_sign(c->s, i), end = c->close[i];
        size_t next = !sign && end != SIZE_MAX && end < to ? cut_bracket(c, i) : i;
        if (sign)
            buf_add(&c->out, c->s.p + i, sign);
        else if (next == i)
            buf_char(&c->out, c->s.p[i]);
        i = next == i ? i + (sign ? sign : 1) : next;
    }
}

/* Where the function's name begins behind the type that it gives: "void f" -> 5. Words like "thunk to f" are
 * no types. */
static size_t type_length(struct str head)
{
    static const char *const links[] = {"to", "for", "in", "of", "from", ",", NULL};
    size_t depth = 0, at = head.n;
    for (size_t i = 0; i + 8 < head.n; i++)
        if (str_starts(str_sub(head, i, head.n), STR("operator")) && !(i && is_word(head.p[i - 1])) &&
            !is_word(head.p[i + 8]))
            at = i;
    for (; at > 0; at--) {
        char c = head.p[at - 1];
        depth += c == '>' || c == ')' || c == '}' || c == ']';
        depth -= depth && (c == '<' || c == '(' || c == '{' || c == '[');
        if (c == ' ' && !depth)
            break;
    }
    struct str type = str_sub(head, 0, at ? at - 1 : 0);
    for (const char *const *l = links; *l; l++)
        if (str_ends(type, str_of(*l)) &&
            !(type.n > str_of(*l).n && is_word(type.p[type.n - str_of(*l).n - 1])))
            return 0;
    bool is_d = str_find(head, STR("!(")) != SIZE_MAX; /* with text in it, brackets and all */
    return str_find_char(type, '/') == SIZE_MAX && !is_d ? at : 0;
}

static struct str cut_type(struct cutting *c)
{
    struct str whole = out_of(c), s = c->s;
    bool ends_in_template = str_ends(s, STR(">")) && !is_behind_operator(s) && c->what & STRIP_ARGUMENTS;
    if (c->cut_at == SIZE_MAX && !ends_in_template)
        return whole;
    size_t n = type_length(str_sub(whole, 0, c->cut_at == SIZE_MAX ? whole.n : c->cut_at));
    return str_sub(whole, n, whole.n);
}

struct str name_strip(struct str name, unsigned what, struct arena *arena)
{
    struct str s = name;
    if (str_starts(name, STR("RegExp:"))) /* of V8: what follows is an expression, signs and all */
        return name;
    if (what & STRIP_OFFSETS)
        s = cut_offset(s);
    if (what & STRIP_ADDRESSES && is_address(s))
        return STR("[unknown]");
    if (what & STRIP_HASHES)
        s = cut_hashes(cut_clones(s), arena);
    size_t *close = what & (STRIP_TEMPLATES | STRIP_ARGUMENTS) ? NEW_N(arena, size_t, s.n + 1) : NULL;
    if (close && match_brackets(s, close, arena)) {
        struct cutting c = {
            .s = s, .close = close, .what = what, .out = buf_new(s.n + 1, arena), .cut_at = SIZE_MAX};
        cut_brackets(&c, 0, s.n);
        s = cut_type(&c);
    }
    return !s.n ? STR("[unknown]") : str_eq(s, name) ? name : s;
}
