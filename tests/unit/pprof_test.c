/* SPDX-License-Identifier: MIT
 *
 * pprof: values chosen, inlined lines, mappings, labels, tables in any order, and what is refused where. */
#include "through_door.h"

#include "ingest/pprof.h"
#include "proto_doc.h"

enum { TYPES = 1, SAMPLE, MAPPING, LOCATION, FUNCTION, STRINGS };

static const char *const strings[] = {"",     "samples",     "count",  "cpu",       "nanoseconds",
                                      "main", "read",        "memcpy", "/bin/app",  "[kernel.kallsyms]",
                                      "sys",  "thread_name", "worker", "thread_id", "colour"};

static void put_strings(struct buf *b)
{
    for (size_t i = 0; i < COUNT(strings); i++)
        put_bytes(b, STRINGS, str_of(strings[i]));
}

static void put_tables(struct buf *b)
{
    struct buf line = buf_new(1 << 10, b->arena);
    MESSAGE(b, MAPPING, 1, 1, 5, 8);
    MESSAGE(b, MAPPING, 1, 2, 5, 9);
    for (uint64_t i = 1; i <= 4; i++)
        MESSAGE(b, FUNCTION, 1, i, 2, i == 4 ? 10 : 4 + i);
    /* location 1 is main; 2 is memcpy inlined into read; 3 is sys in the kernel; 4 has no symbol */
    put_number(&line, 1, 1), put_number(&line, 2, 1);
    MESSAGE(&line, 4, 1, 1);
    put_bytes(b, LOCATION, buf_view(&line));
    line.n = 0;
    put_number(&line, 1, 2), put_number(&line, 2, 1);
    MESSAGE(&line, 4, 1, 3), MESSAGE(&line, 4, 1, 2);
    put_bytes(b, LOCATION, buf_view(&line));
    line.n = 0;
    put_number(&line, 1, 3), put_number(&line, 2, 2);
    MESSAGE(&line, 4, 1, 4);
    put_bytes(b, LOCATION, buf_view(&line));
    MESSAGE(b, LOCATION, 1, 4, 2, 1, 3, 4096);
}

static struct buf whole(struct arena *a)
{
    struct buf b = buf_new(1 << 20, a), s = buf_new(1 << 10, a);
    MESSAGE(&b, TYPES, 1, 1, 2, 2);
    MESSAGE(&b, TYPES, 1, 3, 2, 4);
    MESSAGE(&b, SAMPLE, 1, 2, 1, 1, 2, 3, 2, 30000);
    put_bytes(&s, 1, STR("\x03\x01")); /* packed */
    put_bytes(&s, 2, STR("\x01\x64"));
    MESSAGE(&s, 3, 1, 11, 2, 12), MESSAGE(&s, 3, 1, 13, 3, 77);
    put_bytes(&b, SAMPLE, buf_view(&s));
    MESSAGE(&b, SAMPLE, 1, 4, 2, 1, 2, 0);
    put_tables(&b);
    put_strings(&b);
    return b;
}

static bool through(struct str text, const char *event, struct diag *d, struct profile *p, struct arena *a)
{
    struct profile_spec spec = spec_default_profile();
    spec.event.s = str_of(event);
    return through_door_as(&door_pprof, text, &spec, d, p, a);
}

