/* SPDX-License-Identifier: MIT
 *
 * A flame graph that opens alone. Frames are elements by themselves, so that it shows wherever SVG does; the script at
 * the end (assets/js/flame_script.js) adds zoom and search where scripts run. Whole thousandths of a pixel: the page
 * draws the same (assets/js/export_svg.js). */
#include "base/arena.h"
#include "base/limits.h"
#include "export/formats.h"
#include "export/svg.h"
#include "render/assets.h"
#include "render/words.h"

#define ROW 18
#define FOOT 34
#define WIDE_MILLI ((SVG_WIDTH - 2 * SVG_MARGIN) * 1000)
/* The least frame drawn, in thousandths of a pixel, unless there would be more than MOST_FRAMES. */
#define LEAST_MILLI 100u
#define MOST_FRAMES 20000u
#define GLYPH_MILLI 7225u
#define SHADES 8u

/* By kind and shade: flameTable of assets/js/palette.js in light, which tests/browser/export.test.js holds them to. */
static const char fills[FRAME_KINDS][SHADES][7] = {
    {"eab55a", "eaba5c", "eac05e", "f3c063", "f3c566", "f3ca68", "fcca6d", "fccf6f"},
    {"e2765e", "e57b5b", "e87f58", "ed8065", "ef8462", "f2895f", "f78a6c", "fa8e69"},
    {"82c06d", "7fc475", "7bc87e", "89ca78", "86ce80", "82d289", "91d483", "8dd88b"},
    {"7bcdcd", "7ecfd3", "81d2d9", "84d6d8", "87d9de", "8bdce4", "8ee0e2", "91e3e9"},
    {"cec9bb", "d0ccbe", "d3d0c1", "d7d2c4", "dad6c8", "dcdacb", "e1dcce", "e3e0d1"},
};

/* FNV-1a over UTF-16 units, mixed once more: hashName of assets/js/palette.js. */
static uint32_t hash_name(struct str s)
{
    uint32_t h = 0x811c9dc5u;
    while (s.n) {
        const unsigned char *p = (const unsigned char *)s.p;
        size_t n = str_utf8_len(s);
        uint32_t c = n == 2   ? (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu)
                     : n == 3 ? (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu)
                     : n == 4 ? (p[0] & 7u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu)
                              : p[0];
        if (c > 0xffff) {
            h = (h ^ (0xd800u + ((c - 0x10000u) >> 10))) * 0x01000193u;
            c = 0xdc00u + (c & 0x3ffu);
        }
        h = (h ^ c) * 0x01000193u;
        s = str_sub(s, n ? n : 1, s.n);
    }
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    return h ^ (h >> 13);
}

struct drawing {
    const struct taken *t;
    struct taken_weights w;
    uint16_t *depth;  /* by node */
    double *next;     /* by depth: where the next frame begins, in weight */
    uint32_t deepest; /* of what is drawn */
    double least;     /* weight */
    uint32_t n;
};

static void find_depths(struct drawing *d, struct arena *arena)
{
    const struct profile *p = d->t->profile;
    d->depth = NEW_N(arena, uint16_t, p->n_nodes);
    for (uint32_t i = 1; i < p->n_nodes; i++)
        d->depth[i] = (uint16_t)(d->depth[p->node_parent[i]] + 1);
}

static bool is_drawn(const struct drawing *d, uint32_t i)
{
    return !i || (d->w.total[i] && (double)d->w.total[i] >= d->least);
}

/* A parent weighs no less than its child, so what is drawn is counted without a walk. */
static void choose_least(struct drawing *d)
{
    uint32_t n_nodes = d->t->profile->n_nodes;
    for (d->least = (double)d->w.total[0] * LEAST_MILLI / WIDE_MILLI;; d->least *= 1.5) {
        d->n = d->deepest = 0;
        for (uint32_t i = 0; i < n_nodes; i++)
            if (is_drawn(d, i)) {
                d->n++;
                d->deepest = d->depth[i] > d->deepest ? d->depth[i] : d->deepest;
            }
        if (d->n <= MOST_FRAMES || d->least > (double)d->w.total[0])
            return;
    }
}

