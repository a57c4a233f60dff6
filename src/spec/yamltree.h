/* SPDX-License-Identifier: MIT
 *
 * YAML text -> a small tree that keeps the place of every key and value, so that any later stage can point at
 * it.
 *
 * In: one document. Out: nodes on the arena; aliases share the node of their anchor. Refused, with position:
 * what libyaml refuses, duplicate keys, keys that are no text, several documents, nesting or expansion past
 * the limits. */
#ifndef SPEC_YAMLTREE_H
#define SPEC_YAMLTREE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/str.h"

enum tree_kind { TREE_TEXT, TREE_LIST, TREE_MAP, TREE_NOTHING };

struct tree_pair {
    struct str key;
    struct pos key_at;
    struct tree *value;
};

struct tree {
    enum tree_kind kind;
    struct pos at;
    struct str text;        /* of TREE_TEXT */
    struct tree **item;     /* of TREE_LIST */
    struct tree_pair *pair; /* of TREE_MAP, in the order written */
    uint32_t n;
    uint32_t size; /* nodes with all aliases written out */
    bool open;     /* still being read: an alias to it would be a cycle */
};

/* `file` is the text's id in d (diag_text). An empty document is TREE_NOTHING. False: said in d,
 * and no tree. A key that stands twice is said, too, but the tree is whole, so that the rest can be looked
 * at. */
bool tree_read(struct str text, uint32_t file, struct diag *d, struct tree **out, struct arena *arena);
/* "a list", "a text 'abc'", for messages. */
struct str tree_words(const struct tree *t, struct arena *arena);

#endif
