/* SPDX-License-Identifier: MIT
 *
 * A request of which the recording has only one end is counted as incomplete, never guessed, as waits of threads are
 * (perf_offcpu.h). */
#include "ingest/perf_blockio.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"

struct request {
    struct sample sample; /* time_ns: when it was issued */
    bool is_open;
};

struct blockio {
    struct builder *b;
    struct intern keys;
    VEC(struct request) requests;
    struct arena *arena;
};

struct blockio *blockio_new(struct builder *b, struct arena *arena)
{
    struct blockio *io = NEW(arena, struct blockio);
    io->b = b;
    io->keys = intern_new(LIMIT_TRACE_KEYS, SIZE_MAX, arena);
    io->arena = arena;
    return io;
}

void blockio_issue(struct blockio *io, const struct sample *s, struct perf_request request, struct str event)
{
    uint32_t id = intern_id(&io->keys, (struct str){(const char *)&request, sizeof request});
    if (id == io->requests.n)
        (void)vec_push(&io->requests, SIZE_MAX, io->arena, (struct request){0});
    if (id == INTERN_NONE || io->requests.p[id].is_open) /* issued twice: somebody lost the event between */
        builder_tally(io->b)->n_incomplete++;
    if (id == INTERN_NONE)
        return;
    io->requests.p[id] = (struct request){.sample = *s, .is_open = true};
    io->requests.p[id].sample.event = builder_event_from(io->b, STR("block I/O"), event);
}

void blockio_complete(struct blockio *io, int64_t time_ns, struct perf_request request)
{
    uint32_t id = intern_find(&io->keys, (struct str){(const char *)&request, sizeof request});
    struct request *r = id == INTERN_NONE ? NULL : &io->requests.p[id];
    if (!r || !r->is_open || time_ns < r->sample.time_ns) {
        builder_tally(io->b)->n_incomplete++;
        return;
    }
    r->is_open = false;
    r->sample.duration_ns = time_ns - r->sample.time_ns;
    if (r->sample.duration_ns)
        builder_sample(io->b, &r->sample);
}

void blockio_end(struct blockio *io)
{
    for (size_t i = 0; i < io->requests.n; i++)
        builder_tally(io->b)->n_incomplete += io->requests.p[i].is_open;
}
