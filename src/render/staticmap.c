/* SPDX-License-Identifier: MIT
 *
 * The drawing: a nested SVG of one unit a cell that is stretched over the width, so that its coordinates are
 * small integers, and text outside of it that keeps its size. Cells of one level are runs, drawn as strokes
 * one cell wide ("m3 5v7": half the bytes of a closed shape), along columns or along rows, whichever is
 * shorter. Labels at the left stand in a table cell of their own: SVG cannot say "the width less 48 pixels",
 * and styles may be blocked. */
#include "render/staticmap.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "render/escape.h"
#include "render/words.h"

#define LEVELS 6
#define MAP_HEIGHT 200
#define GUTTER 52
/* A map of few columns is not stretched over the page. */
#define NARROW_COLUMNS 24
#define NARROW_PIXELS 13

/* From light to dark, monotone in lightness; the light ramps of assets/js/palette.js without their first. */
static const char *const ramp[][LEVELS] = {
    [PALETTE_FLAME] = {"#fee5d9", "#fcbba1", "#fc8a6a", "#f4513b", "#cb181d", "#7f0008"},
    [PALETTE_CIVIDIS] = {"#fde737", "#c8b866", "#948e77", "#666970", "#31446b", "#00204d"},
    [PALETTE_GREY] = {"#e4e4e6", "#c4c4c8", "#9c9ca2", "#6f6f77", "#3f3f46", "#101014"},
};

struct map {
    const struct panel *panel;
    struct heatmap h;
    uint8_t *level; /* as h.cell: 0 empty, 1 .. LEVELS */
    uint64_t top;
    uint32_t fold, event;
};

static uint8_t level_of(const struct map *m, uint64_t count)
{
    if (count >= m->top)
        return count ? LEVELS : 0;
    return (uint8_t)((count * LEVELS + m->top - 1) / m->top);
}

/* ---- cells */

struct pen {
    struct buf *out;
    int64_t x, y;
};

static void run(struct pen *pen, int64_t x, int64_t y, uint32_t length, bool upright)
{
    int64_t dx = x - pen->x, dy = y - pen->y;
    buf_fmt(pen->out, "m%lld%s%lld%c%u", (long long)dx, dy < 0 ? "" : " ", (long long)dy, upright ? 'v' : 'h',
            length);
    pen->x = x + (upright ? 0 : length);
    pen->y = y + (upright ? length : 0);
}

/* Runs of one level: down each column, or along each row, from the top. */
static void write_level(const struct map *m, uint32_t level, bool upright, struct buf *out)
{
    struct pen pen = {out, 0, 0};
    uint32_t columns = m->h.columns, rows = m->h.rows;
    uint32_t lines = upright ? columns : rows, length = upright ? rows : columns;
    for (uint32_t line = 0; line < lines; line++)
        for (uint32_t at = 0, n; at < length; at += n + !n) {
            for (n = 0; at + n < length; n++) {
                uint32_t x = upright ? line : at + n, y = upright ? at + n : line;
                if (m->level[(size_t)x * rows + rows - 1 - y] != level)
                    break;
            }
            if (n)
                run(&pen, upright ? line : at, upright ? at : line, n, upright);
        }
}

static struct str draw(const struct map *m, bool upright, struct arena *scratch)
{
    struct buf b = buf_new(LIMIT_REPORT_BYTES, scratch);
    buf_fmt(&b, "<g fill=\"none\" transform=\"translate(%s)\">", upright ? ".5 0" : "0 .5");
    for (uint32_t level = 1; level <= LEVELS; level++) {
        size_t before = b.n;
        buf_fmt(&b, "<path stroke=\"%s\" d=\"", ramp[m->panel->heatmap.palette][level - 1]);
        size_t begun = b.n;
        write_level(m, level, upright, &b);
        if (b.n == begun)
            b.n = before;
        else
            buf_lit(&b, "\"/>");
    }
    buf_lit(&b, "</g>");
    return buf_view(&b);
}

/* ---- axes */

