/* SPDX-License-Identifier: MIT
 *
 * austin's text: both forms of a line, times that add up per thread, and what is refused. */
#include "through_door.h"

#include "ingest/austin.h"

/* "time_us weight leaf<caller of comm" of each sample, in order of time. */
static struct str samples_of(const struct profile *p, struct arena *a)
{
    struct str out = STR("");
    for (uint32_t i = 0; i < p->n_points; i++) {
        struct str sep = i ? STR("|") : STR("");
        out = str_fmt(a, "%.*s%.*s%lld %llu ", STR_ARG(out), STR_ARG(sep),
                      (long long)(point_time(p, i) * p->step_ns / 1000),
                      (unsigned long long)point_weight(p, i));
        for (uint32_t n = point_node(p, i); n; n = p->node_parent[n]) {
            const struct frame *f = &p->frames[p->node_frame[n]];
            out = str_fmt(a, "%.*s%.*s%s%.*s%s", STR_ARG(out), STR_ARG(p->names[f->name]),
                          f->module ? "@" : "", STR_ARG(p->modules[f->module]), p->node_parent[n] ? "<" : "");
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
        {"Thread 7f;main (app.py);L34;work (lib/x.py);L25 1000\nThread 7f;main (app.py);L36 2000\n",
         "1000 1000 work@lib/x.py<main@app.py<Thread 7f|3000 2000 main@app.py<Thread 7f"},
        {"# austin: 3.3.0\n# mode: wall\n\nP63;T64;app.py:main:34;C:\\x.py:work:25 "
         "500\nP63;T64;app.py:main:1 100\n",
         "500 500 work@C:\\x.py<main@app.py<Thread 64|600 100 main@app.py<Thread 64"},
        /* with memory; a thread alone; a name with blanks and brackets */
        {"Thread 7f;<module> (/srv/a b.py);L1 300 192 0\nThread 7f 200 0 -800\n",
         "300 300 <module>@/srv/a b.py<Thread 7f|500 200 Thread 7f"},
        /* each thread has its own time; one that comes later begins where the others are */
        {"Thread a;f (x);L1 1000\nThread b;g (x);L1 1000\nThread a;f (x);L1 1000\nThread b;g (x);L1 500\n",
         "1000 1000 f@x<Thread a|2000 1000 g@x<Thread b|2000 1000 f@x<Thread a|2500 500 g@x<Thread b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct profile p;
        if (!through_door(&door_austin, rows[i].text, d, &p, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        EXPECT_STR(samples_of(&p, a), rows[i].samples);
        EXPECT_STR(p.events[0].name, "microseconds");
        arena_free(a);
    }
}

static void test_said(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"Thread a;f (x);L1 10\nThread a;f\nThread a;f (x);L1 -5\n", true,
         "f:2:1: warning: no sample of austin (2 unreadable in all, left out)\n  Thread a;f\n  ^\n"},
        {"a;b 3\n", false,
         "f:1:1: error: no sample of austin (1 unreadable in all, left out)\n  a;b 3\n  ^\n"},
        {"# austin: 3.3.0\n", false, "f: error: no samples in it\n"},
        {"Thread a 9223372036854775807\nThread a 5\n", true,
         "f:1:1: warning: no sample of austin (1 unreadable in all, left out)\n"
         "  Thread a 9223372036854775807\n  ^\n"},
    };
    expect_said(&door_austin, rows, COUNT(rows));
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {
        {"Thread 7f;main (app.py);L34 1000\n", true},
        {"# austin: 3.3.0\n# interval: 100\n", true},
        {"P63;T64;app.py:main:34 500\n", true},
        {"a;b 3\n", false},
        {"Thread of thought\n", false},
        {"", false},
    };
    expect_sniff(&door_austin, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts), cmocka_unit_test(test_said),
                                       cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("austin", tests, NULL, NULL);
}
