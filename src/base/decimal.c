/* SPDX-License-Identifier: MIT
 *
 * One pass over the digits. */
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "12.5e3": rare, so a double will do. */
static bool with_exponent(struct str s, int64_t scale, int64_t *out)
{
    char room[64], *end;
    if (s.n >= sizeof room)
        return false;
    memcpy(room, s.p, s.n);
    room[s.n] = 0;
    double d = strtod(room, &end) * (double)scale;
    if (end != room + s.n || !(d > -9e18 && d < 9e18))
        return false;
    *out = (int64_t)d;
    return true;
}

bool decimal_scaled(struct str s, int64_t scale, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-', fraction = false, any = false;
    int64_t v = 0, unit = scale;
    for (size_t i = minus; i < s.n; i++) {
        char c = s.p[i];
        if (c == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if ((c == 'e' || c == 'E') && any)
            return with_exponent(s, scale, out);
        if (c < '0' || c > '9')
            return false;
        any = true;
        if (fraction && (unit % 10 || unit < 10)) /* finer than the scale can say */
            continue;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, c - '0', &v))
            return false;
        if (fraction)
            unit /= 10;
    }
    if (!any || __builtin_mul_overflow(v, unit, &v))
        return false;
    *out = minus ? -v : v;
    return true;
}

bool decimal_double(struct str s, double *out)
{
    char room[64], *end;
    if (!s.n || s.n >= sizeof room)
        return false;
    memcpy(room, s.p, s.n);
    room[s.n] = 0;
    *out = strtod(room, &end);
    /* strtod takes more than numbers: "inf", "0x1p3", blanks in front. */
    return end == room + s.n && strspn(room, "0123456789+-.eE") == s.n && isfinite(*out);
}

size_t decimal_grouped(uint64_t n, char out[static DECIMAL_GROUPED])
{
    char digits[DECIMAL_GROUPED];
    size_t at = sizeof digits, k = 0;
    do {
        if (k && k % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + n % 10);
        k++;
    } while (n /= 10);
    memcpy(out, digits + at, sizeof digits - at);
    return sizeof digits - at;
}
