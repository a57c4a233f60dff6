/* SPDX-License-Identifier: MIT
 *
 * Settles a builder into a profile: origin, time step, order of samples, final ids. Times are floored here,
 * once, and everything after works on the floored ones. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/tasks.h"
#include "base/timetext.h"
#include "model/builder_state.h"
#include "model/check.h"
#include "names/redact.h"

/* Fewer are not worth threads. */
#define MANY_STACKS 4096u

static int64_t floor_to(int64_t v, int64_t unit)
{
    int64_t r = v % unit;
    return v - (r < 0 ? r + unit : r);
}

static void settle_time(struct builder *b, struct profile *out)
{
    out->has_time = !b->now.flat;
    out->source_step_ns = b->now.flat ? 1 : b->now.source_step_ns;
    out->origin_ns = b->now.flat ? 0 : floor_to(b->now.min_ns, NS_PER_S);
    out->step_ns = b->now.step_ns > out->source_step_ns ? b->now.step_ns : out->source_step_ns;
    while ((uint64_t)(b->now.max_ns - out->origin_ns) / (uint64_t)out->step_ns >= LIMIT_STEPS) {
        out->step_ns *= 10;
        out->step_coarsened = true;
    }
    const struct clock_spec *c = &b->spec->clock;
    out->has_clock = !b->now.flat && (c->known || b->now.has_clock);
    if (out->has_clock)
        out->clock_epoch_ns =
            c->known ? c->epoch_ns - c->at_ns : b->now.clock_epoch_ns - (b->now.clock_time_ns - out->origin_ns);
}

void used_grow(struct used *used, size_t n_stacks, struct arena *work)
{
    while (used->stack.n < n_stacks)
        (void)vec_push(&used->stack, SIZE_MAX, work, 0);
}

struct sifting sift_begin(struct builder *b)
{
    struct used *used = &b->used;
    used->stack.n = used->n_spans = 0;
    used->out_of_order = false;
    used_grow(used, b->stacks.n, b->work);
    if (!used->thread) {
        used->thread = NEW_N(b->work, uint8_t, (size_t)b->threads.n + 1);
        used->lane = NEW_N(b->work, uint8_t, (size_t)b->lanes.n + 1);
    }
    memset(used->thread, 0, b->threads.n);
    memset(used->lane, 0, b->lanes.n);
    return (struct sifting){rows_walk(&b->samples, true), rows_new(b->work), INT64_MIN, false, used, b->work};
}

size_t sift_end(struct sifting *f, struct builder *b)
{
    size_t before = b->samples.n;
    used_grow(&b->used, b->stacks.n, b->work);
    rows_drop(&b->samples);
    b->samples = f->kept;
    return before - b->samples.n;
}

/* Puts times on the one time line, floors them, and drops what the time filter leaves out. Afterwards time_ns of a raw
 * sample is in steps (for export: nanoseconds since the origin), and a span's value is its length in steps. */
static void floor_and_filter(struct builder *b, const struct profile *out)
{
    const struct filter *f = &b->spec->filter;
    const struct one_source *source = b->sources.p, *end_of_sources = source + b->sources.n;
    bool timed = out->has_time && (f->from_ns != INT64_MIN || f->to_ns != INT64_MAX);
    struct sifting samples = sift_begin(b);
    struct raw_sample s;
    for (size_t i = 0; sift_next(&samples, &s); i++) {
        while (source + 1 < end_of_sources && source[1].first_sample <= i)
            source++;
        s.time_ns += source->shift_ns - out->origin_ns;
        int64_t begin = s.time_ns / out->step_ns, end = begin;
        if (s.is_span)
            end = (s.time_ns + (int64_t)s.value) / out->step_ns;
        bool outside = s.is_span ? end * out->step_ns <= f->from_ns || begin * out->step_ns >= f->to_ns
                                 : begin * out->step_ns < f->from_ns || begin * out->step_ns >= f->to_ns;
        if (timed && outside)
            continue;
        if (!b->spec->exact)
            s.time_ns = begin;
        if (s.is_span)
            s.value = (uint64_t)(end - begin); /* below LIMIT_STEPS */
        sift_keep(&samples, &s);
    }
    b->now.tally.n_filtered += sift_end(&samples, b);
}

