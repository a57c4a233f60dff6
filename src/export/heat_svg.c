/* SPDX-License-Identifier: MIT
 *
 * The heatmap, cell by cell: runs of one colour in each column as strokes one cell wide, in a nested drawing of one unit
 * a cell that is stretched; axes and legend outside of it keep their size. The page draws the same
 * (assets/js/export_svg.js). */
#include "analyse/heatmap.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "export/formats.h"
#include "export/svg.h"
#include "render/words.h"

#define LEVELS 32u
#define GUTTER 70
#define MAP_WIDTH (SVG_WIDTH - GUTTER - 2 * SVG_MARGIN)
#define MOST_CELL 16u
#define MAP_HEIGHT 400u
#define MOST_TICKS 10

/* From few to many: 32 of the 255 colours of heatTable of assets/js/palette.js in light, held to them by
 * tests/browser/export.test.js. */
static const char fills[][LEVELS][7] = {
    [PALETTE_FLAME] = {"fff0e8", "ffece2", "ffe8dd", "fee4d7", "fee0d2", "fed6c5", "fdccb7", "fdc3ab",
                       "fcb99f", "fcaf93", "fda587", "fc997a", "fc8f6f", "fc8565", "fc7b5b", "fb7151",
                       "fa6546", "f75a3f", "f44e38", "f14230", "ea372a", "e02e26", "d72522", "ce1b1e",
                       "c4161c", "bb141a", "b01217", "a60f15", "970b13", "880611", "78030f", "67000d"},
    [PALETTE_CIVIDIS] = {"fdf7cf", "fdf3aa", "fdee80", "fee947", "f6e142", "edd84b", "e3ce54", "dac65b",
                         "d0be62", "c7b667", "bdaf6c", "b3a670", "a99f73", "a09875", "989176", "8f8a77",
                         "868377", "7e7c76", "757574", "6d6f72", "656971", "5d626e", "555b6d", "4c556d",
                         "434f6c", "3a486c", "2c426e", "203b6f", "12356f", "0b2f65", "05295a", "00224e"},
    [PALETTE_GREY] = {"eeeeee", "e6e6e6", "dedede", "d6d6d6", "cecece", "c6c6c6", "bebebe", "b6b6b6",
                      "aeaeae", "a7a7a7", "9f9f9f", "979797", "8f8f8f", "888888", "818181", "7a7a7a",
                      "727272", "6b6b6b", "646464", "5d5d5d", "565656", "4f4f4f", "484848", "424242",
                      "3b3b3b", "353535", "2e2e2e", "282828", "222222", "1d1d1d", "171717", "111111"},
};

struct map {
    const struct taken *t;
    struct heatmap h;
    uint64_t top;
    uint32_t width, height; /* of the cells, in pixels */
};

/* 1 .. LEVELS; 0: empty. */
static uint32_t level_of(const struct map *m, uint64_t count)
{
    if (!count)
        return 0;
    return count >= m->top ? LEVELS : 1 + (uint32_t)((double)count * (LEVELS - 1) / (double)m->top);
}

static void put_level(const struct map *m, uint32_t level, struct buf *out)
{
    const struct heatmap *h = &m->h;
    for (uint32_t k = 0; k < h->columns; k++)
        for (uint32_t j = 0, n; j < h->rows; j += n + !n) {
            for (n = 0; j + n < h->rows && level_of(m, h->cell[(size_t)k * h->rows + j + n]) == level; n++)
                ;
            if (n)
                buf_fmt(out, "M%u %uv-%u", k, h->rows - j, n);
        }
}

static void put_cells(const struct map *m, struct buf *out)
{
    const struct heatmap *h = &m->h;
    buf_fmt(out,
            "<svg x=\"%d\" y=\"%d\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\" "
            "shape-rendering=\"crispEdges\"><g fill=\"none\" transform=\"translate(.5 0)\">\n",
            GUTTER, SVG_TOP, m->width, m->height, h->columns, h->rows);
    for (uint32_t level = 1; level <= LEVELS; level++) {
        size_t before = out->n;
        buf_fmt(out, "<path stroke=\"#%s\" d=\"", fills[m->t->heatmap.palette][level - 1]);
        size_t begun = out->n;
        put_level(m, level, out);
        if (out->n == begun)
            out->n = before;
        else
            buf_lit(out, "\"/>\n");
    }
    buf_lit(out, "</g></svg>\n");
}

/* ---- axes */

/* The first of 1, 2, 5, 10, … ns, of round seconds from there on, of which there are at most MOST_TICKS. */
static int64_t tick_step(int64_t length_ns)
{
    static const int64_t seconds[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 43200};
    for (int64_t unit = 1; unit < NS_PER_S; unit *= 10)
        for (int64_t k = 1; k <= 5; k += k == 1 ? 1 : 3)
            if (length_ns / (unit * k) < MOST_TICKS)
                return unit * k;
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        if (length_ns / (seconds[i] * NS_PER_S) < MOST_TICKS)
            return seconds[i] * NS_PER_S;
    int64_t step = 86400 * NS_PER_S;
    while (length_ns / step >= MOST_TICKS)
        step *= 2;
    return step;
}

