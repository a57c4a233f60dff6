/* SPDX-License-Identifier: MIT
 *
 * From the surest sign to the vaguest: the kernel, a package manager's folder in the path, a name's own spelling, the
 * module's file. */
#include "names/package.h"

#include "base/arena.h"
#include "names/strip.h"

static struct str base_name(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? path : str_sub(path, slash + 1, path.n);
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static bool is_word(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80);
}

static struct str kernel_package(struct str module, struct arena *arena)
{
    struct str base = base_name(module);
    size_t ko = str_find(base, STR(".ko"));
    if (str_starts(base, STR("[")) && !str_starts(base, STR("[kernel")) && !str_starts(base, STR("[guest")))
        return base;
    if (ko != SIZE_MAX && ko)
        return str_fmt(arena, "[%.*s]", (int)ko, base.p);
    return STR("[kernel]");
}

/* What follows the last `folder` in a path, up to the next slash. */
static bool behind_last(struct str path, struct str folder, struct str *out)
{
    size_t at = SIZE_MAX;
    for (size_t i = 0; i + folder.n <= path.n; i++)
        if (str_starts(str_sub(path, i, path.n), folder))
            at = i + folder.n;
    if (at == SIZE_MAX || at >= path.n)
        return false;
    *out = str_sub(path, at, path.n);
    return true;
}

static struct str first_part(struct str path)
{
    size_t slash = str_find_char(path, '/');
    return str_sub(path, 0, slash);
}

static struct str without(struct str s, const char *ending)
{
    return str_ends(s, str_of(ending)) ? str_sub(s, 0, s.n - str_of(ending).n) : s;
}

static bool of_path(struct str module, struct str *out)
{
    struct str rest;
    if (behind_last(module, STR("/node_modules/"), &rest)) {
        size_t slash = str_find_char(rest, '/');
        if (rest.p[0] == '@' && slash != SIZE_MAX) {
            struct str second = first_part(str_sub(rest, slash + 1, rest.n));
            *out = str_sub(rest, 0, slash + 1 + second.n);
        } else {
            *out = first_part(rest);
        }
        return true;
    }
    if (str_starts(module, STR("node:"))) {
        *out = STR("node");
        return true;
    }
    if (behind_last(module, STR("/site-packages/"), &rest) || behind_last(module, STR("/dist-packages/"), &rest)) {
        *out = without(first_part(rest), ".py");
        return true;
    }
    if (str_ends(module, STR(".py"))) {
        size_t at = str_find(module, STR("/python3"));
        struct str folder;
        if (at != SIZE_MAX) {
            (void)str_cut(str_sub(module, at + 1, module.n), '/', &folder, &rest);
            *out = without(first_part(rest), ".py");
        } else {
            *out = without(base_name(module), ".py");
        }
        return out->n > 0;
    }
    if (str_starts(module, STR("http://")) || str_starts(module, STR("https://"))) {
        *out = first_part(str_sub(module, str_find(module, STR("//")) + 2, module.n));
        return out->n > 0;
    }
    return false;
}

static struct str dotted(struct str s, struct arena *arena)
{
    struct str copy = str_dup(s, arena);
    char *p = (char *)(uintptr_t)copy.p; /* our own */
    for (size_t i = 0; i < copy.n; i++)
        p[i] = p[i] == '/' ? '.' : p[i];
    return copy;
}

/* "java/util/HashMap;::get", "java/util/HashMap.get", "java.util.HashMap$Node.<init>". */
static bool of_java(struct str name, struct str *out, struct arena *arena)
{
    size_t class_end = str_find(name, STR(";::"));
    if (class_end != SIZE_MAX)
        name = str_sub(name, 0, class_end);
    size_t slash = str_rfind_char(name, '/'), from = 0, package_end = 0;
    for (size_t i = 0; i < name.n; i++)
        if (!is_word(name.p[i]) && name.p[i] != '/' && name.p[i] != '.' && name.p[i] != '<' && name.p[i] != '>' &&
            name.p[i] != '-')
            return false;
    if (slash != SIZE_MAX) {
        *out = dotted(str_sub(name, 0, slash), arena);
        return out->n > 0 && (class_end != SIZE_MAX || str_find_char(str_sub(name, slash, name.n), '.') != SIZE_MAX);
    }
    while (from < name.n && !is_upper(name.p[from])) {
        size_t dot = str_find_char(str_sub(name, from, name.n), '.');
        if (dot == SIZE_MAX || !dot)
            return false;
        from += dot + 1;
        package_end = from - 1;
    }
    *out = str_sub(name, 0, package_end);
    return package_end > 0 && from < name.n;
}

/* "tokio::runtime::f" -> tokio. One that begins with a capital and holds nothing but a function is a class. */
static bool of_path_of_names(struct str name, struct str *out)
{
    size_t i = 0, n = 0;
    while (i < name.n && (name.p[i] == '&' || name.p[i] == '*' || name.p[i] == '<'))
        i++;
    struct str s = str_sub(name, i, name.n);
    while (n < s.n && is_word(s.p[n]))
        n++;
    if (!n || !str_starts(str_sub(s, n, s.n), STR("::")))
        return false;
    bool deeper = str_find(str_sub(s, n + 2, s.n), STR("::")) != SIZE_MAX;
    *out = str_sub(s, 0, n);
    return deeper || !is_upper(s.p[0]);
}

struct str name_package(struct str name, struct str module, bool is_kernel, bool is_jit, struct arena *arena)
{
    struct str out, base = base_name(module);
    bool is_map = str_starts(base, STR("perf-")) && str_ends(base, STR(".map"));
    if (is_kernel)
        return kernel_package(module, arena);
    if (of_path(module, &out))
        return out;
    if (str_eq(name, STR("[unknown]")))
        return is_map ? STR("[jit]") : base;
    struct str plain = name_strip(name, STRIP_TEMPLATES | STRIP_ARGUMENTS, arena);
    if ((is_jit || !module.n || is_map) && of_java(plain, &out, arena))
        return out;
    if (str_find(plain, STR(";::")) == SIZE_MAX && of_path_of_names(plain, &out))
        return out;
    return is_map ? STR("[jit]") : base;
}
