/* SPDX-License-Identifier: MIT
 *
 * Words of the findings. Every number goes through here, so that none shows more digits than it has. */
#include "findings/say.h"

#include <math.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/timetext.h"

/* Moments that come at equal distances: so many at least, and within this share of the distance. */
#define REGULAR_LEAST 4u
#define REGULAR_SHARE 0.03
#define NAME_BYTES 60u

static int decimals_for(double value, int digits)
{
    int whole = value >= 1  ? (int)floor(log10(value) + 1e-9) + 1
                : value > 0 ? (int)floor(log10(value)) + 1
                            : 1;
    int d = digits - whole;
    return d < 0 ? 0 : d > 9 ? 9 : d;
}

static struct str trimmed(double value, int decimals, struct arena *arena)
{
    struct str s = str_fmt(arena, "%.*f", decimals, value);
    if (str_find_char(s, '.') == SIZE_MAX)
        return s;
    while (s.n && s.p[s.n - 1] == '0')
        s.n--;
    if (s.n && s.p[s.n - 1] == '.')
        s.n--;
    return s;
}

static struct str with_unit(double value, int decimals, const char *unit, struct arena *arena)
{
    struct str s = trimmed(value, decimals, arena);
    return str_fmt(arena, "%.*s %s", STR_ARG(s), unit);
}

static struct str say(double seconds, int digits, struct arena *arena)
{
    if (seconds >= 7199.5) {
        double minutes = floor(seconds / 60 + 0.5), hours = floor(minutes / 60), rest = minutes - 60 * hours;
        return rest > 0 ? str_fmt(arena, "%.0f h %.0f min", hours, rest) : str_fmt(arena, "%.0f h", hours);
    }
    if (seconds >= 119.5) {
        double minutes = floor(seconds / 60), rest = floor(seconds - 60 * minutes + 0.5);
        if (rest >= 60) {
            minutes++;
            rest = 0;
        }
        return rest > 0 ? str_fmt(arena, "%.0f min %.0f s", minutes, rest)
                        : str_fmt(arena, "%.0f min", minutes);
    }
    if (seconds >= 0.9995)
        return with_unit(seconds, decimals_for(seconds, digits), "s", arena);
    if (seconds >= 0.0009995)
        return with_unit(seconds * 1e3, decimals_for(seconds * 1e3, digits), "ms", arena);
    return with_unit(seconds * 1e6, decimals_for(seconds * 1e6, digits), "µs", arena);
}

struct str say_time(double seconds, struct arena *arena)
{
    return say(seconds, seconds >= 10 || seconds < 1 ? 2 + (seconds * 1e3 >= 100 && seconds < 1) : 3, arena);
}

struct str say_period(double seconds, double error, struct arena *arena)
{
    int digits = 3;
    double short_form = seconds > 0 ? pow(10, floor(log10(seconds)) - 2) : 1;
    short_form *= floor(seconds / short_form + 0.5);
    if (fabs(short_form - seconds) < 3 * error + 1.5e-4 * seconds)
        return say(short_form, 3, arena);
    while (digits < 6 && error * 2 < seconds * pow(10, -digits))
        digits++;
    return say(seconds, digits > 4 ? 4 : digits, arena);
}

struct str say_moment(const struct scene *s, double seconds, struct arena *arena)
{
    double at = (s->begin_steps * s->step_s) + seconds;
    if (at >= 3600) /* of a day nobody counts the seconds */
        return time_text((int64_t)(floor(at * 10 + 0.5) * 1e8), arena);
    struct str t = trimmed(at, 2, arena);
    return str_fmt(arena, "%.*s s", STR_ARG(t));
}

double say_regular(const struct scene *s, const double *at, uint32_t n)
{
    if (n < REGULAR_LEAST)
        return 0;
    /* a line through them, and how far the farthest is from it */
    double k0 = (n - 1) / 2.0, t0 = 0, kk = 0, kt = 0, worst = 0;
    for (uint32_t i = 0; i < n; i++)
        t0 += at[i] / n;
    for (uint32_t i = 0; i < n; i++) {
        kk += (i - k0) * (i - k0);
        kt += (i - k0) * (at[i] - t0);
    }
    double period = kt / kk;
    for (uint32_t i = 0; i < n; i++) {
        double off = fabs(at[i] - t0 - (i - k0) * period);
        worst = off > worst ? off : worst;
    }
    double slack = REGULAR_SHARE * period + 2 * s->interval;
    /* so many within the slack by chance: one in a thousand at most */
    return (n - 2) * log(period / (2 * slack)) > 6.9 && worst < slack ? period : 0;
}

struct str say_when(const struct scene *s, const double *at, uint32_t n, struct arena *arena)
{
    struct str first = say_moment(s, at[0], arena);
    double period = say_regular(s, at, n);
    if (period > 0) {
        struct str every = say_period(period, REGULAR_SHARE * period / n, arena), times = say_count(n, arena);
        return str_fmt(arena, "every %.*s, %.*s times, first at %.*s", STR_ARG(every), STR_ARG(times),
                       STR_ARG(first));
    }
    if (n == 1)
        return str_fmt(arena, "at %.*s", STR_ARG(first));
    struct str second = say_moment(s, at[1], arena);
    if (n == 2)
        return str_fmt(arena, "at %.*s and again at %.*s", STR_ARG(first), STR_ARG(second));
    struct str third = say_moment(s, at[2], arena), times = say_count(n, arena);
    return n == 3 ? str_fmt(arena, "3 times: at %.*s, %.*s and %.*s", STR_ARG(first), STR_ARG(second),
                            STR_ARG(third))
                  : str_fmt(arena, "%.*s times: at %.*s, %.*s, %.*s, …", STR_ARG(times), STR_ARG(first),
                            STR_ARG(second), STR_ARG(third));
}

struct str say_short(struct str name, struct arena *arena)
{
    size_t n = NAME_BYTES;
    if (name.n <= n)
        return name;
    while (n && ((unsigned char)name.p[n] & 0xc0) == 0x80) /* not inside of a character */
        n--;
    return str_fmt(arena, "%.*s…", (int)n, name.p);
}

struct str say_count(uint64_t n, struct arena *arena)
{
    char digits[DECIMAL_GROUPED];
    return str_dup((struct str){digits, decimal_grouped(n, digits)}, arena);
}

struct str say_number(double value, struct arena *arena)
{
    if (value >= 999.5 && value < 1e18)
        return say_count((uint64_t)(value + 0.5), arena);
    return trimmed(value, decimals_for(value, value >= 100 ? 3 : 2), arena);
}

struct str say_share(double share, struct arena *arena)
{
    struct str s = trimmed(share * 100, decimals_for(share * 100, 2), arena);
    return str_fmt(arena, "%.*s %%", STR_ARG(s));
}

struct str say_thread(const struct scene *s, uint32_t thread, struct arena *arena)
{
    const struct thread *t = &s->p->threads[thread];
    struct str name = say_short(s->p->names[t->comm], arena);
    for (uint32_t i = 0; i < s->p->n_threads && t->tid != ID_NONE; i++)
        if (i != thread && s->p->threads[i].comm == t->comm && s->samples_of[i])
            return str_fmt(arena, "%.*s (thread %u)", STR_ARG(name), t->tid);
    return name;
}

struct str say_chance(double nepers, struct arena *arena)
{
    double ten = nepers / 2.302585093;
    return ten > 300 ? STR("1e-300") : ten < 1 ? STR("0.1") : str_fmt(arena, "1e-%.0f", floor(ten));
}
