/* SPDX-License-Identifier: MIT
 *
 * Fragment -> values -> filters. */
#include "library/link.h"

#include <string.h>

#include "base/arena.h"
#include "base/timetext.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct str decode(struct str s, struct arena *arena)
{
    char *out = NEW_N(arena, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int high = i + 2 < s.n && s.p[i] == '%' ? hex(s.p[i + 1]) : -1, low = high >= 0 ? hex(s.p[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high << 4 | low) : s.p[i];
        i += low >= 0 ? 2 : 0;
    }
    return (struct str){out, n};
}

struct link link_read(struct str fragment, struct arena *arena)
{
    struct link l = {.given = fragment.n > 0};
    struct str pair, key, value;
    const struct {
        const char *key;
        struct str *to;
    } keys[] = {{"p", &l.profile}, {"t", &l.range},  {"f", &l.finding},       {"e", &l.event},     {"idle", &l.idle}, {"host", &l.host},
                {"pid", &l.pid},   {"th", &l.thread},     {"tid", &l.tid},     {"cpu", &l.cpu},   {"period", &l.period},
                {"rows", &l.rows}, {"pal", &l.palette},   {"scale", &l.scale}, {"v", &l.view},
                {"x", &l.transforms}};
    while (fragment.n) {
        (void)str_cut(fragment, '&', &pair, &fragment);
        (void)str_cut(pair, '=', &key, &value);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (str_eq(key, str_of(keys[i].key)))
                *keys[i].to = decode(value, arena);
    }
    return l;
}

void link_open(struct link *l, const struct report *report)
{
    if (l->given && !l->profile.n && report->n_panels)
        l->profile = report->panels[0].id;
}

static bool complain(fp_session *s, uint32_t file, const char *what, struct str value)
{
    diag_say(s->d, DIAG_ERROR, file, "has no %s '%.*s'", what, STR_ARG(value));
    return false;
}

static bool take_event(fp_session *s, struct str name, uint32_t file, struct taken *t)
{
    const struct profile *p = t->profile;
    struct str *names = NEW_N(s->perm, struct str, (size_t)p->n_events + 1);
    for (uint32_t e = 0; e < p->n_events; e++) {
        names[e] = p->events[e].name;
        if (str_eq(names[e], name)) {
            taken_event(t, e);
            return true;
        }
    }
    struct str near = diag_did_you_mean(s->d, name, names, p->n_events);
    diag_say(s->d, DIAG_ERROR, file, "has no event '%.*s'%.*s", STR_ARG(name), STR_ARG(near));
    return false;
}

static bool is_of(const struct profile *p, const struct thread *t, const struct link *l)
{
    uint64_t pid, tid;
    return (!l->thread.n || str_eq(p->names[t->comm], l->thread)) &&
           (!l->pid.n || (str_u64(l->pid, &pid) && t->pid == pid && t->pid != ID_NONE)) &&
           (!l->tid.n || (str_u64(l->tid, &tid) && t->tid == tid && t->tid != ID_NONE)) &&
           (!l->host.n || (p->n_hosts && t->host != ID_NONE && str_eq(p->hosts[t->host], l->host)));
}

static bool take_threads(fp_session *s, const struct link *l, uint32_t file, struct taken *t)
{
    const struct profile *p = t->profile;
    bool any = false;
    if (!l->thread.n && !l->pid.n && !l->tid.n && !l->host.n)
        return true;
    t->threads = NEW_N(s->perm, uint8_t, (size_t)p->n_threads + 1);
    for (uint32_t i = 0; i < p->n_threads; i++)
        any |= t->threads[i] = is_of(p, &p->threads[i], l);
    if (any)
        return true;
    return l->thread.n ? complain(s, file, "such thread", l->thread)
           : l->tid.n  ? complain(s, file, "thread", l->tid)
           : l->pid.n  ? complain(s, file, "process", l->pid)
                       : complain(s, file, "host", l->host);
}

static bool take_cpu(fp_session *s, const struct link *l, uint32_t file, struct taken *t)
{
    uint64_t cpu;
    bool known = str_u64(l->cpu, &cpu), any = false;
    for (uint32_t i = 0; l->cpu.n && i < t->profile->n_lanes; i++) {
        bool is_it = known && t->profile->lanes[i].cpu == cpu && cpu != ID_NONE;
        any |= is_it;
        t->lanes[i] &= is_it;
    }
    return !l->cpu.n || any || complain(s, file, "CPU", l->cpu);
}

static void add_who(struct taken *t, const char *what, struct str value, struct arena *arena)
{
    if (value.n)
        t->who = str_fmt(arena, "%.*s%s%s %.*s", STR_ARG(t->who), t->who.n ? ", " : "", what, STR_ARG(value));
}

/* What is wrong in these is as it comes: the page forgives, too. */
static void take_view(const struct link *l, struct taken *t)
{
    uint64_t rows;
    int64_t period;
    static const char *const palettes[] = {
        [PALETTE_FLAME] = "flame", [PALETTE_CIVIDIS] = "cividis", [PALETTE_GREY] = "grey"};
    if (l->period.n && time_parse(l->period, NS_PER_S, &period) && period > 0)
        t->heatmap.period_ns = period;
    if (l->rows.n && str_u64(l->rows, &rows) && rows > 0 && rows <= 1000)
        t->heatmap.rows = (uint32_t)rows;
    for (uint32_t i = 0; i < sizeof palettes / sizeof *palettes; i++)
        if (str_eq(l->palette, str_of(palettes[i])))
            t->heatmap.palette = (enum palette)i;
    if (l->scale.n)
        t->heatmap.scale = str_eq(l->scale, STR("full")) ? SCALE_FULL : SCALE_ROBUST;
    t->icicle = str_eq(l->view, STR("icicle"));
}

bool link_take(fp_session *s, const struct link *l, uint32_t file, struct taken *t)
{
    bool ok = !l->event.n || take_event(s, l->event, file, t);
    ok &= take_threads(s, l, file, t);
    ok &= take_cpu(s, l, file, t);
    add_who(t, "host", l->host, s->perm);
    add_who(t, "process", l->pid, s->perm);
    add_who(t, "thread", l->thread, s->perm);
    add_who(t, "tid", l->tid, s->perm);
    add_who(t, "CPU", l->cpu, s->perm);
    take_view(l, t);
    return ok;
}
