/* SPDX-License-Identifier: MIT
 *
 * Arrays keep what they have grown to; texts go with each reset. */
#include "ingest/perf_batch.h"

#include <string.h>

#include "base/arena.h"

struct perf_batch *perf_batch_new(struct arena *arena)
{
    struct perf_batch *b = NEW(arena, struct perf_batch);
    b->rows = arena_like(arena);
    b->texts = arena_like(arena);
    return b;
}

void perf_batch_free(struct perf_batch *b)
{
    arena_free(b->rows);
    arena_free(b->texts);
}

void perf_batch_hook(struct perf_batch *b, struct arena_hook hook)
{
    arena_set_hook(b->rows, hook);
    arena_set_hook(b->texts, hook);
}

void perf_batch_reset(struct perf_batch *b)
{
    b->restarted = b->flat = b->has_clock = b->no_memory = false;
    b->frames.n = b->threads.n = b->events.n = b->facts.n = b->samples.n = b->pool.n = 0;
    b->times = (struct batch_times){0};
    b->unreadable.line = 0;
    b->tally = (struct tally){0};
    b->n_lines = 0;
    arena_reset(b->texts, (struct arena_mark){0});
}

struct str perf_batch_text(struct perf_batch *b, struct str s)
{
    return s.n ? str_dup(s, b->texts) : STR("");
}

void perf_batch_unreadable(struct batch_unreadable *first, uint64_t line, struct str text, const char *why)
{
    if (first->line && first->line <= line)
        return;
    first->line = line;
    first->why = why;
    first->n_text = text.n < PERF_KEPT_TEXT ? text.n : PERF_KEPT_TEXT;
    memcpy(first->text, text.p, first->n_text);
}
