/* SPDX-License-Identifier: MIT
 *
 * Folded stacks, word for word as stackcollapse-perf.pl prints them, so that both can be held against each other: ';' in
 * a name (perf's names of Java have it) becomes ':'. What would end the line, or begin a comment, is written \xNN. */
#include "export/formats.h"

#include "base/arena.h"

static void put_name(struct buf *out, struct str s, bool first)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f || (first && !i && c == '#'))
            buf_fmt(out, "\\x%02x", c);
        else
            buf_char(out, c == ';' ? ':' : (char)c);
    }
}

void folded_write(const struct taken *t, struct buf *out, struct arena *arena)
{
    const struct profile *p = t->profile;
    struct taken_weights w = taken_weigh(t, arena);
    uint32_t *path = NEW_N(arena, uint32_t, p->n_nodes);
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        uint32_t depth = 0;
        if (!w.self[i])
            continue;
        for (uint32_t at = i; at; at = p->node_parent[at])
            path[depth++] = at;
        while (depth--) {
            put_name(out, p->names[p->frames[p->node_frame[path[depth]]].name], !p->node_parent[path[depth]]);
            buf_char(out, depth ? ';' : ' ');
        }
        buf_fmt(out, "%llu\n", (unsigned long long)w.self[i]);
    }
}
