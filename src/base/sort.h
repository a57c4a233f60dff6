/* SPDX-License-Identifier: MIT
 *
 * A stable sort for what is nearly in order: rows that are in order already cost one pass and no memory, rows that are
 * out of order by little cost memory for as much as is out of order. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

struct arena;

/* `size` at most 64. What it needs besides is given back to the arena. */
void sort_stable(void *rows, size_t n, size_t size, int (*compare)(const void *a, const void *b), struct arena *arena);

/* Numbers, ascending, by their bits; no NaN. Many sort ten times as fast as by comparing, for as much memory again while it runs. */
void sort_doubles(double *v, size_t n, struct arena *arena);
/* The number that would stand at k (below n, from 0) if they were sorted; changes their order. No NaN. Linear on
 * average, quadratic at worst: for few. */
float sort_nth(float *v, size_t n, size_t k);

#endif
