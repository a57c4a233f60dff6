/* SPDX-License-Identifier: MIT
 *
 * Other roots than the thread's name: a stack is written again for every distinct (roots, stack) that occurs. */
#include <string.h>

#include "base/limits.h"
#include "model/builder_state.h"
#include "names/redact.h"

struct process_key {
    uint32_t host, pid;
};

/* The frames above a stack. */
struct prefix {
    uint32_t frame[ROOT_LEVELS];
};

struct combined_key {
    uint32_t prefix, stack;
};

struct roots {
    struct builder *b;
    const struct profile *p; /* its hosts */
    const uint32_t *host_of;
    struct intern processes; /* struct process_key */
    VEC(uint32_t) main_thread; /* of a process */
    struct arena *scratch;
};

static struct thread_key thread_of(const struct builder *b, uint32_t thread)
{
    struct thread_key key;
    memcpy(&key, b->threads.at[thread].p, sizeof key);
    return key;
}

static uint32_t process_of(struct roots *r, uint32_t thread)
{
    struct process_key key = {r->host_of[thread], thread_of(r->b, thread).pid};
    return intern_id(&r->processes, (struct str){(const char *)&key, sizeof key});
}

/* A process is named by its main thread, the first of that id; else by its first thread. */
static void find_processes(struct roots *r)
{
    r->processes = intern_new(LIMIT_THREADS, SIZE_MAX, r->b->work);
    for (uint32_t t = 0; t < r->b->threads.n; t++) {
        struct thread_key key = thread_of(r->b, t), main;
        uint32_t process = process_of(r, t);
        if (process == r->main_thread.n) {
            (void)vec_push(&r->main_thread, SIZE_MAX, r->b->work, t);
            continue;
        }
        main = thread_of(r->b, r->main_thread.p[process]);
        if (key.pid == key.tid && main.pid != main.tid)
            r->main_thread.p[process] = t;
    }
}

static struct str host_name(const struct roots *r, uint32_t thread)
{
    const struct builder *b = r->b;
    struct thread_key key = thread_of(b, thread);
    if (key.host < HOST_OF_SOURCE)
        return b->hosts.at[key.host];
    const struct one_source *source = &b->sources.p[key.host - HOST_OF_SOURCE];
    return source->host.n ? source->host : spec_stem(source->name);
}

static struct str level_name(struct roots *r, enum root_level level, uint32_t thread, uint32_t cpu)
{
    struct builder *b = r->b;
    struct thread_key key = thread_of(b, thread);
    struct str comm = b->names.at[b->comm_of[thread]];
    switch (level) {
    case ROOT_HOST:
        return redact(b->spec->redact, REDACT_HOST, host_name(r, thread), r->scratch);
    case ROOT_CPU:
        return cpu == ID_NONE ? STR("[unknown CPU]") : str_fmt(r->scratch, "CPU %u", cpu);
    case ROOT_THREAD:
        return key.tid == ID_NONE ? comm : str_fmt(r->scratch, "%.*s (%u)", STR_ARG(comm), key.tid);
    case ROOT_PROCESS:
        comm = b->names.at[b->comm_of[r->main_thread.p[process_of(r, thread)]]];
        return key.pid == ID_NONE ? comm : str_fmt(r->scratch, "%.*s (%u)", STR_ARG(comm), key.pid);
    case ROOT_COMM:
    case ROOT_LEVELS:
        break;
    }
    return comm;
}

static uint32_t prefix_of(struct roots *r, struct intern *prefixes, uint32_t thread, uint32_t cpu)
{
    const struct stacks_spec *wanted = &r->b->spec->stacks;
    struct prefix prefix = {{0}};
    for (uint32_t i = 0; i < wanted->n_root; i++) {
        struct arena_mark mark = arena_mark(r->scratch);
        struct str name = level_name(r, (enum root_level)wanted->root[i], thread, cpu);
        prefix.frame[i] = builder_frame(r->b, name, STR(""), FRAME_THREAD);
        arena_reset(r->scratch, mark);
    }
    return intern_id(prefixes, (struct str){(const char *)&prefix, sizeof prefix});
}

static void add_stack(struct builder *b, uint32_t stack, const struct prefix *prefix, uint32_t n_root)
{
    struct stack_entry e = b->stacks.p[stack], made = {.begin = b->pool.n};
    uint32_t n_body = e.n - 1, skip = n_body + n_root > LIMIT_STACK_DEPTH + 1 ? n_body + n_root - LIMIT_STACK_DEPTH - 1 : 0;
    b->now.tally.n_cut_stacks += skip > 0;
    for (uint32_t i = 0; i < n_root; i++)
        (void)vec_push(&b->pool, SIZE_MAX, b->work, prefix->frame[i]);
    for (uint32_t i = skip; i < n_body; i++)
        (void)vec_push(&b->pool, SIZE_MAX, b->work, b->pool.p[e.begin + 1 + i]);
    made.n = n_root + n_body - skip;
    (void)vec_push(&b->stacks, SIZE_MAX, b->work, made);
    (void)vec_push(&b->stack_idle, SIZE_MAX, b->work, b->stack_idle.p[stack]);
}

void settle_roots(struct builder *b, const uint32_t *host_of, const struct profile *p)
{
    const struct stacks_spec *wanted = &b->spec->stacks;
    b->n_root = wanted->n_root ? wanted->n_root : 1;
    if (!wanted->n_root || (wanted->n_root == 1 && wanted->root[0] == ROOT_COMM))
        return;
    struct roots r = {.b = b, .p = p, .host_of = host_of, .scratch = arena_like(b->work)};
    struct intern prefixes = intern_new(UINT32_MAX - 1, SIZE_MAX, b->work),
                  combined = intern_new(UINT32_MAX - 1, SIZE_MAX, b->work),
                  lanes = intern_new(UINT32_MAX - 1, SIZE_MAX, b->work);
    VEC(uint32_t) prefix_of_lane = {0};
    uint32_t n_old = (uint32_t)b->stacks.n;
    find_processes(&r);
    struct sifting samples = sift_begin(b);
    for (struct raw_sample s; sift_next(&samples, &s);) {
        struct lane_key lane;
        memcpy(&lane, b->lanes.at[s.lane].p, sizeof lane);
        uint32_t pair[2] = {s.thread, lane.cpu}, id = intern_id(&lanes, (struct str){(const char *)pair, sizeof pair});
        if (id == prefix_of_lane.n)
            (void)vec_push(&prefix_of_lane, SIZE_MAX, b->work, prefix_of(&r, &prefixes, s.thread, lane.cpu));
        struct combined_key key = {prefix_of_lane.p[id], s.stack};
        id = intern_id(&combined, (struct str){(const char *)&key, sizeof key});
        if (n_old + id == b->stacks.n) {
            struct prefix prefix;
            memcpy(&prefix, prefixes.at[key.prefix].p, sizeof prefix);
            add_stack(b, s.stack, &prefix, wanted->n_root);
        }
        s.stack = n_old + id;
        sift_keep(&samples, &s);
    }
    (void)sift_end(&samples, b);
    arena_free(r.scratch);
}
