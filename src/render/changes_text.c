/* SPDX-License-Identifier: MIT
 *
 * A comparison for people: plain text for a terminal, Markdown for a pull request or a step summary. In
 * Markdown every name stands in a code span, where nothing is a link, a mention, emphasis or markup; in plain
 * text control characters are written as \xNN, so that a name cannot drive the terminal. */
#include "render/changes.h"

#include <math.h>

#include "base/timetext.h"
#include "pack/head.h"
#include "render/words.h"

/* Rows shown at most: beyond that a list is for programs. */
#define MOST_ROWS 40u

const char changes_formats[] = "text, markdown, junit, json, folded";

changes_write *changes_format(struct str name)
{
    return str_eq(name, STR("text"))       ? changes_text
           : str_eq(name, STR("markdown")) ? changes_markdown
           : str_eq(name, STR("junit"))    ? changes_junit
           : str_eq(name, STR("json"))     ? changes_json
           : str_eq(name, STR("folded"))   ? changes_folded
                                           : NULL;
}

void changes_percent(struct buf *out, double share)
{
    buf_fmt(out, "%.*f %%", share < 0.1 ? 2 : 1, share * 100);
}

void changes_points(struct buf *out, const struct effect *e)
{
    double points = (e->target - e->base) * 100;
    buf_fmt(out, "%+.*f pp", fabs(points) < 10 ? 2 : 1, points);
}

static void chance(struct buf *out, const struct effect *e)
{
    if (e->p < 1e-6)
        buf_lit(out, "below 0.0001 %");
    else
        buf_fmt(out, "%.2g %%", e->p * 100);
}

static const struct alarm *alarm_of(const struct alarms *alarms, const struct change *x)
{
    for (uint32_t i = 0; i < alarms->n; i++)
        if (alarms->at[i].change == x)
            return &alarms->at[i];
    return NULL;
}

struct listed {
    uint32_t shown, more;
};

/* A row for each change that chance does not do, `head` before the first. */
static struct listed list_changes(struct buf *out, const struct comparison *c, const struct alarms *alarms, const char *head,
                                  void (*row)(struct buf *, const struct change *, const struct alarms *))
{
    struct listed n = {0, 0};
    for (uint32_t i = 0; i < c->n_changes; i++) {
        if (change_effect(&c->changes[i])->verdict == CHANGE_NONE)
            continue;
        if (n.shown == MOST_ROWS) {
            n.more++;
            continue;
        }
        if (!n.shown++)
            buf_str(out, str_of(head));
        row(out, &c->changes[i], alarms);
    }
    return n;
}

/* ---- names */

static void plain_name(struct buf *out, struct str s)
{
    while (s.n) {
        size_t n = str_utf8_len(s), step = n ? n : 1;
        bool harmless = n && str_code_is_plain(str_utf8_code(s, n));
        if (harmless)
            buf_add(out, s.p, n);
        for (size_t i = 0; i < step && !harmless; i++)
            buf_fmt(out, "\\x%02X", (unsigned char)s.p[i]);
        s = str_sub(s, step, s.n);
    }
}

/* A code span with a fence longer than any in the name. In a table a pipe would end the cell. */
static void code_name(struct buf *out, struct str s, bool in_table)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < s.n; i++) {
        run = s.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        buf_char(out, '`');
    if (longest || !s.n)
        buf_char(out, ' ');
    while (s.n) {
        size_t n = str_utf8_len(s);
        if (n == 1 && s.p[0] == '|' && in_table)
            buf_lit(out, "\\|");
        else if (n && str_code_is_plain(str_utf8_code(s, n)))
            buf_add(out, s.p, n);
        else
            buf_lit(out, "\xef\xbf\xbd");
        s = str_sub(s, n ? n : 1, s.n);
    }
    if (longest)
        buf_char(out, ' ');
    for (size_t i = 0; i <= longest; i++)
        buf_char(out, '`');
}

/* ---- text */

static void side_line(struct buf *out, const char *label, const struct compared_side *s, bool is_known)
{
    buf_fmt(out, "%-8s ", label);
    plain_name(out, s->id);
    if (is_known) {
        buf_lit(out, "  (");
        words_samples(out, s->n_samples);
        if (s->seconds > 0) {
            buf_lit(out, ", ");
            words_length(out, (int64_t)(s->seconds * NS_PER_S));
        }
        buf_char(out, ')');
    }
    buf_char(out, '\n');
}

static void load_line(struct buf *out, const struct comparison *c)
{
    const struct effect *e = &c->load;
    if (e->base <= 0)
        return;
    buf_fmt(out, "load     %.4g -> %.4g a second, %+.1f %%", e->base, e->target,
            (e->target / e->base - 1) * 100);
    buf_fmt(out, " (%s)\n",
            e->verdict == CHANGE_NONE ? "not to be told from noise" : head_verdict[e->verdict]);
}

static void text_row(struct buf *out, const struct change *x, const struct alarms *alarms)
{
    const struct effect *e = change_effect(x);
    const struct alarm *alarm = alarm_of(alarms, x);
    size_t begin = out->n;
    buf_fmt(out, "%c %-5s ", alarm ? '!' : ' ', change_is_about_self(x) ? "self" : "total");
    changes_percent(out, e->base);
    buf_lit(out, " -> ");
    changes_percent(out, e->target);
    while (out->n < begin + 27)
        buf_char(out, ' ');
    changes_points(out, e);
    buf_fmt(out, " +- %.2f", (e->high - e->low) * 50);
    while (out->n < begin + 48)
        buf_char(out, ' ');
    buf_fmt(out, "%-7s ", head_verdict[e->verdict]);
    if (x->is_package)
        buf_lit(out, "package ");
    plain_name(out, x->name);
    if (x->module.n) {
        buf_lit(out, " (");
        plain_name(out, x->module);
        buf_char(out, ')');
    }
    if (e->base <= 0 || e->target <= 0)
        buf_str(out, e->base <= 0 ? STR(", new") : STR(", gone"));
    buf_char(out, '\n');
}

