/* SPDX-License-Identifier: MIT
 *
 * What everybody asks of a site and its entries (site.h). */
#include "site/site.h"

#include "base/arena.h"

const char *const entry_status_word[STATUSES] = {"ok", "regression", "too little data", "not comparable", "failed"};

struct str site_path(const struct site *s, struct str below)
{
    return str_fmt(s->arena, "%.*s/%.*s", STR_ARG(s->folder), STR_ARG(below));
}

struct str entry_meta(const struct entry *e, struct str key)
{
    for (uint32_t i = 0; i < e->n_meta; i++)
        if (str_eq(e->meta[i].key, key))
            return e->meta[i].value;
    return STR("");
}
