/* SPDX-License-Identifier: MIT
 *
 * The door for `perf script` text, and for what follows its form: simpleperf's report-sample, bpftrace's perf
 * mode. Reading is perf_chunks.c; here is what the text as a whole says: whether it is one, and what came of
 * it. docs/formats.md says what is read and what is counted. */
#include "ingest/perf_script.h"

#include "ingest/perf_chunks.h"
#include "ingest/perf_facts.h"
#include "ingest/perf_frame.h"
#include "ingest/perf_header.h"

/* ---- the whole text */

/* perf's --deltatime prints the time since the sample before: it starts at 0 and falls as often as it rises.
 * Times that are only out of order fall now and then. */
static bool is_deltatime(const struct batch_times *t)
{
    return t->n_pairs >= 3 && t->n_down * 4 >= t->n_pairs && t->first_ns == 0;
}

static void settle_clock(const struct perf_text *text, struct builder *b)
{
    int64_t step_ns = 1;
    for (unsigned i = text->times.digits; i < 9; i++)
        step_ns *= 10;
    if (text->times.any)
        builder_source_step(b, step_ns);
    if (text->has_clock && text->times.first_ns != 0) /* 0: --reltime, the times count from something else */
        builder_clock(b, text->clock_time_ns, text->clock_epoch_ns);
}

/* Says what was odd. False when nothing can be made of the text. */
static bool verdict(const struct perf_text *text, const struct source *in, struct builder *b, struct diag *d)
{
    struct tally *t = builder_tally(b);
    const struct batch_unreadable *u = &text->unreadable;
    struct line_at first = {.file = in->file, .line = u->line, .column = 1, .text = {u->text, u->n_text}};
    t->first_unreadable_line = u->line;
    if (in->failed)
        return false;
    if (is_deltatime(&text->times)) {
        diag_say(d, DIAG_ERROR, in->file,
                 "the times are differences ('perf script --deltatime'), not times (run 'perf script' "
                 "without it)");
        return false;
    }
    if (!t->n_read && u->line) {
        diag_line(d, DIAG_ERROR, first, "no sample in it; the first line that is %s", u->why);
        return false;
    }
    if (t->n_unreadable)
        diag_line(d, DIAG_WARNING, first, "%s (%llu unreadable in all, left out)", u->why,
                  (unsigned long long)t->n_unreadable);
    return true;
}

static bool perf_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct perf_text text;
    perf_chunks_read(in, b, &text, arena);
    settle_clock(&text, b);
    return verdict(&text, in, b, d);
}

/* ---- sniffing */

static bool is_frame(struct str line)
{
    struct perf_frame f;
    return line.n > 2 && (line.p[0] == ' ' || line.p[0] == '\t') && perf_frame_parse(line, &f);
}

/* A header counts for much when a frame follows, on its own line or the next or the one after. */
static int perf_sniff(struct str head)
{
    struct str line, next;
    struct perf_header h;
    struct perf_fact fact;
    int best = 0;
    unsigned since = 99; /* lines since a header */
    bool timed = false;
    while (head.n && best < 90) {
        str_cut(head, '\n', &line, &next);
        head = next;
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (since < 2 && is_frame(line))
            best = best < (timed ? 95 : 70) ? (timed ? 95 : 70) : best;
        since++;
        if (line.n && line.p[0] == '#' && perf_fact_parse(line, &fact) && perf_is_comment(line))
            best = best < 60 ? 60 : best;
        else if (perf_header_parse(line, true, &h)) {
            since = 0;
            timed = h.has_time;
            bool columns = h.tid != ID_NONE || h.cpu != ID_NONE;
            int score = !timed || !(h.event.n || h.is_record) ? 0 : columns ? 80 : 40;
            if (best < score)
                best = score;
        }
    }
    return best;
}

const struct door door_perf_script = {
    .name = {"perf-script", 11},
    .description = {"Linux perf script text", 22},
    .default_step_ns = 100000,
    .sniff = perf_sniff,
    .read = perf_read,
};
