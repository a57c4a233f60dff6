/* SPDX-License-Identifier: MIT
 *
 * From the surest sign to the vaguest: the kernel, a package manager's folder in the path, a name's own
 * spelling, the module's file. */
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
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (c & 0x80);
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

/* What follows the last `folder` in a path. */
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

static bool of_node(struct str module, struct str *out)
{
    struct str rest;
    if (str_starts(module, STR("node:"))) {
        *out = STR("node");
        return true;
    }
    if (str_starts(module, STR("node_modules/")))
        rest = str_sub(module, 13, module.n);
    if (!behind_last(module, STR("/node_modules/"), &rest) && !str_starts(module, STR("node_modules/")))
        return false;
    struct str first = first_part(rest), second = first_part(str_sub(rest, first.n + 1, rest.n));
    *out = str_starts(first, STR("@")) && second.n ? str_sub(rest, 0, first.n + 1 + second.n) : first;
    return out->n > 0;
}

/* "six.py" -> "six", "_json.cpython-311-x86_64-linux-gnu.so" -> "_json"; else as it is. */
static struct str python_stem(struct str file)
{
    size_t at = str_find(file, STR(".cpython-"));
    if (at != SIZE_MAX && at && str_ends(file, STR(".so")))
        return str_sub(file, 0, at);
    return without(without(file, ".py"), ".abi3.so");
}

/* Where a path begins that is not below a folder of packages: "./x.py", "C:\\x.py". */
static bool is_folder_of_nowhere(struct str folder)
{
    return folder.p[0] == '.' || folder.p[0] == '~' || str_find_char(folder, ':') != SIZE_MAX || str_find_char(folder, '\\') != SIZE_MAX;
}

static bool of_python(struct str module, struct str *out)
{
    struct str rest, folder, base = base_name(module);
    if (str_starts(module, STR("<frozen ")) && str_ends(module, STR(">"))) { /* within the interpreter */
        struct str inner = str_sub(module, 8, module.n - 1);
        *out = str_sub(inner, 0, str_find_char(inner, '.'));
        return out->n > 0;
    }
    if (behind_last(module, STR("/site-packages/"), &rest) ||
        behind_last(module, STR("/dist-packages/"), &rest)) {
        *out = python_stem(first_part(rest));
        return out->n > 0;
    }
    struct str stem = python_stem(base);
    if (stem.n == base.n || !stem.n)
        return false;
    *out = stem;
    if (base.n < module.n && first_part(module).n && !is_folder_of_nowhere(first_part(module))) /* "requests/api.py" */
        *out = first_part(module);
    if (behind_last(module, STR("/lib/python3"), &rest) || behind_last(module, STR("/lib64/python3"), &rest))
        if (str_cut(rest, '/', &folder, &rest) && !str_starts(rest, STR("lib-dynload/")) &&
            first_part(rest).n)
            *out = python_stem(first_part(rest));
    return true;
}