static void text_outcome(struct buf *out, const struct comparison *c, const struct gate *g,
                         const struct alarms *alarms)
{
    if (c->n_reasons) {
        buf_lit(out, "\ncannot judge:\n");
        for (uint32_t i = 0; i < c->n_reasons; i++) {
            buf_lit(out, "  ");
            plain_name(out, c->reasons[i]);
            buf_char(out, '\n');
        }
        return;
    }
    buf_fmt(out, "\n%s", head_outcome[comparison_outcome(c, alarms->n)]);
    for (uint32_t i = 0; i < gate_rules(g); i++) {
        buf_str(out, i ? STR(", ") : STR(" by "));
        plain_name(out, gate_rule(g, i));
    }
    buf_char(out, '\n');
}

void changes_text(const struct comparison *c, const struct gate *g, const struct alarms *alarms,
                  struct buf *out, struct arena *scratch)
{
    bool known = c->target.n_samples > 0;
    (void)scratch;
    for (uint32_t k = 0; k < c->n_base; k++)
        side_line(out, k ? "" : "base", &c->base[k], known);
    side_line(out, "target", &c->target, known);
    buf_lit(out, "event    ");
    plain_name(out, c->event);
    buf_fmt(out, ", by %s; all numbers are base -> target\n", c->weight);
    load_line(out, c);
    text_outcome(out, c, g, alarms);
    struct listed n = list_changes(out, c, alarms, "\n  what  share                change +- 95 %        sure\n", text_row);
    if (n.more)
        buf_fmt(out, "  and %u more (--format json has all)\n", n.more);
    if (!n.shown && !c->n_reasons)
        buf_fmt(out, "nothing changed by more than chance does (%u quantities looked at)\n", c->n_tested);
}

/* ---- Markdown */

static void markdown_sides(struct buf *out, const struct comparison *c)
{
    buf_lit(out, "Base: ");
    for (uint32_t k = 0; k < c->n_base; k++) {
        buf_str(out, k ? STR(", ") : STR(""));
        code_name(out, c->base[k].id, false);
    }
    buf_lit(out, "  \nTarget: ");
    code_name(out, c->target.id, false);
    buf_lit(out, "  \nEvent: ");
    code_name(out, c->event, false);
    buf_fmt(out, ", by %s. All numbers are base → target.\n", c->weight);
    if (c->load.base > 0)
        buf_fmt(out, "Load: %.4g → %.4g a second, %+.1f %% (%s).\n", c->load.base, c->load.target,
                (c->load.target / c->load.base - 1) * 100,
                c->load.verdict == CHANGE_NONE ? "not to be told from noise"
                                               : head_verdict[c->load.verdict]);
}

static void markdown_cell(struct buf *out, const struct effect *e)
{
    changes_percent(out, e->base);
    buf_lit(out, " → ");
    changes_percent(out, e->target);
    buf_lit(out, " | ");
    if (e->verdict != CHANGE_NONE)
        buf_lit(out, "**");
    changes_points(out, e);
    if (e->verdict != CHANGE_NONE)
        buf_lit(out, "**");
}

static void markdown_row(struct buf *out, const struct change *x, const struct alarms *alarms)
{
    const struct effect *e = change_effect(x);
    buf_str(out, alarm_of(alarms, x) ? STR("| ❗ ") : STR("| "));
    if (x->is_package)
        buf_lit(out, "package ");
    code_name(out, x->name, true);
    if (x->module.n) {
        buf_lit(out, " in ");
        code_name(out, x->module, true);
    }
    buf_lit(out, " | ");
    markdown_cell(out, &x->self);
    buf_lit(out, " | ");
    markdown_cell(out, &x->total);
    buf_fmt(out, " | %s, ", head_verdict[e->verdict]);
    chance(out, e);
    buf_lit(out, " |\n");
}

void changes_markdown(const struct comparison *c, const struct gate *g, const struct alarms *alarms,
                      struct buf *out, struct arena *scratch)
{
    (void)scratch;
    buf_fmt(out, "### flamepress: %s\n\n", head_outcome[comparison_outcome(c, alarms->n)]);
    markdown_sides(out, c);
    if (c->n_reasons)
        buf_lit(out, "\nThe two cannot be compared:\n\n");
    for (uint32_t i = 0; i < c->n_reasons; i++) {
        buf_lit(out, "- ");
        code_name(out, c->reasons[i], false);
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < gate_rules(g) && !c->n_reasons; i++) {
        buf_str(out, i ? STR(", ") : STR("\nA regression is: "));
        code_name(out, gate_rule(g, i), false);
    }
    if (gate_rules(g) && !c->n_reasons)
        buf_lit(out, ".\n");
    struct listed n = list_changes(out, c, alarms,
                                   "\n| Function or package | Self | Change | Total | Change | Sure, chance of noise |\n"
                                   "|---|---|---|---|---|---|\n",
                                   markdown_row);
    if (n.more)
        buf_fmt(out, "\nAnd %u more.\n", n.more);
    if (!n.shown && !c->n_reasons)
        buf_fmt(out, "\nNothing changed by more than chance does (%u quantities looked at).\n", c->n_tested);
}
