/* SPDX-License-Identifier: MIT
 *
 * A comparison as markup of the static summary: its sides, how it ended, and a table of what changed by more
 * than chance does. */
#include "render/changes.h"

#include "pack/head.h"
#include "render/escape.h"

struct writer {
    const struct comparison *c;
    uint32_t most, chars; /* rows of a list, characters of a name */
    struct buf *out;
};

static void write_ids(struct writer *w)
{
    const struct comparison *c = w->c;
    uint32_t shown = c->n_base < 4 ? c->n_base : 3;
    for (uint32_t k = 0; k < shown; k++) {
        buf_str(w->out, k ? STR(", ") : STR(""));
        escape_short(w->out, c->base[k].id, w->chars);
    }
    if (shown < c->n_base)
        buf_fmt(w->out, " and %u more", c->n_base - shown);
    buf_lit(w->out, " \xe2\x86\x92 ");
    escape_short(w->out, c->target.id, w->chars);
}

static void write_effect(struct buf *out, const struct effect *e)
{
    buf_lit(out, "<td align=\"right\" nowrap>");
    changes_percent(out, e->base);
    buf_lit(out, " \xe2\x86\x92 ");
    changes_percent(out, e->target);
    buf_lit(out, "</td><td align=\"right\" nowrap>");
    changes_points(out, e);
    buf_lit(out, "</td>");
}

static void write_change(struct writer *w, const struct change *x)
{
    buf_lit(w->out, "<tr>");
    write_effect(w->out, &x->self);
    write_effect(w->out, &x->total);
    buf_fmt(w->out, "<td>%s%s</td><td>", head_verdict[change_effect(x)->verdict], x->alarm ? ", regression" : "");
    buf_str(w->out, x->is_package ? STR("package ") : STR(""));
    escape_breakable(w->out, x->name, w->chars);
    if (x->module.n) {
        buf_lit(w->out, " (");
        escape_short(w->out, x->module, w->chars / 2);
        buf_lit(w->out, ")");
    }
    buf_lit(w->out, "</td></tr>\n");
}

static void write_changes(struct writer *w)
{
    const struct comparison *c = w->c;
    uint32_t n = 0, left_out = c->n_left_out;
    for (uint32_t i = 0; i < c->n_changes; i++) {
        if (change_effect(&c->changes[i])->verdict == CHANGE_NONE)
            continue;
        if (n == w->most) {
            left_out++;
            continue;
        }
        if (!n++)
            buf_lit(w->out,
                    "<table cellpadding=\"2\">\n<tr><th align=\"left\">Self</th><th></th><th align=\"left\">"
                    "Total</th><th></th><th align=\"left\">Sure</th><th align=\"left\">Function</th></tr>\n");
        write_change(w, &c->changes[i]);
    }
    buf_str(w->out, n ? STR("</table>\n") : STR(""));
    if (left_out > c->n_left_out)
        buf_fmt(w->out, "<p>And %u more changes.</p>\n", left_out - c->n_left_out);
    else if (!n)
        buf_lit(w->out, "<p>Nothing changed by more than chance does.</p>\n");
}

void changes_summary(const struct comparison *c, uint32_t most, uint32_t chars, struct buf *out)
{
    struct writer w = {c, most, chars, out};
    buf_lit(out, "<section>\n<h2>");
    escape_short(out, c->title, chars);
    buf_lit(out, "</h2>\n<p>");
    write_ids(&w);
    buf_lit(out, " \xc2\xb7 ");
    escape_short(out, c->event, chars);
    buf_lit(out, " \xc2\xb7 ");
    buf_str(out, c->n_reasons ? STR("cannot be judged") : c->n_alarms ? STR("a regression") : STR("no regression"));
    for (uint32_t i = 0; i < c->n_rules && !c->n_reasons && i < most; i++) {
        buf_str(out, i ? STR(", ") : STR(" by "));
        escape_short(out, c->rules[i], chars);
    }
    buf_lit(out, "</p>\n");
    for (uint32_t i = 0; i < c->n_reasons && i < most; i++) {
        buf_lit(out, "<p>");
        escape_short(out, c->reasons[i], chars);
        buf_lit(out, "</p>\n");
    }
    if (!c->n_reasons && most)
        write_changes(&w);
    buf_lit(out, "</section>\n");
}
