/* SPDX-License-Identifier: MIT
 *
 * One file after the other: whose is it, is it whole, when was it, how did it go. */
#include "site/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "base/timetext.h"
#include "compare/alike.h"
#include "pack/deflate.h"
#include "pack/unpack.h"
#include "site/digest_make.h"
#include "site/entry_date.h"

#define HEAD_BYTES 65536u
#define TAIL_BYTES 16u

static void add_stranger(struct site *s, struct str path, struct str why, bool is_broken)
{
    (void)vec_push(&s->strangers, SIZE_MAX, s->arena, (struct stranger){path, str_dup(why, s->arena), is_broken});
}

/* The first thing said in d. */
static struct str first_message(struct diag *d)
{
    return diag_count(d) ? diag_entry(d, 0).message : STR("cannot be read");
}

/* ---- digest -> entry */

static struct str copy(struct str s, struct arena *arena)
{
    return s.n ? str_dup(s, arena) : STR("");
}

static struct entry_share *copy_shares(struct intern *names, const struct digest_share *from, uint32_t n,
                                       struct arena *arena)
{
    struct entry_share *to = NEW_N(arena, struct entry_share, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++)
        to[i] = (struct entry_share){intern_id(names, from[i].name), from[i].self, from[i].total};
    return to;
}

static void copy_profile(struct site *s, const struct digest_profile *p, struct entry *e)
{
    e->profile = copy(p->id, s->arena);
    e->event = copy(p->event, s->arena);
    e->weight = copy(p->weight, s->arena);
    e->n_samples = p->n_samples;
    e->n_lost = p->n_lost;
    e->seconds = p->seconds;
    e->rate_hz = p->rate_hz;
    e->n_cpus = p->n_cpus;
    e->functions = copy_shares(&s->functions, p->functions, p->n_functions, s->arena);
    e->packages = copy_shares(&s->packages, p->packages, p->n_packages, s->arena);
    e->n_functions = p->n_functions;
    e->n_packages = p->n_packages;
    e->findings = NEW_N(s->arena, struct digest_finding, (size_t)p->n_findings + 1);
    for (e->n_findings = 0; e->n_findings < p->n_findings; e->n_findings++)
        e->findings[e->n_findings] = (struct digest_finding){p->findings[e->n_findings].tier,
                                                             copy(p->findings[e->n_findings].title, s->arena)};
    e->columns = p->columns;
    e->rows = p->rows;
    size_t n = (size_t)p->columns * p->rows;
    e->level = NEW_N(s->arena, uint8_t, n + 1);
    if (n)
        memcpy(e->level, p->level, n);
}

static struct str alarm_line(const struct digest_comparison *c, struct arena *arena)
{
    if (!c->n_alarms)
        return STR("");
    const struct digest_alarm *a = &c->alarms[0];
    struct str more = c->n_alarms > 1 ? str_fmt(arena, ", and %u more", c->n_alarms - 1) : STR("");
    if (str_eq(a->quantity, STR("load")))
        return str_fmt(arena, "more load%.*s", STR_ARG(more));
    return str_fmt(arena, "%s%.*s: %.*s %.2f %% -> %.2f %%%.*s", a->is_package ? "package " : "", STR_ARG(a->name),
                   STR_ARG(a->quantity), a->base / 1e4, a->target / 1e4, STR_ARG(more));
}

