/* SPDX-License-Identifier: MIT
 *
 * nflxprofile: the three ways to a stack, times to the nanosecond, columns, and what is refused where. */
#include "through_door.h"

#include <math.h>

#include "ingest/nflxprofile.h"
#include "proto_doc.h"

enum { START = 1, END, SAMPLES, DELTAS, NODES, PARAMS = 8, CPUS, PIDS, TIDS, VALUES };

struct node {
    uint32_t key;
    const char *name;
    uint32_t parent, children[3];
    const char *stack[3];
};

static const struct node tree[] = {{0, "(root)", 0, {1, 4}, {0}},
                                   {1, "main", 0, {2}, {0}},
                                   {2, "work", 1, {0}, {"a", "b"}},
                                   {4, "(idle)", 0, {0}, {0}}};

static void put_nodes(struct buf *b, const struct node *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf value = buf_new(1 << 12, b->arena), entry = buf_new(1 << 12, b->arena);
        put_bytes(&value, 1, str_of(nodes[i].name));
        put_number(&value, 2, 1);
        for (int k = 0; k < 3 && nodes[i].children[k]; k++)
            put_number(&value, 3, nodes[i].children[k]);
        if (nodes[i].parent)
            put_number(&value, 5, nodes[i].parent);
        for (int k = 0; k < 3 && nodes[i].stack[k]; k++) {
            struct buf frame = buf_new(1 << 12, b->arena);
            put_bytes(&frame, 1, str_of(nodes[i].stack[k]));
            put_bytes(&value, 10, buf_view(&frame));
        }
        put_number(&entry, 1, nodes[i].key);
        put_bytes(&entry, 2, buf_view(&value));
        put_bytes(b, NODES, buf_view(&entry));
    }
}

static void put_param(struct buf *b, const char *key)
{
    struct buf entry = buf_new(1 << 10, b->arena);
    put_bytes(&entry, 1, str_of(key));
    put_bytes(&entry, 2, STR("true"));
    put_bytes(b, PARAMS, buf_view(&entry));
}

static void put_samples(struct buf *b, struct str keys, const double *deltas)
{
    struct buf list = buf_new(1 << 16, b->arena);
    put_bytes(b, SAMPLES, keys);
    for (size_t i = 0; i < keys.n; i++)
        put_double(&list, 0, deltas[i]);
    put_bytes(b, DELTAS, buf_view(&list));
}

static struct buf begin(double start, struct arena *a)
{
    struct buf b = buf_new(1 << 20, a);
    put_double(&b, START, start);
    put_double(&b, END, start + 1);
    return b;
}

static bool through(const struct buf *b, struct diag *d, struct profile *p, struct arena *a)
{
    struct profile_spec spec = spec_default_profile();
    spec.step_ns = 1;
    return through_door_as(&door_nflxprofile, buf_view(b), &spec, d, p, a);
}

/* "ns comm/pid/cpu*weight leaf<caller" of each sample. */
static struct str samples_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points; i++) {
        struct thread t = p->threads[point_thread(p, i)];
        out =
            str_fmt(a, "%.*s%s%lld %.*s/%d/%d*%llu ", STR_ARG(out), i ? ", " : "",
                    (long long)(p->origin_ns + point_time(p, i) * p->step_ns), STR_ARG(p->names[t.comm]),
                    (int)t.pid, (int)p->lanes[point_lane(p, i)].cpu, (unsigned long long)point_weight(p, i));
        for (uint32_t n = point_node(p, i); p->node_parent[n]; n = p->node_parent[n])
            out = str_fmt(a, "%.*s%.*s%s", STR_ARG(out), STR_ARG(p->names[p->frames[p->node_frame[n]].name]),
                          p->node_parent[p->node_parent[n]] ? "<" : "");
    }
    return out;
}

