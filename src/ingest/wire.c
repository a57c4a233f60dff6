/* SPDX-License-Identifier: MIT
 *
 * Walks messages by the descriptors that protoc-c made. Only as deep as the descriptors themselves, which do
 * not refer to themselves: no message can be nested deeper than the format allows. */
#include "ingest/wire.h"

#include <stdio.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include "base/limits.h"

#define MAX_FIELDS 32

/* ---- bytes */

struct wire wire_of(struct str document)
{
    return (struct wire){.p = document.p, .end = document.n};
}

struct wire wire_part(const struct wire *w, const struct wire_field *f)
{
    return (struct wire){.p = w->p, .at = f->from, .end = f->end};
}

static bool broken(struct wire *w, size_t at, const char *why)
{
    w->why = why;
    w->fault = at;
    return false;
}

static bool varint(struct wire *w, uint64_t *value)
{
    size_t from = w->at;
    *value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (w->at == w->end)
            return broken(w, from, "a number that ends in the middle");
        uint64_t byte = (unsigned char)w->p[w->at++];
        if (shift == 63 && byte > 1)
            break;
        *value |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return broken(w, from, "a number of more than 64 bits");
}

bool wire_varint(struct wire *w, uint64_t *value)
{
    return w->at < w->end && varint(w, value);
}

static bool fixed(struct wire *w, unsigned n, struct wire_field *f)
{
    if (w->end - w->at < n)
        return broken(w, w->at, "a number that ends in the middle");
    f->value = 0;
    for (unsigned i = 0; i < n; i++)
        f->value |= (uint64_t)(unsigned char)w->p[w->at++] << (8 * i);
    return true;
}

bool wire_next(struct wire *w, struct wire_field *f)
{
    uint64_t key;
    *f = (struct wire_field){.at = w->at};
    if (w->at == w->end || !varint(w, &key))
        return false;
    if (key >> 3 == 0 || key >> 3 > 0x1fffffff)
        return broken(w, f->at, "a field number that cannot be");
    f->number = (uint32_t)(key >> 3);
    f->type = (enum wire_type)(key & 7);
    switch (f->type) {
    case WIRE_VARINT:
        return varint(w, &f->value);
    case WIRE_FIXED64:
        return fixed(w, 8, f);
    case WIRE_FIXED32:
        return fixed(w, 4, f);
    case WIRE_BYTES:
        if (!varint(w, &f->value))
            return false;
        if (f->value > w->end - w->at)
            return broken(w, f->at, "it goes on after the end of what holds it");
        f->from = w->at;
        w->at = f->end = f->from + (size_t)f->value;
        return true;
    }
    return broken(w, f->at, "a wire type that cannot be");
}

/* ---- against a descriptor */

struct checker {
    struct wire_fault *fault;
    size_t n_path;
};

static bool wrong(struct checker *c, size_t at, const char *why)
{
    c->fault->at = at;
    snprintf(c->fault->why, sizeof c->fault->why, "%s", why);
    if (!c->n_path)
        snprintf(c->fault->path, sizeof c->fault->path, "document");
    return false;
}

static size_t path_add(struct checker *c, const ProtobufCFieldDescriptor *d, uint32_t index)
{
    size_t before = c->n_path, room = sizeof c->fault->path - before;
    int k = snprintf(c->fault->path + before, room, "%s%s", before ? "." : "", d->name);
    if (d->label == PROTOBUF_C_LABEL_REPEATED && k > 0 && (size_t)k < room)
        k += snprintf(c->fault->path + before + k, room - (size_t)k, "[%u]", index);
    c->n_path = k > 0 && (size_t)k < room ? before + (size_t)k : before;
    return before;
}

static enum wire_type wire_type_of(const ProtobufCFieldDescriptor *d)
{
    switch (d->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return WIRE_FIXED64;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return WIRE_FIXED32;
    default:
        return WIRE_VARINT;
    }
}

static bool check_packed(struct checker *c, const struct wire *w, const struct wire_field *f,
                         enum wire_type item)
{
    struct wire part = wire_part(w, f);
    uint64_t value;
    unsigned size = item == WIRE_FIXED64 ? 8 : 4;
    if (item != WIRE_VARINT)
        return (f->end - f->from) % size == 0 || wrong(c, f->at, "a list that ends in the middle");
    while (wire_varint(&part, &value))
        ;
    return !part.why || wrong(c, part.fault, part.why);
}

