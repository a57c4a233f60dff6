/* SPDX-License-Identifier: MIT
 *
 * Report -> data block -> report: everything that went in comes out, field by field, for many shapes of
 * random profile. Each pack and its samples as text are left beside the program, where
 * tests/browser/decode.test.js holds the page's decoder against them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <errno.h>

#include "analyse/dump.h"
#include "pack_fixture.h"

static const char *folder; /* of the packs; NULL when it cannot be made */

static void same_str(struct str a, struct str b, const char *what)
{
    if (!str_eq(a, b))
        fail_msg("%s: went in '%.*s', came out '%.*s'", what, STR_ARG(a), STR_ARG(b));
}

#define SAME(field) assert_int_equal(a->field, b->field)
#define SAME_EACH(n, field)                                                                                  \
    do {                                                                                                     \
        SAME(n);                                                                                             \
        for (uint32_t i = 0; i < a->n; i++)                                                                  \
            if (a->field[i] != b->field[i])                                                                  \
                fail_msg("%s[%u]: went in %llu, came out %llu", #field, i, (unsigned long long)a->field[i],  \
                         (unsigned long long)b->field[i]);                                                   \
    } while (0)

static void same_names(const struct profile *a, const struct profile *b)
{
    SAME(n_names);
    SAME(n_modules);
    SAME(n_packages);
    SAME(n_frames);
    for (uint32_t i = 0; i < a->n_names; i++)
        same_str(a->names[i], b->names[i], "name");
    for (uint32_t i = 0; i < a->n_modules; i++)
        same_str(a->modules[i], b->modules[i], "module");
    for (uint32_t i = 0; i < a->n_frames; i++) {
        SAME(frames[i].name);
        SAME(frames[i].module);
        SAME(frames[i].kind);
        SAME(frames[i].package);
    }
}

static void same_lists(const struct profile *a, const struct profile *b)
{
    SAME(n_threads);
    for (uint32_t i = 0; i < a->n_threads; i++) {
        SAME(threads[i].pid);
        SAME(threads[i].tid);
        SAME(threads[i].comm);
    }
    SAME(n_lanes);
    for (uint32_t i = 0; i < a->n_lanes; i++) {
        SAME(lanes[i].event);
        SAME(lanes[i].cpu);
    }
    SAME(n_events);
    for (uint32_t i = 0; i < a->n_events; i++) {
        same_str(a->events[i].name, b->events[i].name, "event");
        SAME(events[i].n_samples);
        SAME(events[i].n_idle);
        SAME(events[i].weight);
        SAME(events[i].idle_weight);
    }
    SAME(n_facts);
    for (uint32_t i = 0; i < a->n_facts; i++) {
        same_str(a->facts[i].key, b->facts[i].key, "fact");
        same_str(a->facts[i].value, b->facts[i].value, "fact");
    }
}

/* Points of equal time: a report keeps the order of their lanes, and inside a lane that of the source. */
static uint32_t *by_time_and_lane(const struct profile *p, struct arena *arena)
{
    uint32_t *order = NEW_N(arena, uint32_t, (size_t)p->n_points + 1),
             *next = NEW_N(arena, uint32_t, (size_t)p->n_lanes + 1);
    for (uint32_t i = 0, n; i < p->n_points; i += n) {
        for (n = 0; i + n < p->n_points && point_time(p, i + n) == point_time(p, i); n++)
            ;
        for (uint32_t l = 0; l <= p->n_lanes; l++)
            next[l] = 0;
        for (uint32_t k = 0; k < n; k++)
            next[point_lane(p, i + k) + 1]++;
        for (uint32_t l = 0; l < p->n_lanes; l++)
            next[l + 1] += next[l];
        for (uint32_t k = 0; k < n; k++)
            order[i + next[point_lane(p, i + k)]++] = i + k;
    }
    return order;
}

