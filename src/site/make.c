/* SPDX-License-Identifier: MIT
 *
 * The main line of a site. */
#include "site/make.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "base/save.h"
#include "site/feed.h"
#include "site/index_json.h"
#include "site/index_page.h"
#include "site/keep.h"
#include "site/ready.h"
#include "site/scan.h"
#include "site/series.h"
#include "site/turns.h"

#define MARK_WITHIN 65536u
#define MOST_SAID 20u

struct file {
    const char *name, *mark; /* what one of ours has near its beginning */
};

static const struct file json_file = {"index.json", INDEX_JSON_BEGIN}, feed_file = {"feed.xml", FEED_GENERATOR},
                         page_file = {"index.html", SITE_TAG};

/* A page of somebody else's must not be lost to a command that was meant for another folder. */
static bool is_ours(struct site *s, const struct file *f, char *head)
{
    struct str path = site_path(s, str_of(f->name));
    char tail[1];
    size_t n = MARK_WITHIN, n_tail = sizeof tail;
    uint64_t size;
    if (os_kind(path.p, NULL) == OS_MISSING || !os_read_ends(path.p, head, &n, tail, &n_tail, &size) ||
        str_find((struct str){head, n}, str_of(f->mark)) != SIZE_MAX)
        return true;
    diag_say(s->d, DIAG_ERROR, diag_file(s->d, path), "was not written by 'flamepress site' (move it away)");
    return false;
}

static bool all_are_ours(struct site *s)
{
    char *head = NEW_N(s->arena, char, MARK_WITHIN);
    bool json = is_ours(s, &json_file, head), feed = is_ours(s, &feed_file, head), page = is_ours(s, &page_file, head);
    return json && feed && page;
}

/* The same bytes again leave the file alone: its date stays, and what syncs the folder has nothing to do. */
static bool is_same(struct str path, struct str bytes, struct arena *arena)
{
    struct str old;
    return os_size(path.p) == bytes.n && os_read_all(path, bytes.n, diag_new(arena), &old, arena) && str_eq(old, bytes);
}

static bool put(struct site *s, const struct file *f, const struct buf *text)
{
    struct str path = site_path(s, str_of(f->name));
    struct arena *work = arena_like(s->arena);
    if (text->over)
        diag_say(s->d, DIAG_LIMIT, diag_file(s->d, path), "larger than %llu bytes", (unsigned long long)text->ceiling);
    bool ok = !text->over && (is_same(path, buf_view(text), work) || save_bytes(path, buf_view(text), s->d, work));
    arena_free(work);
    return ok;
}

static bool write_all(struct site *s, const char *assets)
{
    struct buf json = buf_new(LIMIT_REPORT_BYTES, s->arena), feed = json, page = json;
    index_json(s, &json, s->arena);
    feed_write(s, &feed, s->arena);
    return index_page(s, assets, &page, s->arena) && put(s, &json_file, &json) && put(s, &feed_file, &feed) &&
           put(s, &page_file, &page);
}

static void say_counts(const struct site *s, uint32_t written, struct buf *out)
{
    size_t nights = 0, n[STATUSES] = {0}, there = 0;
    for (size_t i = 0; i < s->turns.n; i++)
        nights += !i || s->turns.p[i].at != s->turns.p[i - 1].at || s->turns.p[i].series != s->turns.p[i - 1].series;
    for (size_t i = 0; i < s->entries.n; i++)
        n[s->entries.p[i].status]++;
    for (size_t i = 0; i < s->comparisons.n; i++)
        there += s->comparisons.p[i].is_there;
    buf_fmt(out, "%.*s: %zu report%s", STR_ARG(s->folder), s->entries.n, s->entries.n == 1 ? "" : "s");
    for (int i = STATUS_REGRESSION; i < STATUSES; i++)
        if (n[i])
            buf_fmt(out, ", %zu %s%s", n[i], entry_status_word[i], i == STATUS_REGRESSION && n[i] > 1 ? "s" : "");
    buf_fmt(out, "; %zu change%s over the nights; %zu comparison%s, %u of them new\n", nights, nights == 1 ? "" : "s", there,
            there == 1 ? "" : "s", written);
}

static void say_list(const char *what, const struct str *paths, size_t n, struct buf *out)
{
    if (n)
        buf_fmt(out, "%s\n", what);
    for (size_t i = 0; i < n; i++)
        buf_fmt(out, "  %.*s\n", STR_ARG(paths[i]));
}

static void say_strangers(const struct site *s)
{
    size_t broken = 0;
    for (size_t i = 0; i < s->strangers.n; i++)
        if (s->strangers.p[i].is_broken && ++broken <= MOST_SAID)
            diag_say(s->d, DIAG_WARNING, diag_file(s->d, site_path(s, s->strangers.p[i].path)), "left out: %.*s",
                     STR_ARG(s->strangers.p[i].why));
    if (broken > MOST_SAID)
        diag_say(s->d, DIAG_WARNING, diag_file(s->d, s->folder), "and %zu more broken files (index.json lists them)",
                 broken - MOST_SAID);
}

static struct str title_of(struct str folder)
{
    while (folder.n > 1 && folder.p[folder.n - 1] == '/')
        folder.n--;
    size_t slash = str_rfind_char(folder, '/');
    struct str leaf = slash == SIZE_MAX ? folder : str_sub(folder, slash + 1, folder.n);
    return !leaf.n || str_eq(leaf, STR(".")) || str_eq(leaf, STR("..")) ? STR("Reports") : leaf;
}

bool site_make(struct str folder, const struct site_options *how, const char *assets, struct buf *said, struct diag *d,
               struct arena *arena)
{
    struct site *s = NEW(arena, struct site);
    *s = (struct site){.folder = folder, .title = str_of(how->title), .url = str_of(how->url), .d = d, .arena = arena};
    s->generator = STR("flamepress " FLAMEPRESS_VERSION);
    s->functions = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, arena);
    s->packages = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, arena);
    if (!s->title.n)
        s->title = title_of(folder);
    if (s->url.n && !str_ends(s->url, STR("/")))
        s->url = str_fmt(arena, "%.*s/", STR_ARG(s->url));
    if (!scan_folder(s) || !all_are_ours(s))
        return false;
    say_strangers(s);
    keep_mark(s, how);
    series_make(s, str_of(how->by));
    turns_find(s);
    turns_comparisons(s, how->n_comparisons);
    ready_name(s);
    uint32_t written = ready_write(s, assets);
    keep_mark_own(s);
    if (!write_all(s, assets))
        return false;
    say_counts(s, written, said);
    say_list(how->prune ? "removed:" : "would remove, with --prune:", s->leaving.p, s->leaving.n, said);
    if (how->prune)
        keep_prune(s);
    return diag_errors(d) == 0;
}
