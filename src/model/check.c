/* SPDX-License-Identifier: MIT
 *
 * Checks what profile.h promises. Linear in the size of the profile. */
#include "model/check.h"

#define CHECK(condition, sentence)                                                                           \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            return (sentence);                                                                               \
    } while (0)

static int compare_frames(const struct profile *p, uint32_t a, uint32_t b)
{
    const struct frame *x = &p->frames[a], *y = &p->frames[b];
    int c = x->name == y->name ? 0 : str_cmp(p->names[x->name], p->names[y->name]);
    if (!c && x->module != y->module)
        c = str_cmp(p->modules[x->module], p->modules[y->module]);
    return c ? c : (int)x->kind - (int)y->kind;
}

static const char *check_strings(const struct profile *p)
{
    CHECK(p->n_modules >= 1 && p->modules[0].n == 0, "module 0 is not the empty module");
    for (uint32_t i = 0; i < p->n_names; i++)
        CHECK(str_is_utf8(p->names[i]) && str_find_char(p->names[i], 0) == SIZE_MAX,
              "a name is not UTF-8 without NUL");
    for (uint32_t i = 0; i < p->n_modules; i++)
        CHECK(str_is_utf8(p->modules[i]) && str_find_char(p->modules[i], 0) == SIZE_MAX,
              "a module is not UTF-8 without NUL");
    for (uint32_t i = 1; i < p->n_names; i++)
        CHECK(str_cmp(p->names[i - 1], p->names[i]) < 0, "names are not sorted");
    for (uint32_t i = 1; i < p->n_modules; i++)
        CHECK(str_cmp(p->modules[i - 1], p->modules[i]) < 0, "modules are not sorted");
    CHECK(p->n_packages >= 1 && p->packages[0].n == 0, "package 0 is not the empty package");
    for (uint32_t i = 1; i < p->n_packages; i++)
        CHECK(str_cmp(p->packages[i - 1], p->packages[i]) < 0 && str_is_utf8(p->packages[i]), "packages are not sorted");
    for (uint32_t i = 0; i < p->n_frames; i++) {
        CHECK(p->frames[i].name < p->n_names, "a frame's name is out of range");
        CHECK(p->frames[i].module < p->n_modules, "a frame's module is out of range");
        CHECK(p->frames[i].kind < FRAME_KINDS, "a frame's kind is unknown");
        CHECK(p->frames[i].package < p->n_packages, "a frame's package is out of range");
        CHECK(i == 0 || compare_frames(p, i - 1, i) < 0, "frames are not sorted");
    }
    for (uint32_t i = 0; i < p->n_threads; i++)
        CHECK(p->threads[i].comm < p->n_names, "a thread's comm is out of range");
    return NULL;
}

static const char *check_trie(const struct profile *p)
{
    CHECK(p->n_nodes >= 1, "the trie has no root");
    CHECK(p->node_parent[0] == 0 && p->node_frame[0] == ID_NONE, "node 0 is not a root");
    for (uint32_t i = 1; i < p->n_nodes; i++) {
        CHECK(p->node_parent[i] < i, "a parent comes after its child");
        CHECK(p->node_frame[i] < p->n_frames, "a node's frame is out of range");
        uint32_t up = p->node_parent[i];
        bool is_root = p->frames[p->node_frame[i]].kind == FRAME_THREAD;
        CHECK(up ? !is_root || p->frames[p->node_frame[up]].kind == FRAME_THREAD : is_root,
              "thread frames are not exactly the first levels");
        CHECK(p->node_idle[i] <= 1, "an idle flag is neither 0 nor 1");
        /* Preorder: the parent is on the path of the node before; the sibling before sorts before. */
        uint32_t at = i - 1, sibling = ID_NONE;
        while (at != p->node_parent[i]) {
            sibling = at;
            CHECK(at != 0, "the trie is not in preorder");
            at = p->node_parent[at];
        }
        CHECK(sibling == ID_NONE || compare_frames(p, p->node_frame[sibling], p->node_frame[i]) < 0,
              "siblings are not in the order of their names");
    }
    return NULL;
}

static const char *check_samples(const struct profile *p)
{
    for (uint32_t i = 0; i < p->n_lanes; i++)
        CHECK(p->lanes[i].event < p->n_events, "a lane's event is out of range");
    for (uint32_t i = 0; i < p->n_points; i++) {
        CHECK(point_time(p, i) < p->n_steps, "a point is past the end");
        CHECK(i == 0 || point_time(p, i - 1) <= point_time(p, i), "points are not in the order of time");
        CHECK(point_node(p, i) > 0 && point_node(p, i) < p->n_nodes, "a point's node is out of range");
        CHECK(point_thread(p, i) < p->n_threads, "a point's thread is out of range");
        CHECK(point_lane(p, i) < p->n_lanes, "a point's lane is out of range");
        CHECK(p->has_time || point_time(p, i) == 0, "a flat profile has a time");
    }
    for (uint32_t i = 0; i < p->n_spans; i++) {
        CHECK(span_start(p, i) < p->n_steps && span_duration(p, i) <= p->n_steps - span_start(p, i),
              "a span is past the end");
        CHECK(i == 0 || span_start(p, i - 1) <= span_start(p, i), "spans are not in the order of start");
        CHECK(span_node(p, i) > 0 && span_node(p, i) < p->n_nodes, "a span's node is out of range");
        CHECK(span_thread(p, i) < p->n_threads && span_lane(p, i) < p->n_lanes,
              "a span's thread or lane is out of range");
    }
    return NULL;
}

static const char *check_sums(const struct profile *p)
{
    for (uint32_t e = 0; e < p->n_events; e++) {
        uint64_t n = 0, idle = 0, weight = 0, idle_weight = 0, spans = 0;
        for (uint32_t i = 0; i < p->n_points; i++) {
            if (p->lanes[point_lane(p, i)].event != e)
                continue;
            uint64_t w = point_weight(p, i);
            bool is_idle = p->node_idle[point_node(p, i)];
            n++, weight += w, idle += is_idle, idle_weight += is_idle ? w : 0;
        }
        for (uint32_t i = 0; i < p->n_spans; i++) {
            if (p->lanes[span_lane(p, i)].event != e)
                continue;
            uint64_t w = span_duration(p, i) * (uint64_t)p->step_ns;
            bool is_idle = p->node_idle[span_node(p, i)];
            n++, spans++, weight += w, idle += is_idle, idle_weight += is_idle ? w : 0;
        }
        CHECK(p->events[e].n_spans == spans, "an event's spans do not add up");
        CHECK(p->events[e].n_samples == n && p->events[e].n_idle == idle, "an event's samples do not add up");
        CHECK(p->events[e].weight == weight && p->events[e].idle_weight == idle_weight,
              "an event's weights do not add up");
    }
    return NULL;
}

const char *profile_check(const struct profile *p)
{
    CHECK(p->step_ns > 0 && p->source_step_ns > 0, "a time step is not positive");
    const char *wrong = check_strings(p);
    if (!wrong)
        wrong = check_trie(p);
    if (!wrong)
        wrong = check_samples(p);
    return wrong ? wrong : check_sums(p);
}
