/* SPDX-License-Identifier: MIT
 *
 * Maps: a path per colour of strokes one cell wide, as render/staticmap.c has them. Charts: a line per function over
 * nights at equal distances. */
#include "site/index_chart.h"

#include <stdlib.h>

#include "base/arena.h"
#include "render/escape.h"

#define COLOURS 6u
#define NIGHTS 60u
#define LINES 5u
#define WIDTH 720u
#define HEIGHT 150u

/* The light ramp of assets/js/palette.js. */
static const char *const ramp[COLOURS] = {"#fee5d9", "#fcbba1", "#fc8a6a", "#f4513b", "#cb181d", "#7f0008"};
/* Okabe and Ito's, told apart by the colour-blind; none is too light for white or too dark for black. */
static const char *const line_colour[LINES] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"};

static uint32_t colour_of(uint8_t level)
{
    return (level * COLOURS + DIGEST_LEVELS - 1) / DIGEST_LEVELS; /* 0: none */
}

void chart_map(const struct entry *e, struct buf *out)
{
    if (!e->columns || !e->rows)
        return;
    buf_fmt(out, "<svg width=\"120\" height=\"30\" viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\" "
                 "role=\"img\" aria-label=\"Heatmap\"><rect width=\"%u\" height=\"%u\" fill=\"#fff\"/><g fill=\"none\" "
                 "transform=\"translate(.5 0)\">",
            e->columns, e->rows, e->columns, e->rows);
    for (uint32_t colour = 1; colour <= COLOURS; colour++) {
        size_t before = out->n;
        buf_fmt(out, "<path stroke=\"%s\" d=\"", ramp[colour - 1]);
        size_t begun = out->n;
        for (uint32_t x = 0; x < e->columns; x++)
            for (uint32_t y = 0, n; y < e->rows; y += n + !n) {
                for (n = 0; y + n < e->rows && colour_of(e->level[x * e->rows + e->rows - 1 - y - n]) == colour;)
                    n++;
                if (n)
                    buf_fmt(out, "M%u %uv%u", x, y, n);
            }
        if (out->n == begun)
            out->n = before;
        else
            buf_lit(out, "\"/>");
    }
    buf_lit(out, "</g></svg>");
}

/* ---- lines */

struct chart {
    const struct site *site;
    const struct series *of;
    uint32_t first, n; /* nights */
    double top;
};

static double share_at(const struct chart *c, uint32_t night, uint32_t name)
{
    const struct entry *e = series_entry(c->site, c->of, c->first + night);
    for (uint32_t i = 0; i < e->n_functions; i++)
        if (e->functions[i].name == name)
            return e->functions[i].self / 1e6;
    return 0;
}

struct line_share {
    uint32_t name;
    double share;
};

