/* SPDX-License-Identifier: MIT
 *
 * One lock, one queue, two conditions: there is work, a job is done. Jobs are a megabyte of text each, so the lock is held some
 * hundred times a second. */
#include "base/crew.h"

#include "base/arena.h"
#include "base/os.h"

struct crew;

struct worker {
    struct crew *crew;
    pthread_t thread;
    unsigned number;
};

struct crew {
    pthread_mutex_t lock;
    pthread_cond_t work_there, job_done;
    struct crew_job *first, **last;
    bool is_over;
    crew_work work;
    void *ctx;
    struct worker *workers;
    unsigned n;
    struct crew *other; /* began by the same thread */
};

static _Thread_local struct crew *begun;

static void *run(void *arg)
{
    struct worker *w = arg;
    struct crew *c = w->crew;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (!c->first && !c->is_over)
            pthread_cond_wait(&c->work_there, &c->lock);
        struct crew_job *job = c->first;
        if (!job)
            break;
        c->first = job->next;
        if (!c->first)
            c->last = &c->first;
        pthread_mutex_unlock(&c->lock);
        c->work(c->ctx, job, w->number);
        pthread_mutex_lock(&c->lock);
        job->is_done = true;
        pthread_cond_signal(&c->job_done);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct crew *crew_begin(unsigned n, crew_work work, void *ctx, struct arena *arena)
{
    struct crew *c = NEW(arena, struct crew);
    c->workers = NEW_N(arena, struct worker, n);
    c->last = &c->first;
    c->work = work;
    c->ctx = ctx;
    if (pthread_mutex_init(&c->lock, NULL) != 0)
        return NULL;
    (void)pthread_cond_init(&c->work_there, NULL); /* glibc's and musl's cannot fail */
    (void)pthread_cond_init(&c->job_done, NULL);
    for (; c->n < n; c->n++) {
        struct worker *w = &c->workers[c->n];
        *w = (struct worker){.crew = c, .number = c->n};
        if (os->start_thread(&w->thread, run, w) != 0)
            break;
    }
    c->other = begun;
    begun = c;
    if (c->n)
        return c;
    crew_end(c);
    return NULL;
}

void crew_give(struct crew *c, struct crew_job *job, bool is_urgent)
{
    pthread_mutex_lock(&c->lock);
    job->is_done = false;
    struct crew_job **at = is_urgent ? &c->first : c->last;
    job->next = *at;
    *at = job;
    if (!job->next)
        c->last = &job->next;
    pthread_cond_signal(&c->work_there);
    pthread_mutex_unlock(&c->lock);
}

bool crew_is_done(struct crew *c, const struct crew_job *job)
{
    pthread_mutex_lock(&c->lock);
    bool is_done = job->is_done;
    pthread_mutex_unlock(&c->lock);
    return is_done;
}

void crew_wait(struct crew *c, const struct crew_job *job)
{
    pthread_mutex_lock(&c->lock);
    while (!job->is_done)
        pthread_cond_wait(&c->job_done, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

bool crew_take_back(struct crew *c, struct crew_job *job)
{
    pthread_mutex_lock(&c->lock);
    struct crew_job **at = &c->first;
    while (*at && *at != job)
        at = &(*at)->next;
    bool is_there = *at != NULL;
    if (is_there) {
        *at = job->next;
        if (!*at)
            c->last = at;
    }
    pthread_mutex_unlock(&c->lock);
    return is_there;
}

static void end(struct crew *c, bool now)
{
    pthread_mutex_lock(&c->lock);
    if (now)
        c->first = NULL;
    c->is_over = true;
    pthread_cond_broadcast(&c->work_there);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->n; i++)
        (void)pthread_join(c->workers[i].thread, NULL);
    pthread_cond_destroy(&c->work_there);
    pthread_cond_destroy(&c->job_done);
    pthread_mutex_destroy(&c->lock);
    for (struct crew **at = &begun; *at; at = &(*at)->other)
        if (*at == c) {
            *at = c->other;
            break;
        }
}

void crew_end(struct crew *c)
{
    end(c, false);
}

void crew_abandon(void)
{
    while (begun)
        end(begun, true);
}
