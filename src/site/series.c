/* SPDX-License-Identifier: MIT
 *
 * One pass over the entries, which are in the order of their dates already. */
#include "site/series.h"

#include "base/arena.h"
#include "base/limits.h"

#define MOST_KEYS 16u

struct keys {
    struct str key[MOST_KEYS];
    uint32_t n;
};

static bool is_used(const struct site *s, struct str key)
{
    for (size_t i = 0; i < s->meta_keys.n; i++)
        if (str_eq(s->meta_keys.p[i], key))
            return true;
    return false;
}

static struct keys keys_of(const struct site *s, struct str by)
{
    bool grouped = is_used(s, STR("group")) || is_used(s, STR("service"));
    struct str rest = by.n     ? by
                      : grouped ? STR("group,service,account,region,branch")
                                : STR("account,region,branch,host,container");
    struct keys k = {.n = 0};
    while (rest.n && k.n < MOST_KEYS) {
        struct str key;
        (void)str_cut(rest, ',', &key, &rest);
        if (str_trim(key).n)
            k.key[k.n++] = str_trim(key);
    }
    return k;
}

/* What tells a series from the others, and what a reader calls it. */
static struct str identity(const struct entry *e, const struct keys *k, struct str *label, struct arena *arena)
{
    struct str id = e->event;
    *label = STR("");
    for (uint32_t i = 0; i < k->n; i++) {
        struct str value = entry_meta(e, k->key[i]);
        id = str_fmt(arena, "%.*s\x1f%.*s", STR_ARG(id), STR_ARG(value));
        if (value.n)
            *label = str_fmt(arena, "%.*s%s%.*s", STR_ARG(*label), label->n ? ", " : "", STR_ARG(value));
    }
    return id;
}

void series_make(struct site *s, struct str by)
{
    struct arena *work = arena_like(s->arena);
    struct intern seen = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, work);
    struct keys k = keys_of(s, by);
    for (size_t i = 0; i < s->entries.n; i++) {
        struct entry *e = &s->entries.p[i];
        struct str label;
        if (!e->has_date || e->status == STATUS_FAILED)
            continue;
        e->series = intern_id(&seen, identity(e, &k, &label, work));
        if (e->series == s->series.n) {
            struct series new = {.label = str_dup(label, s->arena), .event = e->event};
            (void)vec_push(&s->series, SIZE_MAX, s->arena, new);
        }
        s->series.p[e->series].n++;
    }
    for (size_t k2 = 0; k2 < s->series.n; k2++) {
        s->series.p[k2].entry = NEW_N(s->arena, uint32_t, (size_t)s->series.p[k2].n + 1);
        s->series.p[k2].n = 0;
    }
    for (size_t i = 0; i < s->entries.n; i++)
        if (s->entries.p[i].series != ID_NONE) {
            struct series *of = &s->series.p[s->entries.p[i].series];
            of->entry[of->n++] = (uint32_t)i;
        }
    arena_free(work);
}
