/* SPDX-License-Identifier: MIT
 *
 * Opens the file, looks at its first bytes, picks the door that is surest (or the one the spec names), and
 * replays those bytes in front of the rest. Whatever is refused is refused with what it looks like instead.
 */
#include "ingest/ingest.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "ingest/looks.h"
#include "ingest/stream.h"
#include "ingest/utf16.h"

/* What doors see for sniffing; perf's header block with -I can be long. */
#define HEAD_BYTES (64u << 10)
/* Of what a door says of a file: marks that no other format has. */
#define SURE 80

struct replay {
    struct source source; /* first: the two share an address */
    struct source *inner;
    struct str head;
};

static size_t replay_read(struct source *s, void *to, size_t n)
{
    struct replay *r = (struct replay *)s;
    if (!r->head.n) {
        size_t k = r->inner->read(r->inner, to, n);
        s->truncated = r->inner->truncated;
        s->failed = r->inner->failed;
        return k;
    }
    size_t k = n < r->head.n ? n : r->head.n;
    memcpy(to, r->head.p, k);
    r->head = str_sub(r->head, k, r->head.n);
    return k;
}

static bool replay_seek(struct source *s, uint64_t offset)
{
    struct replay *r = (struct replay *)s;
    if (!r->inner->seek || !r->inner->seek(r->inner, offset))
        return false;
    r->head.n = 0;
    return true;
}

static size_t replay_read_at(struct source *s, void *to, size_t n, uint64_t offset)
{
    struct replay *r = (struct replay *)s;
    return r->inner->read_at(r->inner, to, n, offset);
}

/* On the arena: threads may read from it until after a jump out of the middle. */
static struct replay *begin(struct source *inner, struct arena *arena)
{
    struct replay *r = NEW(arena, struct replay);
    char *bytes = NEW_N(arena, char, HEAD_BYTES);
    size_t n = 0, k;
    while (n < HEAD_BYTES && (k = inner->read(inner, bytes + n, HEAD_BYTES - n)) > 0)
        n += k;
    *r = (struct replay){.source = *inner, .inner = inner, .head = {bytes, n}};
    r->source.read = replay_read;
    r->source.seek = replay_seek;
    r->source.read_at = replay_read_at;
    return r;
}

uint32_t ingest_formats(const struct str **names)
{
    static struct str list[64];
    uint32_t n = 0;
    list[n++] = STR("auto");
    for (const struct door *const *p = doors; *p && n < 64; p++)
        list[n++] = (*p)->name;
    *names = list;
    return n;
}

static const struct door *by_name(struct str name)
{
    for (const struct door *const *p = doors; *p; p++)
        if (str_eq((*p)->name, name))
            return *p;
    return NULL;
}

static const struct door *surest(struct str head, bool is_binary)
{
    const struct door *best = NULL;
    int best_score = 0;
    for (const struct door *const *p = doors; *p; p++) {
        int score = (*p)->is_binary || !is_binary ? (*p)->sniff(head) : 0;
        if (score > best_score) {
            best = *p;
            best_score = score;
        }
    }
    return best;
}

static const char *list_doors(char *to, size_t n)
{
    size_t at = (size_t)snprintf(to, n, "known:");
    for (const struct door *const *p = doors; *p && at < n; p++)
        at += (size_t)snprintf(to + at, n - at, "%s %.*s", p == doors ? "" : ",", STR_ARG((*p)->name));
    return to;
}

/* Text is refused at its first line that is not blank, binary data as a whole. */
static void refuse(struct diag *d, uint32_t file, struct str head, struct looks l, bool is_text)
{
    char known[512];
    const char *hint = l.hint ? l.hint : list_doors(known, sizeof known);
    struct line_at at = {.file = file, .line = 0, .column = 1};
    struct str rest = head;
    if (!is_text) {
        diag_say(d, DIAG_ERROR, file, "not a format that can be read: it looks like %s (%s)", l.what, hint);
        return;
    }
    do {
        str_cut(rest, '\n', &at.text, &rest);
        at.line++;
    } while (rest.n && !str_trim(at.text).n);
    diag_line(d, DIAG_ERROR, at, "not a format that can be read: it looks like %s (%s)", l.what, hint);
}

/* The door that knows the format, where one does: it knows more than the marks of looks_like(). */
static struct looks appearance(struct str head)
{
    const struct door *door = surest(head, looks_binary(head) != NULL);
    struct looks l = looks_like(head);
    return door && !l.hint ? (struct looks){door->description.p, NULL} : l;
}

/* What the spec calls `door` was read by it. False (said) when another door knows the file, and surely, or hardly anything
 * came of it: lines of many formats can be taken for those of another here and there. */
