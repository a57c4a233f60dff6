/* SPDX-License-Identifier: MIT
 *
 * Waves of the recordings -> variance of a difference and its degrees of freedom. The reasons stand in
 * noise.h. */
#include "compare/noise.h"

#include <math.h>

#include "compare/student.h"

/* With fewer bases, nights that happen to be alike must not make noise look smaller than one night shows it.
 */
#define NIGHTS_TO_TRUST 5u
/* Functions go up and down together: no more degrees of freedom from all of them than this many times those
 * of one. */
#define ALIKE 4.0
/* Shares below this scatter too coarsely to say anything about nights. */
#define LEAST_SHARE 0.002

double noise_of_ratio(double part, const double *part_wave, double whole, const double *whole_wave,
                      uint32_t n_waves)
{
    double sum = 0, share = whole > 0 ? part / whole : 0;
    for (uint32_t j = 0; j < n_waves; j++) {
        double residual = part_wave[j] - share * whole_wave[j];
        sum += residual * residual;
    }
    return n_waves && whole > 0 ? 2 * sum / n_waves / (whole * whole) : 0;
}

static double chance(double share)
{
    return share < 1 ? share * (1 - share) : 0;
}

void noise_within(struct series *s, const struct measured *m, uint32_t n_bases)
{
    double seen = 0, expected = 0, sum = 0;
    for (uint32_t k = 0; k <= n_bases; k++) {
        seen += m[k].n_waves * s->noise[k] * m[k].n_independent;
        expected += m[k].n_waves * chance(s->share[k]);
        sum += k < n_bases ? s->share[k] : 0;
    }
    s->within = expected > 0 && seen > expected ? seen / expected : 1;
    s->mean = sum / n_bases;
    s->scatter = 0;
    for (uint32_t k = 0; k < n_bases; k++)
        s->scatter += (s->share[k] - s->mean) * (s->share[k] - s->mean) / (n_bases > 1 ? n_bases - 1 : 1);
    double all = (s->mean * n_bases + s->share[n_bases]) / (n_bases + 1);
    s->chance = chance(all);
}

/* Variance of the share in recording k without what differs from night to night. */
static double within(const struct series *s, const struct measured *m, uint32_t k, double design)
{
    double own = chance(s->share[k]), n = m[k].n_independent;
    return design * (own > s->chance ? own : s->chance) / (n > 1 ? n : 1);
}

static double mean_within(const struct series *s, const struct measured *m, uint32_t n, double design)
{
    double sum = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += within(s, m, k, design);
    return sum / n;
}

static double square(double x)
{
    return x * x;
}

/* Smyth's moments of the logarithms of ratios that are each chi square with d degrees of freedom by a common,
 * itself scattered, scale. */
static void fit_common(const double *ratio, uint32_t n, double d, struct nights *out)
{
    double mean = 0, spread = 0;
    for (uint32_t i = 0; i < n; i++)
        mean += (log(ratio[i]) - student_digamma(d / 2) + log(d / 2)) / n;
    for (uint32_t i = 0; i < n; i++)
        spread += square(log(ratio[i]) - student_digamma(d / 2) + log(d / 2) - mean) / (n - 1);
    spread -= student_trigamma(d / 2);
    out->df = spread > 0 ? 2 * student_trigamma_inverse(spread) : INFINITY;
    out->common = exp(mean + (out->df < 1e6 ? student_digamma(out->df / 2) - log(out->df / 2) : 0));
    if (out->df > ALIKE * d)
        out->df = ALIKE * d;
}

struct nights noise_nights(const struct series *s, uint32_t n_series, const struct measured *m,
                           uint32_t n_bases, struct arena *scratch)
{
    struct nights out = {n_bases, 0, 1, 0};
    double surplus = 0, size = 0, *ratio = NEW_N(scratch, double, (size_t)n_series + 1);
    uint32_t n = 0;
    if (n_bases < 2)
        return out;
    for (uint32_t i = 0; i < n_series; i++) {
        if (s[i].mean < LEAST_SHARE)
            continue;
        surplus += s[i].scatter - mean_within(&s[i], m, n_bases, s[i].within);
        size += square(chance(s[i].mean));
    }
    out.proportional = size > 0 && surplus > 0 ? surplus / size : 0;
    for (uint32_t i = 0; i < n_series; i++) {
        double expected =
            mean_within(&s[i], m, n_bases, s[i].within) + out.proportional * square(chance(s[i].mean));
        if (s[i].mean >= LEAST_SHARE && s[i].scatter > 0 && expected > 0)
            ratio[n++] = s[i].scatter / expected;
    }
    if (n >= 3)
        fit_common(ratio, n, n_bases - 1, &out);
    if (n_bases < NIGHTS_TO_TRUST && out.common < 1)
        out.common = 1;
    return out;
}

/* Satterthwaite: a sum of two estimates, as sure as its parts. */
static double degrees(double known, double known_df, double rest, double rest_df)
{
    double sum = known + rest;
    return sum > 0 ? sum * sum / (square(known) / known_df + square(rest) / rest_df) : known_df;
}

struct noise noise_of(const struct series *s, const struct nights *nights, const struct measured *m)
{
    uint32_t n = nights->n;
    double waves = 0, d = n - 1, ratio = 1, moved = nights->proportional * square(chance(s->mean));
    double bases = mean_within(s, m, n, s->within), inside = within(s, m, n, s->within) + bases / n;
    double least = within(s, m, n, 1) + mean_within(s, m, n, 1) / n;
    for (uint32_t k = 0; k <= n; k++)
        waves += m[k].n_waves;
    if (n > 1 && bases + moved > 0) {
        ratio = (nights->df * nights->common + d * s->scatter / (bases + moved)) / (nights->df + d);
        if (n < NIGHTS_TO_TRUST && ratio < 1)
            ratio = 1;
    }
    struct noise out = {ratio * (inside + moved * (1 + 1.0 / n)), nights->df + d};
    if (out.variance < least)
        out.variance = least;
    if (waves > 0 && out.variance >= inside)
        out.df = n > 1 ? degrees(inside, waves, out.variance - inside, nights->df + d) : waves;
    return out;
}
