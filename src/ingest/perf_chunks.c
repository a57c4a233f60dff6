/* SPDX-License-Identifier: MIT
 *
 * The thread that was called cuts the text and merges batches; the crew's readers do what lies between, and when all slots are full,
 * so does that thread. Of a plain file it reads only where a few chunks may end: who parses them reads them. Packed text and pipes it
 * reads (and inflates). Before a header with a time was read, at the end of the text, and where no sample begins within a chunk, lines
 * mean what the ones before them make of them: such a chunk waits for all others and is read in their order, by the first reader. */
#include "ingest/perf_chunks.h"

#include <setjmp.h>
#include <string.h>

#include "base/crew.h"
#include "base/limits.h"
#include "ingest/lines.h"
#include "ingest/perf_reader.h"

/* The first chunk only has to show a header. */
#define FIRST_BYTES (64u << 10)
/* The others: what the kernel copies is still in the processor's cache when it is parsed, and what the parser remembers stays there. */
#define CHUNK_BYTES (384u << 10)
/* So that a reader seldom finds nothing to read: each time it sleeps costs a wake. */
#define SLOTS_PER_READER 3

/* Of a plain file a reader gets so many of them at once, and reads them one by one: to find where it ends, and to wake whoever reads
 * it, takes time that nobody else has. All of them fit into its buffer: no sample may begin within them. */
#define CHUNKS_AT_ONCE 4u

/* What is read of a chunk to find the sample it ends before, when whoever parses it reads it: most samples are smaller. */
#define TAIL_BYTES (8u << 10)

struct slot {
    struct crew_job job; /* first: the two share an address */
    struct perf_chunk chunk;
    struct perf_batch *batch;
    char *buffer;    /* NULL: not needed yet */
    uint64_t offset; /* of text that is still in the file */
    size_t n_there;  /* of it; 0: the chunk is in the slot's buffer */
    bool is_short;   /* the file has become shorter, or cannot be read */
    unsigned reader;
    uint64_t n_skipped; /* lines too long to be read, in front of the chunk */
    bool is_apart;      /* read while others were: its line numbers begin at 0 */
};

struct chunks {
    struct source *in;
    struct lines lines;
    struct builder *b;
    struct perf_merge *merge;
    struct perf_reader **readers;
    char **texts; /* by reader: what it reads from the file. Its own, and so in the cache of its processor */
    unsigned n_readers, n_threads; /* one reader until the crew begins, then one for each thread */
    unsigned n_slots;
    struct slot *slots;
    uint64_t n_given, n_taken; /* of slots, in turn */
    struct crew *crew;
    bool is_fresh;
    uint64_t n_long, first_long;
    struct arena *arena; /* ours */
};

static size_t chunk_bytes(const struct chunks *c)
{
    size_t n = c->in->chunk_bytes ? c->in->chunk_bytes : CHUNK_BYTES;
    return n < LIMIT_READ_BUFFER / CHUNKS_AT_ONCE ? n : LIMIT_READ_BUFFER / CHUNKS_AT_ONCE;
}

static char *new_buffer(const struct chunks *c)
{
    return NEW_N(c->arena, char, LIMIT_READ_BUFFER + 1);
}

/* ---- reading a chunk, on whichever thread */

static void jump(void *ctx, size_t bytes)
{
    (void)bytes;
    longjmp(*(jmp_buf *)ctx, 1);
}

/* The next part of the text that is still in the file, behind the `n` bytes of it that are there. Where it is not there any more, the
 * last chunk is what is left. Returns how many bytes are there now. */
static size_t fetch(struct slot *slot, struct source *in, char *text, size_t n, size_t most)
{
    size_t wanted = slot->n_there < most ? slot->n_there : most, came = in->read_at(in, text + n, wanted, slot->offset);
    slot->is_short = came < wanted;
    slot->offset += came;
    slot->n_there = slot->is_short ? 0 : slot->n_there - came;
    return n + came;
}

/* A chunk ends where a sample begins. Where none does more is read; all of it has room. */
static void read_from_file(struct chunks *c, struct slot *slot, struct perf_reader *reader, char *text)
{
    size_t n = 0;
    while (slot->n_there) {
        n = fetch(slot, c->in, text, n, chunk_bytes(c));
        char *stop = lines_end(text, text + n), *border = slot->n_there ? perf_reader_border(text, stop) : stop;
        if (!border)
            continue;
        slot->chunk.at = text;
        slot->chunk.stop = border;
        perf_reader_chunk(reader, &slot->chunk, slot->batch);
        slot->chunk.is_more = true;
        slot->chunk.lines_before = slot->batch->n_lines;
        n -= (size_t)(border - text);
        memmove(text, border, n);
    }
}

