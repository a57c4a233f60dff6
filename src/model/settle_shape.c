/* SPDX-License-Identifier: MIT
 *
 * What the spec says of stacks, done to each distinct stack once: names as people read them, frames that are dropped
 * or folded together, and samples that are left out for the frames they have. Order: names are cleaned, demangled,
 * stripped, then redacted; filters and `mine` see what came of that; folding is last.
 *
 * Frames get new ids by the builder's own tables; a stack is rewritten in its place in the pool, or where frames only get other
 * names, left to settle_names, which goes over all of the pool anyway. Stacks may become equal: the trie takes that (settle_trie.c). */
#include <string.h>

#include "base/limits.h"
#include "base/pattern.h"
#include "model/builder_state.h"
#include "names/demangle.h"
#include "names/plain.h"
#include "names/redact.h"
#include "names/strip.h"

enum { MATCHES_FRAME = 1, MATCHES_NO_FRAME = 2, IS_MINE = 4, IS_UNKNOWN = 8 };

struct shape {
    struct builder *b;
    const struct stacks_spec *wanted;
    const struct filter *filter;
    const struct redact_spec *rules;
    uint32_t *new_id;  /* of a frame; for those of used stacks */
    uint8_t *in_pool;  /* of a frame: used stacks have it */
    uint32_t n_unshaped; /* of these two */
    uint8_t *flags;    /* of a new frame */
    uint32_t *group;   /* of a new frame: what packages or modules fold it into */
    uint32_t n_frames; /* new ones */
    uint32_t other, idle;
    uint32_t *late_name, n_late; /* by name: the one it stands for, + 1; NULL: there are none */
    uint64_t n_gave_up;
    uint32_t *body; /* the stack at hand */
    struct arena *scratch;
};

static struct frame_key key_of(const struct builder *b, uint32_t frame)
{
    struct frame_key key;
    memcpy(&key, b->frames.at[frame].p, sizeof key);
    return key;
}

/* ---- names */

/* What a thread's name stands for, where the source told it later. */
static struct str late_name(const struct shape *s, uint32_t name)
{
    uint32_t late = s->late_name && name < s->n_late ? s->late_name[name] : 0;
    return s->b->names.at[late ? late - 1 : name];
}

/* A frame under its new name is still of the package that its source gave it. */
static uint32_t renamed(struct shape *s, uint32_t frame, struct str name, struct str module, enum frame_kind kind)
{
    struct builder *b = s->b;
    uint32_t id = builder_frame(b, name, module, kind), said = frame < b->frame_package.n ? b->frame_package.p[frame] : 0;
    if (said)
        builder_frame_package(b, id, b->packages.at[said - 1]);
    return id;
}

static uint32_t shaped_frame(struct shape *s, uint32_t frame)
{
    struct builder *b = s->b;
    struct frame_key key = key_of(b, frame);
    struct str was = b->names.at[key.name], old_module = b->modules.at[key.module], name = was, module = old_module;
    if (key.kind == FRAME_THREAD)
        return builder_frame(b, redact(s->rules, REDACT_COMM, late_name(s, key.name), s->scratch), module, FRAME_THREAD);
    if (s->wanted->names == NAMES_CLEAN)
        name_plain(&name, &module, key.kind == FRAME_JIT, s->scratch);
    if (s->wanted->demangle == DEMANGLE_AUTO)
        name = name_demangle(name, s->scratch);
    if (s->wanted->strip)
        name = name_strip(name, s->wanted->strip, s->scratch);
    name = redact(s->rules, REDACT_FRAME, name, s->scratch);
    module = redact(s->rules, REDACT_MODULE, module, s->scratch);
    bool same = str_eq(name, was) && str_eq(module, old_module);
    return same ? frame : renamed(s, frame, name.n ? name : STR("[unknown]"), module, (enum frame_kind)key.kind);
}

static bool matches(struct shape *s, const struct spec_pattern *list, uint32_t n, struct str text)
{
    for (uint32_t i = 0; i < n; i++) {
        enum pattern_verdict v = pattern_find(list[i].pattern, text);
        s->n_gave_up += v == PATTERN_GAVE_UP;
        if (v == PATTERN_YES)
            return true;
    }
    return false;
}