/* The gravest that any comparison says; without one, whether there is enough to look at. */
static void judge(struct entry *e, const struct digest *g, const struct digest_profile *p, struct arena *arena)
{
    for (uint32_t i = 0; i < g->n_comparisons; i++) {
        const struct digest_comparison *c = &g->comparisons[i];
        if (c->outcome == OUTCOME_REGRESSION) {
            e->status = STATUS_REGRESSION;
            e->why = alarm_line(c, arena);
            return;
        }
        if (c->outcome == OUTCOME_CANNOT_JUDGE && c->n_reasons && e->status == STATUS_OK) {
            bool little = str_starts(c->reasons[0], STR(ALIKE_TOO_LITTLE));
            e->status = little ? STATUS_TOO_LITTLE : STATUS_NOT_COMPARABLE;
            e->why = str_dup(c->reasons[0], arena);
        }
    }
    if (e->status == STATUS_OK && (!p || p->n_samples < ALIKE_LEAST_SAMPLES || (p->seconds > 0 && p->seconds < ALIKE_LEAST_SECONDS))) {
        e->status = STATUS_TOO_LITTLE;
        e->why = str_fmt(arena, "%llu samples, %.3g s", p ? (unsigned long long)p->n_samples : 0ull, p ? p->seconds : 0.0);
    }
}

/* The target of the first comparison, else the first profile. */
static const struct digest_profile *main_profile(const struct digest *g)
{
    for (uint32_t i = 0; i < g->n_comparisons; i++)
        if (g->comparisons[i].profile != ID_NONE)
            return &g->profiles[g->comparisons[i].profile];
    return g->n_profiles ? &g->profiles[0] : NULL;
}

void scan_add(struct site *s, struct str path, uint64_t bytes, uint32_t check, const struct digest *g, bool is_whole)
{
    struct entry e = {.path = path, .bytes = bytes, .check = check, .series = ID_NONE, .n_profiles = g->n_all_profiles};
    const struct digest_profile *p = main_profile(g);
    e.title = copy(g->title, s->arena);
    e.generator = copy(g->generator, s->arena);
    e.meta = NEW_N(s->arena, struct meta_spec, (size_t)g->n_meta + 1);
    for (e.n_meta = 0; e.n_meta < g->n_meta; e.n_meta++)
        e.meta[e.n_meta] = (struct meta_spec){copy(g->meta[e.n_meta].key, s->arena), copy(g->meta[e.n_meta].value, s->arena)};
    if (p)
        copy_profile(s, p, &e);
    judge(&e, g, p, s->arena);
    if (!is_whole) {
        e.status = STATUS_FAILED;
        e.why = STR("the file is cut short");
    }
    e.has_date = entry_date(&e, p, &e.date);
    if (e.has_date)
        e.day = str_sub(time_instant(e.date * NS_PER_S, s->arena), 0, 10);
    (void)vec_push(&s->entries, SIZE_MAX, s->arena, e);
}

/* ---- files */

static void take_digest(struct site *s, struct str path, uint64_t bytes, struct str element, uint64_t at, bool is_whole,
                        struct arena *work)
{
    struct diag *said = diag_new(work);
    struct digest g;
    if (!digest_read(element, at, 0, said, &g, work))
        add_stranger(s, path, first_message(said), true);
    else if (!g.is_generated)
        scan_add(s, path, bytes, deflate_crc32((const uint8_t *)element.p, element.n), &g, is_whole);
    else if (is_whole && str_starts(path, STR(SITE_COMPARE "/"))) /* elsewhere it is somebody's copy */
        (void)vec_push(&s->own, SIZE_MAX, s->arena, path);
}

/* Without a digest where one should be: an older report, or none. */
static void take_whole(struct site *s, struct str path, struct str full, struct arena *work)
{
    struct diag *said = diag_new(work);
    struct str text, element;
    struct report r;
    if (!os_read_all(full, LIMIT_REPORT_BYTES, said, &text, work))
        add_stranger(s, path, first_message(said), true);
    else if (digest_find(text, &element))
        take_digest(s, path, text.n, element, (uint64_t)(element.p - text.p), str_ends(str_trim(text), STR("</html>")), work);
    else if (str_find(text, STR(SITE_TAG)) != SIZE_MAX)
        return;
    else if (!unpack_is_report(text))
        add_stranger(s, path, STR("is no flamepress report"), false);
    else if (!unpack_read(text, 0, said, &r, work))
        add_stranger(s, path, first_message(said), true);
    else
        scan_add(s, path, text.n, deflate_crc32((const uint8_t *)text.p, text.n), digest_make(&r, work), true);
}

