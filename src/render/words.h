/* SPDX-License-Identifier: MIT
 *
 * Numbers and counts as a reader sees them, in the same words as the page (assets/js/numbers.js): "31,204",
 * "45.3 %", "41.9 s", "12 samples lost". No locale. */
#ifndef RENDER_WORDS_H
#define RENDER_WORDS_H

#include "base/buf.h"
#include "pack/report.h"

void words_count(struct buf *out, uint64_t n);
/* "1 sample", "31,204 samples". */
void words_samples(struct buf *out, uint64_t n);
/* The samples of an event; with what their periods add up to where those are weighed ("121,018 page-faults in 2,063
 * samples"); where records stand for many each, what they add up to, in the event's own unit. */
void words_event(struct buf *out, const struct profile *p, const struct event *e);
/* Whether periods of this event are nanoseconds. */
bool words_period_is_time(struct str event);
/* Three digits; never "0 %" of something, never "100 %" of less than all. */
void words_share(struct buf *out, uint64_t part, uint64_t whole);
/* A length to four digits: "418.9 ms", "41.9 s", "2 min 5 s". */
void words_length(struct buf *out, int64_t ns);
/* "49 Hz", "0.5 Hz". */
void words_rate(struct buf *out, double hz);
/* What was seen and not kept, or is doubtful: one "<li>…</li>" each, nothing when all is well. */
void words_tally(struct buf *out, const struct panel *panel, uint32_t event);

#endif
