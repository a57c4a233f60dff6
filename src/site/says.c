/* SPDX-License-Identifier: MIT
 *
 * Words of the index. */
#include "site/says.h"

#include <string.h>

#include "base/arena.h"

void says_href(struct buf *out, struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/", c)))
            buf_char(out, (char)c);
        else
            buf_fmt(out, "%%%02X", c);
    }
}

struct str says_series(const struct series *of, struct arena *arena)
{
    if (!of->label.n)
        return of->event.n ? of->event : STR("all");
    return of->event.n ? str_fmt(arena, "%.*s (%.*s)", STR_ARG(of->label), STR_ARG(of->event)) : of->label;
}

struct str says_name(const struct site *s, const struct turn *t)
{
    return (t->is_package ? &s->packages : &s->functions)->at[t->name];
}

struct str says_turn(const struct site *s, const struct turn *t, struct arena *arena)
{
    struct str name = says_name(s, t);
    return str_fmt(arena, "%s%.*s, %s: %.2f %% -> %.2f %%", t->is_package ? "package " : "", STR_ARG(name),
                   t->is_total ? "total" : "self", t->before * 100, t->after * 100);
}

struct str says_sure(double p, struct arena *arena)
{
    double percent = 100 * (1 - p);
    if (p < 1e-6)
        return STR("> 99.9999 %");
    return p < 1e-4 ? str_fmt(arena, "%.4f %%", percent) : str_fmt(arena, "%.2f %%", percent);
}

struct str says_night(const struct site *s, size_t turn, uint32_t most, size_t *next, struct arena *arena)
{
    const struct turn *first = &s->turns.p[turn];
    struct str all = STR("");
    size_t n = 0;
    for (*next = turn; *next < s->turns.n && s->turns.p[*next].series == first->series && s->turns.p[*next].at == first->at;
         ++*next, n++)
        if (n < most) {
            struct str one = says_turn(s, &s->turns.p[*next], arena);
            all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), n ? "; " : "", STR_ARG(one));
        }
    return n > most ? str_fmt(arena, "%.*s; and %zu more", STR_ARG(all), n - most) : all;
}
