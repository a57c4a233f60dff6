/* SPDX-License-Identifier: MIT
 *
 * The door for `perf script` text, and for what follows its form: simpleperf's report-sample, bpftrace's perf
 * mode. Reading is perf_reader.c; here is what the text as a whole says: whether it is one, and what came of
 * it. docs/formats.md says what is read and what is counted. */
#include "ingest/perf_script.h"

#include "ingest/perf_facts.h"
#include "ingest/perf_frame.h"
#include "ingest/perf_header.h"
#include "ingest/perf_reader.h"

/* ---- the whole text */

/* perf's --deltatime prints the time since the sample before: it starts at 0 and falls as often as it rises.
 * Times that are only out of order fall now and then. */
static bool is_deltatime(const struct perf_reader *r)
{
    return r->n_pairs >= 3 && r->n_down * 4 >= r->n_pairs && r->first_ns == 0;
}

static struct line_at first_unreadable(const struct perf_reader *r)
{
    return (struct line_at){.file = r->lines.source->file,
                            .line = r->first_line,
                            .column = 1,
                            .text = {r->first_text, r->n_first_text}};
}

static void settle_clock(struct perf_reader *r)
{
    int64_t step_ns = 1;
    for (unsigned i = r->digits; i < 9; i++)
        step_ns *= 10;
    if (r->any_timed)
        builder_source_step(r->b, step_ns);
    if (r->has_clock && r->first_ns != 0) /* 0: --reltime, the times count from something else */
        builder_clock(r->b, r->clock_time_ns, r->clock_epoch_ns);
}

/* Says what was odd. False when nothing can be made of the text. */
static bool verdict(struct perf_reader *r)
{
    struct tally *t = builder_tally(r->b);
    uint32_t file = r->lines.source->file;
    t->first_unreadable_line = r->first_line;
    if (r->lines.source->failed)
        return false;
    if (is_deltatime(r)) {
        diag_say(r->d, DIAG_ERROR, file,
                 "the times are differences ('perf script --deltatime'), not times (run 'perf script' "
                 "without it)");
        return false;
    }
    if (!t->n_read && r->first_line) {
        diag_line(r->d, DIAG_ERROR, first_unreadable(r), "no sample in it; the first line that is %s",
                  r->first_why);
        return false;
    }
    if (t->n_unreadable)
        diag_line(r->d, DIAG_WARNING, first_unreadable(r), "%s (%llu unreadable in all, left out)",
                  r->first_why, (unsigned long long)t->n_unreadable);
    return true;
}

static bool perf_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct perf_reader *r = perf_reader_new(in, b, d, arena);
    perf_reader_run(r);
    settle_clock(r);
    return verdict(r);
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
