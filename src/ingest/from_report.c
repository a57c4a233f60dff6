/* SPDX-License-Identifier: MIT
 *
 * A report as a source like any other: the decoder (pack/unpack.h) gives back the profile, and its samples go
 * through the builder again, so that filters and times of the new spec apply. Equal to the source of that
 * report up to its time step, less what its own filters left out. */
#include "ingest/from_report.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "ingest/whole.h"
#include "names/package.h"
#include "pack/format.h"
#include "pack/unpack.h"

struct again {
    const struct profile *p;
    struct builder *b;
    uint32_t *frame, *thread, *event; /* ids of the builder, by ours */
    uint32_t *stack;                  /* by node, + 1; 0: not asked for yet */
    uint32_t *leaf_first;
};

/* The profile the spec names, or the only one; NULL is said. */
static const struct panel *choose(const struct report *r, const struct profile_spec *spec, uint32_t file,
                                  struct diag *d, struct arena *arena)
{
    struct str *ids = NEW_N(arena, struct str, (size_t)r->n_panels + 1), all = STR("");
    for (uint32_t i = 0; i < r->n_panels; i++) {
        ids[i] = r->panels[i].id;
        if (spec->of_report.s.n ? str_eq(ids[i], spec->of_report.s) : r->n_panels == 1)
            return &r->panels[i];
        if (i < 20)
            all = str_fmt(arena, "%.*s%s'%.*s'", STR_ARG(all), i ? ", " : "", STR_ARG(ids[i]));
    }
    struct str near = diag_did_you_mean(d, spec->of_report.s, ids, r->n_panels);
    if (spec->of_report.at.file)
        diag_at(d, DIAG_ERROR, spec->of_report.at, "the report has no profile '%.*s'%.*s (there are %.*s)",
                STR_ARG(spec->of_report.s), STR_ARG(near), STR_ARG(all));
    else
        diag_say(d, DIAG_ERROR, file, "a report of %u profiles: %.*s (a spec can name one: profile: ID)",
                 r->n_panels, STR_ARG(all));
    return NULL;
}

/* With its package, where that does not follow from the rest. */
static uint32_t frame_again(struct again *g, const struct frame *f, struct arena *scratch)
{
    const struct profile *p = g->p;
    struct str name = p->names[f->name], module = p->modules[f->module];
    struct arena_mark mark = arena_mark(scratch);
    uint32_t id = builder_frame(g->b, name, module, (enum frame_kind)f->kind);
    if (!str_eq(p->packages[f->package], name_package(name, module, f->kind == FRAME_KERNEL, f->kind == FRAME_JIT, scratch)))
        builder_frame_package(g->b, id, p->packages[f->package]);
    arena_reset(scratch, mark);
    return id;
}

static void add_names(struct again *g, struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    const struct profile *p = g->p;
    g->frame = NEW_N(arena, uint32_t, (size_t)p->n_frames + 1);
    g->thread = NEW_N(arena, uint32_t, (size_t)p->n_threads + 1);
    g->event = NEW_N(arena, uint32_t, (size_t)p->n_events + 1);
    for (uint32_t i = 0; i < p->n_frames; i++) {
        const struct frame *f = &p->frames[i];
        if (f->kind != FRAME_THREAD) /* the builder puts the thread's name there itself */
            g->frame[i] = frame_again(g, f, scratch);
    }
    for (uint32_t i = 0; i < p->n_threads; i++) {
        const struct thread *t = &p->threads[i];
        if (p->n_hosts)
            builder_thread_host(g->b, p->hosts[t->host]);
        g->thread[i] = builder_thread(g->b, t->pid, t->tid, p->names[t->comm]);
    }
    for (uint32_t i = 0; i < p->n_events; i++)
        g->event[i] = builder_event(g->b, p->events[i].name);
    arena_free(scratch);
}

/* A node's stack, below the thread's name. */
static uint32_t stack_of(struct again *g, uint32_t node, uint32_t thread)
{
    if (!g->stack[node]) {
        uint32_t n = 0;
        for (uint32_t at = node; at; at = g->p->node_parent[at])
            if (g->p->frames[g->p->node_frame[at]].kind != FRAME_THREAD && n < LIMIT_STACK_DEPTH)
                g->leaf_first[n++] = g->frame[g->p->node_frame[at]];
        uint32_t stack = builder_stack(g->b, g->thread[thread], g->leaf_first, n);
        if (g->p->node_idle[node])
            builder_idle(g->b, stack);
        g->stack[node] = stack + 1;
    }
    return g->stack[node] - 1;
}

