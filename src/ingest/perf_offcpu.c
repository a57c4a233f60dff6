/* SPDX-License-Identifier: MIT
 *
 * One entry for each thread that is away, by its tid. A wait whose end or beginning the recording does not have is
 * counted as incomplete, never guessed: a thread that exits does not come back, the idle task does not wait. */
#include "ingest/perf_offcpu.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"

struct away {
    struct sample sample; /* time_ns: when it left */
    bool is_away;
};

struct offcpu {
    struct builder *b;
    struct intern tids;
    VEC(struct away) threads;
    struct arena *arena;
};

struct offcpu *offcpu_new(struct builder *b, struct arena *arena)
{
    struct offcpu *o = NEW(arena, struct offcpu);
    o->b = b;
    o->tids = intern_new(LIMIT_THREADS, SIZE_MAX, arena);
    o->arena = arena;
    return o;
}

/* NULL: too many threads, or the idle task. */
static struct away *thread_of(struct offcpu *o, uint32_t tid)
{
    uint32_t id = tid ? intern_id(&o->tids, (struct str){(const char *)&tid, sizeof tid}) : INTERN_NONE;
    if (id == INTERN_NONE)
        return NULL;
    if (id == o->threads.n)
        (void)vec_push(&o->threads, SIZE_MAX, o->arena, (struct away){0});
    return &o->threads.p[id];
}

static struct str state_name(char state)
{
    switch (state) {
    case 'S':
        return STR("off-CPU: sleeping (S)");
    case 'D':
        return STR("off-CPU: waiting for I/O or a lock (D)");
    case 'R':
        return STR("off-CPU: preempted (R)");
    case 'I':
        return STR("off-CPU: idle kernel thread (I)");
    case 'T':
    case 't':
        return STR("off-CPU: stopped (T)");
    default:
        return STR("off-CPU: another state");
    }
}

void offcpu_switch(struct offcpu *o, const struct sample *s, const struct perf_switch *sw, struct str event)
{
    struct tally *t = builder_tally(o->b);
    struct away *next = thread_of(o, sw->next_tid);
    if (next && next->is_away && s->time_ns >= next->sample.time_ns) {
        next->sample.duration_ns = s->time_ns - next->sample.time_ns;
        if (next->sample.duration_ns)
            builder_sample(o->b, &next->sample);
    } else if (next) {
        t->n_incomplete++;
    }
    if (next)
        next->is_away = false;
    struct away *prev = thread_of(o, sw->prev_tid);
    bool gone = sw->state == 'X' || sw->state == 'x' || sw->state == 'Z';
    if (!prev)
        return;
    t->n_incomplete += prev->is_away; /* left twice: somebody lost the event between */
    prev->is_away = !gone;
    prev->sample = *s;
    prev->sample.event = builder_event_from(o->b, state_name(sw->state), event);
}

bool offcpu_stat(struct offcpu *o, struct sample *s, uint32_t tid)
{
    const struct away *a = thread_of(o, tid);
    if (!a || !a->is_away)
        return false;
    s->thread = a->sample.thread;
    s->stack = a->sample.stack;
    s->cpu = a->sample.cpu;
    return true;
}

void offcpu_end(struct offcpu *o)
{
    for (size_t i = 0; i < o->threads.n; i++)
        builder_tally(o->b)->n_incomplete += o->threads.p[i].is_away;
}
