/* SPDX-License-Identifier: MIT
 *
 * Bottom-up merging of neighbouring runs. Of two runs only what overlaps is merged: the front of the left one that is
 * no later than the right one's first row stays, as does the end of the right one that is no earlier than the left one's
 * last row; and of the rest only the shorter part is copied out. */
#include "base/sort.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct sorting {
    unsigned char *rows;
    size_t size;
    int (*compare)(const void *a, const void *b);
    unsigned char *spare;
    size_t cap; /* rows */
    struct arena *arena;
};

static const void *row(const struct sorting *s, size_t i)
{
    return s->rows + i * s->size;
}

/* The first of [lo, hi) that comes after `key`; with `or_equal`, that does not come before it. */
static size_t bound(const struct sorting *s, size_t lo, size_t hi, const void *key, int or_equal)
{
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = s->compare(row(s, mid), key);
        if (c < 0 || (c == 0 && !or_equal))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void copy_out(struct sorting *s, size_t from, size_t n)
{
    if (n > s->cap) {
        arena_drop(s->arena, s->spare, s->cap, s->size);
        s->cap = n + n / 2;
        s->spare = arena_alloc(s->arena, s->cap, s->size);
    }
    memcpy(s->spare, row(s, from), n * s->size);
}

static void put(struct sorting *s, size_t to, const void *from)
{
    memcpy(s->rows + to * s->size, from, s->size);
}

/* With the left part copied out. */
static void merge_forwards(struct sorting *s, size_t lo, size_t mid, size_t hi)
{
    size_t n = mid - lo, i = 0, j = mid, k = lo;
    copy_out(s, lo, n);
    while (i < n) {
        const void *left = s->spare + i * s->size;
        bool take_left = j >= hi || s->compare(left, row(s, j)) <= 0;
        put(s, k++, take_left ? left : row(s, j));
        i += take_left;
        j += !take_left;
    }
}

/* With the right part copied out, from the end on. */
static void merge_backwards(struct sorting *s, size_t lo, size_t mid, size_t hi)
{
    size_t n = hi - mid, i = mid, k = hi;
    copy_out(s, mid, n);
    while (n) {
        const void *right = s->spare + (n - 1) * s->size;
        bool take_left = i > lo && s->compare(row(s, i - 1), right) > 0;
        put(s, --k, take_left ? row(s, i - 1) : right);
        i -= take_left;
        n -= !take_left;
    }
}

static void merge(struct sorting *s, size_t lo, size_t mid, size_t hi)
{
    if (mid >= hi || s->compare(row(s, mid - 1), row(s, mid)) <= 0)
        return;
    lo = bound(s, lo, mid, row(s, mid), 0);
    hi = bound(s, mid, hi, row(s, mid - 1), 1);
    if (mid - lo <= hi - mid)
        merge_forwards(s, lo, mid, hi);
    else
        merge_backwards(s, lo, mid, hi);
}

void sort_stable(void *rows, size_t n, size_t size, int (*compare)(const void *a, const void *b), struct arena *arena)
{
    struct sorting s = {.rows = rows, .size = size, .compare = compare, .arena = arena};
    size_t sorted = 1;
    while (sorted < n && compare(row(&s, sorted - 1), row(&s, sorted)) <= 0)
        sorted++;
    if (sorted >= n)
        return;
    for (size_t width = 1; width < n; width *= 2)
        for (size_t lo = 0; lo + width < n; lo += 2 * width)
            merge(&s, lo, lo + width, lo + 2 * width < n ? lo + 2 * width : n);
    arena_drop(arena, s.spare, s.cap, size);
}

#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)
#define FEW_DOUBLES 300
/* Below this nothing is as quick as moving each to its place: running medians sort nine, or thirty. */
#define HANDFUL 40

static int by_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* As unsigned numbers the bits of doubles are in their order, once those of negative ones are turned and the others' sign is set. */
static uint64_t ordered_bits(uint64_t bits)
{
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static uint64_t plain_bits(uint64_t bits)
{
    return bits >> 63 ? bits & ~(UINT64_C(1) << 63) : ~bits;
}

static void insert_each(double *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double x = v[i];
        size_t at = i;
        for (; at > 0 && v[at - 1] > x; at--)
            v[at] = v[at - 1];
        v[at] = x;
    }
}

/* Digit by digit, lowest first; a digit that all have in common costs one look. */
void sort_doubles(double *v, size_t n, struct arena *arena)
{
    if (n < HANDFUL) {
        insert_each(v, n);
        return;
    }
    if (n < FEW_DOUBLES) {
        qsort(v, n, sizeof *v, by_double);
        return;
    }
    struct arena_mark mark = arena_mark(arena);
    uint64_t *from = NEW_N(arena, uint64_t, n), *to = NEW_N(arena, uint64_t, n), *swap;
    size_t *at = NEW_N(arena, size_t, DIGITS);
    for (size_t i = 0; i < n; i++) {
        memcpy(&from[i], &v[i], sizeof *v);
        from[i] = ordered_bits(from[i]);
    }
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        memset(at, 0, DIGITS * sizeof *at);
        for (size_t i = 0; i < n; i++)
            at[from[i] >> shift & (DIGITS - 1)]++;
        if (at[from[0] >> shift & (DIGITS - 1)] == n)
            continue;
        for (size_t d = 0, sum = 0; d < DIGITS; d++) {
            size_t these = at[d];
            at[d] = sum;
            sum += these;
        }
        for (size_t i = 0; i < n; i++)
            to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
        swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < n; i++) {
        from[i] = plain_bits(from[i]);
        memcpy(&v[i], &from[i], sizeof *v);
    }
    arena_reset(arena, mark);
}

/* Hoare's find, as Wirth has it: parted about the number at k, the side that k is on again and again. */
float sort_nth(float *v, size_t n, size_t k)
{
    ptrdiff_t lo = 0, hi = (ptrdiff_t)n - 1, at = (ptrdiff_t)k;
    while (lo < hi) {
        ptrdiff_t i = lo, j = hi;
        float about = v[at];
        while (i <= j) {
            while (v[i] < about)
                i++;
            while (about < v[j])
                j--;
            if (i > j)
                break;
            float x = v[i];
            v[i++] = v[j];
            v[j--] = x;
        }
        if (j < at)
            lo = i;
        if (at < i)
            hi = j;
    }
    return v[at];
}
