/* SPDX-License-Identifier: MIT
 *
 * libiberty, through its callbacks: names come from files, and a name of some hundred bytes can be a bomb
 * whose text doubles with each letter. What is too long is not begun. Output past a name's size ends it by a
 * jump out of the callback: at once for C++, where nothing holds memory; later for Rust, where a piece of a
 * word may. D has no callback, and names of hundred bytes that take hours: demangle_d.c reads those. */
#include "names/demangle.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "names/demangle_d.h"

#define OPTIONS (DMGL_PARAMS | DMGL_ANSI)
/* The library's own bound on the depth of C++ refuses all names above 1 KB; hostile ones of LIMIT_MANGLED
 * were measured at less than 1 MB of stack. */
#define OPTIONS_CXX (OPTIONS | DMGL_NO_RECURSE_LIMIT)
/* Templates given as template arguments that a name with a conversion ("cv") may hold: real ones hold one or
 * two. */
#define MAX_FORKS 8
/* Pieces of Rust that may still come once the text is full. */
#define DEAD_PIECES 10000

struct output {
    char *to;
    size_t n;
    bool over;
    unsigned dead, may_be_dead;
    jmp_buf out;
};

static void take(const char *piece, size_t n, void *opaque)
{
    struct output *o = opaque;
    if (o->over || n > LIMIT_ONE_NAME - o->n) {
        o->over = true;
        if (++o->dead > o->may_be_dead)
            longjmp(o->out, 1);
        return;
    }
    if (n)
        memcpy(o->to + o->n, piece, n);
    o->n += n;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where a compiler's suffix begins: mangled names hold letters, digits and '_'. */
static size_t suffix_at(struct str s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] != '@' && s.p[i] != '.')
        i++;
    return i;
}

enum scheme { SCHEME_NONE, SCHEME_CXX, SCHEME_RUST, SCHEME_D };

static enum scheme scheme_of(struct str s)
{
    if (str_starts(s, STR("_R")) && s.n > 3 && ((s.p[2] >= 'A' && s.p[2] <= 'Z') || is_digit(s.p[2])))
        return SCHEME_RUST;
    if (str_starts(s, STR("_D")) && s.n > 3 && is_digit(s.p[2]))
        return SCHEME_D;
    if (str_starts(s, STR("_Z")) && s.n > 3)
        return SCHEME_CXX;
    return SCHEME_NONE;
}

/* Names of Rust's old scheme are C++ names that may hold '.' and end in "17h0123456789abcdefE": where; 0 if
 * not. */
static size_t old_rust_end(struct str s)
{
    for (size_t i = 0; i + 20 <= s.n; i++) {
        size_t k = i + 3;
        if (!str_starts(str_sub(s, i, s.n), STR("17h")))
            continue;
        while (k < i + 19 && (is_digit(s.p[k]) || (s.p[k] >= 'a' && s.p[k] <= 'f')))
            k++;
        if (k == i + 19 && s.p[k] == 'E' && (k + 1 == s.n || s.p[k + 1] == '.' || s.p[k + 1] == '@'))
            return k + 1;
    }
    return 0;
}

/* After a conversion, "T_I…" reads two ways, and the library reads what follows once for each: 2 to the power
 * of those that nest, before it writes anything that could be stopped. */
static bool forks_too_often(struct str s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.n; i++) {
        size_t k = i + 1;
        while (s.p[i] == 'T' && k < s.n && (is_digit(s.p[k]) || (s.p[k] >= 'A' && s.p[k] <= 'Z')))
            k++;
        n += s.p[i] == 'T' && str_starts(str_sub(s, k, s.n), STR("_I"));
    }
    return n > MAX_FORKS && str_find(s, STR("cv")) != SIZE_MAX;
}

static bool run(enum scheme scheme, const char *mangled, struct output *o)
{
    if (setjmp(o->out))
        return false;
    if (scheme == SCHEME_CXX)
        return cplus_demangle_v3_callback(mangled, OPTIONS_CXX, take, o) && !o->over && o->n;
    o->may_be_dead = DEAD_PIECES;
    return rust_demangle_callback(mangled, OPTIONS, take, o) && !o->over && o->n;
}

