/* SPDX-License-Identifier: MIT
 *
 * For each frame, the frames seen under it so far, in order of first sight. The writer asks for the place of
 * a frame in the list (a hash of the pair), the reader for the frame at a place (a list per frame). Places
 * count from 1. */
#ifndef PACK_SUCCESSORS_H
#define PACK_SUCCESSORS_H

#include "base/vec.h"
#include "model/profile.h"

struct successor {
    uint64_t pair; /* parent << 32 | frame, plus 1 so that 0 is empty */
    uint32_t place;
};

struct successors {
    struct successor *slot;
    uint32_t *n_under; /* by parent */
    size_t n, n_slots;
    struct arena *arena;
};

/* Parents are 0 .. n_frames; n_frames stands for the root. */
struct successors successors_new(uint32_t n_frames, struct arena *arena);
/* 0 when the pair is new. */
uint32_t successors_find(const struct successors *s, uint32_t parent, uint32_t frame);
/* Fetches what successors_find will look at. */
void successors_soon(const struct successors *s, uint32_t parent, uint32_t frame);
void successors_add(struct successors *s, uint32_t parent, uint32_t frame);

struct successor_list {
    VEC(uint32_t) frames;
};

struct successor_lists {
    struct successor_list *under;
    struct arena *arena;
};

struct successor_lists successor_lists_new(uint32_t n_frames, struct arena *arena);
/* ID_NONE when there is no such place. */
uint32_t successor_lists_get(const struct successor_lists *s, uint32_t parent, uint64_t place);
void successor_lists_add(struct successor_lists *s, uint32_t parent, uint32_t frame);

#endif
