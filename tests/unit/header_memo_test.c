/* SPDX-License-Identifier: MIT
 *
 * What the memory of headers says of a line is what perf_header_parse makes of it: thousands of lines of a few forms, all of them
 * looked up, whatever of them is found compared field by field. */
#include "support.h"

#include "ingest/header_memo.h"
#include "model/profile.h"

static const char *const befores[] = {"nginx           ", "a b             ", "x [000] 1.5:    ", "node.js 1.2     ", "kworker/3:1-ev  ", "9 to 5          ",
                                      "               a", "a: 7.5: b       ", "python3.11      ", "# comment       ", "[k]             ", "2026-11-20 22:13"};
static const char *const afters[] = {"cycles:P: ",  "cycles: ",         "e: ",           "cpu/event=0x3c/:u: ", "mem:ldlat=64: x 1.5: y", "probe: (ffff <- 12)",
                                     "12: cycles: ", "PERF_RECORD_LOST lost 3", "cycles:P:\t", "p_1.5: cycles:P: ", "task-clock:u: 7.25: ", "  cycles:ppp: \r"};
static const char *const middles[] = {"] ", "]  ", "] U ", "]", " ", ":", "]\t"};

/* Of the forms a few at a time, so that some come again. */
static void write_line(struct buf *b, uint64_t *r, uint32_t turn)
{
    uint32_t who = (turn + test_dice(r, 2)) % COUNT(befores), event = (turn / 5 + test_dice(r, 2)) % COUNT(afters), form = test_dice(r, 10), middle = test_dice(r, 20), digits = 5 + test_dice(r, 6);
    buf_fmt(b, "%s %5u/%-5u ", befores[who], 100 + who, 100 + who * 2 + test_dice(r, 2));
    if (form)
        buf_fmt(b, "[%03u%s", test_dice(r, 4) ? test_dice(r, 64) : test_dice(r, 2000000000), middles[middle < COUNT(middles) ? middle : 0]);
    buf_fmt(b, "%*u.", (int)test_dice(r, 8), test_dice(r, 5) ? 86400 + test_dice(r, 90000) : test_dice(r, 4000000000u));
    for (uint32_t i = 0; i < (test_dice(r, 3) ? 6 : digits); i++)
        buf_fmt(b, "%u", test_dice(r, 10));
    buf_fmt(b, "%s", test_dice(r, 30) ? ": " : test_dice(r, 2) ? ":" : ":\t");
    if (test_dice(r, 3))
        buf_fmt(b, "%*u ", (int)test_dice(r, 12), test_dice(r, 1000000));
    else if (!test_dice(r, 8))
        buf_lit(b, "123456789012345678901 ");
    buf_fmt(b, "%s\n", afters[event]);
}

static struct str without_end(struct str raw)
{
    raw.n--;
    return raw.n && raw.p[raw.n - 1] == '\r' ? str_sub(raw, 0, raw.n - 1) : raw;
}

static void test_as_parsed(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct header_memo *m = NULL;
    uint64_t random = 7;
    uint32_t n_found = 0, n_lines = 200000;
    struct str parsed[64]; /* by thread number: the line it was added for */
    struct arena_mark mark = arena_mark(arena);
    for (uint32_t i = 0; i < n_lines; i++) {
        if (i % 1000 == 0) { /* anew: headers that differ too much end its patience */
            arena_reset(arena, mark);
            m = header_memo_new(arena);
        }
        struct buf b = buf_new(SIZE_MAX, arena);
        write_line(&b, &random, i / 1000);
        struct str raw = buf_view(&b), line = without_end(raw);
        struct known_header k;
        struct perf_header h, first;
        bool is_header = perf_header_parse(line, false, &h), is_known = header_memo_find(m, raw.p, raw.p + raw.n, &k);
        if (is_known) {
            n_found++;
            assert_true(is_header && h.has_time && !h.is_record);
            assert_true(perf_header_parse(without_end(parsed[k.thread]), false, &first));
            EXPECT_STR(h.comm, str_c(first.comm, arena));
            EXPECT_STR(h.event, str_c(first.event, arena));
            EXPECT_STR(h.rest, str_c(first.rest, arena));
            assert_int_equal(h.pid, first.pid);
            assert_int_equal(h.tid, first.tid);
            assert_int_equal(h.cpu, k.cpu);
            assert_int_equal(h.time_ns, k.time_ns);
            assert_int_equal(h.digits, k.digits);
            assert_int_equal(h.period, k.period);
            assert_ptr_equal(k.end, raw.p + raw.n);
        } else if (is_header && i % 1000 < COUNT(parsed)) { /* those that are added have a number of their own */
            parsed[i % 1000] = raw;
            header_memo_add(m, raw, &h, i % 1000, 0);
        }
    }
    assert_true(n_found > n_lines / 50);
    arena_free(arena);
}

/* A line that ends where the text does is found, half of it is not. */
static void test_end(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct header_memo *m = header_memo_new(arena);
    struct str line = STR("nginx  1000/1003  [014] 86400.001275:     310642 cycles:P: \n");
    struct perf_header h;
    struct known_header k;
    assert_true(perf_header_parse(without_end(line), false, &h));
    header_memo_add(m, line, &h, 3, 4);
    for (size_t n = 0; n < line.n; n++)
        assert_false(header_memo_find(m, line.p, line.p + n, &k));
    assert_true(header_memo_find(m, line.p, line.p + line.n, &k));
    assert_int_equal(k.thread, 3);
    assert_int_equal(k.event, 4);
    assert_int_equal(k.cpu, 14);
    assert_int_equal(k.period, 310642);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_parsed), cmocka_unit_test(test_end)};
    return cmocka_run_group_tests_name("header_memo", tests, NULL, NULL);
}
