/* SPDX-License-Identifier: MIT
 *
 * The buffer is cut after its last '\n'; the half line behind it moves to the front when more is read. */
#include "ingest/lines.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

struct lines lines_new(struct source *source, struct arena *arena)
{
    struct lines l = {.source = source};
    l.buffer = NEW_N(arena, char, LIMIT_READ_BUFFER + 1); /* one more for a '\n' at the end */
    l.at = l.stop = l.end = l.buffer;
    return l;
}

char *lines_end(char *from, char *end)
{
    while (end > from && end[-1] != '\n')
        end--;
    return end;
}

/* Drops what is there of a line that is too long. */
static void skip(struct lines *l)
{
    if (!l->skipping) {
        l->number++;
        if (!l->n_long++)
            l->first_long = l->number;
    }
    l->skipping = true;
    l->stop = l->end = l->at;
}

/* One read, up to `most` bytes in the buffer; true when whole lines are there. */
static bool read_once(struct lines *l, size_t most)
{
    size_t there = (size_t)(l->end - l->buffer), room = (most > there ? most : LIMIT_READ_BUFFER) - there;
    size_t k = l->source->read(l->source, l->end, room);
    char *from = l->end;
    l->end += k;
    l->n_read += k;
    if (k == 0) {
        l->over = true;
        if (l->end > l->stop && !l->skipping) {
            *l->end++ = '\n';
            l->no_newline = true;
        }
    }
    if (l->skipping) {
        char *newline = memchr(from, '\n', (size_t)(l->end - from));
        l->skipping = !newline && !l->over;
        l->at = newline ? newline + 1 : l->end;
    }
    char *whole = lines_end(from, l->end); /* of what is new only: a long line may come in small parts */
    if (whole > from)
        l->stop = whole;
    if (l->stop < l->at)
        l->stop = l->at;
    if (l->stop == l->at && (size_t)(l->end - l->at) > LIMIT_LINE_BYTES)
        skip(l);
    return l->stop > l->at;
}

/* Of the half line that is there, when nothing else is. */
static void to_front(struct lines *l)
{
    size_t half = (size_t)(l->end - l->at);
    memmove(l->buffer, l->at, half);
    l->at = l->stop = l->buffer;
    l->end = l->buffer + half;
}

bool lines_fill(struct lines *l)
{
    if (l->at < l->stop)
        return true;
    while (!l->over) {
        to_front(l);
        if (read_once(l, LIMIT_READ_BUFFER))
            return true;
    }
    return false;
}

bool lines_move(struct lines *l, char *buffer, size_t most)
{
    size_t left = (size_t)(l->end - l->at), whole = (size_t)(l->stop - l->at);
    memmove(buffer, l->at, left);
    l->buffer = l->at = buffer;
    l->stop = buffer + whole;
    l->end = buffer + left;
    while (!l->over && (l->stop == l->at || (size_t)(l->end - l->buffer) < most)) {
        if (l->stop == l->at)
            to_front(l);
        (void)read_once(l, most);
    }
    return l->stop > l->at;
}

uint64_t lines_offset(const struct lines *l)
{
    return l->n_read - (uint64_t)(l->end - l->at);
}

void lines_moved(struct lines *l, uint64_t offset)
{
    l->at = l->stop = l->end = l->buffer;
    l->n_read = offset;
}

bool lines_next(struct lines *l, struct str *line)
{
    if (!lines_fill(l))
        return false;
    char *newline = memchr(l->at, '\n', (size_t)(l->stop - l->at));
    size_t n = (size_t)(newline - l->at);
    *line = (struct str){l->at, n};
    if (n && l->at[n - 1] == '\r')
        line->n--;
    l->at = newline + 1;
    l->number++;
    return true;
}
