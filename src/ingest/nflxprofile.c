/* SPDX-License-Identifier: MIT
 *
 * Netflix's nflxprofile: a node for each sample, the time since the one before, and columns of CPU, process,
 * thread and value. A node's stack is found in one of three ways, which the document's params announce:
 * it stands in the node, follows from `parent`, or from `children`, starting at node 0. The first frame of a
 * stack, its root, is the name of the thread.
 *
 * Each delta is rounded to whole nanoseconds and summed as such, so that times written as nanoseconds come
 * back. Source of the meanings: python/nflxprofile of Netflix/nflxprofile, and FlameScope. */
#include "ingest/nflxprofile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/timetext.h"
#include "base/vec.h"
#include "ingest/whole.h"
#include "ingest/wire.h"
#include "nflxprofile.pb-c.h"

#define NONE UINT32_MAX
/* Seconds from here on are since 1970: no machine runs for 31 years. */
#define EPOCH_S 1000000000ll

struct node {
    uint32_t key, parent; /* parent: a key, once linked an index; NONE: the root */
    uint32_t frame;
    struct str name;
    uint32_t from, n; /* in pool: frames of its own stack, leaf first, or keys of children */
    uint32_t pid, tid, cpu;
    uint32_t stack; /* NONE: not asked for yet */
    struct str root;
    size_t at; /* of its entry in the document */
};

struct nflx {
    struct str text;
    struct builder *b;
    struct diag *d;
    uint32_t file;
    bool is_wrong;
    bool has_node_stack, has_parent, has_cpu, has_pid, has_tid, has_values;
    int64_t start_ns;
    VEC(uint32_t) samples;
    VEC(uint32_t) cpus;
    VEC(uint32_t) pids;
    VEC(uint32_t) tids;
    VEC(uint64_t) values;
    VEC(int64_t) deltas_ns;
    size_t samples_at; /* where they stand in the document */
    VEC(struct node) nodes;
    VEC(uint32_t) pool;
    uint32_t event, *stack;
    struct arena *arena;
};

static void wrong(struct nflx *x, size_t at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void wrong(struct nflx *x, size_t at, const char *fmt, ...)
{
    char why[200];
    va_list ap;
    if (x->is_wrong)
        return;
    x->is_wrong = true;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    diag_offset(x->d, DIAG_ERROR, x->file, at, "%s", why);
}

/* ---- numbers of the document */

static int64_t nanoseconds(struct nflx *x, uint64_t bits, size_t at, const char *name, size_t index)
{
    double s;
    memcpy(&s, &bits, sizeof s);
    if (!(s > -2e9 && s < 2e9)) { /* not a number, too */
        wrong(x, at, "%s[%zu]: no time in seconds", name, index);
        return 0;
    }
    return (int64_t)(s * 1e9 + (s < 0 ? -0.5 : 0.5));
}

static void read_deltas(struct nflx *x, const struct wire *w, const struct wire_field *f)
{
    uint64_t bits = f->value;
    size_t n = f->type == WIRE_BYTES ? (f->end - f->from) / 8 : 1;
    for (size_t i = 0; i < n && !x->is_wrong; i++) {
        size_t at = f->type == WIRE_BYTES ? f->from + 8 * i : f->at;
        if (f->type == WIRE_BYTES) {
            bits = 0;
            for (unsigned k = 0; k < 8; k++)
                bits |= (uint64_t)(unsigned char)w->p[at + k] << (8 * k);
        }
        int64_t ns = nanoseconds(x, bits, at, "time_deltas", x->deltas_ns.n);
        if (!vec_push(&x->deltas_ns, LIMIT_SAMPLES, x->arena, ns))
            wrong(x, at, "time_deltas: more than %u of them", LIMIT_SAMPLES);
    }
}

static bool add_number(struct nflx *x, uint32_t field, uint64_t v)
{
    uint32_t id = (uint32_t)v;
    switch (field) {
    case 3:
        return vec_push(&x->samples, LIMIT_SAMPLES, x->arena, id);
    case 9:
        return vec_push(&x->cpus, LIMIT_SAMPLES, x->arena, id);
    case 10:
        return vec_push(&x->pids, LIMIT_SAMPLES, x->arena, id);
    case 11:
        return vec_push(&x->tids, LIMIT_SAMPLES, x->arena, id);
    default:
        return vec_push(&x->values, LIMIT_SAMPLES, x->arena, v);
    }
}

static void read_column(struct nflx *x, const struct wire *w, const struct wire_field *f)
{
    struct wire part = wire_part(w, f);
    uint64_t v = f->value;
    if (f->number == 3)
        x->samples_at = f->at;
    for (bool more = f->type == WIRE_VARINT || wire_varint(&part, &v); more && !x->is_wrong;
         more = f->type == WIRE_BYTES && wire_varint(&part, &v)) {
        if (f->number != 12 && v > UINT32_MAX)
            wrong(x, f->at, "a number of more than 32 bits");
        else if (!add_number(x, f->number, v))
            wrong(x, f->at, "more than %u samples", LIMIT_SAMPLES);
    }
}

static void read_param(struct nflx *x, const struct wire *w, const struct wire_field *f)
{
    const struct {
        const char *key;
        bool *flag;
    } known[] = {{"has_node_stack", &x->has_node_stack}, {"has_parent", &x->has_parent},
                 {"has_samples_cpu", &x->has_cpu},       {"has_samples_pid", &x->has_pid},
                 {"has_samples_tid", &x->has_tid},       {"has_values", &x->has_values},
                 {"hasValues", &x->has_values}};
    struct wire part = wire_part(w, f);
    struct wire_field inner;
    struct str key = STR(""), value = STR("");
    while (wire_next(&part, &inner))
        if (inner.number == 1 || inner.number == 2)
            *(inner.number == 1 ? &key : &value) = str_sub(x->text, inner.from, inner.end);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(key, str_of(known[i].key)))
            *known[i].flag = str_eq(value, STR("true"));
}