/* "weight comm/tid leaf<caller" of each sample. */
static struct str samples_of(const struct profile *p, struct arena *a)
{
    static const char marks[] = "ukji";
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points; i++) {
        struct thread t = p->threads[point_thread(p, i)];
        out = str_fmt(a, "%.*s%s%llu %.*s/%d ", STR_ARG(out), i ? ", " : "",
                      (unsigned long long)point_weight(p, i), STR_ARG(p->names[t.comm]), (int)t.tid);
        for (uint32_t n = point_node(p, i); p->node_parent[n]; n = p->node_parent[n]) {
            struct frame f = p->frames[p->node_frame[n]];
            out = str_fmt(a, "%.*s%.*s:%c%s", STR_ARG(out), STR_ARG(p->names[f.name]), marks[f.kind],
                          p->node_parent[p->node_parent[n]] ? "<" : "");
        }
    }
    return out;
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *event, *samples;
        uint64_t n_other;
    } rows[] = {
        {"", "30000 app/-1 memcpy:i<read:u<main:u, 100 worker/77 sys:k<main:u", 1},
        {"cpu/nanoseconds", "30000 app/-1 memcpy:i<read:u<main:u, 100 worker/77 sys:k<main:u", 1},
        {"samples/count", "3 app/-1 memcpy:i<read:u<main:u, 1 worker/77 sys:k<main:u, 1 app/-1 [unknown]:u",
         0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        struct buf b = whole(a);
        if (!through(buf_view(&b), rows[i].event, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(samples_of(&p, a), rows[i].samples);
        EXPECT_STR(printed(d, a), "");
        assert_int_equal(p.tally.n_other_event, rows[i].n_other);
        assert_int_equal(p.tally.n_read, 3);
        assert_false(p.has_time);
        arena_free(a);
    }
}

static void test_default_type(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf b = whole(a);
    put_number(&b, 14, 1);
    assert_true(through(buf_view(&b), "", d, &p, a));
    EXPECT_STR(p.events[0].name, "samples/count");
    assert_false(through(buf_view(&b), "cycles", d, &p, a));
    assert_true(str_find(printed(d, a), STR("'samples/count', 'cpu/nanoseconds'")) != SIZE_MAX);
    arena_free(a);
}

/* The document and one more message. */
static void test_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t field;
        uint64_t pairs[9];
        const char *said;
    } rows[] = {
        {SAMPLE, {1, 9, 2, 1, 2, 1}, "sample[3].location_id[0]: there is none of id 9"},
        {SAMPLE, {1, 0, 2, 1, 2, 1}, "sample[3].location_id[0]: there is none of id 0"},
        {SAMPLE, {1, 1, 2, 1}, "sample[3].value: 1 values, and 2 types of them"},
        {SAMPLE,
         {1, 1, 2, 1, 2, UINT64_MAX},
         "sample[3].value[1]: -1 is below zero: the difference of two profiles (give the two profiles "
         "themselves)"},
        {LOCATION, {1, 5, 2, 9}, "location[4].mapping_id: there is none of id 9"},
        {LOCATION, {2, 1}, "location[4].id: 0 is no id"},
        {FUNCTION, {1, 5, 2, 99}, "function[4].name: there is no string 99, only 15"},
        {FUNCTION, {1, 5, 2, UINT64_MAX}, "function[4].name: there is no string -1, only 15"},
        {MAPPING, {1, 5, 5, 15}, "mapping[2].filename: there is no string 15, only 15"},
        {TYPES, {1, 77}, "sample_type[2].type: there is no string 77, only 15"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        struct buf b = whole(a);
        struct str said = str_fmt(a, "f: error: at byte %zu: %s\n", b.n, rows[i].said);
        put_message(&b, rows[i].field, rows[i].pairs);
        if (through(buf_view(&b), "", d, &p, a))
            fail_msg("case %zu is taken", i);
        EXPECT_STR(printed(d, a), str_c(said, a));
        arena_free(a);
    }
}

static void test_labels(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *samples;
    } rows[] = {
        {"thread_name", "work*", "100 worker/77 sys:k<main:u"},
        {"thread_id", "77", "100 worker/77 sys:k<main:u"},
        {"thread_name", "*", "100 worker/77 sys:k<main:u"},
        {"thread_name", "other", NULL},
        {"colour", "*", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile_spec spec = spec_default_profile();
        struct spec_pair label = {.key.s = str_of(rows[i].key), .value.s = str_of(rows[i].value)};
        struct profile p;
        struct buf b = whole(a);
        spec.filter.label = &label;
        spec.filter.n_label = 1;
        bool ok = through_door_as(&door_pprof, buf_view(&b), &spec, d, &p, a);
        if (ok != (rows[i].samples != NULL))
            fail_msg("%s: %s: %.*s", rows[i].key, rows[i].value, STR_ARG(printed(d, a)));
        if (ok)
            EXPECT_STR(samples_of(&p, a), rows[i].samples);
        arena_free(a);
    }
}

/* What drop_frames names goes with all it calls, unless nothing interesting called it. */
static void test_uninteresting(void **state)
{
    (void)state;
    static const struct {
        const char *drop, *keep, *samples, *said;
    } rows[] = {
        {"read", "", "30000 app/-1 main:u, 100 worker/77 sys:k<main:u", ""},
        {"rea", "", "30000 app/-1 memcpy:i<read:u<main:u, 100 worker/77 sys:k<main:u", ""},
        {"main", "", "30000 app/-1 memcpy:i<read:u<main:u, 100 worker/77 sys:k<main:u", ""},
        {"main|sys", "", "30000 app/-1 memcpy:i<read:u<main:u, 100 worker/77 sys:k<main:u", ""},
        {"mem.*|sys", "sys", "30000 app/-1 read:u<main:u, 100 worker/77 sys:k<main:u", ""},
        {"(", "", "30000 app/-1 memcpy:i<read:u<main:u, 100 worker/77 sys:k<main:u",
         "f: warning: drop_frames is no regular expression (missing closing parenthesis), so it is not obeyed: '('\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        struct buf b = whole(a);
        put_bytes(&b, STRINGS, str_of(rows[i].drop));
        put_bytes(&b, STRINGS, str_of(rows[i].keep));
        put_number(&b, 7, COUNT(strings)), put_number(&b, 8, COUNT(strings) + 1);
        if (!through(buf_view(&b), "", d, &p, a))
            fail_msg("%s: %.*s", rows[i].drop, STR_ARG(printed(d, a)));
        if (!str_eq(samples_of(&p, a), str_of(rows[i].samples)))
            fail_msg("%s, %s: %.*s", rows[i].drop, rows[i].keep, STR_ARG(samples_of(&p, a)));
        EXPECT_STR(printed(d, a), rows[i].said);
        arena_free(a);
    }
}

/* Files that say when they were taken become columns when they are merged. */
static void test_merged(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile_spec spec = spec_default_profile();
    struct profile p;
    struct builder *b = NULL;
    uint64_t times[] = {UINT64_C(1700000000250000000), UINT64_C(1700000010750000000), UINT64_C(1700000021000000000)};
    spec.source.s = STR("f");
    for (size_t i = 0; i < COUNT(times); i++) {
        struct buf doc = whole(a);
        put_number(&doc, 9, times[i]);
        struct text t = {{.read = text_read, .file = diag_file(d, STR("f")), .name = STR("f"), .is_merged = true, .spec = &spec},
                         .rest = buf_view(&doc)};
        if (b)
            builder_next_source(b, STR("f"), 1, t.source.file);
        else
            b = builder_new(&spec, 1, t.source.file, d, a);
        assert_true(door_pprof.read(&t.source, b, d, a));
    }
    assert_true(builder_freeze(b, &p));
    EXPECT_STR(printed(d, a), "");
    assert_true(p.has_time && p.has_clock);
    assert_int_equal(p.clock_epoch_ns, INT64_C(1700000000000000000));
    assert_int_equal(p.n_points, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(point_time(&p, i) * p.step_ns, (int64_t)(times[i / 2] - UINT64_C(1700000000000000000)));
    arena_free(a);
}

static void test_twice(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf b = whole(a);
    size_t at = b.n;
    MESSAGE(&b, LOCATION, 1, 1);
    assert_false(through(buf_view(&b), "", d, &p, a));
    struct str said = str_fmt(a, "f: error: at byte %zu: location[4].id: location[0] has the id 1, too\n", at);
    EXPECT_STR(printed(d, a), str_c(said, a));
    arena_free(a);
}

/* However short: refused with one error. Only the last string is not needed. */
static void test_cut(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = whole(a);
    for (size_t n = 0; n < b.n; n++) {
        struct arena *one = test_arena();
        struct diag *d = diag_new(one);
        struct profile p;
        bool needed = n != b.n - 2 - strlen("colour");
        if (through((struct str){b.p, n}, "", d, &p, one) == needed)
            fail_msg("%s when cut at %zu of %zu", needed ? "taken" : "refused", n, b.n);
        assert_int_equal(diag_errors(d), needed);
        arena_free(one);
    }
    arena_free(a);
}

static void test_sniff(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = whole(a);
    assert_true(door_pprof.sniff(buf_view(&b)) > 0);
    assert_true(door_pprof.sniff((struct str){b.p, 40}) > 0);
    assert_int_equal(door_pprof.sniff(STR("\n\nmain;read 3\n\nmain;write 4\n")), 0);
    assert_int_equal(door_pprof.sniff(STR("\x7f"
                                          "ELF\2\1\1")),
                     0);
    assert_int_equal(door_pprof.sniff(STR("{\"a\": 1}")), 0);
    assert_int_equal(door_pprof.sniff(STR("")), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values),  cmocka_unit_test(test_default_type),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_twice),
                                       cmocka_unit_test(test_labels),
                                       cmocka_unit_test(test_uninteresting),
                                       cmocka_unit_test(test_merged),
                                       cmocka_unit_test(test_cut),     cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("pprof", tests, NULL, NULL);
}
