/* SPDX-License-Identifier: MIT
 *
 * Shape of the trie: a run of inner nodes, a leaf, how many levels up; and again. Labels: which of the
 * successors that this parent's *frame* has had so far, anywhere in the trie (1 = the first), or 0 and the
 * frame itself, as a distance in the sorted list of frames: from the sibling before, else from the parent,
 * since what calls each other tends to share a package. Chains of calls recur under many parents, and become
 * the same bytes each time. */
#include "pack/stacks.h"

#include "base/limits.h"
#include "base/vec.h"
#include "pack/frontcode.h"
#include "pack/successors.h"

const char *const stacks_column_name[STACKS_COLUMNS] = {
    "name shared", "name rest", "module shared", "module rest", "frame name", "frame module", "frame kind",
    "run",         "pop",       "successor",     "new",         "end",        "idle",
    "package shared", "package rest", "frame package",
};

/* Deepest node: the thread's frame and LIMIT_STACK_DEPTH more, with room for a note about the cut. */
#define DEPTH_MAX (LIMIT_STACK_DEPTH + 2u)

static void write_frames(const struct profile *p, struct buf *columns, struct arena *work)
{
    uint8_t *last_kind = NEW_N(work, uint8_t, (size_t)p->n_modules + 1);
    uint32_t *last_package = NEW_N(work, uint32_t, (size_t)p->n_modules + 1);
    uint32_t name = 0;
    for (uint32_t i = 0; i < p->n_frames; i++) {
        const struct frame *f = &p->frames[i];
        varint_put(&columns[STACKS_FRAME_NAME], f->name - name);
        varint_put(&columns[STACKS_FRAME_MODULE], f->module);
        buf_char(&columns[STACKS_FRAME_KIND], f->kind == last_kind[f->module] ? 0 : (char)(f->kind + 1));
        varint_put(&columns[STACKS_FRAME_PACKAGE],
                   f->package == last_package[f->module] ? 0 : (uint64_t)f->package + 1);
        last_kind[f->module] = f->kind;
        last_package[f->module] = f->package;
        name = f->name;
    }
}

/* 1 where a sample ends. A node that is marked idle counts, so that the mark is kept. */
static uint8_t *mark_ends(const struct profile *p, struct arena *work)
{
    uint8_t *ends = NEW_N(work, uint8_t, p->n_nodes);
    for (uint32_t i = 0; i < p->n_points; i++)
        ends[point_node(p, i)] = 1;
    for (uint32_t i = 0; i < p->n_spans; i++)
        ends[span_node(p, i)] = 1;
    for (uint32_t i = 0; i < p->n_nodes; i++)
        ends[i] |= p->node_idle[i];
    return ends;
}

struct walk {
    const struct profile *p;
    struct buf *columns;
    struct successors seen;
    uint32_t *at_depth; /* frame of the last node at each depth; the root is at 0 */
    uint32_t depth;     /* of the node before */
};

static void write_label(struct walk *w, uint32_t node, uint32_t depth)
{
    uint32_t frame = w->p->node_frame[node], parent = depth == 1 ? w->p->n_frames : w->at_depth[depth - 1];
    uint32_t place = successors_find(&w->seen, parent, frame);
    varint_put(&w->columns[STACKS_SUCCESSOR], place);
    if (!place) {
        bool sibling = depth <= w->depth;
        uint32_t from = sibling ? w->at_depth[depth] : depth == 1 ? 0 : parent;
        uint64_t far = sibling ? (uint64_t)frame - from - 1 : zigzag((int64_t)frame - from);
        varint_put(&w->columns[STACKS_NEW], far);
        successors_add(&w->seen, parent, frame);
    }
    w->at_depth[depth] = frame;
    w->depth = depth;
}

