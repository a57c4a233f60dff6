/* SPDX-License-Identifier: MIT
 *
 * Times as people write them: exact, or refused. */
#include "support.h"

#include "base/timetext.h"

#define REFUSED INT64_MIN

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t unit, want;
    } cases[] = {
        {"34.1s", 0, 34100000000},
        {"0.1 s", 0, 100000000},
        {"820ms", 0, 820000000},
        {"100us", 0, 100000},
        {"100\xc2\xb5s", 0, 100000},
        {"100\xce\xbcs", 0, 100000},
        {"1 min", 0, 60000000000},
        {"1.5m", 0, 90000000000},
        {"2h", 0, 7200000000000},
        {"7ns", 0, 7},
        {" 7 sec ", 0, 7000000000},
        {".5s", 0, 500000000},
        {"0", NS_PER_S, 0},
        {"1500", 1000000, 1500000000},
        {"0.000000001s", 0, 1},
        {"0.0000000010000s", 0, 1},
        {"0.999999999999s", 0, REFUSED},
        {"0.0000000001s", 0, REFUSED},
        {"1.00000000005s", 0, REFUSED}, /* digits past the last exact zero count, too */
        {"0.00000000000000000001s", 0, REFUSED},
        {"1.5ns", 0, REFUSED},
        {"1.0ns", 0, 1},
        {"1.0000001ms", 0, REFUSED},
        {"1.000001ms", 0, 1000001},
        {"9223372036854775807ns", 0, INT64_MAX},
        {"9223372036854775808ns", 0, REFUSED},
        {"9223372036.854775807s", 0, INT64_MAX},
        {"9223372036.854775808s", 0, REFUSED},
        {"9223372037s", 0, REFUSED},
        {"99999999999999999999h", 0, REFUSED},
        {"1500", 0, REFUSED}, /* no unit */
        {"-1s", 0, REFUSED},
        {"+1s", 0, REFUSED},
        {"1e3s", 0, REFUSED},
        {"1,5s", 0, REFUSED},
        {"s", 0, REFUSED},
        {".s", 0, REFUSED},
        {"", NS_PER_S, REFUSED},
        {"1 s s", 0, REFUSED},
        {"1S", 0, REFUSED},
        {"1.2.3s", 0, REFUSED},
        {"inf", NS_PER_S, REFUSED},
        {"0x10", NS_PER_S, REFUSED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ns = 0;
        if (!time_parse(str_of(cases[i].text), cases[i].unit, &ns))
            ns = REFUSED;
        if (ns != cases[i].want)
            fail_msg("'%s': came %lld, expected %lld", cases[i].text, (long long)ns,
                     (long long)cases[i].want);
    }
}

static void ranges(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t from, to;
    } cases[] = {
        {"34.1s..34.9s", true, 34100000000, 34900000000},
        {"34.1..34.9s", true, 34100000000, 34900000000},
        {"34.1..34.9", true, 34100000000, 34900000000},
        {"100..900ms", true, 100000000, 900000000},
        {"100ms..2", true, 100000000, 2000000000},
        {" 1 s .. 2 s ", true, 1000000000, 2000000000},
        {"0..1", true, 0, 1000000000},
        {"1s..1s", false, 0, 0},
        {"2s..1s", false, 0, 0},
        {"1s", false, 0, 0},
        {"1s..", false, 0, 0},
        {"..1s", false, 0, 0},
        {"..", false, 0, 0},
        {"1s..2s..3s", false, 0, 0},
        {"1s-2s", false, 0, 0},
        {"-1s..2s", false, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t from = 0, to = 0;
        bool ok = time_parse_range(str_of(cases[i].text), &from, &to);
        if (ok != cases[i].ok || (ok && (from != cases[i].from || to != cases[i].to)))
            fail_msg("'%s': came %d %lld %lld", cases[i].text, ok, (long long)from, (long long)to);
    }
}

