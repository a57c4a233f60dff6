/* SPDX-License-Identifier: MIT
 *
 * Rules of --fail-on, parsed word by word and applied. */
#include "compare/gate.h"

#include "base/decimal.h"
#include "base/vec.h"

#define MILLIONTH 1000000ll

enum quantity { QUANTITY_SHARE, QUANTITY_SELF, QUANTITY_TOTAL, QUANTITY_LOAD, QUANTITIES };
enum scope { SCOPE_ALL, SCOPE_FUNCTION, SCOPE_PACKAGE };

struct rule {
    struct str text;
    enum scope scope;
    enum quantity quantity;
    struct str glob; /* empty: any */
    bool is_below, is_relative;
    double limit; /* share, or ratio - 1 */
};

struct gate {
    struct rule *rule;
    size_t n;
};

struct parsing {
    struct str rest;
    struct str *why;
    struct arena *arena;
};

static bool refuse(struct parsing *p, const char *expected)
{
    struct str at = str_sub(p->rest, 0, 30);
    *p->why = p->rest.n ? str_fmt(p->arena, "%s expected at '%.*s'", expected, STR_ARG(at))
                        : str_fmt(p->arena, "%s expected at its end", expected);
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Takes the word if it stands here, whole. */
static bool take(struct parsing *p, const char *word)
{
    struct str w = str_of(word), rest = str_trim(p->rest);
    if (!str_starts(rest, w) || (is_letter(w.p[0]) && rest.n > w.n && is_letter(rest.p[w.n])))
        return false;
    p->rest = str_trim(str_sub(rest, w.n, rest.n));
    return true;
}

static bool take_glob(struct parsing *p, struct str *glob)
{
    struct str rest = str_trim(p->rest), inside, after;
    char quote = rest.n ? rest.p[0] : 0;
    if ((quote != '\'' && quote != '"') || !str_cut(str_sub(rest, 1, rest.n), quote, &inside, &after) ||
        !inside.n)
        return refuse(p, "a name in quotes");
    *glob = inside;
    p->rest = str_trim(after);
    return true;
}

static bool take_limit(struct parsing *p, struct rule *r)
{
    struct str rest = str_trim(p->rest);
    size_t n = 0;
    int64_t scaled;
    while (n < rest.n && ((rest.p[n] >= '0' && rest.p[n] <= '9') || rest.p[n] == '.' ||
                          (!n && (rest.p[n] == '+' || rest.p[n] == '-'))))
        n++;
    bool plus = n && rest.p[0] == '+';
    if (!decimal_scaled(str_sub(rest, plus, n), MILLIONTH, &scaled))
        return refuse(p, "a number");
    p->rest = str_sub(rest, n, rest.n);
    r->limit = (double)scaled / MILLIONTH / 100;
    r->is_relative = take(p, "%");
    if (!r->is_relative && !take(p, "pp"))
        return refuse(p, "'pp' (percentage points) or '%'");
    if (r->quantity == QUANTITY_LOAD && !r->is_relative) {
        *p->why = STR("load has no percentage points (write % of what it was)");
        return false;
    }
    if (r->is_below ? r->limit > 0 : r->limit < 0) {
        *p->why = STR("'> +N' means grown by more than N, '< -N' shrunk by more than N");
        return false;
    }
    return true;
}

static bool take_rule(struct parsing *p, struct rule *r)
{
    static const char *const words[] = {"share", "self", "total", "load"};
    *r = (struct rule){.text = p->rest, .quantity = QUANTITIES};
    if (take(p, "function"))
        r->scope = SCOPE_FUNCTION;
    else if (take(p, "package"))
        r->scope = SCOPE_PACKAGE;
    for (int i = 0; i < QUANTITIES && r->quantity == QUANTITIES; i++)
        if ((r->scope == SCOPE_ALL || i != QUANTITY_LOAD) && take(p, words[i]))
            r->quantity = (enum quantity)i;
    if (r->quantity == QUANTITIES)
        return refuse(p, r->scope == SCOPE_ALL ? "share, self, total or load" : "share, self or total");
    if (r->quantity != QUANTITY_LOAD && take(p, "of") && !take_glob(p, &r->glob))
        return false;
    r->is_below = take(p, "<");
    if (!r->is_below && !take(p, ">"))
        return refuse(p, "'>' or '<'");
    if (!take_limit(p, r))
        return false;
    r->text = str_trim(str_sub(r->text, 0, (size_t)(p->rest.p - r->text.p)));
    return true;
}

struct gate *gate_parse(struct str text, struct str *why, struct arena *arena)
{
    struct parsing p = {str_trim(text), why, arena};
    struct gate *g = NEW(arena, struct gate);
    VEC(struct rule) rules = {0};
    struct rule r;
    if (str_eq(p.rest, STR("nothing")))
        return g;
    do {
        if (!take_rule(&p, &r))
            return NULL;
        (void)vec_push(&rules, SIZE_MAX, arena, r);
    } while (take(&p, ","));
    if (p.rest.n) {
        (void)refuse(&p, "a comma");
        return NULL;
    }
    g->rule = rules.p;
    g->n = rules.n;
    return g;
}

uint32_t gate_rules(const struct gate *g)
{
    return (uint32_t)g->n;
}

struct str gate_rule(const struct gate *g, uint32_t i)
{
    return g->rule[i].text;
}

static bool meets(const struct rule *r, const struct effect *e)
{
    double by = e->target - e->base;
    if (e->verdict != CHANGE_SURE)
        return false;
    if (r->is_relative) /* what was not there grew by any percentage */
        return r->is_below ? by < r->limit * e->base : by > r->limit * e->base;
    return r->is_below ? by < r->limit : by > r->limit;
}

static bool find_alarm(const struct gate *g, const struct change *c, struct alarm *out)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct rule *r = &g->rule[i];
        if (r->quantity == QUANTITY_LOAD || (r->scope == SCOPE_FUNCTION && c->is_package) ||
            (r->scope == SCOPE_PACKAGE && !c->is_package) || (r->glob.n && !str_glob(r->glob, c->name)))
            continue;
        bool self = r->quantity != QUANTITY_TOTAL && meets(r, &c->self);
        if (!self && (r->quantity == QUANTITY_SELF || !meets(r, &c->total)))
            continue;
        *out = (struct alarm){c, self ? &c->self : &c->total, self ? "self" : "total", r->text};
        return true;
    }
    return false;
}