static const int64_t tick_s[] = {1,   2,   5,    10,   20,   30,   60,    120,
                                 300, 600, 1200, 1800, 3600, 7200, 21600, 43200};

/* At most five ticks, at round times. */
static int64_t tick_step(int64_t length_ns)
{
    for (int64_t unit = 1; unit < NS_PER_S; unit *= 10)
        for (int64_t k = 1; k <= 5; k += k == 1 ? 1 : 3)
            if (length_ns / (unit * k) < 5)
                return unit * k;
    for (size_t i = 0; i < sizeof tick_s / sizeof *tick_s; i++)
        if (length_ns / (tick_s[i] * NS_PER_S) < 5)
            return tick_s[i] * NS_PER_S;
    int64_t step = 86400 * NS_PER_S;
    while (length_ns / step >= 5)
        step *= 2;
    return step;
}

static void write_ticks(const struct map *m, uint32_t height, struct buf *out)
{
    int64_t length = (int64_t)m->h.columns * m->fold * m->h.period_steps * m->panel->profile->step_ns;
    int64_t step = tick_step(length);
    for (int64_t t = 0; t <= length; t += step) {
        uint64_t share = (uint64_t)((double)t / (double)length * 10000 + 0.5);
        const char *anchor = t == 0 ? "start" : share > 9400 ? "end" : "middle";
        buf_fmt(out, "<text x=\"%llu.%02llu%%\" y=\"%u\" text-anchor=\"%s\">",
                (unsigned long long)share / 100, (unsigned long long)share % 100, height + 16, anchor);
        words_length(out, t);
        buf_lit(out, "</text>");
    }
}

static void write_row_labels(const struct map *m, uint32_t height, struct buf *out)
{
    int64_t period = m->h.period_steps * m->panel->profile->step_ns;
    buf_fmt(out,
            "<td width=\"%d\" align=\"right\" valign=\"top\"><svg width=\"%d\" height=\"%u\" "
            "fill=\"currentColor\" "
            "font-family=\"sans-serif\" font-size=\"11\" text-anchor=\"end\" aria-hidden=\"true\">",
            GUTTER, GUTTER, height + 22);
    for (uint32_t half = 0; half <= 2; half++) {
        if (half == 1 && height < 60)
            continue;
        buf_fmt(out, "<text x=\"%d\" y=\"%u\">", GUTTER - 4,
                half == 0 ? height : 10 + (height - 6) * (2 - half) / 2);
        words_length(out, period * half / 2);
        buf_lit(out, "</text>");
    }
    buf_lit(out, "</svg></td>");
}

static void write_picture(const struct map *m, struct buf *out, struct arena *scratch)
{
    uint32_t height = m->h.rows * 10 < MAP_HEIGHT ? m->h.rows * 10 : MAP_HEIGHT;
    if (height < 30)
        height = 30;
    bool narrow = m->h.columns <= NARROW_COLUMNS;
    uint32_t pixels = m->h.columns * NARROW_PIXELS > 130 ? m->h.columns * NARROW_PIXELS : 130;
    buf_fmt(out, "<table%s><tr>", narrow ? "" : " width=\"100%\"");
    write_row_labels(m, height, out);
    buf_lit(out, "<td><svg width=\"");
    buf_fmt(out, narrow ? "%u" : "100%%", pixels);
    buf_fmt(out,
            "\" height=\"%u\" fill=\"currentColor\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\" "
            "aria-label=\"Heatmap, time from left to right\"><svg width=\"100%%\" height=\"%u\" "
            "viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\">"
            "<rect width=\"%u\" height=\"%u\" fill=\"#fff\"/>",
            height + 22, height, m->h.columns, m->h.rows, m->h.columns, m->h.rows);
    struct str down = draw(m, true, scratch), along = draw(m, false, scratch);
    buf_str(out, down.n <= along.n ? down : along);
    buf_fmt(out, "</svg><rect width=\"100%%\" height=\"%u\" fill=\"none\" stroke=\"#888\"/>", height);
    write_ticks(m, height, out);
    buf_lit(out, "</svg></td></tr></table>\n");
}

