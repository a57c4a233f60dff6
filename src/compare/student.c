/* SPDX-License-Identifier: MIT
 *
 * Student's t through the incomplete beta function (Lentz's continued fraction), digamma and trigamma through
 * recurrence and asymptotic series. Checked against tables in tests/unit/student_test.c. */
#include "compare/student.h"

#include <math.h>

#define TINY 1e-300

/* Continued fraction of the incomplete beta function; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1), f;
    d = 1 / (fabs(d) < TINY ? TINY : d);
    f = d;
    for (int m = 1; m <= 300; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + even * d, c = 1 + even / c;
        d = 1 / (fabs(d) < TINY ? TINY : d), c = fabs(c) < TINY ? TINY : c;
        f *= d * c;
        d = 1 + odd * d, c = 1 + odd / c;
        d = 1 / (fabs(d) < TINY ? TINY : d), c = fabs(c) < TINY ? TINY : c;
        f *= d * c;
        if (fabs(d * c - 1) < 1e-14)
            break;
    }
    return f;
}

static double beta_part(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_p(double t, double df)
{
    return beta_part(df / 2, 0.5, df / (df + t * t));
}

double student_t(double p, double df)
{
    double low = 0, high = 1;
    while (student_p(high, df) > p && high < 1e12)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (student_p(middle, df) > p)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double student_digamma(double x)
{
    double sum = 0;
    for (; x < 10; x++)
        sum -= 1 / x;
    double y = 1 / (x * x);
    return sum + log(x) - 0.5 / x - y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y / 240)));
}

double student_trigamma(double x)
{
    double sum = 0;
    for (; x < 10; x++)
        sum += 1 / (x * x);
    double y = 1 / (x * x);
    return sum + 1 / x + y / 2 + y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y / 30)));
}

/* Trigamma falls from infinity to 0. */
double student_trigamma_inverse(double y)
{
    double low = 1e-4, high = 1e8;
    for (int i = 0; i < 200; i++) {
        double middle = sqrt(low * high);
        if (student_trigamma(middle) > y)
            low = middle;
        else
            high = middle;
    }
    return sqrt(low * high);
}
