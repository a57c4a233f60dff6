/* SPDX-License-Identifier: MIT
 *
 * What is written, byte by byte, against documents put together by hand. */
#include "through_door.h"

#include "export/formats.h"
#include "ingest/folded.h"
#include "ingest/nflxprofile.h"
#include "ingest/perf_script.h"
#include "proto_doc.h"

static struct profile folded(const char *text, struct arena *a)
{
    struct diag *d = diag_new(a);
    struct profile p = {0};
    if (!through_door(&door_folded, text, d, &p, a))
        fail_msg("%.*s", STR_ARG(printed(d, a)));
    return p;
}

static void write_all(export_write *write, const struct profile *p, struct buf *out, struct arena *a)
{
    struct taken t = taken_all(p, a);
    write(&t, out, a);
}

static void expect_bytes(const struct buf *got, const struct buf *want)
{
    assert_int_equal(got->n, want->n);
    assert_memory_equal(got->p, want->p, want->n);
}

static void test_pprof(void **state)
{
    (void)state;
    static const char *const strings[] = {"", "app", "main", "thread_name", "samples", "count"};
    struct arena *a = test_arena();
    struct profile p = folded("app;main 300\n", a);
    struct buf got = buf_new(1 << 20, a), want = buf_new(1 << 20, a), m = buf_new(1 << 10, a);
    write_all(pprof_write, &p, &got, a);
    MESSAGE(&want, 1, 1, 4, 2, 5);
    put_number(&m, 1, 2), put_number(&m, 2, 300);
    MESSAGE(&m, 3, 1, 3, 2, 1);
    put_bytes(&want, 2, buf_view(&m));
    for (uint64_t i = 1; i <= 2; i++) {
        m.n = 0;
        put_number(&m, 1, i);
        MESSAGE(&m, 4, 1, i);
        put_bytes(&want, 4, buf_view(&m));
        MESSAGE(&want, 5, 1, i, 2, i);
    }
    for (size_t i = 0; i < COUNT(strings); i++)
        put_bytes(&want, 6, str_of(strings[i]));
    expect_bytes(&got, &want);
    arena_free(a);
}

static void put_param(struct buf *b, const char *key)
{
    struct buf m = buf_new(1 << 10, b->arena);
    put_bytes(&m, 1, str_of(key)), put_bytes(&m, 2, STR("true"));
    put_bytes(b, 8, buf_view(&m));
}

static void put_node(struct buf *b, uint32_t key, const char *name, const char *libtype, uint32_t n_hits)
{
    struct buf entry = buf_new(1 << 10, b->arena), m = buf_new(1 << 10, b->arena);
    put_bytes(&m, 1, str_of(name)), put_number(&m, 2, n_hits), put_bytes(&m, 4, str_of(libtype));
    if (key > 1)
        put_number(&m, 5, key - 1);
    put_number(&entry, 1, key), put_bytes(&entry, 2, buf_view(&m));
    put_bytes(b, 5, buf_view(&entry));
}

static void test_nflxprofile(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct profile p = folded("1.5000 app;main 3\n1.7001 app;main 5\n", a);
    struct buf got = buf_new(1 << 20, a), want = buf_new(1 << 20, a), deltas = buf_new(1 << 10, a);
    write_all(nflxprofile_write, &p, &got, a);
    put_double(&want, 1, 1.0);
    put_double(&want, 2, 1.0 + 0.7002);
    put_double(&deltas, 0, 0.5), put_double(&deltas, 0, 0.2001);
    put_bytes(&want, 4, buf_view(&deltas));
    put_bytes(&want, 3, STR("\2\2"));
    put_bytes(&want, 12, STR("\3\5"));
    put_param(&want, "has_values");
    put_param(&want, "has_parent");
    put_node(&want, 1, "app", "", 0);
    put_node(&want, 2, "main", "user", 2);
    expect_bytes(&got, &want);
    arena_free(a);
}

/* From profile to profile not a nanosecond is lost, however long the profile: its step is far coarser. */
static void test_nanoseconds(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile_spec spec = spec_default_profile();
    struct profile p, again;
    struct buf text = buf_new(1 << 20, a), out = buf_new(1 << 20, a);
    uint64_t dice = 7, ns = UINT64_C(5076123456789);
    for (int i = 0; i < 3000; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        buf_fmt(&text, "app %d/%d [%03d] %llu.%09llu: cpu-clock:\n\t1 f%d (/bin/app)\n\t2 main (/bin/app)\n\n", 7, 7 + i % 3, i % 4,
                (unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000), (int)(dice >> 62));
        ns += dice >> 36; /* up to 0.27 s */
    }
    spec.exact = true;
    if (!through_door_as(&door_perf_script, buf_view(&text), &spec, d, &p, a))
        fail_msg("%.*s", STR_ARG(printed(d, a)));
    write_all(nflxprofile_write, &p, &out, a);
    if (!through_door_as(&door_nflxprofile, buf_view(&out), &spec, d, &again, a))
        fail_msg("%.*s", STR_ARG(printed(d, a)));
    assert_int_equal(again.n_points, 3000);
    assert_int_equal(p.origin_ns, again.origin_ns);
    assert_true(point_ns(&p, 2999) > 200 * (int64_t)1000000000 && p.step_ns == 100000);
    for (uint32_t i = 0; i < 3000; i++) {
        assert_int_equal(point_ns(&p, i), point_ns(&again, i));
        assert_int_equal(point_time(&p, i), point_ns(&p, i) / p.step_ns);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pprof), cmocka_unit_test(test_nflxprofile), cmocka_unit_test(test_nanoseconds)};
    return cmocka_run_group_tests_name("protobuf_out", tests, NULL, NULL);
}
