/* SPDX-License-Identifier: MIT
 *
 * What tracepoints print: both forms of sched_switch, with names that look like fields; durations; bytes. */
#include "support.h"

#include "ingest/perf_payload.h"

static void test_switches(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        struct perf_switch is;
    } rows[] = {
        {"prev_comm=perf prev_pid=2875 prev_prio=120 prev_state=D ==> next_comm=migration/0 next_pid=18 next_prio=0", true,
         {2875, 18, 'D'}},
        {"prev_comm=a prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=swapper/0 next_pid=0 next_prio=120", true,
         {1, 0, 'R'}},
        {"prev_comm=x next_pid=9 prev_pid=1 prev_prio=1 prev_state=S ==> next_comm=y ==> next_pid=3 next_pid=4 next_prio=1",
         true, {1, 4, 'S'}},
        {"prev_comm=a ==> b prev_pid=1 prev_prio=1 prev_state=S ==> next_comm=y next_pid=3 next_pid=4 next_prio=1", true,
         {1, 4, 'S'}},
        {"firefox:1234 [120] S ==> swapper/0:0 [120]", true, {1234, 0, 'S'}},
        {"a:b [7]:55 [120] D|W ==> c d:66 [49]", true, {55, 66, 'D'}},
        {"prev_comm=a prev_pid=x prev_prio=1 prev_state=S ==> next_comm=y next_pid=4 next_prio=1", false, {0}},
        {"prev_comm=a prev_pid=1 prev_prio=1 prev_state=S", false, {0}},
        {"a:1 [120] ==> b:2 [120]", false, {0}},
        {"a [120] S ==> b:2 [120]", false, {0}},
        {"a:1 [120 S ==> b:2 [120]", false, {0}},
        {"", false, {0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct perf_switch is = {0};
        bool ok = perf_payload_switch(str_of(rows[i].text), &is);
        if (ok != rows[i].ok ||
            (ok && (is.prev_tid != rows[i].is.prev_tid || is.next_tid != rows[i].is.next_tid || is.state != rows[i].is.state)))
            fail_msg("%s: %d, %u ==> %u, %c", rows[i].text, ok, is.prev_tid, is.next_tid, is.state ? is.state : '-');
    }
}

static void test_durations_and_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns, bytes; /* -1: none */
    } rows[] = {
        {"comm=java pid=77 delay=1234567 [ns]", 1234567, -1},
        {"comm=java pid=77 runtime=5 [ns] vruntime=99 [ns]", 5, -1},
        {"call_site=f+0x1 ptr=0xffff bytes_req=30 bytes_alloc=32 gfp_flags=GFP_KERNEL node=-1", -1, 32},
        {"(7f1234567890) size=0x20", -1, 32},
        {"size=4096", -1, 4096},
        {"fd: 3, buf: 0, count: 5", -1, -1},
        {"254,0 RA 16384 () 13082576 + 32 0x2,0,4 [sh]", -1, 32 * 512},
        {"8,0 W 123 + 8 [kworker/0:1]", -1, 8 * 512},
        {"len=0xfffffffffffffffff", -1, -1},
        {"len=-1", -1, -1},
        {"delay=99999999999999999999", -1, -1},
        {"dev=eth0 skbaddr=0xffff len=1500", -1, 1500},
        {"a + b", -1, -1},
        {"8,0 W 1 + 18446744073709551615 [x]", -1, -1},
        {"", -1, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ns = -1;
        uint64_t n = 0;
        if (!perf_payload_duration(str_of(rows[i].text), &ns))
            ns = -1;
        int64_t bytes = perf_payload_bytes(str_of(rows[i].text), &n) ? (int64_t)n : -1;
        if (ns != rows[i].ns || bytes != rows[i].bytes)
            fail_msg("%s: %lld ns, %lld bytes", rows[i].text, (long long)ns, (long long)bytes);
    }
}

static void test_threads(void **state)
{
    (void)state;
    static const struct {
        const char *text, *comm; /* NULL: none */
        uint32_t tid;
    } rows[] = {
        {"comm=java pid=77 delay=1234567 [ns]", "java", 77},
        {" comm=java pid=77 delay=1234567 [ns]", "java", 77},
        {"comm=a pid=1 b pid=2 delay=3 [ns]", "a pid=1 b", 2},
        {"comm= pid=3 delay=1 [ns]", "", 3},
        {"comm=java pid=x delay=1 [ns]", NULL, 0},
        {"comm=java delay=1 [ns]", NULL, 0},
        {"pid=7 delay=1 [ns]", NULL, 0},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str comm = STR("");
        uint32_t tid = 0;
        bool ok = perf_payload_thread(str_of(rows[i].text), &comm, &tid);
        if (ok != (rows[i].comm != NULL) || (ok && (tid != rows[i].tid || !str_eq(comm, str_of(rows[i].comm)))))
            fail_msg("%s: '%.*s' %u", rows[i].text, STR_ARG(comm), tid);
    }
}

static void test_requests(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        struct perf_request is;
    } rows[] = {
        {"254,0 WS 4096 () 12654416 + 8 0x2,0,4 [dd]", true, {254, 0, 12654416}},
        {" 8,16 R 512 (a b + 1) 7 + 1 [x + y]", false, {0}},
        {"8,16 RA () 7 + 1 [0]", true, {8, 16, 7}},
        {"254,0 FF 0 () 18446744073709551615 + 0 0x0,0,4 [kworker]", true, {254, 0, UINT64_MAX}},
        {"254,0 WS () 12654416", false, {0}},
        {"254 WS () 1 + 8", false, {0}},
        {"a,b WS () 1 + 8", false, {0}},
        {"1,2 + 8", false, {0}},
        {" + 8", false, {0}},
        {"", false, {0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct perf_request is = {0};
        bool ok = perf_payload_request(str_of(rows[i].text), &is);
        if (ok != rows[i].ok || (ok && (is.major != rows[i].is.major || is.minor != rows[i].is.minor || is.sector != rows[i].is.sector)))
            fail_msg("%s: %d, %u,%u %llu", rows[i].text, ok, is.major, is.minor, (unsigned long long)is.sector);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_durations_and_bytes),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
