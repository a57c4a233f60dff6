/* SPDX-License-Identifier: MIT
 *
 * Rules of --fail-on: what they mean, and what is refused. */
#include "support.h"

#include "compare/gate.h"

static struct arena *arena;

static struct effect effect(double base, double target, enum change_verdict v)
{
    return (struct effect){.base = base, .target = target, .verdict = v};
}

/* Three functions, one package; the load grew by a half. */
static struct comparison example(void)
{
    static struct change changes[4];
    changes[0] = (struct change){.name = STR("parse"),
                                 .self = effect(0.05, 0.08, CHANGE_SURE),
                                 .total = effect(0.10, 0.135, CHANGE_SURE)};
    changes[1] = (struct change){.name = STR("free"),
                                 .self = effect(0.06, 0.03, CHANGE_SURE),
                                 .total = effect(0.06, 0.03, CHANGE_SURE)};
    changes[2] = (struct change){.name = STR("noise"),
                                 .self = effect(0.1, 0.2, CHANGE_LIKELY),
                                 .total = effect(0.1, 0.2, CHANGE_LIKELY)};
    changes[3] = (struct change){.name = STR("json"),
                                 .is_package = true,
                                 .self = effect(0, 0.012, CHANGE_SURE),
                                 .total = effect(0.10, 0.135, CHANGE_SURE)};
    return (struct comparison){.changes = changes, .n_changes = 4, .load = effect(100, 150, CHANGE_SURE)};
}

static void test_rules(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *alarms;
    } rows[] = {
        {GATE_DEFAULT, "parse self, json self, "},
        {"share > +2pp", "parse self, json total, "},
        {"share > 3.2pp", "parse total, json total, "},
        {"self > +2pp", "parse self, "},
        {"function total > 2 pp", "parse total, "},
        {"package share>+1pp", "json self, "},
        {"self < -2pp", "free self, "},
        {"self > +50%", "parse self, json self, "},
        {"self > +65%", "json self, "},
        {"self of 'fr*' < -1pp", "free self, "},
        {"share of \"fr*\" > +1pp", ""},
        {"load > +20%", "load load, "},
        {"load > +60%, self < -2pp", "free self, "},
        {"nothing", ""},
        {"share > 0pp", "parse self, json self, "},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct comparison c = example();
        struct str why, came = STR("");
        struct gate *g = gate_parse(str_of(rows[i].rule), &why, arena);
        if (!g)
            fail_msg("'%s': refused: %.*s", rows[i].rule, STR_ARG(why));
        struct alarms a = gate_apply(g, &c, arena);
        for (uint32_t k = 0; k < a.n; k++)
            came = str_fmt(arena, "%.*s%.*s %s, ", STR_ARG(came),
                           STR_ARG(a.at[k].change ? a.at[k].change->name : STR("load")), a.at[k].quantity);
        if (!str_eq(came, str_of(rows[i].alarms)))
            fail_msg("'%s': came '%.*s', expected '%s'", rows[i].rule, STR_ARG(came), rows[i].alarms);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *why;
    } rows[] = {
        {"", "share, self, total or load expected at its end"},
        {"shares > 1pp", "share, self, total or load expected at 'shares > 1pp'"},
        {"share 1pp", "'>' or '<' expected at '1pp'"},
        {"share > 1", "'pp' (percentage points) or '%' expected at its end"},
        {"share > pp", "a number expected at 'pp'"},
        {"share > 1pp; self > 1pp", "a comma expected at '; self > 1pp'"},
        {"share > 1pp,", "share, self, total or load expected at its end"},
        {"load > 1pp", "load has no percentage points (write % of what it was)"},
        {"package load > 1%", "share, self or total expected at 'load > 1%'"},
        {"share > -1pp", "'> +N' means grown by more than N, '< -N' shrunk by more than N"},
        {"self of main > 1pp", "a name in quotes expected at 'main > 1pp'"},
        {"self of '' > 1pp", "a name in quotes expected at ''' > 1pp'"},
        {"nothing, share > 1pp", "share, self, total or load expected at 'nothing, share > 1pp'"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str why = STR("");
        if (gate_parse(str_of(rows[i].rule), &why, arena))
            fail_msg("'%s' was taken", rows[i].rule);
        EXPECT_STR(why, rows[i].why);
    }
}

static void test_no_alarm_when_it_cannot_be_judged(void **state)
{
    (void)state;
    struct comparison c = example();
    struct str why;
    c.n_reasons = 1;
    assert_int_equal(gate_apply(gate_parse(STR(GATE_DEFAULT), &why, arena), &c, arena).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rules), cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_no_alarm_when_it_cannot_be_judged)};
    arena = test_arena();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
