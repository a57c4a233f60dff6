/* SPDX-License-Identifier: MIT
 *
 * Digits are read as integers; no doubles, so 0.1 s is 100,000,000 ns everywhere. Days since 1970 by the
 * civil-from-days formulas of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain).
 */
#include "base/timetext.h"

#include <string.h>

#include "base/arena.h"

static const struct unit {
    const char *name;
    int64_t ns;
} units[] = {
    {"ns", 1},       {"us", 1000},      {"\xc2\xb5s", 1000},    {"\xce\xbcs", 1000},  {"ms", 1000000},
    {"s", NS_PER_S}, {"sec", NS_PER_S}, {"min", 60 * NS_PER_S}, {"m", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* whole.fraction * unit, exactly. */
static bool scaled(struct str whole, struct str fraction, int64_t unit, int64_t *ns)
{
    uint64_t w = 0;
    if (whole.n && !str_u64(whole, &w))
        return false;
    if (w > (uint64_t)(INT64_MAX / unit))
        return false;
    int64_t value = (int64_t)w * unit, place = unit;
    for (size_t i = 0; i < fraction.n; i++) {
        int64_t digit = fraction.p[i] - '0';
        if (digit && (place < 10 || place % 10))
            return false; /* finer than a nanosecond */
        place /= 10;
        if (value > INT64_MAX - digit * place)
            return false;
        value += digit * place;
    }
    *ns = value;
    return true;
}

static bool parse_with_unit(struct str s, int64_t bare, int64_t *ns, int64_t *unit_seen)
{
    s = str_trim(s);
    size_t i = 0;
    while (i < s.n && is_digit(s.p[i]))
        i++;
    struct str whole = str_sub(s, 0, i), fraction = STR("");
    if (i < s.n && s.p[i] == '.') {
        size_t from = ++i;
        while (i < s.n && is_digit(s.p[i]))
            i++;
        fraction = str_sub(s, from, i);
    }
    if (!whole.n && !fraction.n)
        return false;
    struct str name = str_trim(str_sub(s, i, s.n));
    int64_t unit = bare;
    *unit_seen = 0;
    if (name.n) {
        unit = 0;
        for (size_t u = 0; u < sizeof units / sizeof *units; u++)
            if (str_eq(name, str_of(units[u].name)))
                unit = *unit_seen = units[u].ns;
    }
    return unit && scaled(whole, fraction, unit, ns);
}

bool time_parse(struct str s, int64_t unit_ns, int64_t *ns)
{
    int64_t seen;
    return parse_with_unit(s, unit_ns, ns, &seen);
}

bool time_parse_range(struct str s, int64_t *from_ns, int64_t *to_ns)
{
    size_t dots = str_find(s, STR(".."));
    if (dots == SIZE_MAX)
        return false;
    int64_t unit_from, unit_to;
    struct str a = str_sub(s, 0, dots), b = str_sub(s, dots + 2, s.n);
    if (!parse_with_unit(b, NS_PER_S, to_ns, &unit_to) || !parse_with_unit(a, NS_PER_S, from_ns, &unit_from))
        return false;
    if (!unit_from && unit_to && !parse_with_unit(a, unit_to, from_ns, &unit_from))
        return false;
    return *from_ns < *to_ns;
}

static bool fixed(struct str s, size_t at, size_t n, int64_t *out)
{
    uint64_t v;
    if (at + n > s.n || !str_u64(str_sub(s, at, at + n), &v))
        return false;
    *out = (int64_t)v;
    return true;
}

static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_from_days(int64_t z, int64_t *y, int64_t *m, int64_t *d)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = yoe + era * 400 + (*m <= 2);
}

bool time_parse_instant(struct str s, int64_t *epoch_ns)
{
    int64_t y, mo, d, h = 0, mi = 0, sec = 0, ns = 0, offset = 0;
    s = str_trim(s);
    if (!fixed(s, 0, 4, &y) || !fixed(s, 5, 2, &mo) || !fixed(s, 8, 2, &d) || s.p[4] != '-' || s.p[7] != '-')
        return false;
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (mo < 1 || mo > 12 || d < 1 || d > days[mo - 1] + (mo == 2 && leap) || y < 1970 || y > 2200)
        return false;
    size_t at = 10;
    if (s.n > at) {
        if ((s.p[at] != 'T' && s.p[at] != 't' && s.p[at] != ' ') || !fixed(s, 11, 2, &h) ||
            !fixed(s, 14, 2, &mi) || s.p[13] != ':')
            return false;
        at = 16;
        if (s.n > at && s.p[at] == ':') {
            if (!fixed(s, 17, 2, &sec))
                return false;
            at = 19;
        }
        if (h > 23 || mi > 59 || sec > 60)
            return false;
        if (at == 19 && s.n > at && s.p[at] == '.') {
            size_t from = ++at;
            while (at < s.n && is_digit(s.p[at]))
                at++;
            if (from == at || !scaled(STR(""), str_sub(s, from, at), NS_PER_S, &ns))
                return false;
        }
        struct str zone = str_sub(s, at, s.n);
        if (zone.n == 6 && (zone.p[0] == '+' || zone.p[0] == '-') && zone.p[3] == ':') {
            int64_t oh, om;
            if (!fixed(zone, 1, 2, &oh) || !fixed(zone, 4, 2, &om) || oh > 14 || om > 59)
                return false;
            offset = (oh * 3600 + om * 60) * (zone.p[0] == '-' ? -1 : 1);
        } else if (!str_eq(zone, STR("Z")) && !str_eq(zone, STR("z"))) {
            return false; /* a time without a zone means nothing to a reader elsewhere */
        }
    }
    *epoch_ns = (days_from_civil(y, mo, d) * 86400 + h * 3600 + mi * 60 + sec - offset) * NS_PER_S + ns;
    return true;
}

/* value / unit as a decimal without trailing zeros. */
static struct str decimal(int64_t ns, int64_t unit, struct arena *arena)
{
    const char *sign = ns < 0 ? "-" : "";
    uint64_t v = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t whole = v / (uint64_t)unit, rest = v % (uint64_t)unit;
    if (!rest)
        return str_fmt(arena, "%s%llu", sign, (unsigned long long)whole);
    char digits[24];
    size_t n = 0;
    for (uint64_t place = (uint64_t)unit / 10; place && rest; place /= 10) {
        digits[n++] = (char)('0' + rest / place);
        rest %= place;
    }
    return str_fmt(arena, "%s%llu.%.*s", sign, (unsigned long long)whole, (int)n, digits);
}

struct str time_seconds(int64_t ns, struct arena *arena)
{
    return decimal(ns, NS_PER_S, arena);
}

struct str time_text(int64_t ns, struct arena *arena)
{
    int64_t v = ns >= 0 ? ns : ns == INT64_MIN ? INT64_MAX : -ns;
    if (v >= 60 * NS_PER_S) {
        int64_t h = v / (3600 * NS_PER_S), m = v / (60 * NS_PER_S) % 60, s = v % (60 * NS_PER_S);
        struct str out = str_fmt(arena, "%s", ns < 0 ? "-" : "");
        if (h)
            out = str_fmt(arena, "%.*s%lld h", STR_ARG(out), (long long)h);
        if (m)
            out = str_fmt(arena, "%.*s%s%lld min", STR_ARG(out), h ? " " : "", (long long)m);
        if (s) {
            struct str seconds = decimal(s, NS_PER_S, arena);
            out = str_fmt(arena, "%.*s %.*s s", STR_ARG(out), STR_ARG(seconds));
        }
        return out;
    }
    static const struct unit shown[] = {{"s", NS_PER_S}, {"ms", 1000000}, {"\xc2\xb5s", 1000}, {"ns", 1}};
    size_t u = 0;
    while (u < 3 && v < shown[u].ns && v)
        u++;
    struct str number = decimal(ns, shown[u].ns, arena);
    return str_fmt(arena, "%.*s %s", STR_ARG(number), shown[u].name);
}

struct str time_instant(int64_t epoch_ns, struct arena *arena)
{
    int64_t s = epoch_ns / NS_PER_S, ns = epoch_ns % NS_PER_S, y, m, d;
    if (ns < 0)
        ns += NS_PER_S, s--;
    int64_t day = s / 86400, in_day = s % 86400;
    if (in_day < 0)
        in_day += 86400, day--;
    civil_from_days(day, &y, &m, &d);
    struct str out =
        str_fmt(arena, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld", (long long)y, (long long)m, (long long)d,
                (long long)(in_day / 3600), (long long)(in_day / 60 % 60), (long long)(in_day % 60));
    if (ns) {
        struct str fraction = decimal(ns, NS_PER_S, arena);
        out = str_fmt(arena, "%.*s%.*s", STR_ARG(out), (int)fraction.n - 1, fraction.p + 1);
    }
    return str_fmt(arena, "%.*sZ", STR_ARG(out));
}
