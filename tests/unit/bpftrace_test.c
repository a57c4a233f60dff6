/* SPDX-License-Identifier: MIT
 *
 * bpftrace's stack maps: keys of all shapes, the kernel's stack towards the leaf, times, and what is left
 * out. */
#include "through_door.h"

#include "ingest/bpftrace.h"

/* "seconds weight event pid leaf<caller<comm" of each sample; "k:" in front of frames of the kernel. */
static struct str samples_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points; i++) {
        const struct thread *t = &p->threads[point_thread(p, i)];
        out = str_fmt(a, "%.*s%s%lld %llu %.*s %d ", STR_ARG(out), i ? "|" : "",
                      (long long)((p->origin_ns + point_time(p, i) * p->step_ns) / 1000000000),
                      (unsigned long long)point_weight(p, i),
                      STR_ARG(p->events[p->lanes[point_lane(p, i)].event].name), (int)t->pid);
        for (uint32_t n = point_node(p, i); n; n = p->node_parent[n]) {
            const struct frame *f = &p->frames[p->node_frame[n]];
            out = str_fmt(a, "%.*s%s%.*s%s", STR_ARG(out), f->kind == FRAME_KERNEL ? "k:" : "",
                          STR_ARG(p->names[f->name]), p->node_parent[n] ? "<" : "");
        }
    }
    return out;
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *samples;
    } rows[] = {
        {"Attaching 2 probes...\n\n@[\n    vfs_read+12\n    do_syscall_64+1\n, \n    read+5\n    main+7\n, "
         "app]: 3\n",
         "0 3 samples -1 k:vfs_read<k:do_syscall_64<read<main<app"},
        /* user in front of kernel in the key: the kernel is still nearer to the leaf */
        {"@[\n    read+5\n    main+7\n, \n    vfs_read+12\n    entry_SYSCALL_64_after_hwframe+118\n, app, "
         "4711]: 3\n",
         "0 3 samples 4711 k:vfs_read<k:entry_SYSCALL_64_after_hwframe<read<main<app"},
        /* empty stacks, in front, behind, both */
        {"@[, \n    main+7\n, app]: 1\n@[, , app]: 2\n@[\n    kthread+1\n, , app]: 4\n",
         "0 1 samples -1 main<app|0 2 samples -1 app|0 4 samples -1 k:kthread<app"},
        /* one stack, perf mode, addresses */
        {"@cpu[\n\t7fd2b0 f(a const&, int)+128 (/usr/bin/cc1)\n\t55f 0x55f ([unknown])\n, cc1, 24260, "
         "24261]: 5\n",
         "0 5 cpu 24260 f(a const&, int)<[unknown]<cc1"},
        {"@[\n    0x950020\n    operator[](int)+3\n, a]b]: 7\n",
         "0 7 samples -1 [unknown]<operator[](int)<a]b"},
        /* times in front, past midnight */
        {"23:59:59\n@[\n    f+1\n, a]: 1\n\n00:00:01\n@[\n    f+1\n, a]: 2\n",
         "86399 1 samples -1 f<a|86401 2 samples -1 f<a"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_bpftrace, rows[i].text, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(samples_of(&p, a), rows[i].samples);
        EXPECT_STR(printed(d, a), "");
        arena_free(a);
    }
}

static void test_said(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"@total: 5\n@h[app]: \n[64K, 128K)            1 |@@@@|\n", false,
         "f: error: maps of bpftrace, but none by stack (count() or sum() by kstack or ustack)\n"},
        {"@[\n    f+1\n, a]: 1\n@total: 5\n", true,
         "f: warning: 1 maps or entries without a stack and a count are left out\n"},
        {"{\"type\": \"attached_probes\", \"data\": {\"probes\": 2}}\n{\"type\": \"map\", \"data\": {\"@\": {\"\\n    f+1\\n,a\": 1}}}\n"
         "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 1}]}}\n", true,
         "f: warning: 1 maps or entries without a stack and a count are left out\n"},
        {"{\"type\": \"map\", \"data\": {\"@\": {\"\\n    f+1\\n,a\": 1}}}\n{\"type\": \"map\" \"data\"}\n", false,
         "f: error: at byte 53: no JSON of bpftrace: expected ',' or '}'\n"},
        {"{\"type\": \"map\", \"data\": {\"@\": {\"a\": }}}\n", false,
         "f: error: at byte 0: no JSON of bpftrace: a value is missing\n"},
        {"@[\n    f+1\n, a]: 1\nnoise\n", true,
         "f:4:1: warning: no map of bpftrace (1 unreadable in all, left out)\n  noise\n  ^\n"},
        {"@[\n    f+1\n, a]: -1\n", false,
         "f: error: maps of bpftrace, but none by stack (count() or sum() by kstack or ustack)\n"},
        {"noise\n", false,
         "f:1:1: error: no map of bpftrace (1 unreadable in all, left out)\n  noise\n  ^\n"},
        {"@[\n    f+1\n", false, "f: error: no samples in it\n"},
    };
    expect_said(&door_bpftrace, rows, COUNT(rows));
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {
        {"Attaching 1 probe...\n@[\n    f+1\n, a]: 1\n", true},
        {"@h[app]: \n[64K, 128K) 1 |@@|\n", true},
        {"@[ an address ]\n", false},
        {"a;b 3\n", false},
    };
    expect_sniff(&door_bpftrace, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts), cmocka_unit_test(test_said),
                                       cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("bpftrace", tests, NULL, NULL);
}
