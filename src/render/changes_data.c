/* SPDX-License-Identifier: MIT
 *
 * A comparison for programs: JUnit's XML, one test case a rule, JSON with everything, and stacks with both
 * weights as tools of differential flame graphs take them. XML 1.0 has no way to write most control
 * characters, nor U+FFFE and U+FFFF: they become U+FFFD. */
#include "render/changes.h"

#include <string.h>

#include "base/arena.h"
#include "base/jsonout.h"
#include "pack/head.h"
#include "render/escape.h"

/* ---- JUnit */

static void xml(struct buf *out, struct str s)
{
    while (s.n) {
        size_t n = str_utf8_len(s), step = n ? n : 1;
        bool is_none = n == 3 && (memcmp(s.p, "\xef\xbf\xbe", 3) == 0 || memcmp(s.p, "\xef\xbf\xbf", 3) == 0);
        if (is_none)
            buf_lit(out, "\xef\xbf\xbd");
        else if (n == 1 && (s.p[0] == '\n' || s.p[0] == '\t'))
            buf_char(out, ' ');
        else
            escape_attribute(out, str_sub(s, 0, step));
        s = str_sub(s, step, s.n);
    }
}

static void property(struct buf *out, const char *name, struct str value)
{
    buf_fmt(out, "      <property name=\"%s\" value=\"", name);
    xml(out, value);
    buf_lit(out, "\"/>\n");
}

static void alarm_line(struct buf *out, const struct alarm *a)
{
    if (!a->change) {
        buf_fmt(out, "load: %.4g -&gt; %.4g a second", a->effect->base, a->effect->target);
    } else {
        buf_str(out, a->change->is_package ? STR("package ") : STR(""));
        xml(out, a->change->name);
        buf_fmt(out, ", %s: ", a->quantity);
        changes_percent(out, a->effect->base);
        buf_lit(out, " -&gt; ");
        changes_percent(out, a->effect->target);
        buf_lit(out, ", ");
        changes_points(out, a->effect);
    }
    buf_char(out, '\n');
}

static uint32_t n_alarms(const struct alarms *alarms, struct str rule)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < alarms->n; i++)
        n += str_eq(alarms->at[i].rule, rule);
    return n;
}

static void junit_case(struct buf *out, const struct comparison *c, const struct alarms *alarms,
                       struct str rule)
{
    uint32_t n = n_alarms(alarms, rule);
    buf_lit(out, "    <testcase classname=\"flamepress.diff\" name=\"");
    xml(out, rule);
    buf_str(out, n || c->n_reasons ? STR("\">\n") : STR("\"/>\n"));
    if (c->n_reasons) {
        buf_lit(out, "      <error type=\"cannot judge\" message=\"");
        xml(out, c->reasons[0]);
        buf_lit(out, "\">");
        for (uint32_t i = 0; i < c->n_reasons; i++) {
            xml(out, c->reasons[i]);
            buf_char(out, '\n');
        }
        buf_lit(out, "</error>\n");
    } else if (n) {
        buf_fmt(out, "      <failure type=\"regression\" message=\"%u %s\">", n,
                n == 1 ? "change" : "changes");
        for (uint32_t i = 0; i < alarms->n; i++)
            if (str_eq(alarms->at[i].rule, rule))
                alarm_line(out, &alarms->at[i]);
        buf_lit(out, "</failure>\n");
    }
    if (n || c->n_reasons)
        buf_lit(out, "    </testcase>\n");
}