static void read_chunk(struct chunks *c, struct slot *slot, unsigned nth)
{
    struct perf_reader *reader = c->readers[nth];
    slot->reader = nth;
    jmp_buf way_out;
    struct arena_hook hook = {jump, &way_out};
    perf_reader_hook(reader, hook);
    perf_batch_hook(slot->batch, hook);
    if (setjmp(way_out))
        slot->batch->no_memory = true;
    else if (slot->n_there)
        read_from_file(c, slot, reader, c->texts[nth]);
    else
        perf_reader_chunk(reader, &slot->chunk, slot->batch);
}

static void work(void *ctx, struct crew_job *job, unsigned worker)
{
    struct chunks *c = ctx;
    struct slot *slot = (struct slot *)job;
    read_chunk(c, slot, worker + 1); /* the first reader is of the thread that was called */
}

/* Reads the first chunk that nobody has begun with; false when there is none. Not a later one: what a reader knows of a chunk
 * it tells with the batch of one before, so its batches are merged in the order in which it reads. */
static bool help(struct chunks *c)
{
    for (uint64_t i = c->n_taken; i < c->n_given; i++) {
        struct slot *slot = &c->slots[i % c->n_slots];
        if (!crew_take_back(c->crew, &slot->job))
            continue;
        read_chunk(c, slot, 0);
        slot->job.is_done = true;
        return true;
    }
    return false;
}

/* ---- merging */

static void take(struct chunks *c, struct slot *slot)
{
    struct perf_merge *m = c->merge;
    if (slot->batch->no_memory)
        (void)arena_alloc(c->arena, SIZE_MAX, 2); /* runs out of memory, here where somebody waits for it */
    if (slot->n_skipped && !c->n_long)
        c->first_long = m->n_lines + 1;
    if (slot->is_short)
        c->in->truncated = true;
    c->n_long += slot->n_skipped;
    m->n_lines += slot->n_skipped;
    perf_merge_batch(m, slot->batch, slot->reader, slot->is_apart ? m->n_lines : 0);
    c->n_taken++;
}

static void take_oldest(struct chunks *c)
{
    struct slot *slot = &c->slots[c->n_taken % c->n_slots];
    while (!crew_is_done(c->crew, &slot->job) && help(c))
        ;
    crew_wait(c->crew, &slot->job);
    take(c, slot);
}

static void take_all(struct chunks *c)
{
    while (c->n_taken < c->n_given)
        take_oldest(c);
}

static void take_done(struct chunks *c)
{
    while (c->n_taken < c->n_given && crew_is_done(c->crew, &c->slots[c->n_taken % c->n_slots].job))
        take_oldest(c);
}

/* ---- cutting */

/* Whether a header with a time was read. The crew begins after that, and then the readers are its own: they are not looked at. */
static bool any_timed(const struct chunks *c)
{
    return c->crew || perf_reader_so_far(c->readers[0]).any_timed;
}

static void empty(struct slot *slot)
{
    perf_batch_reset(slot->batch);
    slot->n_skipped = slot->n_there = 0;
    slot->is_short = false;
}

/* The next chunk into a slot; false at the end of the text. */
static bool next_chunk(struct chunks *c, struct slot *slot)
{
    struct lines *l = &c->lines;
    size_t most = c->n_given || c->in->chunk_bytes ? chunk_bytes(c) : FIRST_BYTES;
    uint64_t before = l->number;
    empty(slot);
    if (!slot->buffer)
        slot->buffer = new_buffer(c);
    bool any = lines_move(l, slot->buffer, most);
    slot->n_skipped = l->number - before;
    char *border = NULL;
    if (any && !l->over && any_timed(c))
        border = perf_reader_border(l->at, l->stop);
    slot->chunk = (struct perf_chunk){.at = l->at,
                                      .stop = border ? border : l->stop,
                                      .is_fresh = c->is_fresh,
                                      .is_closed = border || l->over,
                                      .no_newline = l->over && l->no_newline};
    l->at = slot->chunk.stop;
    c->is_fresh = slot->chunk.is_closed;
    return any;
}

/* The last border in a part of the text, which may begin and end within a line; UINT64_MAX: none. */
static uint64_t border_within(struct source *in, char *buffer, uint64_t from, uint64_t to)
{
    size_t n = (size_t)(to - from);
    if (in->read_at(in, buffer, n, from) < n)
        return UINT64_MAX; /* the end of the text is near */
    char *end = lines_end(buffer, buffer + n);
    char *at = memchr(buffer, '\n', (size_t)(end - buffer));
    char *border = at ? perf_reader_border(at + 1, end) : NULL;
    return border ? from + (uint64_t)(border - buffer) : UINT64_MAX;
}

/* Some chunks that are only found here: whoever parses them reads them from the file. False where the text is no plain file, near its
 * end, and where no sample begins near their end: then one is read here. */