static void instants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01", 0},
        {"2026-11-19T11:36:00Z", 1795088160000000000},
        {"2026-11-19T11:36:00.5Z", 1795088160500000000},
        {"2026-11-19 11:36:00Z", 1795088160000000000},
        {"2026-11-19t11:36:00z", 1795088160000000000},
        {"2026-11-19T11:36Z", 1795088160000000000},
        {"2026-11-19T12:36:00+01:00", 1795088160000000000},
        {"2026-11-19T06:06:00-05:30", 1795088160000000000},
        {"2026-11-19T11:36:00.123456789Z", 1795088160123456789},
        {"2000-02-29T00:00:00Z", 951782400000000000},
        {"2024-12-31T23:59:60Z", 1735689600000000000},
        {"2026-11-19T11:36:00.1234567891Z", REFUSED},
        {"2026-11-19T11:36:00.Z", REFUSED},
        {"2026-11-19T11:36.5Z", REFUSED}, /* half a minute is nobody's time of day */
        {"2026-11-19T11:36:00", REFUSED}, /* no zone */
        {"2026-11-19T11:36:00 Z", REFUSED},
        {"2026-11-19T11:36:00+0100", REFUSED},
        {"2026-11-19T11:36:00+15:00", REFUSED},
        {"2026-02-29", REFUSED},
        {"2100-02-29", REFUSED},
        {"2026-13-01", REFUSED},
        {"2026-00-01", REFUSED},
        {"2026-01-00", REFUSED},
        {"2026-04-31", REFUSED},
        {"1969-12-31", REFUSED},
        {"2201-01-01", REFUSED},
        {"2026-1-1", REFUSED},
        {"2026-11-19T24:00:00Z", REFUSED},
        {"2026-11-19T11:60:00Z", REFUSED},
        {"2026-11-19T11:36:61Z", REFUSED},
        {"19.11.2026", REFUSED},
        {"2026-11-19T", REFUSED},
        {"2026-11-19T11", REFUSED},
        {"yesterday", REFUSED},
        {"", REFUSED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ns = 0;
        if (!time_parse_instant(str_of(cases[i].text), &ns))
            ns = REFUSED;
        if (ns != cases[i].want)
            fail_msg("'%s': came %lld, expected %lld", cases[i].text, (long long)ns,
                     (long long)cases[i].want);
    }
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text, *seconds;
    } cases[] = {
        {0, "0 s", "0"},
        {1, "1 ns", "0.000000001"},
        {999, "999 ns", "0.000000999"},
        {1500, "1.5 \xc2\xb5s", "0.0000015"},
        {100000, "100 \xc2\xb5s", "0.0001"},
        {820000000, "820 ms", "0.82"},
        {34100000000, "34.1 s", "34.1"},
        {59999999999, "59.999999999 s", "59.999999999"},
        {60000000000, "1 min", "60"},
        {65000000000, "1 min 5 s", "65"},
        {3605000000000, "1 h 5 s", "3605"},
        {3600000000000, "1 h", "3600"},
        {7265500000000, "2 h 1 min 5.5 s", "7265.5"},
        {-1500000, "-1.5 ms", "-0.0015"},
        {-90000000000, "-1 min 30 s", "-90"},
    };
    struct arena *a = test_arena();
    for (size_t i = 0; i < COUNT(cases); i++) {
        EXPECT_STR(time_text(cases[i].ns, a), cases[i].text);
        EXPECT_STR(time_seconds(cases[i].ns, a), cases[i].seconds);
    }
    assert_true(time_text(INT64_MIN, a).n > 0 && time_seconds(INT64_MIN, a).n > 0);
    arena_free(a);
}

/* What is written can be read again, and gives the same number. */
static void there_and_back(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    uint64_t seed = 7;
    for (int i = 0; i < 100000; i++) {
        struct arena_mark m = arena_mark(a);
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t ns = (int64_t)(seed >> (2 + (seed >> 58) % 50)), again = -1;
        struct str text = time_seconds(ns, a);
        if (!time_parse(text, NS_PER_S, &again) || again != ns)
            fail_msg("%lld: written '%.*s', read %lld", (long long)ns, STR_ARG(text), (long long)again);
        int64_t epoch = ns % 7258118400000000000ll; /* before 2200 */
        text = time_instant(epoch, a);
        if (!time_parse_instant(text, &again) || again != epoch)
            fail_msg("%lld: written '%.*s', read %lld", (long long)epoch, STR_ARG(text), (long long)again);
        if (ns < 60 * NS_PER_S && (!time_parse(time_text(ns, a), 0, &again) || again != ns))
            fail_msg("%lld: its text reads as %lld", (long long)ns, (long long)again);
        arena_reset(a, m);
    }
    EXPECT_STR(time_instant(-1, a), "1969-12-31T23:59:59.999999999Z");
    EXPECT_STR(time_instant(1795088160500000000, a), "2026-11-19T11:36:00.5Z");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times), cmocka_unit_test(ranges),         cmocka_unit_test(instants),
        cmocka_unit_test(texts), cmocka_unit_test(there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