static void read_numbers(struct nflx *x)
{
    struct wire w = wire_of(x->text);
    struct wire_field f;
    while (!x->is_wrong && wire_next(&w, &f)) {
        if (f.number == 1)
            x->start_ns = nanoseconds(x, f.value, f.at, "start_time", 0);
        else if (f.number == 4)
            read_deltas(x, &w, &f);
        else if (f.number == 8)
            read_param(x, &w, &f);
        else if (f.number == 3 || (f.number >= 9 && f.number <= 12))
            read_column(x, &w, &f);
    }
}

/* ---- nodes */

static uint32_t frame_of(struct nflx *x, const char *name, const char *libtype, const Nflxprofile__File *file)
{
    struct str type = str_of(libtype), text = str_trim(str_of(name));
    enum frame_kind kind = str_eq(type, STR("kernel"))    ? FRAME_KERNEL
                           : str_eq(type, STR("jit"))     ? FRAME_JIT
                           : str_eq(type, STR("inlined")) ? FRAME_INLINED
                                                          : FRAME_USER;
    return builder_frame(x->b, text.n ? text : STR("[unknown]"), file ? str_of(file->file_name) : STR(""),
                         kind);
}

static bool add_to_pool(struct nflx *x, struct node *node, uint32_t value)
{
    if (!vec_push(&x->pool, LIMIT_NODES, x->arena, value))
        return false;
    node->n++;
    return true;
}

static void add_node(struct nflx *x, const Nflxprofile__NodeEntry *e, size_t at)
{
    const Nflxprofile__Node *v = e->value;
    if (!v) {
        wrong(x, at, "nodes[%zu].value: it is not there", x->nodes.n);
        return;
    }
    struct node node = {.key = e->key, .parent = NONE, .stack = NONE, .at = at};
    node.from = (uint32_t)x->pool.n;
    node.pid = v->has_pid ? v->pid : ID_NONE;
    node.tid = v->has_tid ? v->tid : ID_NONE;
    node.cpu = v->has_cpu ? v->cpu : ID_NONE;
    node.name = str_dup(str_trim(str_of(v->function_name)), x->arena);
    node.frame = frame_of(x, v->function_name, v->libtype, v->file);
    bool ok = true;
    if (x->has_node_stack)
        for (size_t i = v->n_stack; i-- > 0 && ok;)
            ok = add_to_pool(
                x, &node, frame_of(x, v->stack[i]->function_name, v->stack[i]->libtype, v->stack[i]->file));
    else if (x->has_parent)
        node.parent = v->has_parent && v->parent ? v->parent : NONE;
    else
        for (size_t i = 0; i < v->n_children && ok; i++)
            ok = add_to_pool(x, &node, v->children[i]);
    if (!ok || !vec_push(&x->nodes, LIMIT_PROTO_ITEMS, x->arena, node))
        wrong(x, at, "nodes: more than can be kept");
}

