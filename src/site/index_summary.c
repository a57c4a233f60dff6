/* SPDX-License-Identifier: MIT
 *
 * The index as a reader without scripts sees it: how things are, what changed, the newest reports, what is no report. */
#include "base/timetext.h"
#include "render/escape.h"
#include "render/words.h"
#include "site/index_chart.h"
#include "site/index_page.h"
#include "site/says.h"

#define MOST_REPORTS 100u
#define MOST_MAPS 20u
#define MOST_NIGHTS 20u
#define MOST_SERIES 6u
#define MOST_OTHERS 50u
#define MOST_KEYS 8u
#define CHARS 60u

static void link_to(struct buf *out, struct str path, struct str text)
{
    buf_lit(out, "<a href=\"");
    says_href(out, path);
    buf_lit(out, "\">");
    escape_short(out, text, CHARS);
    buf_lit(out, "</a>");
}

static void write_counts(const struct site *s, struct buf *out)
{
    uint64_t n[STATUSES] = {0};
    for (size_t i = 0; i < s->entries.n; i++)
        n[s->entries.p[i].status]++;
    buf_lit(out, "<p>");
    words_count(out, s->entries.n);
    buf_str(out, s->entries.n == 1 ? STR(" report") : STR(" reports"));
    for (int i = 0; i < STATUSES; i++)
        if (n[i]) {
            buf_lit(out, ", ");
            words_count(out, n[i]);
            buf_fmt(out, " %s%s", entry_status_word[i], i == STATUS_REGRESSION && n[i] > 1 ? "s" : "");
        }
    buf_lit(out, ". Also as <a href=\"feed.xml\">feed</a> and <a href=\"index.json\">JSON</a>.</p>\n");
}

static void write_changes(const struct site *s, struct buf *out, struct arena *arena)
{
    size_t next = 0;
    if (!s->turns.n)
        return;
    buf_lit(out, "<h2>What changed over the nights</h2>\n<ul>\n");
    for (uint32_t shown = 0; next < s->turns.n && shown < MOST_NIGHTS; shown++) {
        const struct turn *t = &s->turns.p[next];
        const struct series *of = &s->series.p[t->series];
        const struct entry *before = series_entry(s, of, t->at - 1), *after = series_entry(s, of, t->at);
        buf_lit(out, "<li>");
        escape_text(out, after->day);
        buf_lit(out, ", ");
        escape_text(out, says_series(of, arena));
        buf_lit(out, ": ");
        escape_text(out, says_night(s, next, 3, &next, arena));
        buf_lit(out, ", sure to ");
        escape_text(out, says_sure(t->p, arena));
        buf_lit(out, " (");
        link_to(out, before->path, STR("before"));
        buf_lit(out, ", ");
        link_to(out, after->path, STR("after"));
        if (t->comparison != ID_NONE) {
            buf_lit(out, ", ");
            buf_lit(out, "<a href=\"");
            says_href(out, s->comparisons.p[t->comparison].path);
            buf_lit(out, SITE_COMPARE_VIEW "\">comparison</a>");
        }
        buf_lit(out, ")</li>\n");
    }
    buf_lit(out, "</ul>\n");
}

static void write_row(const struct site *s, const struct entry *e, uint32_t row, struct buf *out)
{
    buf_lit(out, "<tr><td nowrap>");
    link_to(out, e->path, e->day.n ? e->day : e->path);
    buf_lit(out, "</td><td>");
    if (row < MOST_MAPS)
        chart_map(e, out);
    buf_fmt(out, "</td><td nowrap>%s%s%s", e->status == STATUS_OK ? "" : "<b>", entry_status_word[e->status],
            e->status == STATUS_OK ? "" : "</b>");
    if (e->why.n) {
        buf_lit(out, "<br><small>");
        escape_short(out, e->why, CHARS);
        buf_lit(out, "</small>");
    }
    buf_lit(out, "</td><td nowrap>");
    escape_short(out, e->title, CHARS);
    buf_lit(out, "</td>");
    for (size_t k = 0; k < s->meta_keys.n && k < MOST_KEYS; k++) {
        buf_lit(out, "<td nowrap>");
        escape_short(out, entry_meta(e, s->meta_keys.p[k]), CHARS);
        buf_lit(out, "</td>");
    }
    buf_lit(out, "<td nowrap>");
    escape_short(out, e->event, CHARS);
    buf_lit(out, "</td><td align=\"right\" nowrap>");
    words_length(out, (int64_t)(e->seconds < 9e8 ? e->seconds * 1e9 : 0));
    buf_lit(out, "</td><td align=\"right\">");
    words_count(out, e->n_samples);
    buf_lit(out, "</td></tr>\n");
}

static void write_table(const struct site *s, struct buf *out)
{
    buf_lit(out, "<h2>Reports</h2>\n");
    if (!s->entries.n) {
        buf_lit(out, "<p>There is no report in this folder yet.</p>\n");
        return;
    }
    buf_lit(out, "<table>\n<tr><th align=\"left\">date</th><th align=\"left\">heatmap</th><th align=\"left\">status</th>"
                 "<th align=\"left\">title</th>");
    for (size_t k = 0; k < s->meta_keys.n && k < MOST_KEYS; k++) {
        buf_lit(out, "<th align=\"left\" nowrap>");
        escape_short(out, s->meta_keys.p[k], CHARS);
        buf_lit(out, "</th>");
    }
    buf_lit(out, "<th align=\"left\">event</th><th align=\"right\" nowrap>duration</th><th align=\"right\" nowrap>samples</th></tr>\n");
    for (size_t i = 0; i < s->entries.n && i < MOST_REPORTS; i++)
        write_row(s, &s->entries.p[s->entries.n - 1 - i], (uint32_t)i, out);
    buf_lit(out, "</table>\n");
    if (s->entries.n > MOST_REPORTS) {
        buf_lit(out, "<p>And ");
        words_count(out, s->entries.n - MOST_REPORTS);
        buf_lit(out, " older ones: with scripts on, or in index.json.</p>\n");
    }
}

static void write_others(const struct site *s, struct buf *out)
{
    if (!s->strangers.n)
        return;
    buf_lit(out, "<h2>Other files</h2>\n<ul>\n");
    for (size_t i = 0; i < s->strangers.n && i < MOST_OTHERS; i++) {
        const struct stranger *x = &s->strangers.p[i];
        buf_lit(out, "<li>");
        escape_short(out, x->path, 2 * CHARS);
        buf_str(out, x->is_broken ? STR(": <b>broken</b>: ") : STR(": "));
        escape_short(out, x->why, 4 * CHARS);
        buf_lit(out, "</li>\n");
    }
    if (s->strangers.n > MOST_OTHERS)
        buf_fmt(out, "<li>and %zu more</li>\n", s->strangers.n - MOST_OTHERS);
    buf_lit(out, "</ul>\n");
}

void index_summary(const struct site *s, struct buf *out, struct arena *arena)
{
    buf_lit(out, "<main id=\"fp-summary\">\n<h1>");
    escape_text(out, s->title);
    buf_lit(out, "</h1>\n");
    write_counts(s, out);
    write_changes(s, out, arena);
    for (uint32_t i = 0, shown = 0; i < s->series.n && shown < MOST_SERIES; i++) {
        if (s->series.p[i].n < 2)
            continue;
        shown++;
        buf_lit(out, "<h3>");
        escape_text(out, says_series(&s->series.p[i], arena));
        buf_lit(out, "</h3>\n");
        chart_series(s, i, out, arena);
    }
    write_table(s, out);
    write_others(s, out);
    buf_lit(out, "</main>\n");
}
