/* SPDX-License-Identifier: MIT
 *
 * CSV to the letter of RFC 4180, the sorts of times a metric may have, and what of it lies in a profile. */
#include "support.h"

#include "base/timetext.h"
#include "ingest/csv.h"
#include "ingest/metric.h"

/* Fields joined by '|', records by '/'; then what was said. */
static struct str records(const char *text, struct arena *arena)
{
    struct diag *d = diag_new(arena);
    struct csv c = csv_open(str_of(text), diag_text(d, STR("x.csv"), str_of(text)), d, arena);
    struct buf out = buf_new(1 << 16, arena);
    while (csv_next(&c)) {
        for (uint32_t i = 0; i < c.n; i++)
            buf_fmt(&out, "%s%.*s", i ? "|" : "", STR_ARG(c.field[i].text));
        buf_char(&out, '/');
    }
    for (uint32_t i = 0; i < diag_count(d); i++)
        buf_fmt(&out, " %llu:%u %.*s", (unsigned long long)diag_entry(d, i).line, diag_entry(d, i).column,
                STR_ARG(diag_entry(d, i).message));
    return buf_view(&out);
}

static void test_records(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", ""},
        {"a,b\n1,2\n", "a|b/1|2/"},
        {"a,b\r\n1,2", "a|b/1|2/"},
        {"\xef\xbb\xbf" "a,b\n", "a|b/"},
        {"a,\n,b\n", "a|/|b/"},
        {"a\n\n\r\nb\n", "a/b/"},
        {"\"a,b\",\"c\"\"d\"\n", "a,b|c\"d/"},
        {"\"two\nlines\",x\n1,2\n", "two\nlines|x/1|2/"},
        {"\"\",\"\"\"\"\n", "|\"/"},
        {"a,b\n1\n3,4\n1,2,3\n", "a|b/3|4/ 2:1 1 fields, where the first line has 2 4:1 3 fields, where the first line has 2"},
        {"a,b\n1,\"2\n3", "a|b/ 2:3 a quoted field without its closing quote"},
        {"a,b\n1,\"2\"x\n3,4\n", "a|b/ 2:6 text after the closing quote of a field"},
        {"a,b\n1,2\"\n", "a|b/ 2:4 a quote inside a field that is not quoted (quote the field, double the quote)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = test_arena();
        EXPECT_STR(records(rows[i].text, arena), rows[i].want);
        arena_free(arena);
    }
}

/* "TIME VALUE TIME VALUE …", with "e" in front when it counts from 1970; or what was said. */
static struct str parsed(const char *text, struct arena *arena)
{
    struct diag *d = diag_new(arena);
    struct metric_spec spec = {0};
    struct metric m;
    struct buf out = buf_new(1 << 16, arena);
    if (metric_parse(&spec, str_of(text), diag_text(d, STR("x.csv"), str_of(text)), d, &m, arena))
        for (uint32_t i = 0; i < m.n; i++)
            buf_fmt(&out, "%s%lld %g", i ? " " : m.is_epoch ? "e" : "", (long long)m.time_ns[i], m.value[i]);
    for (uint32_t i = 0; i < diag_count(d); i++)
        buf_fmt(&out, " %llu:%u %.*s", (unsigned long long)diag_entry(d, i).line, diag_entry(d, i).column,
                STR_ARG(diag_entry(d, i).message));
    return buf_view(&out);
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"t,v\n0,1\n1.5,2\n", "0 1 1500000000 2"},
        {"t,v\n0.123456789,-1e3\n", "123456789 -1000"},
        {"t,v\n-1,0.5\n", "-1000000000 0.5"},
        {"t,v\n1795174141,1\n", "e1795174141000000000 1"},
        {"t,v\n1795174141.25,1\n", "e1795174141250000000 1"},
        {"t,v\n1795174141250,1\n", "e1795174141250000000 1"},
        {"t,v\n1795174141250001,1\n", "e1795174141250001000 1"},
        {"t,v\n1795174141250001002,1\n", "e1795174141250001002 1"},
        {"t,v\n2026-11-20T11:29:01Z,1\n", "e1795174141000000000 1"},
        {"t,v\n2026-11-20T12:29:01.25+01:00,1\n", "e1795174141250000000 1"},
        {"t,v\n2,1\n1,2\n2,3\n1,4\n", "1000000000 2 1000000000 4 2000000000 1 2000000000 3 0:0 its times are out of order, sorted"},
        {"t,v\n1,\n2,NaN\n3,4\n", "3000000000 4 0:0 2 lines without a number, left out"},
        {"t\n1\n", " 1:1 one column only, expected times and numbers"},
        {"", " 0:0 the file is empty (expected a line of column names, then numbers)"},
        {"t,v\n", " 0:0 there are no numbers in it"},
        {"t,v\n1,x\n2,inf\n3,0x1p3\n", " 2:3 'x' is not a number 3:3 'inf' is not a number 4:3 '0x1p3' is not a number"},
        {"t,v\n1,0000000000000000000000000000000000000000000000000000000000000000000007\n", " 2:3 '0000000000000000000000000000000000000000000000000000000000000000000007' is not a number"},
        {"t,v\n1,1\n1795174141,1\n", " 3:1 this time counts from 1970, those before it from the origin"},
        {"t,v\n99999999999999999999,1\n", " 2:1 '99999999999999999999' is not a time (seconds since the origin, seconds since 1970, or a date "
                                        "with its zone such as 2026-11-19T11:36:00Z)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = test_arena();
        EXPECT_STR(parsed(rows[i].text, arena), rows[i].want);
        arena_free(arena);
    }
}

static void test_only_what_lies_in_the_profile(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    int64_t times[] = {-1, 0, 150000, 199999, 200000, 999999, 1000000};
    double values[] = {1, 2, 3, 4, 5, 6, 7};
    struct metric m = {.title = STR("m"), .n = 7, .time_ns = times, .value = values};
    struct counter_series room[2];
    struct profile p = {.has_time = true, .step_ns = 100000, .n_steps = 10, .series = room};
    assert_true(metric_add(&m, &p, arena));
    const uint32_t want[] = {0, 1, 1, 2, 9};
    assert_int_equal(p.n_series, 1);
    assert_int_equal(room[0].n, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(room[0].time[i], want[i]);
        assert_true(room[0].value[i] == values[i + 1]);
    }
    /* By the wall clock, and not without one. */
    m.is_epoch = true;
    assert_false(metric_add(&m, &p, arena));
    p.has_clock = true;
    p.clock_epoch_ns = 150000;
    assert_true(metric_add(&m, &p, arena));
    assert_int_equal(room[1].n, 5); /* 150000 is step 0 */
    assert_int_equal(room[1].time[0], 0);
    p.clock_epoch_ns = INT64_MIN; /* out of a hostile report */
    p.series = room;
    p.n_series = 0;
    assert_false(metric_add(&m, &p, arena));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_only_what_lies_in_the_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
