/* SPDX-License-Identifier: MIT
 *
 * Every form of a header line, and what must not pass for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "ingest/perf_header.h"
#include "model/profile.h"

#define NO ID_NONE

static const struct {
    const char *line, *comm;
    uint32_t pid, tid, cpu;
    int64_t time_ns;
    unsigned digits;
    uint64_t period;
    const char *event;
} headers[] = {
    {"java 3244 [001] 12.345678: 250000 cycles: ", "java", NO, 3244, 1, 12345678000, 6, 250000, "cycles"},
    {"java  3244/3245 12.345678: cycles:u: ", "java", 3244, 3245, NO, 12345678000, 6, 0, "cycles:u"},
    {"perf   977/977   [000] 1.000001: cpu-clock: ", "perf", 977, 977, 0, 1000001000, 6, 0, "cpu-clock"},
    {"a  1 [000]  2.123456789: 1 cpu-clock:pppH: ", "a", NO, 1, 0, 2123456789, 9, 1, "cpu-clock:pppH"},
    {"a  1 [000]  2.1234: 1 e: ", "a", NO, 1, 0, 2123400000, 4, 1, "e"},
    {"FS Broker 5906  7564/7598  2574592.839818: 1 cycles:uppp: ", "FS Broker 5906", 7564, 7598, NO,
     2574592839818000, 6, 1, "cycles:uppp"},
    {"C2 CompilerThre 12 1.5: e:", "C2 CompilerThre", NO, 12, NO, 1500000000, 1, 0, "e"},
    {"9 to 5  1940  2.5: e:", "9 to 5", NO, 1940, NO, 2500000000, 1, 0, "e"},
    {"12345  1939  2.5: 7 e:", "12345", NO, 1939, NO, 2500000000, 1, 7, "e"},
    {"x [000] 1.5:  1944  2513.558321:    1003009 cpu-clock: ", "x [000] 1.5:", NO, 1944, NO, 2513558321000,
     6, 1003009, "cpu-clock"},
    {"a: cycles:  1976  2.5: 7 e:", "a: cycles:", NO, 1976, NO, 2500000000, 1, 7, "e"},
    {"a 1 1.5: b:  1944  2513.558321:    1003009 cpu-clock: ", "a 1 1.5: b:", NO, 1944, NO, 2513558321000, 6,
     1003009, "cpu-clock"},
    {"1/2 [003]  1945  2.5: e:", "1/2 [003]", NO, 1945, NO, 2500000000, 1, 0, "e"},
    {"kworker/0:1-x  1942  2.5: e:", "kworker/0:1-x", NO, 1942, NO, 2500000000, 1, 0, "e"},
    {"#comment  1978  2.5: e:", "#comment", NO, 1978, NO, 2500000000, 1, 0, "e"},
    {"(paren) 7  1983  2.5: e:", "(paren) 7", NO, 1983, NO, 2500000000, 1, 0, "e"},
    {"tab\there  1946  2.5: e:", "tab\there", NO, 1946, NO, 2500000000, 1, 0, "e"},
    {"\xff\xfe bad  1994  2.5: e:", "\xff\xfe bad", NO, 1994, NO, 2500000000, 1, 0, "e"},
    {"  lead  1981  2.5: e:", "  lead", NO, 1981, NO, 2500000000, 1, 0, "e"},
    {"           false 39654 19115.489713: 1 cycles:u:  ffffffff9b201293 f (d)", "false", NO, 39654, NO,
     19115489713000, 6, 1, "cycles:u"},
    {"      1979  2.5: e:", "", NO, 1979, NO, 2500000000, 1, 0, "e"},
    {":-1    -1 [001] 2.5: e:", ":-1", NO, NO, 1, 2500000000, 1, 0, "e"},
    {"-1  1998  2.5: e:", "-1", NO, 1998, NO, 2500000000, 1, 0, "e"},
    {"Gecko\t25122 [007] 115539.49086:\t\t1000000 task-clock:u:", "Gecko", NO, 25122, 7, 115539049086000, 6,
     1000000, "task-clock:u"},
    {"org.mozilla.geckoview_example\t25102 [005] 9.941973:\t\t10 task-clock:u:",
     "org.mozilla.geckoview_example", NO, 25102, 5, 9941973000, 6, 10, "task-clock:u"},
    {"w 19247 2026-11-20 22:13:02.532322  9449.984912:    1001001 cpu-clock: ", "w", NO, 19247, NO,
     9449984912000, 6, 1001001, "cpu-clock"},
    {"w 19247 U      9449.984912:    1001001 cpu-clock: ", "w", NO, 19247, NO, 9449984912000, 6, 1001001,
     "cpu-clock"},
    {"w 19247 [002] KM 9449.984912:    1001001 cpu-clock: ", "w", NO, 19247, 2, 9449984912000, 6, 1001001,
     "cpu-clock"},
    {"w 19247  9449.984912: ", "w", NO, 19247, NO, 9449984912000, 6, 0, ""},
    {" 9449.984912: cpu-clock: ", "", NO, NO, NO, 9449984912000, 6, 0, "cpu-clock"},
    {"p 1 2.5: 9 cpu_core/cycles:ppp/: ", "p", NO, 1, NO, 2500000000, 1, 9, "cpu_core/cycles:ppp/"},
    {"p 1 2.5: 9 MEM_TRANS_RETIRED.LOAD_LATENCY:ldlat=64:precise=2:mh: 55ffba5cda08 |OP LOAD|", "p", NO, 1,
     NO, 2500000000, 1, 9, "MEM_TRANS_RETIRED.LOAD_LATENCY:ldlat=64:precise=2:mh"},
    {"p 1 2.5: probe_x:fn__return: (4011f6 <- 401230) ret=0x5", "p", NO, 1, NO, 2500000000, 1, 0,
     "probe_x:fn__return"},
    {"gcc 29496 [001]  2083.069278:    raw_syscalls:sys_enter: NR 12 (0, 7ffc, 0)", "gcc", NO, 29496, 1,
     2083069278000, 6, 0, "raw_syscalls:sys_enter"},
    {"java 7 [001] 10.500000: sched:sched_switch: prev_comm=x [000] 1.5: prev_pid=3 ==> next_comm=y", "java",
     NO, 7, 1, 10500000000, 6, 0, "sched:sched_switch"},
    {"swapper     0 [000] 1795174141.770509: 1 cpu-clock:", "swapper", NO, 0, 0, 1795174141770509000, 6, 1,
     "cpu-clock"},
    {"sh 1 2.5: 9 caf\xc3\xa9: ", "sh", NO, 1, NO, 2500000000, 1, 9, "caf\xc3\xa9"},
};

static void test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct perf_header h = {0};
        if (!perf_header_parse(str_of(headers[i].line), false, &h))
            fail_msg("no header: %s", headers[i].line);
        if (!str_eq(h.comm, str_of(headers[i].comm)) || h.pid != headers[i].pid || h.tid != headers[i].tid ||
            h.cpu != headers[i].cpu || h.time_ns != headers[i].time_ns || h.digits != headers[i].digits ||
            h.period != headers[i].period || !str_eq(h.event, str_of(headers[i].event)) || h.is_record)
            fail_msg("%s\n  comm '%.*s' %d/%d cpu %d time %lld digits %u period %llu event '%.*s'",
                     headers[i].line, STR_ARG(h.comm), (int)h.pid, (int)h.tid, (int)h.cpu,
                     (long long)h.time_ns, h.digits, (unsigned long long)h.period, STR_ARG(h.event));
    }
}

static void test_timeless(void **state)
{
    (void)state;
    static const struct {
        const char *line, *comm;
        uint32_t tid, cpu;
        uint64_t period;
    } rows[] = {
        {"java  3244 cpu-clock: ", "java", 3244, NO, 0},
        {"node-v011 31912 cpu-clock: ", "node-v011", 31912, NO, 0},
        {"java 3244 [003] 1000 cpu-clock:", "java", 3244, 3, 1000},
        {"java 3244 1000 cpu-clock:", "java", 3244, NO, 1000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct perf_header h;
        assert_false(perf_header_parse(str_of(rows[i].line), false, &h));
        if (!perf_header_parse(str_of(rows[i].line), true, &h) || h.has_time ||
            !str_eq(h.comm, str_of(rows[i].comm)) || h.tid != rows[i].tid || h.cpu != rows[i].cpu ||
            h.period != rows[i].period || !str_eq(h.event, STR("cpu-clock")))
            fail_msg("%s: comm '%.*s' tid %d cpu %d period %llu", rows[i].line, STR_ARG(h.comm), (int)h.tid,
                     (int)h.cpu, (unsigned long long)h.period);
    }
}

static void test_records(void **state)
{
    (void)state;
    struct perf_header h;
    assert_true(perf_header_parse(STR("perf 12 [000] 1.5: PERF_RECORD_LOST lost 123"), false, &h));
    assert_true(h.is_record);
    assert_true(str_eq(h.rest, STR("PERF_RECORD_LOST lost 123")));
    assert_true(perf_header_parse(STR("w 1/1 1.5: PERF_RECORD_COMM exec: w:1/1"), false, &h));
    assert_true(h.is_record);
}

static void test_no_headers(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        ":",
        "# time of first sample : 2511.867486",
        "\t    7f0000a12f9e main+0x12 (/bin/x)",
        "        b3cea535\tshould_trace() (/system/lib/libc.so)",
        "iojs 86454 181012024: profile-1ms:",
        "java 3244 12.5: 1000 2000:",
        "java 3244 12.5 cycles:",
        "java 3244 99999999999999999999.5: cycles:",
        "main;work 12",
    };
    struct perf_header h;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (perf_header_parse(str_of(lines[i]), true, &h))
            fail_msg("taken for a header: %s (comm '%.*s')", lines[i], STR_ARG(h.comm));
}

/* A megabyte of what costs most: must be linear. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const parts[] = {":", "1.1: ", " 1.1:", "1", " ", "a 1 1.1: 1 ", "-", "/"};
    size_t n = 1 << 20;
    char *line = malloc(n);
    struct perf_header h;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (size_t at = 0; at < n; at++)
            line[at] = parts[i][at % strlen(parts[i])];
        (void)perf_header_parse((struct str){line, n}, true, &h);
    }
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),    cmocka_unit_test(test_timeless), cmocka_unit_test(test_records),
        cmocka_unit_test(test_no_headers), cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests_name("perf_header", tests, NULL, NULL);
}
