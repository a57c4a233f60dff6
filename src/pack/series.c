/* SPDX-License-Identifier: MIT
 *
 * Series after series: distances of times, and doubles as IEEE 754 has them, little-endian. */
#include "pack/series.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

const char *const series_column_name[SERIES_COLUMNS] = {"time", "value"};

static void put_double(struct buf *out, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    for (unsigned i = 0; i < 8; i++)
        buf_char(out, (char)(bits >> 8 * i));
}

static double get_double(struct varint_reader *r)
{
    uint64_t bits = 0;
    double v;
    for (unsigned i = 0; i < 8; i++)
        bits |= (uint64_t)varint_byte(r) << 8 * i;
    memcpy(&v, &bits, sizeof v);
    return v;
}

void series_write(const struct profile *p, struct buf *columns)
{
    for (uint32_t k = 0; k < p->n_series; k++) {
        const struct counter_series *s = &p->series[k];
        for (uint32_t i = 0; i < s->n; i++) {
            varint_put(&columns[SERIES_TIME], s->time[i] - (i ? s->time[i - 1] : 0));
            put_double(&columns[SERIES_VALUE], s->value[i]);
        }
    }
}

static bool read_one(struct section *s, struct varint_reader *time, struct varint_reader *value, uint32_t n_steps,
                     struct counter_series *out)
{
    for (uint64_t i = 0, at = 0; i < out->n; i++) {
        uint64_t gap = varint_get(time);
        if (gap >= n_steps || (at += gap) >= n_steps)
            return section_fault(s, SERIES_TIME, "a time after the end of the profile");
        out->time[i] = (uint32_t)at;
        out->value[i] = get_double(value);
        if (!isfinite(out->value[i]))
            return section_fault(s, SERIES_VALUE, "not a number");
    }
    return true;
}

bool series_read(struct section *s, struct profile *p, struct arena *arena)
{
    uint64_t n = 0;
    for (uint32_t k = 0; k < p->n_series; k++)
        n += p->series[k].n;
    struct varint_reader *time = section_take(s, SERIES_TIME, n, n * VARINT_BYTES);
    struct varint_reader *value = time ? section_take(s, SERIES_VALUE, n * 8, n * 8) : NULL;
    if (!value)
        return false;
    for (uint32_t k = 0; k < p->n_series; k++) {
        p->series[k].time = NEW_N(arena, uint32_t, p->series[k].n);
        p->series[k].value = NEW_N(arena, double, p->series[k].n);
        if (!read_one(s, time, value, p->n_steps, &p->series[k]))
            return false;
    }
    return section_done(s, 0, SERIES_COLUMNS);
}
