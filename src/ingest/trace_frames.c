/* SPDX-License-Identifier: MIT
 *
 * Keys are texts ("7", "0x1f") and become numbers at first sight, whether by a frame or by one that refers to it. */
#include "ingest/trace_frames.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/vec.h"

#define NONE UINT32_MAX

struct defined {
    uint32_t frame, parent, stack; /* frame NONE: only referred to; stack: of `thread` */
    uint32_t thread;
};

struct waiting {
    struct sample sample;
    uint32_t key;
    uint64_t place;
};

struct trace_frames {
    struct builder *b;
    struct intern keys;
    VEC(struct defined) frames;
    VEC(struct waiting) samples;
    struct arena *arena;
};

struct trace_frames *trace_frames_new(struct builder *b, struct arena *arena)
{
    struct trace_frames *f = NEW(arena, struct trace_frames);
    f->b = b;
    f->arena = arena;
    f->keys = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, arena);
    return f;
}

static uint32_t number_of(struct trace_frames *f, struct str key)
{
    uint32_t id = key.n ? intern_id(&f->keys, key) : INTERN_NONE;
    if (id == INTERN_NONE)
        return NONE;
    if (id == f->frames.n)
        (void)vec_push(&f->frames, SIZE_MAX, f->arena, (struct defined){NONE, NONE, NONE, NONE});
    return id;
}

bool trace_frames_define(struct trace_frames *f, struct str key, struct str parent, uint32_t frame)
{
    uint32_t id = number_of(f, key), up = number_of(f, parent);
    if (id == NONE || f->frames.p[id].frame != NONE)
        return false;
    f->frames.p[id].frame = frame;
    f->frames.p[id].parent = up;
    return true;
}

void trace_frames_sample(struct trace_frames *f, const struct sample *s, struct str key, uint64_t place)
{
    (void)vec_push(&f->samples, LIMIT_SAMPLES, f->arena, (struct waiting){*s, number_of(f, key), place});
}

bool trace_frames_settle(struct trace_frames *f, const char **why, struct str *key, uint64_t *place)
{
    uint32_t *leaf_first = NEW_N(f->arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    for (size_t i = 0; i < f->samples.n; i++) {
        struct waiting *w = &f->samples.p[i];
        uint32_t n = 0;
        struct defined *leaf = w->key == NONE ? NULL : &f->frames.p[w->key];
        if (!leaf || leaf->stack == NONE || leaf->thread != w->sample.thread) {
            size_t steps = 0;
            for (uint32_t at = w->key; at != NONE; at = f->frames.p[at].parent) {
                *place = w->place;
                *key = f->keys.at[at];
                *why = f->frames.p[at].frame == NONE ? "there is no stack frame"
                       : steps++ > f->frames.n       ? "callers run in a circle at stack frame"
                                                     : NULL;
                if (*why)
                    return false;
                if (n <= LIMIT_STACK_DEPTH)
                    leaf_first[n++] = f->frames.p[at].frame;
            }
            w->sample.stack = builder_stack(f->b, w->sample.thread, leaf_first, n);
            if (leaf) {
                leaf->stack = w->sample.stack;
                leaf->thread = w->sample.thread;
            }
        } else {
            w->sample.stack = leaf->stack;
        }
        builder_sample(f->b, &w->sample);
    }
    return true;
}
