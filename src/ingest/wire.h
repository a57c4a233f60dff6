/* SPDX-License-Identifier: MIT
 *
 * The wire format of protobuf, walked field by field. protobuf-c only says that a message cannot be unpacked,
 * and wants it whole: here the bytes are checked once against the generated descriptor, so that a fault has
 * its offset and its path, and then each part of the document is unpacked alone.
 *
 * In:  all bytes of a document. Out: fields, messages on an arena. */
#ifndef INGEST_WIRE_H
#define INGEST_WIRE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct ProtobufCMessageDescriptor;

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct wire {
    const char *p; /* the whole document: offsets count from here */
    size_t at, end;
    const char *why; /* not NULL: broken at `fault` */
    size_t fault;
};

struct wire_field {
    uint32_t number;
    enum wire_type type;
    size_t at;        /* of its key */
    uint64_t value;   /* of all types but WIRE_BYTES */
    size_t from, end; /* of the bytes of WIRE_BYTES */
};

struct wire wire_of(struct str document);
/* A part of the same document. */
struct wire wire_part(const struct wire *w, const struct wire_field *f);
/* The next field; false at the end, and where the bytes make no field (w->why says so). */
bool wire_next(struct wire *w, struct wire_field *f);
/* One number of a packed field; false as wire_next. */
bool wire_varint(struct wire *w, uint64_t *value);

/* Where and why a document is not what a descriptor says. */
struct wire_fault {
    size_t at;
    char path[160]; /* "sample[17].location_id"; "document" for the whole */
    char why[120];
};

/* Checks all of it: keys, types, lengths, packed numbers, required fields, submessages. */
bool wire_check(struct str document, const struct ProtobufCMessageDescriptor *type, struct wire_fault *fault);
/* How many fields of the document's own level, from its beginning, are as the descriptor says, each known to
 * it; what the end of `head` cuts off does not count. 0 when one is not. For sniffing. */
unsigned wire_sniff(struct str head, const struct ProtobufCMessageDescriptor *type);
/* A message checked before, on the arena. NULL when protobuf-c does not want it all the same. */
void *wire_unpack(const struct wire *w, const struct wire_field *f,
                  const struct ProtobufCMessageDescriptor *type, struct arena *arena);

#endif
