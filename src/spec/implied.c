/* SPDX-License-Identifier: MIT
 *
 * What stands in for a spec, and for what a spec leaves out: defaults, ids and titles from file names. */
#include <string.h>

#include "base/arena.h"
#include "spec/spec.h"

static const char *const endings[] = {".gz",          ".zst",    ".txt",  ".json", ".data", ".cpuprofile",
                                      ".heapprofile", ".folded", ".html", ".yaml", ".yml"};

static bool strip_ending(struct str *s)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct str ending = str_of(endings[i]);
        if (s->n > ending.n && str_ends(*s, ending)) {
            s->n -= ending.n;
            return true;
        }
    }
    return false;
}

struct str spec_stem(struct str path)
{
    if (str_eq(path, STR("-")))
        return STR("stdin");
    size_t slash = str_rfind_char(path, '/');
    struct str s = slash == SIZE_MAX ? path : str_sub(path, slash + 1, path.n);
    while (strip_ending(&s))
        ;
    return s;
}

struct profile_spec spec_default_profile(void)
{
    struct profile_spec p = {.format.s = STR("auto")};
    p.filter.from_ns = INT64_MIN;
    p.filter.to_ns = INT64_MAX;
    return p;
}

static bool is_taken(struct str id, const struct profile_spec *others, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(others[i].id.s, id))
            return true;
    return false;
}

struct str spec_unique_id(struct str wanted, const struct profile_spec *others, uint32_t n,
                          struct arena *arena)
{
    struct str clean = str_dup(wanted.n ? wanted : STR("profile"), arena);
    char *p = (char *)(uintptr_t)clean.p; /* our own copy */
    for (size_t i = 0; i < clean.n; i++) {
        bool letter =
            (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= '0' && p[i] <= '9');
        if (!letter && p[i] != '_' && p[i] != '.' && p[i] != '-')
            p[i] = '-';
    }
    struct str id = clean;
    for (uint32_t k = 2; is_taken(id, others, n); k++)
        id = str_fmt(arena, "%.*s-%u", STR_ARG(clean), k);
    return id;
}

void spec_implied(const struct str *paths, uint32_t n, struct spec *out, struct arena *arena)
{
    *out = (struct spec){.path = STR(""), .folder = STR("")};
    out->profiles = NEW_N(arena, struct profile_spec, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct profile_spec *p = &out->profiles[i];
        *p = spec_default_profile();
        p->source.s = str_dup(paths[i], arena);
        p->sources = &p->source;
        p->n_sources = 1;
        p->title.s = spec_stem(p->source.s);
        p->id.s = spec_unique_id(p->title.s, out->profiles, i, arena);
        out->n_profiles++;
    }
    out->title.s = n ? out->profiles[0].title.s : STR("");
}