static void write_trie(const struct profile *p, struct buf *columns, uint32_t *stack_of_node,
                       struct arena *work)
{
    const uint8_t *ends = mark_ends(p, work);
    struct walk w = {p, columns, successors_new(p->n_frames, work), NEW_N(work, uint32_t, DEPTH_MAX + 1), 0};
    uint32_t *depth = NEW_N(work, uint32_t, p->n_nodes), n_stacks = 0, run = 0, inner = 0, busy = 0;
    stack_of_node[0] = ID_NONE;
    for (uint32_t i = 1; i < p->n_nodes; i++)
        depth[i] = depth[p->node_parent[i]] + 1;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        write_label(&w, i, depth[i]);
        bool leaf = i + 1 == p->n_nodes || depth[i + 1] <= depth[i];
        if (leaf) {
            varint_put(&columns[STACKS_RUN], run);
            if (i + 1 < p->n_nodes)
                varint_put(&columns[STACKS_POP], depth[i] - depth[i + 1]);
            run = 0;
        } else {
            run++;
            if (ends[i])
                varint_put(&columns[STACKS_END], inner);
            inner = ends[i] ? 0 : inner + 1;
        }
        stack_of_node[i] = leaf || ends[i] ? n_stacks++ : ID_NONE;
        if (stack_of_node[i] == ID_NONE)
            continue;
        if (p->node_idle[i])
            varint_put(&columns[STACKS_IDLE], busy);
        busy = p->node_idle[i] ? 0 : busy + 1;
    }
}

void stacks_write(const struct profile *p, struct buf *columns, uint32_t *stack_of_node, struct arena *work)
{
    frontcode_write(p->names, p->n_names, &columns[STACKS_NAME_SHARED], &columns[STACKS_NAME_REST]);
    frontcode_write(p->modules, p->n_modules, &columns[STACKS_MODULE_SHARED], &columns[STACKS_MODULE_REST]);
    frontcode_write(p->packages, p->n_packages, &columns[STACKS_PACKAGE_SHARED], &columns[STACKS_PACKAGE_REST]);
    write_frames(p, columns, work);
    write_trie(p, columns, stack_of_node, work);
}

static bool ascending(const struct frame *a, const struct frame *b)
{
    if (a->name != b->name)
        return a->name < b->name;
    return a->module != b->module ? a->module < b->module : a->kind < b->kind;
}

static bool read_frames(struct section *s, struct profile *p, struct arena *arena)
{
    uint32_t n = p->n_frames;
    struct varint_reader *name = section_take(s, STACKS_FRAME_NAME, n, (uint64_t)n * VARINT_BYTES);
    struct varint_reader *module =
        name ? section_take(s, STACKS_FRAME_MODULE, n, (uint64_t)n * VARINT_BYTES) : NULL;
    struct varint_reader *kind = module ? section_take(s, STACKS_FRAME_KIND, n, n) : NULL;
    if (!kind)
        return false;
    uint8_t *last_kind = NEW_N(s->work, uint8_t, (size_t)p->n_modules + 1);
    p->frames = NEW_N(arena, struct frame, (size_t)n + 1);
    uint64_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct frame *f = &p->frames[i];
        uint64_t step = varint_get(name), mod = varint_get(module);
        uint8_t k = varint_byte(kind);
        if (step >= p->n_names || (at += step) >= p->n_names)
            return section_fault(s, STACKS_FRAME_NAME, "a frame's name is out of range");
        if (mod >= p->n_modules)
            return section_fault(s, STACKS_FRAME_MODULE, "a frame's module is out of range");
        if (k > FRAME_KINDS)
            return section_fault(s, STACKS_FRAME_KIND, "a frame's kind is unknown");
        *f = (struct frame){(uint32_t)at, (uint32_t)mod, k ? (uint8_t)(k - 1) : last_kind[mod], 0};
        last_kind[mod] = f->kind;
        if (i && !ascending(f - 1, f))
            return section_fault(s, STACKS_FRAME_NAME, "frames are not in ascending order");
    }
    return section_done(s, STACKS_FRAME_NAME, STACKS_FRAME_KIND + 1);
}

