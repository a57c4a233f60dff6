/* SPDX-License-Identifier: MIT
 *
 * Marking and removing. Only files that were read as flamepress reports are ever removed. */
#include "site/keep.h"

#include <errno.h>
#include <string.h>

#include "base/os.h"

void keep_mark(struct site *s, const struct site_options *how)
{
    size_t n = s->entries.n, newer = 0, kept = 0;
    int64_t newest = n ? s->entries.p[n - 1].date : 0;
    for (size_t i = n; i-- > 0;) {
        struct entry *e = &s->entries.p[i];
        if (!e->has_date)
            continue;
        e->goes = (how->keep_s >= 0 && e->date < newest - how->keep_s) || (how->max && newer >= how->max);
        newer++;
    }
    for (size_t i = 0; i < n; i++) {
        if (s->entries.p[i].goes)
            (void)vec_push(&s->leaving, SIZE_MAX, s->arena, s->entries.p[i].path);
        if (!s->entries.p[i].goes || !how->prune)
            s->entries.p[kept++] = s->entries.p[i];
    }
    s->entries.n = kept;
}

void keep_mark_own(struct site *s)
{
    for (size_t i = 0; i < s->own.n; i++) {
        bool is_wanted = false;
        for (size_t k = 0; k < s->comparisons.n; k++)
            is_wanted |= str_eq(s->comparisons.p[k].path, s->own.p[i]);
        if (!is_wanted)
            (void)vec_push(&s->leaving, SIZE_MAX, s->arena, s->own.p[i]);
    }
}

void keep_prune(struct site *s)
{
    for (size_t i = 0; i < s->leaving.n; i++) {
        struct str path = site_path(s, s->leaving.p[i]);
        if (os->remove(path.p) != 0 && errno != ENOENT)
            diag_say(s->d, DIAG_SYSTEM, diag_file(s->d, path), "cannot remove: %s", strerror(errno));
    }
}
