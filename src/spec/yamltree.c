/* SPDX-License-Identifier: MIT
 *
 * libyaml's events -> tree. The only file that knows libyaml, whose marks count characters from 0: `byte_of`
 * turns them into byte offsets. */
#include "spec/yamltree.h"

#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/vec.h"

#define BOM "\xef\xbb\xbf"

struct anchor {
    struct str name;
    struct tree *node;
};

struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    struct str text;
    uint32_t file;
    uint32_t *byte_of; /* by character; NULL when the text is ASCII */
    size_t n_chars;
    VEC(struct anchor) anchors;
    uint32_t depth;
    struct diag *d;
    struct arena *arena;
};

/* Byte offset of each character, after a byte order mark, which libyaml does not get to see. */
static void index_characters(struct reader *r)
{
    size_t bom = str_starts(r->text, STR(BOM)) ? 3 : 0;
    bool ascii = bom == 0;
    for (size_t i = 0; ascii && i < r->text.n; i++)
        ascii = (unsigned char)r->text.p[i] < 0x80;
    if (ascii)
        return;
    r->byte_of = NEW_N(r->arena, uint32_t, r->text.n + 1);
    for (size_t i = bom; i < r->text.n; r->n_chars++) {
        size_t k = str_utf8_len(str_sub(r->text, i, r->text.n));
        r->byte_of[r->n_chars] = (uint32_t)i;
        i += k ? k : 1;
    }
}

static struct pos place(const struct reader *r, yaml_mark_t mark)
{
    size_t at = mark.index;
    if (r->byte_of)
        at = at < r->n_chars ? r->byte_of[at] : r->text.n;
    return (struct pos){r->file, (uint32_t)(at < r->text.n ? at : r->text.n)};
}

static bool next_event(struct reader *r)
{
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event))
        return true;
    const char *what = r->parser.problem ? r->parser.problem : "not YAML";
    if (r->parser.error == YAML_READER_ERROR) {
        struct pos at = {
            r->file, (uint32_t)(r->parser.problem_offset < r->text.n ? r->parser.problem_offset : r->text.n)};
        diag_at(r->d, DIAG_ERROR, at, "%s (a spec is UTF-8 text)", what);
        return false;
    }
    struct pos at = place(r, r->parser.problem_mark);
    bool tab = at.offset < r->text.n && r->text.p[at.offset] == '\t';
    diag_at(r->d, DIAG_ERROR, at, "%s%s", what, tab ? " (indent with spaces, not with tabs)" : "");
    if (r->parser.context)
        diag_at(r->d, DIAG_NOTE, place(r, r->parser.context_mark), "%s", r->parser.context);
    return false;
}

static struct tree *read_node(struct reader *r);

static struct tree *new_node(struct reader *r, enum tree_kind kind)
{
    struct tree *t = NEW(r->arena, struct tree);
    t->kind = kind;
    t->at = place(r, r->event.start_mark);
    t->size = 1;
    return t;
}

static void remember(struct reader *r, const yaml_char_t *anchor, struct tree *t)
{
    if (anchor)
        (void)vec_push(&r->anchors, SIZE_MAX, r->arena,
                       (struct anchor){str_dup(str_of((const char *)anchor), r->arena), t});
}

static bool add_size(struct reader *r, struct tree *t, const struct tree *child)
{
    t->size += child->size;
    if (t->size <= LIMIT_YAML_NODES)
        return true;
    diag_at(r->d, DIAG_LIMIT, t->at, "more than %d values once aliases are written out", LIMIT_YAML_NODES);
    return false;
}

static bool read_list(struct reader *r, struct tree *t)
{
    VEC(struct tree *) items = {0};
    for (;;) {
        if (!next_event(r))
            return false;
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        struct tree *item = read_node(r);
        if (!item || !add_size(r, t, item))
            return false;
        (void)vec_push(&items, SIZE_MAX, r->arena, item);
    }
    t->item = items.p;
    t->n = (uint32_t)items.n;
    return true;
}

/* The second of two equal keys is said and left out: whoever reads the map may count on meeting a key once.
 */
static bool is_duplicate(struct reader *r, const struct tree_pair *pairs, size_t n, struct str key,
                         struct pos at)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(pairs[i].key, key)) {
            diag_at(r->d, DIAG_ERROR, at, "key '%.*s' stands here twice", STR_ARG(key));
            diag_at(r->d, DIAG_NOTE, pairs[i].key_at, "it was here first");
            return true;
        }
    return false;
}