static void test_variants(void **state)
{
    (void)state;
    static const struct {
        const char *param, *samples;
    } rows[] = {
        {"has_children", "1100000000 (root)/-1/-1*1 work<main, 1250000001 (root)/-1/-1*1 (idle), "
                         "1250000001 (root)/-1/-1*1 main"},
        {"has_parent", "1100000000 main/-1/-1*1 work, 1250000001 (idle)/-1/-1*1 , 1250000001 main/-1/-1*1 "},
        {"has_node_stack",
         "1100000000 work/-1/-1*1 b<a, 1250000001 (idle)/-1/-1*1 , 1250000001 main/-1/-1*1 "},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        struct buf b = begin(1.0, a);
        put_samples(&b, STR("\2\4\1"), (const double[]){0.1, 0.150000001, 0});
        put_nodes(&b, tree, COUNT(tree));
        put_param(&b, rows[i].param);
        if (!through(&b, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(samples_of(&p, a), rows[i].samples);
        assert_int_equal(p.events[0].n_idle, 1);
        assert_false(p.has_clock);
        arena_free(a);
    }
}

static void test_columns(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf b = begin(1600000000.5, a);
    put_samples(&b, STR("\2\1\2"), (const double[]){0, 0.5, -0.25});
    put_nodes(&b, tree, COUNT(tree));
    put_bytes(&b, CPUS, STR("\3\1\3"));
    put_bytes(&b, PIDS, STR("\7\7\11"));
    put_bytes(&b, VALUES, STR("\1\2\5"));
    put_param(&b, "has_samples_cpu"), put_param(&b, "has_samples_pid"), put_param(&b, "hasValues");
    put_param(&b, "has_samples_tid"); /* announced, not there */
    assert_true(through(&b, d, &p, a));
    EXPECT_STR(samples_of(&p, a),
               "1600000000500000000 (root)/7/3*1 work<main, 1600000000750000000 (root)/9/3*5 work<main, "
               "1600000001000000000 (root)/7/1*2 main");
    assert_true(p.has_clock);
    assert_int_equal(p.tally.n_out_of_order, 1);
    arena_free(a);
}

/* A thousand deltas that no double holds exactly: they do not drift. */
static void test_no_drift(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf b = begin(0, a), keys = buf_new(1 << 12, a);
    double deltas[1000];
    for (int i = 0; i < 1000; i++) {
        deltas[i] = 0.000100001;
        buf_char(&keys, 1);
    }
    put_samples(&b, buf_view(&keys), deltas);
    put_nodes(&b, tree, COUNT(tree));
    assert_true(through(&b, d, &p, a));
    assert_int_equal(point_time(&p, 999), 100001000);
    arena_free(a);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct node circle[] = {{1, "a", 2, {0}, {0}}, {2, "b", 1, {0}, {0}}};
    static const struct node twice[] = {{0, "r", 0, {1, 1}, {0}}, {1, "b", 0, {0}, {0}}};
    static const struct node lost[] = {{0, "r", 0, {7}, {0}}, {1, "b", 9, {0}, {0}}};
    static const struct {
        const struct node *nodes;
        size_t n_nodes;
        const char *param;
        double delta;
        const char *said;
    } rows[] = {
        {circle, 2, "has_parent", 0, "at byte 31: nodes{1}: more than 8192 parents, or they run in a circle"},
        {circle, 2, "has_children", 0, "at byte 31: nodes{1}: it is not below node 0"},
        {twice, 2, "has_children", 0, "at byte 31: nodes{0}.children[1]: node 1 has a parent already"},
        {lost, 2, "has_children", 0, "at byte 31: nodes{0}.children[0]: there is no node 7"},
        {lost, 2, "has_parent", 0, "at byte 44: nodes{1}.parent: there is no node 9"},
        {lost, 1, "has_node_stack", 0, "at byte 18: samples[0]: there is no node 1"},
        {tree, 4, "has_children", -INFINITY, "at byte 23: time_deltas[0]: no time in seconds"},
        {tree, 4, "has_children", 1e10, "at byte 23: time_deltas[0]: no time in seconds"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        struct buf b = begin(1, a);
        put_samples(&b, STR("\1"), &rows[i].delta);
        put_nodes(&b, rows[i].nodes, rows[i].n_nodes);
        put_param(&b, rows[i].param);
        if (through(&b, d, &p, a))
            fail_msg("case %zu is taken", i);
        EXPECT_STR(printed(d, a), str_c(str_fmt(a, "f: error: %s\n", rows[i].said), a));
        arena_free(a);
    }
}

static void test_short(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    struct buf b = begin(1, a);
    put_samples(&b, STR("\1"), (const double[]){0});
    put_bytes(&b, SAMPLES, STR("\1"));
    put_nodes(&b, tree, COUNT(tree));
    assert_false(through(&b, d, &p, a));
    b.n = 9; /* only the start */
    assert_false(through(&b, d, &p, a));
    EXPECT_STR(printed(d, a), "f: error: at byte 0: end_time: it is not there\n"
                              "f: error: at byte 31: time_deltas: 1 of them for 2 samples\n");
    arena_free(a);
}

static void test_sniff(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = begin(1, a);
    put_samples(&b, STR("\1"), (const double[]){0});
    assert_true(door_nflxprofile.sniff(buf_view(&b)) > 0);
    assert_int_equal(door_nflxprofile.sniff(STR("\x0a\x04\x08\x01\x10\x02\x0a\x04\x08\x01\x10\x02")), 0);
    assert_int_equal(door_nflxprofile.sniff(STR("\tmain;read 3\n\tmain;write 4\n\t")), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants), cmocka_unit_test(test_columns),
                                       cmocka_unit_test(test_no_drift), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_short),    cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("nflxprofile", tests, NULL, NULL);
}
