/* SPDX-License-Identifier: MIT
 *
 * Sources of the forms: V8's src/logging/log.cc and src/diagnostics/perf-jit.cc (kinds and tier marks),
 * CPython's Python/perf_trampoline.c ("py::NAME:FILE"), jvmti's descriptors as perf-map-agent writes them
 * ("Lpkg/Class;::m"), .NET's src/coreclr/vm/perfmap.cpp ("void [Assembly] A.B::m(int32)[Tier0]"). */
#include "names/plain.h"

#include "base/arena.h"

/* "LazyCompile:*f /path/x.js:12:3": kinds of code that have a function and a place behind them. */
static const char *const js_kinds[] = {"LazyCompile:", "JS:", "Function:", "Script:", "Eval:", NULL};

static struct str base_name(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? path : str_sub(path, slash + 1, path.n);
}

/* Cuts ":digits" off the end. */
static bool cut_number(struct str *s, struct str *number)
{
    size_t at = s->n;
    while (at && s->p[at - 1] >= '0' && s->p[at - 1] <= '9')
        at--;
    if (at == s->n || at < 2 || s->p[at - 1] != ':')
        return false;
    *number = str_sub(*s, at, s->n);
    *s = str_sub(*s, 0, at - 1);
    return true;
}

static size_t earlier(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Where the place begins: a path or URL may hold blanks, a function's name, too ("get score"). */
static size_t find_place(struct str s)
{
    size_t at = SIZE_MAX;
    if (s.n && s.p[0] == ' ')
        return 1;
    at = earlier(at, str_find(s, STR(" /")));
    at = earlier(at, str_find(s, STR(" file:")));
    at = earlier(at, str_find(s, STR(" node:")));
    at = earlier(at, str_find(s, STR(" http")));
    if (at == SIZE_MAX)
        at = str_rfind_char(s, ' ');
    return at == SIZE_MAX ? s.n : at + 1;
}

static bool plain_js(struct str *name, struct str *module, struct arena *arena)
{
    struct str s = *name, line, column;
    const char *const *kind = js_kinds;
    while (*kind && !str_starts(s, str_of(*kind)))
        kind++;
    if (!*kind)
        return false;
    s = str_sub(s, str_of(*kind).n, s.n);
    if (s.n && (s.p[0] == '~' || s.p[0] == '^' || s.p[0] == '*' || s.p[0] == '+'))
        s = str_sub(s, 1, s.n);
    size_t at = find_place(s);
    struct str function = str_trim(str_sub(s, 0, at)), place = str_sub(s, at, s.n);
    if (cut_number(&place, &column)) {
        bool both = cut_number(&place, &line);
        line = both ? line : column;
        *module = place;
        if (!function.n)
            function = str_fmt(arena, "(anonymous %.*s:%.*s)", STR_ARG(base_name(place)), STR_ARG(line));
    } else if (place.n) { /* no place after all */
        function = str_trim(s);
    }
    *name = function.n ? function : STR("(anonymous)");
    return true;
}

static bool plain_python(struct str *name, struct str *module)
{
    struct str s = str_sub(*name, 4, name->n);
    size_t colon = str_find_char(s, ':');
    if (!str_starts(*name, STR("py::")) || colon == SIZE_MAX || !colon)
        return false;
    *name = str_sub(s, 0, colon);
    if (colon + 1 < s.n)
        *module = str_sub(s, colon + 1, s.n);
    return true;
}

/* "instance void [System.Console] System.Console::WriteLine(string)[OptimizedTier1]": how it was compiled and
 * what it gives goes, the assembly is the module. */
static bool plain_dotnet(struct str *name, struct str *module)
{
    static const char *const tiers[] = {"Tier0",
                                        "Tier0Instrumented",
                                        "OptimizedTier1",
                                        "OptimizedTier1OSR",
                                        "Optimized",
                                        "QuickJitted",
                                        "MinOptJitted",
                                        "PreJIT",
                                        "Instrumented",
                                        "Unknown",
                                        "OptimizedTier1Instrumented",
                                        NULL};
    size_t at = str_rfind_char(*name, '['), end;
    if (at == SIZE_MAX || !at || name->p[at - 1] != ')' || !str_ends(*name, STR("]")))
        return false;
    struct str tier = str_sub(*name, at + 1, name->n - 1), s = str_sub(*name, 0, at);
    const char *const *t = tiers;
    while (*t && !str_eq(tier, str_of(*t)))
        t++;
    if (!*t)
        return false;
    *name = s;
    at = str_find(s, STR(" ["));
    end = at == SIZE_MAX ? at : str_find(str_sub(s, at, s.n), STR("] "));
    if (end != SIZE_MAX && end > 2 && at + end + 2 < s.n) {
        *module = str_sub(s, at + 2, at + end);
        *name = str_sub(s, at + end + 2, s.n);
    }
    return true;
}

void name_plain(struct str *name, struct str *module, bool is_jit, struct arena *arena)
{
    if (plain_js(name, module, arena) || plain_python(name, module) || (is_jit && plain_dotnet(name, module)))
        return;
    if (is_jit && str_starts(*name, STR("L")) && str_find(*name, STR(";::")) != SIZE_MAX &&
        str_find(*name, STR("->")) == SIZE_MAX)
        *name = str_sub(*name, 1, name->n);
}
