/* SPDX-License-Identifier: MIT
 *
 * One packed format: how its data begins, and how to unpack some of it. Reading the file, several members in
 * a row, ceilings and messages are stream.c's, the same for all. */
#ifndef INGEST_CODEC_H
#define INGEST_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Moved on by a step: what is left of the input, and the room that is left. */
struct codec_io {
    const unsigned char *in;
    size_t n_in;
    unsigned char *out;
    size_t n_out;
};

enum codec_step {
    CODEC_MORE, /* out of input or of room */
    CODEC_END,  /* the member ends here */
    CODEC_DAMAGED,
    CODEC_WINDOW /* it asks for more memory than we give */
};

struct codec {
    const char *name;   /* "gzip" */
    uint64_t max_ratio; /* unpacked to packed bytes: more is a bomb */
    const char *ratio;  /* max_ratio in words */
    bool (*begins)(const unsigned char *p, size_t n);
    /* For the first member and each further one; *state is NULL at first. False: no memory. */
    bool (*begin)(void **state, struct arena *arena);
    enum codec_step (*step)(void *state, struct codec_io *io);
    void (*end)(void *state);
};

/* No format's beginning is longer. */
#define CODEC_MAGIC_BYTES 4

extern const struct codec codec_gz, codec_zst;

#endif