static void put_axes(const struct map *m, struct buf *out, struct arena *arena)
{
    int64_t period = m->h.period_steps * m->t->profile->step_ns, length = m->h.columns * period;
    int64_t step = tick_step(length);
    for (int64_t at = 0; at <= length; at += step) {
        uint64_t x = (uint64_t)((double)at * (m->width * 1000.0) / (double)length);
        buf_lit(out, "<text text-anchor=\"middle\" x=\"");
        svg_milli(out, GUTTER * 1000 + x);
        buf_fmt(out, "\" y=\"%u\">", SVG_TOP + m->height + 16);
        svg_text(out, time_text(at, arena));
        buf_lit(out, "</text>\n");
    }
    for (uint32_t half = 0; half <= 2; half++) {
        buf_fmt(out, "<text text-anchor=\"end\" x=\"%d\" y=\"%u\">", GUTTER - 5,
                half == 0 ? SVG_TOP + m->height : half == 1 ? SVG_TOP + m->height / 2 + 4 : SVG_TOP + 10);
        svg_text(out, time_text(period * half / 2, arena));
        buf_lit(out, "</text>\n");
    }
}

static void put_legend(const struct map *m, struct buf *out, struct arena *arena)
{
    uint32_t y = SVG_TOP + m->height + 30, x = GUTTER + LEVELS * 6 + 10;
    for (uint32_t level = 1; level <= LEVELS; level++)
        buf_fmt(out, "<rect x=\"%u\" y=\"%u\" width=\"6\" height=\"12\" fill=\"#%s\"/>", GUTTER + (level - 1) * 6, y,
                fills[m->t->heatmap.palette][level - 1]);
    buf_fmt(out, "\n<text x=\"%u\" y=\"%u\" fill=\"#55585f\">to ", x, y + 11);
    struct buf words = buf_new(LIMIT_REPORT_BYTES, arena);
    taken_words(m->t, m->top, &words);
    if (m->h.max > m->top) {
        buf_lit(&words, " and more (the most is ");
        taken_words(m->t, m->h.max, &words);
        buf_char(&words, ')');
    }
    buf_lit(&words, " in a cell, a column is ");
    buf_str(&words, time_text(m->h.period_steps * m->t->profile->step_ns, arena));
    buf_fmt(&words, " in %u rows", m->h.rows);
    svg_text(out, buf_view(&words));
    buf_lit(out, "</text>\n");
}

/* ---- the range: the cells of its columns */

static void put_range(const struct map *m, struct buf *out)
{
    const struct heatmap *h = &m->h;
    const struct range *r = &m->t->range;
    uint32_t n_steps = m->t->profile->n_steps, to = r->to < n_steps ? r->to : n_steps;
    if ((r->from == 0 && r->to >= n_steps) || to <= r->from)
        return;
    buf_fmt(out,
            "<svg x=\"%d\" y=\"%d\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\">"
            "<path fill=\"#1858c8\" fill-opacity=\".3\" d=\"",
            GUTTER, SVG_TOP, m->width, m->height, h->columns, h->rows);
    uint32_t first = r->from / h->period_steps, last = (to - 1) / h->period_steps;
    uint32_t low = window_row_of(r->from % h->period_steps, h->period_steps, h->rows);
    uint32_t high = window_row_of((to - 1) % h->period_steps, h->period_steps, h->rows) + 1;
    if (first == last) {
        buf_fmt(out, "M%u %uh1V%uh-1z", first, h->rows - low, h->rows - high);
    } else {
        buf_fmt(out, "M%u %uh1V0h-1z", first, h->rows - low);
        if (last > first + 1)
            buf_fmt(out, "M%u %uH%uV0H%uz", first + 1, h->rows, last, first + 1);
        buf_fmt(out, "M%u %uh1V%uh-1z", last, h->rows, h->rows - high);
    }
    buf_lit(out, "\"/></svg>\n");
}

void heat_svg_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    struct map m = {.t = t};
    struct taken all = *t;
    all.range = (struct range){0, t->profile->n_steps ? t->profile->n_steps : 1};
    struct taken_weights w = taken_weigh(&all, arena);
    m.h = heatmap_taken(t->profile, t->lanes, t->threads, t->with_idle, t->heatmap.period_ns, t->heatmap.rows, 1, arena);
    m.top = heatmap_top(&m.h, t->heatmap.scale, arena);
    m.width = m.h.columns * MOST_CELL < MAP_WIDTH ? m.h.columns * MOST_CELL : MAP_WIDTH;
    m.height = m.h.rows * MOST_CELL < MAP_HEIGHT ? m.h.rows * MOST_CELL : MAP_HEIGHT;
    svg_open(out, &all, &w, SVG_TOP + m.height + 56, arena);
    put_cells(&m, out);
    buf_fmt(out, "<rect x=\"%d\" y=\"%d\" width=\"%u\" height=\"%u\" fill=\"none\" stroke=\"#888\"/>\n", GUTTER,
            SVG_TOP, m.width, m.height);
    put_axes(&m, out, arena);
    put_legend(&m, out, arena);
    put_range(&m, out);
    buf_lit(out, "</svg>\n");
}
