/* SPDX-License-Identifier: MIT
 *
 * A few threads that work off a queue of jobs. Whoever began the crew gives jobs and takes what came of them, in whatever
 * order suits; a job belongs to one worker from crew_give until it is done, and to its giver before and after.
 *
 * Workers touch nothing but their job, what their number owns, and memory that nobody writes: no diagnostics, no files, no
 * arena of the giver. Running out of memory in a worker is the job's to note (its arena's hook must jump within the worker). */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include <stdbool.h>

struct arena;
struct crew;

struct crew_job {
    struct crew_job *next; /* the crew's */
    bool is_done;          /* ask crew_is_done */
};

/* `worker` counts from 0. */
typedef void (*crew_work)(void *ctx, struct crew_job *job, unsigned worker);

/* At most n threads; fewer where the system gives no more, NULL when it gives none. Lives on the arena. */
struct crew *crew_begin(unsigned n, crew_work work, void *ctx, struct arena *arena);
/* Jobs are begun in the order in which they were given; one that is urgent before all that nobody has begun. */
void crew_give(struct crew *c, struct crew_job *job, bool is_urgent);
bool crew_is_done(struct crew *c, const struct crew_job *job);
void crew_wait(struct crew *c, const struct crew_job *job);
/* True: nobody had begun the job, which is its giver's again, not done. */
bool crew_take_back(struct crew *c, struct crew_job *job);
/* Works off what was given, then ends the threads. */
void crew_end(struct crew *c);
/* Ends the crews that this thread began, without what nobody has begun to work on. For whoever catches a jump out of
 * the middle, before memory is given back. */
void crew_abandon(void);

#endif