static int by_share(const void *a, const void *b)
{
    const struct line_share *x = a, *y = b;
    if (x->share != y->share)
        return x->share > y->share ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* Those with most on average, and what changed before them. */
static uint32_t choose(const struct chart *c, uint32_t series, struct line_share *out, struct arena *work)
{
    uint32_t n_names = c->site->functions.n, n = 0, kept = 0;
    struct line_share *h = NEW_N(work, struct line_share, (size_t)n_names + 1);
    for (uint32_t i = 0; i < n_names; i++)
        h[i].name = i;
    for (uint32_t k = 0; k < c->n; k++) {
        const struct entry *e = series_entry(c->site, c->of, c->first + k);
        for (uint32_t i = 0; i < e->n_functions; i++)
            h[e->functions[i].name].share += e->functions[i].self / 1e6 / c->n;
    }
    for (size_t i = 0; i < c->site->turns.n; i++) {
        const struct turn *t = &c->site->turns.p[i];
        if (t->series == series && !t->is_package && !t->is_total && h[t->name].share < 1 && n++ < 2)
            h[t->name].share += 1;
    }
    qsort(h, n_names, sizeof *h, by_share);
    for (uint32_t i = 0; i < n_names && kept < LINES; i++)
        if (h[i].share > 0)
            out[kept++] = h[i];
    return kept;
}

static double x_of(const struct chart *c, uint32_t night)
{
    return 56 + (WIDTH - 66.0) * night / (c->n - 1);
}

static double y_of(const struct chart *c, double share)
{
    return 8 + (HEIGHT - 30.0) * (1 - share / c->top);
}

static void write_axes(const struct chart *c, uint32_t series, struct buf *out)
{
    for (int half = 0; half <= 2; half++) {
        double y = y_of(c, c->top * half / 2);
        buf_fmt(out, "<path d=\"M56 %.1fH%u\" stroke=\"#888\" stroke-opacity=\".35\"/><text x=\"50\" y=\"%.1f\" text-anchor=\"end\">%.3g&#160;%%</text>",
                y, WIDTH - 10, y + 4, c->top * half * 50);
    }
    buf_lit(out, "<text x=\"56\" y=\"146\">");
    buf_str(out, series_entry(c->site, c->of, c->first)->day);
    buf_fmt(out, "</text><text x=\"%u\" y=\"146\" text-anchor=\"end\">", WIDTH - 10);
    buf_str(out, series_entry(c->site, c->of, c->first + c->n - 1)->day);
    buf_lit(out, "</text>");
    for (size_t i = 0; i < c->site->turns.n; i++) {
        const struct turn *t = &c->site->turns.p[i];
        if (t->series == series && t->at > c->first && (!i || t[-1].series != series || t[-1].at != t->at)) {
            double x = (x_of(c, t->at - c->first) + x_of(c, t->at - c->first - 1)) / 2;
            buf_fmt(out, "<path d=\"M%.1f 4V128\" stroke=\"#b3261e\" stroke-dasharray=\"4 3\"/>", x);
        }
    }
}

void chart_series(const struct site *s, uint32_t series, struct buf *out, struct arena *arena)
{
    struct chart c = {.site = s, .of = &s->series.p[series]};
    struct line_share line[LINES];
    struct arena *work = arena_like(arena);
    c.n = c.of->n < NIGHTS ? c.of->n : NIGHTS;
    c.first = c.of->n - c.n;
    uint32_t n = c.n > 1 ? choose(&c, series, line, work) : 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < c.n; k++)
            c.top = share_at(&c, k, line[i].name) > c.top ? share_at(&c, k, line[i].name) : c.top;
    if (c.top > 0) {
        buf_fmt(out, "<p><svg width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" fill=\"currentColor\" font-family=\"sans-serif\" font-size=\"11\" "
                     "role=\"img\" aria-label=\"Shares over the nights\">",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        write_axes(&c, series, out);
        for (uint32_t i = 0; i < n; i++) {
            buf_fmt(out, "<path fill=\"none\" stroke-width=\"1.6\" stroke=\"%s\" d=\"", line_colour[i]);
            for (uint32_t k = 0; k < c.n; k++)
                buf_fmt(out, "%c%.1f %.1f", k ? 'L' : 'M', x_of(&c, k), y_of(&c, share_at(&c, k, line[i].name)));
            buf_lit(out, "\"/>");
        }
        buf_lit(out, "</svg></p>\n<ul>\n");
        for (uint32_t i = 0; i < n; i++) {
            buf_fmt(out, "<li><svg width=\"11\" height=\"11\" aria-hidden=\"true\"><rect width=\"11\" height=\"11\" fill=\"%s\"/></svg> ",
                    line_colour[i]);
            escape_breakable(out, s->functions.at[line[i].name], 120);
            buf_fmt(out, ": %.2f&nbsp;%% at last</li>\n", 100 * share_at(&c, c.n - 1, line[i].name));
        }
        buf_lit(out, "</ul>\n");
    }
    arena_free(work);
}
