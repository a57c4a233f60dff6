/* SPDX-License-Identifier: MIT
 *
 * Findings -> a list. The strong ones need no word for it, the others say "possibly"; frames that explain one
 * are named behind it. Notes on the recording stand below, smaller. */
#include "render/standout.h"

#include "base/timetext.h"
#include "render/escape.h"

static void write_range(const struct panel *panel, const struct finding_range *r, struct buf *out,
                        struct arena *scratch)
{
    struct str from = time_seconds(r->from * panel->profile->step_ns, scratch),
               to = time_seconds(r->to * panel->profile->step_ns, scratch);
    buf_lit(out, " <a href=\"#p=");
    escape_fragment(out, panel->id);
    buf_fmt(out, "&amp;t=%.*s..%.*s\">%.*s s</a>", STR_ARG(from), STR_ARG(to), STR_ARG(from));
}

static void write_frames(const struct panel *panel, const struct finding *f, uint32_t chars, struct buf *out)
{
    const struct profile *p = panel->profile;
    for (uint32_t i = 0; i < f->n_frames && i < 2; i++) {
        const struct finding_frame *x = &f->frames[i];
        buf_str(out, i ? STR(", ") : STR("; "));
        escape_short(out, p->names[p->frames[x->frame].name], chars / 2);
        buf_fmt(out, " is in %d&nbsp;%% of its samples, in %d&nbsp;%% of the others",
                (int)(100 * x->inside + 0.5), (int)(100 * x->outside + 0.5));
    }
}

void standout_write(const struct panel *panel, uint32_t most, uint32_t chars, struct buf *out,
                    struct arena *scratch)
{
    const struct findings *all = &panel->findings;
    uint32_t said = 0, notes = 0;
    if (!all->n && !all->verdict.n)
        return;
    buf_lit(out, "<p><b>What stands out</b></p>\n<ul>\n");
    if (all->verdict.n) {
        buf_lit(out, "<li>");
        escape_text(out, all->verdict);
        buf_lit(out, "</li>\n");
    }
    for (uint32_t i = 0; i < all->n; i++) {
        const struct finding *f = &all->list[i];
        bool note = f->tier == FINDING_NOTE;
        if ((note ? notes : said) >= (most < all->limit ? most : all->limit))
            continue;
        notes += note;
        said += !note;
        buf_lit(out, "<li>");
        if (f->tier == FINDING_POSSIBLE)
            buf_lit(out, "possibly: ");
        buf_str(out, note ? STR("<small>") : STR(""));
        escape_short(out, f->title, chars * 2);
        if (!note)
            write_frames(panel, f, chars, out);
        buf_str(out, note ? STR("</small>") : STR(""));
        if (f->n_ranges)
            write_range(panel, &f->ranges[0], out, scratch);
        buf_lit(out, "</li>\n");
    }
    buf_lit(out, "</ul>\n");
}
