/* SPDX-License-Identifier: MIT
 *
 * Names, frames, which stacks are idle; the trie itself is in trie.c. */
#include "pack/stacks.h"

#include "pack/frontcode.h"
#include "pack/trie.h"

const char *const stacks_column_name[STACKS_COLUMNS] = {
    "name shared", "name rest", "module shared", "module rest", "frame name", "frame module", "frame kind",
    "trie",        "idle",      "package shared", "package rest", "frame package",
};

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

struct stack_numbers stacks_number(const struct profile *p, struct arena *arena)
{
    uint32_t *of_node = NEW_N(arena, uint32_t, p->n_nodes), n_stacks = 0;
    struct stack_numbers numbers = {of_node, mark_ends(p, arena)};
    of_node[0] = ID_NONE;
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        bool leaf = i + 1 == p->n_nodes || p->node_parent[i + 1] != i;
        of_node[i] = leaf || numbers.ends[i] ? n_stacks++ : ID_NONE;
    }
    return numbers;
}

static void write_idle(const struct profile *p, struct stack_numbers numbers, struct buf *idle)
{
    uint32_t next = 0;
    for (uint32_t i = 1; i < p->n_nodes; i++)
        if (p->node_idle[i]) { /* which makes it the end of a stack */
            varint_put(idle, numbers.of_node[i] - next);
            next = numbers.of_node[i] + 1;
        }
}

void stacks_write(const struct profile *p, struct stack_numbers numbers, struct buf *columns, struct arena *work)
{
    frontcode_write(p->names, p->n_names, &columns[STACKS_NAME_SHARED], &columns[STACKS_NAME_REST]);
    frontcode_write(p->modules, p->n_modules, &columns[STACKS_MODULE_SHARED], &columns[STACKS_MODULE_REST]);
    frontcode_write(p->packages, p->n_packages, &columns[STACKS_PACKAGE_SHARED], &columns[STACKS_PACKAGE_REST]);
    write_frames(p, columns, work);
    write_idle(p, numbers, &columns[STACKS_IDLE]);
    trie_write(p, numbers.ends, &columns[STACKS_TRIE], work);
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

/* Numbers the stacks; then idle marks: gaps among them. */
static bool read_idle(struct section *s, struct profile *p, const uint8_t *ends, uint32_t *node_of_stack,
                      uint32_t *n_stacks)
{
    struct varint_reader *idle = section_take(s, STACKS_IDLE, 0, (uint64_t)p->n_nodes * VARINT_BYTES);
    if (!idle)
        return false;
    uint32_t n = 0;
    uint64_t next = idle->n ? varint_get(idle) : UINT64_MAX;
    for (uint32_t node = 1; node < p->n_nodes; node++) {
        if (!ends[node])
            continue;
        node_of_stack[n++] = node;
        if (next-- > 0)
            continue;
        p->node_idle[node] = 1;
        next = idle->at < idle->n ? varint_get(idle) : UINT64_MAX;
    }
    *n_stacks = n;
    if (next < UINT64_MAX - p->n_nodes)
        return section_fault(s, STACKS_IDLE, "an idle stack is past the last one");
    return section_done(s, STACKS_IDLE, STACKS_IDLE + 1);
}

static bool read_trie(struct section *s, struct profile *p, uint32_t **node_of_stack, uint32_t *n_stacks,
                      struct arena *arena)
{
    uint8_t *ends;
    if (!trie_read(s, STACKS_TRIE, p, &ends, arena))
        return false;
    p->node_idle = NEW_N(arena, uint8_t, p->n_nodes);
    *node_of_stack = NEW_N(s->work, uint32_t, p->n_nodes);
    return read_idle(s, p, ends, *node_of_stack, n_stacks);
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
