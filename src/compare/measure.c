/* SPDX-License-Identifier: MIT
 *
 * Two passes over the samples: weights (which decide what is worth a closer look), then waves. Within a block
 * samples of one stack are added up first, so that each stack is walked once a block.
 *
 * Functions are told apart by name alone, as in every other table of a report. Modules are no part of it:
 * their paths change with every deploy (versions, containers, "(deleted)"); nor is the kind of a frame:
 * whether it was inlined or which tier compiled it may change with every build. Either would make one
 * function vanish and another appear; so would hashes and numbers that compilers and virtual machines add to
 * names: they go. Frames without a name are one function a module. */
#include "compare/measure.h"

#include <math.h>
#include <string.h>

#include "analyse/preorder.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "names/strip.h"

#define BLOCK_NS NS_PER_S
/* Shorter recordings get shorter blocks: this many. Only their number matters less than that of the waves. */
#define FEWEST_BLOCKS 32u
#define MOST_BLOCKS 65536u
#define FEWEST_WAVES 4u
/* More give little more certainty about the noise, and see less of what is slow. */
#define MOST_WAVES 24u

struct things things_new(struct arena *arena)
{
    return (struct things){intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, arena),
                           intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, arena)};
}

static bool is_unresolved(struct str name)
{
    if (str_starts(name, STR("[unknown")))
        return true;
    if (!str_starts(name, STR("0x")) || name.n < 3)
        return false;
    for (size_t i = 2; i < name.n; i++)
        if (!strchr("0123456789abcdefABCDEF", name.p[i]))
            return false;
    return true;
}

static struct str last_part(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX || slash + 1 == path.n ? path : str_sub(path, slash + 1, path.n);
}

static size_t version_begin(struct str s, size_t end)
{
    size_t at = end;
    while (at > 0 && ((s.p[at - 1] >= '0' && s.p[at - 1] <= '9') || s.p[at - 1] == '.'))
        at--;
    return at > 0 && at < end && s.p[at - 1] == '-' ? at - 1 : end;
}

/* Packages of native code are files: "libc-2.31.so", "libm.so.6" and "libm.so.7 (deleted)" of a new deploy
 * are still libc and libm. */
static struct str without_version(struct str package, struct arena *arena)
{
    struct str deleted = STR(" (deleted)");
    if (str_ends(package, deleted))
        package.n -= deleted.n;
    size_t so = str_find(package, STR(".so"));
    if (so == SIZE_MAX || (so + 3 < package.n && package.p[so + 3] != '.'))
        return package;
    return str_fmt(arena, "%.*s.so", (int)version_begin(package, so), package.p);
}

struct thing_of things_add(struct things *t, const struct profile *p, struct arena *arena)
{
    struct thing_of of = {NEW_N(arena, uint32_t, (size_t)p->n_frames + 1),
                          NEW_N(arena, uint32_t, (size_t)p->n_frames + 1), NULL};
    for (uint32_t f = 0; f < p->n_frames; f++) {
        const struct frame *frame = &p->frames[f];
        struct str name = p->names[frame->name], module = last_part(p->modules[frame->module]);
        of.function[f] = of.package[f] = ID_NONE;
        if (frame->kind == FRAME_THREAD)
            continue;
        name = name_strip(name, STRIP_OFFSETS | STRIP_ADDRESSES | STRIP_HASHES, arena);
        if (is_unresolved(name))
            name = str_fmt(arena, "[unknown]%s%.*s", module.n ? " in " : "", STR_ARG(module));
        of.function[f] = intern_id(&t->functions, name);
        if (p->packages[frame->package].n)
            of.package[f] = intern_id(&t->packages, without_version(p->packages[frame->package], arena));
    }
    return of;
}

/* ---- blocks */

struct blocks {
    uint32_t from, to, n;
    uint64_t steps; /* of one block */
};

static struct blocks cut(const struct profile *p, struct range r)
{
    struct blocks b = {r.from, r.to < p->n_steps ? r.to : p->n_steps, 0, 1};
    if (!p->has_time || b.to <= b.from)
        return b;
    uint64_t length = b.to - b.from;
    b.steps = (uint64_t)(BLOCK_NS / p->step_ns);
    if (length / (b.steps ? b.steps : 1) < FEWEST_BLOCKS)
        b.steps = length / FEWEST_BLOCKS;
    if (b.steps < length / MOST_BLOCKS + 1)
        b.steps = length / MOST_BLOCKS + 1;
    b.n = (uint32_t)((length + b.steps - 1) / b.steps);
    return b;
}

