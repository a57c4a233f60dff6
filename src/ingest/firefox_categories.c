/* SPDX-License-Identifier: MIT
 *
 * Firefox has no packages; its labels ("Layout::Reflow") stand where other programs have modules, and their category says
 * what they belong to. Scripts and libraries are told by their files, which say more. */
#include "ingest/firefox_categories.h"

#include "base/arena.h"
#include "base/limits.h"

struct firefox_categories firefox_categories(const struct json_at *profile, struct arena *arena)
{
    struct json_at meta = doc_find(profile, "meta"), list = doc_find(&meta, "categories");
    size_t n = doc_length(&list) < LIMIT_EVENTS ? doc_length(&list) : LIMIT_EVENTS;
    struct str *names = NEW_N(arena, struct str, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct json_at category = doc_item(&list, i), name = doc_find(&category, "name");
        names[i] = doc_kind(&name) == JSON_TEXT ? doc_text(&name) : STR("");
    }
    return (struct firefox_categories){names, (uint32_t)n};
}

static struct str name_of(const struct firefox_categories *c, uint32_t category)
{
    return category < c->n ? c->name[category] : STR("");
}

bool firefox_is_idle(const struct firefox_categories *c, uint32_t category)
{
    return str_eq(name_of(c, category), STR("Idle"));
}

bool firefox_passes(const struct firefox_categories *c, const struct filter *filter, uint32_t category)
{
    for (uint32_t i = 0; i < filter->n_label; i++)
        if (!str_eq(filter->label[i].key.s, STR("category")) || !str_glob(filter->label[i].value.s, name_of(c, category)))
            return false;
    return true;
}

void firefox_frame_category(const struct firefox_categories *c, struct builder *b, uint32_t frame, uint32_t category)
{
    static const char *const say_nothing[] = {"Other", "Idle", "User", "Kernel", "Regular", NULL}; /* the last three: samply */
    struct str name = name_of(c, category);
    for (const char *const *s = say_nothing; *s; s++)
        if (str_eq(name, str_of(*s)))
            return;
    if (name.n && !builder_frame_has_module(b, frame))
        builder_frame_package(b, frame, name);
}