/* Points and spans have columns of their own. */
static int by_kind_and_step(const void *a, const void *b)
{
    struct raw_sample x = sample_of_row(a), y = sample_of_row(b);
    if (x.is_span != y.is_span)
        return x.is_span ? 1 : -1;
    return x.time_ns < y.time_ns ? -1 : x.time_ns > y.time_ns;
}

/* Threads by first use in time; only those with samples. A thread in several sources of a host is one. */
struct renumbering {
    struct thread *old;
    uint32_t *new_id; /* ID_NONE: not met yet */
    struct intern same;
    bool any_same;
};

static struct renumbering renumber_begin(struct builder *b, struct profile *out)
{
    struct renumbering r = {.old = out->threads, .same = intern_new(LIMIT_THREADS, SIZE_MAX, b->work)};
    r.any_same = b->sources.n > 1;
    r.new_id = NEW_N(b->work, uint32_t, (size_t)out->n_threads + 1);
    memset(r.new_id, 0xff, out->n_threads * sizeof *r.new_id);
    out->threads = NEW_N(b->arena, struct thread, (size_t)out->n_threads + 1);
    out->n_threads = 0;
    return r;
}

static uint32_t renumber_thread(struct renumbering *r, uint32_t t, struct profile *out)
{
    if (r->new_id[t] != ID_NONE)
        return r->new_id[t];
    const struct thread *old = &r->old[t];
    uint32_t id = out->n_threads;
    if (r->any_same)
        id = intern_id(&r->same, (struct str){(const char *)old, sizeof *old});
    if (id == out->n_threads)
        out->threads[out->n_threads++] = *old;
    return r->new_id[t] = id;
}

struct numbered_lane {
    struct lane_key key;
    uint32_t old;
};