/* 0.4 n^(2/3): Lazarus, Lewis, Stock and Watson, "HAR inference", 2018. In whole numbers. */
static uint32_t waves_of(uint32_t n_blocks)
{
    uint32_t waves = FEWEST_WAVES;
    if (n_blocks < 2 * FEWEST_WAVES)
        return 0;
    while (waves < MOST_WAVES &&
           125ull * (waves + 1) * (waves + 1) * (waves + 1) <= 8ull * n_blocks * n_blocks)
        waves++;
    return waves;
}

static bool is_busy(const struct profile *p, uint32_t lane, uint32_t node, uint32_t event)
{
    return p->lanes[lane].event == event && !p->node_idle[node];
}

static uint64_t overlap(uint32_t from, uint32_t to, uint32_t start, uint32_t duration)
{
    uint64_t end = (uint64_t)start + duration, a = start > from ? start : from, b = end < to ? end : to;
    return b > a ? b - a : 0;
}

/* ---- weights */

/* Weights of nodes, added up by frame: there are far fewer of those. All are sums of whole numbers below 2^53, in any order. */
struct by_frame {
    double self, below;
};

/* Where samples go: to their leaf, from which they are added up later. */
struct leaves {
    const struct profile *p;
    uint64_t *self; /* by node */
    double squares;
    struct measured *m;
};

static inline void add_leaf(struct leaves *l, uint32_t node, uint64_t whole)
{
    double weight = (double)whole;
    l->self[node] += whole;
    l->squares += weight * weight;
    l->m->weight += weight;
    l->m->n_samples++;
}

static void add_leaf_weights(struct leaves *l, struct range r, uint32_t event)
{
    const struct profile *p = l->p;
    struct measured *m = l->m;
    uint32_t first, last;
    window_points(p, r, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        uint32_t node = point_node(p, i);
        if (is_busy(p, point_lane(p, i), node, event))
            add_leaf(l, node, point_weight(p, i));
    }
    for (uint32_t i = 0; i < p->n_spans && span_start(p, i) < r.to; i++) {
        uint64_t w = overlap(r.from, r.to, span_start(p, i), span_duration(p, i)) * (uint64_t)p->step_ns;
        if (w > 0 && is_busy(p, span_lane(p, i), span_node(p, i), event))
            add_leaf(l, span_node(p, i), w);
    }
    /* A record that stands for many samples stands for so many that were taken one by one. */
    m->n_independent = p->weight == WEIGHT_COUNT && !p->n_spans ? m->weight
                       : l->squares > 0                         ? m->weight * m->weight / l->squares
                                                                : 0;
}

/* The function and the package of each frame; what has none has the one past the last, which nobody asks for, so that nothing has to be
 * asked of a node. */
struct things_of_frame {
    uint32_t at[2];
};

static struct things_of_frame *join_things(const struct thing_of *of, uint32_t n_frames, const uint32_t n[2], struct arena *scratch)
{
    struct things_of_frame *joined = NEW_N(scratch, struct things_of_frame, (size_t)n_frames + 1);
    for (uint32_t f = 0; f < n_frames; f++) {
        joined[f].at[0] = of->function[f] == ID_NONE ? n[0] : of->function[f];
        joined[f].at[1] = of->package[f] == ID_NONE ? n[1] : of->package[f];
    }
    return joined;
}

/* One pass over the nodes, where a thing counts once per stack, however often it recurs; what it has by itself is then that of its
 * frames. */