static bool is_believed(const struct door *door, struct str head, struct builder *b, const struct source *in,
                        struct diag *d)
{
    const struct tally *t = builder_tally(b);
    const struct door *other = surest(head, looks_binary(head) != NULL);
    if (!other || other == door || door->sniff(head) > 0)
        return true;
    if (t->n_read > t->n_unreadable && other->sniff(head) < SURE) {
        diag_say(d, DIAG_WARNING, in->file, "read as %.*s, as asked for, but it looks like %.*s",
                 STR_ARG(door->description), STR_ARG(other->description));
        return true;
    }
    diag_say(d, DIAG_ERROR, in->file, "no samples in it that can be read as %.*s: it looks like %.*s (format: %.*s)",
             STR_ARG(door->description), STR_ARG(other->description), STR_ARG(other->name));
    return false;
}

/* The door to use, or NULL (said). *asked: the spec names it, so a refusal says what the file looks like. */
static const struct door *choose(const struct profile_spec *spec, uint32_t file, struct str head,
                                 struct diag *d, bool *asked)
{
    struct str name = spec->format.s;
    *asked = name.n && !str_eq(name, STR("auto"));
    if (!head.n) {
        diag_say(d, DIAG_ERROR, file, "empty: no samples in it");
        return NULL;
    }
    const struct looks *binary = looks_binary(head);
    const struct door *door = *asked ? by_name(name) : surest(head, binary != NULL);
    if (binary && (!door || !door->is_binary)) {
        const struct door *other = binary->hint || !door ? NULL : surest(head, true);
        if (other)
            diag_say(d, DIAG_ERROR, file, "it looks like %.*s, not like %.*s (format: %.*s)", STR_ARG(other->description),
                     STR_ARG(door->description), STR_ARG(other->name));
        else
            refuse(d, file, head, *binary, false);
        return NULL;
    }
    if (!door && *asked) {
        const struct str *names;
        uint32_t n = ingest_formats(&names);
        struct str near = diag_did_you_mean(d, name, names, n);
        diag_at(d, DIAG_ERROR, spec->format.at, "unknown format '%.*s'%.*s", STR_ARG(name), STR_ARG(near));
    } else if (!door) {
        refuse(d, file, head, looks_like(head), true);
    }
    return door;
}

/* A source through its door, into *b, which the first one makes. */
static bool read_source(const struct profile_spec *spec, struct source *in, struct builder **b, struct str *format,
                        struct diag *d, struct arena *arena, struct arena *work)
{
    bool asked;
    struct replay *replay = begin(in, work);
    struct str head = replay->head;
    if (in->failed)
        return false;
    const struct door *door = choose(spec, in->file, head, d, &asked);
    if (!door)
        return false;
    if (*b) {
        builder_next_source(*b, in->name, door->default_step_ns, in->file);
    } else {
        *b = builder_new(spec, door->default_step_ns, in->file, d, arena);
        *format = door->name;
    }
    if (door->read(&replay->source, *b, d, work))
        return !asked || is_believed(door, head, *b, in, d);
    if (asked && !in->failed && (door->sniff(head) == 0 || surest(head, looks_binary(head) != NULL) != door))
        diag_say(d, DIAG_NOTE, in->file, "it looks like %s, not like %.*s", appearance(head).what,
                 STR_ARG(door->description));
    return false;
}

static bool read_file(const struct profile_spec *spec, const struct source_file *file,
                      const struct ingest_watch *watch, struct builder **b, struct str *format, struct diag *d,
                      struct arena *arena)
{
    struct arena *work = arena_like(arena); /* buffers: gone when the source is read */
    struct source *in = stream_open(file->path, diag_file(d, file->name), watch, d, work);
    bool ok = in != NULL;
    if (in) {
        in->name = file->name;
        in->spec = spec;
        in->n_threads = watch ? watch->n_threads : 0;
        in->is_merged = spec->n_files > 1;
        ok = read_source(spec, utf16_open(in, work), b, format, d, arena, work);
        stream_close(in);
        ok = ok && !in->failed;
    }
    arena_free(work);
    return ok;
}

bool ingest_profile(const struct profile_spec *spec, const struct ingest_watch *watch, struct diag *d,
                    struct profile *out, struct arena *arena)
{
    struct builder *b = NULL;
    struct str format = STR("");
    bool ok = true;
    for (uint32_t i = 0; i < spec->n_files; i++)
        ok = read_file(spec, &spec->files[i], watch, &b, &format, d, arena) && ok;
    if (!ok || !b) {
        if (b)
            builder_drop(b);
        return false;
    }
    builder_use_threads(b, watch ? watch->n_threads : 1);
    if (!builder_freeze(b, out))
        return false;
    out->format = str_dup(format, arena);
    return true;
}
