/* SPDX-License-Identifier: MIT
 *
 * fp_site: options as text -> site room. */
#include "base/limits.h"
#include "base/timetext.h"
#include "library/session.h"
#include "site/make.h"

#define DEFAULT_COMPARISONS 20u

struct siting {
    const char *folder;
    const fp_site_options *how;
    const char **text;
    size_t *n;
};

/* "90d", "12w": counted from the newest report. */
static bool parse_age(struct str s, int64_t *seconds)
{
    uint64_t n;
    char unit = s.n ? s.p[s.n - 1] : 0;
    int64_t each = unit == 'd' ? 86400 : unit == 'w' ? 7 * 86400 : unit == 'h' ? 3600 : 0;
    if (!each || !str_u64(str_trim(str_sub(s, 0, s.n - 1)), &n) || n > 1000000)
        return false;
    *seconds = (int64_t)n * each;
    return true;
}

static bool parse_count(fp_session *s, const char *option, const char *value, uint64_t least, uint32_t *out)
{
    uint64_t n;
    if (!value)
        return true;
    if (!str_u64(str_of(value), &n) || n < least || n > 1000000) {
        diag_say(s->d, DIAG_ERROR, 0, "--%s '%s': a whole number from %d on expected", option, value, (int)least);
        return false;
    }
    *out = (uint32_t)n;
    return true;
}

static bool parse(fp_session *s, const fp_site_options *how, struct site_options *out)
{
    *out = (struct site_options){.title = how->title, .url = how->url, .by = how->by, .keep_s = -1, .prune = how->prune};
    out->n_comparisons = DEFAULT_COMPARISONS;
    bool ok = parse_count(s, "max", how->max, 1, &out->max) && parse_count(s, "comparisons", how->comparisons, 0, &out->n_comparisons);
    if (how->keep && !parse_age(str_of(how->keep), &out->keep_s)) {
        diag_say(s->d, DIAG_ERROR, 0, "--keep '%s': is no age (write it as 90d, 12w or 36h)", how->keep);
        ok = false;
    }
    struct str url = str_of(how->url);
    if (url.n && !str_starts(url, STR("https://")) && !str_starts(url, STR("http://"))) {
        diag_say(s->d, DIAG_ERROR, 0, "--url '%s': begins with http:// or https://", how->url);
        ok = false;
    }
    return ok;
}

static fp_status site(fp_session *s, void *args)
{
    struct siting *x = args;
    struct site_options how;
    if (!parse(s, x->how, &how))
        return FP_USAGE;
    struct buf said = buf_new(LIMIT_REPORT_BYTES, s->perm);
    bool ok = site_make(str_dup(str_of(x->folder), s->perm), &how, s->assets, &said, s->d, s->perm);
    buf_char(&said, 0);
    *x->text = said.p;
    *x->n = said.n - 1;
    return ok ? FP_OK : session_status(s);
}

fp_status fp_site(fp_session *s, const char *folder, const fp_site_options *how, const char **text, size_t *n)
{
    static const fp_site_options defaults = {0};
    struct siting x = {folder, how ? how : &defaults, text, n};
    *text = "";
    *n = 0;
    return session_guard(s, site, &x);
}
