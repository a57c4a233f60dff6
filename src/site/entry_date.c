/* SPDX-License-Identifier: MIT
 *
 * "2026-11-19", "20261119", "2026_11_19", with "T0315", "_03-15", "_03" behind it: as names of files have dates. */
#include "site/entry_date.h"

#include <string.h>

#include "base/timetext.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `n` digits at `at`; moves on. */
static bool take(struct str s, size_t *at, size_t n, char *to)
{
    for (size_t i = 0; i < n; i++)
        if (*at + i >= s.n || !is_digit(s.p[*at + i]))
            return false;
    memcpy(to, s.p + *at, n);
    *at += n;
    return true;
}

static void skip(struct str s, size_t *at, const char *any)
{
    if (*at < s.n && strchr(any, s.p[*at]))
        ++*at;
}

static bool date_at(struct str s, size_t at, int64_t *ns)
{
    char text[] = "0000-00-00T00:00:00Z";
    if (!take(s, &at, 4, text))
        return false;
    skip(s, &at, "-_.");
    if (!take(s, &at, 2, text + 5))
        return false;
    skip(s, &at, "-_.");
    if (!take(s, &at, 2, text + 8))
        return false;
    struct str day = {text, 10};
    if (at < s.n && is_digit(s.p[at]))
        return false; /* a longer number */
    size_t time = at;
    skip(s, &time, "T_-.");
    if (time > at && take(s, &time, 2, text + 11)) {
        skip(s, &time, ":-_h.");
        (void)take(s, &time, 2, text + 14);
        if ((time >= s.n || !is_digit(s.p[time])) && time_parse_instant(str_of(text), ns))
            return true;
    }
    return time_parse_instant(day, ns);
}

static bool date_in_name(struct str path, int64_t *ns)
{
    size_t slash = str_rfind_char(path, '/');
    struct str name = slash == SIZE_MAX ? path : str_sub(path, slash + 1, path.n);
    for (size_t i = 0; i + 8 <= name.n; i++)
        if ((i == 0 || !is_digit(name.p[i - 1])) && date_at(name, i, ns))
            return true;
    return false;
}

bool entry_date(const struct entry *e, const struct digest_profile *p, int64_t *date)
{
    int64_t ns;
    if (!time_parse_instant(entry_meta(e, STR("date")), &ns)) {
        if (p && p->has_clock)
            ns = p->clock_epoch_ns;
        else if (!date_in_name(e->path, &ns))
            return false;
    }
    *date = ns / NS_PER_S;
    return ns >= 0; /* a clock that was never set says 1970 or earlier */
}
