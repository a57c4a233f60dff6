/* SPDX-License-Identifier: MIT
 *
 * Symbols hold blanks, parentheses, arrows and semicolons, and so may paths. Only two things are sure: the
 * address is the first word, and the dso is the last parenthesised group, with a blank before it. */
#include "ingest/perf_frame.h"

#include <string.h>

#define UNKNOWN STR("[unknown]")

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static struct str trim(struct str s)
{
    while (s.n && is_blank(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

static size_t digits_before(struct str s, size_t end, bool (*is)(char))
{
    size_t i = end;
    while (i && is(s.p[i - 1]))
        i--;
    return end - i;
}

/* ---- the module */

/* Where the last parenthesised group of s begins (s ends with ')'), or SIZE_MAX. Balanced if it can be: a dso
 * is "/x/y (deleted)"; else the last '(' after a blank and before a path, which may hold a single one. */
static size_t last_group(struct str s)
{
    size_t depth = 0, open = SIZE_MAX;
    for (size_t i = s.n; i-- > 0;) {
        if (s.p[i] == ')')
            depth++;
        if (s.p[i] != '(')
            continue;
        bool after_blank = i == 0 || is_blank(s.p[i - 1]);
        depth--;
        if (after_blank && open == SIZE_MAX)
            open = i;
        if (depth == 0) {
            if (after_blank)
                return i;
            break;
        }
    }
    if (open != SIZE_MAX)
        return open;
    for (size_t i = s.n; i-- > 0;)
        if (s.p[i] == '(' && (i == 0 || is_blank(s.p[i - 1])) && (s.p[i + 1] == '/' || s.p[i + 1] == '['))
            return i;
    return SIZE_MAX;
}

/* "StubRoutines (1)" without a dso: a number is none. */
static bool is_number(struct str s)
{
    return s.n && digits_before(s, s.n, is_digit) == s.n;
}

/* Without "+0x1a" at its end (-F +dsoff prints it for modules, perf for symbols). */
static struct str without_offset(struct str s)
{
    size_t k = digits_before(s, s.n, is_hex);
    if (k && k + 3 <= s.n && memcmp(s.p + s.n - k - 3, "+0x", 3) == 0)
        s.n -= k + 3;
    return s;
}

static struct str clean_module(struct str s)
{
    if (str_ends(s, STR(" (deleted)")))
        s.n -= sizeof " (deleted)" - 1;
    return without_offset(s);
}

/* Cuts the dso off the end of *rest. False: there is none, or it is cut (*is_cut). */
static bool take_module(struct str *rest, struct str *module, bool *is_cut)
{
    *is_cut = false;
    if (rest->n && rest->p[rest->n - 1] == ')') {
        if (str_ends(*rest, STR(") (deleted)")))
            rest->n -= sizeof " (deleted)" - 1;
        size_t at = last_group(*rest);
        if (at == SIZE_MAX || is_number(str_sub(*rest, at + 1, rest->n - 1)))
            return false;
        *module = clean_module(str_sub(*rest, at + 1, rest->n - 1));
        *rest = trim(str_sub(*rest, 0, at));
        return true;
    }
    for (size_t i = rest->n; i-- > 1;) {
        if (rest->p[i] != '(' || !is_blank(rest->p[i - 1]))
            continue;
        *is_cut = i + 1 < rest->n && (rest->p[i + 1] == '/' || rest->p[i + 1] == '[');
        if (*is_cut) {
            *module = str_sub(*rest, i + 1, rest->n);
            *rest = trim(str_sub(*rest, 0, i));
        }
        return false;
    }
    return false;
}

static struct str base_name(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? path : str_sub(path, slash + 1, path.n);
}

static bool starts_with_any(struct str s, const struct str *list)
{
    for (; list->n; list++)
        if (str_starts(s, *list))
            return true;
    return false;
}

static bool ends_with_any(struct str s, const struct str *list)
{
    for (; list->n; list++)
        if (str_ends(s, *list))
            return true;
    return false;
}

#define WORD(literal) {literal, sizeof(literal) - 1}
/* Mappings of a process that perf puts into brackets; every other bracketed name is the kernel's. */
static const struct str user_brackets[] = {WORD("[vdso"),     WORD("[vsyscall"), WORD("[vvar"),  WORD("[vectors"),
                                           WORD("[unknown]"), WORD("[heap"),     WORD("[stack"), WORD("[anon"),
                                           WORD("[uprobes"),  WORD("[sigpage"),  WORD("")};
/* Code made at run time, whether or not the symbol is known. */
static const struct str jit_brackets[] = {WORD("[java"), WORD("[jit"), WORD("[JIT"), WORD("")};
/* Memory without a file: code there was made at run time if somebody could name it. */
static const struct str nameless[] = {WORD("//anon"), WORD("[anon"), WORD("anon_inode:"), WORD("/memfd:"), WORD("memfd:"), WORD("")};
static const struct str kernel_objects[] = {WORD(".ko"), WORD(".ko.xz"), WORD(".ko.gz"), WORD(".ko.zst"), WORD("")};

enum frame_kind perf_module_kind(struct str module, bool named)
{
    struct str base = base_name(module);
    if (str_eq(module, STR("inlined")))
        return FRAME_INLINED;
    if (starts_with_any(module, jit_brackets) || str_find(module, STR("dalvik-jit-code-cache")) != SIZE_MAX)
        return FRAME_JIT;
    if (str_starts(base, STR("perf-")) && str_ends(base, STR(".map")))
        return FRAME_JIT;
    if (str_starts(base, STR("jitted-")) && str_ends(base, STR(".so")))
        return FRAME_JIT;
    if (named && starts_with_any(module, nameless))
        return FRAME_JIT;
    if (module.n && module.p[0] == '[')
        return starts_with_any(module, user_brackets) ? FRAME_USER : FRAME_KERNEL;
    if (str_starts(base, STR("vmlinu")) || str_starts(base, STR("bpf_prog_")) ||
        str_starts(base, STR("bpf_trampoline_")) || str_eq(module, STR("/proc/kcore")) ||
        ends_with_any(base, kernel_objects))
        return FRAME_KERNEL;
    return FRAME_USER;
}

/* ---- the symbol */

/* "+0x1f"; bpftrace's "+220"; simpleperf's "libxul.so[+745758]" for what it could not name. Not the decimal
 * of V8's "RegExp:a+1". */
static struct str clean_symbol(struct str s)
{
    struct str plain = without_offset(s);
    if (plain.n < s.n)
        return plain;
    if (s.n && s.p[s.n - 1] == ']') {
        size_t k = digits_before(s, s.n - 1, is_hex);
        if (k && k + 3 <= s.n && memcmp(s.p + s.n - k - 3, "[+", 2) == 0)
            return str_sub(s, 0, s.n - k - 3);
        return s;
    }
    size_t k = digits_before(s, s.n, is_digit);
    if (k && k + 1 < s.n && s.p[s.n - k - 1] == '+' && !is_blank(s.p[s.n - k - 2]) &&
        !str_starts(s, STR("RegExp:")))
        return str_sub(s, 0, s.n - k - 1);
    return s;
}

/* bpftrace names what it does not know by the address. */
static bool is_address(struct str name, struct str address)
{
    return str_starts(name, STR("0x")) && str_eq(str_sub(name, 2, name.n), address);
}

/* "Lpkg/Class;::method": a class in the JVM's own spelling. */
static bool is_java(struct str s)
{
    return s.n && s.p[0] == 'L' && str_find(s, STR(";::")) != SIZE_MAX;
}

bool perf_frame_parse(struct str line, struct perf_frame *out)
{
    size_t at = 0;
    while (at < line.n && is_blank(line.p[at]))
        at++;
    size_t end = at;
    while (end < line.n && is_hex(line.p[end]))
        end++;
    if (end == at || (end < line.n && !is_blank(line.p[end])))
        return false;
    struct str rest = trim(str_sub(line, end, line.n)), module = STR("");
    bool has_module = take_module(&rest, &module, &out->is_cut);
    struct str name = clean_symbol(rest);
    if (!name.n || is_address(name, str_sub(line, at, end)))
        name = UNKNOWN;
    bool named = !str_eq(name, UNKNOWN);
    out->kind = perf_module_kind(module, named);
    if (named && out->kind == FRAME_JIT && is_java(name) && str_find(name, STR("->")) == SIZE_MAX)
        name = str_sub(name, 1, name.n);
    bool nowhere = !has_module || out->kind == FRAME_INLINED || str_eq(module, UNKNOWN);
    out->module = nowhere ? STR("") : module;
    out->name = name;
    return true;
}

/* ---- inlined Java */

size_t perf_frame_parts(const struct perf_frame *whole, struct perf_frame *parts, size_t max)
{
    struct str rest = whole->name, part;
    size_t n = 0;
    while (whole->kind == FRAME_JIT && n < max) {
        size_t arrow = str_find(rest, STR("->L"));
        part = str_sub(rest, 0, arrow);
        if (!is_java(part) || (n == 0 && arrow == SIZE_MAX)) {
            n = 0;
            break;
        }
        parts[n] = (struct perf_frame){str_sub(part, 1, part.n), whole->module, n ? FRAME_INLINED : FRAME_JIT,
                                       whole->is_cut};
        n++;
        if (arrow == SIZE_MAX)
            break;
        rest = str_sub(rest, arrow + 2, rest.n);
    }
    if (n == 0 || n == max) {
        parts[0] = *whole;
        return 1;
    }
    for (size_t i = 0; i < n / 2; i++) {
        struct perf_frame caller = parts[i];
        parts[i] = parts[n - 1 - i];
        parts[n - 1 - i] = caller;
    }
    return n;
}