static void scan_file(struct site *s, struct str path, char *head, struct arena *work)
{
    struct str full = site_path(s, path), element;
    char tail[TAIL_BYTES];
    size_t n_head = HEAD_BYTES, n_tail = sizeof tail;
    uint64_t bytes;
    if (!os_read_ends(full.p, head, &n_head, tail, &n_tail, &bytes)) {
        if (errno != ENOENT) /* another run may have removed it just now */
            add_stranger(s, path, str_fmt(work, "cannot be read: %s", strerror(errno)), true);
        return;
    }
    struct str seen = {head, n_head};
    if (str_find(seen, STR(SITE_TAG)) != SIZE_MAX)
        return;
    if (digest_find(seen, &element))
        take_digest(s, path, bytes, element, (uint64_t)(element.p - head),
                    str_ends(str_trim((struct str){tail, n_tail}), STR("</html>")), work);
    else
        take_whole(s, path, full, work);
}

static int by_date(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->has_date != y->has_date)
        return x->has_date ? 1 : -1;
    if (x->has_date && x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return str_cmp(x->path, y->path);
}

/* In the order a fleet profiler has them, then the others by name. */
static void collect_keys(struct site *s)
{
    static const char *const known[] = {"host", "container", "account", "region", "group", "service", "branch", "commit"};
    struct intern seen = intern_new(LIMIT_HEAD_VALUES, LIMIT_NAME_BYTES, s->arena);
    for (size_t i = 0; i < s->entries.n; i++)
        for (uint32_t k = 0; k < s->entries.p[i].n_meta; k++)
            if (!str_eq(s->entries.p[i].meta[k].key, STR("date")))
                (void)intern_id(&seen, s->entries.p[i].meta[k].key);
    struct str *others = NEW_N(s->arena, struct str, (size_t)seen.n + 1);
    uint32_t n = 0;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (intern_find(&seen, str_of(known[k])) != INTERN_NONE)
            (void)vec_push(&s->meta_keys, SIZE_MAX, s->arena, str_of(known[k]));
    for (uint32_t i = 0; i < seen.n; i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            is_known |= str_eq(seen.at[i], str_of(known[k]));
        if (!is_known)
            others[n++] = seen.at[i];
    }
    for (uint32_t i = 1; i < n; i++) /* few keys */
        for (uint32_t k = i; k > 0 && str_cmp(others[k], others[k - 1]) < 0; k--) {
            struct str swap = others[k];
            others[k] = others[k - 1];
            others[k - 1] = swap;
        }
    for (uint32_t i = 0; i < n; i++)
        (void)vec_push(&s->meta_keys, SIZE_MAX, s->arena, others[i]);
}

bool scan_folder(struct site *s)
{
    static const char *const ends[] = {".html", ".htm", NULL};
    struct str *paths;
    size_t n;
    uint32_t file = diag_file(s->d, s->folder);
    const char *folder = str_c(s->folder, s->arena);
    if (os_kind(folder, NULL) != OS_DIRECTORY) {
        diag_say(s->d, DIAG_ERROR, file, os_kind(folder, NULL) == OS_MISSING ? "is not there" : "is no folder");
        return false;
    }
    if (!os_walk(folder, ends, &paths, &n, s->arena)) {
        diag_say(s->d, DIAG_SYSTEM, file, "cannot read the folder: %s", strerror(errno));
        return false;
    }
    char *head = NEW_N(s->arena, char, HEAD_BYTES);
    for (size_t i = 0; i < n; i++) {
        struct arena *work = arena_like(s->arena);
        scan_file(s, paths[i], head, work);
        arena_free(work);
    }
    if (s->entries.n)
        qsort(s->entries.p, s->entries.n, sizeof *s->entries.p, by_date);
    collect_keys(s);
    return true;
}