static bool read_map(struct reader *r, struct tree *t)
{
    VEC(struct tree_pair) pairs = {0};
    for (;;) {
        if (!next_event(r))
            return false;
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        struct tree *key = read_node(r);
        if (!key)
            return false;
        if (key->kind != TREE_TEXT)
            diag_at(r->d, DIAG_ERROR, key->at, "a key must be a text");
        if (!next_event(r))
            return false;
        struct tree *value = read_node(r);
        if (!value || !add_size(r, t, value))
            return false;
        if (key->kind != TREE_TEXT)
            continue;
        if (is_duplicate(r, pairs.p, pairs.n, key->text, key->at))
            continue;
        if (!vec_push(&pairs, LIMIT_YAML_KEYS, r->arena, (struct tree_pair){key->text, key->at, value})) {
            diag_at(r->d, DIAG_LIMIT, key->at, "more than %d keys in one place", LIMIT_YAML_KEYS);
            return false;
        }
    }
    t->pair = pairs.p;
    t->n = (uint32_t)pairs.n;
    return true;
}

static struct tree *find_anchor(struct reader *r)
{
    struct str name = str_of((const char *)r->event.data.alias.anchor);
    for (size_t i = r->anchors.n; i > 0; i--)
        if (str_eq(r->anchors.p[i - 1].name, name)) {
            if (!r->anchors.p[i - 1].node->open)
                return r->anchors.p[i - 1].node;
            diag_at(r->d, DIAG_ERROR, place(r, r->event.start_mark),
                    "alias '*%.*s' stands inside its own anchor", STR_ARG(name));
            return NULL;
        }
    diag_at(r->d, DIAG_ERROR, place(r, r->event.start_mark), "alias '*%.*s' has no anchor before it",
            STR_ARG(name));
    return NULL;
}

static struct tree *read_scalar(struct reader *r)
{
    bool plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    struct str s = {(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
    bool nothing = plain && (!s.n || str_eq(s, STR("~")) || str_eq(s, STR("null")));
    struct tree *t = new_node(r, nothing ? TREE_NOTHING : TREE_TEXT);
    t->text = str_dup(s, r->arena);
    remember(r, r->event.data.scalar.anchor, t);
    return t;
}

/* The node that the current event begins. NULL: said. */
static struct tree *read_node(struct reader *r)
{
    bool ok, list = r->event.type == YAML_SEQUENCE_START_EVENT;
    if (r->event.type == YAML_ALIAS_EVENT)
        return find_anchor(r);
    if (r->event.type == YAML_SCALAR_EVENT)
        return read_scalar(r);
    struct tree *t = new_node(r, list ? TREE_LIST : TREE_MAP);
    remember(r, list ? r->event.data.sequence_start.anchor : r->event.data.mapping_start.anchor, t);
    if (r->depth >= LIMIT_YAML_DEPTH) {
        diag_at(r->d, DIAG_LIMIT, t->at, "nested more than %d deep", LIMIT_YAML_DEPTH);
        return NULL;
    }
    r->depth++;
    t->open = true;
    ok = list ? read_list(r, t) : read_map(r, t);
    t->open = false;
    r->depth--;
    return ok ? t : NULL;
}

static bool read_document(struct reader *r, struct tree **out)
{
    if (!next_event(r) || !next_event(r)) /* stream start, then document start or stream end */
        return false;
    if (r->event.type == YAML_STREAM_END_EVENT) {
        *out = new_node(r, TREE_NOTHING);
        return true;
    }
    if (!next_event(r) || !(*out = read_node(r)) || !next_event(r) || !next_event(r))
        return false;
    if (r->event.type == YAML_STREAM_END_EVENT)
        return true;
    diag_at(r->d, DIAG_ERROR, place(r, r->event.start_mark),
            "a second document begins here (a spec is one document)");
    return false;
}

bool tree_read(struct str text, uint32_t file, struct diag *d, struct tree **out, struct arena *arena)
{
    struct reader r = {.text = text, .file = file, .d = d, .arena = arena};
    if (!yaml_parser_initialize(&r.parser)) {
        diag_say(d, DIAG_SYSTEM, file, "out of memory");
        return false;
    }
    index_characters(&r);
    struct str body = str_starts(text, STR(BOM)) ? str_sub(text, 3, text.n) : text;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING); /* else libyaml guesses UTF-16 from two bytes */
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)body.p, body.n);
    bool ok = read_document(&r, out);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return ok;
}

struct str tree_words(const struct tree *t, struct arena *arena)
{
    switch (t->kind) {
    case TREE_LIST:
        return STR("a list");
    case TREE_MAP:
        return STR("a map of keys");
    case TREE_NOTHING:
        return STR("nothing");
    case TREE_TEXT:
        break;
    }
    struct str shown = str_sub(t->text, 0, 40);
    return str_fmt(arena, "'%.*s%s'", STR_ARG(shown), t->text.n > 40 ? "..." : "");
}