static void same_samples(const struct profile *a, const struct profile *b, struct arena *arena)
{
    SAME(n_points);
    SAME(weight);
    assert_int_equal(a->weight == WEIGHT_PERIOD, b->points.weight.n > 0);
    /* The profile's own order holds inside a chunk only: across its edge, equal times of different lanes may
     * differ. */
    const uint32_t *x = by_time_and_lane(a, arena), *y = by_time_and_lane(b, arena);
    for (uint32_t i = 0; i < a->n_points; i++)
        if (point_time(a, x[i]) != point_time(b, y[i]) || point_lane(a, x[i]) != point_lane(b, y[i]) ||
            point_node(a, x[i]) != point_node(b, y[i]) || point_thread(a, x[i]) != point_thread(b, y[i]) ||
            point_weight(a, x[i]) != point_weight(b, y[i]))
            fail_msg("point %u: went in time %u lane %u node %u thread %u, came out time %u lane %u node %u "
                     "thread %u",
                     i, point_time(a, x[i]), point_lane(a, x[i]), point_node(a, x[i]), point_thread(a, x[i]),
                     point_time(b, y[i]), point_lane(b, y[i]), point_node(b, y[i]), point_thread(b, y[i]));
    SAME(n_spans);
    for (uint32_t i = 0; i < a->n_spans; i++) {
        assert_int_equal(span_start(a, i), span_start(b, i));
        assert_int_equal(span_duration(a, i), span_duration(b, i));
        assert_int_equal(span_node(a, i), span_node(b, i));
        assert_int_equal(span_thread(a, i), span_thread(b, i));
        assert_int_equal(span_lane(a, i), span_lane(b, i));
    }
}

static void same_series(const struct profile *a, const struct profile *b)
{
    SAME(n_series);
    for (uint32_t k = 0; k < a->n_series; k++) {
        same_str(a->series[k].title, b->series[k].title, "series");
        same_str(a->series[k].unit, b->series[k].unit, "unit");
        SAME(series[k].n);
        for (uint32_t i = 0; i < a->series[k].n; i++) {
            SAME(series[k].time[i]);
            assert_memory_equal(&a->series[k].value[i], &b->series[k].value[i], sizeof(double));
        }
    }
}

static void same_profile(const struct profile *a, const struct profile *b, struct arena *arena)
{
    same_str(a->source, b->source, "source");
    same_str(a->format, b->format, "format");
    SAME(n_cpus);
    SAME(has_time);
    SAME(origin_ns);
    SAME(step_ns);
    SAME(step_coarsened);
    SAME(source_step_ns);
    SAME(n_steps);
    SAME(has_clock);
    SAME(clock_epoch_ns);
    assert_memory_equal(&a->tally, &b->tally, sizeof a->tally);
    same_series(a, b);
    same_names(a, b);
    same_lists(a, b);
    SAME_EACH(n_nodes, node_parent);
    SAME_EACH(n_nodes, node_frame);
    SAME_EACH(n_nodes, node_idle);
    same_samples(a, b, arena);
}

static void same_counts(const struct panel *pa, const struct panel *pb)
{
    assert_int_equal(pa->profile->has_time, pb->counts != NULL);
    for (uint32_t e = 0; pb->counts && e < pa->profile->n_events; e++)
        for (uint32_t k = 0; k < COUNT_LEVELS; k++) {
            const struct count_level *a = &pa->counts[e].level[k], *b = &pb->counts[e].level[k];
            SAME(bucket_ns);
            SAME_EACH(n_buckets, busy);
            assert_int_equal(a->idle != NULL, b->idle != NULL);
            if (a->idle)
                SAME_EACH(n_buckets, idle);
        }
}

static void same_report(const struct report *a, const struct report *b, struct arena *arena)
{
    same_str(a->title, b->title, "title");
    same_str(a->generator, b->generator, "generator");
    SAME(n_meta);
    for (uint32_t i = 0; i < a->n_meta; i++) {
        same_str(a->meta[i].key, b->meta[i].key, "meta");
        same_str(a->meta[i].value, b->meta[i].value, "meta");
    }
    SAME(n_panels);
    for (uint32_t i = 0; i < a->n_panels; i++) {
        const struct panel *x = &a->panels[i], *y = &b->panels[i];
        same_str(x->id, y->id, "id");
        same_str(x->title, y->title, "title of a panel");
        assert_true(x->rate_hz == y->rate_hz);
        assert_true(x->stripes.period_ns == y->stripes.period_ns && x->stripes.strength == y->stripes.strength);
        assert_int_equal(x->idle, y->idle);
        assert_int_equal(x->heatmap.period_ns, y->heatmap.period_ns);
        assert_int_equal(x->heatmap.rows, y->heatmap.rows);
        assert_int_equal(x->heatmap.palette, y->heatmap.palette);
        assert_int_equal(x->heatmap.scale, y->heatmap.scale);
        assert_int_equal(x->n_marks, y->n_marks);
        for (uint32_t m = 0; m < x->n_marks; m++) {
            assert_int_equal(x->marks[m].from_ns, y->marks[m].from_ns);
            assert_int_equal(x->marks[m].to_ns, y->marks[m].to_ns);
            same_str(x->marks[m].label, y->marks[m].label, "mark");
            same_str(x->marks[m].note, y->marks[m].note, "note");
        }
        same_profile(x->profile, y->profile, arena);
        same_counts(x, y);
    }
}

