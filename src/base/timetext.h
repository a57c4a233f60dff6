/* SPDX-License-Identifier: MIT
 *
 * Times as people write them, exactly, in integer nanoseconds: "34.1s", "820ms", "100us", "1 min", "2h",
 * "1500" with a default unit; ranges "34.1s..34.9s"; instants in RFC 3339 ("2026-11-19T11:36:00.5Z", with
 * offset). */
#ifndef BASE_TIMETEXT_H
#define BASE_TIMETEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define NS_PER_S 1000000000ll

/* Units: ns us µs ms s min m h. A bare number counts in `unit_ns`; 0 refuses bare numbers. Negative and
 * overflowing values and more than 9 significant digits after the point that are not zero in ns are refused.
 */
bool time_parse(struct str s, int64_t unit_ns, int64_t *ns);
/* "A..B", A < B; a unit given only at the end holds for both ("34.1..34.9s"). Bare numbers count in seconds.
 */
bool time_parse_range(struct str s, int64_t *from_ns, int64_t *to_ns);
/* RFC 3339 date and time (a bare date is midnight UTC) to nanoseconds since 1970 UTC. */
bool time_parse_instant(struct str s, int64_t *epoch_ns);
/* "34.1 s", "820 ms", "100 µs", "1 min 5 s": exact, in the largest unit that leaves a whole part. */
struct str time_text(int64_t ns, struct arena *arena);
/* Decimal seconds without trailing zeros, "34.1": the form links and --from take. */
struct str time_seconds(int64_t ns, struct arena *arena);
/* "2026-11-19T11:36:00Z", with as many decimals as needed. */
struct str time_instant(int64_t epoch_ns, struct arena *arena);

#endif