void changes_junit(const struct comparison *c, const struct gate *g, const struct alarms *alarms,
                   struct buf *out, struct arena *scratch)
{
    uint32_t cases = gate_rules(g), failed = 0;
    (void)scratch;
    for (uint32_t i = 0; i < cases; i++)
        failed += n_alarms(alarms, gate_rule(g, i)) > 0;
    if (!cases)
        cases = 1;
    buf_lit(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    buf_fmt(out, "  <testsuite name=\"flamepress diff\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", cases,
            failed, c->n_reasons ? cases : 0);
    buf_lit(out, "    <properties>\n");
    for (uint32_t k = 0; k < c->n_base; k++)
        property(out, "base", c->base[k].id);
    property(out, "target", c->target.id);
    property(out, "event", c->event);
    buf_lit(out, "    </properties>\n");
    for (uint32_t i = 0; i < gate_rules(g); i++)
        junit_case(out, c, alarms, gate_rule(g, i));
    if (!gate_rules(g))
        junit_case(out, c, alarms, STR("nothing"));
    buf_lit(out, "  </testsuite>\n</testsuites>\n");
}

/* ---- JSON */

static void add_side(struct json *j, const struct compared_side *s)
{
    json_open(j, '{');
    json_key_str(j, "id", s->id);
    json_key_u64(j, "n_samples", s->n_samples);
    json_key_double(j, "seconds", s->seconds);
    json_close(j, '}');
}

static void add_effect(struct json *j, const char *key, const struct effect *e)
{
    json_key_open(j, key, '{');
    json_key_double(j, "base", e->base);
    json_key_double(j, "target", e->target);
    json_key_double(j, "change", e->target - e->base);
    json_key(j, "ratio");
    if (e->base > 0)
        json_double(j, e->target / e->base);
    else
        json_null(j);
    json_key_double(j, "error", e->error);
    json_key_double(j, "low", e->low);
    json_key_double(j, "high", e->high);
    json_key_double(j, "p", e->p);
    json_key_str(j, "sure", str_of(head_verdict[e->verdict]));
    json_close(j, '}');
}

static void add_alarms(struct json *j, const struct alarms *alarms)
{
    json_key_open(j, "alarms", '[');
    for (uint32_t i = 0; i < alarms->n; i++) {
        const struct alarm *a = &alarms->at[i];
        json_open(j, '{');
        if (a->change) {
            json_key_str(j, "kind", a->change->is_package ? STR("package") : STR("function"));
            json_key_str(j, "name", a->change->name);
        }
        json_key_str(j, "quantity", str_of(a->quantity));
        json_key_str(j, "rule", a->rule);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void changes_json(const struct comparison *c, const struct gate *g, const struct alarms *alarms,
                  struct buf *out, struct arena *scratch)
{
    struct json j = json_new(out);
    (void)scratch;
    json_open(&j, '{');
    json_key_str(&j, "outcome", str_of(head_outcome[comparison_outcome(c, alarms->n)]));
    json_key_str(&j, "direction", STR("base -> target"));
    json_key_open(&j, "base", '[');
    for (uint32_t k = 0; k < c->n_base; k++)
        add_side(&j, &c->base[k]);
    json_close(&j, ']');
    json_key(&j, "target");
    add_side(&j, &c->target);
    json_key_str(&j, "event", c->event);
    json_key_str(&j, "weight", str_of(c->weight));
    json_key_strs(&j, "reasons", c->reasons, c->n_reasons);
    json_key_open(&j, "rules", '[');
    for (uint32_t i = 0; i < gate_rules(g); i++)
        json_str(&j, gate_rule(g, i));
    json_close(&j, ']');
    add_alarms(&j, alarms);
    json_key_u64(&j, "n_tested", c->n_tested);
    if (c->load.base > 0)
        add_effect(&j, "load", &c->load);
    json_key_open(&j, "changes", '[');
    for (uint32_t i = 0; i < c->n_changes; i++) {
        const struct change *x = &c->changes[i];
        json_open(&j, '{');
        json_key_str(&j, "kind", x->is_package ? STR("package") : STR("function"));
        json_key_str(&j, "name", x->name);
        if (x->module.n)
            json_key_str(&j, "module", x->module);
        add_effect(&j, "self", &x->self);
        add_effect(&j, "total", &x->total);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    buf_char(out, '\n');
}

/* ---- folded stacks with two weights */

static void folded_name(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f || c == ';' || c == '\\')
            buf_fmt(out, "\\x%02X", c);
        else
            buf_char(out, s.p[i]);
    }
}

static void folded_stack(struct buf *out, const struct diff_tree *t, uint32_t node)
{
    if (t->parent[node]) {
        folded_stack(out, t, t->parent[node]);
        buf_char(out, ';');
    }
    folded_name(out, t->names[t->name[node]]);
}

/* Millionths of each side: both sides add up to the same, whatever their loads. */
void changes_folded(const struct comparison *c, const struct gate *g, const struct alarms *alarms,
                    struct buf *out, struct arena *scratch)
{
    const struct diff_tree *t = &c->tree;
    uint32_t *base = NEW_N(scratch, uint32_t, (size_t)t->n_nodes + 1),
             *target = NEW_N(scratch, uint32_t, (size_t)t->n_nodes + 1);
    (void)g, (void)alarms;
    for (uint32_t i = 1; i < t->n_nodes; i++) {
        base[t->parent[i]] += t->base[i];
        target[t->parent[i]] += t->target[i];
    }
    for (uint32_t i = 1; i < t->n_nodes; i++) {
        uint32_t self_base = t->base[i] - base[i], self_target = t->target[i] - target[i];
        if (!self_base && !self_target)
            continue;
        folded_stack(out, t, i);
        buf_fmt(out, " %u %u\n", self_base, self_target);
    }
}