static int by_event_and_cpu(const void *a, const void *b)
{
    const struct lane_key *x = &((const struct numbered_lane *)a)->key,
                          *y = &((const struct numbered_lane *)b)->key;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

/* A text for the profile, without what the spec wants to be nowhere in it. */
static struct str kept_text(struct builder *b, enum redact_what what, struct str s)
{
    return str_dup(redact(b->spec->redact, what, s, b->arena), b->arena);
}

/* Lanes by event then CPU, events by first sight; only those that are used. */
static void renumber_lanes(struct builder *b, struct profile *out, uint16_t *new_lane)
{
    struct numbered_lane *list = NEW_N(b->work, struct numbered_lane, (size_t)b->lanes.n + 1);
    uint32_t n = 0;
    for (uint32_t l = 0; l < b->lanes.n; l++)
        if (b->used.lane[l]) {
            memcpy(&list[n].key, b->lanes.at[l].p, sizeof list[n].key);
            list[n++].old = l;
        }
    qsort(list, n, sizeof *list, by_event_and_cpu);
    out->events = NEW_N(b->arena, struct event, (size_t)b->events.n + 1);
    out->lanes = NEW_N(b->arena, struct lane, (size_t)n + 1);
    for (uint32_t l = 0; l < n; l++) {
        if (l == 0 || list[l].key.event != list[l - 1].key.event)
            out->events[out->n_events++].name = kept_text(b, REDACT_TEXT, b->events.at[list[l].key.event]);
        out->lanes[l] = (struct lane){out->n_events - 1, list[l].key.cpu};
        new_lane[list[l].old] = (uint16_t)l;
    }
    out->n_lanes = n;
}

/* False when the weights of an event add up to more than a double can count. */
static bool fill_columns(struct builder *b, const uint32_t *node_of, struct profile *out)
{
    struct renumbering threads = renumber_begin(b, out);
    uint16_t *new_lane = NEW_N(b->work, uint16_t, (size_t)b->lanes.n + 1);
    renumber_lanes(b, out, new_lane);
    out->n_spans = (uint32_t)b->used.n_spans;
    out->n_points = (uint32_t)(b->samples.n - b->used.n_spans);
    samples_open(out, b->arena);
    struct raw_sample sample;
    const struct raw_sample *s = &sample;
    if (b->used.out_of_order)
        rows_sort(&b->samples, by_kind_and_step);
    struct rows_walk samples = rows_walk_sorted(&b->samples, by_kind_and_step, true); /* the columns grow as these go */
    while (next_sample(&samples, &sample)) {
        uint32_t step = (uint32_t)(b->spec->exact ? s->time_ns / out->step_ns : s->time_ns);
        uint32_t node = node_of[s->stack], thread = renumber_thread(&threads, s->thread, out), end = step + 1;
        struct event *e = &out->events[out->lanes[new_lane[s->lane]].event];
        uint64_t weight;
        if (s->is_span) {
            column_add(&out->spans.start, step);
            column_add(&out->spans.duration, s->value);
            column_add(&out->spans.node, node);
            column_add(&out->spans.thread, thread);
            column_add(&out->spans.lane, new_lane[s->lane]);
            weight = s->value * (uint64_t)out->step_ns;
            end = step + (s->value ? (uint32_t)s->value : 1);
        } else {
            weight = s->value;
            column_add(&out->points.time, step);
            if (b->spec->exact)
                column_add(&out->points.ns, (uint64_t)s->time_ns);
            column_add(&out->points.node, node);
            column_add(&out->points.thread, thread);
            column_add(&out->points.lane, new_lane[s->lane]);
            if (out->weight != WEIGHT_SAMPLES)
                column_add(&out->points.weight, weight);
        }
        bool idle = out->node_idle[node];
        e->n_samples++;
        e->n_spans += s->is_span;
        e->n_idle += idle;
        if (weight > LIMIT_WEIGHT_SUM - e->weight) {
            diag_say(b->d, DIAG_LIMIT, b->file,
                     "the weights of event '%.*s' add up to more than 2^53 (weigh by samples instead)",
                     STR_ARG(e->name));
            return false;
        }
        e->weight += weight;
        e->idle_weight += idle ? weight : 0;
        out->tally.n_no_stack += b->stacks.p[s->stack].n == b->n_root;
        if (end > out->n_steps)
            out->n_steps = end;
    }
    samples_close(out);
    settle_counters(b, out);
    return true;
}

static struct str list_events(struct builder *b)
{
    struct str out = STR("");
    for (uint32_t e = 0; e < b->events.n; e++)
        out = str_fmt(b->arena, "%.*s%s'%.*s'", STR_ARG(out), e ? ", " : "", STR_ARG(b->events.at[e]));
    return out;
}

/* Why there is nothing to show, said where the spec asked for it when it did. */
static bool nothing_left(struct builder *b)
{
    const struct profile_spec *s = b->spec;
    const struct tally *t = &b->now.tally;
    if (!t->n_read && t->n_incomplete) {
        diag_say(b->d, DIAG_ERROR, b->file, "%llu waits in it, and of each only the beginning or the end",
                 (unsigned long long)t->n_incomplete);
    } else if (!t->n_read) {
        diag_say(b->d, DIAG_ERROR, b->file, "no samples in it");
    } else if (s->weight == BY_DURATION && t->n_other_event) {
        diag_at(b->d, DIAG_ERROR, s->weight_at,
                "nothing in '%.*s' has a duration (weigh by samples; durations come from sched:sched_switch, "
                "sched:sched_stat_*, traces and evented profiles)",
                STR_ARG(s->source.s));
    } else if (s->weight == BY_BYTES && t->n_other_event) {
        diag_at(b->d, DIAG_ERROR, s->weight_at,
                "nothing in '%.*s' tells of bytes (weigh by samples; bytes come from probes and tracepoints that print "
                "bytes=, size=, len= or sectors)",
                STR_ARG(s->source.s));
    } else if (t->n_other_event == t->n_read) {
        struct str there = list_events(b),
                   near = diag_did_you_mean(b->d, s->event.s, b->events.at, b->events.n);
        if (s->event.at.file)
            diag_at(b->d, DIAG_ERROR, s->event.at, "no samples of event '%.*s'%.*s (there are %.*s)",
                    STR_ARG(s->event.s), STR_ARG(near), STR_ARG(there));
        else
            diag_say(b->d, DIAG_ERROR, b->file, "no samples of event '%.*s'%.*s (there are %.*s)",
                     STR_ARG(s->event.s), STR_ARG(near), STR_ARG(there));
    } else {
        diag_say(b->d, DIAG_ERROR, b->file,
                 "no sample passes the filter (%llu read, %llu of other events, %llu filtered out, %llu idle "
                 "and dropped)",
                 (unsigned long long)t->n_read, (unsigned long long)t->n_other_event,
                 (unsigned long long)t->n_filtered, (unsigned long long)t->n_idle_dropped);
    }
    return false;
}

static bool settle(struct builder *b, struct profile *out)
{
    uint32_t *host_of = NEW_N(b->work, uint32_t, (size_t)b->threads.n + 1);
    if (!settle_sources(b, host_of, out))
        return false;
    if (b->now.any_sample)
        settle_time(b, out);
    floor_and_filter(b, out);
    settle_shape(b);
    if (!b->samples.n)
        return nothing_left(b);
    if (b->now.weight == WEIGHT_PERIOD && !b->any_period) {
        diag_at(b->d, DIAG_ERROR, b->spec->weight_at,
                "no sample of '%.*s' has a period (weigh by samples, or record with a period: perf script -F "
                "+period)",
                STR_ARG(b->spec->source.s));
        return false;
    }
    settle_roots(b, host_of, out);
    uint32_t *node_of = NEW_N(b->work, uint32_t, b->stacks.n + 1);
    out->weight = b->now.weight;
    settle_names(b, host_of, out);
    return settle_trie(b, node_of, out) && fill_columns(b, node_of, out);
}

/* A command line is a path and what was said to it. */
static void redact_facts(struct builder *b, struct profile *out)
{
    bool strip = b->spec->redact && b->spec->redact->paths == PATHS_STRIP;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < out->n_facts; i++) {
        struct fact f = out->facts[i];
        bool is_host = str_eq(f.key, STR("host"));
        f.value = kept_text(b, is_host ? REDACT_HOST : REDACT_TEXT, f.value);
        if (!strip || !str_eq(f.key, STR("command")))
            out->facts[kept++] = f;
    }
    out->n_facts = kept;
    for (uint32_t h = 0; h < out->n_hosts; h++)
        out->hosts[h] = kept_text(b, REDACT_HOST, out->hosts[h]);
}

static void say_cuts(struct builder *b, const struct profile *p)
{
    if (p->tally.n_cut_stacks)
        diag_say(b->d, DIAG_WARNING, b->file,
                 "%llu stacks of more than %u frames are cut: the frames farthest from the leaf are left out",
                 (unsigned long long)p->tally.n_cut_stacks, LIMIT_STACK_DEPTH);
}

bool builder_freeze(struct builder *b, struct profile *out)
{
    struct arena *work = b->work;
    *out = (struct profile){.source = kept_text(b, REDACT_PATH, b->spec->source.s)};
    b->tasks = tasks_begin(b->stacks.n > MANY_STACKS ? b->n_threads : 1, work);
    bool ok = !b->limit_said && settle(b, out);
    tasks_end(b->tasks);
    out->facts = b->facts.p;
    out->n_facts = (uint32_t)b->facts.n;
    redact_facts(b, out);
    uint64_t n_no_stack = out->tally.n_no_stack;
    out->tally = b->now.tally;
    out->tally.n_no_stack = n_no_stack;
    if (ok)
        say_cuts(b, out);
    arena_free(work); /* b itself lived there */
#ifdef FLAMEPRESS_CHECK
    assert(!ok || !profile_check(out));
#endif
    return ok;
}