static uint8_t flags_of(struct shape *s, uint32_t frame)
{
    const struct builder *b = s->b;
    struct frame_key key = key_of(b, frame);
    struct str name = b->names.at[key.name];
    uint8_t flags = str_eq(name, STR("[unknown]")) ? IS_UNKNOWN : 0;
    if (key.kind == FRAME_THREAD)
        return 0;
    if (matches(s, s->filter->frame, s->filter->n_frame, name))
        flags |= MATCHES_FRAME;
    if (matches(s, s->filter->no_frame, s->filter->n_no_frame, name))
        flags |= MATCHES_NO_FRAME;
    if (s->wanted->n_mine && (matches(s, s->wanted->mine, s->wanted->n_mine, name) ||
                              matches(s, s->wanted->mine, s->wanted->n_mine, b->modules.at[key.module]) ||
                              matches(s, s->wanted->mine, s->wanted->n_mine, builder_package(b, frame, s->scratch))))
        flags |= IS_MINE;
    return flags;
}

static uint32_t group_of(struct shape *s, uint32_t frame)
{
    struct builder *b = s->b;
    struct frame_key key = key_of(b, frame);
    struct str module = b->modules.at[key.module], name;
    size_t slash = str_rfind_char(module, '/');
    if (key.kind == FRAME_THREAD)
        return frame;
    module = slash == SIZE_MAX ? module : str_sub(module, slash + 1, module.n);
    struct str package = builder_package(b, frame, s->scratch);
    name = s->wanted->collapse & COLLAPSE_PACKAGES ? package : module;
    name = name.n ? name : module.n ? module : STR("[unknown]");
    uint32_t group = builder_frame(b, name, STR(""), key.kind == FRAME_INLINED ? FRAME_USER : (enum frame_kind)key.kind);
    if (s->wanted->collapse & COLLAPSE_PACKAGES)
        builder_frame_package(b, group, package);
    return group;
}

static void shape_frames(struct shape *s)
{
    struct builder *b = s->b;
    uint32_t n_old = b->frames.n;
    s->new_id = NEW_N(b->work, uint32_t, (size_t)n_old + 1);
    s->in_pool = used_frames(b);
    s->n_unshaped = n_old;
    for (uint32_t f = 0; f < n_old; f++)
        if (s->in_pool[f]) {
            struct arena_mark mark = arena_mark(s->scratch);
            s->new_id[f] = shaped_frame(s, f);
            arena_reset(s->scratch, mark);
        }
    bool grouped = s->wanted->collapse & (COLLAPSE_PACKAGES | COLLAPSE_MODULES);
    s->other = s->wanted->n_mine ? builder_frame(b, STR("[other]"), STR(""), FRAME_USER) : 0;
    s->idle = builder_frame(b, STR("[idle]"), STR(""), FRAME_KERNEL);
    s->n_frames = b->frames.n;
    s->flags = NEW_N(b->work, uint8_t, (size_t)s->n_frames + 1);
    s->group = grouped ? NEW_N(b->work, uint32_t, (size_t)s->n_frames + 1) : NULL;
    for (uint32_t f = 0; f < s->n_frames; f++) {
        struct arena_mark mark = arena_mark(s->scratch);
        s->flags[f] = flags_of(s, f);
        if (grouped)
            s->group[f] = group_of(s, f);
        arena_reset(s->scratch, mark);
    }
}

/* ---- stacks */

static bool folds_into(const struct shape *s, uint32_t caller, uint32_t callee)
{
    uint32_t how = s->wanted->collapse;
    if (caller == callee)
        return how & (COLLAPSE_RECURSION | COLLAPSE_PACKAGES | COLLAPSE_MODULES);
    return how & COLLAPSE_UNKNOWN && caller < s->n_frames && callee < s->n_frames &&
           s->flags[caller] & s->flags[callee] & IS_UNKNOWN;
}

/* What is dropped or folded could make an idle stack look like a busy one: those end in a frame that tells. */
static bool tells_idle(const struct shape *s)
{
    return s->group || s->wanted->n_mine || (s->rules && (s->rules->n_frame || s->rules->n_text));
}

/* Whether frames only get other names: then no stack has to be looked at. */
static bool only_names(const struct shape *s)
{
    const struct stacks_spec *w = s->wanted;
    bool other_roots = w->n_root && !(w->n_root == 1 && w->root[0] == ROOT_COMM);
    return !other_roots && !(w->collapse & (COLLAPSE_RECURSION | COLLAPSE_UNKNOWN)) && !tells_idle(s);
}