/* What readers of C++ make of Rust's old scheme: "_$LT$T$u20$as$u20$a..B$GT$::f::h0123456789abcdef". */
static bool is_half_read_rust(struct str s)
{
    struct str end = s.n > 19 ? str_sub(s, s.n - 19, s.n) : STR("");
    bool hash = str_starts(end, STR("::h"));
    for (size_t i = 3; hash && i < end.n; i++)
        hash = is_digit(end.p[i]) || (end.p[i] >= 'a' && end.p[i] <= 'f');
    return hash && (str_find(s, STR("$")) != SIZE_MAX || str_find(s, STR("..")) != SIZE_MAX);
}

/* The character that "$…$" stands for; 0 when none does. */
static char rust_character(struct str code)
{
    static const char *const codes[] = {"SP@", "BP*", "RF&", "LT<", "GT>", "LP(", "RP)", "C,", NULL};
    unsigned c = 0;
    for (const char *const *k = codes; *k; k++)
        if (str_eq(code, (struct str){*k, strlen(*k) - 1}))
            return (*k)[code.n];
    if (code.n < 2 || code.n > 3 || code.p[0] != 'u')
        return 0;
    for (size_t i = 1; i < code.n; i++) {
        char x = code.p[i];
        if (!is_digit(x) && (x < 'a' || x > 'f'))
            return 0;
        c = c * 16 + (unsigned)(is_digit(x) ? x - '0' : x - 'a' + 10);
    }
    return c >= ' ' && c < 0x7f ? (char)c : 0;
}

static struct str read_rust(struct str s, struct arena *arena)
{
    char *to = NEW_N(arena, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool begins = n == 0 || (n > 1 && to[n - 1] == ':' && to[n - 2] == ':');
        struct str rest = str_sub(s, i + 1, s.n), code;
        if (s.p[i] == '_' && begins && str_starts(rest, STR("$")))
            continue; /* before what is no letter */
        code = str_sub(rest, 0, s.p[i] == '$' ? str_find_char(str_sub(rest, 0, 4), '$') : 0);
        char c = code.n < 4 ? rust_character(code) : 0;
        if (c) {
            to[n++] = c;
            i += code.n + 1;
        } else if (s.p[i] == '.' && str_starts(rest, STR("."))) {
            to[n++] = ':';
            to[n++] = ':';
            i++;
        } else {
            to[n++] = s.p[i];
        }
    }
    return (struct str){to, n};
}

struct str name_demangle(struct str name, struct arena *arena)
{
    if (is_half_read_rust(name))
        return read_rust(name, arena);
    size_t more = 0;
    while (more < 2 && more + 2 < name.n && name.p[0] == '_' && name.p[more + 1] == '_')
        more++; /* macOS puts underscores before */
    struct str s = str_sub(name, more, name.n);
    enum scheme scheme = scheme_of(s);
    if (scheme == SCHEME_NONE || name.n > (scheme == SCHEME_CXX ? LIMIT_MANGLED : LIMIT_MANGLED_SHORT))
        return name;
    if (scheme == SCHEME_CXX && forks_too_often(s))
        return name;
    size_t old_rust = scheme == SCHEME_CXX ? old_rust_end(s) : 0, end = old_rust ? old_rust : suffix_at(s);
    struct output o = {.to = NEW_N(arena, char, LIMIT_ONE_NAME + 1)};
    struct str mangled = str_sub(s, 0, end);
    bool ok = scheme == SCHEME_D ? demangle_d(mangled, o.to, LIMIT_ONE_NAME, &o.n)
                                 : run(old_rust ? SCHEME_RUST : scheme, str_c(mangled, arena), &o);
    if (!ok || o.n + (s.n - end) > LIMIT_ONE_NAME)
        return name;
    memcpy(o.to + o.n, s.p + end, s.n - end);
    return (struct str){o.to, o.n + (s.n - end)};
}