static bool read_packages(struct section *s, struct profile *p, struct arena *arena)
{
    uint32_t n = p->n_frames;
    p->packages = frontcode_read(s, STACKS_PACKAGE_SHARED, p->n_packages, arena);
    if (!p->packages)
        return false;
    if (!p->n_packages || p->packages[0].n)
        return section_fault(s, STACKS_PACKAGE_REST, "package 0 is not the empty one");
    struct varint_reader *package = section_take(s, STACKS_FRAME_PACKAGE, n, (uint64_t)n * VARINT_BYTES);
    if (!package)
        return false;
    uint32_t *last = NEW_N(s->work, uint32_t, (size_t)p->n_modules + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct frame *f = &p->frames[i];
        uint64_t v = varint_get(package);
        if (v > p->n_packages)
            return section_fault(s, STACKS_FRAME_PACKAGE, "a frame's package is out of range");
        f->package = last[f->module] = v ? (uint32_t)(v - 1) : last[f->module];
    }
    return section_done(s, STACKS_FRAME_PACKAGE, STACKS_FRAME_PACKAGE + 1);
}

struct reading {
    struct section *s;
    struct profile *p;
    struct varint_reader *run, *pop, *successor, *new_frame;
    struct successor_lists seen;
    uint32_t *path; /* last node at each depth */
    uint8_t *inner; /* 1: has children */
};

static bool read_label(struct reading *r, uint32_t node, uint32_t depth, bool sibling)
{
    struct profile *p = r->p;
    uint32_t up = r->path[depth - 1], parent = up ? p->node_frame[up] : p->n_frames, frame;
    uint64_t place = varint_get(r->successor);
    if (place) {
        frame = successor_lists_get(&r->seen, parent, place);
        if (frame == ID_NONE)
            return section_fault(r->s, STACKS_SUCCESSOR, "a frame has not had that many successors");
    } else {
        uint64_t far = varint_get(r->new_frame);
        int64_t from = sibling ? (int64_t)p->node_frame[r->path[depth]] + 1 : up ? (int64_t)parent : 0;
        int64_t at = far > UINT64_C(0x1ffffffff) ? -1 : from + (sibling ? (int64_t)far : unzigzag(far));
        if (at < 0 || at >= p->n_frames)
            return section_fault(r->s, STACKS_NEW, "a node's frame is out of range");
        frame = (uint32_t)at;
        successor_lists_add(&r->seen, parent, frame);
    }
    if (sibling && frame <= p->node_frame[r->path[depth]])
        return section_fault(r->s, STACKS_SUCCESSOR, "siblings are not in ascending order");
    bool is_root = p->frames[frame].kind == FRAME_THREAD;
    if (up ? is_root && p->frames[parent].kind != FRAME_THREAD : !is_root)
        return section_fault(r->s, STACKS_SUCCESSOR, "thread frames are not exactly the first levels");
    p->node_parent[node] = up;
    p->node_frame[node] = frame;
    r->path[depth] = node;
    return true;
}

static bool read_nodes(struct reading *r)
{
    uint32_t n = r->p->n_nodes, depth = 0, node = 1;
    bool sibling = false;
    r->p->node_frame[0] = ID_NONE;
    while (node < n) {
        uint64_t run = varint_get(r->run);
        if (run >= n - node || run > DEPTH_MAX - depth - 1)
            return section_fault(r->s, STACKS_RUN,
                                 "a run goes past the last node, or deeper than a stack can be");
        for (uint64_t k = 0; k <= run; k++, node++) {
            r->inner[node] = k < run;
            if (!read_label(r, node, ++depth, sibling))
                return false;
            sibling = false;
        }
        uint64_t pop = node < n ? varint_get(r->pop) : 0;
        if (pop >= depth)
            return section_fault(r->s, STACKS_POP, "goes up past the root");
        depth -= (uint32_t)pop + 1;
        sibling = true;
    }
    return section_done(r->s, STACKS_RUN, STACKS_NEW + 1);
}