static int by_key(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static uint32_t find(const struct nflx *x, uint32_t key)
{
    struct node wanted = {.key = key}, *found = NULL;
    if (x->nodes.n)
        found = bsearch(&wanted, x->nodes.p, x->nodes.n, sizeof wanted, by_key);
    return found ? (uint32_t)(found - x->nodes.p) : NONE;
}

static void link_parent(struct nflx *x, struct node *node)
{
    uint32_t key = node->parent;
    if (key == NONE)
        return;
    node->parent = find(x, key);
    if (node->parent == NONE)
        wrong(x, node->at, "nodes{%u}.parent: there is no node %u", node->key, key);
}

static void link_children(struct nflx *x, uint32_t index)
{
    const struct node *node = &x->nodes.p[index];
    for (uint32_t i = 0; i < node->n && !x->is_wrong; i++) {
        uint32_t key = x->pool.p[node->from + i], child = find(x, key);
        if (child == NONE)
            wrong(x, node->at, "nodes{%u}.children[%u]: there is no node %u", node->key, i, key);
        else if (x->nodes.p[child].parent != NONE)
            wrong(x, node->at, "nodes{%u}.children[%u]: node %u has a parent already", node->key, i, key);
        else
            x->nodes.p[child].parent = index;
    }
}

static void read_nodes(struct nflx *x)
{
    struct wire w = wire_of(x->text);
    struct wire_field f;
    struct arena *scratch = arena_like(x->arena);
    while (!x->is_wrong && wire_next(&w, &f)) {
        if (f.number != 5)
            continue;
        struct arena_mark mark = arena_mark(scratch);
        const Nflxprofile__NodeEntry *e = wire_unpack(&w, &f, &nflxprofile__node_entry__descriptor, scratch);
        if (e)
            add_node(x, e, f.at);
        else
            wrong(x, f.at, "nodes[%zu]: it cannot be unpacked", x->nodes.n);
        arena_reset(scratch, mark);
    }
    arena_free(scratch);
    if (x->nodes.n)
        qsort(x->nodes.p, x->nodes.n, sizeof *x->nodes.p, by_key);
    for (size_t i = 0; i < x->nodes.n && !x->is_wrong; i++) {
        if (i && x->nodes.p[i].key == x->nodes.p[i - 1].key)
            wrong(x, x->nodes.p[i].at, "nodes{%u}: it stands there twice", x->nodes.p[i].key);
        else if (x->has_parent && !x->has_node_stack)
            link_parent(x, &x->nodes.p[i]);
        else if (!x->has_node_stack)
            link_children(x, (uint32_t)i);
    }
}

/* ---- samples */

/* The frames of a node's stack without its root, leaf first; the root becomes the name of the thread. */
static uint32_t unwind(struct nflx *x, struct node *node)
{
    uint32_t n = 0;
    const struct node *at = node;
    if (x->has_node_stack) {
        builder_tally(x->b)->n_cut_stacks += node->n > LIMIT_STACK_DEPTH;
        for (; n < node->n && n < LIMIT_STACK_DEPTH; n++)
            x->stack[n] = x->pool.p[node->from + n];
    } else {
        for (; at->parent != NONE && n < LIMIT_STACK_DEPTH; at = &x->nodes.p[at->parent])
            x->stack[n++] = at->frame;
        if (at->parent != NONE)
            wrong(x, node->at, "nodes{%u}: more than %u parents, or they run in a circle", node->key,
                  LIMIT_STACK_DEPTH);
        if (!x->has_parent && at->key != 0)
            wrong(x, node->at, "nodes{%u}: it is not below node 0", node->key);
    }
    node->root = at->name;
    return n;
}

static void add_sample(struct nflx *x, size_t i, int64_t time_ns)
{
    uint32_t index = find(x, x->samples.p[i]), n = 0;
    if (index == NONE) {
        wrong(x, x->samples_at, "samples[%zu]: there is no node %u", i, x->samples.p[i]);
        return;
    }
    struct node *node = &x->nodes.p[index];
    if (node->stack == NONE)
        n = unwind(x, node);
    if (x->is_wrong)
        return;
    uint32_t pid = x->has_pid ? x->pids.p[i] : node->pid, tid = x->has_tid ? x->tids.p[i] : node->tid;
    struct sample s = {.time_ns = time_ns, .event = x->event};
    s.thread = builder_thread(x->b, pid, tid, node->root);
    s.cpu = x->has_cpu ? x->cpus.p[i] : node->cpu;
    s.period = x->has_values ? x->values.p[i] : 1;
    if (node->stack == NONE) {
        node->stack = builder_stack(x->b, s.thread, x->stack, n);
        if (str_eq(node->name, STR("(idle)")))
            builder_idle(x->b, node->stack);
    }
    s.stack = node->stack;
    builder_sample(x->b, &s);
}

/* Each column has a value for each sample, or it is refused. Columns that params announce and that are not
 * there at all are seen in real files. */
static bool is_long_enough(struct nflx *x)
{
    x->has_cpu &= x->cpus.n > 0;
    x->has_pid &= x->pids.n > 0;
    x->has_tid &= x->tids.n > 0;
    size_t n = x->samples.n;
    const struct {
        const char *name;
        bool is_asked;
        size_t n;
    } columns[] = {{"time_deltas", true, x->deltas_ns.n},
                   {"samples_cpu", x->has_cpu, x->cpus.n},
                   {"samples_pid", x->has_pid, x->pids.n},
                   {"samples_tid", x->has_tid, x->tids.n},
                   {"samples_value", x->has_values, x->values.n}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (columns[i].is_asked && columns[i].n < n)
            wrong(x, x->samples_at, "%s: %zu of them for %zu samples", columns[i].name, columns[i].n, n);
    return !x->is_wrong;
}

static void read_samples(struct nflx *x)
{
    int64_t now = x->start_ns;
    if (!is_long_enough(x))
        return;
    for (size_t i = 0; i < x->samples.n && !x->is_wrong; i++)
        if (__builtin_add_overflow(now, x->deltas_ns.p[i], &now) || now > LIMIT_TIME_NS ||
            now < -LIMIT_TIME_NS)
            wrong(x, x->samples_at, "samples[%zu]: its time is out of range", i);
        else
            add_sample(x, i, now);
}

static bool nflxprofile_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct nflx x = {.b = b, .d = d, .file = in->file, .arena = arena};
    struct wire_fault fault;
    if (!whole_read(in, LIMIT_PROTO_BYTES, "protobuf", d, &x.text, arena))
        return false;
    if (!wire_check(x.text, &nflxprofile__profile__descriptor, &fault)) {
        diag_offset(d, DIAG_ERROR, in->file, fault.at, "%s: %s", fault.path, fault.why);
        return false;
    }
    x.stack = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    x.event = builder_event(b, STR("samples"));
    read_numbers(&x);
    x.has_values &= x.values.n > 0;
    if (x.has_values)
        builder_weigh(b, WEIGHT_COUNT);
    if (x.start_ns >= EPOCH_S * NS_PER_S)
        builder_clock(b, 0, 0);
    if (!x.is_wrong)
        read_nodes(&x);
    if (!x.is_wrong)
        read_samples(&x);
    builder_tally(b)->truncated |= in->truncated;
    return !x.is_wrong;
}

/* Begins with two doubles, as its writers put fields in their order, and goes on as the format has it. */
static int nflxprofile_sniff(struct str head)
{
    return head.n > 18 && head.p[0] == 0x09 && head.p[9] == 0x11 &&
                   wire_sniff(head, &nflxprofile__profile__descriptor) >= 2
               ? 80
               : 0;
}

const struct door door_nflxprofile = {
    .name = {"nflxprofile", 11},
    .description = {"an nflxprofile", 14},
    .is_binary = true,
    .default_step_ns = 100000,
    .sniff = nflxprofile_sniff,
    .read = nflxprofile_read,
};
