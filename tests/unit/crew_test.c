/* SPDX-License-Identifier: MIT
 *
 * A crew: every job is done once, by one of its workers, whatever the number of threads the system gives; and it ends however its
 * giver leaves. */
#include "support.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/crew.h"
#include "base/os.h"

enum { N_JOBS = 500 };

struct job {
    struct crew_job job;
    unsigned in, out, worker;
};

struct counted {
    atomic_uint n;
};

static void square(void *ctx, struct crew_job *job, unsigned worker)
{
    struct job *j = (struct job *)job;
    j->out = j->in * j->in;
    j->worker = worker;
    atomic_fetch_add(&((struct counted *)ctx)->n, 1);
}

static unsigned allowed;

static int start_some(pthread_t *thread, void *(*fn)(void *), void *arg)
{
    return allowed && allowed-- ? os_real.start_thread(thread, fn, arg) : EAGAIN;
}

static int restore(void **state)
{
    (void)state;
    os = &os_real;
    return 0;
}

static void test_jobs(void **state)
{
    (void)state;
    static const unsigned sizes[] = {1, 2, 3, 8};
    for (size_t i = 0; i < 4; i++) {
        struct arena *arena = test_arena();
        struct counted counted = {0};
        struct job *jobs = NEW_N(arena, struct job, N_JOBS);
        struct crew *c = crew_begin(sizes[i], square, &counted, arena);
        assert_non_null(c);
        for (unsigned k = 0; k < N_JOBS; k++) {
            jobs[k].in = k;
            crew_give(c, &jobs[k].job, false);
            if (k >= 10)
                crew_wait(c, &jobs[k - 10].job);
        }
        for (unsigned k = 0; k < N_JOBS; k++) {
            crew_wait(c, &jobs[k].job);
            assert_true(crew_is_done(c, &jobs[k].job));
            assert_int_equal(jobs[k].out, k * k);
            assert_in_range(jobs[k].worker, 0, sizes[i] - 1);
        }
        crew_end(c);
        assert_int_equal(counted.n, N_JOBS);
        arena_free(arena);
    }
}

static void test_few_threads(void **state)
{
    (void)state;
    static struct os fake;
    fake = os_real;
    fake.start_thread = start_some;
    os = &fake;
    for (unsigned there = 0; there < 3; there++) {
        struct arena *arena = test_arena();
        struct counted counted = {0};
        struct job job = {.in = 7};
        allowed = there;
        struct crew *c = crew_begin(8, square, &counted, arena);
        assert_true((c != NULL) == (there > 0));
        if (c) {
            crew_give(c, &job.job, false);
            crew_wait(c, &job.job);
            assert_int_equal(job.out, 49);
            assert_in_range(job.worker, 0, there - 1);
            crew_end(c);
        }
        crew_abandon(); /* nothing is left to end */
        arena_free(arena);
    }
}

/* What was given and not begun is left; nobody works any more when the memory goes. */
static void test_abandon(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        struct arena *arena = test_arena();
        struct counted counted = {0};
        struct job *jobs = NEW_N(arena, struct job, N_JOBS);
        struct crew *one = crew_begin(2, square, &counted, arena), *other = crew_begin(3, square, &counted, arena);
        assert_non_null(one);
        assert_non_null(other);
        for (unsigned k = 0; k < N_JOBS; k++)
            crew_give(k & 1 ? one : other, &jobs[k].job, false);
        crew_abandon();
        unsigned n = counted.n;
        assert_in_range(n, 0, N_JOBS);
        arena_free(arena);
        assert_int_equal(counted.n, n);
    }
}

/* Jobs that note when they were begun; the first one holds the only worker until the others are given. */
struct ordered {
    atomic_bool may_go;
    unsigned n, order[4];
};

static void note(void *ctx, struct crew_job *job, unsigned worker)
{
    struct ordered *o = ctx;
    (void)worker;
    while (!o->may_go)
        ;
    o->order[o->n++] = ((struct job *)job)->in;
}

static void test_urgent(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct ordered o = {0};
    struct job jobs[5] = {{.in = 0}, {.in = 1}, {.in = 2}, {.in = 3}, {.in = 4}};
    struct crew *c = crew_begin(1, note, &o, arena);
    assert_non_null(c);
    crew_give(c, &jobs[0].job, true); /* to an empty queue */
    crew_give(c, &jobs[1].job, false);
    crew_give(c, &jobs[2].job, false);
    crew_give(c, &jobs[3].job, true);
    bool was_begun = !crew_take_back(c, &jobs[0].job);
    o.may_go = true;
    crew_end(c);
    assert_int_equal(o.n, was_begun ? 4 : 3);
    if (was_begun)
        assert_int_equal(o.order[0], 0);
    assert_int_equal(o.order[o.n - 3], 3);
    assert_int_equal(o.order[o.n - 2], 1);
    assert_int_equal(o.order[o.n - 1], 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_jobs), cmocka_unit_test_teardown(test_few_threads, restore),
                                       cmocka_unit_test(test_abandon), cmocka_unit_test(test_urgent)};
    return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
