/* SPDX-License-Identifier: MIT
 *
 * The static summary. It is written at the richest detail that fits under the ceiling: a ladder of sizes is
 * tried from the top, each time the whole summary, so that nothing is ever cut in the middle. Notes are
 * rendered once, first, and do not count: their author decides how long they are. */
#include "render/summary.h"

#include <stdio.h>

#include "analyse/heatmap.h"
#include "analyse/weigh.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "render/changes.h"
#include "render/escape.h"
#include "render/notes.h"
#include "render/standout.h"
#include "render/staticmap.h"
#include "render/words.h"

/* How much is said. Text is cut at `chars` characters. */
struct detail {
    struct map_size map;
    uint32_t hot, marks, meta, facts, chars, profiles;
};

static const struct detail ladder[] = {
    {{120, 50}, 10, 40, 40, 1, 120, LIMIT_PROFILES},
    {{120, 33}, 10, 40, 40, 1, 120, LIMIT_PROFILES},
    {{120, 25}, 10, 30, 30, 1, 100, LIMIT_PROFILES},
    {{80, 25}, 10, 20, 20, 1, 80, LIMIT_PROFILES},
    {{60, 20}, 8, 15, 20, 1, 80, LIMIT_PROFILES},
    {{60, 10}, 5, 10, 15, 1, 70, LIMIT_PROFILES},
    {{40, 10}, 5, 5, 10, 1, 60, LIMIT_PROFILES},
    {{30, 8}, 3, 3, 10, 1, 60, LIMIT_PROFILES},
    {{20, 5}, 3, 3, 10, 1, 50, LIMIT_PROFILES},
    {{0, 0}, 3, 3, 10, 1, 50, LIMIT_PROFILES},
    {{0, 0}, 1, 0, 10, 1, 40, LIMIT_PROFILES},
    {{0, 0}, 0, 0, 10, 1, 40, LIMIT_PROFILES},
    {{0, 0}, 0, 0, 5, 0, 40, 100},
    {{0, 0}, 0, 0, 3, 0, 40, 30},
    {{0, 0}, 0, 0, 0, 0, 20, 5},
};

struct shown {
    uint32_t event;
    struct hottest hottest;
    struct str notes, *mark_notes; /* HTML, empty when there are none */
};

struct writer {
    const struct report *r;
    const struct detail *how;
    struct str notes;
    struct shown *panel;
    struct buf *out;
    size_t uncounted; /* bytes of notes and what holds them */
    struct arena *scratch;
};

/* ---- once */

static struct str notes_html(struct spec_text text, struct notes_place place, struct diag *d,
                             struct arena *arena)
{
    if (!str_trim(text.s).n)
        return STR("");
    struct buf b = buf_new(LIMIT_REPORT_BYTES, arena);
    notes_write(text, place, &b, d, arena);
    return buf_view(&b);
}

static void prepare_panel(const struct report *r, const struct page_notes *notes, uint32_t k,
                          struct shown *out, struct diag *d, struct arena *arena)
{
    const struct panel *panel = &r->panels[k];
    char prefix[32];
    snprintf(prefix, sizeof prefix, "fp-n%u", k);
    struct notes_place place = {r, panel, str_of(prefix).p, 2};
    out->notes = notes && notes->panel ? notes_html(notes->panel[k], place, d, arena) : STR("");
    out->mark_notes = NEW_N(arena, struct str, (size_t)panel->n_marks + 1);
    for (uint32_t i = 0; i < panel->n_marks; i++) {
        char mark_prefix[48];
        snprintf(mark_prefix, sizeof mark_prefix, "fp-n%u-%u", k, i);
        place = (struct notes_place){r, panel, mark_prefix, 3};
        out->mark_notes[i] =
            notes && notes->mark && notes->mark[k] ? notes_html(notes->mark[k][i], place, d, arena) : STR("");
    }
    out->event = heatmap_main_event(panel->profile);
    out->hottest = panel->hottest ? *panel->hottest : weigh_main(panel->profile, panel->idle == IDLE_SHOW, arena);
}

/* ---- one profile */

struct bytes_at {
    size_t all, uncounted;
};

static struct bytes_at bytes_at(const struct writer *w)
{
    return (struct bytes_at){w->out->n, w->uncounted};
}

