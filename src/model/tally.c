/* SPDX-License-Identifier: MIT
 *
 * One row per field of struct tally. */
#include "model/tally.h"

#include <stddef.h>
#include <string.h>

static const struct row {
    const char *name;
    size_t at;
} rows[] = {
#define ROW(field)                                                                                           \
    {                                                                                                        \
#field, offsetof(struct tally, field)                                                                \
    }
    ROW(n_read),         ROW(n_filtered), ROW(n_other_event), ROW(n_idle_dropped),        ROW(n_no_stack),
    ROW(n_out_of_order), ROW(n_lost), ROW(n_incomplete),    ROW(n_unreadable),  ROW(first_unreadable_line), ROW(n_cut_names),
    ROW(n_cut_stacks),   ROW(truncated),
#undef ROW
};

_Static_assert(sizeof rows / sizeof *rows == sizeof(struct tally) / sizeof(uint64_t),
               "a tally without a row");

uint32_t tally_rows(void)
{
    return sizeof rows / sizeof *rows;
}
const char *tally_name(uint32_t row)
{
    return rows[row].name;
}

uint64_t tally_value(const struct tally *t, uint32_t row)
{
    uint64_t v;
    memcpy(&v, (const char *)t + rows[row].at, sizeof v);
    return v;
}

void tally_set(struct tally *t, uint32_t row, uint64_t value)
{
    memcpy((char *)t + rows[row].at, &value, sizeof value);
}