/* ---- what it means */

static void write_legend(const struct map *m, struct buf *out)
{
    for (uint32_t level = 1; level <= LEVELS; level++) {
        uint64_t from = (level - 1) * m->top / LEVELS + 1, to = level * m->top / LEVELS;
        if (from > to)
            continue;
        buf_fmt(out,
                " <svg width=\"11\" height=\"11\" aria-hidden=\"true\"><rect width=\"11\" height=\"11\" "
                "fill=\"%s\"/></svg>&nbsp;",
                ramp[m->panel->heatmap.palette][level - 1]);
        words_count(out, from);
        if (level == LEVELS && m->h.max > m->top) {
            buf_lit(out, " or more");
        } else if (to > from) {
            buf_lit(out, "\xe2\x80\x93");
            words_count(out, to);
        }
    }
}

static void write_meaning(const struct map *m, struct buf *out)
{
    const struct profile *p = m->panel->profile;
    int64_t period = m->h.period_steps * p->step_ns;
    buf_lit(out, "<p>");
    if (m->fold > 1)
        buf_fmt(out, "Each column sums %u periods of ", m->fold);
    else
        buf_lit(out, "Each column is ");
    words_length(out, period);
    buf_lit(out, ", read upwards; each cell ");
    words_length(out, period / m->h.rows);
    buf_str(out, m->fold > 1 ? STR(" of each") : STR(""));
    const struct event *event = &p->events[m->event];
    bool is_time = event->n_spans || (p->weight == WEIGHT_PERIOD && words_period_is_time(event->name));
    buf_lit(out, ". ");
    if (p->weight == WEIGHT_PERIOD && !is_time)
        escape_short(out, event->name, 60);
    else
        buf_str(out, is_time ? STR("Nanoseconds") : p->weight == WEIGHT_COUNT ? STR("Counted") : STR("Samples"));
    buf_lit(out, " in a cell:");
    write_legend(m, out);
    if (m->h.max > m->top) {
        buf_lit(out, " (the fullest holds ");
        words_count(out, m->h.max);
        buf_lit(out, "; the scale leaves out the top 0.5 %)");
    }
    buf_lit(out, ".");
    double busy = m->panel->rate_hz * p->n_cpus * (double)period / NS_PER_S / m->h.rows * m->fold;
    if (p->weight == WEIGHT_SAMPLES && !event->n_spans && busy >= 1) {
        buf_lit(out, " About ");
        words_count(out, (uint64_t)(busy + 0.5));
        if (p->n_cpus == 1)
            buf_lit(out, " mean the CPU was busy all the time.");
        else if (p->n_cpus == 2)
            buf_lit(out, " mean both CPUs were busy.");
        else
            buf_fmt(out, " mean all %u CPUs were busy.", p->n_cpus);
    }
    buf_lit(out, "</p>\n");
}

void staticmap_write(const struct panel *panel, uint32_t event, struct map_size most, struct buf *out,
                     struct arena *scratch)
{
    const struct profile *p = panel->profile;
    if (!p->has_time || !p->n_steps || !most.columns)
        return;
    struct map m = {.panel = panel, .event = event};
    int64_t length = p->n_steps * p->step_ns, period = panel->heatmap.period_ns;
    int64_t columns = (length - 1) / period + 1;
    m.fold = (uint32_t)((columns - 1) / most.columns + 1);
    uint32_t rows = panel->heatmap.rows < most.rows ? panel->heatmap.rows : most.rows;
    m.h = heatmap_folded(p, event, panel->idle == IDLE_SHOW, period, rows, m.fold, scratch);
    m.top = heatmap_top(&m.h, panel->heatmap.scale, scratch);
    size_t n_cells = (size_t)m.h.columns * m.h.rows;
    m.level = NEW_N(scratch, uint8_t, n_cells);
    for (size_t i = 0; i < n_cells; i++)
        m.level[i] = level_of(&m, m.h.cell[i]);
    write_picture(&m, out, scratch);
    write_meaning(&m, out);
}