static void uncount_since(struct writer *w, struct bytes_at before)
{
    w->uncounted = before.uncounted + (w->out->n - before.all);
}

static void write_notes(struct writer *w, struct str html, const char *name, const char *value)
{
    if (!html.n)
        return;
    struct bytes_at before = bytes_at(w);
    buf_fmt(w->out, "<section class=\"fp-notes\" %s=\"%s\">\n", name, value);
    buf_str(w->out, html);
    buf_lit(w->out, "</section>\n");
    uncount_since(w, before);
}

static struct str fact(const struct profile *p, const char *key)
{
    for (uint32_t i = 0; i < p->n_facts; i++)
        if (str_eq(p->facts[i].key, str_of(key)))
            return p->facts[i].value;
    return STR("");
}

static void separate(struct writer *w)
{
    buf_lit(w->out, " \xc2\xb7 ");
}

/* Host · event · rate · CPUs · duration · samples · absolute time. */
static void write_facts(struct writer *w, const struct panel *panel, const struct shown *shown)
{
    const struct profile *p = panel->profile;
    const struct event *e = &p->events[shown->event];
    struct str host = fact(p, "host"), captured = fact(p, "captured");
    buf_lit(w->out, "<p>");
    if (host.n) {
        escape_short(w->out, host, w->how->chars);
        separate(w);
    }
    escape_short(w->out, e->name, w->how->chars);
    if (panel->rate_hz > 0) {
        separate(w);
        words_rate(w->out, panel->rate_hz);
    }
    if (p->n_cpus) {
        separate(w);
        words_count(w->out, p->n_cpus);
        buf_str(w->out, p->n_cpus == 1 ? STR(" CPU") : STR(" CPUs"));
    }
    if (p->has_time) {
        separate(w);
        words_length(w->out, p->n_steps * p->step_ns);
    }
    separate(w);
    words_event(w->out, p, e);
    if (e->n_idle) {
        buf_lit(w->out, " (");
        words_count(w->out, p->weight == WEIGHT_COUNT ? e->idle_weight : e->n_idle);
        buf_lit(w->out, " idle)");
    }
    if (p->has_clock) {
        struct str from = time_instant(p->clock_epoch_ns / 1000000 * 1000000, w->scratch);
        separate(w);
        buf_lit(w->out, "0 s is ");
        buf_str(w->out, from);
    } else if (captured.n) {
        separate(w);
        buf_lit(w->out, "captured ");
        escape_short(w->out, captured, w->how->chars);
    }
    buf_lit(w->out, "</p>\n");
}

static void write_other_events(struct writer *w, const struct profile *p, uint32_t event)
{
    if (p->n_events < 2 || !w->how->facts)
        return;
    buf_lit(w->out, "<p>Also recorded:");
    uint32_t said = 0;
    for (uint32_t e = 0; e < p->n_events; e++) {
        if (e == event)
            continue;
        if (said == 8) {
            buf_fmt(w->out, " and %u more events", p->n_events - 1 - said);
            break;
        }
        buf_str(w->out, said++ ? STR(", ") : STR(" "));
        escape_short(w->out, p->events[e].name, w->how->chars);
        buf_lit(w->out, " (");
        words_event(w->out, p, &p->events[e]);
        buf_lit(w->out, ")");
    }
    buf_lit(w->out, ".</p>\n");
}

static void write_hottest(struct writer *w, const struct panel *panel, const struct shown *shown)
{
    const struct profile *p = panel->profile;
    const struct hottest *h = &shown->hottest;
    uint32_t n = h->n < w->how->hot ? h->n : w->how->hot;
    if (!n)
        return;
    buf_lit(w->out, "<table cellpadding=\"2\"><caption align=\"left\">Hottest functions</caption>\n<tr><th "
                    "align=\"right\">Self</th>"
                    "<th align=\"right\">Total</th><th align=\"left\">Function</th></tr>\n");
    for (uint32_t i = 0; i < n; i++) {
        const struct frame *f = &p->frames[h->hot[i].frame];
        struct str module = p->modules[f->module];
        size_t slash = str_rfind_char(module, '/');
        buf_lit(w->out, "<tr><td align=\"right\" nowrap>");
        words_share(w->out, h->hot[i].self, h->weight);
        buf_lit(w->out, "</td><td align=\"right\" nowrap>");
        words_share(w->out, h->hot[i].total, h->weight);
        buf_lit(w->out, "</td><td>");
        struct str name = p->names[f->name];
        if (name.n > 24)
            escape_breakable(w->out, name, w->how->chars);
        else
            escape_text(w->out, name);
        if (module.n) {
            buf_lit(w->out, " (");
            escape_short(w->out, slash + 1 < module.n ? str_sub(module, slash + 1, module.n) : module,
                         w->how->chars / 2);
            buf_lit(w->out, ")");
        }
        buf_lit(w->out, "</td></tr>\n");
    }
    buf_lit(w->out, "</table>\n");
}