/* Ends of inner nodes, then idle marks: both are gaps among the candidates. */
static bool read_ends(struct reading *r, uint32_t *node_of_stack, uint32_t *n_stacks)
{
    struct varint_reader *end = section_take(r->s, STACKS_END, 0, (uint64_t)r->p->n_nodes * VARINT_BYTES);
    struct varint_reader *idle =
        end ? section_take(r->s, STACKS_IDLE, 0, (uint64_t)r->p->n_nodes * VARINT_BYTES) : NULL;
    if (!idle)
        return false;
    uint32_t n = 0;
    uint64_t next_end = end->n ? varint_get(end) : UINT64_MAX,
             next_idle = idle->n ? varint_get(idle) : UINT64_MAX;
    for (uint32_t node = 1; node < r->p->n_nodes; node++) {
        if (r->inner[node] && next_end-- > 0)
            continue;
        if (r->inner[node])
            next_end = end->at < end->n ? varint_get(end) : UINT64_MAX;
        node_of_stack[n++] = node;
        if (next_idle-- > 0)
            continue;
        r->p->node_idle[node] = 1;
        next_idle = idle->at < idle->n ? varint_get(idle) : UINT64_MAX;
    }
    *n_stacks = n;
    if (next_end < UINT64_MAX - r->p->n_nodes)
        return section_fault(r->s, STACKS_END, "an end is past the last node");
    if (next_idle < UINT64_MAX - r->p->n_nodes)
        return section_fault(r->s, STACKS_IDLE, "an idle stack is past the last one");
    return section_done(r->s, STACKS_END, STACKS_IDLE + 1);
}

static bool read_trie(struct section *s, struct profile *p, uint32_t **node_of_stack, uint32_t *n_stacks,
                      struct arena *arena)
{
    uint64_t n = p->n_nodes - 1, most = n * VARINT_BYTES;
    struct reading r = {.s = s, .p = p};
    /* n is checked against real bytes here, before anything is allocated by it. */
    if (!(r.successor = section_take(s, STACKS_SUCCESSOR, n, most)) ||
        !(r.run = section_take(s, STACKS_RUN, 0, most)) || !(r.pop = section_take(s, STACKS_POP, 0, most)) ||
        !(r.new_frame = section_take(s, STACKS_NEW, 0, most)))
        return false;
    p->node_parent = NEW_N(arena, uint32_t, p->n_nodes);
    p->node_frame = NEW_N(arena, uint32_t, p->n_nodes);
    p->node_idle = NEW_N(arena, uint8_t, p->n_nodes);
    r.seen = successor_lists_new(p->n_frames, s->work);
    r.path = NEW_N(s->work, uint32_t, DEPTH_MAX + 1);
    r.inner = NEW_N(s->work, uint8_t, p->n_nodes);
    *node_of_stack = NEW_N(s->work, uint32_t, p->n_nodes);
    return read_nodes(&r) && read_ends(&r, *node_of_stack, n_stacks);
}

bool stacks_read(struct section *s, struct profile *p, uint32_t **node_of_stack, uint32_t *n_stacks,
                 struct arena *arena)
{
    p->names = frontcode_read(s, STACKS_NAME_SHARED, p->n_names, arena);
    p->modules = p->names ? frontcode_read(s, STACKS_MODULE_SHARED, p->n_modules, arena) : NULL;
    if (!p->modules)
        return false;
    if (!p->n_modules || p->modules[0].n)
        return section_fault(s, STACKS_MODULE_REST, "module 0 is not the empty one");
    return read_frames(s, p, arena) && read_packages(s, p, arena) &&
           read_trie(s, p, node_of_stack, n_stacks, arena);
}