static void same_effect(const struct effect *a, const struct effect *b)
{
    assert_true(a->base == b->base && a->target == b->target && a->error == b->error && a->low == b->low);
    assert_true(a->high == b->high && a->p == b->p && a->verdict == b->verdict);
}

static void same_side(const struct compared_side *a, const struct compared_side *b)
{
    same_str(a->id, b->id, "id of a side");
    SAME(panel);
    SAME(n_samples);
    assert_true(a->seconds == b->seconds);
}

static void same_comparison(const struct comparison *a, const struct comparison *b)
{
    same_str(a->title, b->title, "title of a comparison");
    SAME(n_base);
    for (uint32_t k = 0; k < a->n_base; k++)
        same_side(&a->base[k], &b->base[k]);
    same_side(&a->target, &b->target);
    same_str(a->event, b->event, "event");
    assert_string_equal(a->weight, b->weight);
    SAME(n_rules);
    SAME(n_reasons);
    for (uint32_t i = 0; i < a->n_rules; i++)
        same_str(a->rules[i], b->rules[i], "rule");
    for (uint32_t i = 0; i < a->n_reasons; i++)
        same_str(a->reasons[i], b->reasons[i], "reason");
    SAME(n_alarms);
    SAME(n_tested);
    SAME(n_left_out);
    SAME(load_alarm);
    same_effect(&a->load, &b->load);
    SAME(n_changes);
    SAME(tree.n_nodes);
    SAME(tree.n_names);
    for (uint32_t i = 0; i < a->tree.n_names; i++)
        same_str(a->tree.names[i], b->tree.names[i], "name in the tree");
    SAME_EACH(tree.n_nodes, tree.parent);
    SAME_EACH(tree.n_nodes, tree.name);
    SAME_EACH(tree.n_nodes, tree.base);
    SAME_EACH(tree.n_nodes, tree.target);
    for (uint32_t i = 0; i < a->n_changes; i++) {
        const struct change *x = &a->changes[i], *y = &b->changes[i];
        same_str(x->name, y->name, "name");
        same_str(x->module, y->module, "module");
        assert_true(x->is_package == y->is_package && x->alarm == y->alarm);
        same_effect(&x->self, &y->self);
        same_effect(&x->total, &y->total);
    }
}

