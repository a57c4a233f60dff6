/* SPDX-License-Identifier: MIT
 *
 * After the ABI of the language (dlang.org/spec/abi.html, "Name Mangling"): a reader that goes down with the
 * grammar and writes as it reads. Where the grammar reads two ways, it tries one and goes back. References to
 * what stood before could make the text double with each letter, and going back the time: every step takes
 * from one tank, and an empty tank is "no name of D". What a function returns is left out, as in the other
 * languages. */
#include "names/demangle_d.h"

#include <string.h>

#define TANK 3000
#define MAX_DEPTH 100

struct reader {
    struct str s;
    size_t at;
    size_t q; /* where the innermost reference stands: those within must stand before it */
    char *to;
    size_t n, room;
    unsigned tank, depth;
};

static bool read_type(struct reader *r);
static bool read_qualified(struct reader *r, bool is_type);
static bool read_mangled(struct reader *r);

static char peek(const struct reader *r)
{
    return r->at < r->s.n ? r->s.p[r->at] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_next(const struct reader *r, const char *text)
{
    return str_starts(str_sub(r->s, r->at, r->s.n), str_of(text));
}

static bool skip(struct reader *r, const char *text)
{
    bool yes = is_next(r, text);
    r->at += yes ? strlen(text) : 0;
    return yes;
}

static bool put(struct reader *r, struct str s)
{
    if (s.n > r->room - r->n)
        return false;
    if (s.n)
        memcpy(r->to + r->n, s.p, s.n);
    r->n += s.n;
    return true;
}

static bool put_text(struct reader *r, const char *text)
{
    return put(r, str_of(text));
}

static bool step(struct reader *r)
{
    return r->tank && r->tank-- && r->depth < MAX_DEPTH;
}

/* "AB" -> "BA" for what was written from `a` on: A up to `b`. */
static void swap_parts(struct reader *r, size_t a, size_t b)
{
    const size_t ends[3][2] = {{a, b}, {b, r->n}, {a, r->n}};
    for (int k = 0; k < 3; k++)
        for (size_t i = ends[k][0], j = ends[k][1]; i + 1 < j; i++, j--) {
            char c = r->to[i];
            r->to[i] = r->to[j - 1];
            r->to[j - 1] = c;
        }
}

static bool read_number(struct reader *r, size_t *n)
{
    size_t begin = r->at;
    for (*n = 0; is_digit(peek(r)); r->at++)
        if ((*n = *n * 10 + (size_t)(peek(r) - '0')) > r->s.n * 10)
            return false;
    return r->at > begin;
}

static bool read_digits(struct reader *r)
{
    size_t begin = r->at;
    while (is_digit(peek(r)))
        r->at++;
    return r->at > begin && put(r, str_sub(r->s, begin, r->at));
}

/* "Q" and a distance back, in digits of 26: the last one is a small letter. */
static bool read_reference(struct reader *r, size_t *target)
{
    size_t q = r->at, distance = 0;
    for (r->at++; peek(r) >= 'A' && peek(r) <= 'Z'; r->at++)
        if ((distance = distance * 26 + (size_t)(peek(r) - 'A')) > r->s.n)
            return false;
    if (peek(r) < 'a' || peek(r) > 'z')
        return false;
    distance = distance * 26 + (size_t)(r->s.p[r->at++] - 'a');
    *target = q - distance;
    return distance && distance <= q && q < r->q;
}

/* ---- names */

static bool is_template_next(const struct reader *r)
{
    return is_next(r, "__T") || is_next(r, "__U");
}

static bool is_name_next(const struct reader *r)
{
    struct reader probe = *r;
    size_t target;
    if (peek(r) == 'Q')
        return read_reference(&probe, &target) && is_digit(r->s.p[target]);
    return is_digit(peek(r)) || is_template_next(r);
}

static bool put_identifier(struct reader *r, struct str s)
{
    return put(r, str_eq(s, STR("__ctor")) ? STR("this") : str_eq(s, STR("__dtor")) ? STR("~this") : s);
}

/* Text of an array of characters: "a5_68656c6c6f". */
static bool read_text(struct reader *r)
{
    size_t n;
    r->at++;
    if (!read_number(r, &n) || !skip(r, "_") || 2 * n > r->s.n - r->at || !put_text(r, "\""))
        return false;
    for (size_t i = 0; i < n; i++, r->at += 2) {
        unsigned byte = 0;
        for (size_t k = 0; k < 2; k++) {
            char c = r->s.p[r->at + k];
            if (!is_digit(c) && (c < 'a' || c > 'f'))
                return false;
            byte = byte * 16 + (unsigned)(is_digit(c) ? c - '0' : c - 'a' + 10);
        }
        char shown = (char)(byte >= ' ' && byte < 0x7f ? byte : '.');
        if (!put(r, (struct str){&shown, 1}))
            return false;
    }
    return put_text(r, "\"");
}

/* Digits of 16, as they are. */
static bool read_float(struct reader *r)
{
    size_t begin = r->at;
    while (peek(r) && strchr("0123456789ABCDEFNPI", peek(r)))
        r->at++;
    return r->at > begin && put(r, str_sub(r->s, begin, r->at));
}

static bool read_value(struct reader *r)
{
    if (!step(r))
        return false;
    if (skip(r, "n"))
        return put_text(r, "null");
    if (skip(r, "N"))
        return put_text(r, "-") && read_digits(r);
    if (skip(r, "e"))
        return read_float(r);
    if (skip(r, "f_D"))
        return read_mangled(r);
    if (peek(r) && strchr("awd", peek(r)))
        return read_text(r);
    (void)skip(r, "i");
    return read_digits(r);
}

/* A name of the program, whole ("_D3foo3barFZv", until 2017 with its length before it) or as within types. */
static bool read_symbol(struct reader *r)
{
    struct reader saved = *r;
    size_t n;
    if (is_digit(peek(r)) && !(read_number(r, &n) && is_next(r, "_D"))) {
        saved.tank = r->tank;
        *r = saved;
    }
    return skip(r, "_D") ? read_mangled(r) : read_qualified(r, true);
}

static bool read_argument(struct reader *r)
{
    size_t n, type_at;
    (void)skip(r, "H");
    switch (peek(r)) {
    case 'T':
        r->at++;
        return read_type(r);
    case 'V': /* the type is read for where it ends */
        r->at++;
        type_at = r->n;
        if (!read_type(r))
            return false;
        r->n = type_at;
        return read_value(r);
    case 'S':
        r->at++;
        return read_symbol(r);
    case 'X':
        r->at++;
        if (!read_number(r, &n) || n > r->s.n - r->at || !put(r, str_sub(r->s, r->at, r->at + n)))
            return false;
        r->at += n;
        return true;
    default:
        return false;
    }
}

static bool read_name(struct reader *r);

static bool read_template(struct reader *r)
{
    r->at += 3;
    if (!read_name(r) || !put_text(r, "!("))
        return false;
    for (bool first = true; !skip(r, "Z"); first = false)
        if (!step(r) || (!first && !put_text(r, ", ")) || !read_argument(r))
            return false;
    return put_text(r, ")");
}

static bool read_name(struct reader *r)
{
    size_t n, target, after, begin;
    if (!step(r))
        return false;
    if (is_template_next(r)) {
        r->depth++;
        bool ok = read_template(r);
        r->depth--;
        return ok;
    }
    if (peek(r) == 'Q') {
        if (!read_reference(r, &target) || !is_digit(r->s.p[target]))
            return false;
        after = r->at;
        r->at = target;
        if (!read_number(r, &n) || n > r->s.n - r->at || !put_identifier(r, str_sub(r->s, r->at, r->at + n)))
            return false;
        r->at = after;
        return true;
    }
    if (!read_number(r, &n) || n > r->s.n - r->at)
        return false;
    begin = r->at;
    if (n >= 5 && is_template_next(r)) { /* until 2017 they had a length before them */
        struct reader saved = *r;
        r->depth++;
        if (read_template(r) && r->at == begin + n)
            return r->depth--, true;
        saved.tank = r->tank;
        *r = saved;
    }
    r->at = begin + n;
    return put_identifier(r, str_sub(r->s, begin, begin + n));
}

/* ---- functions */

static bool is_call(char c)
{
    return c && strchr("FUWVRY", c);
}

static bool read_parameters(struct reader *r)
{
    static const struct {
        const char *code, *text;
    } storage[] = {{"M", "scope "}, {"Nk", "return "}, {"I", "in "},
                   {"J", "out "},   {"K", "ref "},     {"L", "lazy "}};
    for (bool first = true;; first = false) {
        if (!step(r))
            return false;
        if (skip(r, "Z"))
            return true;
        if (skip(r, "X"))
            return put_text(r, "...");
        if (skip(r, "Y"))
            return put_text(r, first ? "..." : ", ...");
        if (!first && !put_text(r, ", "))
            return false;
        for (size_t i = 0; i < sizeof storage / sizeof *storage; i++)
            if (skip(r, storage[i].code) && !put_text(r, storage[i].text))
                return false;
        if (!read_type(r))
            return false;
    }
}

/* Without what it returns: "FNaNbiZ" -> "(int)". */
static bool read_call(struct reader *r)
{
    if (!is_call(peek(r)))
        return false;
    r->at++;
    while (peek(r) == 'N' && r->at + 1 < r->s.n && strchr("abcdefijlm", r->s.p[r->at + 1]))
        r->at += 2;
    return put_text(r, "(") && read_parameters(r) && put_text(r, ")");
}

static bool read_function_type(struct reader *r, const char *word)
{
    size_t begin = r->n, middle;
    if (!read_call(r) || !put_text(r, word))
        return false;
    middle = r->n;
    if (!read_type(r))
        return false;
    swap_parts(r, begin, middle);
    return true;
}

static void skip_modifiers(struct reader *r)
{
    while (skip(r, "x") || skip(r, "y") || skip(r, "O") || skip(r, "Ng"))
        continue;
}

/* "3std5stdio4File": parts, each maybe a function that the next one is inside of. Within a type nothing but
 * such a next part tells a function from the parameter that follows. */
static bool read_qualified(struct reader *r, bool is_type)
{
    for (bool first = true; first || is_name_next(r); first = false) {
        while (peek(r) == '0') /* nameless */
            r->at++;
        if ((!first && !put_text(r, ".")) || !read_name(r))
            return false;
        if (peek(r) != 'M' && !is_call(peek(r)))
            continue;
        struct reader saved = *r;
        if (skip(r, "M"))
            skip_modifiers(r);
        r->depth++;
        bool ok = read_call(r) && (is_type ? is_name_next(r) : r->at < r->s.n);
        r->depth--;
        if (!ok) {
            saved.tank = r->tank;
            *r = saved;
        }
    }
    return true;
}

/* ---- types */

static const char *basic_type(char c)
{
    static const char letters[] = "vghstiklmfdeopjqrcbauwn";
    static const char *const words[] = {"void",   "byte",    "ubyte", "short",  "ushort",      "int",
                                        "uint",   "long",    "ulong", "float",  "double",      "real",
                                        "ifloat", "idouble", "ireal", "cfloat", "cdouble",     "creal",
                                        "bool",   "char",    "wchar", "dchar",  "typeof(null)"};
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? words[at - letters] : NULL;
}

static bool read_wrapped(struct reader *r, const char *open, const char *close)
{
    return put_text(r, open) && read_type(r) && put_text(r, close);
}

static bool read_array_type(struct reader *r)
{
    size_t begin, end;
    if (skip(r, "A"))
        return read_wrapped(r, "", "[]");
    if (skip(r, "G")) {
        begin = r->at;
        while (is_digit(peek(r)))
            r->at++;
        end = r->at;
        return end > begin && read_wrapped(r, "", "[") && put(r, str_sub(r->s, begin, end)) &&
               put_text(r, "]");
    }
    r->at++; /* H: the key comes first, and is shown last */
    begin = r->n;
    if (!read_wrapped(r, "[", "]"))
        return false;
    end = r->n;
    if (!read_type(r))
        return false;
    swap_parts(r, begin, end);
    return true;
}

static bool read_tuple(struct reader *r)
{
    size_t n;
    if (!read_number(r, &n) || !put_text(r, "Tuple!("))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((i && !put_text(r, ", ")) || !read_type(r))
            return false;
    return put_text(r, ")");
}

static bool read_type_reference(struct reader *r)
{
    size_t q = r->at, outer = r->q, target;
    if (!read_reference(r, &target))
        return false;
    size_t after = r->at;
    r->at = target;
    r->q = q;
    bool ok = read_type(r);
    r->q = outer;
    r->at = after;
    return ok;
}

static bool read_type_of(struct reader *r, char c)
{
    const char *basic = basic_type(c);
    if (c == 'A' || c == 'G' || c == 'H')
        return read_array_type(r);
    if (c == 'Q')
        return read_type_reference(r);
    if (is_call(c))
        return read_function_type(r, " function");
    r->at++;
    switch (c) {
    case 'O':
        return read_wrapped(r, "shared(", ")");
    case 'x':
        return read_wrapped(r, "const(", ")");
    case 'y':
        return read_wrapped(r, "immutable(", ")");
    case 'N':
        return skip(r, "g")   ? read_wrapped(r, "inout(", ")")
               : skip(r, "h") ? read_wrapped(r, "__vector(", ")")
                              : skip(r, "n") && put_text(r, "noreturn");
    case 'P':
        return is_call(peek(r)) ? read_function_type(r, " function") : read_wrapped(r, "", "*");
    case 'D':
        skip_modifiers(r);
        return peek(r) == 'Q' ? read_type_reference(r) : read_function_type(r, " delegate");
    case 'C':
    case 'S':
    case 'E':
    case 'T':
    case 'I':
        return read_qualified(r, true);
    case 'B':
        return read_tuple(r);
    case 'z':
        return skip(r, "i") ? put_text(r, "cent") : skip(r, "k") && put_text(r, "ucent");
    default:
        return basic && put_text(r, basic);
    }
}

static bool read_type(struct reader *r)
{
    if (!step(r))
        return false;
    r->depth++;
    bool ok = read_type_of(r, peek(r));
    r->depth--;
    return ok;
}

/* What follows "_D". */
static bool read_mangled(struct reader *r)
{
    if (!read_qualified(r, false))
        return false;
    if (skip(r, "Z"))
        return true;
    if (skip(r, "M"))
        skip_modifiers(r);
    size_t end = r->n;
    bool ok = read_type(r);
    r->n = end;
    return ok;
}

bool demangle_d(struct str mangled, char *to, size_t room, size_t *n)
{
    struct reader r = {.s = mangled, .at = 2, .q = SIZE_MAX, .to = to, .room = room, .tank = TANK};
    bool ok = str_starts(mangled, STR("_D")) && read_mangled(&r) && r.at == mangled.n;
    *n = ok ? r.n : 0;
    return ok;
}