static void add_up(const struct leaves *l, const struct thing_of *of, struct measured *out, struct by_frame *by_frame,
                   const uint32_t n[2], struct arena *scratch)
{
    const struct profile *p = l->p;
    const struct things_of_frame *things = join_things(of, p->n_frames, n, scratch);
    uint32_t *open[2] = {NEW_N(scratch, uint32_t, (size_t)n[0] + 1), NEW_N(scratch, uint32_t, (size_t)n[1] + 1)};
    uint64_t sum = 0;
    struct preorder walk = preorder_begin(p, scratch);
    for (struct preorder_node *x;;) {
        while ((x = preorder_close(&walk))) {
            const uint32_t *at = things[x->frame].at;
            double below = (double)(sum - x->before);
            by_frame[x->frame].below += below;
            for (int k = 0; k < 2; k++)
                out->total[k][at[k]] += --open[k][at[k]] ? 0 : below;
        }
        if (!(x = preorder_open(&walk)))
            break;
        const uint32_t *at = things[x->frame].at;
        x->before = sum;
        sum += l->self[x->node];
        by_frame[x->frame].self += (double)l->self[x->node];
        open[0][at[0]]++;
        open[1][at[1]]++;
    }
    for (uint32_t f = 0; f < p->n_frames; f++) {
        const uint32_t *at = things[f].at;
        for (int k = 0; k < 2; k++)
            out->self[k][at[k]] += by_frame[f].self;
        if (is_unresolved(p->names[p->frames[f].name]))
            out->unresolved += by_frame[f].self;
    }
}

static void find_modules(const struct profile *p, struct thing_of *of, const struct by_frame *by_frame, uint32_t n,
                         struct arena *arena, struct arena *scratch)
{
    uint32_t *best = NEW_N(scratch, uint32_t, (size_t)n + 1); /* frame + 1 */
    for (uint32_t f = 0; f < p->n_frames; f++) {
        uint32_t thing = of->function[f];
        if (thing != ID_NONE && (!best[thing] || by_frame[f].below > by_frame[best[thing] - 1].below))
            best[thing] = f + 1;
    }
    of->module = NEW_N(arena, struct str, (size_t)n + 1);
    for (uint32_t k = 0; k < n; k++)
        of->module[k] = best[k] ? last_part(p->modules[p->frames[best[k] - 1].module]) : STR("");
}

void measure_weights(const struct profile *p, struct thing_of *of, struct range r, uint32_t event,
                     const struct things *t, struct measured *out, struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    struct leaves leaves = {.p = p, .m = out};
    uint32_t n[2] = {t->functions.n, t->packages.n};
    struct blocks b = cut(p, r);
    *out = (struct measured){.n_blocks = b.n, .n_waves = waves_of(b.n)};
    out->seconds = p->has_time ? (double)(b.to - b.from) * (double)p->step_ns / NS_PER_S : 0;
    struct by_frame *by_frame = NEW_N(scratch, struct by_frame, (size_t)p->n_frames + 1);
    leaves.self = NEW_N(scratch, uint64_t, p->n_nodes);
    add_leaf_weights(&leaves, r, event);
    for (int k = 0; k < 2; k++) {
        out->self[k] = NEW_N(arena, double, (size_t)n[k] + 1);
        out->total[k] = NEW_N(arena, double, (size_t)n[k] + 1);
    }
    add_up(&leaves, of, out, by_frame, n, scratch);
    find_modules(p, of, by_frame, n[0], arena, scratch);
    arena_free(scratch);
}

/* ---- waves */

struct waving {
    const struct profile *p;
    const uint32_t *place[2]; /* by frame: place of its function and package, or ID_NONE */
    struct measured *m;
    double *node;                 /* weight of the block, by node */
    uint32_t *touched, n_touched; /* nodes */
    double *self, *total;         /* weight of the block, by place */
    uint32_t *places, n_places;   /* places with weight */
    uint32_t *seen, stamp;        /* by place: the stack that counted it last */
    double weight;                /* of the block */
};

static void add_weight(struct waving *w, uint32_t node, double weight)
{
    if (w->node[node] == 0)
        w->touched[w->n_touched++] = node;
    w->node[node] += weight;
    w->weight += weight;
}

static void add_stack(struct waving *w, uint32_t node)
{
    double weight = w->node[node];
    w->node[node] = 0;
    w->stamp++;
    for (uint32_t i = node; i; i = w->p->node_parent[i])
        for (int k = 0; k < 2; k++) {
            uint32_t at = w->place[k][w->p->node_frame[i]];
            if (at == ID_NONE)
                continue;
            if (i == node)
                w->self[at] += weight;
            if (w->seen[at] == w->stamp)
                continue;
            w->seen[at] = w->stamp;
            if (w->total[at] == 0)
                w->places[w->n_places++] = at;
            w->total[at] += weight;
        }
}

