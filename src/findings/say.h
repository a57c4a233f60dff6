/* SPDX-License-Identifier: MIT
 *
 * Words of the findings: times as one says them, lists, names of threads. */
#ifndef FINDINGS_SAY_H
#define FINDINGS_SAY_H

#include "findings/scene.h"

/* "3 ms", "1.02 s", "2 min 5 s": three digits. */
struct str say_time(double seconds, struct arena *arena);
/* To `digits` digits, for periods: "1.0203 s". */
struct str say_period(double seconds, double error, struct arena *arena);
/* A moment of the profile, counted from the origin: "34.1 s". */
struct str say_moment(const struct scene *s, double seconds, struct arena *arena);
/* "at 34.1 s", "at 34.1 s and again at 94.12 s", "8 times: at 8.4 s, …"; where they come at equal distances,
 * "every 15 s, 5 times, first at 9.61 s". */
struct str say_when(const struct scene *s, const double *at, uint32_t n, struct arena *arena);
/* The distance of moments that come at equal distances; 0 when these do not. */
double say_regular(const struct scene *s, const double *at, uint32_t n);
/* A name, cut where a sentence could not hold it. */
struct str say_short(struct str name, struct arena *arena);
/* "31,204". */
struct str say_count(uint64_t n, struct arena *arena);
/* To two or three digits; what is larger as a whole number. */
struct str say_number(double value, struct arena *arena);
struct str say_share(double share, struct arena *arena);
/* Its name; with its number where others of that name run, too. */
struct str say_thread(const struct scene *s, uint32_t thread, struct arena *arena);
/* "chance 10^-12 that …" without the words: "1e-12"; never below 1e-300. */
struct str say_chance(double nepers, struct arena *arena);

#endif
