/* SPDX-License-Identifier: MIT
 *
 * Headers of samples seen before, apart from their numbers: those of one thread differ in CPU, time and period only. So a header is
 * taken apart from all sides once (perf_header.h), and then compared around its numbers:
 *
 *     nginx            1000/1003  [014] 86400.001275:     310642 cycles:P:
 *     the same before the CPU's digits                           the same to the end of the line
 *
 * Everything lives on the arena given; whoever wants to forget resets that. */
#ifndef INGEST_HEADER_MEMO_H
#define INGEST_HEADER_MEMO_H

#include "ingest/perf_header.h"

struct header_memo;

/* What is known of a header: numbers that its reader gave, and those in the text. */
struct known_header {
    uint32_t thread, event;
    uint32_t cpu; /* ID_NONE: not printed */
    int64_t time_ns;
    unsigned digits; /* of the time's fraction */
    uint64_t period; /* 0: not printed */
    const char *end; /* behind the line */
};

struct header_memo *header_memo_new(struct arena *arena);
/* The header line at `text`, where whole lines lie before `stop`; false when it is new. */
bool header_memo_find(struct header_memo *m, const char *text, const char *stop, struct known_header *out);
/* `line`, with its '\n', was read as h and given these numbers. It is remembered if whatever differs from it in CPU, time and period
 * only would be read in the same way. */
void header_memo_add(struct header_memo *m, struct str line, const struct perf_header *h, uint32_t thread, uint32_t event);

#endif