/* Projects block b and empties it. */
static void end_block(struct waving *w, uint32_t b, double length)
{
    struct measured *m = w->m;
    double cosine[MOST_WAVES];
    for (uint32_t j = 0; j < m->n_waves; j++) {
        cosine[j] = cos(acos(-1.0) * (j + 1) * (b + 0.5) / m->n_blocks);
        m->weight_wave[j] += w->weight * cosine[j];
        m->time_wave[j] += length * cosine[j];
    }
    w->weight = 0;
    for (uint32_t i = 0; i < w->n_touched; i++)
        add_stack(w, w->touched[i]);
    for (uint32_t i = 0; i < w->n_places; i++) {
        uint32_t at = w->places[i];
        for (uint32_t j = 0; j < m->n_waves; j++) {
            m->self_wave[at * m->n_waves + j] += w->self[at] * cosine[j];
            m->total_wave[at * m->n_waves + j] += w->total[at] * cosine[j];
        }
        w->self[at] = w->total[at] = 0;
    }
    w->n_touched = w->n_places = 0;
}

/* Spans that overlap the blocks so far; those that have ended are dropped on the way. */
struct active {
    uint32_t *span, n, next;
};

static void add_spans(struct waving *w, struct active *a, uint32_t from, uint32_t to, uint32_t event)
{
    const struct profile *p = w->p;
    uint32_t kept = 0;
    for (; a->next < p->n_spans && span_start(p, a->next) < to; a->next++)
        if (is_busy(p, span_lane(p, a->next), span_node(p, a->next), event))
            a->span[a->n++] = a->next;
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t s = a->span[i];
        uint64_t steps = overlap(from, to, span_start(p, s), span_duration(p, s));
        if (steps)
            add_weight(w, span_node(p, s), (double)steps * (double)p->step_ns);
        if ((uint64_t)span_start(p, s) + span_duration(p, s) > to)
            a->span[kept++] = s;
    }
    a->n = kept;
}

static uint32_t *places_of(const uint32_t *of, const uint32_t *kept, uint32_t n_frames, struct arena *arena)
{
    uint32_t *place = NEW_N(arena, uint32_t, (size_t)n_frames + 1);
    for (uint32_t f = 0; f < n_frames; f++)
        place[f] = of[f] == ID_NONE ? ID_NONE : kept[of[f]];
    return place;
}

void measure_waves(const struct profile *p, const struct thing_of *of, struct range r, uint32_t event,
                   const uint32_t *kept_function, const uint32_t *kept_package, uint32_t n_kept,
                   struct measured *m, struct arena *arena)
{
    struct arena *s = arena_like(arena);
    struct blocks b = cut(p, r);
    m->self_wave = NEW_N(arena, double, (size_t)n_kept * m->n_waves + 1);
    m->total_wave = NEW_N(arena, double, (size_t)n_kept * m->n_waves + 1);
    m->weight_wave = NEW_N(arena, double, MOST_WAVES);
    m->time_wave = NEW_N(arena, double, MOST_WAVES);
    struct waving w = {.p = p, .m = m};
    w.place[0] = places_of(of->function, kept_function, p->n_frames, s);
    w.place[1] = places_of(of->package, kept_package, p->n_frames, s);
    w.node = NEW_N(s, double, p->n_nodes);
    w.touched = NEW_N(s, uint32_t, p->n_nodes);
    w.self = NEW_N(s, double, (size_t)n_kept + 1);
    w.total = NEW_N(s, double, (size_t)n_kept + 1);
    w.places = NEW_N(s, uint32_t, (size_t)n_kept + 1);
    w.seen = NEW_N(s, uint32_t, (size_t)n_kept + 1);
    struct active active = {NEW_N(s, uint32_t, (size_t)p->n_spans + 1), 0, 0};
    uint32_t i, last;
    window_points(p, r, &i, &last);
    for (uint32_t k = 0; m->n_waves && k < b.n; k++) {
        uint64_t from = b.from + k * b.steps, to = from + b.steps < b.to ? from + b.steps : b.to;
        for (; i < last && point_time(p, i) < to; i++)
            if (is_busy(p, point_lane(p, i), point_node(p, i), event) && point_weight(p, i))
                add_weight(&w, point_node(p, i), (double)point_weight(p, i));
        add_spans(&w, &active, (uint32_t)from, (uint32_t)to, event);
        end_block(&w, k, (double)(to - from) * (double)p->step_ns / NS_PER_S);
    }
    arena_free(s);
}
