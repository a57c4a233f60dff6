/* SPDX-License-Identifier: MIT
 *
 * Reading alone: parse FILE [THREADS]. `perf script` text, packed or not, into a builder through its door; what was read is
 * not settled, packed or written. Prints the number of samples. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "ingest/perf_script.h"
#include "ingest/stream.h"

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct profile_spec spec = spec_default_profile();
    struct ingest_watch watch = {0};
    struct source *in = stream_open(str_of(argv[1]), diag_file(d, str_of(argv[1])), &watch, d, arena);
    if (!in)
        return 1;
    in->spec = &spec;
    in->name = str_of(argv[1]);
    in->n_threads = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
    in->chunk_bytes = argc > 3 ? (size_t)atol(argv[3]) : 0;
    struct builder *b = builder_new(&spec, door_perf_script.default_step_ns, in->file, d, arena);
    bool ok = door_perf_script.read(in, b, d, arena);
    printf("%llu\n", (unsigned long long)builder_tally(b)->n_read);
    stream_close(in);
    builder_drop(b);
    arena_free(arena);
    return !ok;
}