static void add_sample(struct again *g, uint32_t node, uint32_t thread, uint32_t lane, struct sample s)
{
    const struct lane *l = &g->p->lanes[lane];
    s.stack = stack_of(g, node, thread);
    s.thread = g->thread[thread];
    s.event = g->event[l->event];
    s.cpu = l->cpu;
    builder_sample(g->b, &s);
}

static void add_samples(struct again *g)
{
    const struct profile *p = g->p;
    for (uint32_t i = 0; i < p->n_points; i++)
        add_sample(g, point_node(p, i), point_thread(p, i), point_lane(p, i),
                   (struct sample){.time_ns = p->origin_ns + point_time(p, i) * p->step_ns,
                                   .period = p->weight == WEIGHT_SAMPLES ? 0 : point_weight(p, i)});
    for (uint32_t i = 0; i < p->n_spans; i++)
        add_sample(g, span_node(p, i), span_thread(p, i), span_lane(p, i),
                   (struct sample){.time_ns = p->origin_ns + span_start(p, i) * p->step_ns,
                                   .duration_ns = span_duration(p, i) * p->step_ns});
}

/* Counters, and what the spec of that report drew as metrics. */
static void add_counters(struct again *g)
{
    const struct profile *p = g->p;
    for (uint32_t k = 0; k < p->n_series; k++) {
        const struct counter_series *s = &p->series[k];
        char key[16];
        snprintf(key, sizeof key, "%u", k);
        uint32_t counter = builder_counter(g->b, str_of(key), s->title, s->unit);
        for (uint32_t i = 0; i < s->n; i++)
            builder_count(g->b, counter, p->origin_ns + s->time[i] * p->step_ns, s->value[i]);
    }
}

/* What that report was told of its source. Its samples are counted anew, those it left out are not there. */
static void add_tally(struct tally *to, const struct tally *from, uint64_t n_kept)
{
    to->n_read += from->n_read > n_kept ? from->n_read - n_kept : 0;
    to->n_filtered += from->n_filtered;
    to->n_other_event += from->n_other_event;
    to->n_idle_dropped += from->n_idle_dropped;
    to->n_out_of_order = from->n_out_of_order;
    to->n_lost = from->n_lost;
    to->n_incomplete = from->n_incomplete;
    to->n_unreadable += from->n_unreadable;
    to->first_unreadable_line = from->first_unreadable_line;
    to->n_cut_names += from->n_cut_names;
    to->n_cut_stacks += from->n_cut_stacks;
    to->truncated |= from->truncated;
}

static void add_profile(struct builder *b, const struct profile *p, const struct profile_spec *spec,
                        struct arena *arena)
{
    struct again g = {.p = p, .b = b};
    if (!p->has_time)
        builder_flat(b);
    if (p->weight == WEIGHT_COUNT || !spec->weight_at.file)
        builder_weigh(b, p->weight);
    for (uint32_t i = 0; i < p->n_facts; i++)
        builder_fact(b, p->facts[i].key, p->facts[i].value);
    builder_source_step(b, p->step_ns > p->source_step_ns ? p->step_ns : p->source_step_ns);
    if (p->has_clock)
        builder_clock(b, p->origin_ns, p->clock_epoch_ns);
    g.stack = NEW_N(arena, uint32_t, p->n_nodes);
    g.leaf_first = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    add_names(&g, arena);
    if (p->has_time)
        builder_origin(b, p->origin_ns);
    add_samples(&g);
    add_counters(&g);
    add_tally(builder_tally(b), &p->tally, (uint64_t)p->n_points + p->n_spans);
}

static bool report_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct str text;
    struct report *r = NEW(arena, struct report);
    if (!whole_read(in, LIMIT_REPORT_BYTES, "HTML", d, &text, arena) ||
        !unpack_read(text, in->file, d, r, arena))
        return false;
    const struct panel *panel = choose(r, in->spec, in->file, d, arena);
    if (panel)
        add_profile(b, panel->profile, in->spec, arena);
    return panel != NULL;
}

/* The data follows the summary, which may be longer than the head of the file that is seen here. */
static int report_sniff(struct str head)
{
    bool page = str_starts(str_trim(head), STR("<!DOCTYPE html>"));
    return unpack_is_report(head) || (page && str_find(head, STR("<main id=\"fp-summary\">")) != SIZE_MAX)
               ? 95
               : 0;
}

const struct door door_report = {
    .name = {"report", 6},
    .description = {"a report of flamepress", 22},
    .default_step_ns = 1,
    .sniff = report_sniff,
    .read = report_read,
};