static bool check_message(struct checker *c, struct wire *w, const ProtobufCMessageDescriptor *type);

static bool check_field(struct checker *c, const struct wire *w, const struct wire_field *f,
                        const ProtobufCFieldDescriptor *d)
{
    static const char *const kinds[] = {"a varint", "a 64-bit number", "a length and bytes", "?",
                                        "?",        "a 32-bit number"};
    enum wire_type expected = wire_type_of(d);
    if (f->type != expected && !(f->type == WIRE_BYTES && d->label == PROTOBUF_C_LABEL_REPEATED)) {
        char why[100];
        snprintf(why, sizeof why, "expected %s, is %s", kinds[expected], kinds[f->type]);
        return wrong(c, f->at, why);
    }
    if (f->type != expected)
        return check_packed(c, w, f, expected);
    if (d->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    if (f->end - f->from > LIMIT_PROTO_MESSAGE)
        return wrong(c, f->at, "a message of more than 4 MB");
    struct wire part = wire_part(w, f);
    return check_message(c, &part, d->descriptor);
}

/* Names the required field that is not there; the path goes back to the message. */
static bool check_required(struct checker *c, size_t at, const ProtobufCMessageDescriptor *type,
                           const uint32_t *counts)
{
    for (unsigned i = 0; i < type->n_fields && i < MAX_FIELDS; i++)
        if (type->fields[i].label == PROTOBUF_C_LABEL_REQUIRED && !counts[i]) {
            path_add(c, &type->fields[i], 0);
            return wrong(c, at, "it is not there");
        }
    return true;
}

static bool check_message(struct checker *c, struct wire *w, const ProtobufCMessageDescriptor *type)
{
    uint32_t counts[MAX_FIELDS] = {0};
    size_t from = w->at;
    struct wire_field f;
    while (wire_next(w, &f)) {
        const ProtobufCFieldDescriptor *d = protobuf_c_message_descriptor_get_field(type, f.number);
        size_t index = d ? (size_t)(d - type->fields) : MAX_FIELDS;
        if (index >= MAX_FIELDS)
            continue;
        size_t before = path_add(c, d, counts[index]++);
        if (!check_field(c, w, &f, d))
            return false;
        c->n_path = before;
        c->fault->path[before] = '\0';
    }
    if (!w->why)
        return check_required(c, from, type, counts);
    const ProtobufCFieldDescriptor *d =
        f.number ? protobuf_c_message_descriptor_get_field(type, f.number) : NULL;
    if (d && d - type->fields < MAX_FIELDS)
        path_add(c, d, counts[d - type->fields]);
    return wrong(c, w->fault, w->why);
}

bool wire_check(struct str document, const struct ProtobufCMessageDescriptor *type, struct wire_fault *fault)
{
    struct wire w = wire_of(document);
    struct checker c = {.fault = fault};
    *fault = (struct wire_fault){0};
    return check_message(&c, &w, type);
}

unsigned wire_sniff(struct str head, const struct ProtobufCMessageDescriptor *type)
{
    struct wire w = wire_of(head);
    struct wire_fault fault = {0};
    struct checker c = {.fault = &fault};
    struct wire_field f;
    unsigned n = 0;
    while (wire_next(&w, &f)) {
        const ProtobufCFieldDescriptor *d = protobuf_c_message_descriptor_get_field(type, f.number);
        if (!d || !check_field(&c, &w, &f, d))
            return 0;
        n++;
    }
    /* The head may stop inside a field that the descriptor knows. */
    return !w.why || (f.number && protobuf_c_message_descriptor_get_field(type, f.number)) ? n : 0;
}

/* ---- messages */

static void *take(void *arena, size_t n)
{
    return arena_alloc(arena, n, 1);
}

static void give(void *arena, void *p)
{
    (void)arena; /* goes with the arena */
    (void)p;
}

void *wire_unpack(const struct wire *w, const struct wire_field *f,
                  const struct ProtobufCMessageDescriptor *type, struct arena *arena)
{
    ProtobufCAllocator on_arena = {take, give, arena};
    return protobuf_c_message_unpack(type, &on_arena, f->end - f->from, (const uint8_t *)w->p + f->from);
}