static bool next_in_file(struct chunks *c, struct slot *slot)
{
    struct lines *l = &c->lines;
    struct source *in = c->in;
    size_t most = CHUNKS_AT_ONCE * chunk_bytes(c);
    if (!c->crew || !in->seek || !c->is_fresh || l->skipping || l->over)
        return false;
    uint64_t from = lines_offset(l), to = from + most;
    uint64_t border = border_within(in, c->texts[0], most > TAIL_BYTES ? to - TAIL_BYTES : from, to);
    if (border == UINT64_MAX || border == from || !in->seek(in, border))
        return false;
    lines_moved(l, border);
    empty(slot);
    slot->offset = from;
    slot->n_there = (size_t)(border - from);
    slot->chunk = (struct perf_chunk){.is_fresh = true, .is_closed = true};
    return true;
}

/* All readers know what the first has seen so far. */
static void share(struct chunks *c)
{
    struct perf_so_far all = perf_reader_so_far(c->readers[0]);
    for (unsigned i = 1; i < c->n_readers; i++)
        all.any_module |= perf_reader_so_far(c->readers[i]).any_module;
    for (unsigned i = 0; i < c->n_readers; i++)
        perf_reader_set(c->readers[i], all);
}

/* What readers need is made here: most texts are too short for a crew. */
static void begin_crew(struct chunks *c)
{
    for (; c->n_readers < c->n_threads; c->n_readers++)
        c->readers[c->n_readers] = perf_reader_new(c->in->spec->weight, c->arena);
    for (unsigned i = 0; i < c->n_readers; i++)
        c->texts[i] = new_buffer(c);
    share(c);
    c->crew = crew_begin(c->n_threads - 1, work, c, c->arena);
    if (!c->crew)
        c->n_threads = 1; /* the system has no more for us */
}

/* Whether the slot may be read beside others. The crew begins with the first that may. */
static bool goes_apart(struct chunks *c, const struct slot *slot)
{
    if (c->n_threads < 2 || !slot->chunk.is_fresh || !slot->chunk.is_closed || c->lines.over ||
        !any_timed(c))
        return false;
    if (!c->crew)
        begin_crew(c);
    return c->crew != NULL;
}

static void read_in_turn(struct chunks *c, struct slot *slot)
{
    take_all(c);
    share(c);
    slot->is_apart = false;
    slot->chunk.lines_before = c->merge->n_lines + slot->n_skipped;
    read_chunk(c, slot, 0);
    c->n_given++;
    take(c, slot);
}

static void read_all(struct chunks *c)
{
    for (;;) {
        if (c->n_given - c->n_taken == c->n_slots)
            take_oldest(c);
        struct slot *slot = &c->slots[c->n_given % c->n_slots];
        bool in_file = next_in_file(c, slot), any = in_file || next_chunk(c, slot);
        if (in_file || (any && goes_apart(c, slot))) {
            slot->is_apart = true;
            slot->chunk.lines_before = 0;
            c->n_given++;
            crew_give(c->crew, &slot->job, false);
            take_done(c);
        } else {
            read_in_turn(c, slot);
        }
        if (!any)
            return;
    }
}

/* ---- the whole text */

static struct chunks *begin(struct source *in, struct builder *b, struct arena *arena)
{
    struct arena *own = arena_like(arena);
    struct chunks *c = NEW(own, struct chunks);
    c->arena = own;
    c->in = in;
    c->b = b;
    c->lines = lines_new(in, own);
    c->is_fresh = true;
    c->n_threads = in->n_threads > 1 ? in->n_threads : 1;
    c->n_slots = c->n_threads > 1 ? SLOTS_PER_READER * c->n_threads : 1;
    c->merge = perf_merge_new(b, c->n_threads, own);
    c->readers = NEW_N(own, struct perf_reader *, c->n_threads);
    c->texts = NEW_N(own, char *, c->n_threads);
    c->readers[c->n_readers++] = perf_reader_new(in->spec->weight, own);
    c->slots = NEW_N(own, struct slot, c->n_slots);
    for (unsigned i = 0; i < c->n_slots; i++)
        c->slots[i].batch = perf_batch_new(own);
    return c;
}

static void end(struct chunks *c)
{
    if (c->crew)
        crew_end(c->crew);
    for (unsigned i = 0; i < c->n_readers; i++)
        perf_reader_free(c->readers[i]);
    for (unsigned i = 0; i < c->n_slots; i++)
        perf_batch_free(c->slots[i].batch);
    arena_free(c->arena);
}

void perf_chunks_read(struct source *in, struct builder *b, struct perf_text *out, struct arena *arena)
{
    struct chunks *c = begin(in, b, arena);
    read_all(c);
    struct perf_merge *m = c->merge;
    perf_merge_end(m);
    struct tally *t = builder_tally(b);
    t->n_unreadable += c->n_long;
    if (c->n_long)
        perf_batch_unreadable(&m->unreadable, c->first_long, STR(""), "longer than 1 MiB");
    if (in->truncated || (c->n_long && c->lines.no_newline))
        t->truncated = 1;
    *out = (struct perf_text){m->times, m->unreadable, m->has_clock, m->clock_time_ns, m->clock_epoch_ns};
    end(c);
}