struct alarms gate_apply(const struct gate *g, const struct comparison *c, struct arena *arena)
{
    struct alarms out = {NEW_N(arena, struct alarm, (size_t)c->n_changes + 1), 0};
    if (c->n_reasons)
        return out;
    for (size_t i = 0; i < g->n && !out.n; i++)
        if (g->rule[i].quantity == QUANTITY_LOAD && meets(&g->rule[i], &c->load))
            out.at[out.n++] = (struct alarm){NULL, &c->load, "load", g->rule[i].text};
    for (uint32_t i = 0; i < c->n_changes; i++)
        out.n += find_alarm(g, &c->changes[i], &out.at[out.n]);
    return out;
}

void gate_mark(const struct gate *g, struct comparison *c, struct arena *arena)
{
    struct alarms alarms = gate_apply(g, c, arena);
    c->rules = NEW_N(arena, struct str, g->n + 1);
    c->n_rules = (uint32_t)g->n;
    c->n_alarms = alarms.n;
    for (size_t i = 0; i < g->n; i++)
        c->rules[i] = g->rule[i].text;
    for (uint32_t i = 0; i < alarms.n; i++) {
        const struct alarm *a = &alarms.at[i];
        if (a->change)
            c->changes[a->change - c->changes].alarm =
                a->effect == &a->change->self ? ALARM_SELF : ALARM_TOTAL;
        else
            c->load_alarm = true;
    }
}
