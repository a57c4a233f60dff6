/* SPDX-License-Identifier: MIT
 *
 * Samples of any names, exported in every format. The first bytes choose range, event, idle and layout; the rest is perf's
 * text. No control character but line ends leaves in text, nothing that XML has no way to write in a drawing, whose one
 * script is its own; every line of folded stacks ends in its count. */
#include <stdlib.h>
#include <string.h>

#include "export/formats.h"
#include "fuzz_door.h"
#include "ingest/perf_script.h"

static void expect_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n') || s.p[i] == 0x7f)
            abort();
    if (!str_is_utf8(s))
        abort();
}

static void expect_folded(struct str s)
{
    struct str line;
    while (s.n) {
        if (!str_cut(s, '\n', &line, &s) || !line.n || line.p[0] == '#' || line.p[line.n - 1] < '0' ||
            line.p[line.n - 1] > '9')
            abort();
    }
}

static void expect_drawing(struct str s)
{
    size_t at = str_find(s, STR("<script>"));
    if (at != SIZE_MAX && str_find(str_sub(s, at + 1, s.n), STR("<script>")) != SIZE_MAX)
        abort();
    if (str_find(s, STR("\xef\xbf\xbe")) != SIZE_MAX || str_find(s, STR("\xef\xbf\xbf")) != SIZE_MAX ||
        !str_ends(s, STR("</svg>\n")))
        abort();
}

static struct str written(export_write *write, const struct taken *t, struct arena *arena)
{
    struct buf out = buf_new(1u << 26, arena);
    write(t, &out, arena);
    return buf_view(&out);
}

static void export_all(struct profile *p, const uint8_t *how, struct arena *arena)
{
    struct taken t = taken_all(p, arena);
    uint32_t end = p->n_steps ? p->n_steps : 1;
    t.title = p->n_names ? p->names[0] : STR("");
    t.range.from = (uint32_t)((uint64_t)end * how[0] / 256);
    t.range.to = t.range.from + 1 + (uint32_t)((uint64_t)(end - t.range.from) * how[1] / 255);
    t.with_idle = how[2] & 1;
    t.icicle = how[2] & 2;
    t.heatmap = (struct heatmap_spec){.period_ns = (int64_t)(1 + how[3]) * 10000000, .rows = 1 + how[2] / 4};
    (void)written(pprof_write, &t, arena);
    taken_event(&t, how[3] % p->n_events);
    (void)taken_idle(&t);
    (void)written(pprof_write, &t, arena);
    (void)written(nflxprofile_write, &t, arena);
    struct str folded = written(folded_write, &t, arena), flame = written(flame_svg_write, &t, arena);
    expect_text(folded), expect_folded(folded);
    expect_text(flame), expect_drawing(flame);
    expect_text(written(speedscope_write, &t, arena));
    expect_text(written(tree_json_write, &t, arena));
    struct str map = end / (uint32_t)(1 + how[3]) < 100000 ? written(heat_svg_write, &t, arena) : STR("");
    if (map.n)
        expect_text(map), expect_drawing(map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 5)
        return 0;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct profile_spec spec = {.source = {.s = STR("fuzz")},
                                .filter = {.from_ns = INT64_MIN, .to_ns = INT64_MAX}};
    struct memory m = {{.read = memory_read, .file = diag_file(d, STR("fuzz")), .name = STR("fuzz"), .spec = &spec},
                       data + 4,
                       n - 4,
                       0};
    struct profile p = {0};
    struct builder *b = builder_new(&spec, door_perf_script.default_step_ns, m.source.file, d, arena);
    if (!door_perf_script.read(&m.source, b, d, arena))
        builder_drop(b);
    else if (builder_freeze(b, &p) && p.n_events)
        export_all(&p, data, arena);
    arena_free(arena);
    return 0;
}