static void write_mark(struct writer *w, uint32_t k, uint32_t i)
{
    const struct panel *panel = &w->r->panels[k];
    const struct mark *m = &panel->marks[i];
    struct str from = time_seconds(m->from_ns, w->scratch), to = time_seconds(m->to_ns, w->scratch), id;
    buf_lit(w->out, "<li>");
    escape_short(w->out, m->label, w->how->chars);
    buf_lit(w->out, ": <a href=\"#p=");
    escape_fragment(w->out, panel->id);
    buf_fmt(w->out, "&amp;t=%.*s..%.*s\">%.*s s to %.*s s</a>", STR_ARG(from), STR_ARG(to), STR_ARG(from),
            STR_ARG(to));
    id = str_fmt(w->scratch, "%u.%u", k, i);
    write_notes(w, w->panel[k].mark_notes[i], "data-fp-mark", id.p);
    buf_lit(w->out, "</li>\n");
}

/* A mark with notes is always written, counted or not: the page takes the notes from here. */
static void write_marks(struct writer *w, uint32_t k, uint32_t most)
{
    const struct panel *panel = &w->r->panels[k];
    uint32_t said = 0, counted = 0;
    for (uint32_t i = 0; i < panel->n_marks; i++) {
        struct bytes_at before = bytes_at(w);
        bool over = counted >= most;
        if (over && !w->panel[k].mark_notes[i].n)
            continue;
        if (!said++)
            buf_lit(w->out, "<p>Marks:</p>\n<ul>\n");
        write_mark(w, k, i);
        if (over)
            uncount_since(w, before);
        else
            counted++;
    }
    if (said && said < panel->n_marks)
        buf_fmt(w->out, "<li>and %u more</li>\n", panel->n_marks - said);
    if (said)
        buf_lit(w->out, "</ul>\n");
}

static void write_panel(struct writer *w, uint32_t k)
{
    const struct panel *panel = &w->r->panels[k];
    const struct shown *shown = &w->panel[k];
    struct str number = str_fmt(w->scratch, "%u", k);
    buf_fmt(w->out, "<section data-fp-profile=\"%u\">\n", k);
    if (w->r->n_panels > 1 || !str_eq(panel->title, w->r->title)) {
        buf_lit(w->out, "<h2>");
        escape_short(w->out, panel->title, w->how->chars);
        buf_lit(w->out, "</h2>\n");
    }
    write_facts(w, panel, shown);
    write_other_events(w, panel->profile, shown->event);
    write_notes(w, shown->notes, "data-fp-notes", number.p);
    standout_write(panel, w->how->hot, w->how->chars, w->out, w->scratch);
    if (w->how->map.columns)
        staticmap_write(panel, shown->event, w->how->map, w->out, w->scratch);
    if (!panel->profile->has_time)
        buf_lit(w->out, "<p>The source has no times, so there is no heatmap.</p>\n");
    size_t before = w->out->n;
    buf_lit(w->out, "<ul>\n");
    size_t begun = w->out->n;
    words_tally(w->out, panel, shown->event);
    if (w->out->n == begun)
        w->out->n = before;
    else
        buf_lit(w->out, "</ul>\n");
    write_hottest(w, panel, shown);
    write_marks(w, k, w->how->marks);
    buf_lit(w->out, "</section>\n");
}