static bool of_path(struct str module, struct str *out)
{
    if (of_node(module, out) || of_python(module, out))
        return true;
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

/* "java/util/HashMap;::get", "java/util/HashMap.get", "java.util.HashMap$Node.<init>", "java.util.HashMap::get". */
static bool of_java(struct str name, struct str *out, struct arena *arena)
{
    size_t class_end = str_find(name, STR(";::")), colons = str_find(name, STR("::"));
    if (class_end == SIZE_MAX && colons != SIZE_MAX && str_find_char(str_sub(name, 0, colons), '.') != SIZE_MAX)
        class_end = colons;
    if (class_end != SIZE_MAX)
        name = str_sub(name, 0, class_end);
    size_t slash = str_rfind_char(name, '/'), from = 0, package_end = 0;
    for (size_t i = 0; i < name.n; i++)
        if (!is_word(name.p[i]) && name.p[i] != '/' && name.p[i] != '.' && name.p[i] != '<' &&
            name.p[i] != '>' && name.p[i] != '-')
            return false;
    if (slash != SIZE_MAX) {
        *out = dotted(str_sub(name, 0, slash), arena);
        return out->n > 0 &&
               (class_end != SIZE_MAX || str_find_char(str_sub(name, slash, name.n), '.') != SIZE_MAX);
    }
    while (from < name.n && !is_upper(name.p[from]) && name.p[from] != '$') {
        size_t dot = str_find_char(str_sub(name, from, name.n), '.');
        if (dot == SIZE_MAX || !dot)
            return false;
        from += dot + 1;
        package_end = from - 1;
    }
    *out = str_sub(name, 0, package_end);
    return package_end > 0 && from < name.n;
}

/* "text/template.addValueFuncs", "github.com/a/b.(*T).f": a package of Go with a slash, whose files have no
 * classes. */
static bool of_go(struct str name, struct str *out)
{
    size_t end = 0, slash = SIZE_MAX;
    while (end < name.n && (is_word(name.p[end]) || str_find_char(STR("./-~%@"), name.p[end]) != SIZE_MAX))
        end++;
    slash = str_rfind_char(str_sub(name, 0, end), '/');
    if (slash == SIZE_MAX || !slash || slash + 1 >= end || is_upper(name.p[slash + 1]) ||
        !is_word(name.p[slash + 1]))
        return false;
    size_t dot = str_find_char(str_sub(name, slash, end), '.');
    *out = str_sub(name, 0, slash + (dot == SIZE_MAX ? 0 : dot));
    return dot != SIZE_MAX && is_word(name.p[0]) &&
           (end == name.n || name.p[end] == '(' || name.p[end] == '[');
}

/* "$lists:map/2", "$'Elixir.Enum':map/2": what Erlang's compiler writes into perf's maps. */
static bool of_erlang(struct str name, struct str *out)
{
    size_t colon = str_find_char(name, ':'), slash = str_rfind_char(name, '/');
    if (!str_starts(name, STR("$")) || colon == SIZE_MAX || colon < 2 || slash == SIZE_MAX || slash < colon)
        return false;
    for (size_t i = slash + 1; i < name.n; i++)
        if (name.p[i] < '0' || name.p[i] > '9')
            return false;
    *out = str_sub(name, 1, colon);
    if (out->n > 2 && out->p[0] == '\'' && out->p[out->n - 1] == '\'')
        *out = str_sub(*out, 1, out->n - 1);
    return slash + 1 < name.n;
}

/* Of two parts the first may be a class as well: only what is surely none. */
static bool is_surely_outer(struct str outer, struct str inner, struct str name)
{
    static const char *const known[] = {"std",   "core", "alloc", "__gnu_cxx", "__cxxabiv1",
                                        "boost", "absl", "fmt",   NULL};
    size_t hash = str_find(name, STR("::h"));
    bool is_rust = str_find(name, STR("{closure")) != SIZE_MAX || (hash != SIZE_MAX && hash + 19 == name.n);
    if (is_upper(outer.p[0]))
        return false;
    for (const char *const *k = known; *k; k++)
        if (str_eq(outer, str_of(*k)))
            return true;
    return is_rust || is_upper(inner.p[0]); /* "node::Start" */
}

/* Without the type of what comes back: "void a::(anonymous namespace)::f" -> "a::…". */
static struct str last_word(struct str s)
{
    size_t depth = 0;
    for (size_t i = s.n; i-- > 0;) {
        char c = s.p[i];
        depth += c == ')' || c == '}' || c == ']';
        depth -= depth && (c == '(' || c == '{' || c == '[');
        if (c == ' ' && !depth)
            return str_sub(s, i + 1, s.n);
    }
    return s;
}

static struct str first_word(struct str s)
{
    size_t n = 0;
    while (n < s.n && is_word(s.p[n]))
        n++;
    return str_sub(s, 0, n);
}

/* "<alloc::vec::Vec<T> as core::ops::Drop>::drop" -> alloc; "<&'a mut T as core::ops::Drop>::drop" -> core.
 */
static bool of_rust(struct str name, struct str *out)
{
    static const char *const before[] = {"<", "&", "*", "[", "(", "mut ", "dyn ", "const ", NULL};
    if (!str_starts(name, STR("<")))
        return false;
    for (const char *const *b = before; *b;) {
        bool here = str_starts(name, str_of(*b));
        name = str_sub(name, here ? str_of(*b).n : 0, name.n);
        if (!here && str_starts(name, STR("'")) && str_find_char(name, ' ') != SIZE_MAX) {
            name = str_sub(name, str_find_char(name, ' ') + 1, name.n);
            here = true;
        }
        b = here ? before : b + 1;
    }
    for (;;) {
        *out = first_word(name);
        if (out->n && str_starts(str_sub(name, out->n, name.n), STR("::")))
            return true;
        size_t at = str_find(name, STR(" as "));
        if (at == SIZE_MAX)
            return false;
        name = str_sub(name, at + 4, name.n);
    }
}

/* "tokio::runtime::f" -> tokio; "node::Start" -> node; of "irange::set" it cannot be told. */
static bool of_path_of_names(struct str plain, struct str name, struct str *out)
{
    struct str s = last_word(plain);
    *out = first_word(s);
    if (!out->n || !str_starts(str_sub(s, out->n, s.n), STR("::")) || out->n + 2 >= s.n)
        return false;
    struct str inner = str_sub(s, out->n + 2, s.n);
    return str_find(inner, STR("::")) != SIZE_MAX || is_surely_outer(*out, inner, name);
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
    if (of_go(plain, &out) || ((is_jit || is_map) && of_erlang(name, &out)))
        return out;
    if ((is_jit || !module.n || is_map) && of_java(plain, &out, arena))
        return out;
    if (of_rust(name, &out))
        return out;
    if (!str_starts(name, STR("<")) && str_find(plain, STR(";::")) == SIZE_MAX &&
        of_path_of_names(plain, name, &out))
        return out;
    return is_map ? STR("[jit]") : base;
}
