/* SPDX-License-Identifier: MIT
 *
 * Integer arithmetic of ranges and cells. In: times in nanoseconds or offsets in steps; out: steps. Products
 * of two u32 are taken in u64, so nothing here can overflow. */
#include "analyse/window.h"

/* First step at or after ns; times before the origin begin with the profile. */
static uint32_t step_at(const struct profile *p, int64_t ns)
{
    if (ns <= 0)
        return 0;
    int64_t step = ns / p->step_ns + (ns % p->step_ns != 0);
    return step < (int64_t)UINT32_MAX ? (uint32_t)step : UINT32_MAX;
}

struct range window_range(const struct profile *p, int64_t from_ns, int64_t to_ns)
{
    struct range r = {step_at(p, from_ns), step_at(p, to_ns)};
    if (r.to < r.from)
        r.to = r.from;
    return r;
}

uint32_t window_row_edge(uint32_t j, uint32_t period_steps, uint32_t rows)
{
    return (uint32_t)(((uint64_t)j * period_steps + rows - 1) / rows);
}

/* The last j with ceil(j * period / rows) <= offset, which is j * period <= offset * rows. */
uint32_t window_row_of(uint32_t offset, uint32_t period_steps, uint32_t rows)
{
    return (uint32_t)((uint64_t)offset * rows / period_steps);
}

static uint32_t first_point_at(const struct profile *p, uint32_t step)
{
    uint32_t lo = 0, hi = p->n_points;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (point_time(p, mid) < step)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void window_points(const struct profile *p, struct range r, uint32_t *first, uint32_t *last)
{
    *first = first_point_at(p, r.from);
    *last = r.to > r.from ? first_point_at(p, r.to) : *first;
}