static void save(const char *name, const char *ending, struct str text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

static void round_trip(const struct shape *s, uint64_t seed)
{
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct report in, out;
    fixture_report(s, seed, &in, d, arena);
    struct str text = fixture_pack(&in, d, arena), again = fixture_pack(&in, d, arena);
    assert_true(str_eq(text, again));
    assert_true(unpack_is_report(text));
    if (!unpack_read(text, diag_file(d, STR("report.html")), d, &out, arena)) {
        struct buf said = buf_new(1u << 20, arena);
        diag_print(d, &said);
        fail_msg("shape '%s', seed %" PRIu64 ": %.*s", s->name, seed, STR_ARG(buf_view(&said)));
    }
    same_report(&in, &out, arena);
    if (folder) {
        struct buf lines = buf_new(1u << 30, arena);
        struct profile *p = out.panels[0].profile;
        dump_samples(p, (struct range){0, p->n_steps}, &lines, arena);
        const char *name = str_fmt(arena, "%s-%u", s->name, (unsigned)seed).p;
        save(name, "html", text);
        save(name, "samples", buf_view(&lines));
    }
    arena_free(arena);
}

static void every_shape_round_trips(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        for (uint64_t seed = 1; seed <= (shapes[i].n_samples > 100000 ? 1 : 3); seed++)
            round_trip(&shapes[i], seed);
}

static struct effect effect(double base, enum change_verdict v)
{
    return (struct effect){base, base + 0.25, 0.125, -0.5, 0.75, 1e-9, v};
}

/* A judged comparison with a pool, and one that cannot be judged. */
static void comparisons_round_trip(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct report in, out;
    struct compared_side base[] = {{STR("monday<b>"), ID_NONE, 5, 60.5}, {STR("here"), 0, 7, 61}};
    struct change changes[] = {
        {STR("f\n</script>"), STR("m.so"), false, ALARM_TOTAL, effect(0, CHANGE_LIKELY),
         effect(0.5, CHANGE_SURE)},
        {STR("json"), STR(""), true, ALARM_NONE, effect(0.0625, CHANGE_NONE), effect(0.0625, CHANGE_NONE)}};
    struct str rules[] = {STR("share > +1pp"), STR("load > +5%")}, reasons[] = {STR("rate: 49 and 99")};
    struct comparison c[] = {{.title = STR("A against B"),
                              .base = base,
                              .n_base = 2,
                              .target = base[1],
                              .event = STR("cycles"),
                              .weight = "period",
                              .load = effect(100, CHANGE_SURE),
                              .changes = changes,
                              .n_changes = 2,
                              .n_tested = 77,
                              .n_left_out = 3,
                              .rules = rules,
                              .n_rules = 2,
                              .n_alarms = 1,
                              .load_alarm = true},
                             {.title = STR("B"),
                              .base = base,
                              .n_base = 1,
                              .target = base[1],
                              .event = STR(""),
                              .weight = "time",
                              .reasons = reasons,
                              .n_reasons = 1}};
    struct str names[] = {STR(""), STR("main"), STR("f</script>")};
    uint32_t parent[] = {0, 0, 1, 1}, name[] = {0, 1, 1, 2}, share[] = {1000000, 999999, 5, 0};
    c[0].tree = (struct diff_tree){4, 3, parent, name, share, share, names};
    fixture_report(&shapes[0], 1, &in, d, arena);
    in.comparisons = c;
    in.n_comparisons = 2;
    struct str text = fixture_pack(&in, d, arena);
    assert_true(unpack_read(text, diag_file(d, STR("report.html")), d, &out, arena));
    same_report(&in, &out, arena);
    assert_int_equal(out.n_comparisons, 2);
    for (int i = 0; i < 2; i++)
        same_comparison(&in.comparisons[i], &out.comparisons[i]);

    static const char *const hurt[][2] = {{"\"profile\":-1", "\"profile\":99"},
                                          {"\"alarm\":\"total\"", "\"alarm\":\"lotal\""},
                                          {"\"sure\"]", "\"soon\"]"},
                                          {"\"n_tested\":77", "\"n_tested\":-7"},
                                          {"\"weight\":\"period\"", "\"weight\":\"potato\""},
                                          {"\"seconds\":60.5", "\"seconds\":true"},
                                          {"[0,0.25,0.125", "[0,0.25,\"bad\""},
                                          {"\"parent\":[0,0,1,1]", "\"parent\":[0,0,1]"},
                                          {"\"parent\":[0,0,1,1]", "\"parent\":[0,0,3,1]"},
                                          {"\"name\":[0,1,1,2]", "\"name\":[0,1,1,3]"},
                                          {"\"base\":[1000000", "\"base\":[1000001"},
                                          {"\"package\":false", "\"package\":\"no\" "}};
    for (size_t i = 0; i < sizeof hurt / sizeof *hurt; i++) {
        struct str was = str_of(hurt[i][0]), now = str_of(hurt[i][1]);
        size_t at = str_find(text, STR("\"comparisons\"")),
               skip = at + str_find(str_sub(text, at, text.n), was);
        struct str bad = str_fmt(arena, "%.*s%.*s%.*s", (int)skip, text.p, STR_ARG(now),
                                 (int)(text.n - skip - was.n), text.p + skip + was.n);
        if (skip >= text.n || unpack_read(bad, diag_file(d, STR("bad.html")), d, &out, arena))
            fail_msg("'%s' for '%s' was taken", hurt[i][1], hurt[i][0]);
    }
    arena_free(arena);
}

int main(int argc, char **argv)
{
    static char packs[4096];
    (void)argc;
    snprintf(packs, sizeof packs, "%s.packs", argv[0]);
    if (mkdir(packs, 0777) == 0 || errno == EEXIST)
        folder = packs;
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_shape_round_trips),
                                       cmocka_unit_test(comparisons_round_trip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
