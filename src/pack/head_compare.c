/* SPDX-License-Identifier: MIT
 *
 * Reading the comparisons of a head: what head_write.c wrote of struct comparison. */
#include "base/arena.h"
#include "base/limits.h"
#include "pack/head_json.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void read_compared(struct head_reading *r, json_object *o, const char *key, uint32_t n_panels,
                          struct compared_side *out)
{
    json_object *seconds = NULL;
    if (json_object_get_type(o) != json_type_object) {
        head_refuse(r, key, "is no side of a comparison");
        return;
    }
    out->id = head_text(r, o, "id");
    int64_t panel = head_int(r, o, "profile", -1, (int64_t)n_panels - 1);
    out->panel = panel < 0 ? ID_NONE : (uint32_t)panel;
    out->n_samples = (uint64_t)head_int(r, o, "n_samples", 0, LIMIT_SAMPLES);
    (void)json_object_object_get_ex(o, "seconds", &seconds);
    out->seconds = head_as_double(r, seconds, "seconds");
}

static void read_effect(struct head_reading *r, json_object *o, const char *key, struct effect *out)
{
    json_object *list = head_get(r, o, key, json_type_array);
    double *values[] = {&out->base, &out->target, &out->error, &out->low, &out->high, &out->p};
    if (!list || json_object_array_length(list) != COUNT(values) + 1) {
        head_refuse(r, key, "is as long as it should not be");
        return;
    }
    for (size_t i = 0; i < COUNT(values); i++)
        *values[i] = head_as_double(r, json_object_array_get_idx(list, i), key);
    struct str word = head_as_text(r, json_object_array_get_idx(list, COUNT(values)), key);
    for (uint32_t i = 0; i < COUNT(head_verdict); i++)
        if (str_eq(word, str_of(head_verdict[i]))) {
            out->verdict = (enum change_verdict)i;
            return;
        }
    head_refuse(r, key, "is none of the words it can be");
}

static void read_changes(struct head_reading *r, json_object *o, struct comparison *c)
{
    json_object *list = head_list(r, o, "changes", LIMIT_HEAD_VALUES, &c->n_changes);
    c->changes = NEW_N(r->arena, struct change, (size_t)c->n_changes + 1);
    for (uint32_t i = 0; i < c->n_changes && !r->wrong; i++) {
        json_object *v = head_object(r, list, i, "changes");
        struct change *x = &c->changes[i];
        if (!v)
            return;
        x->name = head_text(r, v, "name");
        x->module = head_text(r, v, "module");
        x->is_package = head_bool(r, v, "package");
        x->alarm = head_choice(r, v, "alarm", head_alarm, COUNT(head_alarm));
        read_effect(r, v, "self", &x->self);
        read_effect(r, v, "total", &x->total);
    }
}

static uint32_t *read_numbers(struct head_reading *r, json_object *o, const char *key, uint32_t n,
                              uint32_t most)
{
    uint32_t found = 0, *out = NEW_N(r->arena, uint32_t, (size_t)n + 1);
    json_object *list = head_list(r, o, key, LIMIT_DIFF_NODES, &found);
    if (found != n)
        head_refuse(r, key, "is as long as it should not be");
    for (uint32_t i = 0; i < n && !r->wrong; i++)
        out[i] = (uint32_t)head_as_int(r, json_object_array_get_idx(list, i), key, 0, most);
    return out;
}

/* Node 0 is the root; the others come after their parents. */
static void read_tree(struct head_reading *r, json_object *o, struct diff_tree *t)
{
    json_object *tree = NULL;
    if (!json_object_object_get_ex(o, "tree", &tree))
        return;
    if (json_object_get_type(tree) != json_type_object) {
        head_refuse(r, "tree", "is no object");
        return;
    }
    (void)head_list(r, tree, "parent", LIMIT_DIFF_NODES, &t->n_nodes);
    t->names = head_texts(r, tree, "names", LIMIT_HEAD_VALUES, &t->n_names);
    if (!t->n_nodes || !t->n_names)
        head_refuse(r, "tree", "is empty");
    if (r->wrong)
        return;
    t->parent = read_numbers(r, tree, "parent", t->n_nodes, t->n_nodes - 1);
    t->name = read_numbers(r, tree, "name", t->n_nodes, t->n_names - 1);
    t->base = read_numbers(r, tree, "base", t->n_nodes, 1000000);
    t->target = read_numbers(r, tree, "target", t->n_nodes, 1000000);
    for (uint32_t i = 0; i < t->n_nodes && !r->wrong; i++)
        if (i ? t->parent[i] >= i : t->parent[i] != 0)
            head_refuse(r, "parent", "names a node that comes later");
}

static void read_comparison(struct head_reading *r, json_object *o, uint32_t n_panels, struct comparison *c)
{
    c->title = head_text(r, o, "title");
    json_object *list = head_list(r, o, "base", LIMIT_SOURCES, &c->n_base);
    c->base = NEW_N(r->arena, struct compared_side, (size_t)c->n_base + 1);
    for (uint32_t k = 0; k < c->n_base && !r->wrong; k++)
        read_compared(r, json_object_array_get_idx(list, k), "base", n_panels, &c->base[k]);
    read_compared(r, head_get(r, o, "target", json_type_object), "target", n_panels, &c->target);
    c->event = head_text(r, o, "event");
    c->weight = head_compared[head_choice(r, o, "weight", head_compared, COUNT(head_compared))];
    c->rules = head_texts(r, o, "rules", LIMIT_HEAD_VALUES, &c->n_rules);
    c->reasons = head_texts(r, o, "reasons", LIMIT_HEAD_VALUES, &c->n_reasons);
    c->n_alarms = head_count(r, o, "n_alarms", 0, UINT32_MAX);
    c->n_tested = head_count(r, o, "n_tested", 0, UINT32_MAX);
    c->n_left_out = head_count(r, o, "n_left_out", 0, UINT32_MAX);
    c->load_alarm = head_bool(r, o, "load_alarm");
    read_effect(r, o, "load", &c->load);
    read_changes(r, o, c);
    read_tree(r, o, &c->tree);
}

void head_read_comparisons(struct head_reading *r, json_object *o, struct report *out)
{
    json_object *list = NULL;
    if (!json_object_object_get_ex(o, "comparisons", &list))
        return;
    list = head_list(r, o, "comparisons", LIMIT_COMPARISONS, &out->n_comparisons);
    out->comparisons = NEW_N(r->arena, struct comparison, (size_t)out->n_comparisons + 1);
    for (uint32_t i = 0; i < out->n_comparisons && !r->wrong; i++) {
        json_object *v = head_object(r, list, i, "comparisons");
        if (v)
            read_comparison(r, v, out->n_panels, &out->comparisons[i]);
    }
}