static uint64_t milli_of(const struct drawing *d, double weight)
{
    return (uint64_t)(weight * WIDE_MILLI / (double)d->w.total[0]);
}

static const char *fill_of(const struct profile *p, uint32_t node)
{
    if (!node)
        return fills[FRAME_THREAD][0];
    const struct frame *f = &p->frames[p->node_frame[node]];
    return fills[f->kind][hash_name(p->names[f->name]) % SHADES];
}

static struct str label_of(const struct profile *p, uint32_t node)
{
    struct str name = node ? p->names[p->frames[p->node_frame[node]].name] : STR("all");
    return name.n ? name : STR("[no name]");
}

static void put_frame(const struct drawing *d, uint32_t i, double at, uint32_t height, struct buf *out,
                      struct buf *words)
{
    const struct profile *p = d->t->profile;
    uint64_t x = milli_of(d, at), width = milli_of(d, at + (double)d->w.total[i]) - x;
    uint32_t row = d->depth[i], y = d->t->icicle ? SVG_TOP + row * ROW : height - FOOT - (row + 1) * ROW;
    struct str name = label_of(p, i);
    words->n = 0;
    taken_words(d->t, d->w.total[i], words);
    buf_lit(out, "<g><title>");
    svg_text(out, name);
    buf_char(out, '\n');
    svg_text(out, buf_view(words));
    buf_lit(out, " \xc2\xb7 ");
    words_share(out, d->w.total[i], d->w.total[0]);
    buf_lit(out, "</title><rect x=\"");
    svg_milli(out, SVG_MARGIN * 1000 + x);
    buf_fmt(out, "\" y=\"%u\" width=\"", y);
    svg_milli(out, width);
    buf_fmt(out, "\" height=\"%d\" fill=\"#%s\"/><text x=\"", ROW - 1, fill_of(p, i));
    svg_milli(out, SVG_MARGIN * 1000 + 3000 + x);
    buf_fmt(out, "\" y=\"%u\">", y + 13);
    svg_fit(out, name, width > 6000 ? (uint32_t)((width - 6000) / GLYPH_MILLI) : 0);
    buf_lit(out, "</text></g>\n");
}

/* Preorder: a frame begins where its elder sibling ends, or its parent begins. */
static void put_frames(struct drawing *d, uint32_t height, struct buf *out, struct arena *arena)
{
    const struct profile *p = d->t->profile;
    struct buf words = buf_new(LIMIT_REPORT_BYTES, arena);
    d->next = NEW_N(arena, double, (size_t)LIMIT_STACK_DEPTH + 8);
    uint32_t end = 0, above = 0; /* nodes of a subtree that is not drawn are skipped */
    for (uint32_t i = 0; i < p->n_nodes; i++) {
        if (end && d->depth[i] > above)
            continue;
        end = 0;
        double at = d->next[d->depth[i]];
        d->next[d->depth[i]] += (double)d->w.total[i];
        if (!is_drawn(d, i)) {
            end = 1, above = d->depth[i];
            continue;
        }
        d->next[d->depth[i] + 1] = at;
        put_frame(d, i, at, height, out, &words);
    }
}

static struct str find_script(void)
{
    for (const struct asset *a = assets_built_in; a->name; a++)
        if (str_eq(str_of(a->name), STR("flame_js")))
            return a->bytes;
    return STR("");
}

void flame_svg_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    struct drawing d = {.t = t, .w = taken_weigh(t, arena)};
    find_depths(&d, arena);
    if (d.w.total[0])
        choose_least(&d);
    uint32_t height = SVG_TOP + (d.deepest + 1) * ROW + FOOT;
    svg_open(out, t, &d.w, height, arena);
    buf_lit(out, "<g id=\"frames\">\n");
    if (d.w.total[0])
        put_frames(&d, height, out, arena);
    buf_lit(out, "</g>\n<script><![CDATA[");
    buf_str(out, find_script());
    buf_lit(out, "]]></script>\n</svg>\n");
}