/* A profile that is not shown still hands its notes to the page. */
static void write_panel_notes(struct writer *w, uint32_t k)
{
    const struct panel *panel = &w->r->panels[k];
    const struct shown *shown = &w->panel[k];
    struct str number = str_fmt(w->scratch, "%u", k);
    struct bytes_at before = bytes_at(w);
    bool any = shown->notes.n > 0;
    for (uint32_t i = 0; i < panel->n_marks; i++)
        any |= shown->mark_notes[i].n > 0;
    if (!any)
        return;
    buf_fmt(w->out, "<section data-fp-profile=\"%u\">\n<h2>", k);
    escape_short(w->out, panel->title, w->how->chars);
    buf_lit(w->out, "</h2>\n");
    write_notes(w, shown->notes, "data-fp-notes", number.p);
    write_marks(w, k, 0);
    buf_lit(w->out, "</section>\n");
    uncount_since(w, before);
}

/* ---- the whole */

static void write_meta(struct writer *w)
{
    uint32_t n = w->r->n_meta < w->how->meta ? w->r->n_meta : w->how->meta;
    if (!n)
        return;
    buf_lit(w->out, "<table>\n");
    for (uint32_t i = 0; i < n; i++) {
        buf_lit(w->out, "<tr><th align=\"left\">");
        escape_short(w->out, w->r->meta[i].key, w->how->chars / 2);
        buf_lit(w->out, "</th><td>");
        escape_short(w->out, w->r->meta[i].value, w->how->chars);
        buf_lit(w->out, "</td></tr>\n");
    }
    buf_lit(w->out, "</table>\n");
}

static bool fits(const struct writer *w)
{
    return w->out->n - w->uncounted <= LIMIT_SUMMARY_BYTES;
}

/* Stops early, and says so, once it is too long. */
static bool write_all(struct writer *w)
{
    uint32_t n = w->r->n_panels, listed = n < w->how->profiles ? n : w->how->profiles;
    buf_lit(w->out, "<main id=\"fp-summary\">\n<h1>");
    escape_short(w->out, w->r->title, w->how->chars * 2);
    buf_lit(w->out,
            "</h1>\n<p><small>This is the summary. Where scripts may run, the same file is interactive: "
            "select any stretch of time on the heatmap and see its flame graph.</small></p>\n");
    write_meta(w);
    write_notes(w, w->notes, "data-fp-notes", "report");
    if (!w->how->map.columns)
        buf_lit(w->out, "<p>There are too many profiles to draw their heatmaps here.</p>\n");
    uint32_t compared = w->r->n_comparisons < w->how->profiles ? w->r->n_comparisons : w->how->profiles;
    for (uint32_t k = 0; k < compared; k++)
        changes_summary(&w->r->comparisons[k], w->how->hot, w->how->chars, w->out);
    if (compared < w->r->n_comparisons)
        buf_fmt(w->out, "<p>And %u more comparisons.</p>\n", w->r->n_comparisons - compared);
    for (uint32_t k = 0; k < listed; k++) {
        if (!fits(w))
            return false;
        struct arena_mark mark = arena_mark(w->scratch);
        write_panel(w, k);
        arena_reset(w->scratch, mark);
    }
    if (listed < n)
        buf_fmt(w->out, "<p>And %u more profiles.</p>\n", n - listed);
    for (uint32_t k = listed; k < n; k++)
        write_panel_notes(w, k);
    buf_lit(w->out, "<p><small>Made by ");
    escape_short(w->out, w->r->generator, 60);
    buf_lit(w->out, "</small></p>\n</main>");
    return fits(w);
}

void summary_write(const struct report *r, const struct page_notes *notes, struct buf *out, struct diag *d,
                   struct arena *arena)
{
    struct shown *panels = NEW_N(arena, struct shown, (size_t)r->n_panels + 1);
    struct notes_place place = {r, NULL, "fp-n", 1};
    struct str report_notes = notes ? notes_html(notes->report, place, d, arena) : STR("");
    for (uint32_t k = 0; k < r->n_panels; k++)
        prepare_panel(r, notes, k, &panels[k], d, arena);
    /* The last step always fits: five profiles, each cut to a few hundred bytes. */
    for (size_t step = 0; step < sizeof ladder / sizeof *ladder; step++) {
        struct arena *scratch = arena_like(arena), *text = arena_like(arena);
        struct buf b = buf_new(LIMIT_REPORT_BYTES, text);
        struct writer w = {r, &ladder[step], report_notes, panels, &b, 0, scratch};
        bool done = write_all(&w);
        if (done)
            buf_str(out, buf_view(&b));
        arena_free(scratch);
        arena_free(text);
        if (done)
            return;
    }
}