static void shape_stack(struct shape *s, size_t stack)
{
    struct builder *b = s->b;
    struct stack_entry *e = &b->stacks.p[stack];
    uint32_t *at = b->pool.p + e->begin, n = 0, m = 0;
    for (uint32_t i = 1; i < e->n; i++) {
        uint32_t f = s->new_id[at[i]];
        if (!s->wanted->n_mine || s->flags[f] & IS_MINE)
            s->body[n++] = s->group ? s->group[f] : f;
    }
    if (!n && e->n > 1)
        s->body[n++] = s->other;
    for (uint32_t i = 0; i < n; i++)
        if (!m || !folds_into(s, s->body[m - 1], s->body[i]))
            s->body[m++] = s->body[i];
    if (b->stack_idle.p[stack] && m && tells_idle(s))
        s->body[m < LIMIT_STACK_DEPTH ? m++ : m - 1] = s->idle;
    uint32_t root = s->new_id[at[0]];
    if (m + 1 > e->n) { /* no room in its place */
        e->begin = b->pool.n;
        for (uint32_t i = 0; i < m + 1; i++)
            (void)vec_push(&b->pool, SIZE_MAX, b->work, 0);
    }
    e->n = m + 1;
    b->pool.p[e->begin] = root;
    memcpy(b->pool.p + e->begin + 1, s->body, m * sizeof *s->body);
}

/* ---- samples */

static bool passes(const struct shape *s, const struct stack_entry *e)
{
    uint8_t any = 0;
    for (uint32_t i = 1; i < e->n; i++)
        any |= s->flags[s->new_id[s->b->pool.p[e->begin + i]]];
    return (!s->filter->n_frame || any & MATCHES_FRAME) && !(any & MATCHES_NO_FRAME);
}

/* Leaves out samples by their frames. */
static void filter_samples(struct shape *s)
{
    struct builder *b = s->b;
    if (!s->filter->n_frame && !s->filter->n_no_frame)
        return;
    uint8_t *kept = NEW_N(b->work, uint8_t, b->stacks.n + 1);
    for (size_t k = 0; k < b->stacks.n; k++)
        kept[k] = b->used.stack.p[k] && passes(s, &b->stacks.p[k]);
    struct sifting samples = sift_begin(b);
    for (struct raw_sample sample; sift_next(&samples, &sample);)
        if (kept[sample.stack])
            sift_keep(&samples, &sample);
    b->now.tally.n_filtered += sift_end(&samples, b);
    s->in_pool = used_frames(b); /* names of what was left out are not kept */
}

/* Threads that got their name late could not be filtered by it as their samples came. */
static void settle_late_names(struct shape *s)
{
    struct builder *b = s->b;
    if (!b->any_late_name)
        return;
    s->n_late = b->names.n;
    s->late_name = NEW_N(b->work, uint32_t, s->n_late);
    for (uint32_t t = 0; t < b->threads.n; t++) {
        struct thread_key key;
        memcpy(&key, b->threads.at[t].p, sizeof key);
        if (b->thread_info.p[t].late_name)
            s->late_name[key.comm] = b->thread_info.p[t].late_name;
    }
    if (!s->filter->n_comm)
        return;
    struct sifting samples = sift_begin(b);
    for (struct raw_sample sample; sift_next(&samples, &sample);) {
        struct thread_key key;
        memcpy(&key, b->threads.at[sample.thread].p, sizeof key);
        if (!passes_comm(s->filter, late_name(s, key.comm)))
            continue;
        sift_keep(&samples, &sample);
    }
    b->now.tally.n_filtered += sift_end(&samples, b);
}

static void shape_threads(struct shape *s)
{
    struct builder *b = s->b;
    b->comm_of = NEW_N(b->work, uint32_t, (size_t)b->threads.n + 1);
    for (uint32_t t = 0; t < b->threads.n; t++) {
        struct thread_key key;
        memcpy(&key, b->threads.at[t].p, sizeof key);
        struct arena_mark mark = arena_mark(s->scratch);
        struct str comm = redact(s->rules, REDACT_COMM, late_name(s, key.comm), s->scratch);
        uint32_t frame = builder_frame(b, comm, STR(""), FRAME_THREAD);
        b->comm_of[t] = key_of(b, frame).name;
        arena_reset(s->scratch, mark);
    }
}

void settle_shape(struct builder *b)
{
    struct shape s = {.b = b, .wanted = &b->spec->stacks, .filter = &b->spec->filter, .rules = b->spec->redact};
    s.scratch = arena_like(b->work);
    s.body = NEW_N(b->work, uint32_t, LIMIT_STACK_DEPTH + 1);
    settle_late_names(&s);
    shape_threads(&s);
    shape_frames(&s);
    filter_samples(&s);
    if (only_names(&s)) {
        b->shaped = s.new_id;
        b->in_pool = s.in_pool;
        b->n_unshaped = s.n_unshaped;
    }
    for (size_t k = 0; k < b->stacks.n && !b->shaped; k++)
        if (b->used.stack.p[k])
            shape_stack(&s, k);
    if (s.n_gave_up)
        diag_say(b->d, DIAG_WARNING, b->file,
                 "a regular expression took too long on %llu names: taken as not matching (make it simpler)",
                 (unsigned long long)s.n_gave_up);
    arena_free(s.scratch);
}
