/* SPDX-License-Identifier: MIT
 *
 * The first line as rules of --fail-on, the rest as a name in a comparison, written in every format: rules
 * are refused with a reason or applied; no control character reaches a terminal, nothing that XML has no way
 * to write reaches JUnit, no line break leaves a table's row. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "compare/gate.h"
#include "render/changes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool has_control(struct str s, const char *allowed)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) && !strchr(allowed, s.p[i]))
            return true;
    return false;
}

static uint32_t lines(struct str s)
{
    uint32_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += s.p[i] == '\n';
    return count;
}

static struct str write_all(changes_write *write, const struct comparison *c, const struct gate *g,
                            struct arena *arena)
{
    struct buf out = buf_new(1u << 24, arena);
    struct alarms alarms = gate_apply(g, c, arena);
    write(c, g, &alarms, &out, arena);
    if (!str_is_utf8(buf_view(&out)) || has_control(buf_view(&out), "\n"))
        abort();
    return buf_view(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct str rules, name, why = STR("");
    str_cut((struct str){(const char *)data, n}, '\n', &rules, &name);
    struct effect grown = {.base = 0.1, .target = 0.3, .low = 0.1, .high = 0.3, .verdict = CHANGE_SURE};
    struct change change[2] = {{.name = name, .module = name, .self = grown, .total = grown},
                               {.name = STR("plain"), .is_package = true, .self = grown, .total = grown}};
    struct compared_side base = {.id = name};
    struct comparison c = {.base = &base,
                           .n_base = 1,
                           .target = base,
                           .event = name,
                           .weight = "samples",
                           .changes = change,
                           .n_changes = 2,
                           .reasons = &name};
    struct gate *gate = gate_parse(rules, &why, arena);
    if (!gate && !why.n)
        abort();
    if (!gate)
        gate = gate_parse(STR(GATE_DEFAULT), &why, arena);
    for (c.n_reasons = 0; c.n_reasons < 2; c.n_reasons++) {
        changes_write *const formats[] = {changes_text, changes_markdown, changes_junit, changes_json};
        struct comparison tame = c;
        struct change plain[2] = {change[1], change[1]};
        struct compared_side side = {.id = STR("plain")};
        tame.base = &side, tame.target = side, tame.event = side.id, tame.reasons = &side.id,
        tame.changes = plain;
        for (size_t i = 0; i < 4; i++) {
            struct str hostile = write_all(formats[i], &c, gate, arena);
            if (i != 2 && gate_rules(gate) < 2 &&
                lines(hostile) != lines(write_all(formats[i], &tame, gate, arena)))
                abort();
        }
    }
    arena_free(arena);
    return 0;
}
